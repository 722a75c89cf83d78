"""Real cars on real chargers: every message of every capture, in the clear and out of TLS."""

import gzip
import json
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from silverpin.apps.decode.output import reencoded
from silverpin.apps.decode.source import hex_messages
from silverpin.apps.decode.summary import Session
from silverpin.protocols.capture.connection import Ended, Event
from silverpin.protocols.capture.conversation import V2gMessage
from silverpin.protocols.capture.decoder import CaptureDecoder
from silverpin.protocols.capture.frames import TCP, Datagram, open_frame
from silverpin.protocols.capture.key_log import KeyLog
from silverpin.protocols.capture.records import Record, RecordReader
from silverpin.protocols.exi import encode
from silverpin.protocols.v2gtp import AC, COMMON, DC, EXI, frame

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


NAMESPACES = {
    "AppProtocol": "sap",
    "din:70121:2012:MsgDef": "din",
    "15118:2:2013:MsgDef": "iso2",
    "-20:CommonMessages": "iso20-common",
    "-20:AC": "iso20-ac",
    "-20:DC": "iso20-dc",
    "xmldsig#": "xmldsig",
}
PAYLOADS = {"iso20-common": COMMON, "iso20-ac": AC, "iso20-dc": DC}


def pairs(data_dir: Path) -> Iterator[tuple[str, bytes, str]]:
    """Schema, octets and name of what another codec wrote."""
    for path in sorted(data_dir.glob("v2g_captures/exi_pairs/*.jsonl")):
        for line in path.read_text().splitlines():
            pair = json.loads(line)
            if "hex" in pair:
                protocol = next(p for end, p in NAMESPACES.items() if pair["ns"].endswith(end))
                name = next(iter(json.loads(pair["json"])))
                yield protocol, bytes.fromhex(pair["hex"]), name


def test_hex_of_another_codec_is_the_same_messages(data_dir: Path) -> None:
    known = list(pairs(data_dir))
    assert len(known) > 600
    fragments = 0
    for protocol, octets, name in known:
        (bare,) = hex_messages([octets.hex()], protocol)
        assert (bare.error, bare.trailing, reencoded(bare)) == (None, b"", True)
        assert next(iter(bare.message or {})) == name
        fragments += bare.fragment
        if not bare.fragment:
            framed = frame(PAYLOADS.get(protocol, EXI), octets).hex()
            (message,) = hex_messages([framed], None)
            assert message == bare
    assert fragments > 10


def summary(captures: list[Path], part: str) -> dict[str, Any]:
    (path,) = [path for path in captures if part in path.name]
    records, _ = read(path)
    sessions: dict[str | None, Session] = {}
    told = []
    for event in decode(records, keys_of(path)):
        if isinstance(event, Ended):
            told.append(sessions[event.session].told(event))
        elif event.protocol not in BESIDE:
            sessions.setdefault(event.session, Session(event.session)).take(event)
    return told[-1]


def test_what_summaries_say_of_known_sessions(captures: list[Path]) -> None:
    audi = summary(captures, "Audi__Q4__dc-iso2")
    assert audi["loop"]["period_ms"]["p50"] == pytest.approx(220, abs=3)
    assert audi["loop"]["evse_turnaround_ms"]["p50"] == pytest.approx(99.5, abs=1)
    assert audi["limits"]["ev"]["EVMaximumCurrentLimit"]["max"] == 500
    assert audi["limits"]["evse"]["EVSEMaximumCurrentLimit"]["min"] == 25.82
    assert audi["asked"]["EVTargetCurrent"]["max"] == 30
    (scale,) = audi["implausible"]
    assert (scale["from"], scale["name"], scale["value"]) == ("evse", "EVSEPresentCurrent", 1560.4)
    assert scale["n"] > 600
    assert (audi["ended"]["by"], audi["evcc_id"]) == ("ev", "007DFA075E4A")

    refused = summary(captures, "Tesla__Model_Y_11.1__iso15118-2__ac-iso")
    assert refused["ended"]["by"] == "evse"
    assert "Failed_NoNegotiation" in refused["ended"]["why"]

    mutual = summary(captures, "ISO-20_mTLS")
    assert mutual["tls"] == "TLS 1.3, TLS_AES_256_GCM_SHA384"
    assert mutual["protocol"] == "iso20"
    assert mutual["ended"]["why"].endswith("charging complete")
