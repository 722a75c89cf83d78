"""A contactor that welds, drags, chatters or lies: found in time, with what is behind it."""

import pytest

from silverpin.domain.causes import ContactorCause
from silverpin.domain.limits import LIMITS
from silverpin.domain.quantities import NS_PER_S
from tests.stage import Stage, a_charger

WELD, OPEN = "ERR_CONTACTOR_WELD", "ERR_CONTACTOR_OPEN"
TOLD_S = 2.1
"""The cause is told this long after the fault, proved or not."""
_TICK_MS = 21.0
"""Operations are timed by ticks."""
CONNECTORS = ("ccs2-80a", "type2-32a")


def a_session(connector: str = "ccs2-80a", *, poles_sensed: bool = True) -> Stage:
    charger = a_charger(connector=connector)
    if not poles_sensed:
        charger.charger.ports.switch.across_v = lambda: None  # type: ignore[method-assign]
    return charger.flow(-8.0)


def detail(charger: Stage, code: str) -> str:
    return charger.charger.envelope.latched[code].detail


def first(charger: Stage, code: str) -> ContactorCause:
    row = charger.charger.suspects(code)[0].row
    return next(cause for cause in ContactorCause if cause.row is row)


def raised_after_s(charger: Stage, code: str, since_ns: int) -> float:
    (raised,) = (event for event in charger.events("fault_raised") if event.fields["code"] == code)
    return (raised.t_ns - since_ns) / NS_PER_S


# Welded


@pytest.mark.parametrize("connector", CONNECTORS)
def test_a_contactor_that_welded_is_found_when_it_should_open(connector: str) -> None:
    charger = a_session(connector).does("weld").stop()
    charger.until(lambda s: not s.charger.ports.switch.commanded(), within_s=3)
    since_ns = charger.world.now_ns
    charger.wait(0.4)
    assert charger.faults == {WELD}
    assert raised_after_s(charger, WELD, since_ns) <= 0.3
    charger.wait(TOLD_S)
    assert first(charger, WELD) is ContactorCause.WELDED
    assert "likely all poles welded; switch off the feeder" in detail(charger, WELD)
    assert charger.bolt_home


def test_one_welded_pole_is_named_where_the_poles_are_sensed() -> None:
    charger = a_session().does("weld-one").stop().wait(1 + TOLD_S)
    assert first(charger, WELD) is ContactorCause.ONE_POLE
    assert "likely one pole welded, DC+; switch off the feeder" in detail(charger, WELD)
    assert charger.bolt_home


@pytest.mark.parametrize("connector", CONNECTORS)
@pytest.mark.parametrize("act", ["weld-one", "mirror-stuck"])
def test_one_mirror_contact_cannot_tell_a_welded_pole_from_its_own_fault(
    act: str, connector: str
) -> None:
    charger = a_session(connector, poles_sensed=False).does(act).wait(0.5).stop().wait(1 + TOLD_S)
    told = detail(charger, WELD)
    assert "likely one pole welded, or else a mirror contact stuck closed" in told
    weights = [suspect.weight for suspect in charger.charger.suspects(WELD)]
    assert weights == [0.5, 0.5]
    assert charger.bolt_home, "what is unknown is the worst it could hide"


def test_a_mirror_contact_that_sticks_is_told_from_a_weld_by_the_voltage_across_the_poles() -> None:
    charger = a_session().does("mirror-stuck").stop().wait(1 + TOLD_S)
    assert first(charger, WELD) is ContactorCause.MIRROR_STUCK
    assert "treat the pins as live" in detail(charger, WELD)


@pytest.mark.parametrize("act", ["weld", "weld-one", "mirror-stuck"])
def test_a_contactor_that_reads_closed_at_rest_starts_nothing(act: str) -> None:
    charger = a_charger().does(act).plug_in()
    assert charger.faults == {WELD}
    assert charger.world.command_power(5_000.0).refused
    assert detail(charger.wait(TOLD_S), WELD).count("likely") == 1


def test_pins_that_stay_live_beside_a_broken_mirror_contact_are_a_weld() -> None:
    """The second evidence: an AC contactor that welded while its mirror contact reads open."""
    charger = a_session("type2-32a").does("weld").stop()
    charger.until(lambda s: not s.charger.ports.switch.commanded(), within_s=3)
    charger.does("mirror-open").wait(4)
    assert charger.faults == {WELD}
    assert " V on pins that nobody should feed: likely all poles welded" in detail(charger, WELD)
    assert charger.bolt_home
    assert charger.technician_resets().faults == {WELD}
    charger.undoes("weld").undoes("mirror-open").wait(2)
    assert charger.technician_resets().faults == set()


# Slow


def test_a_contactor_that_opens_late_is_a_fault_and_then_told_from_a_weld() -> None:
    charger = a_session().does("slow-contactor", "400ms").stop().wait(3)
    assert charger.faults == {WELD}
    assert first(charger, WELD) is ContactorCause.SLOW
    assert [event.fields["code"] for event in charger.events("cause_found")] == [WELD]
    (late,) = charger.events("contactor_late")
    assert (late.fields["way"], late.fields["took_ms"]) == (
        "open",
        pytest.approx(400.0, abs=_TICK_MS),
    )
    assert charger.technician_resets().faults == set()


def test_a_contactor_that_gets_slower_is_noted_before_it_is_a_fault() -> None:
    charger = a_charger().plug_in()
    for ms in (60, 160, 210):
        charger.does("slow-contactor", f"{ms}ms").flow(5).stop().wait(4)
    assert charger.faults == set()
    late = [(event.fields["way"], event.fields["took_ms"]) for event in
            charger.events("contactor_late")]  # fmt: skip
    assert [way for way, _ in late] == ["close", "open", "close", "open"]
    assert [ms for _, ms in late] == pytest.approx([160, 160, 210, 210], abs=_TICK_MS)
    charger.does("slow-contactor", "300ms").asks(kw=5).wait(4)
    assert charger.faults == {OPEN}
    assert first(charger, OPEN) is ContactorCause.SLOW


# Chattering


@pytest.mark.parametrize("connector", CONNECTORS)
def test_a_contactor_that_chatters_under_load_is_opened_within_a_quarter_of_a_second(
    connector: str,
) -> None:
    charger = a_session(connector)
    since_ns = charger.world.now_ns
    charger.does("chatter").wait(1)
    assert charger.faults == {OPEN}
    assert raised_after_s(charger, OPEN, since_ns) <= 0.30
    assert first(charger, OPEN) is ContactorCause.CHATTER
    assert "fell open 3 times within 1 s" in detail(charger, OPEN)
    assert not charger.closed


@pytest.mark.verifies("CON-7")
@pytest.mark.parametrize("connector", CONNECTORS)
@pytest.mark.parametrize("act", ["chatter", "stuck-open"])
def test_an_arc_that_no_command_made_is_counted_with_its_amperes_and_volts(
    act: str, connector: str
) -> None:
    charger = a_session(connector)
    amps, volts = abs(charger.amps), charger.world.bay.voltage_v()
    charger.does(act).wait(3)
    assert charger.counts.load_breaks == charger.world.bay.contactor.load_breaks == 1
    (load_break,) = charger.events("load_break")
    assert load_break.fields["current_a"] == pytest.approx(amps, rel=0.02)
    assert load_break.fields["voltage_v"] == pytest.approx(volts, rel=0.02)


# The mirror contact, and a coil that does nothing


@pytest.mark.verifies("CON-7")
@pytest.mark.parametrize("connector", CONNECTORS)
def test_a_mirror_contact_that_breaks_under_load_is_told_by_the_current(connector: str) -> None:
    charger = a_session(connector)
    since_ns = charger.world.now_ns
    charger.does("mirror-open").wait(1)
    assert charger.faults == {OPEN}
    assert raised_after_s(charger, OPEN, since_ns) <= 0.30
    assert first(charger, OPEN) is ContactorCause.MIRROR_OPEN
    assert (charger.closed, charger.counts.load_breaks) == (False, 0)


@pytest.mark.parametrize("connector", CONNECTORS)
def test_a_mirror_contact_that_never_reads_closed_is_told_by_the_voltage(connector: str) -> None:
    charger = a_charger(connector=connector).plug_in().does("mirror-open").asks(kw=5).wait(6)
    assert charger.faults == {OPEN}
    assert first(charger, OPEN) is ContactorCause.MIRROR_OPEN


@pytest.mark.parametrize("connector", CONNECTORS)
@pytest.mark.parametrize("loaded", [False, True])
def test_a_contactor_that_does_not_hold_closed_has_a_coil_to_look_at(
    loaded: bool, connector: str
) -> None:
    charger = a_session(connector) if loaded else a_charger(connector=connector).plug_in()
    charger.does("stuck-open")
    if not loaded:
        charger.asks(kw=5)
    charger.wait(3 + TOLD_S)
    assert charger.faults == {OPEN}
    assert first(charger, OPEN) is ContactorCause.COIL
    assert "measure the coil's voltage" in detail(charger, OPEN)


def test_the_cause_goes_with_its_fault() -> None:
    charger = a_session().does("weld").stop().wait(1 + TOLD_S)
    assert charger.charger.suspects(WELD)
    charger.undoes("weld").wait(1).technician_resets().wait(1)
    assert charger.faults == set()
    assert charger.charger.suspects(WELD) == ()
    assert charger.charge(kw=5).faults == set()


@pytest.mark.parametrize("connector", CONNECTORS)
@pytest.mark.parametrize("seed", range(5))
def test_a_healthy_contactor_is_never_accused_nor_noted(seed: int, connector: str) -> None:
    charger = a_charger(seed, connector=connector)
    for kw in (5.0, -5.0, 8.0):
        charger.flow(kw).stop().wait(4)
    assert charger.faults == set()
    assert charger.story("contactor_late", "cause_found", "load_break") == []
    timing = charger.charger.contactor.timing
    assert (timing.close_ms or 0.0) < 0.5 * LIMITS.mirror_lag_ns / 1e6
    assert (timing.open_ms or 0.0) < 0.5 * LIMITS.mirror_lag_ns / 1e6


@pytest.mark.verifies("SIM-1")
@pytest.mark.parametrize("connector", CONNECTORS)
def test_a_world_that_skips_time_meets_the_same_faults_at_the_same_instants(connector: str) -> None:
    close, skipping = (troubled(connector, skip=skip) for skip in (False, True))
    assert close == skipping
    kinds = {kind for _, kind in close}
    assert {"contactor_late", "lock_retried", "cause_found", "load_break"} <= kinds


def troubled(connector: str, *, skip: bool) -> list[tuple[int, str]]:
    """What happens, and when, to a charger whose contactor drags and chatters, and its bolt."""
    world = a_charger(connector=connector, skip=skip).world
    for t_s, act, value in (
        (2.1, "plug", None), (4.2, "set-power", "5kW"), (40.3, "stop", None),
        (50.0, "slow-contactor", "160ms"), (55.5, "set-power", "-5kW"), (80.1, "stop", None),
        (90.0, "misaligned", None), (95.0, "set-power", "5kW"), (120.0, "healthy", None),
        (121.0, "unplug", None), (125.0, "plug", None), (130.0, "set-power", "6kW"),
        (160.3, "chatter", None),
    ):  # fmt: skip
        world.schedule(t_s, act, value)
    world.run(180)
    # A person's order is noted at the tick before it, which is another one when time skips.
    return [(row.t_ns, row.kind) for row in world.journal if row.kind != "wish"]


# The inverter's DC side is compared only while the contactor joins it to ours


def test_an_inverter_with_a_voltage_of_its_own_is_believed_across_an_open_contactor() -> None:
    """The vehicle holds its voltage on the pins; the converter's own side is empty."""
    charger = a_charger().does("stuck-open").plug_in().asks(kw=5)
    charger.until(lambda s: s.world.bay.vehicle.ready, within_s=5)
    assert charger.world.bay.voltage_v() - charger.world.bay.link_v() > 300.0
    charger.wait(2)
    assert charger.faults == {OPEN}


def test_a_shifted_map_is_found_before_the_contactor_closes() -> None:
    charger = a_charger().does("shift-modbus").plug_in()
    assert charger.faults == {"ERR_INVERTER_MAP"}
    assert charger.world.command_power(5_000.0).refused
