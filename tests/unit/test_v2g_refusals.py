"""Certificates that are refused: which one, why, and what to do, in one sentence each."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from silverpin.drivers.v2g.credentials import BadCredentials, Credentials, HeldKey
from silverpin.drivers.v2g.pki import BenchPki, bench_pki, issue, leaf
from silverpin.drivers.v2g.verification import Role
from silverpin.protocols.tls_profiles import ISO2, ISO20, TlsProfile
from tests.v2g_certificates import (
    DAY,
    SERVER_ONLY,
    bench,
    met,
    now,
    only,
    reissued,
    revoking,
    self_signed,
)

tls = pytest.importorskip("silverpin.drivers.v2g.tls", exc_type=ImportError)

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


def test_a_certificate_that_cannot_be_read_is_refused_in_a_sentence(tmp_path: Path) -> None:
    pki = bench("iso20")
    stranger = issue(leaf(ISO20, Role.VEHICLE, now() - DAY), "secp521r1", None)
    der = stranger.certificate.public_bytes(Encoding.DER)
    # No version 6 of certificates was ever made; OpenSSL takes it, cryptography does not.
    (tmp_path / "leaf.der").write_bytes(
        der.replace(bytes.fromhex("a003020102"), bytes.fromhex("a003020105"))
    )
    (tmp_path / "key.pem").write_bytes(stranger.key_pem)
    context = tls.SSL.Context(tls.SSL.TLS_CLIENT_METHOD)
    context.use_certificate_file(str(tmp_path / "leaf.der"), tls.crypto.FILETYPE_ASN1)
    context.use_privatekey_file(str(tmp_path / "key.pem"))
    vehicle = tls.SSL.Connection(context, None)
    vehicle.set_connect_state()
    charger = tls.TlsSide(ISO20, Role.CHARGER, pki.credentials(Role.CHARGER)).session()
    why = refusal(vehicle, charger)
    assert why.startswith("the vehicle's certificate cannot be read: ")
    assert why.isprintable()


def refusal(vehicle: Any, charger: Any) -> str:
    """Why a charger ends the handshake with a vehicle of OpenSSL's own making."""
    for _ in range(4):
        with suppress(tls.SSL.WantReadError):
            vehicle.do_handshake()
        try:
            charger.shake(vehicle.bio_read(1 << 16))
        except tls.Refused as error:
            return str(error)
        vehicle.bio_write(charger.outgoing())
    return ""
