"""Contact resistance in the status: a trend with intervals, or null and the reason."""

from typing import Any

from silverpin.domain.connectors import ConnectorSet
from silverpin.domain.limits import Limits

NOT_YET = "not reckoned yet: it is when a session has ended"
_UNKNOWN = {"p05": None, "p50": None, "p95": None}


def unknown_contact(reason: str, connector: ConnectorSet, limits: Limits) -> dict[str, Any]:
    """Return the status of a contact of which nothing is known."""
    return {
        "as_of": None, "reason": reason, "now_mohm": _UNKNOWN, "rise": None,
        "limit_mohm": limit_mohm(connector, limits), "channel": None, "rests_on": None,
        "sessions": [], "alarms": [], "advice": None,
    }  # fmt: skip


def limit_mohm(connector: ConnectorSet, limits: Limits) -> float:
    """Return where a contact is rejected: by its resistance, or by its drop at rated current."""
    by_drop_ohm: float = limits.contact_drop_max_v / connector.rating_a
    return round(1e3 * min(limits.contact_max_ohm, by_drop_ohm), 4)
