"""From what a record told to the whole answer: what is known better, what comes due, in words."""

from typing import TYPE_CHECKING, Any

from silverpin.apps.life import contact
from silverpin.apps.life.basis import rests_on
from silverpin.apps.life.better import known_better
from silverpin.apps.life.identified import rests_on_heat
from silverpin.apps.life.told import told
from silverpin.durability.cost import Price, cost_curve
from silverpin.durability.upkeep import Work, by_visit, upkeep

if TYPE_CHECKING:
    from collections.abc import Sequence

    from silverpin.drivers.fleet_book import FleetBook
    from silverpin.durability.record import Record
    from silverpin.durability.resistance.follow import Found
    from silverpin.durability.study import Assessment

_CURVE_POINTS = 10


def answered(
    found: "Assessment", resistance: "Found", record: "Record", book: "FleetBook | None",
    *, serial: str | None, seed: int, rows: int, set_told: bool,
) -> "tuple[dict[str, Any], Assessment]":  # fmt: skip
    """Return the object, and the assessment with all that is known of what is left."""
    better = known_better(found, resistance, book, serial, seed)
    found = found.knowing(better.known)
    answer = told(
        found,
        serial=record.serial,
        start_utc_ns=record.start_utc_ns,
        rows=rows,
        resistance=resistance,
        work=_work(found, resistance),
        curve=_curve(found),
        promise=better.promise,
        rests_on=[
            *better.rests_on,
            *rests_on(found, set_told=set_told),
            *contact.rests_on(resistance),
            *rests_on_heat(resistance),
        ],
    )
    return answer, found


def _work(found: "Assessment", resistance: "Found") -> list[Work]:
    exposure = found.exposure
    inspect = contact.work(resistance, found.wear_set, exposure.span_h, exposure.since_inspection_h)
    return by_visit([*inspect, *upkeep(found)])


def _curve(found: "Assessment") -> "Sequence[Price]":
    rated_w = found.wear_set.rated_a * found.wear_set.nominal_v
    powers_w = [rated_w * (point + 1) / _CURVE_POINTS for point in range(_CURVE_POINTS)]
    return cost_curve(found.wear_set, found.site, found.draws, powers_w)
