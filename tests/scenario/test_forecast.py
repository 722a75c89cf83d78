"""Cooling that comes before the heat: what is forecast, how well, and what it is worth.

The plants differ in ways that the forecaster does not know (`tests.plants`).
"""

from random import Random
from statistics import mean

import pytest

from silverpin.control.forecast import AHEAD_S
from silverpin.domain.limits import LIMITS
from tests.plants import (
    AHEADS_S,
    RATED_KW,
    NoAir,
    heavier,
    hot_duty,
    misses,
    peak_c,
    unknown_plant,
)
from tests.stage import Stage, a_charger

HOLD_C = LIMITS.temp_trip_c - 30.0


def first_cooling(charger: Stage, kw: float) -> tuple[float, str]:
    """Return the hottest reading when the first loop starts, and why it does."""
    charger.world.command_power(kw * 1e3)
    charger.until(lambda s: s.world.bay.connector.cooling[0] > 0.0, within_s=7200)
    reason = charger.events("cooling")[-1].fields["reason"]
    return max(charger.world.bay.connector.ntc_c), reason


# Before the threshold


@pytest.mark.verifies("THM-5")
@pytest.mark.parametrize("connector", RATED_KW)
def test_cooling_starts_while_the_pins_are_still_far_below_their_limit(connector: str) -> None:
    charger = a_charger(
        connector=connector, power_max_w=90_000.0, battery_kwh=4000.0, skip=True,
        tick_ns=100_000_000, ambient_c=40.0,
    ).plug_in()  # fmt: skip
    temp_c, reason = first_cooling(charger, RATED_KW[connector])
    assert temp_c < 50.0 < LIMITS.temp_trip_c, "earlier than the temperature alone would"
    assert reason.startswith("forecast ")
    assert charger.world.bay.connector.cooling[0] > 0.0, "the actuator moved"


@pytest.mark.verifies("THM-5")
def test_plants_of_different_time_constants_are_cooled_from_different_temperatures() -> None:
    began = []
    for factor in (1.0, 2.0, 4.0):
        charger = a_charger(
            connector="ccs2-200a", power_max_w=90_000.0, battery_kwh=4000.0, skip=True,
            tick_ns=100_000_000, ambient_c=38.0,
        )  # fmt: skip
        heavier(charger.world.bay.connector, factor)
        charger.plug_in().asks(40.0).wait(7200)
        learned_s = charger.charger.supervisor.forecast.responses[0].time_constant_s
        began.append((first_cooling(charger, 80.0)[0], learned_s))
    temps_c = [temp_c for temp_c, _ in began]
    assert temps_c == sorted(temps_c), "a heavier pin is let nearer to where it would be too hot"
    assert temps_c[-1] - temps_c[0] > 2.0
    time_constants_s = [learned_s for _, learned_s in began]
    assert time_constants_s == sorted(time_constants_s), "and that was learned, not told"


@pytest.mark.verifies("THM-5")
@pytest.mark.parametrize("connector", RATED_KW)
@pytest.mark.parametrize("seed", [1, 2, *(pytest.param(n, marks=pytest.mark.long) for n in (3, 4))])
def test_the_peak_is_lower_than_with_the_forecast_off(connector: str, seed: int) -> None:
    kw = RATED_KW[connector]
    with_c = hot_duty(unknown_plant(connector, seed, worn=True, ambient_c=35.0), kw)
    without = unknown_plant(connector, seed, worn=True, ambient_c=35.0, forecast=False)
    without_c = hot_duty(without, kw)
    if without_c > HOLD_C + 1.0:
        assert with_c < without_c - 0.5
    else:
        assert with_c <= without_c + 0.1, "nothing to do"


# Before an announced start


def warm_again(forecast: bool, announced: bool) -> Stage:
    """A charger whose pins are warm from the last vehicle, ten minutes before the next one."""
    charger = a_charger(
        connector="ccs2-200a", power_max_w=90_000.0, battery_kwh=4000.0, skip=True,
        tick_ns=100_000_000, ambient_c=30.0, forecast=forecast,
    ).does("worn-pin", "DC+=0.5mOhm")  # fmt: skip
    charger.plug_in().asks(60.0).wait(3600).stop().wait(60)
    if announced:
        supervisor = charger.charger.supervisor
        assert supervisor.announced.announce(charger.world.now_ns, 80e3, 600.0)
    return charger


@pytest.mark.verifies("THM-5")
def test_an_announced_start_at_high_power_finds_cool_pins_and_stays_cooler() -> None:
    at_start_c, highest_c = [], []
    for announced in (False, True):
        charger = warm_again(forecast=True, announced=announced).wait(600)
        at_start_c.append(max(charger.world.bay.connector.pin_c))
        charger.asks(80.0)
        highest_c.append(peak_c(charger, 600.0))
    assert at_start_c[1] < at_start_c[0] - 1.0
    assert highest_c[1] < highest_c[0]


@pytest.mark.verifies("THM-5")
def test_cooling_ahead_says_why_and_stops_when_the_announcement_is_taken_back() -> None:
    charger = warm_again(forecast=True, announced=True).wait(20)
    assert charger.world.bay.connector.cooling == (1.0, 1.0)
    assert charger.events("cooling")[-1].fields["reason"] == "cooling ahead of a start in 10 min"
    assert charger.charger.supervisor.announced.cancel()
    assert charger.wait(130).world.bay.connector.cooling[1] == 0.0


@pytest.mark.verifies("THM-5")
def test_cold_pins_are_cooled_ahead_in_the_last_minute_only() -> None:
    charger = a_charger(
        connector="ccs2-200a", power_max_w=90_000.0, ambient_c=40.0, skip=True,
    ).wait(60)  # fmt: skip
    charger.charger.supervisor.announced.announce(charger.world.now_ns, 80e3, 600.0)
    assert charger.wait(500).world.bay.connector.cooling == (0.0, 0.0)
    assert charger.wait(50).world.bay.connector.cooling == (1.0, 1.0)


@pytest.mark.verifies("THM-5")
def test_a_plug_in_with_a_known_high_set_point_is_foreseen_before_any_current_flows() -> None:
    charger = a_charger(
        connector="ccs2-200a", power_max_w=90_000.0, ambient_c=45.0, skip=True,
    ).wait(60)  # fmt: skip
    charger.plug_in().asks(80.0).until(lambda s: s.closed, within_s=10)
    supervisor = charger.charger.supervisor
    outlook = supervisor.forecast.outlook(0.0, supervisor.coming(charger.world.now_ns))
    assert outlook is not None
    assert outlook.temp_c > max(charger.world.bay.connector.ntc_c) + 3.0


def test_an_announcement_that_nobody_comes_for_lapses() -> None:
    charger = warm_again(forecast=True, announced=True).wait(600 + 880)
    assert charger.charger.supervisor.announced.standing is not None
    assert charger.wait(40).charger.supervisor.announced.standing is None


# How well


@pytest.mark.verifies("THM-5")
@pytest.mark.parametrize("connector", RATED_KW)
@pytest.mark.parametrize("worn", [False, True])
def test_a_forecast_of_an_unseen_session_is_right_within_half_a_kelvin(
    connector: str, worn: bool
) -> None:
    missed = misses(unknown_plant(connector, 7, worn=worn), RATED_KW[connector], hours=2.0, seed=7)
    for ahead_s in AHEADS_S:
        assert mean(missed[ahead_s].errors_k) <= 0.5
        assert missed[ahead_s].within_band >= 0.9


@pytest.mark.long
@pytest.mark.verifies("THM-5")
@pytest.mark.parametrize("connector", RATED_KW)
def test_it_is_so_over_many_plants(connector: str) -> None:
    means_k = []
    for seed in range(9):
        charger = unknown_plant(connector, 100 + seed, worn=seed % 3 == 0)
        missed = misses(charger, RATED_KW[connector], hours=3.0, seed=seed)
        means_k.append(mean(missed[AHEAD_S].errors_k))
    assert mean(means_k) <= 0.5
    assert max(means_k) <= 1.0


def test_without_an_air_sensor_it_is_learned_what_the_air_must_be() -> None:
    charger = unknown_plant("ccs2-80a", 3, ambient_c=36.0)
    charger.charger.ports = charger.charger.ports._replace(ambient=NoAir())
    missed = misses(charger, RATED_KW["ccs2-80a"], hours=2.0, seed=3)
    assert mean(missed[AHEAD_S].errors_k) <= 0.7


@pytest.mark.verifies("THM-5")
def test_under_regulation_it_is_right_as_well() -> None:
    charger, rng, errors_k = unknown_plant("ccs2-80a", 5), Random(5), []
    told: list[float] = []
    for second in range(0, 9000, 4):
        charger.world.command_power(rng.uniform(-1.0, 1.0) * 31e3)
        charger.wait(4)
        told.append(reading_c(charger, hottest_ahead=True))
        if second > 3600 and len(told) > 75:
            errors_k.append(abs(told[-76] - reading_c(charger)))
    assert mean(errors_k) <= 0.7


def reading_c(charger: Stage, hottest_ahead: bool = False) -> float:
    """The first pin's reading, or what is forecast of it for five minutes later."""
    supervisor = charger.charger.supervisor
    if hottest_ahead:
        told = supervisor.forecast.after_c(AHEAD_S, supervisor.cooling.both, None)
        return told[0] if told is not None else 0.0
    reading = charger.charger.obs.pin_temps_c[0]
    assert reading is not None
    return reading.value
