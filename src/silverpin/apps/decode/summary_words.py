"""A session's summary for people."""

from collections.abc import Iterator
from typing import Any

_PROTOCOLS = {"din": "DIN 70121", "iso2": "ISO 15118-2", "iso20": "ISO 15118-20"}
_SIDES = {"ev": "vehicle", "evse": "charger"}
_FIRST_COLUMN = 14


def in_words(told: dict[str, Any]) -> str:
    """Return the lines of one session, an empty one after them."""
    return "\n".join([*_lines(told), ""])


def _lines(told: dict[str, Any]) -> Iterator[str]:
    protocol = told["protocol"] or "unknown protocol"
    base, _, part = protocol.partition("-")
    named = " ".join(filter(None, (_PROTOCOLS.get(base, base), part.upper())))
    yield f"Session {told['session'] or ''}: {named}, {told['tls'] or 'without TLS'}"
    yield _line("when", _when(told))
    yield _line("who", ", ".join(_who(told)))
    yield _line("messages", _messages(told))
    for failed in told["failed"]["first"]:
        at = "" if failed["bit"] is None else f" at bit {failed['bit']}"
        yield _line("failed", f"{failed['t'] or ''}{at}: {failed['reason']}".strip())
    yield from _loop(told["loop"])
    for side, limits in told["limits"].items():
        yield from _values(f"{_SIDES[side]} limits", limits)
    yield from _values("asked", told["asked"])
    yield from _values("given", told["given"])
    if soc := told["soc"]:
        yield _line("battery", f"{soc['first']:g} % to {soc['last']:g} %")
    for alert in told["tls_alerts"]:
        yield _line("TLS", alert)
    yield _line("ended", _ended(told["ended"]))
    for item in told["implausible"]:
        who = _SIDES.get(item["from"] or "", "one side")
        value = f"{item['name']} {item['value']:g} {item['unit']}"
        times = f", {item['n']} times such" if item["n"] > 1 else ""
        yield _line("IMPLAUSIBLE", f"the {who} told {value}: {item['why']}{times}")


def _line(title: str, words: str) -> str:
    return f"  {title:{_FIRST_COLUMN}} {words}"


def _when(told: dict[str, Any]) -> str:
    if told["duration_s"] is None:
        return "unknown"
    return f"{told['start']} for {told['duration_s']:,.1f} s"


def _who(told: dict[str, Any]) -> Iterator[str]:
    for side, key in (("vehicle", "evcc_id"), ("charger", "evse_id"), ("session", "session_id")):
        yield f"{side} {told[key] or 'unknown'}"


def _messages(told: dict[str, Any]) -> str:
    counts = told["messages"]
    words = f"{counts['ev']:,} from the vehicle, {counts['evse']:,} from the charger"
    if told["failed"]["n"]:
        words += f", {told['failed']['n']:,} failed"
    if told["trailing"]:
        words += f", {told['trailing']:,} with stray octets after them"
    return words


def _loop(loop: dict[str, Any] | None) -> Iterator[str]:
    if loop is None:
        return
    for title, key in (
        ("loop period", "period_ms"),
        ("vehicle takes", "ev_turnaround_ms"),
        ("charger takes", "evse_turnaround_ms"),
    ):
        if spread := loop[key]:
            yield _line(
                title,
                f"{spread['p50']:g} ms median, {spread['p95']:g} ms in 95 of 100, "
                f"{spread['max']:g} ms at most ({spread['n']:,} of {loop['name']})",
            )


def _values(title: str, values: dict[str, Any]) -> Iterator[str]:
    phrases = [f"{name} {_range(value)}" for name, value in values.items()]
    for phrase in phrases:
        yield _line(title, phrase)
        title = ""


def _range(value: dict[str, Any]) -> str:
    low, high, unit = value["min"], value["max"], value["unit"]
    return f"{high:g} {unit}".rstrip() if low == high else f"{low:g} to {high:g} {unit}".rstrip()


def _ended(ended: dict[str, Any]) -> str:
    who = {"ev": "by the vehicle", "evse": "by the charger"}.get(ended["by"] or "")
    last = f"the last message was {ended['last']}" if ended["last"] else None
    parts = [who or "not told by whom", ended["why"], ended["how"], last]
    return "; ".join(part for part in parts if part)
