"""Energy and mated time, booked to the ledger in portions.

A portion a minute, and one at each end of a mating. Whoever keeps records keeps what the next
portion has so far much more often, so that a power cut costs seconds.
"""

from dataclasses import dataclass
from typing import NamedTuple

BOOKING_PERIOD_NS = 60_000_000_000


class Portion(NamedTuple):
    """What one booking holds."""

    charged_kwh: float
    discharged_kwh: float
    mated_s: float


@dataclass(slots=True)
class Booking:
    """What was on the meter and the clock at the last portion."""

    energy_ws: tuple[float, float] = (0.0, 0.0)
    """What the meter says now: charged and discharged since power-up."""
    _booked_ns: int | None = None
    _booked_ws: tuple[float, float] = (0.0, 0.0)

    def due(self, now_ns: int) -> bool:
        """Return whether a portion is due; the first look at the meter only starts the count."""
        if self._booked_ns is None:
            self._booked_ns, self._booked_ws = now_ns, self.energy_ws
        return now_ns - self._booked_ns >= BOOKING_PERIOD_NS

    def take(self, now_ns: int, mated_ns: int | None) -> Portion | None:
        """Return the portion since the last one and start the next, None when there is none."""
        portion = self.so_far(now_ns, mated_ns)
        if self._booked_ns is not None:
            self._booked_ns, self._booked_ws = now_ns, self.energy_ws
        return portion

    def so_far(self, now_ns: int, mated_ns: int | None) -> Portion | None:
        """Return the portion since the last one, None when there is nothing to book.

        *mated_ns* is when the plug went in; None books no mated time.
        """
        if self._booked_ns is None:
            return None
        charged_ws = self.energy_ws[0] - self._booked_ws[0]
        discharged_ws = self.energy_ws[1] - self._booked_ws[1]
        held_ns = 0 if mated_ns is None else now_ns - max(self._booked_ns, mated_ns)
        if not (charged_ws or discharged_ws or held_ns):
            return None
        return Portion(charged_ws / 3.6e6, discharged_ws / 3.6e6, held_ns * 1e-9)
