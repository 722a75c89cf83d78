"""The control pilot's levels and what they mean (IEC 61851-1, SAE J1772 table A1).

The charger feeds ±12 V at 1 kHz through 1 kOhm; the vehicle's resistor pulls the positive half-wave
down in steps, its diode leaves the negative one alone. Between the bands no state is guessed: a
level that fits none reads as E, for an attenuated pilot must never look like a vehicle.
"""

from silverpin.domain.observation import CpState

BANDS_V: tuple[tuple[CpState, float, float], ...] = (
    (CpState.A, 11.4, 12.6),
    (CpState.B, 8.36, 9.56),
    (CpState.C, 5.48, 6.49),
    (CpState.D, 2.62, 3.25),
)
"""Positive peak of each state, lowest and highest. [V]"""

LEVEL_V = {CpState.A: 12.0, CpState.B: 9.0, CpState.C: 6.0, CpState.D: 3.0}
"""Nominal positive peak of each state. [V]"""


def classify(high_v: float, low_v: float) -> CpState:
    """Return the state that the measured peaks prove; E when they prove none."""
    if high_v < -11.0 and low_v < -11.0:
        return CpState.F
    for state, lowest_v, highest_v in BANDS_V:
        if lowest_v <= high_v <= highest_v:
            return state
    return CpState.E


def duty_for(current_a: float) -> float:
    """Return the duty that offers *current_a* to a vehicle (6 A to 80 A), 0..1."""
    if current_a < 6.0:
        return 1.0
    if current_a <= 51.0:
        return current_a / 0.6 / 100.0
    return min(80.0, current_a) / 250.0 + 0.64


HIGH_LEVEL_DUTY = 0.05
"""5 %: limits are told by high-level communication; also what a DC charger offers."""
