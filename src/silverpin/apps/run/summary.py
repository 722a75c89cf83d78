"""A run in numbers: what summary.json and events.jsonl are written from."""

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from silverpin.apps.run.folder import SCHEMA
from silverpin.apps.run.follow import Demand
from silverpin.apps.run.options import RunOptions
from silverpin.apps.run.record import Recorder
from silverpin.apps.run.shortfall import WS_PER_KWH, Ways
from silverpin.apps.world import World
from silverpin.domain.events import Event
from silverpin.domain.quantities import NS_PER_S
from silverpin.domain.session import Mode

_LEAST_KWH = 1e-9
"""Rests of rounding below this are no reason of their own."""
BETWEEN = "steps shorter than a second"
EVENT_SCHEMA = "silverpin.event/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Everything the files of a run are written from."""

    options: RunOptions
    demand: Demand
    world: World
    recorder: Recorder
    digest: str

    def energy(self) -> Ways:
        """Return what the meter at the connector counted."""
        charged_ws, discharged_ws = self.world.charger.ports.meter.energy_ws()
        return Ways(charged_ws / WS_PER_KWH, discharged_ws / WS_PER_KWH)

    def perfect(self) -> Ways:
        """Return what perfect tracking would have carried."""
        charged_ws, discharged_ws = self.demand.perfect_ws()
        return Ways(charged_ws / WS_PER_KWH, discharged_ws / WS_PER_KWH)

    def short(self) -> dict[str, Ways]:
        """Return the shortfall by reason, largest first; it adds up to perfect less energy."""
        booked = self.recorder.shortfall.by_reason()
        rest = self.perfect() - self.energy() - _sum(booked.values())
        if max(abs(rest.charged), abs(rest.discharged)) > _LEAST_KWH:
            booked[BETWEEN] = rest
        said = {why: ways for why, ways in booked.items() if ways != Ways()}
        return dict(sorted(said.items(), key=lambda row: (-_both(row[1]), row[0])))


def summary(result: Result) -> dict[str, Any]:
    """Return `summary.json`; the same arguments give the same object."""
    options, recorder, world = result.options, result.recorder, result.world
    signal = result.demand.signal
    energy, perfect, short = result.energy(), result.perfect(), result.short()
    missing = _sum(short.values())
    error_w = math.sqrt(recorder.square_error / recorder.rows)
    return {
        "schema": SCHEMA,
        "seed": options.seed,
        "signal": {
            "kind": signal.kind.value, "name": signal.name, "rows": signal.rows,
            "step_s": signal.step_s,
        },
        "duration_s": result.demand.duration_s,
        "mode": Mode.V2X.value,
        "skip": options.skip,
        "talks": options.talks,
        "speaks": options.speaks if options.talks else None,
        "vehicle_phases": world.bay.phases if not world.bay.kind.direct_current else None,
        "power_w": options.power_w,
        "connector": options.connector,
        "ambient_c": options.ambient_c,
        "battery_kwh": options.battery_kwh,
        "soc": {"start": options.state_of_charge, "end": _r(world.bay.vehicle.state_of_charge)},
        "energy_charged_kwh": _r(energy.charged),
        "energy_discharged_kwh": _r(energy.discharged),
        "perfect": {
            "charged_kwh": _r(perfect.charged), "discharged_kwh": _r(perfect.discharged),
        },
        "shortfall_kwh": {
            "charged": _r(missing.charged),
            "discharged": _r(missing.discharged),
            "by": {why: _r(_both(ways)) for why, ways in short.items()},
            "by_charged": {why: _r(ways.charged) for why, ways in short.items()},
            "by_discharged": {why: _r(ways.discharged) for why, ways in short.items()},
        },
        "tracking_error_rms_pct": _r(100.0 * error_w / options.power_w),
        "reversals": world.ledger.reversals,
        "matings": world.ledger.matings,
        "contactor_operations": world.ledger.contactor_operations,
        "load_breaks": world.ledger.load_breaks,
        "temp_trip_c": world.setup.limits.temp_trip_c,
        "temp_pin_max_c": round(recorder.hottest_c, 3),
        "temp_pin_max_pin": recorder.hottest_pin,
        "derated_s": recorder.derated_s,
        "faults": faults(world.journal),
        "digest": result.digest,
    }  # fmt: skip


def faults(journal: Iterable[Event]) -> list[dict[str, Any]]:
    """Return every fault with the instants at which it was raised and cleared."""
    found: list[dict[str, Any]] = []
    for event in journal:
        t_s = round(event.t_ns / NS_PER_S, 3)
        if event.kind == "fault_raised":
            found.append({"code": event.fields["code"], "t_s": t_s, "cleared_t_s": None})
        elif event.kind == "fault_cleared":
            for fault in found:
                if fault["code"] == event.fields["code"] and fault["cleared_t_s"] is None:
                    fault["cleared_t_s"] = t_s
    return found


def event_rows(journal: Iterable[Event]) -> list[dict[str, Any]]:
    """Return the rows of `events.jsonl`."""
    return [
        {
            "schema": EVENT_SCHEMA,
            "t_s": round(event.t_ns / NS_PER_S, 3),
            "kind": event.kind,
            "text": event.sentence(),
            "fields": {name: _known(value) for name, value in event.fields.items()},
        }
        for event in journal
    ]


def event_lines(rows: Iterable[dict[str, Any]]) -> Iterable[str]:
    """Yield `events.jsonl`, one object a line."""
    for row in rows:
        yield json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n"


def _sum(ways: Iterable[Ways]) -> Ways:
    return sum(ways, Ways())


def _both(ways: Ways) -> float:
    return ways.charged + ways.discharged


def _r(value: float) -> float:
    return round(value, 6) + 0.0


def _known(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
