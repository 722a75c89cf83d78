"""When a plug counts as in, or out: proximity and pilot say the same, and have said it for a while.

Noise on one of them moves nothing while the other stands against it. A pilot that says nothing of
a vehicle leaves it to proximity; and when the two contradict each other for longer than noise
lasts, one of them is broken, and proximity, which sits on the plug itself, is believed.
"""

from dataclasses import dataclass

from silverpin.control.session import DEBOUNCE_NS
from silverpin.domain.observation import CpState
from silverpin.domain.quantities import NS_PER_S

DISPUTE_NS = 15 * NS_PER_S
"""So long a contradiction is no noise."""
_MUTE = (CpState.E, CpState.F)
"""States of the line that say nothing of a vehicle."""


@dataclass(slots=True)
class Mating:
    """Whether a plug counts as in."""

    mated: bool = False
    _vehicle: bool | None = None
    """What the pilot says: a vehicle is there, none is, or nothing."""
    _vehicle_since_ns: int | None = None
    _apart_ns: int | None = None
    """Since when proximity says something else than what counts."""

    def step(self, now_ns: int, plugged: bool, cp: CpState | None) -> bool:
        """Take what proximity (debounced) and pilot say now; return whether the count changed."""
        vehicle = None if cp is None or cp in _MUTE else cp is not CpState.A
        if vehicle is not self._vehicle or self._vehicle_since_ns is None:
            self._vehicle, self._vehicle_since_ns = vehicle, now_ns
        if plugged is self.mated:
            self._apart_ns = None
            return False
        if self._apart_ns is None:
            self._apart_ns = now_ns
        agreed = vehicle in (None, plugged) and now_ns - self._vehicle_since_ns >= DEBOUNCE_NS
        if agreed or now_ns - self._apart_ns >= DISPUTE_NS:
            self.mated, self._apart_ns = plugged, None
            return True
        return False
