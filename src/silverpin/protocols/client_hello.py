"""The first octets of a connection: V2GTP in clear, or TLS with what the vehicle offers.

Both come to one port. The first octet tells them apart (01 begins V2GTP, 16 a TLS handshake), and
a ClientHello tells which profile serves it, before anything is answered.
"""

from collections.abc import Sequence
from typing import NamedTuple

from silverpin.protocols.tls_profiles import TLS_1_2, TLS_1_3, Code, TlsProfile, named

HELLO_MAX = 1 << 14
"""A hello of a vehicle has some hundred octets."""
RECORDS_MAX = 64
"""A hello may be parted; who parts it more finely would have all of it read again and again."""

_HANDSHAKE, _CLIENT_HELLO = 0x16, 0x01
_GROUPS, _SIGNATURES, _VERSIONS = 10, 13, 43


class NoOpening(ValueError):
    """Nothing that a vehicle begins with; the text says why."""


class Hello(NamedTuple):
    """What a vehicle offers, as registered numbers."""

    versions: tuple[int, ...]
    suites: tuple[int, ...]
    groups: tuple[int, ...]
    signatures: tuple[int, ...]


class InClear(NamedTuple):
    """The vehicle speaks V2GTP at once."""


def read_opening(data: bytes) -> Hello | InClear | None:
    """Return how a connection begins, None while too little has come; raise NoOpening."""
    if not data:
        return None
    if data[0] == 0x01:
        if len(data) > 1 and data[1] != 0xFE:
            raise NoOpening(f"it begins with {data[:2].hex(' ')}, neither V2GTP nor TLS")
        return InClear() if len(data) > 1 else None
    if data[0] != _HANDSHAKE or data[1:2] not in (b"", b"\x03"):
        raise NoOpening(f"it begins with {data[:2].hex(' ')}, neither V2GTP nor TLS")
    hello = _whole_hello(data)
    return None if hello is None else _read(hello)


def best(hello: Hello, profiles: Sequence[TlsProfile]) -> TlsProfile:
    """Return the first profile that can serve this hello, else the one that comes nearest.

    A vehicle of ISO 15118-2 may offer TLS 1.3 with groups that ISO 15118-20 does not know; it is
    served by TLS 1.2 where that is open.
    """
    able = (profile for profile in profiles if mismatch(hello, profile) is None)
    near = (profile for profile in profiles if profile.version in hello.versions)
    return next(able, next(near, profiles[0]))


def mismatch(hello: Hello, profile: TlsProfile) -> str | None:
    """Return in one sentence what the vehicle lacks for a profile; None if it lacks nothing."""
    if profile.version not in hello.versions:
        wanted = "1.3" if profile.version == TLS_1_3 else "1.2"
        return f"the vehicle offers {_versions(hello)} and {profile.title} wants TLS {wanted}"
    parts: tuple[tuple[str, tuple[int, ...], tuple[Code, ...]], ...] = (
        ("cipher suite", hello.suites, profile.suites),
        ("group", hello.groups, profile.groups),
        ("signature", hello.signatures, profile.signatures),
    )
    for what, offered, wanted_codes in parts:
        if not {code.code for code in wanted_codes}.intersection(offered):
            return (
                f"the vehicle offers no {what} of {profile.title}, "
                f"which wants {named(wanted_codes)}"
            )
    return None


def _versions(hello: Hello) -> str:
    names = {TLS_1_3: "TLS 1.3", TLS_1_2: "TLS 1.2", 0x0302: "TLS 1.1", 0x0301: "TLS 1.0"}
    known = [names[version] for version in hello.versions if version in names]
    return " and ".join(known) or "no version of TLS that is known"


def _whole_hello(data: bytes) -> bytes | None:
    """Join the records that a hello is parted into; None while some are missing.

    Number and length of the records bound what is waited for.
    """
    body, at, records = b"", 0, 0
    while at + 5 <= len(data):
        length = int.from_bytes(data[at + 3 : at + 5], "big")
        records += 1
        if data[at] != _HANDSHAKE or not 0 < length <= HELLO_MAX or records > RECORDS_MAX:
            raise NoOpening("its TLS records are no handshake")
        body += data[at + 5 : at + 5 + length]
        at += 5 + length
    if body[:1] not in (b"", bytes((_CLIENT_HELLO,))):
        raise NoOpening("its TLS handshake does not begin with a ClientHello")
    if len(body) >= 4:
        size = int.from_bytes(body[1:4], "big")
        if size > HELLO_MAX:
            raise NoOpening(f"its ClientHello claims {size} octets, more than any has")
        if len(body) >= 4 + size:
            return body[4 : 4 + size]
    return None


def _read(body: bytes) -> Hello:
    try:
        return _fields(body)
    except (IndexError, ValueError) as error:
        raise NoOpening(f"its ClientHello cannot be read: {error}") from None


def _fields(body: bytes) -> Hello:
    at = 34
    at += 1 + body[at]
    suites, at = _vector(body, at, 2)
    at += 1 + body[at]
    extensions = dict(_extensions(body, at))
    versions = _codes(extensions.get(_VERSIONS, b"")[1:])
    return Hello(
        versions or (int.from_bytes(body[:2], "big"),),
        _codes(suites),
        _codes(extensions.get(_GROUPS, b"")[2:]),
        _codes(extensions.get(_SIGNATURES, b"")[2:]),
    )


def _extensions(body: bytes, at: int) -> list[tuple[int, bytes]]:
    if at == len(body):
        return []
    block, _ = _vector(body, at, 2)
    found, at = [], 0
    while at < len(block):
        content, end = _vector(block, at + 2, 2)
        found.append((int.from_bytes(block[at : at + 2], "big"), content))
        at = end
    return found


def _vector(data: bytes, at: int, size: int) -> tuple[bytes, int]:
    """Return a vector whose length stands before it in *size* octets, and where it ends."""
    begin = at + size
    end = begin + int.from_bytes(data[at:begin], "big")
    if begin > len(data) or end > len(data):
        raise ValueError(f"a length at octet {at} leads beyond its end")
    return data[begin:end], end


def _codes(data: bytes) -> tuple[int, ...]:
    return tuple(int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data) - 1, 2))
