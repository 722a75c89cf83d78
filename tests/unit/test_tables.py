"""What the tables of domain/ owe each other and the people who read them."""

import ast
import math
import string
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from silverpin.domain.conditions import REVERSE_ONLY, Condition
from silverpin.domain.connectors import CONNECTOR_SETS
from silverpin.domain.events import COUNTERS, EVENTS, Event, EventRow
from silverpin.domain.faults import FAULTS, MOST_URGENT_FIRST, Fault, Reset
from silverpin.domain.limits import (
    FIXED,
    HIGHER,
    LIMITS,
    LOWER,
    Limits,
    limit_fields,
)
from silverpin.domain.quantities import NS_PER_MS
from silverpin.domain.tightening import LimitError, tighten

SOURCES = Path(__file__).resolve().parents[2] / "src" / "silverpin"
WAYS = {name: row.metadata["tighter"] for name, row in limit_fields().items()}
UP, DOWN = 1.0, -1.0
BESIDE = {"insulation_test_v": {"dc_high_v": 400.0}}
"""What has to be stricter as well before a limit may be."""


def moved(name: str, way: float, share: float = 0.01) -> float:
    """Return the limit, moved by a share of itself; whole numbers stay whole."""
    value: float = getattr(LIMITS, name)
    step = abs(value) * share
    return value + way * math.ceil(step) if isinstance(value, int) else value + way * step


@pytest.mark.verifies("SEC-2")
@pytest.mark.parametrize("name", WAYS)
def test_a_limit_moves_in_its_stricter_direction_only(name: str) -> None:
    for way in (UP, DOWN):
        stricter = WAYS[name] == (HIGHER if way == UP else LOWER)
        value = moved(name, way)
        if stricter:
            assert getattr(tighten(LIMITS, {name: value, **BESIDE.get(name, {})}), name) == value
        else:
            with pytest.raises(LimitError, match=rf"limits\.{name}\b"):
                tighten(LIMITS, {name: value})


@pytest.mark.parametrize("name", WAYS)
def test_naming_a_limit_at_its_value_changes_nothing(name: str) -> None:
    assert tighten(LIMITS, {name: getattr(LIMITS, name)}) == LIMITS


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), 10**400, True, "85", None])
def test_only_a_number_is_a_limit(bad: object) -> None:
    with pytest.raises(LimitError, match="must be a number"):
        tighten(LIMITS, {"temp_trip_c": bad})


def test_an_unknown_limit_is_refused() -> None:
    with pytest.raises(LimitError, match=r"limits\.temp_trip_f is unknown"):
        tighten(LIMITS, {"temp_trip_f": 185.0})


def test_a_trip_below_its_reset_is_refused() -> None:
    with pytest.raises(LimitError, match="temp_reset_c"):
        tighten(LIMITS, {"temp_trip_c": 55.0})


@pytest.mark.verifies("SEC-2")
@pytest.mark.parametrize(
    ("name", "void", "of_use"),
    [
        ("contactor_falls_max", 0, 1),
        ("lock_tries_max", 0, 1),
        ("load_breaks_max", 0, 1),
        ("judge_period_ns", 0, 1_000_000),
        ("derate_step", 1.0, 0.9),
        ("derate_interval_s", 1.9, 2.0),
    ],
)
def test_no_limit_is_so_strict_that_it_watches_nothing(
    name: str, void: float, of_use: float
) -> None:
    with pytest.raises(LimitError, match=rf"limits\.{name} = {void} would watch nothing"):
        tighten(LIMITS, {name: void})
    assert getattr(tighten(LIMITS, {name: of_use}), name) == of_use


@pytest.mark.verifies("CP-5")
def test_insulation_is_never_tested_below_the_highest_voltage_of_the_output() -> None:
    with pytest.raises(LimitError, match="insulation_test_v = 0 is below dc_high_v = 500"):
        tighten(LIMITS, {"insulation_test_v": 0.0})
    both = tighten(LIMITS, {"dc_high_v": 400.0, "insulation_test_v": 400.0})
    assert both.insulation_test_v == both.dc_high_v


def test_a_permit_that_would_lapse_between_two_judgements_is_refused() -> None:
    with pytest.raises(LimitError, match="lease_ns must be at least five times"):
        tighten(LIMITS, {"lease_ns": 99 * NS_PER_MS})
    quick = {"lease_ns": 99 * NS_PER_MS, "judge_period_ns": 10 * NS_PER_MS}
    assert tighten(LIMITS, quick).lease_ns == 99 * NS_PER_MS


def test_a_second_tightening_starts_from_the_first() -> None:
    strict = tighten(LIMITS, {"temp_trip_c": 70.0})
    with pytest.raises(LimitError, match="would loosen"):
        tighten(strict, {"temp_trip_c": 80.0})


@given(
    st.dictionaries(
        st.sampled_from(sorted(WAYS)), st.floats(allow_nan=False) | st.integers(), max_size=4
    )
)
def test_whatever_is_accepted_is_nowhere_looser(overrides: dict[str, float]) -> None:
    try:
        limits = tighten(LIMITS, overrides)
    except LimitError:
        return
    for name, way in WAYS.items():
        now, was = getattr(limits, name), getattr(LIMITS, name)
        assert now == was or {LOWER: now < was, HIGHER: now > was, FIXED: False}[way], name
    assert limits.temp_low_c < limits.temp_reset_c < limits.temp_trip_c


@pytest.mark.parametrize("name", WAYS)
def test_a_limit_says_what_it_bounds_and_where_it_comes_from(name: str) -> None:
    row = limit_fields()[name].metadata
    assert all(row[key] for key in ("what", "source"))
    assert row["tighter"] in (LOWER, HIGHER, FIXED)


UNITS = {"c", "min", "s", "ns", "k", "a", "v", "w", "wh", "var", "ohm", "hz", "n", "days"}
COUNTS = {"share", "step", "floor", "matings", "max"}


@pytest.mark.parametrize("name", WAYS)
def test_the_unit_ends_the_name(name: str) -> None:
    assert name.rpartition("_")[2] in UNITS | COUNTS


def test_limits_are_values() -> None:
    assert replace(LIMITS) == LIMITS == Limits()


MANUAL = {
    "ERR_THERM_OVERLOAD",
    "ERR_CP_SIGNAL_LOSS",
    "ERR_LOCK_FAIL",
    "ERR_ISO_HANDSHAKE",
    "ERR_REV_FLOW_TRIP",
}


@pytest.mark.verifies("OPS-2")
@pytest.mark.parametrize("fault", FAULTS.values(), ids=list(FAULTS))
def test_a_fault_tells_people_what_they_need(fault: Fault) -> None:
    assert fault.code.startswith("ERR_")
    for words in (fault.title, fault.cause, fault.verify, fault.next_step, fault.reset.value):
        assert words.strip(".") == words != ""
    assert "ERR_" not in fault.title
    assert fault.title[0].islower()
    assert fault.manual == (fault.code in MANUAL)
    if fault.chargex is None:
        assert fault.chargex_note
    else:
        assert fault.chargex.startswith("CX0")


@pytest.mark.verifies("OPS-2")
def test_the_manual_s_five_codes_are_there_and_one_has_a_wire_code() -> None:
    assert FAULTS.keys() >= MANUAL
    assert {code for code, row in FAULTS.items() if row.wire_code is not None} == {
        "ERR_ISO_HANDSHAKE"
    }
    assert FAULTS["ERR_ISO_HANDSHAKE"].wire_code == 0xDEADC0DE


@pytest.mark.verifies("OPS-2")
def test_the_most_urgent_fault_comes_first() -> None:
    impacts = [FAULTS[code].impact for code in MOST_URGENT_FIRST]
    assert impacts == sorted((row.impact for row in FAULTS.values()), reverse=True)


@pytest.mark.verifies("OPS-2")
def test_a_fault_is_raised_somewhere_or_says_what_it_waits_for() -> None:
    rooms = [path for room in ("safety", "control") for path in (SOURCES / room).rglob("*.py")]
    text = "".join(path.read_text(encoding="utf-8") for path in rooms)
    assert {code for code in FAULTS if f'"{code}"' not in text} == {
        code for code, row in FAULTS.items() if row.waits_for
    }


def test_only_heat_is_reset_by_cooling() -> None:
    cooled = {code for code, row in FAULTS.items() if row.reset is Reset.COOLED}
    assert cooled == {"ERR_THERM_OVERLOAD", "ERR_THERM_SENSOR"}


@pytest.mark.parametrize("condition", Condition, ids=lambda condition: condition.name)
def test_a_condition_says_what_is_wrong_and_what_to_do(condition: Condition) -> None:
    row = condition.row
    assert "" not in (row.check, row.failing, row.next_step)
    assert row.check != row.failing


def test_conditions_can_be_told_apart() -> None:
    assert len({condition.row.check for condition in Condition}) == len(Condition)
    assert len({condition.row.failing for condition in Condition}) == len(Condition)
    assert set(Condition) > REVERSE_ONLY


def sample_fields(row: EventRow) -> dict[str, object]:
    """Return a value for every field of the sentence: a number where it formats one."""
    return {
        name: 1.0 if spec else "some"
        for _, name, spec, _ in string.Formatter().parse(row.text)
        if name
    }


@pytest.mark.parametrize("row", EVENTS.values(), ids=list(EVENTS))
def test_an_event_makes_a_sentence_of_its_fields(row: EventRow) -> None:
    sentence = Event(0, row.kind, sample_fields(row)).sentence()
    assert not {"{", "}"} & set(sentence)
    assert "" not in (sentence, row.what, row.who, row.category, row.type)


def template_fields(kind: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(EVENTS[kind].text) if name}


def emissions() -> Iterator[tuple[str, str, set[str]]]:
    """Place, kind and field names of every event that the code writes by name."""
    for path in sorted(SOURCES.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            kind = node.args[1] if len(node.args) == 2 and node.func.attr == "add" else None
            if isinstance(kind, ast.Constant):
                fields = {word.arg for word in node.keywords if word.arg}
                yield f"{path.name}:{node.lineno}", str(kind.value), fields


def test_the_code_writes_events_with_the_fields_of_their_sentence() -> None:
    found = list(emissions())
    assert len({kind for _, kind, _ in found}) > len(EVENTS) // 2
    assert [row for row in found if row[1] not in EVENTS or template_fields(row[1]) - row[2]] == []


def test_every_counter_is_counted_by_an_event() -> None:
    assert {counter for row in EVENTS.values() for counter in row.counts} == set(COUNTERS)


@pytest.mark.parametrize("name", CONNECTOR_SETS)
def test_a_connector_set_has_distinct_pins_and_a_rating(name: str) -> None:
    row = CONNECTOR_SETS[name]
    pins = row.power_pins + row.data_pins
    assert len(set(pins)) == len(pins) > len(row.data_pins)
    assert row.rating_a > 0
