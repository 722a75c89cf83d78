"""The charger's state in words: first the sentence, then who does what.

Every sentence must survive being read aloud. It names the actor, says what is so and the one thing
to do; codes stand beside it, never in place of it. The page, `evse-cli status` and the log of a run
all speak from here and from the tables.
"""

from typing import Any, NamedTuple

from silverpin.apps.charger import Charger
from silverpin.apps.daemon.checks import most_urgent, next_step
from silverpin.apps.daemon.grid_desk import grid_wait
from silverpin.apps.daemon.readings import pin_temps_c, seen
from silverpin.apps.daemon.records import JOURNAL, LOG, Storage
from silverpin.apps.daemon.wall import Wall
from silverpin.control.bounds import tightest
from silverpin.control.pin_test import Phase, PinTest
from silverpin.domain.faults import FAULTS, Fault, Reset
from silverpin.domain.limits import LIMITS, PIN_TEST_A
from silverpin.domain.session import Direction, Mode, SessionState
from silverpin.safety.envelope import Latch

_THIN = "\u00a0"
_WELD = "ERR_CONTACTOR_WELD"
_MEANWHILE = {
    JOURNAL: "Events and counts wait in memory until the disk takes them.",
    LOG: "The journal has every event; the log lacks some.",
}
"""What the trouble of `status.due` costs meanwhile."""


class Say(NamedTuple):
    """One state sentence. Tone is "", "warn" or "fault"."""

    tone: str
    headline: str
    detail: str


def kilowatts(power_w: float) -> str:
    """Return a power without its sign, as people read it."""
    return f"{abs(power_w) / 1e3:.1f}{_THIN}kW"


def say(charger: Charger, flowing_w: float | None, wall: Wall, blocked: list[str]) -> Say:
    """Return the sentence for what the charger does now."""
    latch = most_urgent(charger)
    if latch is not None:
        return _faulted(charger, latch, wall)
    test = charger.pin_test
    if test is not None and not test.over:
        return _testing(test)
    state = charger.supervisor.session.state
    if state in (SessionState.RUNNING, SessionState.LOW_POWER, SessionState.STOPPING):
        return _flowing(charger, state, flowing_w)
    return _waiting(charger, state, blocked)


def _faulted(charger: Charger, latch: Latch, wall: Wall) -> Say:
    row = FAULTS[latch.code]
    seen_at = f"at {wall.clock(latch.since_ns)}, {latch.detail}."
    todo = f"{_who(row)}: {next_step(row)}."
    if latch.code == _WELD:
        return Say("fault", f"Do not unplug: {row.title}", f"The pins may be live. {todo}")
    off = seen(charger, charger.obs.mirror) is False
    power = "Power is off and stays off." if off else "The contactor does not read open."
    return Say("fault", f"Stopped: {row.title}", f"{_first_upper(seen_at)} {power} {todo}")


def _first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _who(row: Fault) -> str:
    return row.who.value.capitalize()


def _testing(test: PinTest) -> Say:
    amps = f"{test.target_a:g}{_THIN}A"
    detail = "A technician reads the drop across each pin. A stop ends it."
    if test.phase is Phase.READY:
        return Say("", f"Measuring the pins under {amps}", detail)
    return Say("", f"Bringing {amps} up to measure the pins", detail)


def _flowing(charger: Charger, state: SessionState, flowing_w: float | None) -> Say:
    if state is SessionState.STOPPING:
        return Say("", "Stopping", "Current goes to zero first, then the contactor opens.")
    if charger.supervisor.reversal.under_way:
        return Say("", "Changing direction", "Current to zero, still for a moment, then back.")
    if flowing_w is None:
        return Say("warn", "Connected, the power is not read", "Treat the plug as live.")
    direction = Direction.of(flowing_w, charger.limits.power_min_w)
    if direction is Direction.NONE:
        return _holding(charger)
    headline = {
        Direction.CHARGE: f"Charging the vehicle at {kilowatts(flowing_w)}",
        Direction.DISCHARGE: f"Feeding the {_sink(charger)} at {kilowatts(flowing_w)}",
    }[direction]
    derating = charger.supervisor.derating
    if derating.allowed_a is not None:
        return Say(
            "warn",
            f"{headline}, held back by heat",
            f"{derating.reason}. The charger reduced the current and can run on like this.",
        )
    if state is SessionState.LOW_POWER:
        return Say("", headline, "Starting gently: low power first.")
    origin = "From the vehicle" if direction is Direction.DISCHARGE else "From the grid"
    return Say(
        "", headline, f"{origin}. Nothing needs you; end the session before you pull the plug."
    )


def _holding(charger: Charger) -> Say:
    """Say why a connected charger moves nothing: nothing is wanted, or nothing is allowed."""
    headline = "Connected, holding at 0" + _THIN + "kW"
    wanted_w = charger.supervisor.wish.power_w
    if abs(wanted_w) < charger.limits.power_min_w:
        return Say("", headline, "Waiting for a set-point.")
    bound = tightest(charger.supervisor.bounds, charge=wanted_w > 0.0)
    allowed_w = bound.charge_w if wanted_w > 0.0 else bound.discharge_w
    if allowed_w < charger.limits.power_min_w:
        return Say("warn", headline, f"{kilowatts(wanted_w)} wanted, none allowed: {bound.by}.")
    return Say("", headline, "Power comes up.")


def _sink(charger: Charger) -> str:
    return "house" if charger.mode is Mode.V2H else "grid"


def _waiting(charger: Charger, state: SessionState, blocked: list[str]) -> Say:
    why = blocked[0] if blocked else "the vehicle gets ready"
    match state:
        case SessionState.UNPLUGGED:
            held = charger.unlock_refusals()
            free = "The plug is free and the pins are dead"
            detail = f"No plug is in; {held[0]}" if held else free
            return Say("", "Ready. Plug in to begin", f"{detail}.")
        case SessionState.LOCKING:
            return Say("", "Locking the plug", "Power waits for the lock to prove itself.")
        case SessionState.TESTING:
            return Say("", "Testing insulation", "The vehicle joins its battery once it passed.")
        case SessionState.PRECHARGING:
            return Say("", "Matching the battery's voltage", "Then the vehicle joins its battery.")
        case SessionState.CLOSING | SessionState.READY:
            return Say("", "Locked, power not yet on", f"Waiting: {why}.")
        case _:
            return Say("", "Plugged in, no power wanted", f"Nothing flows. {_plug_words(charger)}.")


def _plug_words(charger: Charger) -> str:
    """Say whether the plug can be pulled; it is held until the pins are proved dead."""
    if charger.supervisor.session.bolt:
        return "A stop lets the plug go"
    held = charger.unlock_refusals()
    return f"The plug is held: {held[0]}" if held else "The plug is free"


Step = dict[str, Any]


def steps(charger: Charger, storage: Storage) -> list[Step]:
    """Return who acts next: steps done, the one that is due now, and those that follow.

    Nobody has anything to do when there is none.
    """
    latch = most_urgent(charger)
    result = [] if latch is None else _fault_steps(charger, latch)
    if charger.envelope.inspection_due:
        result.append(_inspection_step("now" if latch is None else "then"))
    for row in storage.troubles:
        what = f"Operator looks after the {row.what}"
        result.append(_step("now", "Operator", what, _MEANWHILE[row.what]))
    return result


def _step(state: str, who: str, what: str, detail: str, progress: float | None = None) -> Step:
    return {"state": state, "who": who, "what": what, "detail": detail, "progress": progress}


def _inspection_step(state: str) -> Step:
    return _step(
        state,
        "Technician",
        f"Technician measures the pins at {PIN_TEST_A:g}{_THIN}A",
        f"Pass: below {LIMITS.contact_max_ohm * 1e3:g} mΩ, "
        f"{LIMITS.contact_max_ohm * PIN_TEST_A * 1e3:g} mV. With "
        "evse-cli test voltage-drop, or recorded with evse-cli inspect; discharge waits for it.",
    )


def _fault_steps(charger: Charger, latch: Latch) -> list[Step]:
    row = FAULTS[latch.code]
    first = _step("done", "Charger", "Charger keeps the power off",
                  f"{_first_upper(latch.detail)}.")  # fmt: skip
    if seen(charger, charger.obs.mirror) is not False:
        first = _step("now", "Charger", "Charger tries to cut the power",
                      "The contactor does not read open.")  # fmt: skip
    if row.reset is Reset.COOLED:
        return [first, *_cooling_steps(charger)]
    if row.reset is Reset.GRID_BACK:
        told = grid_wait(charger) or "it may be fed again"
        wait = f"{_first_upper(told)}; then start again."
        return [first, _step("now", "Charger", "Charger waits for the grid", wait)]
    told = "evse-cli reset. A reset never restarts power."
    suspects = charger.suspects(latch.code)
    likely = f"Likely {suspects[0].row.what}: {suspects[0].row.advice}" if suspects else row.verify
    return [
        first,
        _step("now", _who(row), f"{_who(row)}: {next_step(row)}", f"{likely}."),
        _step("then", "Operator", "Operator resets the latch", told),
    ]


def _cooling_steps(charger: Charger) -> list[Step]:
    limits, temps_c = charger.limits, pin_temps_c(charger)
    known = [value for value in temps_c if value is not None]
    reset_c = limits.temp_reset_c
    told = f"evse-cli reset --thermal, possible below {reset_c:g} °C"
    if charger.envelope.doubted or len(known) < len(temps_c):
        repair = _step("now", "Technician", "Technician repairs the sensor", _looks(charger))
        return [repair, _step("then", "Operator", "Operator resets the latch", told)]
    hottest_c = max(known)
    if hottest_c >= reset_c:
        peak_c = max((peak for peak, _ in charger.peaks_c.values()), default=limits.temp_trip_c)
        share = min(1.0, max(0.0, (peak_c - hottest_c) / max(1.0, peak_c - reset_c)))
        cools = _step("now", "Charger", "Charger cools the contact",
                      f"{hottest_c:.1f} °C now, {reset_c:g} needed. Both loops at full speed.",
                      round(share, 3))  # fmt: skip
        return [cools, _step("then", "Operator", "Operator resets the latch", told)]
    cooled = _step("done", "Charger", "Charger cooled the contact", f"{hottest_c:.1f} °C now.")
    return [cooled, _step("now", "Operator", "Operator resets the latch", told)]


def _looks(charger: Charger) -> str:
    """Return where a technician looks first, for each cause that keeps a sensor in doubt."""
    looks = [row.doubt.value.look for row in charger.envelope.doubted.values()]
    return f"Look at {', and '.join(dict.fromkeys(looks)) or 'its wires, plug and driver'}."
