"""The page of `docs.py` about connections: what each may be used for, and the TLS that it takes."""

from collections.abc import Iterable

from silverpin.apps.docs_layout import page, table
from silverpin.protocols.admission import ADMITTED, Admitted, Carrier
from silverpin.protocols.tls_profiles import PROFILES, TLS_1_3, Code

_NAMES = {"iso20": "ISO 15118-20", "iso2": "ISO 15118-2", "din": "DIN 70121"}


def v2g_tls() -> str:
    """Return the page with the policies and the profiles of TLS."""
    return page(
        "What a connection may be used for",
        "`protocols/admission.py` and `protocols/tls_profiles.py`",
        "## Policies",
        table(("policy", *(carrier.value for carrier in Carrier)), _policies()),
        "## Profiles",
        table(("profile", "TLS", "groups", "suites", "signatures", "keys"), _profiles()),
        "A profile is one way to do TLS; `interop-p256` is in force only where it is asked for.",
    )


def _policies() -> Iterable[tuple[str, ...]]:
    for policy, row in ADMITTED.items():
        yield (f"`{policy.value}`", *(_words(row[carrier]) for carrier in Carrier))


def _words(found: Admitted) -> str:
    """Say both ways or charging only, each protocol by its name."""
    ways = [
        f"{_NAMES[name]} {'both ways' if name in found.discharging else 'charges'}"
        for name in found.charging
    ]
    return ", ".join(ways) or "turned away"


def _profiles() -> Iterable[tuple[str, ...]]:
    for profile in PROFILES.values():
        yield (
            f"`{profile.name}`: {profile.title}",
            "1.3, vehicle asked" if profile.version == TLS_1_3 else "1.2",
            _codes(profile.groups),
            _codes(profile.suites),
            _codes(profile.signatures),
            ", ".join(profile.keys),
        )


def _codes(codes: Iterable[Code]) -> str:
    return ", ".join(code.name for code in codes)
