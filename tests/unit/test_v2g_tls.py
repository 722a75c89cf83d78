"""TLS as each protocol wants it: real handshakes in memory, and refusals that say why."""

import contextlib
import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given
from hypothesis import strategies as st

from silverpin.drivers.v2g.credentials import BadCredentials, Credentials, HeldKey
from silverpin.drivers.v2g.pki import BenchPki, bench_pki
from silverpin.drivers.v2g.verification import Role
from silverpin.protocols.admission import Policy
from silverpin.protocols.tls_profiles import INTEROP, ISO2, ISO20, PROFILES, Code, TlsProfile
from tests.v2g_certificates import (
    DAY,
    SERVER_ONLY,
    handshake,
    now,
    reissued,
    revoking,
    self_signed,
)

tls = pytest.importorskip("silverpin.drivers.v2g.tls", exc_type=ImportError)


@cache
def bench(name: str, key: str | None = None) -> BenchPki:
    return bench_pki(PROFILES[name], now(), key)


def met(
    profile: TlsProfile,
    vehicle: Credentials | None = None,
    charger: Credentials | None = None,
    *,
    as_vehicle: TlsProfile | None = None,
    certificate_needed: bool = True,
) -> tuple[object, object]:
    """What vehicle and charger say after a handshake under *profile*."""
    pki = bench(profile.name)
    one = tls.TlsSide(as_vehicle or profile, Role.VEHICLE, vehicle or pki.credentials(Role.VEHICLE))
    other = tls.TlsSide(
        profile,
        Role.CHARGER,
        charger or pki.credentials(Role.CHARGER),
        certificate_needed=certificate_needed,
    )
    return handshake(one.session(), other.session())


def only(profile: TlsProfile, **parts: Any) -> TlsProfile:
    return replace(profile, **parts)


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


WrongVehicle = Callable[[BenchPki], Credentials]
ENDED = now() - 3 * DAY
WRONG_VEHICLES: dict[str, tuple[WrongVehicle, str]] = {
    "expired": (
        lambda pki: reissued(pki, Role.VEHICLE, begins=ENDED - DAY, days=1),
        f"the vehicle's certificate WSPNBENCH00000001 expired on {ENDED:%Y-%m-%d}: have it renewed",
    ),
    "not yet valid": (
        lambda pki: reissued(pki, Role.VEHICLE, begins=now() + DAY),
        "is not valid before",
    ),
    "self-signed": (
        lambda pki: self_signed(pki, Role.VEHICLE),
        "is self-signed and no root of ours",
    ),
    "wrong chain": (
        lambda pki: replace(
            pki.credentials(Role.VEHICLE), chain=pki.chains[Role.VEHICLE].shown[:1]
        ),
        "has an issuer that is not here: Silverpin bench OEM authority 2",
    ),
    "strange root": (
        lambda pki: replace(
            bench_pki(ISO20, now()).credentials(Role.VEHICLE),
            roots=pki.credentials(Role.VEHICLE).roots,
        ),
        "has an issuer that is not here: Silverpin bench OEM root",
    ),
    "a charger's": (
        lambda pki: replace(
            pki.credentials(Role.CHARGER), roots=pki.credentials(Role.VEHICLE).roots
        ),
        "has an issuer that is not here: Silverpin bench V2G root",
    ),
    "for a server": (
        lambda pki: reissued(pki, Role.VEHICLE, purposes=SERVER_ONLY),
        "is not made for this role: have it issued for a vehicle",
    ),
    "for signing code": (
        lambda pki: reissued(pki, Role.VEHICLE, purposes=(ExtendedKeyUsageOID.CODE_SIGNING,)),
        "is not made for this role",
    ),
    "for nothing": (
        lambda pki: reissued(pki, Role.VEHICLE, purposes=()),
        "does not say that it is made for client authentication",
    ),
    "an authority's": (
        lambda pki: reissued(pki, Role.VEHICLE, authority_depth=0),
        "is an authority's: have it issued for a vehicle",
    ),
}


@pytest.mark.parametrize("kind", WRONG_VEHICLES)
@pytest.mark.parametrize("needed", [True, False], ids=["needed", "not needed"])
def test_a_wrong_certificate_is_refused_with_which_why_and_what_to_do(
    kind: str, needed: bool
) -> None:
    make, why = WRONG_VEHICLES[kind]
    vehicle, charger = met(ISO20, make(bench("iso20")), certificate_needed=needed)
    assert isinstance(charger, str)
    assert why in charger
    # The vehicle is told by an alert, so that its own log has the cause.
    assert isinstance(vehicle, str)
    assert "alert" in vehicle


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_a_revoked_certificate_is_refused_wherever_it_stands(depth: int) -> None:
    pki = bench("iso20")
    _, charger = met(ISO20, charger=revoking(pki, Role.VEHICLE, depth))
    assert isinstance(charger, str)
    assert "was revoked by Silverpin bench OEM" in charger
    assert charger.startswith("the vehicle's" if depth == 0 else "an authority of its chain")


def test_another_list_revokes_nothing() -> None:
    pki = bench("iso20")
    others = revoking(pki, Role.CHARGER, 0).crls
    _, charger = met(ISO20, charger=replace(pki.credentials(Role.CHARGER), crls=others))
    assert isinstance(charger, tls.Agreed)


def test_a_list_that_the_issuer_did_not_sign_lets_nobody_in() -> None:
    pki = bench("iso20")
    forged = revoking(bench_pki(ISO20, now()), Role.VEHICLE, 0).crls
    _, charger = met(ISO20, charger=replace(pki.credentials(Role.CHARGER), crls=forged))
    assert isinstance(charger, str)
    assert "that Silverpin bench OEM authority 2 did not sign" in charger


def test_a_vehicle_without_a_certificate_is_refused_where_one_is_needed() -> None:
    stranger = only(ISO20)
    bare = replace(bench("iso20").credentials(Role.VEHICLE), chain=())
    _, charger = met(ISO20, bare, as_vehicle=stranger)
    assert charger == (
        "the vehicle showed no certificate and ISO 15118-20 wants one: have one installed in it"
    )
    _, charger = met(ISO20, bare, as_vehicle=stranger, certificate_needed=False)
    assert isinstance(charger, tls.Agreed)
    assert charger.peer is None


@pytest.mark.parametrize(
    ("profile", "wanted", "why"),
    [
        (ISO20, {"domain": None}, "has no domain component CSO"),
        (ISO2, {"domain": "MO"}, "has no domain component CPO"),
        (ISO20, {"purposes": (ExtendedKeyUsageOID.CLIENT_AUTH,)}, "not made for this role"),
    ],
)
def test_a_vehicle_refuses_what_is_no_charger_s(
    profile: TlsProfile, wanted: dict[str, object], why: str
) -> None:
    wrong = reissued(bench(profile.name), Role.CHARGER, **wanted)
    vehicle, charger = met(profile, charger=wrong)
    assert isinstance(vehicle, str)
    assert why in vehicle
    assert isinstance(charger, str)


def test_a_charger_says_when_its_own_certificate_is_not_accepted() -> None:
    pki = bench("iso20")
    stranger = bench_pki(ISO20, now()).credentials(Role.VEHICLE)
    _, charger = met(ISO20, stranger)
    assert charger == (
        "the vehicle does not accept our certificate (tlsv1 alert unknown ca): have it trust our "
        "root, and look whether our certificate has ended"
    )
    ended = reissued(pki, Role.CHARGER, begins=ENDED - DAY, days=1)
    assert "alert certificate expired): have" in str(met(ISO20, charger=ended)[1])


def test_a_key_of_another_certificate_is_not_lent() -> None:
    own = bench("iso20").credentials(Role.CHARGER)
    stranger = bench_pki(ISO20, now()).chains[Role.CHARGER].leaf
    with pytest.raises(BadCredentials, match="put the key beside the chain"):
        tls.TlsSide(ISO20, Role.CHARGER, replace(own, key=HeldKey(stranger.key_pem)))
    with pytest.raises(BadCredentials, match="no key of this certificate"):
        tls.TlsSide(ISO20, Role.CHARGER, replace(own, key=HeldKey(b"nonsense")))


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


def test_policies_ask_for_what_they_admit() -> None:
    trust = pytest.importorskip("silverpin.drivers.v2g.trust")
    assert [each.name for each in trust.profiles_of(Policy.TLS13_ONLY, "iso20")] == ["iso20"]
    assert [each.name for each in trust.profiles_of(Policy.MIXED, "iso20")] == ["iso20", "iso2"]
    chargers, vehicles = trust.bench_sides(Policy.MIXED)
    for charger, vehicle in zip(chargers, vehicles, strict=True):
        _, said = handshake(vehicle.session(), charger.session())
        assert isinstance(said, tls.Agreed)


def test_an_own_certificate_that_ends_soon_is_told() -> None:
    trust = pytest.importorskip("silverpin.drivers.v2g.trust")
    own = bench("iso20").credentials(Role.CHARGER)
    assert trust.expiring([own], now(), dt.timedelta(days=30)) == []
    told = trust.expiring([own], now() + dt.timedelta(days=80), dt.timedelta(days=30))
    assert len(told) == 1
    assert "CN=DE-SPN" in told[0]


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
