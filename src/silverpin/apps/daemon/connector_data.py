"""What `evse-cli connector show` tells of a connector: counts, life, and how it came here."""

from typing import Any

from silverpin.apps.daemon.connector_change import Station, known
from silverpin.apps.daemon.dates import instant_ns
from silverpin.apps.daemon.status import counts_of
from silverpin.apps.daemon.wall import iso
from silverpin.apps.daemon.work_book import CLOCK_SET_NS
from silverpin.domain.ledger import Ledger
from silverpin.domain.quantities import NS_PER_DAY
from silverpin.drivers.store import Fitting

DAYS_MIN, MATINGS_MIN = 7.0, 10
"""No pace is told from less: a first day full of trials is no habit."""
_DAYS_MAX = 36_500.0
_NAMES_NOW = ("connector", "due", "resistance")


def connector_data(station: Station, serial: str) -> dict[str, Any]:
    """Return everything known of the connector *serial*, on the charger or not."""
    ledgers, fittings, status = station.shelf.ledgers, station.shelf.fittings(), station.status()
    ledger, on = ledgers.of(serial), serial == ledgers.serial
    rated = station.charger.connector.matings_rated
    told = {"connector_id": serial, "on_charger": on}
    told |= {name: status[name] for name in _NAMES_NOW if on}
    told |= counts_of(station.charger, ledger)
    told["matings_inferred"] = ledger.matings_inferred
    told["matings_brought"] = {
        origin: int(part.get("matings", 0)) for origin, part in ledger.brought.items()
    }
    now_ns = instant_ns(status["time"])
    first_ns = station.shelf.first_utc_ns(serial, CLOCK_SET_NS)
    told["life"] = _life(ledger, rated, first_ns, now_ns)
    told["fittings"] = [_fitting(row) for row in fittings if row.serial == serial]
    told["known"] = [
        {"serial": name, "matings": ledgers.of(name).matings, "on_charger": name == ledgers.serial}
        for name in sorted(known(station.shelf))
    ]
    return told


def _fitting(row: Fitting) -> dict[str, Any]:
    return {"time": iso(row.utc_ns), "before": row.before or None, "how": row.how, "who": row.who}


def _life(ledger: Ledger, rated: int, first_ns: int | None, now_ns: int) -> dict[str, Any]:
    """Return life used and ahead, and when it would end at the pace seen here."""
    left, pace = max(0, rated - ledger.matings), None
    if first_ns is not None:
        days = (now_ns - first_ns) / NS_PER_DAY
        here = ledger.counted_here()["matings"]
        if days >= DAYS_MIN and here >= MATINGS_MIN:
            pace = here / days
    ends = None
    if pace is not None and left / pace <= _DAYS_MAX:
        ends = iso(now_ns + round(left / pace * NS_PER_DAY))[:10]
    return {
        "matings_rated": rated,
        "consumed": round(ledger.matings / rated, 6),
        "matings_left": left,
        "matings_per_day": None if pace is None else round(pace, 2),
        "rated_matings_reached": ends,
    }
