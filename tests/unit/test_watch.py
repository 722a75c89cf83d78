"""Faults with a memory: what must last, what may flicker, and what stands at once."""

from typing import Any

import pytest

from silverpin.domain.limits import LIMITS
from silverpin.domain.observation import CpState, Observation, Reading
from silverpin.domain.quantities import NS_PER_MS, NS_PER_S
from silverpin.domain.tightening import tighten
from silverpin.safety.inputs import read_inputs
from silverpin.safety.lasting import Lasting
from silverpin.safety.lease import Permit
from silverpin.safety.watch import Watch
from tests.observations import INFINITE, NAN, UNPROVED, pilot, rest, seen

PERMIT = Permit(0, 200.0, 100.0)
CHARGE_ONLY = Permit(0, 200.0, 0.0)


class Desk:
    """A watch and what it finds."""

    def __init__(self) -> None:
        self.watch = Watch(LIMITS)

    def codes(self, obs: Observation, permit: Permit | None = PERMIT) -> set[str]:
        return {code for code, _ in self.find(obs, permit)}

    def find(self, obs: Observation, permit: Permit | None = PERMIT) -> tuple[tuple[str, str], ...]:
        return self.watch.step(obs, read_inputs(obs, LIMITS, True), permit)


def ms(amount: float) -> int:
    return NS_PER_S + round(amount * NS_PER_MS)


def test_what_lasts_is_told_from_what_flickers() -> None:
    lasting = Lasting(100)
    told = [(at, so, lasting.step(at, so)) for at, so in (
        (0, False), (50, True), (149, True), (150, True), (151, False), (200, True),
        (300, False), (399, False), (400, False), (401, True), (500, True), (501, True),
    )]  # fmt: skip
    assert [at for at, _, lasts in told if lasts] == [150, 200, 501]


def test_what_lasted_is_remembered_until_it_stayed_away_as_long() -> None:
    lasting = Lasting(100)
    lasting.step(0, True)
    for at_ns, remembers in ((1, True), (100, True), (101, False)):
        lasting.step(at_ns, False)
        assert lasting.remembers is remembers, at_ns
    lasting.step(102, True)
    lasting.forget()
    assert not lasting.remembers
    assert not lasting.step(202, True)


@pytest.mark.parametrize(
    ("closed", "code", "detail"),
    [
        (True, "ERR_CONTACTOR_WELD", "mirror contact closed while the command is open"),
        (False, "ERR_CONTACTOR_OPEN", "mirror contact open while the command is closed"),
    ],
)
def test_a_contact_has_a_quarter_of_a_second_to_follow(
    closed: bool, code: str, detail: str
) -> None:
    desk = Desk()
    for at in (0, 100, 249):
        obs = rest(ms(at), mirror=closed, contactor_commanded=not closed)
        assert desk.find(obs) == ()
        assert desk.watch.uneasy
    obs = rest(ms(250), mirror=closed, contactor_commanded=not closed)
    assert desk.find(obs) == ((code, detail),)


def test_a_contact_that_chatters_does_not_follow() -> None:
    desk = Desk()
    for at in range(0, 250, 50):
        assert desk.codes(seen(ms(at), mirror=at % 100 == 50)) == set()
    assert desk.codes(seen(ms(250), mirror=True)) == set()
    assert desk.codes(seen(ms(270), mirror=False)) == {"ERR_CONTACTOR_OPEN"}


def test_a_new_command_gives_the_contact_new_time() -> None:
    desk = Desk()
    assert desk.codes(seen(ms(0), mirror=False)) == set()
    assert desk.codes(rest(ms(249), mirror=True)) == set()
    assert desk.codes(rest(ms(498), mirror=True)) == set()
    assert desk.codes(rest(ms(499), mirror=True)) == {"ERR_CONTACTOR_WELD"}


def test_a_silent_mirror_neither_agrees_nor_disagrees() -> None:
    desk = Desk()
    late = Reading(True, ms(0))
    for at in (201, 400, 600):
        assert desk.codes(rest(ms(at), mirror=late)) == set()
    assert not desk.watch.uneasy


@pytest.mark.parametrize(
    ("permit", "amps", "words"),
    [
        (PERMIT, 223.1, "+223.1 A flow where 200.0 A are permitted"),
        (PERMIT, -113.1, "-113.1 A flow where 100.0 A are permitted"),
        (CHARGE_ONLY, -3.1, "-3.1 A flow where 0.0 A are permitted"),
        (None, 3.1, "+3.1 A flow where 0.0 A are permitted"),
    ],
)
@pytest.mark.verifies("LCK-3")
def test_more_current_than_permitted_may_last_a_second(
    permit: Permit | None, amps: float, words: str
) -> None:
    desk = Desk()
    for at in (0, 500, 999):
        assert desk.find(seen(ms(at), current_a=amps), permit) == ()
        assert desk.watch.uneasy
    found = desk.find(seen(ms(1000), current_a=amps), permit)
    assert found == (("ERR_OVERCURRENT", words),)


@pytest.mark.parametrize(
    ("permit", "amps"),
    [(PERMIT, 223.0), (PERMIT, -113.0), (CHARGE_ONLY, -3.0), (None, 3.0), (None, -3.0)],
)
def test_a_meter_s_error_is_no_excess(permit: Permit | None, amps: float) -> None:
    desk = Desk()
    for at in (0, 1000, 2000):
        assert desk.find(seen(ms(at), current_a=amps), permit) == ()
        assert not desk.watch.uneasy


def test_two_short_peaks_with_rest_between_are_no_excess() -> None:
    desk = Desk()
    for at, amps in ((0, 300.0), (500, 0.0), (1500, 0.0), (2000, 300.0), (2100, 20.0)):
        assert desk.codes(seen(ms(at), current_a=amps)) == set(), at


def test_a_current_that_swings_over_its_bound_is_an_excess() -> None:
    desk = Desk()
    for at in range(0, 1000, 20):
        assert desk.codes(seen(ms(at), current_a=300.0 if at % 40 == 0 else 190.0)) == set()
    assert desk.codes(seen(ms(1000), current_a=300.0)) == {"ERR_OVERCURRENT"}


@pytest.mark.verifies("LCK-2")
def test_a_lock_lost_while_closed_is_a_fault_at_once_and_not_while_open() -> None:
    assert Desk().find(seen(lock=False)) == (
        ("ERR_LOCK_FAIL", "LOCK_STATUS lost while the contactor was closed"),
    )
    assert Desk().codes(seen(lock=None)) == {"ERR_LOCK_FAIL"}
    assert Desk().codes(rest(lock=False)) == set()
    assert Desk().codes(rest(lock=None)) == set()


@pytest.mark.verifies("CP-3")
@pytest.mark.parametrize(
    ("but", "words"),
    [
        ({"pilot": None}, "pilot unread"),
        ({"pilot": Reading(pilot(CpState.C), 0)}, "pilot unread"),
        (
            {"pilot": pilot(CpState.C, noise_v=0.7)},
            "noise on the line; state C, +6.0 V / -12.0 V, noise 0.70 V",
        ),
        (
            {"pilot": pilot(CpState.E, high_v=4.2)},
            (
                "positive half-wave fits no state: poor contact in the line or a wrong resistor; "
                "state E, +4.2 V / -12.0 V, noise 0.02 V"
            ),
        ),
        ({"pilot": pilot(CpState.F)}, "state F, -12.0 V / -12.0 V, noise 0.02 V"),
        (
            {"pilot": pilot(CpState.A)},
            (
                "no resistor behind a seated plug: line open or vehicle's diode missing; "
                "state A, +12.0 V / -12.0 V, noise 0.02 V"
            ),
        ),
        (
            {"pilot": pilot(CpState.C, hz=1100.0)},
            "wrong frequency; state C, +6.0 V / -12.0 V, noise 0.02 V, 1100 Hz",
        ),
    ],
)
def test_a_pilot_lost_while_closed_is_named_with_its_figures(
    but: dict[str, Any], words: str
) -> None:
    assert Desk().find(seen(**but)) == (("ERR_CP_SIGNAL_LOSS", words),)


@pytest.mark.parametrize(
    ("but", "codes"),
    [
        ({"pilot": pilot(CpState.E)}, {"ERR_CP_SIGNAL_LOSS"}),
        ({"pilot": pilot(CpState.B, noise_v=0.7)}, {"ERR_CP_SIGNAL_LOSS"}),
        ({"pilot": pilot(CpState.F)}, set()),
        ({"pilot": pilot(CpState.A)}, set()),
        ({"pilot": None}, set()),
    ],
)
def test_with_the_contactor_open_only_a_line_that_shows_no_state_is_a_pilot_fault(
    but: dict[str, Any], codes: set[str]
) -> None:
    assert Desk().codes(rest(**but)) == codes


@pytest.mark.verifies("CP-4")
@pytest.mark.parametrize(
    ("but", "found"),
    [
        (
            {"seated": UNPROVED, "proximity_ohm": 12.0},
            ("ERR_PROXIMITY", "proximity reads 12 Ω, which is no cable of this connector"),
        ),
        (
            {"seated": UNPROVED, "proximity_ohm": INFINITE},
            ("ERR_PROXIMITY", "proximity open while the pilot sees a vehicle"),
        ),
        ({"seated": UNPROVED}, ("ERR_PROXIMITY", "proximity proves nothing")),
        (
            {"pilot": pilot(CpState.A)},
            (
                "ERR_CP_SIGNAL_LOSS",
                (
                    "no resistor behind a seated plug: line open or vehicle's diode missing; "
                    "state A, +12.0 V / -12.0 V, noise 0.02 V"
                ),
            ),
        ),
    ],
)
def test_a_plug_that_is_told_apart_is_named_once_its_contacts_have_settled(
    but: dict[str, Any], found: tuple[str, str]
) -> None:
    desk = Desk()
    settled_ms = LIMITS.cp_settle_ns // NS_PER_MS
    assert desk.find(rest(ms(0), **but)) == ()
    assert desk.watch.uneasy
    assert desk.find(rest(ms(settled_ms - 1), **but)) == ()
    assert desk.find(rest(ms(settled_ms), **but)) == (found,)
    assert desk.find(rest(ms(settled_ms + 20))) == ()
    assert desk.find(rest(ms(2 * settled_ms + 20))) == ()
    assert not desk.watch.uneasy


@pytest.mark.parametrize(
    ("but", "codes"),
    [
        ({"seated": False}, {"ERR_UNPLUGGED_LIVE"}),
        ({"seated": False, "current_a": 0.0}, {"ERR_UNPLUGGED_LIVE"}),
        ({"seated": False, "pilot": pilot(CpState.A)}, {"ERR_UNPLUGGED_LIVE"}),
        ({"seated": False, "lock": False}, {"ERR_UNPLUGGED_LIVE", "ERR_LOCK_FAIL"}),
        (
            {"seated": False, "pilot": pilot(CpState.A, noise_v=0.7), "current_a": 0.0},
            {"ERR_UNPLUGGED_LIVE"},
        ),
        ({"seated": False, "pilot": pilot(CpState.E)}, {"ERR_CP_SIGNAL_LOSS"}),
        ({"seated": False, "pilot": pilot(CpState.C, noise_v=0.7)}, {"ERR_CP_SIGNAL_LOSS"}),
        ({"seated": False, "pilot": None, "current_a": 0.0}, {"ERR_CP_SIGNAL_LOSS"}),
        (
            {"seated": False, "pilot": pilot(CpState.E), "lock": False},
            {"ERR_UNPLUGGED_LIVE", "ERR_LOCK_FAIL"},
        ),
        ({"seated": None, "pilot": pilot(CpState.A)}, {"ERR_UNPLUGGED_LIVE"}),
        ({"seated": None, "pilot": pilot(CpState.A), "current_a": NAN}, {"ERR_UNPLUGGED_LIVE"}),
        ({"seated": None, "pilot": pilot(CpState.A), "current_a": -5.0}, {"ERR_UNPLUGGED_LIVE"}),
        ({"seated": None, "pilot": pilot(CpState.A), "current_a": -4.9}, {"ERR_CP_SIGNAL_LOSS"}),
        ({"lock": False, "pilot": pilot(CpState.A)}, {"ERR_UNPLUGGED_LIVE", "ERR_LOCK_FAIL"}),
        ({"seated": None}, set()),
        ({"pilot": pilot(CpState.B)}, set()),
    ],
)
def test_a_plug_pulled_while_closed_is_told_from_a_broken_pilot_line(
    but: dict[str, Any], codes: set[str]
) -> None:
    assert Desk().codes(seen(**but)) == codes
    assert Desk().codes(seen(**({"mirror": None} | but))) == codes
    assert "ERR_UNPLUGGED_LIVE" not in Desk().codes(seen(**({"mirror": False} | but)))
    assert "ERR_UNPLUGGED_LIVE" not in Desk().codes(rest(**but))


@pytest.mark.parametrize(
    ("but", "words"),
    [
        ({"seated": False, "lock": False}, "plug out while the contactor was closed"),
        (
            {"seated": False, "pilot": pilot(CpState.A)},
            (
                "plug out while the contactor was closed, and LOCK_STATUS stands: torn out, or "
                "pilot and proximity lines broken at once"
            ),
        ),
        (
            {"seated": False, "pilot": pilot(CpState.F)},
            "state F, -12.0 V / -12.0 V, noise 0.02 V; proximity is open as well",
        ),
    ],
)
def test_a_plug_that_looks_pulled_is_told_with_what_speaks_against_it(
    but: dict[str, Any], words: str
) -> None:
    assert Desk().find(seen(**but))[0][1] == words


def test_what_a_protective_input_reports_is_passed_on() -> None:
    assert Desk().find(seen(estop_clear=False)) == (
        ("ERR_EMERGENCY_STOP", "button pressed or loop open"),
    )


def test_a_small_current_is_held_against_the_bound_of_its_own_direction() -> None:
    strict = tighten(LIMITS, {"current_excess_a": 0.2})
    watch = Watch(strict)
    charges = Permit(NS_PER_S * 60, 32.0, 0.0)
    for tick in range(100):
        obs = seen(tick * 20 * NS_PER_MS, current_a=0.9)
        assert watch.step(obs, read_inputs(obs, strict, direct_current=True), charges) == ()
