"""Every condition of power with its value now, for `status.checks` and for refusals.

A value is told as the safety core takes it: an input that is unread or too old says "unread".
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from silverpin.apps.charger import Charger
from silverpin.apps.daemon.grid_desk import grid_wait, grid_window
from silverpin.apps.daemon.readings import figure, pin_temps_c, seen
from silverpin.domain.conditions import Condition
from silverpin.domain.faults import FAULTS, MOST_URGENT_FIRST, Fault
from silverpin.domain.observation import Reading
from silverpin.safety.envelope import Latch
from silverpin.safety.proximity import unproved_words

Check = dict[str, Any]
_COMES_WITH_A_START = (Condition.LOCK, Condition.VEHICLE_READY)
"""Nobody can do more for these than start a session."""
_UNREAD = "unread"


def checks(charger: Charger) -> list[Check]:
    """Return one row a condition, in the order in which people can act on them."""
    missing = _missing(charger)
    return [
        {
            "name": condition.row.check,
            "ok": condition not in missing,
            "value": value_of(condition, charger),
            "limit": limit_of(condition, charger),
        }
        for condition in Condition
        if condition is not Condition.ASKED
    ]


def _missing(charger: Charger) -> set[Condition]:
    verdict = charger.verdict
    if verdict is None:
        return set(Condition)
    # A latch that leaves charging alone is still one.
    latched = (Condition.NO_FAULT,) if charger.envelope.latched else ()
    return {*verdict.blocked, *verdict.reverse_blocked, *latched}


def refusal(condition: Condition, charger: Charger) -> str:
    """Return a refusal: what does not hold, its value, and the next step."""
    value = value_of(condition, charger)
    told = f" ({value})" if value else ""
    return f"{condition.row.failing}{told}: {_next_step(condition, charger)}"


def _next_step(condition: Condition, charger: Charger) -> str:
    latch = most_urgent(charger) if condition is Condition.NO_FAULT else None
    return condition.row.next_step if latch is None else next_step(FAULTS[latch.code])


def next_step(row: Fault) -> str:
    """Return what a person does about a fault, to stand within a sentence."""
    return row.next_step[:1].lower() + row.next_step[1:]


def most_urgent(charger: Charger) -> Latch | None:
    """Return the latched fault with the highest impact; a cause goes before what it stands for."""
    latched = charger.envelope.latched
    sensor, heat = latched.get("ERR_THERM_SENSOR"), latched.get("ERR_THERM_OVERLOAD")
    if sensor is not None and heat is not None and sensor.since_ns <= heat.since_ns:
        return sensor  # it counts as too hot because it is not believed
    return next((latched[code] for code in MOST_URGENT_FIRST if code in latched), None)


def refusals(conditions: Iterable[Condition], charger: Charger) -> list[str]:
    """Return a refusal for each of *conditions*."""
    return [refusal(condition, charger) for condition in conditions]


def blocked_by(charger: Charger) -> list[str]:
    """Return why power does not flow, first thing to mend first."""
    verdict = charger.verdict
    if verdict is None:
        return ["nothing was read yet: wait a second"]
    later = [row for row in verdict.blocked if row in _COMES_WITH_A_START]
    first = [row for row in verdict.blocked if row not in (*later, Condition.ASKED)]
    # The session asks the envelope last; whether a person asked is known before.
    unasked = Condition.ASKED in verdict.blocked and not charger.supervisor.session.wanted
    asked = (Condition.ASKED,) if unasked else ()
    rows = (*first, *asked, *later, *verdict.reverse_blocked)
    return refusals(dict.fromkeys(rows), charger)


def value_of(condition: Condition, charger: Charger) -> str:
    """Return a condition's measured value in words, empty where there is none to tell."""
    words = _VALUES.get(condition)
    return "" if words is None else words(charger)


def limit_of(condition: Condition, charger: Charger) -> str | None:
    """Return the limit that a condition is held against, where it is a number."""
    limits = charger.limits
    return {
        Condition.EARTH: f"below {limits.earth_max_ohm:g} Ω",
        Condition.SUPPLY: f"{limits.supply_12_low_v:g} to {limits.supply_12_high_v:g} V and "
        f"{limits.supply_24_low_v:g} to {limits.supply_24_high_v:g} V",
        Condition.INSULATION: f"at least {_ohms(limits.insulation_min_ohm)}",
        Condition.TEMPERATURE: f"below {limits.temp_trip_c:g} °C",
        Condition.LOCK: f"at most {limits.input_age_max_ns // 1_000_000} ms old",
        Condition.GRID: grid_window(charger.profile),
    }.get(condition)


def hottest(charger: Charger) -> str:
    """Return the hottest pin and its temperature in words, or the sensor that does not tell."""
    pins = charger.connector.power_pins
    temps = dict(zip(pins, pin_temps_c(charger), strict=True))
    unread = [pin for pin in pins if temps[pin] is None]
    if unread:
        return f"{', '.join(unread)} unread or impossible"
    if charger.envelope.doubted:
        index, doubt = next(iter(charger.envelope.doubted.items()))
        return f"{pins[index]} {doubt.words}"
    value, pin = max((value, pin) for pin, value in temps.items() if value is not None)
    return f"{pin} {value:.1f} °C"


def _ohms(ohm: float) -> str:
    """Return a resistance as people write it."""
    for unit, factor in (("MΩ", 1e6), ("kΩ", 1e3)):
        if ohm >= factor:
            return f"{ohm / factor:.3g} {unit}"
    return f"{ohm:.3g} Ω"


def _faults(charger: Charger) -> str:
    return ", ".join(charger.envelope.latched) or "none"


def _flag(name: str, yes: str, no: str) -> Callable[[Charger], str]:
    """Return the words for the input that the observation calls *name*."""

    def words(charger: Charger) -> str:
        value = seen(charger, getattr(charger.obs, name))
        return _UNREAD if value is None else yes if value else no

    return words


def _resistance(name: str) -> Callable[[Charger], str]:
    def words(charger: Charger) -> str:
        reading: Reading[float] | None = getattr(charger.obs, name)
        ohm = figure(charger, reading)
        return _UNREAD if ohm is None else _ohms(ohm)

    return words


def _pilot(charger: Charger) -> str:
    levels = seen(charger, charger.obs.pilot)
    if levels is None:
        return _UNREAD
    return f"state {levels.state.value}, {levels.high_v:+.1f} V, noise {levels.noise_v:.2f} V"


def _plug(charger: Charger) -> str:
    plug = seen(charger, charger.obs.seated)
    if plug is None:
        read = seen(charger, charger.obs.proximity_ohm) is not None
        return unproved_words(charger.obs, charger.limits) if read else _UNREAD
    return "proximity closed" if plug else "proximity open"


def _supplies(charger: Charger) -> str:
    supplies = seen(charger, charger.obs.supplies)
    return _UNREAD if supplies is None else str(supplies)


def _vehicle(charger: Charger) -> str:
    levels = seen(charger, charger.obs.pilot)
    return _UNREAD if levels is None else f"state {levels.state.value}"


def _lock(charger: Charger) -> str:
    reading = charger.obs.lock
    if reading is None:
        return _UNREAD
    age_ms = (charger.obs.now_ns - reading.taken_ns) // 1_000_000
    return f"reads {'high' if reading.value else 'low'}, {age_ms} ms old"


def _meter(charger: Charger) -> str:
    amps, volts = (figure(charger, row) for row in (charger.obs.current_a, charger.obs.voltage_v))
    current = _UNREAD if amps is None else f"{amps:+.1f} A"
    voltage = _UNREAD if volts is None else f"{volts:.0f} V"
    return f"current {current}, voltage {voltage}"


def _grid(charger: Charger) -> str:
    grid = charger.grid
    if grid is None:
        return _UNREAD
    waited = grid_wait(charger)
    return f"{grid.hz:.3f} Hz, {grid.volts:.0f} V{f'; {waited}' if waited else ''}"


def _inspection(charger: Charger) -> str:
    return "due since the trip" if charger.envelope.inspection_due else "none due"


_VALUES: Mapping[Condition, Callable[[Charger], str]] = {
    Condition.PLUGGED: _plug,
    Condition.NO_FAULT: _faults,
    Condition.ESTOP: _flag("estop_clear", "released", "pressed"),
    Condition.EARTH: _resistance("earth_ohm"),
    Condition.SUPPLY: _supplies,
    Condition.RESIDUAL: _flag("residual_clear", "set", "tripped"),
    Condition.INSULATION: _resistance("insulation_ohm"),
    Condition.TEMPERATURE: hottest,
    Condition.INVERTER: _flag("inverter_ok", "plausible", "against our meters"),
    Condition.PILOT: _pilot,
    Condition.LOCK: _lock,
    Condition.VEHICLE_READY: _vehicle,
    Condition.CONTACTOR: _flag("mirror", "mirror closed", "mirror open"),
    Condition.METER: _meter,
    Condition.GRID: _grid,
    Condition.INSPECTION: _inspection,
}
