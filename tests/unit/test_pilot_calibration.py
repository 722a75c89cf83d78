"""The calibration of the pilot's front end: small errors corrected, weak pilots never."""

from math import nan
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from silverpin.domain.limits import LIMITS
from silverpin.domain.observation import CpState
from silverpin.domain.pilot import BANDS_V, LEVEL_V
from silverpin.domain.tightening import tighten
from silverpin.plant.pilot import PilotLine
from silverpin.ports import PilotPeaks
from silverpin.protocols.pilot.calibration import (
    KNOWN,
    CalibrationError,
    allowed,
    calibrate,
    known_of,
)
from silverpin.protocols.pilot.levels import AS_READ, Trim, classify, levels_of
from silverpin.safety.pilot import clean

BOXES_OHM = {"2740": 2_740.0, "882": 882.0, "246": 246.0}
GAINS, OFFSETS_V = st.floats(0.981, 1.019), st.floats(-0.15, 0.15)


def readings(line: PilotLine) -> dict[str, float]:
    """What the front end reads of the resistor box, one setting after the other."""
    volts = {"open": line.plateaus(float("inf"))[0]}
    for name, ohm in BOXES_OHM.items():
        line.box_ohm = ohm
        volts[name] = line.plateaus(line.load(plugged=True, ready=False))[0]
    return {name: line.read_gain * value + line.read_offset_v for name, value in volts.items()}


@pytest.mark.verifies("CP-2")
@pytest.mark.parametrize(
    ("name", "state", "level_v"),
    [("open", CpState.A, 12.0), ("2740", CpState.B, 9.0), ("1300", CpState.C, 6.0),
     ("882", CpState.C, 6.0), ("270", CpState.D, 2.93), ("246 Ohm", CpState.D, 2.93)],
)  # fmt: skip
def test_the_table_of_resistors_stands_for_the_states(
    name: str, state: CpState, level_v: float
) -> None:
    known = known_of(name)
    assert known.state is state
    assert known.level_v == pytest.approx(level_v, abs=0.03)
    assert classify(known.level_v, -12.0) is state


@pytest.mark.verifies("CP-2")
def test_a_front_end_that_is_a_little_off_reads_the_states_rightly_again() -> None:
    for seed in range(100):
        rng = Random(seed)
        line = PilotLine(read_gain=rng.uniform(0.99, 1.01), read_offset_v=rng.uniform(-0.06, 0.06))
        made = calibrate(readings(line))
        assert made.residual_v <= LIMITS.cp_trim_residual_v
        for name, ohm in BOXES_OHM.items():
            true_v = line.plateaus(ohm)[0]
            read_v = line.read_gain * true_v + line.read_offset_v
            assert made.trim.corrected(read_v) == pytest.approx(true_v, abs=0.08)
            levels = levels_of(PilotPeaks(read_v, -12.0, 0.02), made.trim)
            assert levels.state is known_of(name).state


@pytest.mark.verifies("CP-2")
@pytest.mark.parametrize(
    ("line", "why"),
    [
        (PilotLine(leak_ohm=5_670.0), "do not fit"),
        (PilotLine(leak_ohm=20_000.0), "repair|do not fit"),
        (PilotLine(rail_v=11.0), "move state|stretch the front end"),
        (PilotLine(rail_v=11.5), "stretch the front end by"),
        (PilotLine(contact_ohm=300.0), "do not fit|move state"),
        (PilotLine(diode_shorted=True), "do not fit|move state|stretch"),
        (PilotLine(broken=True), "move state|do not fit|stretch"),
        (PilotLine(read_gain=0.9), "move state A: 12 V would count as 13"),
        (PilotLine(read_offset_v=0.3), "shift the front end by -0.3. V, and 0.15 V are allowed"),
    ],
)
def test_what_is_to_be_repaired_is_not_calibrated(line: PilotLine, why: str) -> None:
    with pytest.raises(CalibrationError, match=why):
        calibrate(readings(line))


@pytest.mark.parametrize(
    ("points", "why"),
    [
        ({"open": 12.0, "2740": 9.0}, "2 resistors are too few: take at least 3 of open, 2740"),
        ({"882": 6.0, "1300": 6.0, "2740": 9.0}, "2 resistors are too few"),
        ({"open": 12.0, "2740": 9.0, "1000": 6.5}, "1000 is no resistor of the table"),
        ({"open": 12.0, "2740": 9.0, "882": nan}, "882 reads nan V: measure it again"),
        ({"open": 12.0, "2740": 9.0, "882": 6.4}, "the points do not fit: 2740 is"),
        ({"open": 6.0, "2740": 6.0, "882": 6.0}, "do not fit"),
        ({"open": -12.0, "2740": -9.0, "882": -6.0}, "move state"),
    ],
)
def test_points_that_make_no_calibration_say_why(points: dict[str, float], why: str) -> None:
    with pytest.raises(CalibrationError, match=why):
        calibrate(points)


@pytest.mark.verifies("CP-2")
@given(GAINS, OFFSETS_V)
def test_no_allowed_correction_moves_a_state(gain: float, offset_v: float) -> None:
    trim = Trim(gain, offset_v)
    assert allowed(trim)
    for state, level_v in LEVEL_V.items():
        assert classify(trim.corrected(level_v), -12.0) is state
    for state, low_v, high_v in BANDS_V:
        for read_v in (low_v, high_v):
            assert classify(trim.corrected(read_v), -12.0) in (state, CpState.E)


@pytest.mark.verifies("CP-2", "CP-3")
@given(GAINS, OFFSETS_V, st.floats(-15.0, 0.0), st.sampled_from([9.0, 6.0, 3.0]))
def test_no_correction_makes_a_weak_pilot_look_well(
    gain: float, offset_v: float, low_v: float, high_v: float
) -> None:
    peaks = PilotPeaks(high_v, low_v, 0.02)
    assume(not clean(levels_of(peaks, AS_READ), LIMITS))
    assert not clean(levels_of(peaks, Trim(gain, offset_v)), LIMITS)


def test_limits_that_a_site_made_stricter_refuse_a_calibration_of_before() -> None:
    trim = Trim(1.015, 0.0)
    assert allowed(trim)
    assert not allowed(trim, tighten(LIMITS, {"cp_trim_gain_share": 0.01}))
    assert not allowed(Trim(1.0, 0.2))
    assert not allowed(Trim(1.03, 0.0))


def test_the_known_levels_lie_in_their_bands() -> None:
    bands = {state: (low_v, high_v) for state, low_v, high_v in BANDS_V}
    assert all(bands[row.state][0] < row.level_v < bands[row.state][1] for row in KNOWN)


def test_a_steady_line_is_corrected_whole() -> None:
    levels = levels_of(PilotPeaks(8.9, 8.9, 0.02), Trim(1.01, 0.05))
    assert levels.high_v == levels.low_v == pytest.approx(9.039)
