"""Certificates for bench and tests: both sides' chains, with the curves and roles of a profile.

Real certificates come from a V2G root's operator. These are for two machines that are to meet on a
bench, where nobody else trusts them.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from silverpin.drivers.v2g.credentials import Credentials, HeldKey
from silverpin.drivers.v2g.verification import Role
from silverpin.protocols.tls_profiles import TlsProfile

ROOT_DAYS, AUTHORITY_DAYS, LEAF_DAYS = 40 * 365, 4 * 365, 90
"""A leaf of a bench lives for a season: one that is forgotten does not stay good for ever."""
EVSE_ID, EVCC_ID = "DE-SPN-S00000000000000000000000000000001", "WSPNBENCH00000001"

_PURPOSES = {
    Role.VEHICLE: ExtendedKeyUsageOID.CLIENT_AUTH,
    Role.CHARGER: ExtendedKeyUsageOID.SERVER_AUTH,
}


@dataclass(frozen=True, slots=True)
class Signer:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: Any

    @property
    def key_pem(self) -> bytes:
        """The key, in the clear: whoever writes it guards it."""
        return bytes(self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One certificate to be made; a test makes wrong ones by saying so here."""

    name: str
    domain: str | None = None
    authority_depth: int | None = None
    """How many authorities may follow below; None for a leaf."""
    purposes: tuple[ObjectIdentifier, ...] = ()
    signs: bool = True
    """The key may be used for signatures, as one in a handshake has to be."""
    begins: dt.datetime
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """Root, two authorities and a leaf."""

    root: Signer
    authorities: tuple[Signer, ...]
    """The one next to the root first."""
    leaf: Signer

    @property
    def shown(self) -> tuple[x509.Certificate, ...]:
        """What is shown in a handshake: the leaf, and its authorities up to the root."""
        return (self.leaf.certificate, *(each.certificate for each in reversed(self.authorities)))


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchPki:
    """Both sides of one profile."""

    profile: TlsProfile
    chains: Mapping[Role, Chain]
    crls: Mapping[Role, tuple[x509.CertificateRevocationList, ...]] = field(default_factory=dict)

    def credentials(self, role: Role) -> Credentials:
        """Return one side's credentials, held in memory."""
        other = Role.CHARGER if role is Role.VEHICLE else Role.VEHICLE
        own = self.chains[role]
        return Credentials(
            chain=own.shown,
            key=HeldKey(own.leaf.key_pem),
            roots=(self.chains[other].root.certificate,),
            crls=self.crls.get(other, ()),
        )


def bench_pki(profile: TlsProfile, now: dt.datetime, key: str | None = None) -> BenchPki:
    """Make both chains, valid from a day before *now*; *key* is one of the profile's."""
    begins = now - dt.timedelta(days=1)
    kind = key or profile.keys[0]
    return BenchPki(
        profile=profile,
        chains={role: bench_chain(profile, role, begins, kind) for role in Role},
    )


def bench_chain(profile: TlsProfile, role: Role, begins: dt.datetime, kind: str) -> Chain:
    """Make a root, two authorities and a leaf for one role."""
    vehicle = role is Role.VEHICLE
    owner, top, domain = ("OEM", "OEM", "OEM") if vehicle else ("CPO", "V2G", "V2G")

    def authority(name: str, depth: int, days: int) -> Wanted:
        return Wanted(
            name=f"Silverpin bench {name}",
            domain=domain,
            authority_depth=depth,
            signs=False,
            begins=begins,
            days=days,
        )

    root = issue(authority(f"{top} root", 2, ROOT_DAYS), kind, None)
    first = issue(authority(f"{owner} authority 1", 1, AUTHORITY_DAYS), kind, root)
    second = issue(authority(f"{owner} authority 2", 0, AUTHORITY_DAYS), kind, first)
    return Chain(
        root=root,
        authorities=(first, second),
        leaf=issue(leaf(profile, role, begins), kind, second),
    )


def leaf(profile: TlsProfile, role: Role, begins: dt.datetime) -> Wanted:
    """Return what a profile wants of the leaf of one role."""
    vehicle = role is Role.VEHICLE
    older = "OEM" if not profile.vehicle_purpose else None
    return Wanted(
        name=EVCC_ID if vehicle else EVSE_ID,
        domain=older if vehicle else profile.charger_domain,
        purposes=(_PURPOSES[role],) if profile.vehicle_purpose else (),
        begins=begins,
        days=LEAF_DAYS,
    )


def issue(wanted: Wanted, kind: str, issuer: Signer | None) -> Signer:
    """Make a key and its certificate, signed by *issuer* or by itself."""
    key = new_key(kind)
    subject = _subject(wanted)
    by = key if issuer is None else issuer.key
    parent = subject if issuer is None else issuer.certificate.subject
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(parent)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(wanted.begins)
        .not_valid_after(wanted.begins + dt.timedelta(days=wanted.days))
    )
    for extension, critical in _extensions(wanted, key, by):
        builder = builder.add_extension(extension, critical=critical)
    return Signer(builder.sign(by, _digest(by)), key)


def revocation_list(
    issuer: Signer, revoked: tuple[x509.Certificate, ...], begins: dt.datetime, days: int
) -> x509.CertificateRevocationList:
    """Return a list of *issuer*'s that names the revoked ones."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(begins)
        .next_update(begins + dt.timedelta(days=days))
    )
    for certificate in revoked:
        builder = builder.add_revoked_certificate(
            x509.RevokedCertificateBuilder()
            .serial_number(certificate.serial_number)
            .revocation_date(begins)
            .build()
        )
    return builder.sign(issuer.key, _digest(issuer.key))


def new_key(kind: str) -> Any:
    """Make a key of one of the kinds that profiles name."""
    if kind == "ed448":
        return ed448.Ed448PrivateKey.generate()
    return ec.generate_private_key(ec.SECP521R1() if kind == "secp521r1" else ec.SECP256R1())


def _subject(wanted: Wanted) -> x509.Name:
    parts = [
        (NameOID.COMMON_NAME, wanted.name),
        (NameOID.ORGANIZATION_NAME, "Silverpin bench"),
        (NameOID.DOMAIN_COMPONENT, wanted.domain),
    ]
    return x509.Name([x509.NameAttribute(oid, text) for oid, text in parts if text])


def _extensions(wanted: Wanted, key: Any, issuer_key: Any) -> list[tuple[x509.ExtensionType, bool]]:
    authority = wanted.authority_depth is not None
    usage = x509.KeyUsage(
        digital_signature=wanted.signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=not authority,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )
    found: list[tuple[x509.ExtensionType, bool]] = [
        (x509.BasicConstraints(authority, wanted.authority_depth), True),
        (usage, True),
        (x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False),
        (x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), False),
    ]
    if wanted.purposes:
        found.append((x509.ExtendedKeyUsage(wanted.purposes), True))
    return found


def _digest(key: Any) -> hashes.SHA512 | hashes.SHA256 | None:
    if isinstance(key, ed448.Ed448PrivateKey):
        return None
    return hashes.SHA512() if key.curve.name == "secp521r1" else hashes.SHA256()
