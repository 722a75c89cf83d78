"""Certificates of the bench for both sides, ours in memory and theirs in the files they look for.

The package `iso15118` knows P-256 alone, so TLS 1.3 with it takes the profile that says so by name.
"""

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from silverpin.drivers.v2g.pki import BenchPki, bench_pki
from silverpin.drivers.v2g.tls import TlsSide
from silverpin.drivers.v2g.verification import Role
from silverpin.protocols.tls_profiles import INTEROP, ISO2, TlsProfile

PROFILES = {"1.3": INTEROP, "1.2": ISO2}
"""TLS version -> the profile that both sides share."""


class Certificates(NamedTuple):
    """One version of TLS: our sides, and the folder that theirs reads."""

    charger: TlsSide
    vehicle: TlsSide
    theirs: Path


def certificates(folder: Path) -> dict[str, Certificates]:
    """Make certificates for every version that a session is held with."""
    now = dt.datetime.now(dt.UTC)
    return {version: _made(profile, folder, now) for version, profile in PROFILES.items()}


def _made(profile: TlsProfile, folder: Path, now: dt.datetime) -> Certificates:
    pki = bench_pki(profile, now)
    theirs = folder / profile.name
    _write_theirs(pki, theirs / "iso15118_2")
    charger, vehicle = (
        TlsSide(profile, role, pki.credentials(role)) for role in (Role.CHARGER, Role.VEHICLE)
    )
    return Certificates(charger, vehicle, theirs)


def _write_theirs(pki: BenchPki, folder: Path) -> None:
    """Write what `iso15118.shared.security` opens; its names do for every protocol."""
    certs, keys = folder / "certs", folder / "private_keys"
    certs.mkdir(parents=True)
    keys.mkdir()
    sides = ((Role.CHARGER, "cpo", "secc", "v2g"), (Role.VEHICLE, "oem", "oem", "oem"))
    for role, chain_name, leaf_name, root_name in sides:
        chain = pki.chains[role]
        (certs / f"{chain_name}CertChain.pem").write_bytes(_pem(chain.shown))
        (certs / f"{root_name}RootCACert.pem").write_bytes(_pem([chain.root.certificate]))
        (keys / f"{leaf_name}Leaf.key").write_bytes(chain.leaf.key_pem)
        (keys / f"{leaf_name}LeafPassword.txt").write_text("")


def _pem(certificates: Iterable[x509.Certificate]) -> bytes:
    return b"".join(each.public_bytes(Encoding.PEM) for each in certificates)
