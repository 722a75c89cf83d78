"""What a charger serves follows from its policy, its profile, and the certificates that it has."""

import datetime as dt
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509 import ocsp

from silverpin.apps.terminal.v2g_tool import main
from silverpin.drivers.v2g.credentials import BadCredentials, fresh_staple, load_credentials
from silverpin.protocols.admission import Policy
from tests.v2g_certificates import handshake

if TYPE_CHECKING:
    from OpenSSL import SSL

    from silverpin.drivers.v2g import trust
else:
    SSL = pytest.importorskip("OpenSSL.SSL", exc_type=ImportError)
    trust = pytest.importorskip("silverpin.drivers.v2g.trust", exc_type=ImportError)

NOW = dt.datetime.now(dt.UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for profile in ("iso20", "iso2", "interop-p256"):
        assert main(["pki", "create", str(tmp_path), "--profile", profile]) == 0
    return tmp_path


@pytest.mark.parametrize(
    ("policy", "profile", "served"),
    [
        (Policy.TLS13_ONLY, "iso20", ["iso20"]),
        (Policy.TLS13_ONLY, "interop-p256", ["interop-p256"]),
        (Policy.MIXED, "iso20", ["iso20", "iso2"]),
        (Policy.MIXED_DISCHARGE, "interop-p256", ["interop-p256", "iso2"]),
    ],
)
def test_each_policy_serves_its_profiles(
    folder: Path, policy: Policy, profile: str, served: list[str]
) -> None:
    chargers = trust.charger_sides(folder, policy, profile)
    assert [side.profile.name for side in chargers] == served
    for charger, name in zip(chargers, served, strict=True):
        vehicle, said = handshake(trust.vehicle_side(folder, name).session(), charger.session())
        assert not isinstance(vehicle, str | None)
        assert not isinstance(said, str | None)


def test_certificates_that_only_this_process_knows_meet() -> None:
    chargers, vehicles = trust.bench_sides(Policy.MIXED)
    for charger, vehicle in zip(chargers, vehicles, strict=True):
        assert not isinstance(handshake(vehicle.session(), charger.session())[1], str | None)


def test_the_profile_of_interop_is_never_a_default() -> None:
    assert trust.DEFAULT_PROFILE == "iso20"
    for policy in Policy:
        names = [each.name for each in trust.profiles_of(policy, trust.DEFAULT_PROFILE)]
        assert "interop-p256" not in names


def test_what_is_missing_is_named(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(BadCredentials, match=r"iso20/charger/chain.pem: No such file"):
        trust.charger_sides(tmp_path / "elsewhere", Policy.TLS13_ONLY)
    (folder / "iso2" / "charger" / "chain.pem").unlink()
    with pytest.raises(BadCredentials, match=r"iso2/charger/chain.pem: No such file"):
        trust.charger_sides(folder, Policy.MIXED)


def test_older_vehicles_certificate_may_be_missing(folder: Path) -> None:
    (folder / "iso2").rename(folder / "elsewhere")
    assert [side.profile.name for side in trust.charger_sides(folder, Policy.MIXED)] == ["iso20"]


def test_an_own_certificate_of_another_role_is_found_at_the_start(folder: Path) -> None:
    (folder / "iso20" / "charger").rename(folder / "iso20" / "was")
    (folder / "iso20" / "vehicle").rename(folder / "iso20" / "charger")
    with pytest.raises(BadCredentials, match="WSPNBENCH00000001 has no domain component CSO"):
        trust.charger_sides(folder, Policy.TLS13_ONLY)


def test_an_own_certificate_that_ends_soon_is_told(folder: Path) -> None:
    sides = trust.charger_sides(folder, Policy.MIXED)
    assert trust.expiring(sides, NOW) == ()
    told = trust.expiring(sides, NOW + dt.timedelta(days=80))
    assert len(told) == 2
    assert f"the certificate in {folder / 'iso20' / 'charger'} ends on " in told[0]


def ocsp_response(folder: Path, profile: str, ends: dt.datetime) -> bytes:
    """What the authority of the bench's charger says of its certificate."""
    leaf, issuer = load_credentials(folder / profile / "charger").chain[:2]
    key = load_pem_private_key(
        (folder / profile / "authorities" / "charger-sub2.key.pem").read_bytes(), None
    )
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    builder = ocsp.OCSPResponseBuilder().add_response(
        leaf, issuer, hashes.SHA256(), ocsp.OCSPCertStatus.GOOD,
        NOW - dt.timedelta(days=9), ends, None, None,
    )  # fmt: skip
    made = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, issuer).sign(key, hashes.SHA256())
    return made.public_bytes(Encoding.DER)


@pytest.mark.parametrize("profile", ["iso20", "iso2"])
@pytest.mark.parametrize("days", [7, -1, None])
def test_the_authority_s_word_is_shown_while_it_holds(
    folder: Path, profile: str, days: int | None
) -> None:
    place = folder / profile / "charger" / "ocsp.der"
    told = b""
    if days is not None:
        told = ocsp_response(folder, profile, NOW + dt.timedelta(days=days))
        place.write_bytes(told)
    chargers = trust.charger_sides(folder, Policy.MIXED)
    charger = next(side for side in chargers if side.profile.name == profile)
    heard: list[bytes] = []

    def hear(_connection: object, octets: bytes, _data: object) -> bool:
        heard.append(octets)
        return True

    context = SSL.Context(SSL.TLS_CLIENT_METHOD)
    own = folder / profile / "vehicle"
    context.use_certificate_chain_file(str(own / "chain.pem"))
    context.use_privatekey_file(str(own / "key.pem"))
    context.set_ocsp_client_callback(hear)
    vehicle, session = SSL.Connection(context, None), charger.session()
    vehicle.request_ocsp()
    vehicle.set_connect_state()
    for _ in range(4):
        with suppress(SSL.WantReadError):
            vehicle.do_handshake()
        with suppress(SSL.WantReadError):
            session.shake(vehicle.bio_read(1 << 16))
        if octets := session.outgoing():
            vehicle.bio_write(octets)
    assert heard == [told if days == 7 else b""]


def test_what_is_no_ocsp_response_is_not_shown(tmp_path: Path) -> None:
    path = tmp_path / "ocsp.der"
    assert fresh_staple(path, NOW) == b""
    path.write_bytes(b"nonsense")
    assert fresh_staple(path, NOW) == b""
