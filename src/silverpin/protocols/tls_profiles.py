"""What TLS each protocol wants, as data: version, groups, suites, signatures, keys.

ISO 15118-20 Tables 6 to 8 ([V2G20-2458], [V2G20-1634], [V2G20-2674], [V2G20-2319], second-hand)
know two suites, two groups and two signatures. ISO 15118-2 knows two suites of TLS 1.2, of which
ECDH-ECDSA has been gone from OpenSSL since 1.1.0: the one with ephemeral keys remains.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

TLS_1_2, TLS_1_3 = 0x0303, 0x0304


class Code(NamedTuple):
    """A registered number, OpenSSL's name for it, and the name that people know."""

    code: int
    openssl: str
    name: str


_P521 = Code(25, "P-521", "secp521r1")
_X448 = Code(30, "X448", "x448")
_P256 = Code(23, "P-256", "secp256r1")
_AES256 = Code(0x1302, "TLS_AES_256_GCM_SHA384", "TLS_AES_256_GCM_SHA384")
_CHACHA = Code(0x1303, "TLS_CHACHA20_POLY1305_SHA256", "TLS_CHACHA20_POLY1305_SHA256")
_AES128 = Code(0x1301, "TLS_AES_128_GCM_SHA256", "TLS_AES_128_GCM_SHA256")
_ECDHE_AES128 = Code(0xC023, "ECDHE-ECDSA-AES128-SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256")
_SHA512 = Code(0x0603, "ECDSA+SHA512", "ecdsa_secp521r1_sha512")
_ED448 = Code(0x0808, "ed448", "ed448")
_SHA256 = Code(0x0403, "ECDSA+SHA256", "ecdsa_secp256r1_sha256")


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsProfile:
    """One way to do TLS, and the folder under which its certificates lie."""

    name: str
    title: str
    version: int
    groups: tuple[Code, ...]
    suites: tuple[Code, ...]
    signatures: tuple[Code, ...]
    keys: tuple[str, ...]
    """Keys that a leaf's certificate may have, the usual one first."""
    asks_vehicle: bool
    """The vehicle is asked for a certificate."""
    vehicle_purpose: bool
    """A vehicle's certificate has to say that it is for client authentication (Annex B.8)."""
    charger_domain: str
    """Domain component of the charger's certificate."""


PROFILES: Mapping[str, TlsProfile] = MappingProxyType({
    profile.name: profile
    for profile in (
        TlsProfile(
            name="iso20",
            title="ISO 15118-20",
            version=TLS_1_3,
            groups=(_P521, _X448),
            suites=(_AES256, _CHACHA),
            signatures=(_SHA512, _ED448),
            keys=("secp521r1", "ed448"),
            asks_vehicle=True,
            vehicle_purpose=True,
            charger_domain="CSO",
        ),
        TlsProfile(
            name="iso2",
            title="ISO 15118-2",
            version=TLS_1_2,
            groups=(_P256,),
            suites=(_ECDHE_AES128,),
            signatures=(_SHA256,),
            keys=("secp256r1",),
            asks_vehicle=False,
            vehicle_purpose=False,
            charger_domain="CPO",
        ),
        TlsProfile(
            name="interop-p256",
            title="TLS 1.3 for peers that know P-256 alone",
            version=TLS_1_3,
            groups=(_P521, _X448, _P256),
            suites=(_AES256, _CHACHA, _AES128),
            signatures=(_SHA512, _ED448, _SHA256),
            keys=("secp256r1", "secp521r1", "ed448"),
            asks_vehicle=True,
            vehicle_purpose=False,
            charger_domain="CPO",
        ),
    )
})  # fmt: skip
ISO20, ISO2, INTEROP = (PROFILES[name] for name in ("iso20", "iso2", "interop-p256"))
TLS13_PROFILES = tuple(name for name, found in PROFILES.items() if found.version == TLS_1_3)
"""Those that a charger may be configured with."""


def named(codes: Collection[Code]) -> str:
    """Name codes as a sentence lists them."""
    return " or ".join(code.name for code in codes)
