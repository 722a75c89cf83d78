"""The learned response of a pin, the forecast on it, and that a forecast only ever adds cooling."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from silverpin.control.announced import LAPSE_NS, Announced
from silverpin.control.cooling import Cooling
from silverpin.control.forecast import NO_NEED, Coming, Forecast, Need
from silverpin.control.response import Response, Stretch
from silverpin.domain.connectors import CONNECTOR_SETS
from silverpin.domain.quantities import NS_PER_S
from tests.observations import NO_NUMBERS

KIND = CONNECTOR_SETS["ccs2-80a"]
AIR_C = 25.0


class OneNode:
    """A pin of a single node, which is what the response believes in."""

    def __init__(self, rise_k: float, tau_s: float, loop: float) -> None:
        self.rise_k, self.tau_s, self.loop = rise_k, tau_s, loop
        self.temp_c = AIR_C

    def step(self, seconds: float, load: float, cooling: float) -> float:
        for _ in range(round(seconds * 10)):
            heat = self.rise_k * load * (1.0 + 0.0039 * (self.temp_c - 20.0))
            tie = (1.0 + self.loop * cooling) * (self.temp_c - AIR_C)
            self.temp_c += 0.1 * (heat - tie) / self.tau_s
        return self.temp_c


@pytest.mark.verifies("THM-5")
@pytest.mark.parametrize(
    ("rise_k", "tau_s"), [(15.0, 150.0), (15.0, 450.0), (60.0, 450.0), (60.0, 1200.0)]
)
def test_rise_and_time_constant_are_learned_from_what_the_pin_does(
    rise_k: float, tau_s: float
) -> None:
    node, response, rng = OneNode(rise_k, tau_s, 1.0), Response(KIND), Random(1)
    for number in range(1440):
        load, cooling = float(number // 120 % 2), float(number // 360 % 2)
        read_c = node.step(10.0, load, cooling) + rng.gauss(0.0, 0.05)
        response.step(Stretch(10.0, load, cooling), AIR_C, read_c)
    assert response.time_constant_s == pytest.approx(tau_s, rel=0.15)
    ahead = (Stretch(100.0, 0.0, 0.0), Stretch(200.0, 1.0, 0.5))
    told_c = response.after_c(ahead, AIR_C)
    for stretch in ahead:
        node.step(*stretch)
    assert told_c == pytest.approx(node.temp_c, abs=0.5)
    assert 0.05 < response.sigma_k(ahead, AIR_C) < 1.0


def test_a_contact_that_wears_is_followed() -> None:
    node, response, rng = OneNode(20.0, 400.0, 1.0), Response(KIND), Random(1)
    for number in range(720):
        if number == 360:
            node.rise_k = 80.0
        read_c = node.step(10.0, 1.0, 0.0) + rng.gauss(0.0, 0.05)
        response.step(Stretch(10.0, 1.0, 0.0), AIR_C, read_c)
    told_c = response.after_c((Stretch(300.0, 1.0, 0.0),), AIR_C)
    assert told_c == pytest.approx(node.step(300.0, 1.0, 0.0), abs=1.0)


def test_a_long_forecast_comes_to_rest_and_a_short_one_stays() -> None:
    response = Response(KIND)
    response.step(Stretch(10.0, 0.0, 0.0), AIR_C, 40.0)
    assert response.after_c((), AIR_C) == 40.0
    assert response.after_c((Stretch(1e6, 0.0, 0.0),), AIR_C) == pytest.approx(AIR_C)
    assert response.after_c((Stretch(1e6, 0.0, 1.0),), AIR_C) == pytest.approx(AIR_C)


@pytest.mark.parametrize("seed", range(5))
def test_whatever_it_reads_it_stays_a_number_within_its_bounds(seed: int) -> None:
    response, rng = Response(KIND), Random(seed)
    for _ in range(3000):
        stretch = Stretch(rng.choice((2.0, 10.0)), rng.random() ** 2, rng.choice((0.0, 0.5, 2.0)))
        response.step(stretch, rng.uniform(-40.0, 60.0), rng.uniform(-40.0, 160.0))
        if rng.random() < 0.01:
            response.forget_temperature()
    ahead = (Stretch(300.0, 1.0, 0.0),)
    assert abs(response.after_c(ahead, AIR_C)) < 1000.0
    assert 0.0 < response.sigma_k(ahead, AIR_C) < 1000.0
    assert 130.0 < response.time_constant_s < 1600.0


# The forecast


class Pins:
    """A forecast that is shown pins every two seconds."""

    def __init__(self, temp_c: float = AIR_C) -> None:
        self.forecast = Forecast(KIND)
        self.temp_c = temp_c
        self.now_ns = 0

    def show(
        self, seconds: float, amps: float = 0.0, coming: Coming | None = None,
        temp_c: float | None = None, air_c: float | None = AIR_C,
    ) -> Need:  # fmt: skip
        for _ in range(round(seconds / 2.0)):
            self.now_ns += 2 * NS_PER_S
            temps_c = (self.temp_c if temp_c is None else temp_c,) * 2
            self.forecast.step(self.now_ns, amps, temps_c, air_c, 0.0, coming)
        return self.forecast.need


def test_cold_and_idle_pins_need_nothing() -> None:
    assert Pins().show(120.0) == NO_NEED
    assert Pins(temp_c=58.0).show(120.0, air_c=57.0) == NO_NEED, "air does not cool below itself"


def test_before_all_pins_were_read_nothing_is_forecast() -> None:
    forecast = Forecast(KIND)
    for second in range(0, 60, 2):
        forecast.step(second * NS_PER_S, 80.0, (60.0, None), AIR_C, 0.0, None)
    assert forecast.need == NO_NEED
    assert forecast.outlook(0.0, None) is None
    assert forecast.after_c(60.0, 0.0, None) is None


def test_a_lost_sensor_and_a_pause_end_what_was_asked_for() -> None:
    pins = Pins(temp_c=62.0)
    assert pins.show(60.0, amps=80.0).primary > 0.0
    pins.now_ns += 100 * NS_PER_S
    assert pins.show(2.0, amps=80.0) == NO_NEED


@pytest.mark.parametrize("nonsense", NO_NUMBERS)
def test_a_meter_that_tells_no_number_does_not_spoil_what_was_learned(nonsense: float) -> None:
    pins = Pins(temp_c=40.0)
    pins.show(120.0, amps=30.0)
    pins.show(4.0, amps=nonsense)
    pins.show(60.0, amps=30.0, air_c=nonsense)
    outlook = pins.forecast.outlook(0.0, None)
    assert outlook is not None
    assert 20.0 < outlook.temp_c < 80.0


def test_warm_pins_are_cooled_ahead_of_an_announced_start_and_not_of_a_small_one() -> None:
    pins = Pins(temp_c=45.0)
    assert pins.show(20.0, coming=Coming(900.0, 1.0)) == NO_NEED, "too early"
    need = pins.show(20.0, coming=Coming(300.0, 1.0))
    assert need[:2] == (1.0, 1.0)
    assert need.reason == "cooling ahead of a start in 5 min"
    assert Pins(temp_c=45.0).show(20.0, coming=Coming(300.0, 0.05)) == NO_NEED


def test_without_an_air_sensor_pins_are_cooled_ahead_all_the_time() -> None:
    coming, pins = Coming(300.0, 1.0), Pins(temp_c=40.0)
    assert pins.show(20.0, coming=coming, air_c=40.0) == NO_NEED
    assert Pins(temp_c=40.0).show(20.0, coming=coming, air_c=None)[:2] == (1.0, 1.0)


# Cooling

LEVELS = st.floats() | st.sampled_from([0.0, 0.3, 1.0])


@pytest.mark.verifies("THM-5")
@given(
    st.lists(st.tuples(st.none() | st.floats(-40.0, 160.0), st.booleans(), st.booleans(),
                       LEVELS, LEVELS), max_size=30)
)  # fmt: skip
def test_a_forecast_whatever_it_says_never_takes_cooling_away(
    instants: list[tuple[float | None, bool, bool, float, float]],
) -> None:
    with_it, without = Cooling(), Cooling()
    for hottest_c, fast, tripped, primary, secondary in instants:
        with_it.step(hottest_c, fast, tripped, Need(primary, secondary, "a guess"))
        without.step(hottest_c, fast, tripped)
        assert with_it.primary >= without.primary
        assert with_it.secondary >= without.secondary


def test_cooling_says_why_it_runs() -> None:
    cooling, need = Cooling(), Need(0.5, 0.0, "forecast 60 °C in 5 min")
    told = []
    for hottest_c, fast, tripped, asks in (
        (40.0, False, False, need), (70.0, False, False, need), (40.0, True, False, need),
        (None, False, False, need), (90.0, False, True, need),
    ):  # fmt: skip
        cooling.step(hottest_c, fast, tripped, asks)
        told.append(cooling.reason)
    assert told == ["forecast 60 °C in 5 min", "pin temperature", "fast warming",
                    "a pin is unread", "a pin got too hot"]  # fmt: skip


# Announcements


@pytest.mark.verifies("THM-5")
def test_an_announcement_given_again_changes_nothing_and_another_takes_its_place() -> None:
    announced = Announced()
    assert announced.announce(0, 80e3, 600.0)
    assert not announced.announce(0, 80e3, 600.0)
    assert not announced.announce(10 * NS_PER_S, 80e3, 600.0), "typed again a moment later"
    assert announced.announce(10 * NS_PER_S, 60e3, 600.0)
    assert announced.announce(10 * NS_PER_S, 60e3, 60.0)
    assert announced.cancel()
    assert not announced.cancel()


def test_an_announcement_ends_when_power_flows_or_nobody_comes() -> None:
    for flows, end_ns in ((True, 60 * NS_PER_S), (False, 60 * NS_PER_S + LAPSE_NS)):
        announced = Announced()
        announced.announce(0, 80e3, 60.0)
        announced.step(end_ns - 1, flows)
        assert announced.standing is not None
        announced.step(end_ns, flows)
        assert announced.standing is None
