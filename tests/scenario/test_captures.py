"""Real cars on real chargers: every message of every capture, in the clear and out of TLS."""

import gzip
import random
from collections import Counter
from pathlib import Path

import pytest

from silverpin.protocols.capture.connection import Ended, Event
from silverpin.protocols.capture.conversation import V2gMessage
from silverpin.protocols.capture.decoder import CaptureDecoder
from silverpin.protocols.capture.frames import TCP, Datagram, open_frame
from silverpin.protocols.capture.key_log import KeyLog
from silverpin.protocols.capture.records import Record, RecordReader
from silverpin.protocols.exi import encode

BESIDE = {"sdp", "slac", "homeplug"}
ENDS_INSIDE_A_RECORD = 4


@pytest.fixture(scope="module")
def captures(data_dir: Path) -> list[Path]:
    folder = data_dir / "v2g_captures"
    found = sorted([*folder.glob("everest/*.dump.gz"), *folder.glob("dsv2gshark/*.pcapng.gz")])
    if not found:
        pytest.skip(f"no captures in {folder}")
    return found


def keys_of(path: Path) -> KeyLog:
    keys = KeyLog()
    beside = path.with_suffix(".keylog")
    if beside.exists():
        assert keys.add(beside.read_bytes()) == []
    return keys


def read(path: Path) -> tuple[list[Record], str | None]:
    reader = RecordReader()
    with gzip.open(path) as file:
        items = [
            item for chunk in iter(lambda: file.read(4096), b"") for item in reader.feed(chunk)
        ]
    reader.close()
    return [item for item in items if isinstance(item, Record)], reader.damage


def decode(records: list[Record], keys: KeyLog) -> list[Event]:
    decoder = CaptureDecoder(keys)
    events = [event for record in records for event in decoder.take(record)]
    return [*events, *decoder.close()]


def messages(events: list[Event]) -> list[V2gMessage]:
    return [event for event in events if isinstance(event, V2gMessage)]


def test_every_message_of_every_capture_decodes_and_encodes_again(captures: list[Path]) -> None:
    failed, other, stray, cut = [], [], Counter[str](), 0
    total = 0
    for path in captures:
        records, damage = read(path)
        cut += damage is not None
        for message in messages(decode(records, keys_of(path))):
            if message.error is not None:
                failed.append((path.name, message))
            elif message.exi is not None and message.protocol and message.message:
                total += 1
                stray[path.name.partition("_")[0]] += bool(message.trailing)
                if encode(message.protocol, message.message) + message.trailing != message.exi:
                    other.append((path.name, message))
    assert failed == []
    assert other == []
    assert total > 25_000
    assert +stray == {"Tesla": 8}
    assert cut == ENDS_INSIDE_A_RECORD


def test_what_is_sealed_says_so_without_its_key_log(captures: list[Path]) -> None:
    sealed = [path for path in captures if path.with_suffix(".keylog").exists()]
    assert len(sealed) == 6
    for path in sealed:
        records, _ = read(path)
        opened = decode(records, keys_of(path))
        assert [event.tls for event in opened if isinstance(event, Ended)] != [None]
        assert sum(m.protocol not in BESIDE for m in messages(opened)) > 60
        (closed,) = [m for m in messages(decode(records, KeyLog())) if m.protocol not in BESIDE]
        assert closed.error is not None
        assert "records stay closed: no key log line for client random" in closed.error.reason


def test_tls_goes_on_after_a_lost_packet(captures: list[Path]) -> None:
    for path in (p for p in captures if p.with_suffix(".keylog").exists()):
        records, _ = read(path)
        whole = messages(decode(records, keys_of(path)))
        data = [n for n, item in enumerate(records) if len(segment(item)) > 40]
        lost = data[len(data) * 2 // 3]
        rest = messages(decode(records[:lost] + records[lost + 1 :], keys_of(path)))
        good = [m for m in rest if m.error is None]
        assert len(whole) - 3 <= len(good) < len(whole), path.name


def segment(item: Record) -> bytes:
    content = open_frame(item.link, item.data)
    if not isinstance(content, Datagram) or content.protocol != TCP:
        return b""
    return content.payload[(content.payload[12] >> 4) * 4 :]


def test_order_and_repetition_on_the_wire_change_no_message(captures: list[Path]) -> None:
    for path in captures[::6]:
        records, _ = read(path)
        chance = random.Random(path.name)
        shaken = [(n + chance.choice((0, 0, 0.3, 1.2)), item) for n, item in enumerate(records)]
        shaken += [(n + chance.uniform(0, 3), item) for n, item in enumerate(records) if n % 5 == 0]
        order = [item for _, item in sorted(shaken, key=lambda pair: pair[0])]
        before, after = (
            sorted(
                (m.sender or "", m.exi or b"")
                for m in messages(decode(items, keys_of(path)))
                if m.protocol not in BESIDE
            )
            for items in (records, order)
        )
        assert before == after, path.name
