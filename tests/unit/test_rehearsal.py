"""A conversation with nobody comes to its end, and then no session makes a class or code."""

import subprocess
import sys

import pytest

from silverpin.apps.ev_link.rehearsal import rehearse

SCRIPT = """
from silverpin.apps.ev_link.rehearsal import rehearse
from silverpin.protocols.exi import messages
from tests.spoken_sessions import KINDS, spoken

SCHEMAS = ("sap", "din", "iso2", "iso20-common", "iso20-ac", "iso20-dc")

def made():
    return {(schema, name) for schema in SCHEMAS for name in vars(messages(schema))}

rehearse((%(protocol)r,), direct_current=%(direct)r)
before = made()
for kind in KINDS:
    if (kind.protocol, kind.service.direct_current) == (%(protocol)r, %(direct)r):
        spoken(kind)
assert len(before) > 40, len(before)
assert made() == before, made() - before
"""


@pytest.mark.parametrize(
    ("protocol", "direct"),
    [("iso20", True), ("iso20", False), ("iso2", True), ("iso2", False), ("din", True)],
)
def test_a_session_finds_everything_made(protocol: str, direct: bool) -> None:
    script = SCRIPT % {"protocol": protocol, "direct": direct}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


@pytest.mark.parametrize("direct_current", [True, False])
def test_every_protocol_is_played_to_its_end(direct_current: bool) -> None:
    assert rehearse(("iso20", "iso2", "din"), direct_current=direct_current)
