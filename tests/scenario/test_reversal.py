"""Charge to discharge and back: through zero, with a rest, confirmed and counted once."""

from collections.abc import Iterable
from itertools import pairwise

import pytest

from silverpin.safety.lease import Permit
from tests.stage import Stage, a_charger


def instant(stage: Stage) -> tuple[float, float, float]:
    return stage.world.now_ns * 1e-9, stage.amps, stage.world.bay.converter.reactive_var


def rests_s(course: Iterable[tuple[float, float, float]], below_a: float = 1.0) -> list[float]:
    """How long the current rested below an ampere before it flowed the other way."""
    rests, still_since, last_sign = [], None, 0
    for t_s, amps, _ in course:
        if abs(amps) < below_a:
            still_since = t_s if still_since is None else still_since
            continue
        sign = 1 if amps > 0 else -1
        if last_sign not in (0, sign) and still_since is not None:
            rests.append(t_s - still_since)
        last_sign, still_since = sign, None
    return rests


@pytest.mark.verifies("PWR-4")
@pytest.mark.parametrize("connector", ["ccs2-80a", "ccs2-200a", "type2-32a"])
@pytest.mark.parametrize("kw", [15.0, -15.0])
def test_a_reversal_ramps_to_zero_rests_and_ramps_the_other_way(connector: str, kw: float) -> None:
    charger = a_charger(connector=connector).flow(kw).asks(-kw)
    course = list(charger.watch(instant, seconds=6))
    assert charger.kw == pytest.approx(-kw, rel=0.005)
    assert rests_s(course) == [pytest.approx(0.32, abs=0.05)]
    steps_a = [abs(after[1] - before[1]) for before, after in pairwise(course)]
    assert max(steps_a) <= 50.0 * 0.02 + 1e-6
    assert max(abs(var) for _, _, var in course) <= charger.charger.limits.reactive_max_var


@pytest.mark.verifies("PWR-4")
def test_it_is_counted_once_with_its_latency_and_reactive_power() -> None:
    charger = a_charger().charge(kw=10).asks(-10).wait(10)
    (told,) = charger.events("reversed")
    assert charger.counts.reversals == 1
    assert told.fields["direction"] == "discharge"
    ramp_ms = 1e3 * 10_000.0 / 385.0 / 50.0
    assert told.fields["latency_ms"] == pytest.approx(ramp_ms + 300.0, abs=80.0)
    assert 300.0 < told.fields["reactive_var"] <= 500.0


@pytest.mark.verifies("PWR-4")
def test_the_ramp_waits_until_the_new_direction_is_confirmed() -> None:
    """A converter that has its signs wrong is asked for no more than a little."""
    charger = a_charger().charge(kw=15).asks(-15)
    for amps, reversals in charger.watch(lambda s: (s.amps, s.counts.reversals), seconds=5):
        assert reversals == 1 or amps > -2.01
    assert charger.counts.reversals == 1
    assert charger.kw == pytest.approx(-15.0, rel=0.005)


@pytest.mark.verifies("PWR-4")
def test_a_current_that_comes_back_the_wrong_way_is_not_let_grow(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    charger = a_charger().charge(kw=15)
    port = charger.charger.ports.converter
    asked = port.set_current

    def only_charges(permit: Permit, current_a: float) -> float:
        return asked(permit, abs(current_a))

    monkeypatch.setattr(port, "set_current", only_charges)
    charger.asks(-15).until(lambda s: s.amps == 0.0, within_s=3)
    assert max(charger.watch(lambda s: s.amps, seconds=10)) == pytest.approx(2.0, abs=0.01)
    assert charger.counts.reversals == 0


@pytest.mark.verifies("PWR-4")
@pytest.mark.parametrize("slew_a_per_s", [50.0, 80.0, 200.0, 1000.0])
def test_a_faster_converter_is_led_so_that_reactive_power_keeps_its_limit(
    slew_a_per_s: float,
) -> None:
    """The first ramp shows how much it makes; every later one keeps the limit."""
    charger = a_charger(slew_a_per_s=slew_a_per_s).charge(kw=15)
    for kw in (-15.0, 15.0, -15.0):
        charger.asks(kw)
        course = list(charger.watch(instant, seconds=8))
        assert max(var for _, _, var in course) <= charger.charger.limits.reactive_max_var
        assert charger.kw == pytest.approx(kw, rel=0.005)


@pytest.mark.verifies("PWR-4")
def test_there_and_back_again_is_two_and_a_rest_at_zero_is_none() -> None:
    charger = a_charger().charge(kw=10)
    for kw in (-10, 10):
        charger.asks(kw).wait(5)
    for kw in (0, 10, 0, 10):
        charger.asks(kw).wait(5)
    assert charger.counts.reversals == 2


@pytest.mark.verifies("PWR-4")
def test_through_zero_with_a_rest_is_one() -> None:
    charger = a_charger().charge(kw=10)
    for kw in (0, -10, 0, -10):
        charger.asks(kw).wait(5)
    assert charger.counts.reversals == 1
    assert charger.events("reversed")[0].fields["latency_ms"] < 1000.0


@pytest.mark.verifies("PWR-4")
@pytest.mark.parametrize("seconds", [0.1, 0.3, 0.55, 0.7, 0.8, 0.9])
def test_an_order_taken_back_on_the_way_reverses_nothing_that_did_not_flow(seconds: float) -> None:
    charger = a_charger().charge(kw=10).asks(-10).wait(seconds)
    other_way = charger.amps < -1.0
    charger.asks(10).wait(5)
    assert charger.kw == pytest.approx(10.0, rel=0.005)
    assert charger.counts.reversals == (2 if other_way else 0)
    assert not charger.charger.supervisor.reversal.under_way


@pytest.mark.parametrize("small_kw", [-0.05, -0.1, -0.3])
def test_a_set_point_too_small_to_confirm_is_no_reversal_and_keeps_nobody_waiting(
    small_kw: float,
) -> None:
    charger = a_charger().charge(kw=10).asks(small_kw).wait(20)
    assert charger.kw == pytest.approx(small_kw if small_kw < -0.06 else 0.0, abs=0.01)
    assert charger.counts.reversals == 0
    assert charger.charger.settled()
    charger.asks(10).wait(5)
    assert (charger.counts.reversals, charger.faults) == (0, set())


def test_a_small_set_point_that_grows_is_timed_from_its_growth() -> None:
    charger = a_charger().charge(kw=10).asks(-0.1).wait(20).asks(-10).wait(5)
    (told,) = charger.events("reversed")
    assert told.fields["latency_ms"] < 200.0


@pytest.mark.parametrize("kw", [10.0, -10.0])
def test_after_the_contactor_opened_a_new_session_starts_either_way_uncounted(kw: float) -> None:
    charger = a_charger().charge(kw=10).stop().wait(3).asks(kw).wait(15)
    assert charger.kw == pytest.approx(kw, rel=0.005)
    assert charger.counts.reversals == 0


def test_current_never_flows_against_the_permit() -> None:
    charger = a_charger().charge(kw=15)
    orders = [-15, 15, -3, 0.1, -15, 15, -0.2, 12]
    for kw in orders:
        charger.asks(kw)
        for permitted in charger.watch(within_permit, seconds=1.1):
            assert permitted
    assert charger.faults == set()


def within_permit(stage: Stage) -> bool:
    verdict = stage.charger.verdict
    if verdict is None or verdict.permit is None:
        return abs(stage.amps) < 1.0
    return verdict.permit.clamp(stage.amps) == pytest.approx(stage.amps)
