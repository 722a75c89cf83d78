"""What a charger's events tell of its connector's use, from a run or from a journal."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from silverpin.domain.inspection import Outcome
from silverpin.durability.record import BoolArray, Break, FloatArray, Happenings

NOTHING = Happenings()
_IN_ORDER = frozenset(row.value for row in Outcome if row.passes)
_TOGETHER_S = 0.5
"""A load-break this close to an opening of the contactor is that opening."""


class Told(NamedTuple):
    """One event; seconds on the clock of its source."""

    t_s: float
    kind: str
    fields: Mapping[str, Any]


def counted(events: Sequence[Told]) -> Happenings:
    """Return what the events count; a charger that tells none of a kind counted none."""
    kinds = [event.kind for event in events]
    breaks = _breaks(events)
    return Happenings(
        matings_s=tuple(event.t_s for event in events if event.kind == "mated"),
        breaks=breaks,
        openings=_openings(events, breaks),
        lock_operations=kinds.count("lock_driven") + kinds.count("unlocked"),
        lock_retries=kinds.count("lock_retried"),
        reversals=kinds.count("reversed"),
        moisture=_moist(events),
        matings_since_cleaning=_since_cleaning(kinds),
        since_inspection_h=_since_inspection_h(events),
        inspected_ohm=_inspected_ohm(events),
    )


def mated_at(events: Sequence[Told], t_s: FloatArray) -> BoolArray:
    """Tell at each instant whether a plug was in."""
    turns = [event for event in events if event.kind in ("mated", "unmated")]
    if not turns:
        return np.zeros(len(t_s), dtype=np.bool_)
    place = np.searchsorted(np.array([event.t_s for event in turns]), t_s, side="right")
    states = np.array([turns[0].kind == "unmated", *(event.kind == "mated" for event in turns)])
    found: BoolArray = states[place]
    return found


def _since_cleaning(kinds: Sequence[str]) -> int | None:
    if "cleaned" not in kinds:
        return None
    newest = len(kinds) - 1 - kinds[::-1].index("cleaned")
    return kinds[newest:].count("mated")


def _since_inspection_h(events: Sequence[Told]) -> float | None:
    made = [event.t_s for event in events if event.kind == "inspected"]
    return (events[-1].t_s - made[-1]) / 3600.0 if made else None


def _inspected_ohm(events: Sequence[Told]) -> float | None:
    """Return the worst power pin of the newest inspection, if that found the pins in order."""
    inspections = [event.fields for event in events if event.kind == "inspected"]
    if not inspections or inspections[-1].get("verdict") not in _IN_ORDER:
        return None
    worst_mohm = _number(inspections[-1], "worst_mohm")
    return 1e-3 * worst_mohm if worst_mohm > 0.0 else None


def _moist(events: Sequence[Told]) -> bool | None:
    """Return what the newest inspection found that looked for moisture behind the seal."""
    for event in reversed(events):
        if event.kind == "inspected":
            found = dict(event.fields.get("seal") or {}).get("moisture")
            if isinstance(found, bool):
                return found
    return None


def _breaks(events: Sequence[Told]) -> tuple[Break, ...]:
    """Return the load-breaks, signed by the direction that flowed last."""
    found, sign = [], 1.0
    for event in events:
        if event.kind == "reversed":
            sign = -1.0 if event.fields.get("direction") == "discharge" else 1.0
        elif event.kind == "load_break":
            amps, volts = (_number(event.fields, name) for name in ("current_a", "voltage_v"))
            found.append(Break(event.t_s, sign * amps, volts))
    return tuple(found)


def _openings(events: Sequence[Told], breaks: Sequence[Break]) -> tuple[Break, ...]:
    """Return the contactor's openings; one that was a load-break has its figures."""
    instants = [row.t_s for row in breaks]
    found = []
    for event in events:
        if event.kind == "contactor_opened":
            near = int(np.searchsorted(instants, event.t_s - _TOGETHER_S))
            if near < len(breaks) and instants[near] <= event.t_s + _TOGETHER_S:
                found.append(breaks[near])
            else:
                amps = _number(event.fields, "current_a")
                found.append(Break(event.t_s, amps, float("nan")))
    return tuple(found)


def _number(fields: Mapping[str, Any], name: str) -> float:
    value = fields.get(name)
    return float(value) if isinstance(value, int | float) else float("nan")
