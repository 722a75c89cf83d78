"""What lies in a folder of certificates, and what is wrong with it before a vehicle finds out."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.exceptions import InvalidSignature

from silverpin.drivers.v2g.credentials import BadCredentials, Credentials, load_credentials
from silverpin.drivers.v2g.verification import Role, key_name, shown_name, wrong_role
from silverpin.protocols.tls_profiles import PROFILES, TlsProfile

SOON = dt.timedelta(days=14)
"""So long before its end a certificate is spoken of ([V2G20-2218], second-hand)."""


class SideReport(NamedTuple):
    """One side under one profile."""

    profile: str
    role: str
    subject: str | None
    key: str | None
    ends: dt.datetime | None
    trusts: tuple[str, ...]
    lists: int
    """Revocation lists of the other side's authorities."""
    problems: tuple[str, ...]


def reports(folder: Path, now: dt.datetime) -> Iterator[SideReport]:
    """Give every side that lies under *folder*."""
    for profile in PROFILES.values():
        for role in Role:
            place = folder / profile.name / role.value
            if place.is_dir():
                yield _report(place, profile, role, now)


def _report(place: Path, profile: TlsProfile, role: Role, now: dt.datetime) -> SideReport:
    try:
        own = load_credentials(place)
    except BadCredentials as error:
        return SideReport(profile.name, role.value, None, None, None, (), 0, (str(error),))
    leaf = own.chain[0]
    return SideReport(
        profile.name,
        role.value,
        shown_name(leaf.subject),
        key_name(leaf),
        leaf.not_valid_after_utc,
        tuple(shown_name(root.subject) for root in own.roots),
        len(own.crls),
        tuple(_problems(own, profile, role, now)),
    )


def _problems(own: Credentials, profile: TlsProfile, role: Role, now: dt.datetime) -> Iterator[str]:
    wrong = wrong_role(own.chain[0], role, profile)
    if wrong is not None:
        yield wrong
    for certificate in own.chain:
        yield from _dates(certificate, now)
    for below, above in zip(own.chain, own.chain[1:], strict=False):
        try:
            below.verify_directly_issued_by(above)
        except (ValueError, TypeError, InvalidSignature):
            yield (
                f"{shown_name(below.subject)} was not issued by {shown_name(above.subject)}, "
                "which follows it: put the chain in order, the own certificate first"
            )
    for root in own.roots:
        yield from _dates(root, now)
    for revocations in own.crls:
        yield from _dates_of_list(revocations, now)


def _dates_of_list(revocations: x509.CertificateRevocationList, now: dt.datetime) -> Iterator[str]:
    """A list that does not hold now refuses everybody below its authority."""
    name, ends = shown_name(revocations.issuer), revocations.next_update_utc
    if now < revocations.last_update_utc:
        begins = revocations.last_update_utc
        yield f"the revocation list of {name} is not valid before {begins:%Y-%m-%d}"
    elif ends is not None and ends <= now:
        yield (
            f"the revocation list of {name} ended on {ends:%Y-%m-%d}: fetch it anew, nobody "
            "below it is let in"
        )


def _dates(certificate: x509.Certificate, now: dt.datetime) -> Iterator[str]:
    name, ends = shown_name(certificate.subject), certificate.not_valid_after_utc
    if now < certificate.not_valid_before_utc:
        yield f"{name} is not valid before {certificate.not_valid_before_utc:%Y-%m-%d}"
    elif ends <= now:
        yield f"{name} ended on {ends:%Y-%m-%d}: have it renewed"
    elif ends - now < SOON:
        yield f"{name} ends on {ends:%Y-%m-%d}: have it renewed"
