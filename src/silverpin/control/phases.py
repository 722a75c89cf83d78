"""The phases in which the current flows: all of the charger's, until a vehicle tells of fewer.

A pilot tells no phases. What a vehicle has told stays so until its plug is out, also where its
conversation breaks off while current still flows. It is believed: a vehicle that uses more than it
told of finds each of them at its part, and no meter of the charger sees the others.
"""

from dataclasses import dataclass, field

from silverpin.domain.connectors import ConnectorSet

_AC = 3
"""Every charger of ours has all three."""


def own_phases(connector: ConnectorSet) -> int:
    """Return how many conductors the charger can load alike: one pair on DC."""
    return 1 if connector.direct_current else _AC


@dataclass(slots=True)
class Phases:
    """How many of the charger's the vehicle uses."""

    own: int
    used: int = field(init=False)

    def __post_init__(self) -> None:
        self.used = self.own

    def step(self, told: int | None, plugged: bool) -> None:
        """Take what the vehicle has told of, if it has."""
        if not plugged:
            self.used = self.own
        elif told is not None:
            self.used = min(max(told, 1), self.own)

    @property
    def share(self) -> float:
        """What part of a power that loads all of them alike is in those that are used."""
        return self.used / self.own
