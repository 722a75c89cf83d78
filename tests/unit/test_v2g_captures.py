"""The last sessions are kept: whole, bounded, for their owner, and never at a vehicle's cost."""

import errno
import itertools
import os
import threading
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from silverpin.drivers.v2g import capture_writer
from silverpin.drivers.v2g.capture_writer import CaptureFolder, FileTape
from silverpin.protocols import v2gtp
from silverpin.protocols.capture.conversation import V2gMessage
from silverpin.protocols.capture.decoder import CaptureDecoder
from silverpin.protocols.capture.records import Record, RecordReader, Secrets
from silverpin.protocols.capture.writing import End, WrittenTalk, head, packet, secrets
from tests.captures import SAP_REQ, SAP_RES

VEHICLE, CHARGER = "[fe80::1%eth1]:50001", "[fe80::2%eth1]:8042"
QUESTION, ANSWER = v2gtp.frame(v2gtp.EXI, SAP_REQ), v2gtp.frame(v2gtp.EXI, SAP_RES)
START_NS = 1_760_000_000_000_000_000


class Kept:
    """A folder of captures whose clock ticks once a look, and what it was troubled by."""

    def __init__(self, place: Path, *, keep: int = 3, session_max: int = 1 << 20) -> None:
        self.told: list[str] = []
        self._now_ns = START_NS
        self.folder = CaptureFolder(
            place,
            keep=keep,
            interface="eth1",
            utc_ns=self._tick,
            on_trouble=self.told.append,
            session_max=session_max,
        )

    def put_clock(self, now_ns: int) -> None:
        self._now_ns = now_ns

    def _tick(self) -> int:
        self._now_ns += 1_000_000
        return self._now_ns

    def session(self, *, let_in: bool = True, turns: int = 1) -> FileTape:
        tape = self.folder.tape(VEHICLE, CHARGER)
        if let_in:
            tape.admit()
        for _ in range(turns):
            tape.received(QUESTION)
            tape.sent(ANSWER)
        tape.close()
        return tape

    def files(self) -> list[Path]:
        """What is there once everything is written."""
        assert self.folder.close(10.0)
        return sorted(self.folder.folder.iterdir()) if self.folder.folder.is_dir() else []


def records(path: Path) -> list[Record | Secrets]:
    reader = RecordReader()
    found = list(reader.feed(path.read_bytes()))
    reader.close()
    return found


def messages(path: Path) -> list[tuple[str | None, str | None, int | None]]:
    decoder = CaptureDecoder()
    events = [event for item in records(path) for event in decoder.take(item)]
    events += decoder.close()
    return [
        (event.sender, event.name, event.t_ns) for event in events if isinstance(event, V2gMessage)
    ]


def test_what_was_said_and_when_can_be_read_again(tmp_path: Path) -> None:
    kept = Kept(tmp_path / "v2g")
    kept.session()
    (path,) = kept.files()
    assert path.name == "20251009T085320.001000Z-session.pcapng"
    assert messages(path) == [
        ("ev", "supportedAppProtocolReq", START_NS + 2_000_000),
        ("evse", "supportedAppProtocolRes", START_NS + 3_000_000),
    ]
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_newest_are_kept_and_strangers_push_no_session_out(tmp_path: Path) -> None:
    kept = Kept(tmp_path, keep=2)
    for _ in range(3):
        kept.session()
    for _ in range(5):
        kept.session(let_in=False)
    names = [path.name.partition("-")[2] for path in kept.files()]
    assert sorted(names) == ["session.pcapng"] * 2 + ["turned.pcapng"] * 2


def test_a_connection_in_which_nothing_was_said_leaves_no_file(tmp_path: Path) -> None:
    kept = Kept(tmp_path / "v2g")
    kept.session(turns=0)
    assert kept.files() == []


def test_a_long_session_is_kept_up_to_its_bound(tmp_path: Path) -> None:
    kept = Kept(tmp_path, session_max=20_000)
    kept.session(turns=1000)
    (path,) = kept.files()
    assert 10_000 < path.stat().st_size <= 20_000
    assert len(messages(path)) > 50
    assert kept.told == []


def test_keys_stand_before_what_they_open(tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    tape = kept.folder.tape(VEHICLE, CHARGER)
    tape.received(b"\x16hello")
    tape.key_line(b"CLIENT_RANDOM 00 11")
    tape.sent(b"\x16hello")
    tape.admit()
    tape.received(b"more")
    tape.close()
    (path,) = kept.files()
    first, *rest = records(path)
    assert first == Secrets(b"CLIENT_RANDOM 00 11\n")
    assert not any(isinstance(each, Secrets) for each in rest)


def test_a_full_disk_is_one_sentence_however_many_sessions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries, real, failing = itertools.count(), os.write, OSError(errno.ENOSPC, "No space left")

    def write(descriptor: int, octets: bytes) -> int:
        if next(tries) % 3:
            raise failing
        return real(descriptor, octets)

    kept = Kept(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", write)
        for _ in range(20):
            kept.session(turns=3)
        kept.files()
    (told,) = kept.told
    assert told == (
        f"{tmp_path}: a session's capture cannot be written: No space left: make room, "
        "or set v2g.capture to 0"
    )


def test_a_full_disk_is_not_filled_with_empty_files_that_push_sessions_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = Kept(tmp_path, keep=2)
    before.session()
    sessions = before.files()

    def write(descriptor: int, octets: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left")

    full = Kept(tmp_path, keep=2)
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", write)
        for _ in range(5):
            full.session(let_in=False)
        assert full.files() == sessions
    after = Kept(tmp_path, keep=2)
    after.session()
    assert after.files()[0:1] == sessions


def test_a_cut_capture_of_a_stranger_is_no_session(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.write

    def write(descriptor: int, octets: bytes) -> int:
        if os.fstat(descriptor).st_size:
            raise OSError(errno.ENOSPC, "No space left")
        return real(descriptor, octets[:100])

    kept = Kept(tmp_path, keep=2)
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", write)
        for _ in range(5):
            kept.session(let_in=False)
        names = [path.name.partition("-")[2] for path in kept.files()]
    assert names == ["turned.pcapng"] * 2


def test_a_clock_that_was_put_back_costs_no_session(tmp_path: Path) -> None:
    kept = Kept(tmp_path, keep=2)
    for _ in range(2):
        kept.session()
    kept.files()
    put_back = Kept(tmp_path, keep=2)
    put_back.put_clock(START_NS - 20 * 365 * 86_400 * 10**9)
    put_back.session()
    assert [path.name[:4] for path in put_back.files()] == ["2005", "2025"]


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    kept = Kept(tmp_path / "file" / "v2g")
    kept.session()
    kept.files()
    assert "Not a directory" in kept.told[0]


def test_a_slow_disk_holds_nobody_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go, real = threading.Event(), os.write

    def slow(descriptor: int, octets: bytes) -> int:
        go.wait(10.0)
        return real(descriptor, octets)

    monkeypatch.setattr(os, "write", slow)
    kept = Kept(tmp_path)
    kept.session(turns=2 * capture_writer.WAITING_MAX)
    assert "the disk is too slow for it" in kept.told[0]
    go.set()
    (path,) = kept.files()
    said = messages(path)
    assert 0 < len(said) < 2 * capture_writer.WAITING_MAX
    assert said[0][1] == "supportedAppProtocolReq"


def test_two_that_begin_at_once_have_files_of_their_own(tmp_path: Path) -> None:
    folder = CaptureFolder(
        tmp_path, keep=9, interface="eth1", utc_ns=lambda: START_NS, on_trouble=print
    )
    for _ in range(2):
        tape = folder.tape(VEHICLE, CHARGER)
        tape.received(QUESTION)
        tape.admit()
        tape.close()
    assert folder.close(10.0)
    assert len(list(tmp_path.iterdir())) == 2


@given(st.lists(st.tuples(st.booleans(), st.binary(min_size=1, max_size=40_000)), max_size=6))
def test_any_octets_come_back_as_they_went_in(said: list[tuple[bool, bytes]]) -> None:
    talk = WrittenTalk((End(bytes(16), 1), End(bytes(15) + b"\1", 2)))
    written = head("eth1", "test") + secrets(b"a key\n") + talk.greeting(5)
    for from_charger, octets in said:
        written += talk.said(7, int(from_charger), octets)
    written += talk.farewell(9)
    reader = RecordReader()
    heard = {0: b"", 1: b""}
    for item in reader.feed(written):
        if isinstance(item, Record):
            assert _sum(item.data[8:40] + len(item.data[40:]).to_bytes(4, "big")
                        + bytes((0, 0, 0, 6)) + item.data[40:]) == 0xFFFF  # fmt: skip
            heard[int(item.data[23] == 1)] += item.data[60:]
    with suppress(ValueError):
        reader.close()
    assert reader.damage is None
    for side in (0, 1):
        assert heard[side] == b"".join(octets for by, octets in said if by == bool(side))


def test_a_packet_has_its_instant_to_the_nanosecond() -> None:
    (found,) = RecordReader().feed(head("eth1", "test") + packet(START_NS + 1, b"\x60" + bytes(59)))
    assert isinstance(found, Record)
    assert found.t_ns == START_NS + 1


def _sum(data: bytes) -> int:
    """The sum of ones' complement, which is all ones where the checksum is right."""
    data += bytes(len(data) % 2)
    total = sum(int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total
