"""What could be told of a pilot, whoever looked: an oscilloscope's samples or a front end's peaks.

What an origin cannot tell is None, and `why` says so by the figure's name. `resolution` is how
finely a figure was told; peaks are as fine as their front end.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from silverpin.ports import PilotPeaks

PEAKS_ALONE = "peaks cannot tell"
STEADY = "the pilot is steady"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The pilot's figures, as read."""

    high_v: float
    """The positive half-wave; the whole line where nothing is modulated."""
    low_v: float | None = None
    noise_v: float
    hz: float | None = None
    duty: float | None = None
    rise_s: float | None = None
    fall_s: float | None = None
    resolution: Mapping[str, float] = field(default_factory=dict)
    why: Mapping[str, str] = field(default_factory=dict)

    @property
    def steady(self) -> bool:
        """Whether nothing is modulated."""
        return self.low_v is None


def by_peaks(peaks: PilotPeaks) -> Measured:
    """Return what the front end's *peaks* tell."""
    untold = dict.fromkeys(("duty", "rise", "fall"), PEAKS_ALONE)
    if peaks.low_v < 0.0 or peaks.hz is not None:
        untold |= {} if peaks.hz is not None else {"frequency": PEAKS_ALONE}
        return Measured(
            high_v=peaks.high_v, low_v=peaks.low_v, noise_v=peaks.noise_v, hz=peaks.hz, why=untold
        )
    untold |= dict.fromkeys(("frequency", "low"), STEADY)
    return Measured(high_v=peaks.high_v, noise_v=peaks.noise_v, why=untold)
