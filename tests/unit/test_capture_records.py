"""pcap and pcapng files, whole, cut, damaged and foreign."""

import struct

import pytest

from silverpin.protocols.capture.records import Item, NotACapture, Record, RecordReader, Secrets
from tests.captures import block, pcap, pcapng, section

PACKETS = [
    Record(1_700_000_000_123_456_000, 1, b"abc", 3),
    Record(1_700_000_001_000_000_000, 1, b"", 0),
    Record(1_700_000_001_000_001_000, 1, bytes(60), 1500),
]


def read(octets: bytes) -> tuple[list[Item], RecordReader]:
    reader = RecordReader()
    items = list(reader.feed(octets))
    reader.close()
    return items, reader


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("write", [pcap, pcapng])
def test_a_capture_reads_back_in_any_pieces(write: type, order: str) -> None:
    octets = write(PACKETS, order=order)
    assert read(octets)[0] == PACKETS
    reader = RecordReader()
    assert [item for at in octets for item in reader.feed(bytes([at]))] == PACKETS
    reader.close()
    assert reader.damage is None


def test_nanoseconds_and_bits_above_the_link_type() -> None:
    octets = struct.pack(">IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 65535, 0x10000071)
    octets += struct.pack(">IIII", 5, 7, 1, 1) + b"x"
    assert read(octets)[0] == [Record(5_000_000_007, 113, b"x", 1)]


def test_a_cut_file_keeps_what_came_before_and_says_where_it_ends() -> None:
    octets = pcap(PACKETS)
    items, reader = read(octets[:-10])
    assert items == PACKETS[:2]
    assert (
        reader.damage == "the capture ends inside a record: 66 octets from octet 59 on are cut off"
    )


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_a_pcapng_is_read_on_after_damage(order: str, size: int) -> None:
    many = [Record((1_700_000_000 + n) * 1_000_000_000, 1, bytes([n]) * 60, 60) for n in range(9)]
    octets = bytearray(pcapng(many, order=order))
    first = len(octets) - 9 * 92
    octets[first + 3 * 92 + 4 : first + 3 * 92 + 8] = b"\x7f" * 4
    reader = RecordReader()
    pieces = (bytes(octets[n : n + size]) for n in range(0, len(octets), size))
    items = [item for piece in pieces for item in reader.feed(piece)]
    reader.close()
    assert items == many[:3] + many[4:]
    assert reader.damage is not None
    assert reader.damage.startswith(f"a block claims 2139062143 octets at octet {first + 276}: ")


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_a_pcap_is_read_on_after_damage(order: str, size: int) -> None:
    many = [Record((1_700_000_000 + n) * 1_000_000_000, 1, bytes([n]) * 60, 60) for n in range(9)]
    octets = bytearray(pcap(many, order=order))
    at = 24 + 3 * 76 + 8
    octets[at : at + 4] = b"\x7f" * 4
    reader = RecordReader()
    pieces = (bytes(octets[n : n + size]) for n in range(0, len(octets), size))
    items = [item for piece in pieces for item in reader.feed(piece)]
    reader.close()
    assert items == many[:3] + many[4:]
    assert reader.damage == (
        "a record claims 2139062143 octets at octet 252: "
        "reading goes on at the next record that can be told"
    )


def test_damage_in_the_first_record_leaves_nothing_to_go_by() -> None:
    octets = bytearray(pcap(PACKETS))
    octets[32:36] = b"\x7f" * 4
    items, reader = read(bytes(octets))
    assert items == []
    assert reader.damage is not None


@pytest.mark.parametrize("octets", [b"", b"\xd4\xc3", b"\xd4\xc3\xb2\xa1\x02", b"\x0a\x0d\x0d\x0a"])
def test_a_file_that_ends_in_its_first_header_is_no_capture(octets: bytes) -> None:
    with pytest.raises(NotACapture, match="ends before it begins"):
        read(octets)


def test_a_foreign_file_is_refused_by_its_first_octets() -> None:
    with pytest.raises(NotACapture, match="begins with 50 4b 03 04"):
        read(b"PK\x03\x04 and so on")


def test_pcapng_s_other_blocks() -> None:
    interface = block(1, struct.pack("<HHI", 276, 0, 0))
    key_log = b"CLIENT_RANDOM 00 11\n"
    items, reader = read(
        section()
        + block(10, struct.pack("<II", 0x544C534B, len(key_log)) + key_log)
        + block(10, struct.pack("<II", 1, 2) + b"no")
        + block(4, b"names of hosts")
        + block(3, struct.pack("<I", 3) + b"abc")  # before any interface: it has no link
        + interface
        + block(3, struct.pack("<I", 3) + b"abc")
        + block(2, struct.pack("<HHIIII", 0, 0, 0, 5_000_000, 2, 2) + b"xy")
        + block(6, struct.pack("<IIIII", 9, 0, 0, 0, 0))  # of an interface that is none
    )
    assert items == [
        Secrets(key_log),
        Record(None, 276, b"abc", 3),
        Record(5_000_000_000, 276, b"xy", 2),
    ]
    assert reader.damaged_blocks == 2


def test_an_interface_s_own_clock() -> None:
    clock = struct.pack("<HHB3xHHqHH", 9, 1, 0x8A, 14, 8, 100, 0, 0)
    octets = section() + block(1, struct.pack("<HHI", 1, 0, 0) + clock)
    octets += block(6, struct.pack("<IIIII", 0, 0, 1536, 0, 0))
    assert read(octets)[0] == [Record(101_500_000_000, 1, b"", 0)]
