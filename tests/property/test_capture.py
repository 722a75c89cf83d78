"""Streams in any pieces, order and loss; and whatever octets, no decoder of captures breaks."""

import random
from contextlib import suppress
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from silverpin.apps.decode.source import hex_messages
from silverpin.protocols.capture.conversation import V2gMessage
from silverpin.protocols.capture.decoder import CaptureDecoder
from silverpin.protocols.capture.frames import HomePlugFrame, open_frame
from silverpin.protocols.capture.homeplug import name_message
from silverpin.protocols.capture.key_log import KeyLog
from silverpin.protocols.capture.records import NotACapture, Record, RecordReader
from silverpin.protocols.capture.sdp import read_discovery
from silverpin.protocols.capture.tcp import SEGMENTS_MAX, WAITING_MAX, Gap, Stream
from silverpin.protocols.capture.tls import TlsConnection
from silverpin.protocols.sdp import NoDiscovery
from silverpin.protocols.v2gtp import Frame, FrameReader, Lost, frame
from tests.captures import SAP_REQ, SAP_RES, Talk, ethernet, pcap, pcapng, record, udp

LENGTH = 2000
TEXT = random.Random(1).randbytes(LENGTH)
LINKS = (0, 1, 12, 113, 228, 229, 276)
NEAR_WRAP = st.integers((1 << 32) - LENGTH - 10, (1 << 32) + 10)


@st.composite
def segments(draw: st.DrawFn) -> list[tuple[int, int]]:
    """Pieces that cover the text, overlapping or twice, in any order."""
    cuts = sorted({0, LENGTH, *draw(st.lists(st.integers(0, LENGTH), max_size=12))})
    pieces = list(pairwise(cuts))
    pieces += draw(st.lists(st.sampled_from(pieces), max_size=4))
    pieces += [(max(0, a - 30), min(LENGTH, b + 30)) for a, b in pieces[::3]]
    return draw(st.permutations(pieces))


def joined(given_pieces: list[bytes | Gap]) -> bytes:
    return b"".join(b"?" * p.length if isinstance(p, Gap) else p for p in given_pieces)


@given(segments(), NEAR_WRAP)
def test_a_stream_is_whole_whatever_way_its_segments_came(
    pieces: list[tuple[int, int]], start: int
) -> None:
    stream = Stream()
    stream.begin(start % (1 << 32))
    given_pieces: list[bytes | Gap] = []
    for a, b in pieces:
        given_pieces += stream.segment((start + a) % (1 << 32), TEXT[a:b])
    assert b"".join(p for p in given_pieces if isinstance(p, bytes)) == TEXT
    assert not stream.waits
    assert stream.close() == []


@given(segments(), st.data())
def test_what_is_lost_is_a_gap_of_its_length(
    pieces: list[tuple[int, int]], data: st.DataObject
) -> None:
    kept = data.draw(st.lists(st.sampled_from(pieces), min_size=1))
    stream = Stream()
    stream.begin(0)
    given_pieces: list[bytes | Gap] = []
    for a, b in kept:
        given_pieces += stream.segment(a, TEXT[a:b])
    text = joined(given_pieces + stream.close())
    covered = {at for a, b in kept for at in range(a, b)}
    end = max(covered) + 1
    assert text == bytes(TEXT[at] if at in covered else ord("?") for at in range(end))


def test_what_the_receiver_has_acknowledged_is_not_waited_for() -> None:
    stream = Stream()
    stream.begin(100)
    assert stream.segment(110, b"later") == []
    assert stream.acknowledged(105) == []
    assert stream.acknowledged(110) == [Gap(10), b"later"]


def test_a_hole_does_not_hold_memory_without_bound() -> None:
    stream = Stream()
    stream.begin(0)
    piece = bytes(1 << 16)
    given_pieces: list[bytes | Gap] = []
    for n in range(WAITING_MAX // len(piece) + 1):
        given_pieces += stream.segment(1 + n * len(piece), piece)
    assert given_pieces[0] == Gap(1)
    crowd = Stream()
    crowd.begin(0)
    assert Gap(1) in [p for n in range(SEGMENTS_MAX + 1) for p in crowd.segment(1 + 2 * n, b"x")]


def test_a_segment_of_another_life_is_a_stray() -> None:
    stream = Stream()
    stream.begin(0)
    assert stream.segment(1 << 30, b"what") == []
    assert stream.strays == 1


@given(st.lists(st.binary(max_size=300), max_size=6), st.lists(st.integers(0, 2000), max_size=20))
def test_frames_arrive_in_any_segmentation(bodies: list[bytes], cuts: list[int]) -> None:
    octets = b"".join(frame(0x8001, body) for body in bodies)
    at = sorted({0, len(octets), *(min(cut, len(octets)) for cut in cuts)})
    reader = FrameReader()
    frames = [f for a, b in pairwise(at) for f in reader.feed(octets[a:b])]
    assert frames == [Frame(0x8001, body) for body in bodies]
    assert list(reader.close()) == []


@given(st.lists(st.binary(max_size=100) | st.just(frame(0x8001, b"hi")), max_size=12))
def test_no_octet_vanishes_between_frames(pieces: list[bytes]) -> None:
    reader = FrameReader()
    items = [item for piece in pieces for item in reader.feed(piece)]
    items += reader.close()
    again = b"".join(i.octets if isinstance(i, Lost) else frame(*i) for i in items)
    assert again == b"".join(pieces)


@given(st.binary(max_size=400), st.sampled_from([b"", pcap([]), pcapng([])]), st.integers(1, 99))
def test_no_file_breaks_the_reader(octets: bytes, start: bytes, size: int) -> None:
    octets = start + octets
    reader = RecordReader()
    try:
        for at in range(0, len(octets), size):
            for _ in reader.feed(octets[at : at + size]):
                pass
        reader.close()
    except NotACapture:
        assert not start


@given(st.data())
def test_a_flipped_octet_costs_no_more_than_what_follows(data: st.DataObject) -> None:
    octets = bytearray(pcap([record(bytes([n]) * 40, n) for n in range(10)]))
    at = data.draw(st.integers(24, len(octets) - 1))
    octets[at] ^= data.draw(st.integers(1, 255))
    reader = RecordReader()
    items = list(reader.feed(bytes(octets)))
    reader.close()
    assert len(items) >= (at - 24) // 56


@given(st.sampled_from(LINKS), st.binary(max_size=120))
def test_no_frame_breaks_the_layers(link: int, octets: bytes) -> None:
    for kind in (b"", b"\x86\xdd\x60", b"\x08\x00\x45", b"\x81\x00", b"\x88\xe1"):
        content = open_frame(link, bytes(12) * bool(kind) + kind + octets)
        if isinstance(content, HomePlugFrame):
            name_message(content)


@given(st.integers(0x8FFF, 0x9004), st.binary(max_size=24))
def test_no_datagram_breaks_discovery(kind: int, body: bytes) -> None:
    with suppress(NoDiscovery):
        assert read_discovery(Frame(kind, body)).name.startswith("SECCDiscovery")


@given(st.lists(st.tuples(st.integers(0, 1), st.binary(max_size=80)), max_size=10))
def test_no_octets_break_tls(pieces: list[tuple[int, bytes]]) -> None:
    for start in (b"", b"\x16\x03\x03\x00\x40\x02\x00\x00\x3c\x03\x03", b"\x17\x03\x03\x00\x20"):
        tls = TlsConnection(KeyLog())
        for side, octets in pieces:
            assert list(tls.feed(side, start + octets)) == []
            tls.gap(side)


@given(st.binary(max_size=200))
def test_no_text_breaks_the_key_log(text: bytes) -> None:
    keys = KeyLog()
    bad = keys.add(text)
    assert len(bad) + len(keys) <= len(text.splitlines())


def spoken() -> list[Record]:
    talk = Talk().say([frame(0x8001, SAP_REQ)], from_ev=True)
    talk.say([frame(0x8001, SAP_RES), frame(0x8001, SAP_RES)[:7]], from_ev=False)
    talk.say([frame(0x8001, SAP_REQ)], from_ev=True)
    sdp = record(udp(frame(0x9000, b"\x10\0"), from_ev=True), 1)
    slac = record(ethernet(0x88E1, b"\x01\x64\x60\0\0"), 2)
    return [sdp, slac, *talk.end().records]


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 150), st.integers(0, 255)), max_size=8),
    st.permutations(range(10)),
)
def test_packets_damaged_anywhere_break_no_decoder(
    damages: list[tuple[int, int, int]], order: list[int]
) -> None:
    records = spoken()
    for number, at, octet in damages:
        data = bytearray(records[number].data)
        data[at % len(data)] = octet
        records[number] = records[number]._replace(data=bytes(data))
    decoder = CaptureDecoder()
    events = [event for number in order for event in decoder.take(records[number])]
    for event in [*events, *decoder.close()]:
        if isinstance(event, V2gMessage):
            assert (event.message is None) == (event.error is not None)
    assert decoder.packets == len(records)


@given(st.lists(st.text("0123456789abcdefx :\n", max_size=60) | st.just("01fe8001000000020400")))
def test_no_text_breaks_the_reading_of_hex(lines: list[str]) -> None:
    full = [line for line in lines if line.strip(" :x\n")]
    told = list(hex_messages(lines, "iso2"))
    assert len(told) >= len([line for line in full if line.replace("0x", "").strip(" :\n")])
