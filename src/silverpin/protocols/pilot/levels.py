"""What the control pilot's peaks mean: a state, or none.

Between the bands no state is guessed: a level that fits none reads as E, for an attenuated pilot
must never look like a vehicle. A correction of the front end moves the level that tells the state.
The negative half-wave, which proves that the pilot is whole, is told as read or as corrected,
whichever is worse: so no calibration makes a weak pilot look well.
"""

from typing import NamedTuple

from silverpin.domain.observation import CpState, PilotLevels
from silverpin.domain.pilot import BANDS_V, SOURCE_V
from silverpin.ports import PilotPeaks

_OUT_OF_SERVICE_V = -11.0


class Trim(NamedTuple):
    """The correction of a front end: what it reads, times a gain and shifted."""

    gain: float = 1.0
    offset_v: float = 0.0

    def corrected(self, read_v: float) -> float:
        """Return the voltage that stands on the line."""
        return self.gain * read_v + self.offset_v


AS_READ = Trim()


def classify(high_v: float, low_v: float) -> CpState:
    """Return the state that the measured peaks prove; E when they prove none."""
    if high_v < _OUT_OF_SERVICE_V and low_v < _OUT_OF_SERVICE_V:
        return CpState.F
    for state, lowest_v, highest_v in BANDS_V:
        if lowest_v <= high_v <= highest_v:
            return state
    return CpState.E


def levels_of(peaks: PilotPeaks, trim: Trim) -> PilotLevels:
    """Return the pilot that *peaks* prove, by a front end that *trim* corrects."""
    high_v, low_v, noise_v, hz = peaks
    if trim is not AS_READ:
        high_v = trim.corrected(high_v)
        mended_v = trim.corrected(low_v)
        if low_v >= 0.0 or abs(mended_v + SOURCE_V) > abs(low_v + SOURCE_V):
            low_v = mended_v
    return PilotLevels(classify(high_v, low_v), high_v, low_v, noise_v, hz)
