"""Which machine speaks an agreed protocol; imported when it is first wanted."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from silverpin.protocols.iso15118.contract20 import Contracts
from silverpin.protocols.iso15118.machine import Machine, PausedSession
from silverpin.protocols.iso15118.sap import Flavour


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What a charger's machine is begun with."""

    chance: random.Random
    """Session IDs and challenges come from it; on hardware a `SystemRandom`."""
    resume: PausedSession | None = None
    """The session that this connection may take up again."""
    negative_discharge_limits: bool = False
    """Send the limits of discharge below zero, as some vehicles expect them."""
    identity: bytes | None = None
    """What the vehicle proved in TLS."""
    contracts: Contracts | None = None
    """Judges contracts; without it there is no plug and charge."""


def _iso20(flavour: Flavour, opening: Opening) -> Machine:
    from silverpin.protocols.iso15118.session20 import Session20

    # A vehicle of -20 has to have proved who it is; the TLS of -2 knows no such proof.
    contracts = opening.contracts if opening.identity else None
    return Session20(flavour, replace(opening, contracts=contracts))


def _older(flavour: Flavour, opening: Opening) -> Machine:
    from silverpin.protocols.iso15118.dialects2 import DIALECTS
    from silverpin.protocols.iso15118.session2 import Session2

    dialect = DIALECTS[flavour.schema]
    return Session2(dialect, opening.chance, opening.resume, opening.contracts)


CHARGER_MACHINES: dict[Flavour, Callable[[Flavour, Opening], Machine]] = {
    Flavour.ISO20_DC: _iso20,
    Flavour.ISO20_AC: _iso20,
    Flavour.ISO2: _older,
    Flavour.DIN: _older,
}
"""How a session of each protocol begins; what is not here is not offered."""
