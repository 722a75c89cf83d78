"""What the pilot's peaks prove: that it is clean, or what spoils it.

A clean pilot is in a known state, quiet, whole in its negative half-wave and, where the front end
can tell, of the right frequency. A spoilt one is told by what the circuit allows: a leak loads both
half-waves, a lost diode makes them alike, a poor contact lifts the positive one alone. The cause is
for people; whether power stops never hangs on it.
"""

from silverpin.domain.limits import Limits
from silverpin.domain.observation import CpState, PilotLevels
from silverpin.domain.pilot import DIODE_V, LEVEL_V, LOADS_OHM, SOURCE_OHM, SOURCE_V, PilotCause
from silverpin.safety.freshness import INFINITE

_NOTHING_V = 1.0
"""Peaks within this of earth are those of a shorted line (state E of IEC 61851-1)."""
_ALIKE_V = 0.4
"""Half-waves that differ by less are alike."""
_LOADS = tuple(LOADS_OHM.values())


def clean(levels: PilotLevels, limits: Limits) -> bool:
    """Return whether *levels* are those of a pilot that can be believed.

    Without modulation there is no negative half-wave, and both peaks are the same.
    """
    state, high_v, low_v, noise_v, hz = levels
    if state is CpState.E or state is CpState.F:
        return False
    if not (0.0 <= noise_v <= limits.cp_noise_max_v and 0.0 <= high_v < INFINITE):
        return False
    if hz is not None and not limits.cp_low_hz <= hz <= limits.cp_high_hz:
        return False
    if limits.cp_low_min_v <= low_v <= limits.cp_low_max_v:
        return True
    return 0.0 <= low_v <= high_v <= low_v + limits.cp_noise_max_v


def cause_of(levels: PilotLevels, plug: bool | None, limits: Limits) -> PilotCause | None:
    """Return the likeliest cause of what is wrong with *levels*; None where they tell none."""
    state, high_v, low_v, noise_v, hz = levels
    if not (abs(high_v) < INFINITE and abs(low_v) < INFINITE):
        return None
    if not 0.0 <= noise_v <= limits.cp_noise_max_v:
        return PilotCause.NOISE
    if hz is not None and not limits.cp_low_hz <= hz <= limits.cp_high_hz:
        return PilotCause.FREQUENCY
    return _cause_of_levels(state, high_v, low_v, plug, limits)


def _cause_of_levels(
    state: CpState, high_v: float, low_v: float, plug: bool | None, limits: Limits
) -> PilotCause | None:
    if abs(high_v) < _NOTHING_V and abs(low_v) < _NOTHING_V:
        return PilotCause.SHORT
    if low_v < limits.cp_low_min_v or high_v > -limits.cp_low_min_v:
        return PilotCause.AMPLITUDE
    if limits.cp_low_max_v < low_v < 0.0:
        return _weak(high_v, -low_v, plug)
    if state is CpState.A and plug is True:
        return PilotCause.OPEN
    if state is not CpState.E:
        return None
    return PilotCause.LEVEL if low_v >= 0.0 else PilotCause.RESISTANCE


def _weak(high_v: float, swing_v: float, plug: bool | None) -> PilotCause:
    """Name what takes from the negative half-wave, of which *swing_v* is left."""
    if abs(high_v - swing_v) < _ALIKE_V:
        return PilotCause.DIODE if plug is True else PilotCause.WEAK
    # The generator's half-waves may be weak together, or the negative one alone.
    generator = [*LEVEL_V.values(), *(_divided(swing_v, SOURCE_OHM, ohm) for ohm in _LOADS)]
    behind_ohm = SOURCE_OHM * swing_v / SOURCE_V
    leak = [_divided(swing_v, behind_ohm, ohm) for ohm in _LOADS]
    nearer = min(abs(high_v - leaky_v) for leaky_v in leak)
    if nearer < min(abs(high_v - weak_v) for weak_v in generator):
        return PilotCause.LEAK
    return PilotCause.AMPLITUDE


def _divided(swing_v: float, source_ohm: float, load_ohm: float) -> float:
    """Return the level that a vehicle's resistor leaves of *swing_v*."""
    return DIODE_V + (swing_v - DIODE_V) * load_ohm / (source_ohm + load_ohm)
