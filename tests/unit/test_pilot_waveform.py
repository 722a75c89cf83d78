"""The pilot's figures from samples, held against a circuit that the analyser does not know."""

from collections.abc import Callable
from math import inf, nan
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from silverpin.domain.observation import CpState
from silverpin.domain.pilot import PilotCause
from silverpin.plant.pilot import PilotLine
from silverpin.ports import PilotPeaks, Waveform
from silverpin.protocols.pilot.measured import Measured, by_peaks
from silverpin.protocols.pilot.verdict import Figure, Outcome, Verdict, judge
from silverpin.protocols.pilot.waveform import (
    LASTS_MIN_S,
    RATE_MIN_HZ,
    SamplesError,
    measure,
)

READY_OHM, PLUGGED_OHM = 880.0, 2_740.0
SCOPE_HZ = 500e3


def look(
    line: PilotLine | None = None, load_ohm: float = READY_OHM, duty: float = 0.533,
    rate_hz: float = SCOPE_HZ, count: int = 3_000, seed: int = 1,
) -> Measured:  # fmt: skip
    """What the analyser makes of a stretch of *line*."""
    volts = (line or PilotLine()).rendered(load_ohm, duty, rate_hz, count, Random(seed))
    return measure(Waveform(volts, rate_hz))


def figure(verdict: Verdict, name: str) -> Figure:
    return next(row for row in verdict.figures if row.name == name)


def outcomes(verdict: Verdict) -> dict[str, Outcome]:
    return {row.name: row.outcome for row in verdict.figures}


@pytest.mark.verifies("CP-1")
@pytest.mark.parametrize(
    ("load_ohm", "state", "high_v"),
    [(inf, CpState.A, 12.0), (PLUGGED_OHM, CpState.B, 9.0), (READY_OHM, CpState.C, 6.0),
     (246.0, CpState.D, 2.9)],
)  # fmt: skip
@pytest.mark.parametrize("duty", [0.05, 0.1, 0.533, 0.96])
def test_a_healthy_pilot_passes_with_every_figure_told(
    load_ohm: float, state: CpState, high_v: float, duty: float
) -> None:
    verdict = judge(look(load_ohm=load_ohm, duty=duty), duty=duty)
    assert verdict.state is state
    assert (verdict.outcome, verdict.causes) == (Outcome.PASSED, ())
    assert figure(verdict, "high").value == pytest.approx(high_v, abs=0.1)
    assert figure(verdict, "low").value == pytest.approx(-12.0, abs=0.1)
    assert figure(verdict, "frequency").value == pytest.approx(1000.0, abs=0.5)
    assert figure(verdict, "duty").value == pytest.approx(100.0 * duty, abs=0.5)
    assert figure(verdict, "noise").value == pytest.approx(0.02, abs=0.01)


@pytest.mark.verifies("CP-1")
@pytest.mark.parametrize(
    ("fault", "failed", "cause"),
    [
        ({"hz": 1006.0}, {"frequency"}, PilotCause.FREQUENCY),
        ({"hz": 900.0}, {"frequency"}, PilotCause.FREQUENCY),
        ({"rail_v": 10.5}, {"high", "low"}, PilotCause.AMPLITUDE),
        ({"rail_v": 13.5}, {"high", "low"}, PilotCause.AMPLITUDE),
        ({"leak_ohm": 4_000.0}, {"high", "low"}, PilotCause.LEAK),
        ({"contact_ohm": 600.0}, {"high"}, PilotCause.RESISTANCE),
        ({"diode_shorted": True}, {"low"}, PilotCause.DIODE),
        ({"noise_v": 1.0}, {"noise"}, PilotCause.NOISE),
        ({"extra_f": 10e-9}, {"rise", "fall"}, PilotCause.EDGES),
    ],
)
def test_each_fault_fails_its_own_figures_and_is_named(
    fault: dict[str, float | bool], failed: set[str], cause: PilotCause
) -> None:
    line = PilotLine(**fault)  # type: ignore[arg-type]
    load_ohm = line.load(plugged=True, ready=True)
    verdict = judge(look(line, load_ohm), duty=0.533, plug=True)
    assert verdict.outcome is Outcome.FAILED
    assert {name for name, how in outcomes(verdict).items() if how is Outcome.FAILED} == failed
    assert verdict.causes[0] is cause


DRAWN: list[tuple[PilotCause, Callable[[Random], dict[str, float | bool]], float]] = [
    (PilotCause.NOISE, lambda rng: {"noise_v": rng.uniform(0.7, 2.0)}, 1.0),
    (PilotCause.FREQUENCY, lambda rng: {"hz": rng.uniform(1006.0, 2000.0)}, 1.0),
    (PilotCause.LEAK, lambda rng: {"leak_ohm": rng.uniform(1.5e3, 12e3)}, 0.9),
    (PilotCause.AMPLITUDE, lambda rng: {"rail_v": rng.uniform(7.0, 11.2)}, 0.95),
    (PilotCause.DIODE, lambda rng: {"diode_shorted": True}, 1.0),
    (PilotCause.OPEN, lambda rng: {"diode_missing": True}, 1.0),
    (PilotCause.EDGES, lambda rng: {"extra_f": rng.uniform(8e-9, 20e-9)}, 1.0),
]


@pytest.mark.verifies("CP-1")
@pytest.mark.parametrize(
    "lines", [40, pytest.param(200, marks=pytest.mark.long)], ids=["some", "many"]
)
@pytest.mark.parametrize(("cause", "fault", "least"), DRAWN)
def test_samples_at_any_rate_name_the_cause_of_a_drawn_fault(
    cause: PilotCause, fault: Callable[[Random], dict[str, float | bool]], least: float, lines: int
) -> None:
    right = 0
    for seed in range(lines):
        rng = Random(seed)
        usual = {"source_ohm": rng.uniform(970.0, 1030.0), "rail_v": rng.uniform(11.75, 12.25)}
        line = PilotLine(**(usual | fault(rng)))  # type: ignore[arg-type]
        load_ohm = line.load(plugged=True, ready=seed % 2 == 0) * rng.uniform(0.97, 1.03)
        duty, rate_hz = rng.choice((0.05, 0.1, 0.533)), rng.choice((500e3, 1e6, 2e6))
        told = look(line, load_ohm, duty, rate_hz, int(4.5e-3 * rate_hz), seed)
        causes = judge(told, duty=duty, plug=True).causes
        # Slow edges leave no level to settle, which is told beside them.
        right += cause in (causes if cause is PilotCause.EDGES else causes[:1])
    assert right >= least * lines


@pytest.mark.parametrize(
    ("line", "duty", "causes"),
    [
        (PilotLine(broken=True), 0.5, (PilotCause.OPEN,)),
        (PilotLine(diode_missing=True), 0.5, (PilotCause.OPEN,)),
        (PilotLine(shorted=True), 0.5, (PilotCause.STEADY, PilotCause.SHORT)),
    ],
)
def test_a_line_without_a_vehicle_is_told_from_a_shorted_one(
    line: PilotLine, duty: float, causes: tuple[PilotCause, ...]
) -> None:
    load_ohm = line.load(plugged=True, ready=True)
    assert judge(look(line, load_ohm, duty), duty=duty, plug=True).causes == causes


def test_a_duty_that_was_not_set_fails_where_it_is_known_what_was() -> None:
    told = look(duty=0.4)
    assert judge(told).outcome is Outcome.PASSED
    assert judge(told, duty=0.533).causes == (PilotCause.DUTY,)
    assert outcomes(judge(look(duty=0.99)))["duty"] is Outcome.FAILED


@pytest.mark.verifies("CP-2")
@pytest.mark.parametrize(
    ("load_ohm", "state"), [(inf, CpState.A), (PLUGGED_OHM, CpState.B), (READY_OHM, CpState.C)]
)
def test_a_steady_pilot_tells_its_level_and_nothing_else(load_ohm: float, state: CpState) -> None:
    verdict = judge(look(load_ohm=load_ohm, duty=1.0), duty=1.0)
    assert verdict.state is state
    assert verdict.outcome is Outcome.NOT_MEASURED
    told = {name for name, how in outcomes(verdict).items() if how is Outcome.PASSED}
    assert told == {"high", "noise"}
    assert judge(look(load_ohm=load_ohm, duty=1.0), duty=0.5).causes[0] is PilotCause.STEADY


@pytest.mark.verifies("CP-2")
def test_steady_minus_twelve_is_state_f() -> None:
    verdict = judge(look(duty=0.0))
    assert verdict.state is CpState.F
    assert outcomes(verdict)["low"] is Outcome.PASSED
    assert verdict.causes == ()


@settings(max_examples=150)
@given(
    rate_hz=st.floats(RATE_MIN_HZ, 4e6),
    cycles=st.floats(2.2, 8.0),
    duty=st.floats(0.05, 0.95),
    load_ohm=st.sampled_from([inf, PLUGGED_OHM, READY_OHM, 246.0]),
    seed=st.integers(0, 2**32),
)
def test_no_rate_phase_or_window_makes_a_healthy_pilot_fail(
    rate_hz: float, cycles: float, duty: float, load_ohm: float, seed: int
) -> None:
    count = int(cycles * rate_hz / 1000.0)
    verdict = judge(look(None, load_ohm, duty, rate_hz, count, seed), duty=duty)
    assert Outcome.FAILED not in outcomes(verdict).values()
    assert verdict.causes == ()


_ANY = st.floats(-100.0, 100.0) | st.sampled_from([12.0, -12.0, 6.0, 0.0, -0.0, 1e-300])


@given(
    volts=st.lists(_ANY, min_size=int(LASTS_MIN_S * RATE_MIN_HZ), max_size=300),
    share=st.floats(0.0, 0.999),
    duty=st.none() | st.floats(0.0, 1.0),
    plug=st.sampled_from([True, False, None]),
)
def test_whatever_was_sampled_there_is_a_verdict(
    volts: list[float], share: float, duty: float | None, plug: bool | None
) -> None:
    rate_hz = RATE_MIN_HZ + share * (len(volts) / LASTS_MIN_S - RATE_MIN_HZ)
    verdict = judge(measure(Waveform(volts, rate_hz)), duty=duty, plug=plug)
    assert len(verdict.figures) == 7
    for row in verdict.figures:
        assert row.outcome is not Outcome.PASSED or row.value is not None
        assert (row.outcome is Outcome.NOT_MEASURED) is bool(row.why)


@pytest.mark.parametrize(
    ("volts", "rate_hz", "words"),
    [
        ([12.0] * 150, 1e5, "1.5 ms is less than two cycles of a pilot: record 2 ms or more"),
        ([], 1e5, "0 ms is less than two cycles"),
        ([12.0] * 200, 20e3, "20000 samples a second miss the pulses of a pilot: take 60000 or"),
        ([12.0] * 200, 0.0, "0 Hz is no rate"),
        ([12.0] * 200, nan, "nan Hz is no rate"),
        ([12.0] * 200, inf, "inf Hz is no rate"),
        ([12.0] * 199 + [nan], 1e5, "sample 200 is nan V, which no pilot is"),
        ([12.0] * 199 + [230.0], 1e5, "sample 200 is 230 V, which no pilot is"),
    ],
)
def test_what_is_no_recording_of_a_pilot_is_one_sentence(
    volts: list[float], rate_hz: float, words: str
) -> None:
    with pytest.raises(SamplesError, match=words):
        measure(Waveform(volts, rate_hz))


# Peaks alone


@pytest.mark.verifies("CP-1")
def test_what_peaks_cannot_tell_is_not_measured_and_has_not_passed() -> None:
    verdict = judge(by_peaks(PilotPeaks(6.0, -12.0, 0.02, 1000.0)), duty=0.05, plug=True)
    told = {name for name, how in outcomes(verdict).items() if how is Outcome.PASSED}
    assert told == {"high", "low", "noise", "frequency"}
    assert figure(verdict, "rise").why == "peaks cannot tell"
    assert verdict.outcome is Outcome.NOT_MEASURED
    blind = judge(by_peaks(PilotPeaks(6.0, -12.0, 0.02)), duty=0.05, plug=True)
    assert figure(blind, "frequency").why == "peaks cannot tell"


@pytest.mark.verifies("CP-1")
@pytest.mark.parametrize(
    ("peaks", "plug", "cause"),
    [
        (PilotPeaks(6.0, -12.0, 0.9), True, PilotCause.NOISE),
        (PilotPeaks(5.5, -10.2, 0.02), True, PilotCause.LEAK),
        (PilotPeaks(9.0, -9.0, 0.02), True, PilotCause.DIODE),
        (PilotPeaks(12.0, -12.0, 0.02), True, PilotCause.OPEN),
        (PilotPeaks(0.0, 0.0, 0.02), True, PilotCause.SHORT),
        (PilotPeaks(6.0, -12.0, 0.02, 1007.0), True, PilotCause.FREQUENCY),
        (PilotPeaks(7.4, -12.0, 0.02), True, PilotCause.RESISTANCE),
    ],
)
def test_peaks_name_the_cause_as_samples_do(
    peaks: PilotPeaks, plug: bool, cause: PilotCause
) -> None:
    verdict = judge(by_peaks(peaks), plug=plug)
    assert verdict.outcome is Outcome.FAILED
    assert cause in verdict.causes
