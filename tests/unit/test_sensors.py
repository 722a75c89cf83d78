"""Which sensor is doubted, when, why, and what makes it believed again."""

import pytest

from silverpin.domain.connectors import CONNECTOR_SETS
from silverpin.domain.doubts import Doubt
from silverpin.domain.quantities import NS_PER_S
from silverpin.safety.sensors import Accusation, Sensors
from tests.observations import AC, CHARGE, DC, NAN, Bench
from tests.sensor_pins import Pins

SETS = pytest.mark.parametrize("name", CONNECTOR_SETS)


# A resistor, or a frozen reading


@SETS
@pytest.mark.verifies("THM-2", "THM-6")
def test_a_dummy_at_rating_is_found_within_half_an_hour_of_the_start(name: str) -> None:
    kind = CONNECTOR_SETS[name]
    pins = Pins(kind).bypass(0).run(0.5, kind.rating_a)
    assert pins.doubts == {kind.power_pins[0]: Doubt.RESISTOR}
    words = pins.judge.doubted[0].words
    assert words.startswith("stands still at 25.0 °C, as a 10 kΩ resistor does")


@pytest.mark.verifies("THM-6")
def test_a_dummy_at_32_a_is_found_within_half_an_hour() -> None:
    assert Pins(AC).bypass(0).run(0.5, 32.0).doubts == {"L1": Doubt.RESISTOR}


@pytest.mark.verifies("THM-2")
def test_a_reading_that_froze_elsewhere_is_no_resistor() -> None:
    pins = Pins().rested()
    pins.says[1] = lambda _: 31.5
    assert pins.run(0.5, 200.0).doubts == {"DC-": Doubt.FROZEN}


def test_discharge_heats_as_charge_does() -> None:
    assert Pins().bypass(0).run(0.5, -200.0).doubts == {"DC+": Doubt.RESISTOR}


def test_a_small_swing_convicts_once_it_stayed_hidden_for_hours() -> None:
    pins = Pins(AC).bypass(0).rested().run(3.0, 16.0)
    assert pins.doubts == {}
    assert pins.run(0.3, 16.0).doubts == {"L1": Doubt.RESISTOR}


def test_several_small_swings_convict_together() -> None:
    pins = Pins(AC).bypass(0).rested()
    pins.step_s = 10
    assert pins.run(4.0, lambda at_s: 18.0 if at_s % 7200 < 3600 else 0.0).doubts == {
        "L1": Doubt.RESISTOR
    }


def test_many_swings_are_kept_no_longer_than_they_are_needed() -> None:
    pins = Pins(AC).bypass(0, 1, 2, 3).rested()
    pins.step_s = 10
    assert pins.run(60.0, lambda at_s: 18.0 if at_s % 7200 < 3600 else 0.0).doubts == {}


@pytest.mark.verifies("THM-2")
def test_all_sensors_bypassed_are_found_once_it_is_known_what_warmed_before() -> None:
    pins = Pins().bypass(0, 1)
    assert pins.run(0.6, 200.0).doubts == {}, "they may have been warm at the start"
    assert pins.run(1.2, 0.0).run(0.6, 200.0).doubts == {
        "DC+": Doubt.RESISTOR, "DC-": Doubt.RESISTOR,
    }  # fmt: skip


def test_a_sensor_that_freezes_hot_is_found_when_the_load_ends() -> None:
    pins = Pins().rested().run(1.0, 200.0)
    pins.says[0] = lambda _: 44.9
    assert pins.run(0.3, 200.0).doubts == {}
    assert pins.run(1.0, 0.0).doubts == {"DC+": Doubt.FROZEN}


def test_short_bursts_prove_nothing() -> None:
    pins = Pins(AC).bypass(0).rested()
    assert pins.run(2.0, lambda at_s: 10.0 if at_s % 600 < 200 else 0.0).doubts == {}


# Pins that may idle


@pytest.mark.verifies("THM-6")
def test_a_second_phase_is_judged_where_the_third_shows_the_load() -> None:
    pins = Pins(AC).bypass(1).rested()
    pins.idle = {3}
    assert pins.run(0.5, 32.0).doubts == {"L2": Doubt.RESISTOR}


@pytest.mark.verifies("THM-6")
def test_a_vehicle_on_one_phase_accuses_no_other() -> None:
    pins = Pins(AC).bypass(1, 2, 3).rested()
    pins.idle = {1, 2, 3}
    assert pins.run(2.0, 32.0).doubts == {}


# Too little


@pytest.mark.verifies("THM-6")
def test_a_sensor_that_shows_a_tenth_of_its_pin_does_not_follow() -> None:
    pins = Pins(DC, rise_k=20.0).rested()
    pins.says[0] = lambda _: 25.0 + 0.1 * pins.warmth_k
    assert pins.run(0.5, 200.0).doubts == {"DC+": Doubt.SHORT_OF}
    assert "moved by" in pins.judge.doubted[0].words


def test_one_that_stays_warm_after_the_load_does_not_follow_either() -> None:
    pins = Pins(AC, rise_k=9.0).rested().run(1.5, 32.0)
    pins.says[0] = lambda _: 33.4 + 0.06 * pins.warmth_k
    pins.step_s = 10
    assert pins.run(1.0, 0.0).doubts == {"L1": Doubt.SHORT_OF}


def test_air_that_goes_against_the_warming_excuses_and_air_that_goes_with_it_does_not() -> None:
    def doubts(way_k: float) -> dict[str, Doubt]:
        pins = Pins().rested()
        begun_s = pins.seconds
        pins.told_air_c = lambda s: 25.0 + way_k * min(1.0, (s - begun_s) / 900)
        pins.says[0] = lambda _: 25.0 + 0.1 * pins.warmth_k
        return pins.run(0.5, 200.0).doubts

    assert doubts(-6.0) == {}
    assert doubts(6.0) == {"DC+": Doubt.SHORT_OF}


def test_an_unread_sensor_is_not_held_against_the_current() -> None:
    pins = Pins().rested()
    pins.says[0] = lambda s: None if s % 30 == 0 else 25.0
    assert pins.run(0.6, 200.0).doubts == {}


# Jumps


@pytest.mark.verifies("THM-2")
def test_a_reading_that_falls_faster_than_metal_cools_is_doubted_at_once() -> None:
    pins = Pins().rested().run(0.5, 200.0)
    pins.says[0] = lambda _: 25.0
    assert pins.run(2 / 3600, 200.0).doubts == {"DC+": Doubt.FELL}
    words = pins.judge.doubted[0].words
    assert words.startswith("fell by 1")
    assert words.endswith("K within 1.0 s, faster than metal cools")


def test_a_fall_is_forgiven_once_it_was_still_and_a_jumping_sensor_never_is() -> None:
    pins = Pins().rested().run(0.5, 200.0)
    pins.says[0] = lambda _: 35.0
    pins.run(20 / 3600, 200.0)
    assert pins.doubts == {"DC+": Doubt.FELL}
    assert pins.run(15 / 3600, 200.0).doubts == {}
    pins.says[0] = lambda s: 35.0 + 10.0 * (s // 10 % 2)
    assert pins.run(60 / 3600, 200.0).doubts == {"DC+": Doubt.FELL}
    assert pins.run(60 / 3600, 200.0).doubts == {"DC+": Doubt.FELL}


def test_without_current_somebody_may_work_on_the_sensor() -> None:
    pins = Pins().rested()
    pins.says[0] = lambda s: 60.0 if s % 2 else 20.0
    assert pins.run(0.01, 0.0).doubts == {}


# Against each other


@pytest.mark.verifies("THM-6")
def test_a_dummy_in_a_cold_room_is_found_at_rest_by_the_middle_of_the_others() -> None:
    pins = Pins(AC).bypass(1)
    pins.step_s = 10
    pins.air_c = pins.told_air_c = lambda _: 12.0
    assert pins.run(3.0, 0.0).doubts == {"L2": Doubt.APART}
    words = pins.judge.doubted[1].words
    assert words.startswith("may drift or be wrong in scale: it reads 25.0 °C, 13.0 K from what is")
    assert words.endswith("beside it and 13.0 K from the air")


def test_of_two_that_disagree_either_may_lie() -> None:
    pins = Pins().bypass(0)
    pins.step_s = 10
    pins.air_c = lambda _: 12.0
    assert pins.run(3.0, 0.0).doubts == {"DC+": Doubt.APART, "DC-": Doubt.APART}
    assert pins.run(1.0, 0.0).doubts == {"DC+": Doubt.APART, "DC-": Doubt.APART}
    del pins.says[0]
    assert pins.run(0.05, 0.0).doubts == {}


@pytest.mark.verifies("THM-6")
def test_a_drifting_sensor_is_found_by_those_beside_it() -> None:
    pins = Pins(AC).rested()
    pins.step_s = 10
    pins.says[2] = lambda s: 25.0 + 2.0 * (s - 4320.0) / 3600.0
    assert pins.run(4.5, 0.0).doubts == {"L3": Doubt.APART}


def test_an_unread_neighbour_clears_nobody() -> None:
    pins = Pins().bypass(0)
    pins.step_s = 10
    pins.air_c = lambda _: 12.0
    pins.run(3.0, 0.0)
    pins.says[1] = lambda _: None
    assert set(pins.run(0.1, 0.0).doubts) == {"DC+", "DC-"}
    pins.says[0] = lambda _: None
    assert set(pins.run(0.1, 0.0).doubts) == {"DC+", "DC-"}


def test_a_worn_contact_beside_a_whole_one_is_no_sensor_that_lies() -> None:
    pins = Pins(rise_k=60.0).rested()
    pins.step_s = 10
    pins.says[0] = lambda _: 25.0 + 0.3 * pins.warmth_k
    assert pins.run(5.0, 180.0).run(3.0, 0.0).doubts == {}


# Nobody healthy


@SETS
@pytest.mark.verifies("THM-2", "THM-6")
def test_a_healthy_sensor_in_a_cool_room_at_6_a_is_never_accused(name: str) -> None:
    pins = Pins(CONNECTOR_SETS[name])
    pins.step_s = 5
    assert pins.run(24, 6.0).doubts == {}


@SETS
def test_the_coolest_healthy_pin_under_steps_to_rating_is_never_accused(name: str) -> None:
    kind = CONNECTOR_SETS[name]
    pins = Pins(kind, rise_k=kind.rise_at_rating_min_k)
    pins.step_s = 5
    pins.air_c = lambda at_s: 15.0 - 2.0 * ((at_s // 900) % 2)
    amps = lambda at_s: kind.rating_a if at_s % 5400 < 2700 else 0.0  # noqa: E731
    assert pins.run(12, amps).doubts == {}


@pytest.mark.parametrize("pause_s", [5, 20, 60, 300])
def test_a_restart_beside_warm_pins_accuses_nobody(pause_s: int) -> None:
    pins = Pins().run(1.0, 200.0)
    pins.judge = Sensors(DC)
    assert pins.run(pause_s / 3600, 0.0).run(2.0, 200.0).doubts == {}
    assert pins.run(1.0, 0.0).doubts == {}


@pytest.mark.parametrize("gap_s", [11, 3600])
def test_a_gap_beside_warm_pins_accuses_nobody(gap_s: int) -> None:
    pins = Pins().run(1.0, 200.0)
    pins.seconds += gap_s
    assert pins.run(0.5, 0.0).run(0.5, 200.0).doubts == {}


@pytest.mark.parametrize(("gap_s", "sure"), [(9, True), (10, False)])
def test_a_gap_of_more_than_ten_seconds_forgets_what_the_current_did(
    gap_s: int, sure: bool
) -> None:
    pins = Pins().bypass(0, 1).rested().run(0.3, 200.0)
    assert pins.doubts == {}
    pins.seconds += gap_s
    assert bool(pins.run(0.15, 200.0).doubts) is sure


def test_warmth_from_before_a_gap_is_held_against_nobody_after_it() -> None:
    """One pin cools from it and the other stands still, which proves nothing without a current."""
    pins = Pins().run(1.0, 200.0)
    pins.bypass(0).seconds += 3600
    assert pins.run(1.0, 0.0).doubts == {}


@pytest.mark.parametrize("lost", [None, NAN])
def test_a_current_that_was_not_read_for_a_moment_blinds_nobody(lost: float | None) -> None:
    """The envelope passes what `measured` lets through: a number, or None."""
    pins = Pins().bypass(0)
    unread = None if lost is None or lost != lost else lost
    pins.run(0.01, 6.0).run(0.001, unread)
    assert pins.run(0.6, 200.0).doubts == {"DC+": Doubt.RESISTOR}


def test_readings_that_are_not_one_a_pin_are_not_judged() -> None:
    judge = Sensors(DC)
    for second in range(3600):
        assert not judge.step(second * NS_PER_S, 200.0, (25.0,))
    assert judge.next_ns == 0


# Believed again


@pytest.mark.verifies("THM-2")
def test_a_still_sensor_is_believed_again_once_it_moved() -> None:
    pins = Pins().bypass(0).run(0.5, 200.0)
    pins.says[0] = lambda _: 26.4
    assert pins.run(0.2, 0.0).doubts == {"DC+": Doubt.RESISTOR}
    pins.says[0] = lambda _: None
    assert pins.run(0.1, 0.0).doubts == {"DC+": Doubt.RESISTOR}
    pins.says[0] = lambda _: 26.6
    assert pins.run(0.001, 0.0).doubts == {}
    assert pins.bypass(0).run(1.0, 0.0).run(0.5, 200.0).doubts == {"DC+": Doubt.RESISTOR}


def test_one_that_showed_too_little_is_believed_again_once_it_was_warmed() -> None:
    pins = Pins().rested()
    pins.says[0] = lambda _: 25.0 + 0.1 * pins.warmth_k
    pins.run(0.5, 200.0)
    assert pins.run(1.0, 0.0).doubts == {"DC+": Doubt.SHORT_OF}, "cooling down clears nothing"
    assert pins.judge.doubted[0].read_c == pytest.approx(25.0, abs=0.5)
    pins.says[0] = lambda _: 30.0
    assert pins.run(0.001, 0.0).doubts == {}


def test_what_an_earlier_program_doubted_stays_doubted() -> None:
    pins = Pins().bypass(0)
    row = Accusation(Doubt.RESISTOR, 25.0, "stands still")
    pins.judge.restore({0: row})
    assert pins.run(0.2, 0.0).judge.doubted == {0: row}


def test_it_works_once_a_second() -> None:
    judge = Sensors(DC)
    judge.step(5 * NS_PER_S, 0.0, (25.0, 25.0))
    assert judge.next_ns == 6 * NS_PER_S
    judge.step(6 * NS_PER_S - 1, 0.0, (25.0, 25.0))
    assert judge.next_ns == 6 * NS_PER_S
    judge.step(6 * NS_PER_S, 0.0, (25.0, 25.0))
    assert judge.next_ns == 7 * NS_PER_S


# In the envelope


@pytest.mark.verifies("THM-2", "THM-3")
def test_a_doubted_sensor_counts_as_too_hot_until_it_moves() -> None:
    bench = Bench().powered(CHARGE)
    for second in range(1800):
        bench.now_ns += NS_PER_S - 20_000_000
        other_c = 40.0 + min(20.0, second / 60)
        bench.judge(current_a=200.0, pin_temps_c=(other_c, 40.0))
        if bench.codes:
            break
    assert bench.codes == {"ERR_THERM_OVERLOAD", "ERR_THERM_SENSOR"}
    assert set(bench.envelope.doubted) == {1}
    detail = bench.envelope.latched["ERR_THERM_SENSOR"].detail
    assert detail.startswith("DC- stands still at 40.0 °C while its pin must have moved by 4.0 K")
    assert bench.envelope.inspection_due
    for code in ("ERR_THERM_OVERLOAD", "ERR_THERM_SENSOR"):
        cleared, refusal = bench.reset(code)
        assert cleared == ()
        assert refusal.endswith("the sensor of DC- cannot be believed; repair it first")
    bench.run(1.1, pin_temps_c=(40.0, 42.0))
    assert bench.envelope.doubted == {}
    assert bench.reset(*bench.codes).refusal == ""
    assert bench.codes == set()
