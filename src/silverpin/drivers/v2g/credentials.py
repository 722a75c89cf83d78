"""Certificates and key of one side, from a folder of files.

`chain.pem` begins with the own certificate, its authorities follow; `key.pem` signs for it;
`roots.pem` is whom the own side trusts on the other; `crls.pem`, if it is there, holds revocation
lists of the other side's authorities; `ocsp.der`, if it is there, is the authority's word that the
own certificate holds, shown to whoever asks for it. The key is no business of anybody else: a
`key.pem` that others can read is refused.
"""

import datetime as dt
import os
import re
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509 import ocsp

CHAIN, KEY, ROOTS, CRLS = "chain.pem", "key.pem", "roots.pem", "crls.pem"
STAPLE = "ocsp.der"
FILE_MAX = 1 << 18
_CRL = re.compile(rb"-----BEGIN X509 CRL-----.*?-----END X509 CRL-----", re.DOTALL)


class BadCredentials(Exception):
    """Certificates or a key that cannot be used; the message names file and next step."""


class PrivateKey(Protocol):
    """What signs for us in a handshake; it need not be readable, and need not be a file."""

    def lend(self, context: Any) -> None:
        """Let an `OpenSSL.SSL.Context` sign with this key. Raises BadCredentials."""


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A key in a PEM file that nobody else can read.

    Where the key of the machine's TPM seals the file at rest (a systemd credential), this is the
    path below $CREDENTIALS_DIRECTORY; decision 24 says what else is possible with a TPM.
    """

    path: Path

    def lend(self, context: Any) -> None:
        """Read the key when it is asked for, and keep no copy."""
        _lend(context, _read(self.path, secret=True), str(self.path))


@dataclass(frozen=True, slots=True)
class HeldKey:
    """A key that was made for this process and is kept nowhere else."""

    pem: bytes

    def lend(self, context: Any) -> None:
        """Hand the key over."""
        _lend(context, self.pem, "the key of this process")


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """Who one side is, and whom it trusts."""

    chain: Sequence[x509.Certificate]
    """The own certificate first; empty for a vehicle of ISO 15118-2, which shows none."""
    key: PrivateKey
    roots: Sequence[x509.Certificate]
    crls: Sequence[x509.CertificateRevocationList] = ()
    staple: Path | None = None
    """An OCSP response of the own certificate; read for each handshake, for it lives a week."""
    source: str = "memory"


def load_credentials(folder: Path) -> Credentials:
    """Return what lies in *folder*; raise BadCredentials."""
    chain = _certificates(folder / CHAIN)
    lists = folder / CRLS
    key = KeyFile(folder / KEY)
    _read(key.path, secret=True)
    return Credentials(
        chain=chain,
        key=key,
        roots=_certificates(folder / ROOTS),
        crls=_revocations(lists) if lists.exists() else (),
        staple=folder / STAPLE,
        source=str(folder),
    )


def fresh_staple(path: Path, now: dt.datetime) -> bytes:
    """Return the OCSP response in *path*; nothing where there is none that holds at *now*."""
    try:
        octets = path.read_bytes()
        found = ocsp.load_der_ocsp_response(octets)
        ends = found.next_update_utc
    except (OSError, ValueError):
        return b""
    return octets if ends is None or now < ends else b""


def _certificates(path: Path) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(_read(path))
    except ValueError as error:
        raise BadCredentials(f"{path}: no certificates in PEM: {error}") from None


def _revocations(path: Path) -> list[x509.CertificateRevocationList]:
    """Return every list in the file: one that is passed over would admit whom it revokes."""
    octets = _read(path)
    blocks = _CRL.findall(octets)
    try:
        if not blocks or len(blocks) != octets.count(b"-----BEGIN"):
            raise ValueError("a block is not whole, or no list")
        return [x509.load_pem_x509_crl(block) for block in blocks]
    except ValueError as error:
        raise BadCredentials(f"{path}: no revocation lists in PEM: {error}") from None


def _read(path: Path, *, secret: bool = False) -> bytes:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        step = "v2g-tool pki create makes certificates for a bench"
        raise BadCredentials(f"{path}: {error.strerror}: {step}") from error
    try:
        _check(path, os.fstat(descriptor), secret)
        return os.read(descriptor, FILE_MAX)
    finally:
        os.close(descriptor)


def _check(path: Path, found: os.stat_result, secret: bool) -> None:
    if not stat.S_ISREG(found.st_mode) or found.st_size > FILE_MAX:
        raise BadCredentials(f"{path}: no regular file of at most {FILE_MAX} octets")
    if secret and found.st_mode & 0o077:
        raise BadCredentials(
            f"{path}: others can read this key (mode {found.st_mode & 0o777:04o}): "
            f"chmod 600 {path}, and have the key changed if others could log in"
        )


def _lend(context: Any, pem: bytes, source: str) -> None:
    # Deferred: only a side that speaks TLS needs the package.
    from OpenSSL import SSL

    try:
        context.use_privatekey(load_pem_private_key(pem, password=None))
        context.check_privatekey()
    except (ValueError, TypeError, SSL.Error) as error:
        raise BadCredentials(
            f"{source}: no key of this certificate ({error}): "
            "put the key beside the chain that was issued for it"
        ) from None
