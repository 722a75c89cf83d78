"""TLS 1.2 and 1.3 of one captured connection, opened with a key log.

Side 0 is the client (the vehicle), side 1 the server. The hellos tell version, suite and randoms;
the key log has the secrets for that client random. After octets that the capture lacks, the next
record is looked for and its number tried for, so that one lost packet does not hide the rest.
"""

import struct
from collections.abc import Iterator

from silverpin.protocols.capture.key_log import HANDSHAKE, MASTER, TRAFFIC, KeyLog
from silverpin.protocols.capture.tls_ciphers import (
    CannotDecrypt,
    RecordCipher,
    Tls13Cipher,
    key_block,
    tls12_cipher,
)
from silverpin.protocols.capture.tls_suites import TLS_1_2, TLS_1_3, Suite

RECORD_MAX = (1 << 14) + 2048
HANDSHAKE_MAX = 1 << 18
TRIES_AFTER_GAP = 256

_CHANGE, _ALERT, _HANDSHAKE, _DATA = 20, 21, 22, 23
_CLIENT_HELLO, _SERVER_HELLO, _FINISHED, _KEY_UPDATE = 1, 2, 20, 24
_SUPPORTED_VERSIONS, _ENCRYPT_THEN_MAC = 43, 22
_RETRY = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")
"""The random of a server hello that asks for another client hello."""
_ALERTS = {
    0: "close_notify", 10: "unexpected_message", 20: "bad_record_mac", 22: "record_overflow",
    40: "handshake_failure", 42: "bad_certificate", 43: "unsupported_certificate",
    44: "certificate_revoked", 45: "certificate_expired", 46: "certificate_unknown",
    47: "illegal_parameter", 48: "unknown_ca", 49: "access_denied", 50: "decode_error",
    51: "decrypt_error", 70: "protocol_version", 71: "insufficient_security",
    80: "internal_error", 90: "user_canceled", 109: "missing_extension",
    110: "unsupported_extension", 112: "unrecognized_name", 116: "certificate_required",
    120: "no_application_protocol",
}  # fmt: skip


class _Side:
    """One direction: what it sealed, and what opens it."""

    __slots__ = ("cipher", "handshake", "lost", "next", "rest", "sealed", "sequence")

    def __init__(self) -> None:
        self.rest = b""
        self.handshake = b""
        self.sealed = False
        self.cipher: RecordCipher | None = None
        self.next: Tls13Cipher | None = None
        self.sequence = 0
        self.lost = False


class TlsConnection:
    """Takes the octets of both sides and gives what the records hold."""

    def __init__(self, keys: KeyLog) -> None:
        self._keys = keys
        self._sides = (_Side(), _Side())
        self._client_random = b""
        self._block = b""
        self._encrypt_then_mac = False
        self.suite: Suite | None = None
        self.version = "TLS"
        self.locked: str | None = None
        """Why records stay closed."""
        self.closed_records = 0
        self.alerts: list[str] = []

    def feed(self, side: int, data: bytes) -> Iterator[bytes]:
        """Give the application data of every record that *data* completes."""
        half = self._sides[side]
        data = half.rest + data if half.rest else data
        if half.lost:
            data = _next_record(data)
        at, end = 0, len(data)
        while at + 5 <= end:
            kind, version, length = struct.unpack_from(">BHH", data, at)
            if not _plausible(kind, version, length):
                self._stay_closed("octets stand where a TLS record should")
                half.lost = True
                data, at = _next_record(data[at + 1 :]), 0
                end = len(data)
                continue
            if at + 5 + length > end:
                break
            plain = self._record(side, kind, data[at + 5 : at + 5 + length])
            if plain:
                yield plain
            at += 5 + length
        half.rest = data[at:]

    def gap(self, side: int) -> None:
        """Octets of this side are missing."""
        half = self._sides[side]
        half.rest, half.handshake, half.lost = b"", b"", True

    def _record(self, side: int, kind: int, fragment: bytes) -> bytes:
        half = self._sides[side]
        if kind == _CHANGE:
            if self.version != "TLS 1.3":
                self._change(side)
            return b""
        if half.sealed or kind == _DATA:
            try:
                kind, fragment = self._opened(half, kind, fragment)
            except CannotDecrypt as error:
                self._stay_closed(str(error))
                return b""
        if kind == _DATA:
            return fragment
        if kind == _HANDSHAKE:
            self._handshake(side, fragment)
        elif kind == _ALERT and len(fragment) == 2:
            self._alert(side, *fragment)
        return b""

    def _opened(self, half: _Side, kind: int, fragment: bytes) -> tuple[int, bytes]:
        """Open with the present key; else with the next one, or as a record some numbers later."""
        if not half.sealed:
            raise CannotDecrypt("the capture lacks the beginning of the connection")
        if half.cipher is None and half.next is None:
            raise CannotDecrypt(self.locked or "the key log has no secret for this direction")
        why = CannotDecrypt("the key log has no secret for the handshake")
        if half.cipher is not None:
            tries = TRIES_AFTER_GAP if half.lost else 1
            for sequence in range(half.sequence, half.sequence + tries):
                try:
                    opened = half.cipher.open(sequence, kind, fragment)
                except CannotDecrypt as error:
                    why = error
                    continue
                half.sequence, half.lost = sequence + 1, False
                return opened
        if half.next is None:
            raise why
        opened = half.next.open(0, kind, fragment)
        half.cipher, half.next, half.sequence = half.next, None, 1
        half.lost = False
        self.locked, self.closed_records = None, 0
        return opened

    def _alert(self, side: int, level: int, code: int) -> None:
        sender = ("the vehicle", "the charger")[side]
        fatal = "fatal " if level == 2 else ""
        self.alerts.append(f"{sender} sent {fatal}{_ALERTS.get(code, code)}")
        del self.alerts[8:]

    def _stay_closed(self, why: str) -> None:
        self.locked = self.locked or why
        self.closed_records += 1

    def _handshake(self, side: int, data: bytes) -> None:
        half = self._sides[side]
        data = half.handshake + data
        at = 0
        while at + 4 <= len(data):
            kind, length = data[at], int.from_bytes(data[at + 1 : at + 4], "big")
            if at + 4 + length > len(data):
                break
            self._message(side, kind, data[at + 4 : at + 4 + length])
            at += 4 + length
        half.handshake = data[at:] if len(data) - at <= HANDSHAKE_MAX else b""

    def _message(self, side: int, kind: int, body: bytes) -> None:
        half = self._sides[side]
        if kind == _CLIENT_HELLO and len(body) >= 34:
            self._client_random = body[2:34]
        elif kind == _SERVER_HELLO and len(body) >= 38:
            self._server_hello(body)
        elif kind == _FINISHED and half.next is not None:
            half.cipher, half.next, half.sequence = half.next, None, 0
        elif kind == _KEY_UPDATE and isinstance(half.cipher, Tls13Cipher):
            half.cipher, half.sequence = half.cipher.updated(), 0

    def _server_hello(self, body: bytes) -> None:
        random = body[2:34]
        if random == _RETRY:
            return
        at = 35 + body[34]
        code = int.from_bytes(body[at : at + 2], "big")
        extensions = _extensions(body[at + 3 :])
        if extensions.get(_SUPPORTED_VERSIONS) == b"\x03\x04":
            self.version, self.suite = "TLS 1.3", TLS_1_3.get(code)
            self._traffic_keys(code)
            return
        self.version = {b"\x03\x03": "TLS 1.2"}.get(body[:2], f"TLS 0x{body[:2].hex()}")
        self.suite = TLS_1_2.get(code) if self.version == "TLS 1.2" else None
        self._encrypt_then_mac = _ENCRYPT_THEN_MAC in extensions
        master = self._keys.secret(MASTER, self._client_random)
        self._block = b""
        if self._known(code, master) and self.suite is not None and master is not None:
            self._block = key_block(self.suite, master, self._client_random, random)

    def _traffic_keys(self, code: int) -> None:
        for half, early, late in zip(self._sides, HANDSHAKE, TRAFFIC, strict=True):
            half.sealed, half.sequence, half.handshake = True, 0, b""
            secrets = [self._keys.secret(label, self._client_random) for label in (early, late)]
            if not self._known(code, secrets[1]) or self.suite is None:
                continue
            half.cipher, half.next = (self._tls13(secret) for secret in secrets)

    def _tls13(self, secret: bytes | None) -> Tls13Cipher | None:
        if secret is None or self.suite is None:
            return None
        try:
            return Tls13Cipher(self.suite, secret)
        except CannotDecrypt as error:
            self.locked = str(error)
            return None

    def _known(self, code: int, secret: bytes | None) -> bool:
        if self.suite is None:
            self.locked = f"{self.version} with cipher suite 0x{code:04X} is not known"
        elif secret is None:
            client = self._client_random.hex()
            self.locked = (
                f"no key log line for client random {client[:16]}...: give --keylog FILE"
                if client
                else "the capture lacks the vehicle's hello"
            )
        return self.suite is not None and secret is not None

    def _change(self, side: int) -> None:
        half = self._sides[side]
        half.sealed, half.sequence, half.cipher = True, 0, None
        if self._block and self.suite is not None:
            try:
                half.cipher = tls12_cipher(self.suite, self._block, side, self._encrypt_then_mac)
            except CannotDecrypt as error:
                self.locked = str(error)


def _plausible(kind: int, version: int, length: int) -> bool:
    return _CHANGE <= kind <= 24 and version >> 8 == 3 and length <= RECORD_MAX


def _next_record(data: bytes) -> bytes:
    """Cut off what stands before the next octets that could be a record's header."""
    for at in range(len(data) - 2):
        if _CHANGE <= data[at] <= 24 and data[at + 1] == 3 and data[at + 2] <= 4:
            return data[at:]
    return data[-2:]


def _extensions(data: bytes) -> dict[int, bytes]:
    found = {}
    at, end = 2, min(len(data), 2 + int.from_bytes(data[:2], "big"))
    while at + 4 <= end:
        kind, length = struct.unpack_from(">HH", data, at)
        found[kind] = data[at + 4 : at + 4 + length]
        at += 4 + length
    return found
