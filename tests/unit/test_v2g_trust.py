"""What a charger serves follows from its policy, its profile, and the certificates that it has."""

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from silverpin.apps.terminal.v2g_tool import main
from silverpin.drivers.v2g.credentials import BadCredentials
from silverpin.protocols.admission import Policy
from tests.v2g_certificates import handshake

if TYPE_CHECKING:
    from silverpin.drivers.v2g import trust
else:
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
