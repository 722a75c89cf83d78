"""Which TLS a charger serves: its certificates, as far as policy and profile want them.

Under one folder lies a folder for each profile (`iso20`, `iso2`, `interop-p256`), and in it one for
each side (`charger`, `vehicle`), as `v2g-tool pki create` makes them; a charger in service has its
own side alone.
"""

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

from silverpin.drivers.v2g.credentials import (
    CHAIN,
    BadCredentials,
    Credentials,
    load_credentials,
)
from silverpin.drivers.v2g.pki import BenchPki, bench_pki
from silverpin.drivers.v2g.pki_report import SOON
from silverpin.drivers.v2g.tls import TlsSide
from silverpin.drivers.v2g.verification import Role, wrong_role
from silverpin.protocols.admission import Carrier, Policy, admitted
from silverpin.protocols.tls_profiles import ISO2, ISO20, PROFILES, TlsProfile

DEFAULT_PROFILE = ISO20.name


def profiles_of(policy: Policy, profile: str) -> tuple[TlsProfile, ...]:
    """Return the profiles that are served, best first."""
    served = [PROFILES[profile]]
    if admitted(policy, Carrier.TLS12).charging:
        served.append(ISO2)
    return tuple(served)


def charger_sides(
    folder: Path, policy: Policy, profile: str = DEFAULT_PROFILE
) -> tuple[TlsSide, ...]:
    """Return what a charger serves with the certificates under *folder*. Raises BadCredentials.

    The first profile has to be there; that of older vehicles may be missing, and then they are met
    in clear, or not.
    """
    first, *others = profiles_of(policy, profile)
    return tuple(
        _charger_side(each, load_credentials(folder / each.name / Role.CHARGER.value), policy)
        for each in (first, *others)
        if each is first or (folder / each.name).is_dir()
    )


def bench_sides(
    policy: Policy, profile: str = DEFAULT_PROFILE, now: dt.datetime | None = None
) -> tuple[tuple[TlsSide, ...], tuple[TlsSide, ...]]:
    """Make certificates that only this process knows; return charger's and vehicle's sides."""
    made = [
        bench_pki(each, now or dt.datetime.now(dt.UTC)) for each in profiles_of(policy, profile)
    ]
    chargers = tuple(
        _charger_side(pki.profile, pki.credentials(Role.CHARGER), policy) for pki in made
    )
    return chargers, tuple(_vehicle_side(pki) for pki in made)


def vehicle_side(folder: Path, profile: str = DEFAULT_PROFILE) -> TlsSide:
    """Return a vehicle's side with the certificates under *folder*. Raises BadCredentials."""
    credentials = load_credentials(folder / profile / Role.VEHICLE.value)
    return TlsSide(PROFILES[profile], Role.VEHICLE, credentials)


def expiring(
    sides: Iterable[TlsSide], now: dt.datetime, within: dt.timedelta = SOON
) -> tuple[str, ...]:
    """Return a sentence about each own certificate that has ended or ends soon."""
    return tuple(
        f"the certificate in {side.own.source} ends on {leaf.not_valid_after_utc:%Y-%m-%d}: "
        "have it renewed, vehicles refuse it from then on"
        for side in sides
        for leaf in side.own.chain[:1]
        if leaf.not_valid_after_utc - now < within
    )


def _charger_side(profile: TlsProfile, own: Credentials, policy: Policy) -> TlsSide:
    if not own.chain:
        raise BadCredentials(f"{own.source}: there is no certificate in {CHAIN}")
    wrong = wrong_role(own.chain[0], Role.CHARGER, profile)
    if wrong is not None:
        raise BadCredentials(f"{own.source}: {wrong}")
    needed = not admitted(policy, Carrier.TLS13).charging
    return TlsSide(profile, Role.CHARGER, own, certificate_needed=needed)


def _vehicle_side(pki: BenchPki) -> TlsSide:
    return TlsSide(pki.profile, Role.VEHICLE, pki.credentials(Role.VEHICLE))
