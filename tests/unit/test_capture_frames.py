"""Links, networks and the power line: what is followed, and the names of what is not."""

import struct

import pytest

from silverpin.protocols.capture.frames import Content, Datagram, HomePlugFrame, Other, open_frame
from silverpin.protocols.capture.homeplug import name_message
from silverpin.protocols.capture.sdp import address
from tests.captures import EV, EVSE, ethernet, ipv6

INSIDE = Datagram(17, EV, EVSE, b"12345678hi")
PACKET = ipv6(17, b"12345678hi", from_ev=True)


def ipv4(
    payload: bytes, *, flags: int = 0, options: bytes = b"", total: int | None = None
) -> bytes:
    length = 20 + len(options)
    total = length + len(payload) if total is None else total
    head = struct.pack(">BBHHHBBH", 0x40 | length // 4, 0, total, 1, flags, 64, 6, 0)
    return head + b"\x0a\0\0\1" + b"\x0a\0\0\2" + options + payload


IN_IPV4 = Datagram(6, b"\x0a\0\0\1", b"\x0a\0\0\2", b"abc")


@pytest.mark.parametrize(
    ("link", "frame", "content"),
    [
        (1, ethernet(0x86DD, PACKET), INSIDE),
        (1, ethernet(0x86DD, PACKET + b"padding"), INSIDE),
        (1, ethernet(0x8100, b"\0\1\x86\xdd" + PACKET), INSIDE),
        (1, ethernet(0x88A8, b"\0\1\x81\0\0\2\x86\xdd" + PACKET), INSIDE),
        (113, bytes(14) + b"\x86\xdd" + PACKET, INSIDE),
        (276, b"\x86\xdd" + bytes(18) + PACKET, INSIDE),
        (101, PACKET, INSIDE),
        (229, PACKET, INSIDE),
        (0, b"\x1e\0\0\0" + PACKET, INSIDE),
        (1, ethernet(0x0800, ipv4(b"abc") + b"pad"), IN_IPV4),
        (12, ipv4(b"abc", options=bytes(8)), IN_IPV4),
        (228, ipv4(b"abc", total=0), IN_IPV4),
        (1, ethernet(0x0800, ipv4(b"abc", flags=0x2000)), Other("IPv4 fragment")),
        (1, ethernet(0x0806, b"who has"), Other("ARP")),
        (1, ethernet(0x1234, b""), Other("EtherType 0x1234")),
        (1, ethernet(100, b""), Other("802.3 with LLC")),
        (1, ethernet(0x86DD, ipv6(58, b"", from_ev=True)), Other("ICMPv6")),
        (1, ethernet(0x86DD, ipv6(200, b"", from_ev=True)), Other("IP protocol 200")),
        (1, b"short", Other("a frame cut in its headers")),
        (1, ethernet(0x86DD, PACKET[:30]), Other("IPv6 with a header that contradicts itself")),
        (
            1,
            ethernet(0x0800, b"\x45" + bytes(11)),
            Other("IPv4 with a header that contradicts itself"),
        ),
        (147, b"", Other("a frame of link type 147")),
        (113, bytes(14) + b"\x88\xe1" + b"mme", HomePlugFrame(b"", b"", b"mme")),
    ],
)
def test_what_a_frame_carries(link: int, frame: bytes, content: Content) -> None:
    assert open_frame(link, frame) == content


@pytest.mark.parametrize(
    ("headers", "content"),
    [
        ([(0, 8), (60, 16), (43, 8)], INSIDE),
        ([(51, 12)], INSIDE),
        ([(44, 8)], INSIDE),
        ([(60, 8)] * 20, Other("IPv6 with too many extension headers")),
    ],
)
def test_extension_headers_are_stepped_over(
    headers: list[tuple[int, int]], content: Content
) -> None:
    payload, protocol = b"12345678hi", 17
    for kind, length in reversed(headers):
        units = {51: length // 4 - 2, 44: 0}.get(kind, length // 8 - 1)
        payload = bytes([protocol, units]) + bytes(length - 2) + payload
        protocol = kind
    assert open_frame(101, ipv6(protocol, payload, from_ev=True)) == content


def test_a_fragment_of_ipv6_is_named() -> None:
    payload = bytes([17, 0, 0, 1]) + bytes(4) + b"first part"
    assert open_frame(101, ipv6(44, payload, from_ev=True)) == Other("IPv6 fragment")


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        (b"\x01\x64\x60\0\0", ("slac", "CM_SLAC_PARM.REQ", "ev")),
        (b"\x01\x65\x60\0\0", ("slac", "CM_SLAC_PARM.CNF", "evse")),
        (b"\x01\x7d\x60", ("slac", "CM_SLAC_MATCH.CNF", "evse")),
        (b"\x01\x86\x60", ("slac", "CM_ATTEN_PROFILE.IND", None)),
        (b"\x01\x08\x60", ("homeplug", "CM_SET_KEY.REQ", None)),
        (b"\x00\x01\xa0", ("homeplug", "VS_SW_VER.CNF", None)),
        (b"\x00\x37\x12", ("homeplug", "MME_1234.RSP", None)),
    ],
)
def test_messages_of_the_power_line_by_name(payload: bytes, said: tuple[str, str, str]) -> None:
    frame = open_frame(1, ethernet(0x88E1, payload))
    assert isinstance(frame, HomePlugFrame)
    told = name_message(frame)
    assert told is not None
    assert told[:3] == said
    assert told.message == {"Source": "02:02:02:02:02:02", "Destination": "00:00:00:00:00:00"}


def test_a_message_of_matching_is_told_with_its_fields() -> None:
    # As recorded, but for an octet of a careless vehicle behind it.
    body = bytes.fromhex("0000e00ee10024dde00ee10024dd0000") + bytes(34) + b"\x09\x02\x1e\x21"
    frame = open_frame(1, ethernet(0x88E1, b"\x01\x6e\x60\0\0" + body + b"\xd3"))
    assert isinstance(frame, HomePlugFrame)
    told = name_message(frame)
    assert told is not None
    assert told.name == "CM_ATTEN_CHAR.IND"
    assert told.message["vehicle"] == "e00ee10024dd"
    assert told.message["sounds"] == 9
    assert (told.message["attenuation_db"], told.message["groups_db"]) == (31.5, [30, 33])
    assert told.trailing == b"\xd3"
    assert told.error is None


def test_a_power_line_frame_without_a_type_has_no_name() -> None:
    assert name_message(HomePlugFrame(b"", b"", b"\x01\x64")) is None


@pytest.mark.parametrize(
    ("octets", "text"),
    [
        (bytes(16), "::"),
        (EV, "fe80::a"),
        (bytes.fromhex("20010db8000000010000000000000001"), "2001:db8:0:1::1"),
        (bytes.fromhex("20010db8000100020003000400050006"), "2001:db8:1:2:3:4:5:6"),
        (bytes.fromhex("00010000000200030004000500060007"), "1:0:2:3:4:5:6:7"),
        (b"\x0a\0\0\1", "10.0.0.1"),
    ],
)
def test_addresses_as_people_write_them(octets: bytes, text: str) -> None:
    assert address(octets) == text
