"""Keys and record ciphers of TLS 1.2 (RFC 5246, 5288, 6655, 7366, 7905) and 1.3 (RFC 8446).

Key derivation is arithmetic on hashes; the ciphers themselves come from the package
`cryptography`, which is asked for only when a record is to be opened.
"""

import hashlib
import hmac
from typing import Any, Protocol

from silverpin.protocols.capture.tls_suites import Suite


class CannotDecrypt(ValueError):
    """A record does not open; the text says why."""


class RecordCipher(Protocol):
    """Opens the records of one direction."""

    def open(self, sequence: int, kind: int, fragment: bytes) -> tuple[int, bytes]:
        """Return content type and octets; raise CannotDecrypt."""
        ...


def expand_label(hash_name: str, secret: bytes, label: str, length: int) -> bytes:
    """HKDF-Expand-Label of TLS 1.3, without a context."""
    name = b"tls13 " + label.encode()
    info = length.to_bytes(2, "big") + bytes([len(name)]) + name + b"\0"
    block, given = b"", b""
    while len(given) < length:
        count = bytes([len(given) // hashlib.new(hash_name).digest_size + 1])
        block = hmac.digest(secret, block + info + count, hash_name)
        given += block
    return given[:length]


def key_block(suite: Suite, master: bytes, client_random: bytes, server_random: bytes) -> bytes:
    """Expand the master secret of TLS 1.2 to enough octets for every key of any suite."""
    seed = b"key expansion" + server_random + client_random
    chain, given = seed, b""
    while len(given) < 256:
        chain = hmac.digest(master, chain, suite.prf)
        given += hmac.digest(master, chain + seed, suite.prf)
    return given


class Tls13Cipher:
    """Records of TLS 1.3 under one traffic secret."""

    def __init__(self, suite: Suite, secret: bytes) -> None:
        self._suite = suite
        self._secret = secret
        self._aead = _aead(suite, expand_label(suite.prf, secret, "key", suite.key_length))
        self._iv = int.from_bytes(expand_label(suite.prf, secret, "iv", 12), "big")

    def open(self, sequence: int, kind: int, fragment: bytes) -> tuple[int, bytes]:
        """Return the inner content type and octets, padding taken off."""
        nonce = (self._iv ^ sequence).to_bytes(12, "big")
        header = bytes([kind]) + b"\x03\x03" + len(fragment).to_bytes(2, "big")
        inner = _opened(self._aead, nonce, fragment, header).rstrip(b"\0")
        if not inner:
            raise CannotDecrypt("a record holds padding only")
        return inner[-1], inner[:-1]

    def updated(self) -> "Tls13Cipher":
        """Return the cipher after a key update."""
        size = hashlib.new(self._suite.prf).digest_size
        return Tls13Cipher(
            self._suite, expand_label(self._suite.prf, self._secret, "traffic upd", size)
        )


class Tls12Aead:
    """Records of TLS 1.2 with GCM, CCM or ChaCha20."""

    def __init__(self, suite: Suite, block: bytes, side: int) -> None:
        fixed = 12 if suite.mode == "chacha" else 4
        at = suite.key_length * side
        self._aead = _aead(suite, block[at : at + suite.key_length])
        at = suite.key_length * 2 + fixed * side
        self._iv = block[at : at + fixed]
        self._tag = 8 if suite.mode == "ccm8" else 16

    def open(self, sequence: int, kind: int, fragment: bytes) -> tuple[int, bytes]:
        """Return content type and octets."""
        if len(self._iv) == 12:
            mask = int.from_bytes(self._iv, "big") ^ sequence
            nonce, sealed = mask.to_bytes(12, "big"), fragment
        else:
            nonce, sealed = self._iv + fragment[:8], fragment[8:]
        if len(sealed) < self._tag:
            raise CannotDecrypt("a record is shorter than its own tag")
        length = len(sealed) - self._tag
        return kind, _opened(self._aead, nonce, sealed, _authenticated(sequence, kind, length))


class Tls12Cbc:
    """Records of TLS 1.2 with AES-CBC and HMAC, in either order of the two."""

    def __init__(self, suite: Suite, block: bytes, side: int, encrypt_then_mac: bool) -> None:
        self._hash = suite.mac
        self._mac_length = mac = hashlib.new(suite.mac).digest_size
        self._mac_key = block[mac * side : mac * (side + 1)]
        at = mac * 2 + suite.key_length * side
        self._key = block[at : at + suite.key_length]
        self._mac_last = encrypt_then_mac
        self._ciphers = _ciphers()

    def open(self, sequence: int, kind: int, fragment: bytes) -> tuple[int, bytes]:
        """Return content type and octets, once their MAC agrees."""
        if self._mac_last:
            sealed, mac = fragment[: -self._mac_length], fragment[-self._mac_length :]
            self._check(mac, _authenticated(sequence, kind, len(sealed)) + sealed)
            return kind, self._unpadded(sealed)
        plain = self._unpadded(fragment)
        content, mac = plain[: -self._mac_length], plain[-self._mac_length :]
        self._check(mac, _authenticated(sequence, kind, len(content)) + content)
        return kind, content

    def _unpadded(self, sealed: bytes) -> bytes:
        if len(sealed) < 32 or len(sealed) % 16:
            raise CannotDecrypt("a record is no whole number of cipher blocks")
        algorithms, modes = self._ciphers.algorithms, self._ciphers.modes
        cipher = self._ciphers.Cipher(algorithms.AES(self._key), modes.CBC(sealed[:16]))
        decryptor = cipher.decryptor()
        plain: bytes = decryptor.update(sealed[16:]) + decryptor.finalize()
        padding = plain[-1] + 1
        if padding > len(plain):
            raise CannotDecrypt("a record does not open with the key log's secret")
        return plain[:-padding]

    def _check(self, mac: bytes, over: bytes) -> None:
        if not hmac.compare_digest(mac, hmac.digest(self._mac_key, over, self._hash)):
            raise CannotDecrypt("a record does not open with the key log's secret")


def tls12_cipher(suite: Suite, block: bytes, side: int, encrypt_then_mac: bool) -> RecordCipher:
    """Return what opens the records of *side*: 0 the client's, 1 the server's."""
    if suite.mode == "cbc":
        return Tls12Cbc(suite, block, side, encrypt_then_mac)
    return Tls12Aead(suite, block, side)


def _authenticated(sequence: int, kind: int, length: int) -> bytes:
    return sequence.to_bytes(8, "big") + bytes([kind]) + b"\x03\x03" + length.to_bytes(2, "big")


def _ciphers() -> Any:
    try:
        from cryptography.hazmat.primitives import ciphers
        from cryptography.hazmat.primitives.ciphers import aead  # noqa: F401
    except ImportError:
        raise CannotDecrypt(
            "opening TLS needs the package cryptography: pip install 'silverpin[decode]'"
        ) from None
    return ciphers


def _aead(suite: Suite, key: bytes) -> Any:
    aead = _ciphers().aead
    match suite.mode:
        case "gcm":
            return aead.AESGCM(key)
        case "chacha":
            return aead.ChaCha20Poly1305(key)
        case _:
            return aead.AESCCM(key, tag_length=8 if suite.mode == "ccm8" else 16)


def _opened(aead: Any, nonce: bytes, sealed: bytes, header: bytes) -> bytes:
    from cryptography.exceptions import InvalidTag

    try:
        opened: bytes = aead.decrypt(nonce, sealed, header)
    except (InvalidTag, ValueError):
        raise CannotDecrypt("a record does not open with the key log's secret") from None
    return opened
