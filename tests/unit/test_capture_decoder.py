"""From packets to messages: sessions, senders, schemas, loss, and traffic of others."""

import struct
from collections.abc import Iterable

import pytest

from silverpin.protocols.capture.connection import Ended, Event
from silverpin.protocols.capture.conversation import V2gMessage
from silverpin.protocols.capture.decoder import CONNECTIONS_MAX, CaptureDecoder
from silverpin.protocols.capture.records import Record
from silverpin.protocols.capture.tcp import ACK, RST, SYN
from silverpin.protocols.exi import encode
from silverpin.protocols.v2gtp import COMMON, EXI, frame
from tests.captures import EV_PORT, SAP_REQ, SAP_RES, Talk, ethernet, ipv6, record, tcp, udp

SETUP_REQ = encode(
    "din",
    {"V2G_Message": {
        "Header": {"SessionID": "00"}, "Body": {"SessionSetupReq": {"EVCCID": "F2D6380789C3"}},
    }},
)  # fmt: skip
STOP_REQ = encode(
    "din",
    {"V2G_Message": {
        "Header": {"SessionID": "0102030405060708"}, "Body": {"SessionStopReq": {}},
    }},
)  # fmt: skip


def decode(records: Iterable[Record], decoder: CaptureDecoder | None = None) -> list[Event]:
    decoder = decoder or CaptureDecoder()
    events = [event for item in records for event in decoder.take(item)]
    return events + list(decoder.close())


def messages(events: Iterable[Event]) -> list[V2gMessage]:
    return [event for event in events if isinstance(event, V2gMessage)]


def ends(events: Iterable[Event]) -> list[str]:
    return [event.how for event in events if isinstance(event, Ended)]


def greeting(*, greeted: bool = True) -> Talk:
    talk = Talk(greeted=greeted)
    talk.say([frame(EXI, SAP_REQ)], from_ev=True)
    return talk.say([frame(EXI, SAP_RES)], from_ev=False)


def test_a_session_from_its_greeting_to_its_end() -> None:
    talk = greeting().say([frame(EXI, SETUP_REQ)], from_ev=True).end()
    events = decode(talk.records)
    told = [(m.session, m.sender, m.protocol, m.name) for m in messages(events)]
    assert told == [
        ("s1", "ev", "sap", "supportedAppProtocolReq"),
        ("s1", "evse", "sap", "supportedAppProtocolRes"),
        ("s1", "ev", "din", "SessionSetupReq"),
    ]
    last = messages(events)[-1]
    assert last.message is not None
    assert last.message["V2G_Message"]["Body"] == {"SessionSetupReq": {"EVCCID": "F2D6380789C3"}}
    assert last.exi == SETUP_REQ
    assert last.t_ns == talk.records[4].t_ns
    assert ends(events) == ["the vehicle closed the connection first"]


def test_frames_cut_to_single_octets_are_the_same_messages() -> None:
    octets = frame(EXI, SETUP_REQ)
    talk = greeting().say([octets[at : at + 1] for at in range(len(octets))], from_ev=True)
    events = decode(talk.records)
    assert [m.name for m in messages(events)][2:] == ["SessionSetupReq"]
    assert ends(events) == ["the capture ends, the connection does not"]


def test_two_frames_in_one_segment_and_one_over_two() -> None:
    octets = frame(EXI, SETUP_REQ) + frame(EXI, STOP_REQ)
    for cut in range(len(octets)):
        pieces = [piece for piece in (octets[:cut], octets[cut:]) if piece]
        talk = greeting().say(pieces, from_ev=True)
        names = [m.name for m in messages(decode(talk.records))]
        assert names[2:] == ["SessionSetupReq", "SessionStopReq"]


def test_a_capture_that_begins_inside_a_session() -> None:
    octets = frame(EXI, SETUP_REQ)
    talk = Talk(greeted=False).say([octets[9:], octets, frame(EXI, STOP_REQ)], from_ev=True)
    found = messages(decode(talk.records))
    assert [(m.sender, m.protocol, m.name) for m in found] == [
        ("ev", "din", "SessionSetupReq"),
        ("ev", "din", "SessionStopReq"),
    ]


def test_a_lost_packet_costs_its_messages_and_no_other() -> None:
    octets = frame(EXI, SETUP_REQ)
    talk = greeting().say([octets[:20], octets[20:], frame(EXI, STOP_REQ)], from_ev=True)
    del talk.records[5]
    decoder = CaptureDecoder()
    found = messages(decode(talk.records, decoder))
    assert found[2].error is not None
    missing = len(octets) - 20
    assert found[2].error.reason == (
        f"12 of {len(SETUP_REQ)} octets were captured: "
        f"the capture lacks {missing} octets of this stream"
    )
    assert found[3].name == "SessionStopReq"
    assert decoder.counts == {"gap in a TCP stream": 1}


def test_the_same_ends_meet_again() -> None:
    talk = greeting().end()
    again = greeting().end()
    events = decode([*talk.records, *again.records])
    assert [m.session for m in messages(events)] == ["s1", "s1", "s2", "s2"]


def test_a_greeting_twice_is_one_connection() -> None:
    talk = greeting()
    talk.records.insert(1, talk.records[0])
    assert [m.session for m in messages(decode(talk.records))] == ["s1", "s1"]


def test_a_reset_is_told_with_who_sent_it() -> None:
    talk = greeting()
    talk.records.append(record(tcp(b"", 0, 0, RST | ACK, from_ev=False)))
    assert ends(decode(talk.records)) == ["the charger reset the connection"]


@pytest.mark.parametrize(
    ("kind", "body", "reason"),
    [
        (0x1234, b"what", "payload type 0x1234 is not known"),
        (EXI, b"", "the body has 0 octets, no message is that short"),
        (EXI, b"\x80\xff", "no schema's message begins with 80 ff"),
    ],
)
def test_a_frame_that_no_schema_reads_is_told_and_the_next_is_read(
    kind: int, body: bytes, reason: str
) -> None:
    talk = Talk().say([frame(kind, body), frame(EXI, STOP_REQ)], from_ev=True)
    found = messages(decode(talk.records))
    assert found[0].error is not None
    assert (found[0].error.reason, found[0].exi) == (reason, body)
    assert found[1].name == "SessionStopReq"


def test_the_payload_type_names_the_schema_of_iso_15118_20() -> None:
    stop = {"SessionStopRes": {
        "Header": {"SessionID": "34FA4EC50C593874", "TimeStamp": 1795331051}, "ResponseCode": "OK",
    }}  # fmt: skip
    octets = frame(COMMON, encode("iso20-common", stop))
    found = messages(
        decode(Talk().say([octets], from_ev=False).records, CaptureDecoder(forced="din"))
    )
    assert [(m.protocol, m.message) for m in found] == [("iso20-common", stop)]


def test_what_was_negotiated_gives_way_to_what_the_body_says() -> None:
    setup = {"V2G_Message": {
        "Header": {"SessionID": "00"}, "Body": {"SessionSetupReq": {"EVCCID": "F2D6380789C3"}},
    }}  # fmt: skip
    talk = greeting().say([frame(EXI, encode("iso2", setup))], from_ev=True)
    assert [m.protocol for m in messages(decode(talk.records))] == ["sap", "sap", "iso2"]


def test_discovery_and_its_faults() -> None:
    endpoint = bytes.fromhex("fe80000000000000000000000000000bef9d")
    records = [
        record(udp(frame(0x9000, b"\x10\x00"), from_ev=True), 7),
        record(udp(frame(0x9001, endpoint + b"\x00\x00"), from_ev=False)),
        record(udp(frame(0x9001, b"short"), from_ev=False)),
        record(udp(frame(EXI, b"\x80\x00"), from_ev=False)),
        record(udp(frame(0x9000, b"\x10\x00")[:-1], from_ev=True)),
        record(udp(b"any other", from_ev=True)),
    ]
    decoder = CaptureDecoder()
    found = messages(decode(records, decoder))
    assert [(m.sender, m.name, m.message) for m in found[:2]] == [
        ("ev", "SECCDiscoveryReq", {"Security": "none", "TransportProtocol": "TCP"}),
        ("evse", "SECCDiscoveryRes", {
            "SECCAddress": "fe80::b", "SECCPort": 61341,
            "Security": "TLS", "TransportProtocol": "TCP",
        }),
    ]  # fmt: skip
    assert [m.error.reason for m in found[2:] if m.error] == [
        "SECCDiscoveryRes has 5 octets, which is not its length",
        "payload type 0x8001 does not belong on UDP",
        "1 of 2 octets were captured: the stream ends inside this message",
    ]
    assert decoder.counts == {"UDP": 1}


def test_other_people_s_connections_are_counted_and_left_alone() -> None:
    web = Talk().say([b"GET / HTTP/1.1\r\n", b"\x01\xfe\x80\x01\0\0\0\0"], from_ev=True).end()
    decoder = CaptureDecoder()
    assert decode(web.records, decoder) == []
    assert decoder.counts == {"TCP connection without V2G messages": 1}


def test_the_table_of_connections_is_bounded() -> None:
    decoder = CaptureDecoder()
    for n in range(CONNECTIONS_MAX + 10):
        ports = struct.pack(">HHIIBBHHH", 10_000 + n, 80, 0, 0, 0x50, SYN, 0, 0, 0)
        assert list(decoder.take(record(ethernet(0x86DD, ipv6(6, ports, from_ev=True))))) == []
    assert decoder.counts["TCP connection without V2G messages"] == 10


def test_cut_packets_are_named() -> None:
    whole = tcp(b"x", 0, 0, ACK, from_ev=True)
    short = ethernet(0x86DD, ipv6(6, struct.pack(">H", EV_PORT), from_ev=True))
    mme = ethernet(0x88E1, b"\x01")
    decoder = CaptureDecoder()
    records = [Record(0, 1, whole[:60], len(whole)), record(short), record(mme)]
    assert decode(records, decoder) == []
    assert decoder.counts == {
        "packet cut by the capture's own length limit": 1,
        "a TCP segment cut in its header": 2,
        "a HomePlug frame cut in its header": 1,
    }


def test_tls_without_a_key_log_is_one_failed_line() -> None:
    data = b"\x17\x03\x03\x00\x04abcd"
    hello = b"\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00"
    talk = Talk().say([hello, data, data], from_ev=True)
    found = messages(decode(talk.records))
    assert [(m.session, m.protocol, m.name) for m in found] == [("s1", "tls", "TLS")]
    assert found[0].error is not None
    assert found[0].error.reason.startswith("2 records stay closed: the capture lacks")
