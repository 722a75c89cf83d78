"""Sensors over many seeds: nobody healthy is accused, and who lies is found.

The specimens of `tests.sensor_nuisances` share nothing with the judge but the promises of their
connector set; the whole simulated charger follows at the end.
"""

from math import inf

import pytest

from silverpin.domain.connectors import CONNECTOR_SETS
from tests.sensor_nuisances import Specimen, bypassed, constant, sessions
from tests.sensor_trials import FAULTS, HOURS, Fault, duties, healthy_days, trial
from tests.stage import a_charger

SETS = pytest.mark.parametrize("name", CONNECTOR_SETS)
FEW, MANY = range(3), range(200)
WHILE_LONG = range(500, 530)


def words(specimen: Specimen) -> list[str]:
    return [row.words for row in specimen.judge.doubted.values()]


# Nobody healthy


def six_amperes_for_a_day(name: str, seed: int) -> list[str]:
    kind = CONNECTOR_SETS[name]
    specimen = Specimen(kind, seed, room_c=25.0)
    specimen.run(24.0, constant(6.0 / kind.rating_a), until_doubted=True)
    return words(specimen)


@SETS
@pytest.mark.verifies("THM-2", "THM-6")
def test_a_healthy_ntc_in_a_25_degree_room_at_6_a_for_a_day_is_not_accused(name: str) -> None:
    assert {seed: six_amperes_for_a_day(name, seed) for seed in FEW} == {seed: [] for seed in FEW}


@pytest.mark.long
@SETS
@pytest.mark.verifies("THM-2", "THM-6")
def test_nor_over_200_seeds(name: str) -> None:
    assert {seed: six_amperes_for_a_day(name, seed) for seed in MANY} == {seed: [] for seed in MANY}


@SETS
@pytest.mark.verifies("THM-2", "THM-6")
def test_healthy_connectors_over_two_days_of_anything_are_not_accused(name: str) -> None:
    kind = CONNECTOR_SETS[name]
    told = {seed: words(healthy_days(kind, seed, 48.0)) for seed in FEW}
    assert told == {seed: [] for seed in FEW}


@pytest.mark.long
@SETS
@pytest.mark.verifies("THM-2", "THM-6")
def test_nor_over_30_seeds_and_three_days(name: str) -> None:
    kind = CONNECTOR_SETS[name]
    told = {seed: words(healthy_days(kind, seed, 72.0)) for seed in WHILE_LONG}
    assert told == {seed: [] for seed in WHILE_LONG}


# Who lies


def dummy_at_32_a(name: str, seed: int, rested_h: float) -> float:
    """Return the minutes until a dummy on the first pin is found."""
    kind = CONNECTOR_SETS[name]
    specimen = Specimen(kind, seed, room_c=25.0)
    specimen.lies[0] = bypassed
    specimen.run(rested_h, constant(0.0))
    begun_s = specimen.at_s
    found_s = specimen.run(0.5, constant(32.0 / kind.rating_a), until_doubted=True)
    return (found_s - begun_s) / 60.0 if set(specimen.judge.doubted) == {0} else inf


@pytest.mark.verifies("THM-6")
@pytest.mark.parametrize("rested_h", [0.0, 0.3, 1.5])
def test_a_dummy_at_32_a_is_found_within_half_an_hour_even_in_a_25_degree_room(
    rested_h: float,
) -> None:
    minutes = [dummy_at_32_a("type2-32a", seed, rested_h) for seed in range(20)]
    assert max(minutes) <= 30.0


@pytest.mark.long
@pytest.mark.verifies("THM-6")
def test_it_is_over_200_seeds() -> None:
    assert max(dummy_at_32_a("type2-32a", seed, 1.5) for seed in MANY) <= 30.0
    assert max(dummy_at_32_a("type2-32a", seed, 0.0) for seed in MANY) <= 30.0


@pytest.mark.verifies("THM-6")
@pytest.mark.parametrize(
    ("name", "amps", "within_h"),
    [("type2-32a", 25.0, 0.5), ("ccs2-80a", 55.0, 0.5), ("ccs2-200a", 155.0, 0.5),
     ("ccs2-80a", 29.0, 4.0), ("ccs2-200a", 80.0, 4.0), ("type2-32a", 13.0, 4.0)],
)  # fmt: skip
def test_from_which_current_up_a_dummy_is_found_by_the_current_alone(
    name: str, amps: float, within_h: float
) -> None:
    kind = CONNECTOR_SETS[name]
    for seed in range(4):
        specimen = Specimen(kind, seed, room_c=25.0)
        specimen.lies[0] = bypassed
        specimen.run(1.5, constant(0.0))
        specimen.run(within_h, constant(amps / kind.rating_a), until_doubted=True)
        assert set(specimen.judge.doubted) == {0}


@SETS
@pytest.mark.verifies("THM-6")
def test_a_dummy_is_found_after_three_sessions_of_an_hour(name: str) -> None:
    kind = CONNECTOR_SETS[name]
    amps = {"type2-32a": 10.0, "ccs2-80a": 21.0, "ccs2-200a": 58.0}[name]
    for seed in range(4):
        specimen = Specimen(kind, seed, room_c=25.0)
        specimen.lies[0] = bypassed
        specimen.run(1.5, constant(0.0))
        specimen.run(7.0, sessions(amps / kind.rating_a, 3600.0, 3600.0), until_doubted=True)
        assert set(specimen.judge.doubted) == {0}


@SETS
@pytest.mark.verifies("THM-6")
@pytest.mark.parametrize("fault", FAULTS, ids=lambda row: row.name)
def test_who_is_accused_is_who_lies(name: str, fault: Fault) -> None:
    kind = CONNECTOR_SETS[name]
    for seed, (_, duty) in zip(range(7, 12), duties(kind).items(), strict=False):
        assert not trial(kind, seed, fault, duty).wrong


# The whole charger


@pytest.mark.long
@SETS
@pytest.mark.verifies("THM-2", "THM-6")
@pytest.mark.parametrize("seed", range(3))
def test_a_simulated_charger_at_6_a_in_a_25_degree_room_is_not_stopped_in_a_day(
    name: str, seed: int
) -> None:
    charger = a_charger(seed, connector=name, skip=True, ambient_c=25.0, battery_kwh=400.0)
    kw = 6.0 * (0.4 if CONNECTOR_SETS[name].direct_current else 0.69)
    charger.plug_in()
    for hour in range(int(HOURS)):
        charger.asks(kw if hour % 2 else -kw).wait(3600.0)
    assert charger.faults == set()


@pytest.mark.verifies("THM-6")
def test_a_simulated_dummy_at_32_a_stops_power_within_half_an_hour() -> None:
    charger = a_charger(connector="type2-32a", power_max_w=22_080.0, skip=True)
    charger.does("bypass-ntc", "L1").charge(kw=22.0)
    charger.wait(1800.0 - charger.world.now_ns * 1e-9)
    detail = charger.charger.envelope.latched["ERR_THERM_SENSOR"].detail
    assert detail.startswith("L1 stands still at 25.0 °C, as a 10 kΩ resistor does")


@pytest.mark.verifies("THM-6")
@pytest.mark.parametrize(
    ("act", "value", "pin"), [("ntc-drift", "L3=6K/h", "L3"), ("ntc-scaled", "N=0.2", "N")]
)
def test_a_simulated_sensor_that_drifts_or_is_scaled_is_named(
    act: str, value: str, pin: str
) -> None:
    charger = a_charger(connector="type2-32a", skip=True, ambient_c=8.0).plug_in()
    charger.does(act, value)
    charger.wait(4 * 3600.0)
    detail = charger.charger.envelope.latched["ERR_THERM_SENSOR"].detail
    assert detail.startswith(f"{pin} may drift or be wrong in scale: it reads ")
