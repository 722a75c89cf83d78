"""Chains that a charger must refuse, and handshakes in memory that show what it says of them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from silverpin.drivers.v2g.credentials import Credentials, HeldKey
from silverpin.drivers.v2g.pki import (
    BenchPki,
    Signer,
    bench_pki,
    issue,
    leaf,
    revocation_list,
)
from silverpin.drivers.v2g.verification import Role
from silverpin.protocols.tls_profiles import PROFILES, TlsProfile

if TYPE_CHECKING:
    from silverpin.drivers.v2g.tls import Agreed, TlsSession

DAY = dt.timedelta(days=1)


def now() -> dt.datetime:
    """OpenSSL judges by the machine's clock, so certificates have to be made by it."""
    return dt.datetime.now(dt.UTC).replace(microsecond=0)


def reissued(pki: BenchPki, role: Role, **wanted: Any) -> Credentials:
    """One side with a leaf that differs from a good one in what is said here."""
    chain = pki.chains[role]
    good = leaf(pki.profile, role, now() - DAY)
    return shown(
        pki, role, issue(replace(good, **wanted), pki.profile.keys[0], chain.authorities[-1])
    )


def shown(
    pki: BenchPki, role: Role, signer: Signer, above: Sequence[x509.Certificate] | None = None
) -> Credentials:
    """One side that shows this leaf, under the authorities of its role or those given."""
    own = pki.credentials(role)
    chain = (signer.certificate, *(own.chain[1:] if above is None else above))
    return replace(own, chain=chain, key=HeldKey(signer.key_pem))


def self_signed(pki: BenchPki, role: Role) -> Credentials:
    return shown(
        pki, role, issue(leaf(pki.profile, role, now() - DAY), pki.profile.keys[0], None), ()
    )


def revoking(pki: BenchPki, role: Role, depth: int) -> Credentials:
    """The other side, with a list that names the certificate at *depth* of *role*'s chain."""
    chain = pki.chains[role]
    issuers = (chain.authorities[1], chain.authorities[0], chain.root)
    revoked = (chain.leaf, chain.authorities[1], chain.authorities[0])[depth]
    found = revocation_list(issuers[depth], (revoked.certificate,), now() - DAY, 7)
    other = next(each for each in Role if each is not role)
    return replace(pki.credentials(other), crls=(found,))


SERVER_ONLY = (ExtendedKeyUsageOID.SERVER_AUTH,)


def handshake(
    vehicle: "TlsSession", charger: "TlsSession"
) -> tuple["Agreed | str | None", "Agreed | str | None"]:
    """What each side says at the end: what was agreed on, why not, or nothing."""
    from silverpin.drivers.v2g.tls import Refused

    sides = (vehicle, charger)
    said: list[Agreed | str | None] = [None, None]
    waiting = [b"", b""]
    for turn in range(12):
        at = turn % 2
        if said[at] is None and (turn == 0 or waiting[at]):
            try:
                said[at] = sides[at].shake(waiting[at])
            except Refused as error:
                said[at] = str(error)
        elif waiting[at] and not isinstance(said[at], str):
            # What follows a client's last words reaches it with its first read.
            try:
                sides[at].receive(waiting[at])
            except Refused as error:
                said[at] = str(error)
        waiting[at] = b""
        waiting[1 - at] += sides[at].outgoing()
    return said[0], said[1]


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
    from silverpin.drivers.v2g import tls

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
