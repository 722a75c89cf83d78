"""What the walk knows of the tables: a new fault, act or input joins, or says why it does not."""

from itertools import product

import pytest

from silverpin.apps.walk.causes import (
    BY_ACT,
    BY_SIGHT,
    CONTACT_ACTS,
    HIDES_HEAT,
    LOOKS_UNPLUGGED,
    MIRROR_ACTS,
    SEEN_BY,
    SHOWS_PLUGGED,
    SILENT_AS,
    STOPS_NOTHING,
    UNTIMED,
)
from silverpin.apps.walk.chance import deeds
from silverpin.apps.walk.deeds import Verb
from silverpin.apps.walk.hush import INPUTS
from silverpin.apps.walk.invariants import INVARIANTS
from silverpin.apps.walk.setup import leg_of, talks
from silverpin.apps.world_chance import FAULTS as FAULT_ACTS
from silverpin.domain.answers import answered_ns
from silverpin.domain.connectors import CONNECTOR_SETS
from silverpin.domain.faults import FAULTS, Action, Fault, Found
from silverpin.domain.grid_profiles import GRID_PROFILES
from silverpin.domain.limits import LIMITS
from silverpin.domain.quantities import NS_PER_MS

SEEN_IN_NATURE = {
    "heat-pin": "the sensor's own temperature is looked at",
    "worn-pin": "it harms by the heat that it makes",
    "debris": "the bolt's own switch is looked at",
    "misaligned": "the bolt's own switch is looked at",
    "gasket": "the bolt's own switch is looked at",
    "dry-bolt": "the bolt's own switch is looked at",
    "break-lock-switch": "the bolt's own switch is looked at",
    "grid-push": "the grid itself is held against its profile",
    "ignore-limit": "the current itself is held against the permit",
    "bypass-ntc": "found within minutes to hours, in tests of their own",
    "ntc-frozen": "found within minutes to hours, in tests of their own",
    "ntc-drift": "found within minutes to hours, in tests of their own",
    "ntc-scaled": "found within minutes to hours, in tests of their own",
}
"""Acts of chance that are the cause of no fault by their name alone."""


def test_every_fault_has_a_cause_that_is_timed_or_says_why_not() -> None:
    timed = {*BY_ACT.values(), *dict(BY_SIGHT), *SILENT_AS.values(), "ERR_INPUT_LOST"}
    assert timed | UNTIMED.keys() == FAULTS.keys()
    assert not timed & UNTIMED.keys()


def test_every_act_of_chance_is_timed_or_seen() -> None:
    told = BY_ACT.keys() | SEEN_IN_NATURE | CONTACT_ACTS | MIRROR_ACTS
    assert told >= FAULT_ACTS


def test_what_the_causes_name_exists() -> None:
    named = {name for names in SEEN_BY.values() for name in names}
    assert named | SILENT_AS.keys() | STOPS_NOTHING <= {*INPUTS, *MIRROR_ACTS, *CONTACT_ACTS}
    acts = HIDES_HEAT | LOOKS_UNPLUGGED | MIRROR_ACTS | CONTACT_ACTS | SHOWS_PLUGGED
    assert acts <= FAULT_ACTS


def test_every_input_that_hands_over_a_reading_can_be_hushed() -> None:
    assert {"lock.status", "meter.current_a", "thermometer.read", "grid.read"} <= set(INPUTS)
    assert "vehicle.state_of_charge" not in INPUTS


@pytest.mark.parametrize("fault", FAULTS.values(), ids=list(FAULTS))
def test_a_fault_declares_how_soon_it_is_answered(fault: Fault) -> None:
    within_ns = answered_ns(fault, LIMITS)
    if fault.found is Found.STAGE:
        assert within_ns is None
        return
    assert within_ns is not None
    least_ns = LIMITS.judge_period_ns
    assert least_ns < within_ns <= 2_500 * NS_PER_MS
    if fault.action is Action.EMERGENCY and fault.found is Found.AT_ONCE:
        assert within_ns <= 50 * NS_PER_MS


def test_legs_with_a_vehicle_that_talks_are_few_and_of_every_kind() -> None:
    talking = [leg_of(seed) for seed in range(2_000) if talks(seed)]
    assert 80 < len(talking) < 200
    kinds = {(leg.setup.connector, leg.setup.profile) for leg in talking}
    assert kinds == set(product(CONNECTOR_SETS, GRID_PROFILES))
    assert {leg.setup.speaks for leg in talking} == {"iso20", "iso2", "din"}
    assert {leg.setup.vehicle_phases for leg in talking} == {1, 3}
    assert not any(leg_of(seed).setup.talks for seed in range(200) if not talks(seed))


@pytest.mark.parametrize("seed", [16, 17])
def test_only_who_talks_falls_silent_or_hangs_up(seed: int) -> None:
    done = {(row.verb, row.name) for row in deeds(leg_of(seed))}
    silenced = {(Verb.HANG_UP, ""), (Verb.ACT, "vehicle-silent")}
    assert (done & silenced) == (silenced if talks(seed) else set())


def test_every_invariant_says_itself_in_a_sentence() -> None:
    assert len(INVARIANTS) == 8
    assert all(row.says and row.says.strip(".") == row.says for row in INVARIANTS.values())
