"""Emergency stop, earth, residual current and insulation: unread is as bad as tripped."""

import pytest

from silverpin.domain.conditions import Condition
from silverpin.domain.limits import LIMITS
from silverpin.domain.quantities import NS_PER_S
from tests.stage import Stage, a_charger

pytestmark = pytest.mark.verifies("CP-5")
INPUTS = {
    "estop_clear": ("emergency stop", Condition.ESTOP),
    "earth_ohm": ("protective earth", Condition.EARTH),
    "residual_clear": ("residual-current device", Condition.RESIDUAL),
    "insulation_ohm": ("insulation monitor", Condition.INSULATION),
}
STOPPED_S = 0.3
"""As old as an input may be, a tick, and current to zero."""


def falls_silent(charger: Stage, patch: pytest.MonkeyPatch, name: str) -> Stage:
    """From now on the input says what it said last, with the instant at which it said it."""
    inputs = charger.charger.ports.inputs
    last = getattr(inputs, name)()
    patch.setattr(inputs, name, lambda: last)
    return charger


@pytest.mark.parametrize("name", INPUTS)
@pytest.mark.parametrize("kw", [10.0, -10.0])
def test_an_input_that_falls_silent_while_power_flows_ends_it_without_an_arc(
    kw: float, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    charger = falls_silent(a_charger().flow(kw), monkeypatch, name).wait(STOPPED_S)
    assert charger.faults == {"ERR_INPUT_LOST"}
    assert INPUTS[name][0] in charger.charger.envelope.latched["ERR_INPUT_LOST"].detail
    assert (charger.closed, charger.counts.load_breaks) == (False, 0)


@pytest.mark.parametrize("name", INPUTS)
def test_an_input_that_was_never_read_lets_nothing_start(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    charger = a_charger()
    monkeypatch.setattr(charger.charger.ports.inputs, name, lambda: None)
    charger.plug_in()
    assert INPUTS[name][1] in charger.world.command_power(5_000.0).refused
    assert not any(charger.watch(lambda s: s.closed, seconds=5))


def test_insulation_is_good_before_the_contactor_closes_or_it_does_not_close() -> None:
    charger = a_charger().plug_in().asks(kw=5)
    charger.until(lambda s: s.world.bay.vehicle.ready, within_s=5)
    charger.does("insulation", "99kOhm")
    assert not any(charger.watch(lambda s: s.closed, seconds=5))
    assert charger.faults == {"ERR_INSULATION"}
    assert (charger.counts.contactor_operations, charger.counts.emergency_stops) == (0, 0)


@pytest.mark.parametrize("act", ["estop", "earth-loss", "residual-current", "insulation"])
def test_an_input_that_trips_for_one_tick_stays_a_fault(act: str) -> None:
    charger = a_charger().discharge(kw=10).does(act).wait(LIMITS.judge_period_ns / NS_PER_S)
    charger.undoes(act).wait(5)
    assert len(charger.faults) == 1
    assert (charger.closed, charger.kw) == (False, 0.0)
