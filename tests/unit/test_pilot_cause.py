"""What spoils a pilot, named from its peaks: over circuits that the namer does not know."""

from collections.abc import Callable
from random import Random

import pytest

from silverpin.domain.limits import LIMITS
from silverpin.domain.observation import CpState, PilotLevels
from silverpin.domain.pilot import PilotCause
from silverpin.plant.pilot import PilotLine
from silverpin.ports import PilotPeaks
from silverpin.protocols.pilot.levels import AS_READ, levels_of
from silverpin.safety.pilot import cause_of, clean
from tests.observations import INFINITE, NAN, pilot

SEEDS = range(1000)


def named(levels: PilotLevels, plug: bool | None = True) -> PilotCause | None:
    return cause_of(levels, plug, LIMITS)


@pytest.mark.verifies("CP-3")
@pytest.mark.parametrize(
    ("levels", "plug", "cause"),
    [
        (pilot(CpState.C), True, None),
        (pilot(CpState.C, noise_v=0.51), True, PilotCause.NOISE),
        (pilot(CpState.C, noise_v=NAN), True, PilotCause.NOISE),
        (pilot(CpState.C, hz=979.0), True, PilotCause.FREQUENCY),
        (pilot(CpState.E, low_v=0.0), True, PilotCause.SHORT),
        (pilot(CpState.A), True, PilotCause.OPEN),
        (pilot(CpState.A), False, None),
        (pilot(CpState.A), None, None),
        (pilot(CpState.B, low_v=-13.0), True, PilotCause.AMPLITUDE),
        (pilot(CpState.E, high_v=13.0), True, PilotCause.AMPLITUDE),
        (pilot(CpState.B, low_v=-9.1), True, PilotCause.DIODE),
        (pilot(CpState.E, high_v=10.2, low_v=-10.2), False, PilotCause.WEAK),
        (pilot(CpState.E, high_v=5.5, low_v=-10.2), True, PilotCause.LEAK),
        (pilot(CpState.E, high_v=5.15, low_v=-10.2), True, PilotCause.AMPLITUDE),
        (pilot(CpState.C, low_v=-10.0), True, PilotCause.AMPLITUDE),
        (pilot(CpState.E, high_v=7.5), True, PilotCause.RESISTANCE),
        (pilot(CpState.E, high_v=7.5, low_v=7.5), True, PilotCause.LEVEL),
        (pilot(CpState.E, high_v=7.5, low_v=0.0), True, PilotCause.LEVEL),
        (pilot(CpState.E, high_v=0.5), True, PilotCause.RESISTANCE),
        (pilot(CpState.E, high_v=1.0, low_v=0.0), True, PilotCause.LEVEL),
        (pilot(CpState.F), True, None),
        (pilot(CpState.C, noise_v=0.0), True, None),
        (pilot(CpState.C, noise_v=0.5), True, None),
        (pilot(CpState.C, hz=980.0), True, None),
        (pilot(CpState.C, hz=1020.0), True, None),
        (pilot(CpState.A, high_v=12.6, low_v=-12.6), False, None),
        (pilot(CpState.B, low_v=-11.4), True, None),
        (pilot(CpState.C, high_v=INFINITE), True, None),
        (pilot(CpState.C, high_v=NAN), True, None),
        (pilot(CpState.C, low_v=-INFINITE), True, None),
    ],
)
def test_a_spoilt_pilot_is_told_by_its_peaks(
    levels: PilotLevels, plug: bool | None, cause: PilotCause | None
) -> None:
    assert named(levels, plug) is cause


def test_every_cause_says_what_it_is_and_where_to_look() -> None:
    for cause in PilotCause:
        assert cause.words
        assert cause.look
    assert len({cause.words for cause in PilotCause}) == len(PilotCause)


Fault = Callable[[Random], dict[str, float | bool]]


def any_line(rng: Random, **but: float | bool) -> PilotLine:
    """A healthy line of parts within their tolerance, *but* for a fault."""
    usual: dict[str, float | bool] = {
        "rail_v": rng.uniform(11.75, 12.25),
        "source_ohm": rng.uniform(970.0, 1030.0),
        "noise_v": rng.uniform(0.0, 0.1),
        "hz": rng.uniform(996.0, 1004.0),
    }
    return PilotLine(**(usual | but))  # type: ignore[arg-type]


def peaks_of(line: PilotLine, rng: Random, ready: bool, plugged: bool = True) -> PilotPeaks:
    """What a front end reads of a line whose vehicle has resistors of 3 %."""
    load_ohm = line.load(plugged=plugged, ready=ready) * rng.uniform(0.97, 1.03)
    high_v, low_v = line.plateaus(load_ohm)
    wobble_v = rng.uniform(-0.5, 0.5) * line.noise_v
    return PilotPeaks(high_v + wobble_v, low_v, line.noise_v, None if line.shorted else line.hz)


def share_named(cause: PilotCause, fault: Fault) -> float:
    """How often a fault is found, and found to be *cause*, in states B and C."""
    right = 0
    for seed in SEEDS:
        rng = Random(seed)
        peaks = peaks_of(any_line(rng, **fault(rng)), rng, ready=seed % 2 == 0)
        levels = levels_of(peaks, AS_READ)
        spoilt = not clean(levels, LIMITS) or levels.state is CpState.A
        right += spoilt and named(levels) is cause
    return right / len(SEEDS)


@pytest.mark.verifies("CP-3")
@pytest.mark.parametrize(
    ("cause", "fault", "least"),
    [
        (PilotCause.NOISE, lambda rng: {"noise_v": rng.uniform(0.6, 3.0)}, 1.0),
        (PilotCause.FREQUENCY, lambda rng: {"hz": rng.uniform(500.0, 975.0)}, 1.0),
        (PilotCause.FREQUENCY, lambda rng: {"hz": rng.uniform(1025.0, 2000.0)}, 1.0),
        (PilotCause.OPEN, lambda rng: {"broken": True}, 1.0),
        (PilotCause.OPEN, lambda rng: {"diode_missing": True}, 1.0),
        (PilotCause.SHORT, lambda rng: {"shorted": True}, 1.0),
        (PilotCause.DIODE, lambda rng: {"diode_shorted": True}, 1.0),
        (PilotCause.LEAK, lambda rng: {"leak_ohm": rng.uniform(1.5e3, 12e3)}, 0.95),
        (PilotCause.AMPLITUDE, lambda rng: {"rail_v": rng.uniform(7.0, 11.2)}, 0.98),
        (PilotCause.AMPLITUDE, lambda rng: {"rail_v": rng.uniform(12.8, 15.0)}, 1.0),
        # A contact that is bad enough makes state C look like B, which ends power as B does.
        (PilotCause.RESISTANCE, lambda rng: {"contact_ohm": rng.uniform(300.0, 3e3)}, 0.5),
    ],
)
def test_the_cause_is_right_on_circuits_of_any_tolerance(
    cause: PilotCause, fault: Fault, least: float
) -> None:
    assert share_named(cause, fault) >= least


def test_a_healthy_line_within_its_tolerances_is_never_accused() -> None:
    for seed in SEEDS:
        rng = Random(seed)
        line, plugged = any_line(rng), seed % 3 > 0
        levels = levels_of(peaks_of(line, rng, ready=seed % 3 > 1, plugged=plugged), AS_READ)
        assert clean(levels, LIMITS)
        assert levels.state is (CpState.A, CpState.B, CpState.C)[seed % 3]
        assert named(levels, plugged) is None


@pytest.mark.parametrize(("high_v", "low_v"), [(0.5, -1.0), (5.0, -6.0), (0.85, -1.25)])
def test_half_waves_on_a_bound_are_neither_shorted_nor_alike(high_v: float, low_v: float) -> None:
    levels = PilotLevels(CpState.C, high_v, low_v, 0.02)
    told = cause_of(levels, True, LIMITS)
    assert told not in (PilotCause.SHORT, PilotCause.DIODE)
