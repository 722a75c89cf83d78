"""The charger's state in words: first the sentence, then who does what.

Every sentence must survive being read aloud. It names the actor, says what is so and the one thing
to do; codes stand beside it, never in place of it. The page, `evse-cli status` and the log of a run
all speak from here and from the tables.
"""

from typing import Any, NamedTuple

from silverpin.apps.charger import Charger
from silverpin.apps.daemon.wall import Wall
from silverpin.domain.faults import FAULTS, MOST_URGENT_FIRST, Fault, Reset
from silverpin.domain.session import Direction, Mode, SessionState
from silverpin.safety.envelope import Latch

_THIN = "\u00a0"
_WELD = "ERR_CONTACTOR_WELD"


class Say(NamedTuple):
    """One state sentence. Tone is "", "warn" or "fault"."""

    tone: str
    headline: str
    detail: str


def kilowatts(power_w: float) -> str:
    """Return a power without its sign, as people read it."""
    return f"{abs(power_w) / 1e3:.1f}{_THIN}kW"


def most_urgent(charger: Charger) -> Latch | None:
    """Return the latched fault with the highest impact."""
    latched = charger.envelope.latched
    return next((latched[code] for code in MOST_URGENT_FIRST if code in latched), None)


def say(charger: Charger, power_w: float, wall: Wall, blocked: list[str]) -> Say:
    """Return the sentence for what the charger does now."""
    latch = most_urgent(charger)
    if latch is not None:
        return _faulted(latch, wall)
    state = charger.supervisor.session.state
    if state in (SessionState.RUNNING, SessionState.LOW_POWER, SessionState.STOPPING):
        return _flowing(charger, state, power_w)
    return _waiting(state, blocked)


def _faulted(latch: Latch, wall: Wall) -> Say:
    row = FAULTS[latch.code]
    when = wall.clock(latch.since_ns)
    if latch.code == _WELD:
        return Say(
            "fault",
            f"Do not unplug: {row.title}",
            f"Since {when}: {latch.detail}. The pins may be live. {_who(row)}: {row.next_step}.",
        )
    return Say(
        "fault",
        f"Stopped: {row.title}",
        f"{latch.detail} at {when}. Power is off and stays off. {_who(row)}: {row.next_step}.",
    )


def _who(row: Fault) -> str:
    return row.who.value.capitalize()


def _flowing(charger: Charger, state: SessionState, power_w: float) -> Say:
    if state is SessionState.STOPPING:
        return Say("", "Stopping", "Current goes to zero first, then the contactor opens.")
    if charger.supervisor.reversal.under_way:
        return Say("", "Changing direction", "Current to zero, still for a moment, then back.")
    direction = Direction.of(power_w, charger.limits.power_min_w)
    if direction is Direction.NONE:
        return Say("", "Connected, holding at 0" + _THIN + "kW", "Waiting for a set-point.")
    headline = {
        Direction.CHARGE: f"Charging the vehicle at {kilowatts(power_w)}",
        Direction.DISCHARGE: f"Feeding the {_sink(charger)} at {kilowatts(power_w)}",
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


def _sink(charger: Charger) -> str:
    return "house" if charger.mode is Mode.V2H else "grid"


def _waiting(state: SessionState, blocked: list[str]) -> Say:
    match state:
        case SessionState.UNPLUGGED:
            return Say("", "Ready. Plug in to begin", "The plug is free and the pins are dead.")
        case SessionState.LOCKING:
            return Say("", "Locking the plug", "Power waits for the lock to prove itself.")
        case SessionState.CLOSING | SessionState.READY:
            why = blocked[0] if blocked else "the vehicle gets ready"
            return Say("", "Locked, power not yet on", f"Waiting: {why}.")
        case _:
            return Say("", "Plugged in, no power wanted", "The plug is free; nothing flows.")


Step = dict[str, Any]


def steps(charger: Charger, wall: Wall) -> list[Step]:
    """Return who acts next: steps done, the one that is due now, and those that follow."""
    latch = most_urgent(charger)
    if latch is not None:
        return _fault_steps(charger, latch, wall)
    if charger.envelope.inspection_due:
        return [_inspection_step("now")]
    return [_step("now", "Charger", "Charger looks after itself", "Nobody has anything to do.")]


def _step(state: str, who: str, what: str, detail: str, progress: float | None = None) -> Step:
    return {"state": state, "who": who, "what": what, "detail": detail, "progress": progress}


def _inspection_step(state: str) -> Step:
    return _step(
        state,
        "Technician",
        "Technician measures the pins at 32" + _THIN + "A",
        "Pass: below 0.5 mΩ, 16 mV. Record it with evse-cli inspect; discharge waits for it.",
    )


def _fault_steps(charger: Charger, latch: Latch, wall: Wall) -> list[Step]:
    row = FAULTS[latch.code]
    done = _step("done", "Charger", "Charger cut the power", f"{wall.clock(latch.since_ns)}.")
    if charger.obs.mirror is not None and charger.obs.mirror.value:
        done = _step("now", "Charger", "Charger tries to cut the power", "Contactor still closed.")
    result = [done]
    if row.reset is Reset.COOLED:
        result += _cooling_steps(charger)
    elif row.reset is Reset.GRID_BACK:
        wait = f"{charger.profile.reconnect_s:g} s inside the profile, then start again."
        result.append(_step("now", "Charger", "Charger waits for the grid", wait))
    else:
        result.append(_step("now", _who(row), f"{_who(row)}: {row.next_step}", row.verify + "."))
        told = "evse-cli reset. A reset never restarts power."
        result.append(_step("then", "Operator", "Operator resets the latch", told))
    if charger.envelope.inspection_due:
        result.append(_inspection_step("then"))
    return result


def _cooling_steps(charger: Charger) -> list[Step]:
    limits = charger.limits
    temps = [row.value for row in charger.obs.pin_temps_c if row is not None]
    hottest_c = max(temps, default=float("nan"))
    reset_c = limits.temp_reset_c
    told = f"evse-cli reset --thermal, possible below {reset_c:g} °C"
    if charger.envelope.stuck_pins or "ERR_THERM_SENSOR" in charger.envelope.latched:
        repair = _step("now", "Technician", "Technician repairs the sensor",
                       "It is unread or does not follow the current.")  # fmt: skip
        return [repair, _step("then", "Operator", "Operator resets the latch", told)]
    if hottest_c >= reset_c:
        peak_c = max((peak for peak, _ in charger.peaks_c.values()), default=limits.temp_trip_c)
        share = min(1.0, max(0.0, (peak_c - hottest_c) / max(1.0, peak_c - reset_c)))
        cools = _step("now", "Charger", "Charger cools the contact",
                      f"{hottest_c:.1f} °C now, {reset_c:g} needed. Both loops at full speed.",
                      share)  # fmt: skip
        return [cools, _step("then", "Operator", "Operator resets the latch", told)]
    cooled = _step("done", "Charger", "Charger cooled the contact", f"{hottest_c:.1f} °C now.")
    return [cooled, _step("now", "Operator", "Operator resets the latch", told)]
