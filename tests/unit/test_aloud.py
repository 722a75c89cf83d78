"""A charger that nobody can hear goes on."""

import io
from contextlib import suppress
from pathlib import Path

import pytest

from silverpin.apps.aloud import aloud


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
        full = io.TextIOWrapper(disk, write_through=True)
        monkeypatch.setattr("sys.stderr", full)
        aloud("nobody reads this")
        with pytest.raises(OSError, match="No space left"):
            print("somebody has to", file=full, flush=True)
        with suppress(OSError):
            full.detach()
