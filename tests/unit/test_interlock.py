"""The bolt is released only beside pins that are proved dead."""

from typing import Any

import pytest

from silverpin.domain.limits import LIMITS
from silverpin.domain.observation import Reading
from silverpin.domain.quantities import NS_PER_S
from silverpin.domain.tightening import tighten
from silverpin.safety.interlock import unlock_refusals
from tests.observations import NO_NUMBERS, rest, seen

pytestmark = pytest.mark.verifies("LCK-5")
STALE, EARLY = NS_PER_S - LIMITS.input_age_max_ns - 1, NS_PER_S + 1


def test_dead_pins_free_the_plug_whatever_else_is_wrong() -> None:
    assert unlock_refusals(rest()) == ()
    assert unlock_refusals(rest(lock=None, pilot=None, estop_clear=False, pin_temps_c=())) == ()


@pytest.mark.parametrize(
    "but",
    [
        {"current_a": 1.0},
        {"current_a": -1.0},
        {"voltage_v": 60.0},
        {"voltage_v": -60.0},
        {"mirror": Reading(False, STALE + 1), "current_a": Reading(0.0, STALE + 1),
         "voltage_v": Reading(0.0, STALE + 1)},
    ],
)  # fmt: skip
def test_the_last_safe_value_is_safe(but: dict[str, Any]) -> None:
    assert unlock_refusals(rest(**but)) == ()


@pytest.mark.parametrize(
    ("but", "words"),
    [
        (
            {"contactor_commanded": True},
            "the contactor is commanded closed: stop the session first",
        ),
        ({"mirror": True}, "the mirror contact reads closed: pins may be live"),
        ({"mirror": 0.0}, "the mirror contact is unread: restore it first"),
        ({"mirror": None}, "the mirror contact is unread: restore it first"),
        ({"mirror": Reading(False, STALE)}, "the mirror contact is unread: restore it first"),
        ({"mirror": Reading(False, EARLY)}, "the mirror contact is unread: restore it first"),
        ({"current_a": 1.1}, "1.1 A flow: stop the session first"),
        ({"current_a": -150.0}, "150.0 A flow: stop the session first"),
        ({"current_a": None}, "the current is unread: restore the meter first"),
        ({"current_a": Reading(0.0, STALE)}, "the current is unread: restore the meter first"),
        ({"voltage_v": 400.0}, "400 V on the pins: wait until they are below 60 V"),
        ({"voltage_v": -61.0}, "61 V on the pins: wait until they are below 60 V"),
        ({"voltage_v": None}, "the pin voltage is unread: restore the meter first"),
        ({"voltage_v": Reading(0.0, STALE)}, "the pin voltage is unread: restore the meter first"),
    ],
)  # fmt: skip
def test_each_sign_of_life_keeps_the_bolt_in(but: dict[str, Any], words: str) -> None:
    assert unlock_refusals(rest(**but)) == (words,)


@pytest.mark.parametrize("value", NO_NUMBERS)
def test_no_number_is_a_sign_of_life(value: float) -> None:
    assert unlock_refusals(rest(current_a=value)) == (
        "the current is unread: restore the meter first",
    )
    assert unlock_refusals(rest(voltage_v=value)) == (
        "the pin voltage is unread: restore the meter first",
    )


def test_every_reason_is_told_worst_first() -> None:
    assert unlock_refusals(seen()) == (
        "the contactor is commanded closed: stop the session first",
        "the mirror contact reads closed: pins may be live",
        "20.0 A flow: stop the session first",
        "400 V on the pins: wait until they are below 60 V",
    )


def test_a_site_may_want_less_voltage() -> None:
    strict = tighten(LIMITS, {"voltage_touch_max_v": 30.0})
    assert unlock_refusals(rest(voltage_v=45.0), strict) == (
        "45 V on the pins: wait until they are below 30 V",
    )
