"""Contact resistance in the status: a trend with intervals, or null and the reason."""

from collections.abc import Mapping
from typing import Any

from silverpin.apps.daemon.contact_watch import measured_by
from silverpin.apps.daemon.wall import iso
from silverpin.domain.connectors import ConnectorSet
from silverpin.domain.limits import Limits, contact_limit_ohm
from silverpin.domain.quantities import NS_PER_MS
from silverpin.domain.upkeep import ContactConcern, Facts, contact_concern

_UNKNOWN = {"p05": None, "p50": None, "p95": None}


def contact_frame(
    told: Mapping[str, Any] | None, reason: str, facts: Facts, connector: ConnectorSet,
    limits: Limits,
) -> dict[str, Any]:  # fmt: skip
    """Return the status of what was *told* of a contact; of nothing, with the *reason*."""
    if told is None:
        return unknown_contact(reason, connector, limits) | {"measured": _measured(None, facts)}
    as_of_ns = told["as_of_ns"]
    return {
        "as_of": None if as_of_ns is None else iso(as_of_ns),
        "reason": told["reason"],
        "now_mohm": told["now_mohm"],
        "rise": told["rise"],
        "limit_mohm": _limit_mohm(connector, limits),
        "over_limit": None if _answered(told, facts) else told["over_limit"],
        "measured": _measured(told["measured"], facts),
        "channel": told["channel"],
        "rests_on": told["rests_on"],
        "sessions": told["sessions"],
        "alarms": told["alarms"],
        "advice": _advice(contact_concern(facts)),
    }


def unknown_contact(reason: str, connector: ConnectorSet, limits: Limits) -> dict[str, Any]:
    """Return the status of a contact of which nothing is known."""
    return {
        "as_of": None, "reason": reason, "now_mohm": _UNKNOWN, "rise": None,
        "limit_mohm": _limit_mohm(connector, limits), "over_limit": None, "measured": None,
        "channel": None, "rests_on": None, "sessions": [], "alarms": [], "advice": None,
    }  # fmt: skip


def _limit_mohm(connector: ConnectorSet, limits: Limits) -> float:
    return round(1e3 * contact_limit_ohm(connector.rating_a, limits), 4)


def _measured(told: Mapping[str, Any] | None, facts: Facts) -> dict[str, Any] | None:
    """Return what the last inspection measured, and what was *told* of the time since then."""
    measured = measured_by(facts.inspection)
    if measured is None:
        return None
    at_ns, ohm = measured
    same = told is not None and abs(told["at_ns"] - at_ns) < NS_PER_MS
    rise = told["rise"] if told is not None and same else None
    return {"time": iso(at_ns), "mohm": round(1e3 * ohm, 4), "rise": rise}


def _answered(told: Mapping[str, Any], facts: Facts) -> bool:
    """Return whether the pins were found in order after the newest session that was told."""
    measured, as_of_ns = measured_by(facts.inspection), told["as_of_ns"]
    return measured is not None and as_of_ns is not None and measured[0] >= as_of_ns


def _advice(concern: ContactConcern | None) -> dict[str, Any] | None:
    """Return what current would spare the contact; nothing lowers one by itself."""
    if concern is None or concern.current_max_a is None:
        return None
    text = (
        f"No more than {concern.current_max_a:g} A until the pins are inspected: that heats the "
        "contact no more than a sound one. Nothing lowers the current by itself."
    )
    return {"text": text, "current_max_a": concern.current_max_a}
