"""Whether a vehicle keeps to what it was told; one that does not is stopped.

A limit that came down may be exceeded for as long as a vehicle needs to follow. After that it is
held against what our own meter reads, and against what the vehicle asks for: the converter gives no
more either way, but who asks for what was refused has not understood.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from silverpin.domain.limits import LIMITS, Limits
from silverpin.domain.quantities import seconds_to_ns
from silverpin.safety.lasting import Lasting

TAKES, ASKS = "ERR_OVERCURRENT", "ERR_ISO_HANDSHAKE"


class Told(NamedTuple):
    """The most current each way that the vehicle was told last, unsigned. [A]"""

    charge_a: float
    discharge_a: float


class Disobeyed(NamedTuple):
    """The fault to raise, and what was seen."""

    code: str
    detail: str


@dataclass(slots=True)
class Obedience:
    """What one vehicle does about its limits while power flows."""

    limits: Limits = LIMITS
    _takes: Lasting = field(init=False)
    _asks: Lasting = field(init=False)

    def __post_init__(self) -> None:
        self._takes = Lasting(seconds_to_ns(self.limits.vehicle_follows_s))
        self._asks = Lasting(seconds_to_ns(self.limits.vehicle_insists_s))

    def step(
        self, now_ns: int, told: Told, current_a: float | None, asked_a: float | None
    ) -> Disobeyed | None:
        """Return what a vehicle has done for too long, at this instant."""
        takes = current_a is not None and self._exceeds(told, current_a)
        if self._takes.step(now_ns, takes) and current_a is not None:
            return Disobeyed(TAKES, f"{current_a:+.1f} A flow, and the vehicle was {_words(told)}")
        asks = asked_a is not None and self._exceeds(told, asked_a)
        if self._asks.step(now_ns, asks) and asked_a is not None:
            return Disobeyed(
                ASKS, f"the vehicle insists on {asked_a:+.1f} A and was {_words(told)}"
            )
        return None

    def _exceeds(self, told: Told, amps: float) -> bool:
        most_a = told.charge_a if amps > 0.0 else told.discharge_a
        share, absolute_a = self.limits.current_excess_share, self.limits.current_excess_a
        return abs(amps) > most_a * (1.0 + share) + absolute_a


def _words(told: Told) -> str:
    return f"told {told.charge_a:.1f} A in and {told.discharge_a:.1f} A out at most"
