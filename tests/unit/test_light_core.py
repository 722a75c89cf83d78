"""What runs a charger carries none of the packages that evaluate its use."""

import subprocess
import sys

import pytest

HEAVY = {"numba", "numpy", "scipy", "pyarrow", "llvmlite"}


@pytest.mark.parametrize(
    "modules",
    [
        "silverpin.apps.daemon.program, silverpin.apps.daemon.station, silverpin.apps.web.server",
        "silverpin.apps.world, silverpin.apps.run, silverpin.apps.evse_bench",
        "silverpin.physics.laws, silverpin.durability.parameters.connectors",
        "silverpin.durability.rainflow, silverpin.durability.mechanisms",
    ],
)
def test_it_is_imported_without_them(modules: str) -> None:
    code = f"import {modules}, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert HEAVY & set(done.stdout.split()) == set()
