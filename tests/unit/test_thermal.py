"""Which pin is hottest, which sensor is to be believed, and which one stands still."""

from collections.abc import Callable
from math import exp
from random import Random

import pytest

from silverpin.domain.connectors import CONNECTOR_SETS, ConnectorSet
from silverpin.domain.limits import LIMITS
from silverpin.domain.observation import Reading
from silverpin.domain.quantities import NS_PER_S
from silverpin.safety.thermal import Follow, Heat, believed, heat_of
from tests.observations import AC, CHARGE, DC, INFINITE, NAN, Bench

NOW_NS = 10 * NS_PER_S
AGE_NS = LIMITS.temp_age_max_ns


@pytest.mark.verifies("THM-2")
@pytest.mark.parametrize(
    ("value", "age_ns", "believable"),
    [
        (40.0, 0, True),
        (40.0, AGE_NS, True),
        (40.0, AGE_NS + 1, False),
        (40.0, -1, False),
        (-40.0, 0, True),
        (-40.1, 0, False),
        (160.0, 0, True),
        (160.1, 0, False),
        (NAN, 0, False),
        (INFINITE, 0, False),
        (-INFINITE, 0, False),
    ],
)
def test_a_reading_is_believed_when_it_is_fresh_and_possible(
    value: float, age_ns: int, believable: bool
) -> None:
    temps_c = believed((Reading(value, NOW_NS - age_ns), None), NOW_NS)
    assert temps_c == ((value if believable else None), None)


@pytest.mark.parametrize(
    ("temps_c", "heat"),
    [
        ((40.0, 41.0), Heat(1, 41.0, ())),
        ((41.0, 40.0), Heat(0, 41.0, ())),
        ((41.0, 41.0), Heat(0, 41.0, ())),
        ((None, 40.0), Heat(1, 40.0, (0,))),
        ((None, None), Heat(None, -INFINITE, (0, 1))),
        ((90.0,), Heat(None, 90.0, (0, 1))),
        ((40.0, 40.0, 90.0), Heat(None, 90.0, (0, 1))),
        ((), Heat(None, -INFINITE, (0, 1))),
    ],
)
def test_the_hottest_pin_and_the_unknown_ones(
    temps_c: tuple[float | None, ...], heat: Heat
) -> None:
    assert heat_of(temps_c, 2) == heat


class Pins:
    """A connector whose sensors follow a healthy pin, unless one is told to read something else."""

    def __init__(self, kind: ConnectorSet = DC, rise_k: float = 25.0, seed: int = 1) -> None:
        self.kind = kind
        self.follow = Follow(kind)
        self.chance = Random(seed)
        self.rise_k = rise_k
        """At rating; well above the least that the connector set promises."""
        self.ambient_c: Callable[[float], float] = lambda _: 25.0
        self.warmth_k = 0.0
        self.fixed: dict[int, Callable[[float], float | None]] = {}
        self.seconds = 0

    def run(self, hours: float, amps: Callable[[float], float | None] | float | None) -> "Pins":
        """Carry *amps* for that long, a step a second."""
        for _ in range(round(hours * 3600)):
            self.seconds += 1
            at_s = float(self.seconds)
            current_a = amps(at_s) if callable(amps) else amps
            target_k = self.rise_k * ((current_a or 0.0) / self.kind.rating_a) ** 2
            self.warmth_k += (target_k - self.warmth_k) * (1 - exp(-1 / 480))
            temps_c = tuple(self._read(index, at_s) for index in range(len(self.kind.power_pins)))
            self.follow.step(self.seconds * NS_PER_S, current_a, temps_c)
        return self

    def _read(self, index: int, at_s: float) -> float | None:
        if index in self.fixed:
            return self.fixed[index](at_s)
        return self.ambient_c(at_s) + self.warmth_k + self.chance.gauss(0.0, 0.05)


def bypassed(pins: Pins) -> Callable[[float], float]:
    """10 kΩ in the sensor's place: 25 °C with the noise of the converter behind it."""
    return lambda _: 25.0 + pins.chance.gauss(0.0, 0.05)


SETS = pytest.mark.parametrize("name", CONNECTOR_SETS)


@SETS
@pytest.mark.verifies("THM-2")
def test_a_sensor_that_stands_still_at_rating_is_found_within_half_an_hour(name: str) -> None:
    kind = CONNECTOR_SETS[name]
    pins = Pins(kind)
    pins.fixed[0] = bypassed(pins)
    pins.run(0.05, 0.0).run(0.5, kind.rating_a)
    assert pins.follow.stuck == {0}


@pytest.mark.verifies("THM-2")
@pytest.mark.parametrize("idle_h", [0.0, 0.1, 0.25, 0.4, 0.75, 5.0])
def test_it_is_found_whenever_the_load_begins(idle_h: float) -> None:
    pins = Pins()
    pins.fixed[1] = lambda _: 31.5
    pins.run(idle_h, 0.0).run(0.5, 200.0)
    assert pins.follow.stuck == {1}


def test_it_is_found_when_the_pin_must_have_warmed_and_not_before() -> None:
    """8 K in the end and 900 s to get there: 6 K after 1248 s."""
    pins = Pins()
    pins.fixed[0] = bypassed(pins)
    pins.run(180 / 3600, 0.0).run(1200 / 3600, 200.0)
    assert pins.follow.stuck == set()
    assert pins.run(120 / 3600, 200.0).follow.stuck == {0}


def test_short_bursts_prove_nothing() -> None:
    pins = Pins()
    pins.fixed[0] = bypassed(pins)
    assert pins.run(4, lambda at_s: 200.0 if at_s % 600 < 200 else 0.0).follow.stuck == set()


def test_discharge_heats_as_charge_does() -> None:
    pins = Pins()
    pins.fixed[0] = bypassed(pins)
    assert pins.run(0.5, -200.0).follow.stuck == {0}


def test_a_sensor_that_freezes_hot_is_found_when_the_load_ends() -> None:
    pins = Pins().run(1.0, 200.0)
    pins.fixed[0] = lambda _: 49.7
    assert pins.run(0.3, 200.0).follow.stuck == frozenset()
    assert pins.run(0.6, 0.0).follow.stuck == {0}


@pytest.mark.verifies("THM-2")
def test_all_sensors_bypassed_are_found_once_it_is_known_what_warmed_before() -> None:
    pins = Pins()
    pins.fixed = {0: bypassed(pins), 1: bypassed(pins)}
    assert pins.run(1.0, 0.0).run(0.5, 200.0).follow.stuck == {0, 1}


@SETS
@pytest.mark.verifies("THM-2")
def test_a_healthy_sensor_in_a_cool_room_at_6_a_is_never_accused(name: str) -> None:
    pins = Pins(CONNECTOR_SETS[name])
    assert pins.run(24, 6.0).follow.stuck == frozenset()


@SETS
def test_the_coolest_healthy_pin_under_steps_to_rating_is_never_accused(name: str) -> None:
    kind = CONNECTOR_SETS[name]
    pins = Pins(kind, rise_k=kind.rise_at_rating_min_k)
    pins.ambient_c = lambda at_s: 15.0 - 3.0 * ((at_s // 900) % 2)
    amps = lambda at_s: kind.rating_a if at_s % 5400 < 2700 else 0.0  # noqa: E731
    assert pins.run(12, amps).follow.stuck == frozenset()


def test_a_pin_that_may_idle_is_not_accused_of_staying_cool() -> None:
    pins = Pins(AC)
    pins.fixed = {index: lambda _: 25.0 for index in (1, 2, 3)}
    assert pins.run(2, 32.0).follow.stuck == frozenset()


@pytest.mark.parametrize("pause_s", [5, 20, 60, 300])
def test_a_restart_beside_warm_pins_accuses_nobody(pause_s: int) -> None:
    pins = Pins().run(1.0, 200.0)
    pins.follow = Follow(DC)
    assert pins.run(pause_s / 3600, 0.0).run(2.0, 200.0).follow.stuck == frozenset()
    assert pins.run(1.0, 0.0).follow.stuck == frozenset()


@pytest.mark.parametrize("gap_s", [11, 3600])
def test_a_gap_beside_warm_pins_accuses_nobody(gap_s: int) -> None:
    pins = Pins().run(1.0, 200.0)
    pins.seconds += gap_s
    assert pins.run(0.5, 0.0).run(0.5, 200.0).follow.stuck == frozenset()


@pytest.mark.parametrize(("gap_s", "stuck"), [(9, {0, 1}), (10, set())])
def test_what_was_sampled_before_a_gap_proves_nothing_after_it(gap_s: int, stuck: set[int]) -> None:
    pins = Pins().run(1.0, 0.0)
    pins.fixed = {0: lambda _: 25.0, 1: lambda _: 25.0}
    pins.run(0.3, 200.0)
    assert pins.follow.stuck == set()
    pins.seconds += gap_s
    assert pins.run(0.1, 200.0).follow.stuck == stuck


@pytest.mark.parametrize("lost", [None, NAN])
def test_a_current_that_was_not_read_for_a_while_blinds_nobody(lost: float | None) -> None:
    """The envelope passes what `measured` lets through: a number, or None."""
    pins = Pins()
    pins.fixed[0] = bypassed(pins)
    unread = None if lost is None or lost != lost else lost
    pins.run(0.01, 6.0).run(0.001, unread).run(0.6, 200.0)
    assert pins.follow.stuck == {0}


def test_an_unread_sensor_begins_anew() -> None:
    pins = Pins().run(1.0, 0.0)
    pins.fixed[0] = lambda at_s: None if at_s < 4900 else 25.0
    assert pins.run(0.5, 200.0).follow.stuck == frozenset()


def test_readings_that_are_not_one_a_pin_are_not_followed() -> None:
    follow = Follow(DC)
    for second in range(3600):
        follow.step(second * NS_PER_S, 200.0, (25.0,))
    assert follow.stuck == frozenset()
    assert follow.next_ns == 0


@pytest.mark.verifies("THM-2")
def test_a_sensor_warmed_by_hand_is_believed_again_and_a_still_one_is_not() -> None:
    pins = Pins()
    pins.fixed[0] = lambda _: 25.0
    pins.run(0.5, 200.0)
    pins.fixed[0] = lambda _: 26.4
    assert pins.run(0.5, 0.0).follow.stuck == {0}
    pins.fixed[0] = lambda _: None
    assert pins.run(0.1, 0.0).follow.stuck == {0}
    pins.fixed[0] = lambda _: 26.5
    assert pins.run(0.001, 0.0).follow.stuck == frozenset()
    pins.fixed[0] = lambda _: 25.0
    assert pins.run(0.1, 0.0).follow.stuck == frozenset()
    assert pins.run(0.6, 200.0).follow.stuck == {0}


def test_it_works_once_a_second() -> None:
    follow = Follow(DC)
    follow.step(5 * NS_PER_S, 0.0, (25.0, 25.0))
    assert follow.next_ns == 6 * NS_PER_S
    follow.step(6 * NS_PER_S - 1, 0.0, (25.0, 25.0))
    assert follow.next_ns == 6 * NS_PER_S
    follow.step(6 * NS_PER_S, 0.0, (25.0, 25.0))
    assert follow.next_ns == 7 * NS_PER_S


@pytest.mark.verifies("THM-2", "THM-3")
def test_a_stuck_sensor_counts_as_too_hot_until_it_moves() -> None:
    bench = Bench().powered(CHARGE)
    other_c = 40.0
    for second in range(1800):
        bench.now_ns += NS_PER_S - 20_000_000
        other_c = 40.0 + min(20.0, second / 60)
        bench.judge(current_a=200.0, pin_temps_c=(other_c, 40.0))
        if bench.codes:
            break
    assert bench.codes == {"ERR_THERM_OVERLOAD", "ERR_THERM_SENSOR"}
    assert bench.envelope.stuck_pins == {1}
    detail = "DC- does not follow the current"
    assert bench.envelope.latched["ERR_THERM_SENSOR"].detail == detail
    assert bench.envelope.inspection_due
    for code in ("ERR_THERM_OVERLOAD", "ERR_THERM_SENSOR"):
        cleared, refusal = bench.reset(code)
        assert cleared == ()
        assert refusal.endswith("the sensor of DC- cannot be believed; repair it first")
    bench.run(1.1, pin_temps_c=(40.0, 42.0))
    assert bench.envelope.stuck_pins == frozenset()
    assert bench.reset(*bench.codes).refusal == ""
    assert bench.codes == set()
