"""What an observation proves, and that the cheap proof of a usual instant accepts nothing else."""

from typing import Any

import pytest

from silverpin.domain.conditions import Condition
from silverpin.domain.connectors import ConnectorSet
from silverpin.domain.limits import LIMITS
from silverpin.domain.observation import CpState, Observation, Reading, Supplies
from silverpin.domain.quantities import NS_PER_MS, NS_PER_S
from silverpin.safety.calm import all_well
from silverpin.safety.freshness import flagged, fresh, measured
from silverpin.safety.inputs import Inputs, read_inputs
from silverpin.safety.lease import Permit
from tests.observations import (
    AC,
    DC,
    INFINITE,
    NAN,
    NO_NUMBERS,
    UNPROVED,
    pilot,
    rest,
    seen,
)

NOW_NS = NS_PER_S
AGE_NS = LIMITS.input_age_max_ns
PERMIT = Permit(NOW_NS, 200.0, 100.0)


def read(obs: Observation, of: ConnectorSet = DC) -> Inputs:
    return read_inputs(obs, LIMITS, of.direct_current)


def changed(name: str, value: object) -> dict[str, Any]:
    return {name: value}


def calm(obs: Observation, of: ConnectorSet = DC) -> bool:
    return all_well(obs, PERMIT, LIMITS, len(of.power_pins), of.direct_current)


@pytest.mark.parametrize(
    ("age_ns", "value"),
    [(0, 7.0), (AGE_NS, 7.0), (AGE_NS + 1, None), (-1, None), (-NS_PER_S, None)],
)
def test_a_reading_is_worth_something_within_its_age_and_not_before_its_time(
    age_ns: int, value: float | None
) -> None:
    reading = Reading(7.0, NOW_NS - age_ns)
    assert fresh(reading, NOW_NS, AGE_NS) == value
    assert measured(reading, NOW_NS, AGE_NS) == value


def test_a_reading_never_taken_is_worth_nothing() -> None:
    assert fresh(None, NOW_NS, AGE_NS) is None
    assert measured(None, NOW_NS, AGE_NS) is None


@pytest.mark.parametrize(
    ("value", "told"), [(True, True), (False, False), (NAN, None), (1, None), (0.0, None)]
)
def test_only_yes_and_no_are_answers_of_a_switch(value: Any, told: bool | None) -> None:
    assert flagged(Reading(value, NOW_NS), NOW_NS, AGE_NS) is told
    assert flagged(Reading(value, NOW_NS + 1), NOW_NS, AGE_NS) is None
    assert flagged(None, NOW_NS, AGE_NS) is None


@pytest.mark.parametrize("value", NO_NUMBERS)
def test_no_number_is_no_measurement(value: float) -> None:
    assert measured(Reading(value, NOW_NS), NOW_NS, AGE_NS) is None


# name of the input -> what it is called when silent, and the condition that then does not hold
NAMES = {
    "pilot": ("pilot", Condition.PILOT),
    "seated": ("proximity", Condition.PLUGGED),
    "lock": ("LOCK_STATUS", Condition.LOCK),
    "mirror": ("mirror contact", Condition.CONTACTOR),
    "current_a": ("current meter", Condition.METER),
    "voltage_v": ("voltage meter", Condition.METER),
    "estop_clear": ("emergency stop", Condition.ESTOP),
    "earth_ohm": ("protective earth", Condition.EARTH),
    "supplies": ("supplies", Condition.SUPPLY),
    "residual_clear": ("residual-current device", Condition.RESIDUAL),
    "insulation_ohm": ("insulation monitor", Condition.INSULATION),
    "inverter_ok": ("inverter figures", Condition.INVERTER),
}


def test_all_well_blocks_nothing() -> None:
    for of in (DC, AC):
        inputs = read(seen(of=of), of)
        assert inputs == Inputs(
            (), (), (), CpState.C, pilot_clean=True, plug=True, plug_unproved=False,
            pilot_open=False, locked=True, contact=True, amps=20.0, grid=True,
        )  # fmt: skip
        assert calm(seen(of=of), of)


@pytest.mark.verifies("CP-5", "LCK-2")
@pytest.mark.parametrize("age_ns", [None, AGE_NS + 1, -1])
@pytest.mark.parametrize("name", NAMES)
def test_a_silent_input_is_named_and_its_condition_does_not_hold(
    name: str, age_ns: int | None
) -> None:
    healthy = getattr(seen(), name).value
    silent = None if age_ns is None else Reading(healthy, NOW_NS - age_ns)
    obs = seen(**changed(name, silent))
    inputs = read(obs)
    assert inputs.silent == (NAMES[name][0],)
    assert inputs.blocked == (NAMES[name][1],)
    assert inputs.tripped == ()
    assert not calm(obs)


@pytest.mark.parametrize("name", NAMES)
def test_an_input_at_the_end_of_its_age_still_counts(name: str) -> None:
    obs = seen(**changed(name, Reading(getattr(seen(), name).value, NOW_NS - AGE_NS)))
    assert read(obs).silent == ()
    assert calm(obs)


@pytest.mark.verifies("CP-5")
@pytest.mark.parametrize(
    ("name", "value", "code", "words"),
    [
        ("estop_clear", False, "ERR_EMERGENCY_STOP", "button pressed or loop open"),
        ("earth_ohm", 10.0, "ERR_EARTH_LOSS", "earth reads 10 Ω"),
        ("earth_ohm", -0.1, "ERR_EARTH_LOSS", "earth reads -0.1 Ω"),
        ("earth_ohm", NAN, "ERR_EARTH_LOSS", "earth reads nan Ω"),
        ("earth_ohm", INFINITE, "ERR_EARTH_LOSS", "earth reads inf Ω"),
        ("earth_ohm", -INFINITE, "ERR_EARTH_LOSS", "earth reads -inf Ω"),
        ("supplies", Supplies(10.79, 24.0), "ERR_SUPPLY", "supplies read 10.79 V and 24 V"),
        ("supplies", Supplies(13.21, 24.0), "ERR_SUPPLY", "supplies read 13.21 V and 24 V"),
        ("supplies", Supplies(12.0, 20.39), "ERR_SUPPLY", "supplies read 12 V and 20.39 V"),
        ("supplies", Supplies(12.0, 28.81), "ERR_SUPPLY", "supplies read 12 V and 28.81 V"),
        ("supplies", Supplies(NAN, 24.0), "ERR_SUPPLY", "supplies read nan V and 24 V"),
        ("supplies", Supplies(12.0, NAN), "ERR_SUPPLY", "supplies read 12 V and nan V"),
        ("residual_clear", False, "ERR_RESIDUAL_CURRENT", "residual-current device tripped"),
        ("insulation_ohm", 99_999.0, "ERR_INSULATION", "insulation reads 1e+05 Ω"),
        ("insulation_ohm", NAN, "ERR_INSULATION", "insulation reads nan Ω"),
        ("insulation_ohm", INFINITE, "ERR_INSULATION", "insulation reads inf Ω"),
        ("inverter_ok", False, "ERR_INVERTER_MAP", "they disagree with our own meters"),
    ],
)
def test_a_protective_input_that_is_not_proved_well_reports_its_fault(
    name: str, value: object, code: str, words: str
) -> None:
    obs = seen(**changed(name, value))
    inputs = read(obs)
    assert inputs.tripped == ((code, words),)
    assert inputs.blocked == (NAMES[name][1],)
    assert inputs.silent == ()
    assert not calm(obs)


@pytest.mark.parametrize(
    ("name", "value"), [("earth_ohm", 9.99), ("earth_ohm", 0.0), ("insulation_ohm", 100e3)]
)
def test_the_last_good_value_is_good(name: str, value: float) -> None:
    assert read(seen(**changed(name, value))).blocked == ()
    assert calm(seen(**changed(name, value)))


@pytest.mark.verifies("CP-5")
@pytest.mark.parametrize("ohm", [None, 0.0, NAN])
def test_insulation_is_judged_on_dc_alone(ohm: float | None) -> None:
    assert read(seen(of=AC, insulation_ohm=ohm), AC).blocked == ()
    assert calm(seen(of=AC, insulation_ohm=ohm), AC)
    assert read(seen(insulation_ohm=ohm)).blocked == (Condition.INSULATION,)
    assert not calm(seen(insulation_ohm=ohm))


@pytest.mark.verifies("CP-3")
@pytest.mark.parametrize(
    ("state", "levels", "clean"),
    [
        (CpState.C, {}, True),
        (CpState.D, {}, True),
        (CpState.A, {}, True),
        (CpState.B, {"low_v": 9.0}, True),
        (CpState.A, {"low_v": 11.5}, True),
        (CpState.A, {"low_v": 11.49}, False),
        (CpState.A, {"high_v": 0.0, "low_v": 0.0}, True),
        (CpState.C, {"low_v": -11.4}, True),
        (CpState.C, {"low_v": -12.6}, True),
        (CpState.C, {"low_v": -11.3}, False),
        (CpState.C, {"low_v": -12.7}, False),
        (CpState.C, {"low_v": 0.0}, False),
        (CpState.C, {"low_v": 5.4}, False),
        (CpState.C, {"low_v": NAN}, False),
        (CpState.C, {"low_v": -INFINITE}, False),
        (CpState.C, {"high_v": NAN}, False),
        (CpState.C, {"high_v": INFINITE}, False),
        (CpState.C, {"high_v": -0.1}, False),
        (CpState.C, {"high_v": NAN, "low_v": 6.0}, False),
        (CpState.C, {"high_v": INFINITE, "low_v": INFINITE}, False),
        (CpState.C, {"noise_v": 0.0}, True),
        (CpState.C, {"noise_v": 0.5}, True),
        (CpState.C, {"noise_v": 0.51}, False),
        (CpState.C, {"noise_v": -0.01}, False),
        (CpState.C, {"noise_v": NAN}, False),
        (CpState.E, {}, False),
        (CpState.F, {}, False),
        (CpState.F, {"high_v": 6.0}, False),
        (CpState.C, {"hz": 980.0}, True),
        (CpState.C, {"hz": 1020.0}, True),
        (CpState.C, {"hz": 979.9}, False),
        (CpState.C, {"hz": 1020.1}, False),
        (CpState.C, {"hz": NAN}, False),
    ],
)
def test_a_pilot_is_clean_when_all_its_levels_are_in_bounds(
    state: CpState, levels: dict[str, float], clean: bool
) -> None:
    obs = seen(pilot=pilot(state, **levels))
    inputs = read(obs)
    assert inputs.pilot_clean is clean
    alone = state is CpState.A
    assert inputs.pilot_open is alone
    assert inputs.blocked == (() if clean and not alone else (Condition.PILOT,))
    assert inputs.cp is state
    modulated = not levels.get("low_v", -12.0) >= 0.0
    assert calm(obs) is (clean and modulated and state in (CpState.C, CpState.D))


@pytest.mark.parametrize(
    ("name", "value", "blocked", "field", "proved"),
    [
        ("seated", False, Condition.PLUGGED, "plug", False),
        ("seated", None, Condition.PLUGGED, "plug", None),
        ("seated", NAN, Condition.PLUGGED, "plug", None),
        ("lock", False, Condition.LOCK, "locked", False),
        ("lock", NAN, Condition.LOCK, "locked", False),
        ("lock", None, Condition.LOCK, "locked", False),
        ("mirror", None, Condition.CONTACTOR, "contact", None),
        ("mirror", NAN, Condition.CONTACTOR, "contact", None),
        ("estop_clear", NAN, Condition.ESTOP, "tripped", ()),
        ("residual_clear", 1, Condition.RESIDUAL, "tripped", ()),
        ("current_a", NAN, Condition.METER, "amps", None),
        ("voltage_v", INFINITE, Condition.METER, "amps", 20.0),
        ("voltage_v", -INFINITE, Condition.METER, "amps", 20.0),
    ],
)
def test_what_is_not_proved_is_not_so(
    name: str, value: object, blocked: Condition, field: str, proved: object
) -> None:
    inputs = read(seen(**changed(name, value)))
    assert inputs.blocked == (blocked,)
    assert getattr(inputs, field) is proved or getattr(inputs, field) == proved
    assert not calm(seen(**changed(name, value)))


@pytest.mark.verifies("CP-4")
def test_supplies_at_their_bounds_are_well() -> None:
    for supplies in (Supplies(10.8, 20.4), Supplies(13.2, 28.8)):
        assert read(seen(supplies=supplies)).blocked == ()
        assert calm(seen(supplies=supplies))


@pytest.mark.verifies("CP-4")
def test_a_proximity_line_that_proves_nothing_is_neither_a_plug_nor_silent() -> None:
    inputs = read(seen(seated=UNPROVED, proximity_ohm=12.0))
    assert (inputs.plug, inputs.plug_unproved) == (None, True)
    assert (inputs.blocked, inputs.silent) == ((Condition.PLUGGED,), ())
    assert not calm(seen(seated=UNPROVED, proximity_ohm=12.0))


@pytest.mark.parametrize("taken_ns", [NOW_NS + 1, NOW_NS - AGE_NS - 1])
def test_a_proximity_line_that_proved_nothing_at_another_time_is_silent(taken_ns: int) -> None:
    inputs = read(seen(seated=Reading(None, taken_ns)))
    assert (inputs.plug_unproved, inputs.silent) == (False, ("proximity",))


def test_an_input_that_falls_silent_beside_it_is_still_named() -> None:
    inputs = read(seen(seated=UNPROVED, proximity_ohm=12.0, lock=None))
    assert (inputs.plug_unproved, inputs.silent) == (True, ("LOCK_STATUS",))


def test_a_vehicle_behind_a_plug_is_no_open_line() -> None:
    for state, seated, is_open in (
        (CpState.A, True, True),
        (CpState.A, False, False),
        (CpState.A, UNPROVED, False),
        (CpState.B, True, False),
    ):
        assert read(rest(pilot=pilot(state), seated=seated)).pilot_open is is_open
    assert read(rest(pilot=None)).pilot_open is False


def test_both_meters_silent_bar_power_once_each() -> None:
    inputs = read(seen(current_a=None, voltage_v=None))
    assert inputs.silent == ("current meter", "voltage meter")
    assert set(inputs.blocked) == {Condition.METER}


@pytest.mark.parametrize(
    ("contact", "commanded", "blocked"),
    [
        (False, False, ()),
        (True, True, ()),
        (False, True, ()),
        (True, False, (Condition.CONTACTOR,)),
        (NAN, False, (Condition.CONTACTOR,)),
        (NAN, True, (Condition.CONTACTOR,)),
    ],
)
def test_a_contact_that_is_closed_without_command_bars_power_at_once(
    contact: Any, commanded: bool, blocked: tuple[Condition, ...]
) -> None:
    obs = rest(mirror=contact, contactor_commanded=commanded)
    assert read(obs).blocked == blocked


@pytest.mark.parametrize(
    ("grid", "proved"),
    [(True, True), (False, False), (None, False), (NAN, False), (Reading(True, 0), False)],
)
def test_the_grid_may_be_fed_only_when_that_is_proved(grid: Any, proved: bool) -> None:
    inputs = read(seen(grid_ok=grid))
    assert inputs.grid is proved
    assert (inputs.blocked, inputs.silent) == ((), ())
    assert calm(seen(grid_ok=grid)) is proved


@pytest.mark.parametrize(
    "but",
    [
        {"pilot": pilot(CpState.B)},
        {"mirror": False},
        {"contactor_commanded": False},
        {"mirror": False, "contactor_commanded": False},
        {"current_a": 200.1},
        {"current_a": -100.1},
        {"pin_temps_c": ()},
        {"pin_temps_c": (40.0,)},
        {"pin_temps_c": (40.0, 40.0, 40.0)},
        {"pin_temps_c": (40.0, None)},
        {"pin_temps_c": (40.0, NAN)},
        {"pin_temps_c": (85.0, 40.0)},
        {"pin_temps_c": (40.0, -40.1)},
        {"pin_temps_c": (Reading(40.0, NOW_NS + 1), 40.0)},
        {"pin_temps_c": (40.0, Reading(40.0, NOW_NS - LIMITS.temp_age_max_ns - 1))},
    ],
)
def test_what_is_not_usual_is_left_to_the_full_path(but: dict[str, Any]) -> None:
    assert not calm(seen(**but))


@pytest.mark.parametrize(
    "but",
    [
        {"current_a": 200.0},
        {"current_a": -100.0},
        {"pin_temps_c": (84.9, -40.0)},
        {"pin_temps_c": (40.0, Reading(40.0, NOW_NS - LIMITS.temp_age_max_ns))},
        {"voltage_v": -400.0},
        {"pilot": pilot(CpState.D, high_v=0.0, noise_v=0.0)},
        {"grid_ok": Reading(True, NOW_NS - AGE_NS)},
        {"mirror": Reading(True, NOW_NS - 200 * NS_PER_MS)},
    ],
)
def test_the_bounds_of_the_usual_are_usual(but: dict[str, Any]) -> None:
    assert calm(seen(**but))
    assert read(seen(**but)).blocked == ()


def test_a_proximity_line_counts_as_read_to_the_end_of_its_age() -> None:
    at_its_end = Reading(None, NS_PER_S - LIMITS.input_age_max_ns)
    told = read(seen(NS_PER_S, seated=at_its_end))
    assert told.plug_unproved
    assert told.silent == ()


@pytest.mark.parametrize(
    ("but", "silent"),
    [
        ({"inverter_ok": None, "grid_ok": None}, ("grid meter", "inverter figures")),
        ({"inverter_ok": None}, ("inverter figures",)),
        ({"grid_ok": None}, ()),
        ({"estop_clear": None, "grid_ok": None}, ("emergency stop",)),
    ],
)
def test_a_grid_meter_is_named_where_its_silence_leaves_the_inverter_unproved(
    but: dict[str, Any], silent: tuple[str, ...]
) -> None:
    assert read(seen(**but)).silent == silent
