"""A charger that nobody can hear goes on."""

import io
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from silverpin.apps.daemon.aloud import aloud


def test_a_line_is_said_where_it_is_meant_to_be(capsys: pytest.CaptureFixture[str]) -> None:
    aloud("no vehicle can be met")
    said = io.StringIO()
    aloud("ready", said)
    assert capsys.readouterr().err == "no vehicle can be met\n"
    assert said.getvalue() == "ready\n"


def test_a_stream_that_has_gone_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr("sys.stderr", closed)
    aloud("nobody hears this")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full disk to write to")
def test_a_file_on_a_full_disk_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with io.FileIO("/dev/full", "w") as disk:
        monkeypatch.setattr("sys.stderr", io.TextIOWrapper(disk, write_through=True))
        aloud("nobody reads this")
        with pytest.raises(OSError, match="No space left"):
            print("somebody has to", file=sys.stderr, flush=True)
        with suppress(OSError):
            sys.stderr.detach()  # type: ignore[attr-defined]
