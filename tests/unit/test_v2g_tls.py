"""TLS as each protocol wants it: real handshakes, in memory."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from silverpin.drivers.v2g.credentials import BadCredentials
from silverpin.drivers.v2g.verification import Role
from silverpin.protocols.tls_profiles import INTEROP, ISO2, ISO20, Code
from tests.v2g_certificates import (
    bench,
    handshake,
    met,
    only,
)

tls = pytest.importorskip("silverpin.drivers.v2g.tls", exc_type=ImportError)


@pytest.mark.parametrize("group", ISO20.groups, ids=lambda code: code.name)
@pytest.mark.parametrize("suite", ISO20.suites, ids=lambda code: code.name)
@pytest.mark.parametrize("key", ISO20.keys)
def test_iso_15118_20_has_two_groups_two_suites_and_two_keys(
    group: Code, suite: Code, key: str
) -> None:
    pki = bench("iso20", key)
    agreed = met(
        ISO20,
        pki.credentials(Role.VEHICLE),
        pki.credentials(Role.CHARGER),
        as_vehicle=only(ISO20, groups=(group,), suites=(suite,)),
    )
    for side, peer in zip(agreed, (Role.CHARGER, Role.VEHICLE), strict=True):
        assert isinstance(side, tls.Agreed)
        assert (side.version, side.group, side.suite) == ("TLSv1.3", group.name, suite.name)
        leaf = pki.chains[peer].leaf.certificate
        assert side.peer is not None
        assert side.peer.serial == f"{leaf.serial_number:x}"


def test_the_charger_chooses_the_first_suite_whatever_the_vehicle_prefers() -> None:
    turned = only(ISO20, suites=tuple(reversed(ISO20.suites)))
    _, charger = met(ISO20, as_vehicle=turned)
    assert isinstance(charger, tls.Agreed)
    assert charger.suite == ISO20.suites[0].name


def test_a_vehicle_that_guesses_another_group_is_asked_again() -> None:
    _, charger = met(ISO20, as_vehicle=only(INTEROP, groups=tuple(reversed(INTEROP.groups)),
                     signatures=ISO20.signatures, suites=ISO20.suites))  # fmt: skip
    assert isinstance(charger, tls.Agreed)
    assert charger.group in {code.name for code in ISO20.groups}


@pytest.mark.parametrize(
    "parts",
    [{"groups": (INTEROP.groups[2],)}, {"suites": (INTEROP.suites[2],)}],
    ids=["secp256r1", "TLS_AES_128_GCM_SHA256"],
)
def test_what_iso_15118_20_does_not_know_is_met_by_the_named_profile_alone(
    parts: dict[str, tuple[Code, ...]],
) -> None:
    assert isinstance(met(ISO20, as_vehicle=only(INTEROP, **parts))[1], str)
    _, charger = met(INTEROP, as_vehicle=only(INTEROP, **parts))
    assert isinstance(charger, tls.Agreed)
    assert charger.group == parts.get("groups", INTEROP.groups)[0].name


def test_iso_15118_2_is_met_with_tls_1_2_and_asks_the_vehicle_for_nothing() -> None:
    vehicle, charger = met(ISO2)
    assert isinstance(vehicle, tls.Agreed)
    assert isinstance(charger, tls.Agreed)
    assert (charger.version, charger.suite) == ("TLSv1.2", "ECDHE-ECDSA-AES128-SHA256")
    assert charger.peer is None
    assert vehicle.peer is not None


def test_tls_1_2_does_not_reach_the_profile_of_1_3() -> None:
    _, charger = met(ISO20, bench("iso2").credentials(Role.VEHICLE), as_vehicle=ISO2)
    assert charger == "TLS with the vehicle failed: unsupported protocol"


def test_plain_octets_pass_both_ways_and_a_change_on_the_wire_is_found() -> None:
    pki = bench("iso20")
    vehicle = tls.TlsSide(ISO20, Role.VEHICLE, pki.credentials(Role.VEHICLE)).session()
    charger = tls.TlsSide(ISO20, Role.CHARGER, pki.credentials(Role.CHARGER)).session()
    handshake(vehicle, charger)
    vehicle.send(b"hello")
    assert charger.receive(vehicle.outgoing()) == b"hello"
    charger.send(b"x" * 100_000)
    assert vehicle.receive(charger.outgoing()) == b"x" * 100_000
    vehicle.send(b"again")
    changed = bytearray(vehicle.outgoing())
    changed[-1] ^= 1
    with pytest.raises(tls.Refused, match="TLS with the vehicle failed"):
        charger.receive(bytes(changed))


def test_an_orderly_end_is_told() -> None:
    pki = bench("iso20")
    vehicle = tls.TlsSide(ISO20, Role.VEHICLE, pki.credentials(Role.VEHICLE)).session()
    charger = tls.TlsSide(ISO20, Role.CHARGER, pki.credentials(Role.CHARGER)).session()
    handshake(vehicle, charger)
    vehicle.bye()
    assert charger.receive(vehicle.outgoing()) == b""
    assert charger.closed


def test_nothing_can_be_said_after_the_farewell() -> None:
    pki = bench("iso20")
    vehicle = tls.TlsSide(ISO20, Role.VEHICLE, pki.credentials(Role.VEHICLE)).session()
    charger = tls.TlsSide(ISO20, Role.CHARGER, pki.credentials(Role.CHARGER)).session()
    handshake(vehicle, charger)
    vehicle.bye()
    with pytest.raises(tls.Refused, match="TLS with the charger failed: "):
        vehicle.send(b"and another thing")


def test_keys_are_told_to_whom_asked_and_nobody_else() -> None:
    pki = bench("iso20")
    lines: list[bytes] = []
    vehicle = tls.TlsSide(ISO20, Role.VEHICLE, pki.credentials(Role.VEHICLE))
    charger = tls.TlsSide(ISO20, Role.CHARGER, pki.credentials(Role.CHARGER))
    handshake(vehicle.session(), charger.session())
    assert lines == []
    handshake(vehicle.session(), charger.session(lines.append))
    labels = {line.split()[0] for line in lines}
    assert {b"CLIENT_TRAFFIC_SECRET_0", b"SERVER_TRAFFIC_SECRET_0"} <= labels


def test_nobody_comes_back_on_a_ticket_without_showing_a_certificate() -> None:
    pki = bench("iso20")
    vehicle = tls.TlsSide(ISO20, Role.VEHICLE, pki.credentials(Role.VEHICLE))
    charger = tls.TlsSide(ISO20, Role.CHARGER, pki.credentials(Role.CHARGER))
    for _ in range(3):
        _, said = handshake(vehicle.session(), charger.session())
        assert isinstance(said, tls.Agreed)
        assert said.peer is not None


def test_a_profile_that_openssl_cannot_do_is_told() -> None:
    strange = only(ISO20, groups=(Code(1, "no-such-group", "no-such-group"),))
    with pytest.raises(BadCredentials, match="this OpenSSL lacks no-such-group"):
        tls.TlsSide(strange, Role.CHARGER, bench("iso20").credentials(Role.CHARGER))


def test_what_another_connection_left_in_openssl_is_not_ours() -> None:
    pki = bench("iso20")
    vehicle = tls.TlsSide(ISO20, Role.VEHICLE, pki.credentials(Role.VEHICLE)).session()
    charger = tls.TlsSide(ISO20, Role.CHARGER, pki.credentials(Role.CHARGER)).session()
    hello = (vehicle.shake(b""), vehicle.outgoing())[1]

    def leave_an_error() -> None:
        tls.Binding.lib.ERR_put_error(20, 0, 1, b"elsewhere", 1)

    leave_an_error()
    assert charger.shake(hello[:10]) is None
    leave_an_error()
    charger.shake(hello[10:])
    vehicle.shake(charger.outgoing())
    leave_an_error()
    assert isinstance(charger.shake(vehicle.outgoing()), tls.Agreed)
    for _ in range(2):
        leave_an_error()
        charger.send(b"hello")
        leave_an_error()
        assert vehicle.receive(charger.outgoing()) == b"hello"
    leave_an_error()
    vehicle.bye()
    leave_an_error()
    charger.receive(vehicle.outgoing())
    assert charger.closed


@given(st.binary(min_size=1, max_size=300), st.booleans())
def test_whatever_octets_come_the_handshake_waits_or_is_refused(data: bytes, framed: bool) -> None:
    pki = bench("iso20")
    charger = tls.TlsSide(ISO20, Role.CHARGER, pki.credentials(Role.CHARGER)).session()
    octets = b"\x16\x03\x01" + len(data).to_bytes(2, "big") + data if framed else data
    with contextlib.suppress(tls.Refused):
        assert charger.shake(octets) is None


@given(st.integers(min_value=0, max_value=4000), st.integers(min_value=1, max_value=255))
def test_a_handshake_that_was_tampered_with_never_ends_well(at: int, change: int) -> None:
    pki = bench("iso20")
    vehicle = tls.TlsSide(ISO20, Role.VEHICLE, pki.credentials(Role.VEHICLE)).session()
    charger = tls.TlsSide(ISO20, Role.CHARGER, pki.credentials(Role.CHARGER)).session()
    vehicle.shake(b"")
    charger.shake(vehicle.outgoing())
    vehicle.shake(charger.outgoing())
    flight = bytearray(vehicle.outgoing())
    at %= len(flight)
    flight[at] ^= change
    try:
        agreed = charger.shake(bytes(flight))
    except tls.Refused:
        return
    # The version of a record counts for nothing since TLS 1.3, nor does a longer length end it.
    assert agreed is None or (at % len(flight) in range(5 + len(flight)) and _same(flight, at))


def _same(flight: bytearray, at: int) -> bool:
    """Whether the octet at *at* is the version of a record or the compatibility message."""
    begin = 0
    while begin < len(flight):
        length = int.from_bytes(flight[begin + 3 : begin + 5], "big")
        if flight[begin] == 0x14 or at in (begin + 1, begin + 2):
            return True
        begin += 5 + length
    return False
