"""Which protocols a connection may carry, and in which of them a vehicle may discharge.

What a connection proves about the vehicle decides, not what the vehicle says later. ISO 15118-20
is never chosen on plain TCP or below TLS 1.3 ([V2G20-2356], second-hand), whatever the policy of a
charger in service; only `open`, which a bench and a simulation may ask for, has no such rule.
"""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import NamedTuple

DIN, ISO2, ISO20 = "din", "iso2", "iso20"


class Policy(Enum):
    """How much a vehicle has to prove before it gets power."""

    TLS13_ONLY = "tls13-only"
    """TLS 1.3 with certificates on both sides, as the manual wants."""
    MIXED = "mixed"
    """Older vehicles may charge."""
    MIXED_DISCHARGE = "mixed-discharge"
    """Older vehicles may discharge as well."""
    OPEN = "open"
    """Whatever comes; a simulation's and a bench's, never a charger's in service."""


class Carrier(Enum):
    """What carries a connection; the value is how people are told."""

    PLAIN = "no TLS"
    TLS12 = "TLS 1.2"
    TLS13 = "TLS 1.3 without a vehicle certificate"
    TLS13_MUTUAL = "TLS 1.3 with a verified vehicle certificate"


class Admitted(NamedTuple):
    """Protocols that may be agreed on, best first, and those in which power may flow back."""

    charging: tuple[str, ...] = ()
    discharging: tuple[str, ...] = ()


_MUTUAL = Admitted((ISO20, ISO2), (ISO20,))
_NOTHING = Admitted()
_OLDER = (ISO2, DIN)
_ALL = (ISO20, ISO2, DIN)

# ISO 15118-2 lets a vehicle that pays elsewhere do without TLS, and nearly all of them do: in
# clear it proves no less than DIN 70121, and it is the better protocol.
ADMITTED: Mapping[Policy, Mapping[Carrier, Admitted]] = MappingProxyType({
    Policy.TLS13_ONLY: {
        Carrier.PLAIN: _NOTHING,
        Carrier.TLS12: _NOTHING,
        Carrier.TLS13: _NOTHING,
        Carrier.TLS13_MUTUAL: _MUTUAL,
    },
    Policy.MIXED: {
        Carrier.PLAIN: Admitted(_OLDER),
        Carrier.TLS12: Admitted((ISO2,)),
        Carrier.TLS13: Admitted((ISO2,)),
        Carrier.TLS13_MUTUAL: _MUTUAL,
    },
    Policy.MIXED_DISCHARGE: {
        Carrier.PLAIN: Admitted(_OLDER, _OLDER),
        Carrier.TLS12: Admitted((ISO2,), (ISO2,)),
        Carrier.TLS13: Admitted((ISO2,), (ISO2,)),
        Carrier.TLS13_MUTUAL: Admitted((ISO20, ISO2), (ISO20, ISO2)),
    },
    Policy.OPEN: dict.fromkeys(Carrier, Admitted(_ALL, _ALL)),
})  # fmt: skip


def admitted(policy: Policy, carrier: Carrier) -> Admitted:
    """Return what a connection may be used for."""
    return ADMITTED[policy][carrier]


def refusal(policy: Policy, carrier: Carrier) -> str | None:
    """Return in one sentence why a connection may not be used at all; None if it may."""
    if admitted(policy, carrier).charging:
        return None
    others = [each.value for each in (Policy.MIXED,) if admitted(each, carrier).charging]
    mend = f", or set v2g.policy to {others[0]}" if others else ""
    return (
        f"the vehicle came with {carrier.value} and policy {policy.value} admits only "
        f"{Carrier.TLS13_MUTUAL.value}: use a vehicle that has it{mend}"
    )
