"""Whether a vehicle keeps to what it was told; one that insists on more is stopped.

It gets no more either way: the converter follows the charger, and a current that nobody asked for
is for `control.runaway`. But who asks again and again for what was refused has not
understood its limits, and an on-board charger that has not would take it.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from silverpin.domain.limits import LIMITS, Limits
from silverpin.domain.quantities import seconds_to_ns
from silverpin.safety.lasting import Lasting


class Told(NamedTuple):
    """The most current each way that the vehicle was told last, unsigned. [A]"""

    charge_a: float
    discharge_a: float


@dataclass(slots=True)
class Obedience:
    """What one vehicle does about its limits while power flows."""

    limits: Limits = LIMITS
    _insists: Lasting = field(init=False)

    def __post_init__(self) -> None:
        self._insists = Lasting(seconds_to_ns(self.limits.vehicle_insists_s))

    def step(self, now_ns: int, told: Told, asked_a: float | None) -> str | None:
        """Return in words what a vehicle has asked for too long, at this instant."""
        if asked_a is None:
            self._insists.forget()
            return None
        most_a = told.charge_a if asked_a > 0.0 else told.discharge_a
        share, absolute_a = self.limits.current_excess_share, self.limits.current_excess_a
        exceeds = abs(asked_a) > most_a * (1.0 + share) + absolute_a
        if not self._insists.step(now_ns, exceeds):
            return None
        return (
            f"the vehicle insists on {asked_a:+.1f} A and was told {told.charge_a:.1f} A in and "
            f"{told.discharge_a:.1f} A out at most"
        )
