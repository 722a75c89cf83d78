"""Every condition of power with its value now, for `status.checks` and for refusals."""

from collections.abc import Callable, Mapping
from typing import Any

from silverpin.apps.charger import Charger
from silverpin.domain.conditions import Condition
from silverpin.domain.observation import Reading

Check = dict[str, Any]


def checks(charger: Charger) -> list[Check]:
    """Return one row a condition, in the order in which people can act on them."""
    verdict = charger.verdict
    missing = set(Condition) if verdict is None else {*verdict.blocked, *verdict.reverse_blocked}
    rows = []
    for condition in Condition:
        if condition is Condition.ASKED:
            continue
        rows.append(
            {
                "name": condition.row.check,
                "ok": condition not in missing,
                "value": value_of(condition, charger),
                "limit": limit_of(condition, charger),
            }
        )
    return rows


def refusal(condition: Condition, charger: Charger) -> str:
    """Return a refusal: what does not hold, its value, and the next step."""
    value = value_of(condition, charger)
    told = f" ({value})" if value else ""
    return f"{condition.row.failing}{told}: {condition.row.next_step}"


def blocked_by(charger: Charger) -> list[str]:
    """Return why power does not flow, first thing to mend first."""
    verdict = charger.verdict
    if verdict is None:
        return ["nothing was read yet: wait a second"]
    rows = [*verdict.blocked]
    rows += [row for row in verdict.reverse_blocked if row not in rows]
    return [refusal(row, charger) for row in rows]


def value_of(condition: Condition, charger: Charger) -> str:
    """Return a condition's measured value in words, empty where there is none to tell."""
    words = _VALUES.get(condition)
    return "" if words is None else words(charger)


def _pilot(charger: Charger) -> str:
    if charger.obs.pilot is None:
        return "unread"
    levels = charger.obs.pilot.value
    return f"state {levels.state.value}, {levels.high_v:+.1f} V"


def _grid(charger: Charger) -> str:
    grid = charger.grid
    return "unread" if grid is None else f"{grid.hz:.3f} Hz, {grid.volts:.0f} V"


def limit_of(condition: Condition, charger: Charger) -> str | None:
    """Return the limit that a condition is held against, where it is a number."""
    limits, profile = charger.limits, charger.profile
    return {
        Condition.EARTH: f"below {limits.earth_max_ohm:g} Ω",
        Condition.INSULATION: f"at least {limits.insulation_min_ohm:g} Ω",
        Condition.TEMPERATURE: f"below {limits.temp_trip_c:g} °C",
        Condition.LOCK: f"at most {limits.input_age_max_ns // 1_000_000} ms old",
        Condition.GRID: f"{profile.under_hz:g} to {profile.over_hz:g} Hz",
    }.get(condition)


def hottest(charger: Charger) -> str:
    """Return the hottest pin and its temperature in words."""
    named = zip(charger.connector.power_pins, charger.obs.pin_temps_c, strict=False)
    known = [(reading.value, pin) for pin, reading in named if reading is not None]
    if len(known) < len(charger.connector.power_pins):
        return "a sensor is unread"
    value, pin = max(known)
    return f"{pin} {value:.1f} °C"


def _flag(reading: Reading[bool] | None, yes: str, no: str) -> str:
    return "unread" if reading is None else yes if reading.value else no


def _number(reading: Reading[float] | None, form: str) -> str:
    return "unread" if reading is None else form.format(reading.value)


def _lock(charger: Charger) -> str:
    reading = charger.obs.lock
    if reading is None:
        return "unread"
    age_ms = (charger.obs.now_ns - reading.taken_ns) // 1_000_000
    return f"{age_ms} ms old" if reading.value else "LOCK_STATUS reads low"


_VALUES: Mapping[Condition, Callable[[Charger], str]] = {
    Condition.PLUGGED: lambda c: _flag(c.obs.seated, "proximity closed", "proximity open"),
    Condition.NO_FAULT: lambda c: ", ".join(c.envelope.latched),
    Condition.ESTOP: lambda c: _flag(c.obs.estop_clear, "released", "pressed"),
    Condition.EARTH: lambda c: _number(c.obs.earth_ohm, "{:.1f} Ω"),
    Condition.RESIDUAL: lambda c: _flag(c.obs.residual_clear, "set", "tripped"),
    Condition.INSULATION: lambda c: _number(c.obs.insulation_ohm, "{:.0f} Ω"),
    Condition.TEMPERATURE: hottest,
    Condition.INVERTER: lambda c: _flag(c.obs.inverter_ok, "plausible", "against our meters"),
    Condition.PILOT: _pilot,
    Condition.LOCK: _lock,
    Condition.VEHICLE_READY: _pilot,
    Condition.CONTACTOR: lambda c: _flag(c.obs.mirror, "mirror closed", "mirror open"),
    Condition.METER: lambda c: _number(c.obs.current_a, "{:+.1f} A"),
    Condition.GRID: _grid,
    Condition.INSPECTION: lambda c: "due" if c.envelope.inspection_due else "none due",
}
