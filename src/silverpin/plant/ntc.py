"""What is wrong with a temperature sensor, and what it tells in place of the truth."""

from enum import Enum
from typing import NamedTuple

from silverpin.domain.quantities import NS_PER_S

_DUMMY_C = 25.0
"""10 kΩ, whatever is around."""
_OPEN_C, _SHORT_C = -60.0, 220.0
_NS_PER_HOUR = 3600 * NS_PER_S


class Ntc(Enum):
    """The ways in which a sensor lies."""

    OPEN = "open"
    SHORT = "short"
    FROZEN = "frozen"
    LOST = "lost"
    BYPASSED = "bypassed"
    DRIFTING = "drifting"
    SCALED = "scaled"


class NtcFault(NamedTuple):
    """One sensor's fault; the figure is what it reads, drifts by an hour, or is multiplied by."""

    kind: Ntc
    figure: float
    since_ns: int

    def told_c(self, true_c: float, now_ns: int) -> float | None:
        """Return what is told instead of *true_c*; None tells nothing new. [°C]"""
        match self.kind:
            case Ntc.LOST:
                return None
            case Ntc.OPEN:
                return _OPEN_C
            case Ntc.SHORT:
                return _SHORT_C
            case Ntc.FROZEN:
                return self.figure
            case Ntc.DRIFTING:
                return true_c + self.figure * (now_ns - self.since_ns) / _NS_PER_HOUR
            case Ntc.SCALED:
                return _DUMMY_C + self.figure * (true_c - _DUMMY_C)
            case Ntc.BYPASSED:
                return _DUMMY_C

    @property
    def noisy(self) -> bool:
        """Whether the reading still passes through the converter, with its noise."""
        return self.kind in (Ntc.DRIFTING, Ntc.SCALED, Ntc.BYPASSED)
