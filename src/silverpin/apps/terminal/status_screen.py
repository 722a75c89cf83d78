"""`evse-cli status` for people: the sentence of the page, then the facts behind it."""

from collections.abc import Iterator, Mapping
from typing import Any, TextIO

from silverpin.apps.terminal.contact_lines import contact_lines
from silverpin.apps.terminal.screen_text import facts, figure, headline, kilowatts, said

Status = Mapping[str, Any]
_NONE: Mapping[str, Any] = {}


def status_lines(status: Status, out: TextIO) -> list[str]:
    """Return the lines of one status."""
    rows = [*_identity(status), *_connection(status), *_flow(status), *_heat(status)]
    rows += [*_rest(status), *_attention(status)]
    return [*headline(_part(status, "say"), out), "", *facts(rows)]


def watch_line(status: Status) -> str:
    """Return one status on one line: when, how much, how hot, and the sentence."""
    clock = str(status["time"])[11:19] if status.get("time") else "unknown"
    known = [(value, pin) for pin, value in _temperatures(status) if value is not None]
    hottest_c, pin = max(known, default=(None, "pins"))
    heat = f"{pin} {figure(hottest_c, '°C', 1)}"
    sentence = _part(status, "say").get("headline") or _word(status, "state")
    return f"{clock}  {kilowatts(status.get('power_w')):>10}  {heat:>12}  {sentence}"


def _part(status: Status, name: str) -> Mapping[str, Any]:
    """Return a nested part; a part that is unknown is empty, so that its figures are unknown."""
    return status.get(name) or _NONE


def _word(part: Mapping[str, Any], *names: str) -> str:
    """Return the first of these texts that is known."""
    return next((str(part[name]) for name in names if part.get(name)), "unknown")


def _temperatures(status: Status) -> list[tuple[str, float | None]]:
    return [(pin, reading.get("value")) for pin, reading in _part(status, "temps_c").items()]


def _identity(status: Status) -> Iterator[tuple[str, str]]:
    keys = (("on_bench", "bench"), ("simulated", "simulated"))
    marks = ", ".join(mark for key, mark in keys if status.get(key))
    marked = f"  ({marks})" if marks else ""
    yield "charger", f"{_word(status, 'name', 'charger_id')}{marked}"
    yield (
        "connector",
        f"{_word(status, 'connector_id')}, {_word(_part(status, 'connector'), 'set')}",
    )
    yield "state", f"{_word(status, 'state')}, mode {_word(status, 'mode')}"


def _connection(status: Status) -> Iterator[tuple[str, str]]:
    lock, contactor = _part(status, "lock"), _part(status, "contactor")
    plug = said(status.get("plugged"), "in", "out")
    yield "plug", f"{plug}, pilot state {_word(status, 'cp_state')}"
    words = ("proven", "not proven") if lock.get("commanded") else ("still engaged", "out")
    age = f", {lock['age_ms']:.0f} ms old" if lock.get("age_ms") is not None else ""
    driven = said(lock.get("commanded"), "driven", "released")
    yield "lock", f"{driven}, {said(lock.get('confirmed'), *words)}{age}"
    vehicle = _part(status, "vehicle")
    if vehicle.get("words"):
        yield "vehicle", f"{vehicle['words']}; {_word(vehicle, 'transport')}"
    elif vehicle.get("shut"):
        yield "vehicle", f"cannot be met: {vehicle['shut']}"
    elif vehicle.get("refused"):
        yield "vehicle", f"refused: {vehicle['refused']}"
    yield from _power_line(_part(status, "plc"))
    yield "contactor", said(contactor.get("mirror"), "closed", "open")


def _power_line(plc: Status) -> Iterator[tuple[str, str]]:
    """Where a modem matches: how far that is, or why not; and how good the line was last."""
    if plc.get("modem") != "slac":
        return
    quality = _part(plc, "quality")
    advice = "; ".join(quality.get("advice") or ())
    line = str(quality.get("sentence") or "not measured")
    yield "power line", f"{line} {advice[0].upper()}{advice[1:]}." if advice else line
    yield "modem", "; ".join(filter(None, (plc.get("words"), plc.get("why")))) or figure(None)


def _flow(status: Status) -> Iterator[tuple[str, str]]:
    wanted = kilowatts(status.get("power_set_w"))
    yield "power", f"{kilowatts(status.get('power_w'))} of {wanted} wanted (+ charges the vehicle)"
    volts, amperes = status.get("voltage_v"), status.get("current_a")
    yield "at the pins", f"{figure(volts, 'V', 1)}, {figure(amperes, 'A', 1)}"
    bounds = [f"{row['by']} {row['power_w'] / 1000:.1f} kW" for row in status.get("limits") or ()]
    if bounds:
        yield "limits", ", ".join(bounds)
    permit = _part(status, "permit")
    left = f"{figure(permit.get('expires_ms'), 'ms')} left"
    most = f"at most {figure(permit.get('current_max_a'), 'A', 1)}"
    yield "permit", said(permit.get("valid"), f"valid, {left}, {most}", "none")


def _heat(status: Status) -> Iterator[tuple[str, str]]:
    pins = [f"{pin} {figure(value, '°C', 1)}" for pin, value in _temperatures(status)]
    headroom = figure(status.get("headroom_k"), "K", 1)
    yield "pins", f"{', '.join(pins) or 'unknown'}; {headroom} below the trip"
    for pin, reading in _part(status, "temps_c").items():
        raw, value = reading.get("raw"), reading.get("value")
        if None not in (raw, value) and raw != value:
            yield "calibrated", f"{pin} reads {raw:.1f} °C uncorrected"
    for pin, peak in _part(status, "peaks_c").items():
        yield "peak", f"{pin} {figure(peak.get('value'), '°C', 1)} at {peak.get('time')}"
    derate = _part(status, "derate")
    if derate.get("reason"):
        yield "held back", f"to {_percent(derate.get('factor'))}: {derate['reason']}"
    loops = _part(status, "cooling")
    why = f": {loops['reason']}" if loops.get("reason") else ""
    yield "cooling", f"{_percent(loops.get('primary'))}, {_percent(loops.get('secondary'))}{why}"
    yield from _ahead(status)


def _ahead(status: Status) -> Iterator[tuple[str, str]]:
    forecast, announced = _part(status, "forecast"), _part(status, "announced")
    if forecast:
        minutes = figure(forecast["in_s"] / 60, "min")
        band = f"{figure(forecast.get('low_c'))} to {figure(forecast.get('high_c'))}"
        value = figure(forecast.get("temp_c"), "°C", 1)
        yield "forecast", f"{forecast.get('pin')} {value} in {minutes} ({band})"
    if announced:
        minutes = figure(announced["in_s"] / 60, "min")
        yield "announced", f"{kilowatts(announced.get('power_w'))} in {minutes}"


def _rest(status: Status) -> Iterator[tuple[str, str]]:
    grid, counts, energy = (_part(status, part) for part in ("grid", "counts", "energy_kwh"))
    fit = said(grid.get("ok"), "inside", "outside")
    hertz, volts = figure(grid.get("hz"), "Hz", 3), figure(grid.get("v"), "V")
    yield "grid", f"{hertz}, {volts}, {fit} its profile"
    cleaning = f"{figure(counts.get('matings_to_cleaning'))} to the next cleaning"
    life = _percent(status.get("life_consumed"), digits=2)
    yield "matings", f"{figure(counts.get('matings'))}, {cleaning}, {life} of rated life"
    yield from _wear(_part(status, "wear"))
    rated_a = _part(status, "connector").get("rating_a")
    yield from contact_lines(_part(status, "resistance"), rated_a)
    breaks, reversals = figure(counts.get("load_breaks")), figure(counts.get("reversals"))
    yield "counted", f"{breaks} load-breaks, {reversals} reversals"
    inward, outward = figure(energy.get("charged"), "kWh", 1), energy.get("discharged")
    yield "energy", f"{inward} in, {figure(outward, 'kWh', 1)} out"


def _wear(wear: Status) -> Iterator[tuple[str, str]]:
    left, price = (_part(wear, part) for part in ("remaining_years", "cost_eur_per_kwh"))
    if left.get("p50") is None:
        yield "wear", str(wear.get("reason") or figure(None))
        return
    band = f"{figure(left['p05'], digits=1)} to {figure(left['p95'], digits=1)}"
    told = f"{figure(left['p50'], 'years', 1)} left ({band}), mostly by {wear.get('ended_by')}"
    if price.get("p50") is not None:
        told += f"; {figure(100.0 * price['p50'], 'ct', 4)} a kWh discharged"
    yield "wear", told


def _attention(status: Status) -> Iterator[tuple[str, str]]:
    checks = status.get("checks") or ()
    good = sum(bool(check.get("ok")) for check in checks)
    if checks:
        yield "checks", f"{good} of {len(checks)}"
    if status.get("slips"):
        yield "late", f"{status['slips']} times so late that time was skipped"
    for check in checks:
        if not check.get("ok"):
            limit = f", limit {check['limit']}" if check.get("limit") else ""
            yield "", f"{check.get('name')}: {_word(check, 'value')}{limit}"
    for fault in status.get("faults") or ():
        yield "fault", f"{fault['code']}: {_cause(fault)}. {fault.get('reset')}"
    for reason in status.get("blocked_by") or ():
        yield "blocked by", reason
    for due in status.get("due") or ():
        soon, command = due.get("soon"), f"; {due['command']}" if due.get("command") else ""
        day = f"; by {due['by'][:10]}" if soon and due.get("by") else ""
        yield "soon" if soon else "due", f"{due.get('what')}: {due.get('reason')}{day}{command}"


def _cause(fault: Mapping[str, Any]) -> str:
    """Return the likeliest cause where causes are ranked, and the fault's usual ones elsewhere."""
    causes = fault.get("causes") or ()
    return f"likely {causes[0]['cause']}" if causes else str(fault.get("cause"))


def _percent(share: float | None, digits: int = 0) -> str:
    return figure(None if share is None else share * 100, "%", digits)
