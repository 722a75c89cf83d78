"""Programs whose standard streams are closed, full, cut off, or of another alphabet."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from silverpin.apps.control_socket.requests import answer
from silverpin.apps.exits import Exit
from tests.scripted_charger import Script, scripted_charger

BIN = Path(sys.executable).parent
STATUS = {"temps_c": {"DC+": {"value": 61.4, "age_ms": 20}}, "say": {"headline": "Feeding"}}


@pytest.fixture(scope="module")
def charger() -> Iterator[Path]:
    with scripted_charger(Script({"status": answer(Exit.DONE, "", data=STATUS)})) as path:
        yield path


def shell(line: str, charger: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["/bin/bash", "-c", f"set -o pipefail; {BIN}/{line}"], capture_output=True, text=True,
        env=os.environ | {"SILVERPIN_SOCKET": str(charger)} | environment, errors="replace",
        timeout=30, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_closed_stream_is_no_reason_to_fail(charger: Path, closed: str) -> None:
    done = shell(f"evse-cli status {closed}", charger)
    assert (done.returncode, done.stderr) == (Exit.DONE, "")


def test_nobody_is_asked_where_standard_input_is_closed(charger: Path) -> None:
    refused = shell("evse-cli inspect <&-", charger)
    assert refused.returncode == Exit.USAGE
    assert "arguments are required: --pin" in refused.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("how", ["", "--json"])
def test_an_answer_that_finds_no_room_is_one_sentence_and_no_refusal(
    charger: Path, how: str
) -> None:
    lost = shell(f"evse-cli status {how} >/dev/full", charger)
    assert lost.returncode == Exit.BAD_FILE
    assert lost.stderr == (
        "evse-cli: the answer could not be written (no space left on device): make room, then "
        "look again\n"
    )


@pytest.mark.parametrize("line", [
    "evse-cli status | true", "evse-cli clean 2>&1 >/dev/null </dev/null | true",
])  # fmt: skip
def test_a_reader_that_has_seen_enough_hears_no_complaint(charger: Path, line: str) -> None:
    assert shell(line, charger).stderr == ""


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_letter_that_the_terminal_lacks_is_written_otherwise(
    charger: Path, encoding: str
) -> None:
    told = shell("evse-cli status", charger, PYTHONIOENCODING=encoding)
    assert told.returncode == Exit.DONE, told.stderr
    assert "below the trip" in told.stdout
