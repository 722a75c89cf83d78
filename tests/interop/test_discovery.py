"""Their whole vehicle, with its own SDP, finds our charger on a cable and charges."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.interop.flavours import FLAVOURS

pytestmark = pytest.mark.long
APART = ["unshare", "-n", "-r"]


def test_their_vehicle_asks_where_our_charger_is_and_comes(their_package: Path) -> None:
    if not (shutil.which("unshare") and shutil.which("ip")):
        pytest.skip("no unshare or no ip on this machine: apt-get install util-linux iproute2")
    allowed = subprocess.run([*APART, "true"], capture_output=True, text=True, check=False)
    if allowed.returncode != 0:
        pytest.skip(f"no network namespace here: {allowed.stderr.strip()}")
    config = json.dumps(FLAVOURS[0].order(0)["config"])
    command = [*APART, sys.executable, "-m", "tests.interop.namespace", config]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=90)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "ending": "BY_VEHICLE",
        "words": "the vehicle stopped",
        "ignored": [],
        "turned": [],
        "vehicle": ["the vehicle has charged"],
    }
