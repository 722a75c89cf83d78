"""Writes a bench's certificates: one folder a profile, whole or not at all, for its owner alone."""

import datetime as dt
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from silverpin.drivers.v2g.credentials import CHAIN, KEY, ROOTS, BadCredentials, load_credentials
from silverpin.drivers.v2g.pki import BenchPki, Chain, bench_pki
from silverpin.drivers.v2g.verification import Role
from silverpin.protocols.tls_profiles import TlsProfile

AUTHORITIES = "authorities"


class CannotWrite(Exception):
    """The folder could not be written; the message is one sentence."""


def create(folder: Path, profile: TlsProfile, now: dt.datetime, key: str | None = None) -> bool:
    """Make the certificates of one profile under *folder*; False where they are there already.

    Raises CannotWrite, or BadCredentials where others lie there that cannot be used.
    """
    place = folder / profile.name
    if place.exists():
        _check(place, profile, now)
        return False
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f".{profile.name}-", dir=folder))
    except OSError as error:
        raise CannotWrite(
            f"{folder} cannot be written ({error.strerror}): name another folder"
        ) from error
    try:
        for name, octets in _files(bench_pki(profile, now, key)):
            _write(made / name, octets)
        made.rename(place)
    except OSError as error:
        shutil.rmtree(made, ignore_errors=True)
        raise CannotWrite(
            f"{place} cannot be written ({error.strerror}): name another folder"
        ) from error
    return True


def _check(place: Path, profile: TlsProfile, now: dt.datetime) -> None:
    for role in Role:
        leaf = load_credentials(place / role.value).chain[0]
        if leaf.not_valid_after_utc < now:
            raise BadCredentials(
                f"{place / role.value / CHAIN}: ended on {leaf.not_valid_after_utc:%Y-%m-%d}: "
                f"take {place} away and create it again, for both sides"
            )


def _files(pki: BenchPki) -> Iterator[tuple[Path, bytes]]:
    for role, chain in pki.chains.items():
        other = next(each for each in Role if each is not role)
        side = Path(role.value)
        yield side / CHAIN, _pem(chain.shown)
        yield side / KEY, chain.leaf.key_pem
        yield side / ROOTS, _pem([pki.chains[other].root.certificate])
        yield from _authorities(role, chain)


def _authorities(role: Role, chain: Chain) -> Iterator[tuple[Path, bytes]]:
    """What is needed to issue more, or to revoke: a bench's owner may want to."""
    for name, signer in zip(
        ("root", "sub1", "sub2"), (chain.root, *chain.authorities), strict=True
    ):
        place = Path(AUTHORITIES) / f"{role.value}-{name}"
        yield place.with_suffix(".pem"), _pem([signer.certificate])
        yield place.with_suffix(".key.pem"), signer.key_pem


def _pem(certificates: Sequence[x509.Certificate]) -> bytes:
    return b"".join(each.public_bytes(Encoding.PEM) for each in certificates)


def _write(path: Path, octets: bytes) -> None:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with open(descriptor, "wb") as file:
        file.write(octets)
