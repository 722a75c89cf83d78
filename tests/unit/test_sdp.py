"""Where a vehicle finds the charger: answers by policy, and silence for what is no question."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from silverpin.protocols import sdp, v2gtp
from silverpin.protocols.admission import Policy
from silverpin.protocols.sdp import NoDiscovery, Offer, Request, Response, Security, Transport

ADDRESS = "fe80::1234"
OFFER = Offer(ADDRESS, 8042, Policy.TLS13_ONLY, has_certificate=True)


def answered(security: Security, offer: Offer) -> Response:
    return sdp.read_response(sdp.answer(sdp.request(Request(security)), offer))


def test_the_datagrams_are_those_of_the_standard() -> None:
    assert sdp.request(Request(Security.TLS)).hex(" ") == "01 fe 90 00 00 00 00 02 00 00"
    told = sdp.answer(sdp.request(Request(Security.TLS)), OFFER)
    octets = ipaddress.IPv6Address(ADDRESS).packed.hex()
    assert told.hex() == "01fe900100000014" + octets + "1f6a" + "0000"


@pytest.mark.parametrize(
    ("policy", "certificate", "asked", "served"),
    [
        (Policy.TLS13_ONLY, True, Security.TLS, Security.TLS),
        (Policy.TLS13_ONLY, True, Security.NONE, Security.TLS),
        (Policy.MIXED, True, Security.TLS, Security.TLS),
        (Policy.MIXED, True, Security.NONE, Security.NONE),
        (Policy.MIXED_DISCHARGE, True, Security.NONE, Security.NONE),
        (Policy.MIXED, False, Security.TLS, Security.NONE),
        (Policy.OPEN, True, Security.NONE, Security.NONE),
    ],
)
def test_the_answer_is_what_the_charger_serves(
    policy: Policy, certificate: bool, asked: Security, served: Security
) -> None:
    found = answered(asked, Offer(ADDRESS, 8042, policy, certificate))
    assert (found.security, found.port, found.transport) == (served, 8042, Transport.TCP)
    assert found.address == ipaddress.IPv6Address(ADDRESS).packed


def test_a_charger_that_can_serve_nobody_is_silent_and_says_why() -> None:
    offer = Offer(ADDRESS, 8042, Policy.TLS13_ONLY, has_certificate=False)
    with pytest.raises(NoDiscovery, match="no certificate is installed"):
        sdp.answer(sdp.request(Request(Security.TLS)), offer)


GOOD = sdp.request(Request(Security.TLS))


@pytest.mark.parametrize(
    ("datagram", "why"),
    [
        (b"", "0 octets"),
        (GOOD[:-1], "9 octets are not one"),
        (GOOD + b"\0", "11 octets are not one"),
        (GOOD + GOOD, "20 octets are not one"),
        (b"\x02\xfd" + GOOD[2:], "no V2GTP header"),
        (v2gtp.frame(v2gtp.SDP_REQUEST, b"\0"), "1 octets and should have 2"),
        (v2gtp.frame(v2gtp.EXI, b"\0\0"), "0x8001 is not 0x9000"),
        (v2gtp.frame(v2gtp.SDP_RESPONSE, bytes(20)), "0x9001 is not 0x9000"),
        (v2gtp.frame(v2gtp.SDP_REQUEST_WIRELESS, b"\0\0"), "0x9002 is not 0x9000"),
        (v2gtp.frame(v2gtp.SDP_REQUEST, b"\x05\0"), "5 is not a valid Security"),
        (v2gtp.frame(v2gtp.SDP_REQUEST, b"\0\x10"), "asks for UDP"),
        (v2gtp.frame(v2gtp.SDP_REQUEST, b"\0\x11"), "17 is not a valid Transport"),
    ],
)
def test_what_is_no_question_gets_no_answer(datagram: bytes, why: str) -> None:
    with pytest.raises(NoDiscovery, match=why):
        sdp.answer(datagram, OFFER)


@given(st.binary(max_size=64))
def test_any_datagram_is_answered_or_refused(datagram: bytes) -> None:
    try:
        told = sdp.answer(datagram, OFFER)
    except NoDiscovery:
        return
    assert sdp.read_response(told).port == 8042


def test_a_vehicle_does_not_follow_an_answer_to_port_0() -> None:
    told = sdp.response(Response(bytes(16), 0, Security.TLS))
    with pytest.raises(NoDiscovery, match="port 0"):
        sdp.read_response(told)
