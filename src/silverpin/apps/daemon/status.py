"""`silverpin.status/1`: everything known of a charger now, as one object.

Unknown is null, never zero, and what was read too long ago is unknown. Counts are those that the
disk has; a count that a power cut could still take back is not shown. Positive power charges the
vehicle.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

from silverpin.apps.charger import Charger
from silverpin.apps.daemon.checks import blocked_by, checks
from silverpin.apps.daemon.due import due_rows, seal_of
from silverpin.apps.daemon.heat_desk import announced_of, forecast_of
from silverpin.apps.daemon.readings import figure, pin_temps_c, power_w, raws_c, seen
from silverpin.apps.daemon.records import Storage
from silverpin.apps.daemon.vehicle_frame import vehicle_frame
from silverpin.apps.daemon.wall import Wall, iso
from silverpin.apps.daemon.words import say, steps
from silverpin.apps.ev_link.plc_line import PlcLine
from silverpin.apps.ev_link.talk import Talk
from silverpin.domain.causes import Suspect
from silverpin.domain.faults import FAULTS
from silverpin.domain.ledger import Ledger
from silverpin.domain.observation import Reading
from silverpin.domain.proximity import coding_of
from silverpin.domain.session import Direction, SessionState
from silverpin.domain.upkeep import Facts

SCHEMA = "silverpin.status/1"
_HOME_MM, _OUT_MM = 10.0, 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who this charger is; the same in every status."""

    charger_id: str
    name: str
    site: str
    simulated: bool
    on_bench: bool = False
    """Run by `evse-bench`."""
    speed: float = 1.0


Status = dict[str, Any]


def status_of(
    charger: Charger, who: Identity, wall: Wall, ledger: Ledger, session: Status | None,
    storage: Storage, slips: int, facts: Facts, wear: Status, contact: Status,
    talk: Talk | None = None, line: PlcLine | None = None,
) -> Status:  # fmt: skip
    """Return the status of *charger* at its last tick, with the committed *ledger*.

    *slips* is how often the program came so late that it could not make up for it; *facts* are
    what its upkeep is judged by, *wear* what use has taken, *contact* how the contacts are;
    *talk* is the conversation, *line* the power line that it goes over.
    """
    flowing_w = power_w(charger)
    blocked = blocked_by(charger)
    now_ns = charger.obs.now_ns
    return (
        {"schema": SCHEMA, "time": wall.iso(now_ns), "utc_offset_s": wall.offset_s(now_ns)}
        | {"simulated": who.simulated, "on_bench": who.on_bench}
        | {"charger_id": who.charger_id, "connector_id": ledger.serial}
        | {"name": who.name, "site": who.site, "speed": who.speed, "slips": slips}
        | _connector(charger)
        | _plug(charger)
        | _power(charger, flowing_w)
        | _heat(charger, wall)
        | _limits(charger)
        | {"faults": [_fault(charger, code, wall) for code in charger.envelope.latched]}
        | counts_of(charger, ledger)
        | {"wear": wear}
        | {"resistance": contact}
        | {"session": session}
        | _surroundings(charger)
        | {"vehicle": vehicle_frame(charger.ports.vehicle.state_of_charge(), talk)}
        | {"checks": checks(charger), "touch": _touch(charger), "blocked_by": blocked}
        | {"due": due_rows(facts, charger.limits, storage), "seal": seal_of(facts)}
        | {"storage": _storage(storage), "plc": (line or PlcLine()).frame()}
        | {"say": say(charger, flowing_w, wall, blocked)._asdict()}
        | {"next": steps(charger, storage)}
    )


def _connector(charger: Charger) -> Status:
    kind = charger.connector
    return {
        "connector": {
            "set": kind.name,
            "kind": kind.kind,
            "rating_a": kind.rating_a,
            "power_max_w": charger.power_max_w,
            "matings_rated": kind.matings_rated,
            "power_pins": list(kind.power_pins),
        }
    }


def _plug(charger: Charger) -> Status:
    obs, session = charger.obs, charger.supervisor.session
    pilot, mirror = seen(charger, obs.pilot), seen(charger, obs.mirror)
    seated, supplies = seen(charger, obs.seated), seen(charger, obs.supplies)
    return {
        "plugged": seated,
        "state": _state(charger),
        "cp_state": pilot.state.value if pilot else None,
        "lock": {
            "commanded": session.bolt,
            "confirmed": seen(charger, obs.lock),
            "age_ms": _age_ms(obs.now_ns, obs.lock),
            "position": _position(charger.ports.lock.position_mm()),
        },
        "contactor": {
            "commanded": charger.ports.switch.commanded(),
            "mirror": mirror,
            "close_ms": charger.contactor.timing.close_ms,
            "open_ms": charger.contactor.timing.open_ms,
        },
        "pilot": {
            "high_v": round(pilot.high_v, 2) if pilot else None,
            "low_v": round(pilot.low_v, 2) if pilot else None,
            "noise_v": pilot.noise_v if pilot else None,
            "hz": pilot.hz if pilot else None,
            "duty": charger.duty,
        },
        "proximity": _proximity(charger, seated),
        "supplies": {
            "rail_12_v": round(supplies.rail_12_v, 2) if supplies else None,
            "rail_24_v": round(supplies.rail_24_v, 2) if supplies else None,
        },
        "earth_ohm": figure(charger, obs.earth_ohm),
    }


def _proximity(charger: Charger, seated: bool | None) -> Status:
    ohm = figure(charger, charger.obs.proximity_ohm)
    coding = coding_of(charger.connector.kind, ohm) if ohm is not None else None
    return {"ohm": ohm, "seated": seated, "cable_a": coding.cable_a if coding else None}


def _position(out_mm: float | None) -> str | None:
    if out_mm is None:
        return None
    return "in" if out_mm >= _HOME_MM else "out" if out_mm <= _OUT_MM else "half"


def _state(charger: Charger) -> str:
    state = charger.supervisor.session.state
    if charger.envelope.latched:
        return SessionState.FAULTED.value
    if state is SessionState.RUNNING and charger.supervisor.reversal.under_way:
        return SessionState.REVERSING.value
    return state.value


def _power(charger: Charger, flowing_w: float | None) -> Status:
    obs, supervisor, verdict = charger.obs, charger.supervisor, charger.verdict
    permit = verdict.permit if verdict else None
    direction = Direction.of(flowing_w or 0.0, charger.limits.power_min_w)
    gives = supervisor.wish.power_w < 0.0 or direction is Direction.DISCHARGE
    current_max_a = None
    if permit is not None:
        current_max_a = permit.discharge_max_a if gives else permit.charge_max_a
    bounds = sorted(
        (row.discharge_w if gives else row.charge_w, row.by) for row in supervisor.bounds
    )
    return {
        "permit": {
            "valid": permit is not None and permit.valid(obs.now_ns),
            "expires_ms": (permit.expires_ns - obs.now_ns) // 1_000_000 if permit else None,
            "current_max_a": current_max_a,
        },
        "mode": charger.mode.value,
        "power_w": flowing_w,
        "power_set_w": round(supervisor.wish.power_w, 1),
        "voltage_v": _rounded(figure(charger, obs.voltage_v), 2),
        "current_a": _rounded(figure(charger, obs.current_a), 2),
        "direction": direction.value,
        "limits": [
            {"by": by, "power_w": round(most_w, 1)} for most_w, by in bounds if isfinite(most_w)
        ],
    }


def _heat(charger: Charger, wall: Wall) -> Status:
    obs, supervisor = charger.obs, charger.supervisor
    pins, temps_c = charger.connector.power_pins, pin_temps_c(charger)
    ages = [_age_ms(obs.now_ns, row) for row in obs.pin_temps_c] or [None] * len(pins)
    known = [value for value in temps_c if value is not None]
    fastest = supervisor.slope.fastest()
    derating = supervisor.derating
    return {
        "temps_c": {
            pin: {"value": value, "age_ms": age_ms, "raw": raw}
            for pin, value, age_ms, raw in zip(pins, temps_c, ages, raws_c(charger), strict=True)
        },
        "peaks_c": {
            pin: {"value": peak_c, "time": wall.iso(t_ns)}
            for pin, (peak_c, t_ns) in charger.peaks_c.items()
        },
        "slope_c_per_min": round(fastest[1], 2) if fastest else None,
        "slope_pin": pins[fastest[0]] if fastest else None,
        "headroom_k": (
            round(charger.limits.temp_trip_c - max(known), 2)
            if len(known) == len(pins) and not charger.envelope.doubted
            else None
        ),
        "cooling": {
            "primary": supervisor.cooling.primary,
            "secondary": supervisor.cooling.secondary,
            "reason": supervisor.cooling.reason if supervisor.cooling.both else None,
        },
        "forecast": forecast_of(charger, wall),
        "announced": announced_of(charger, wall),
        "derate": {
            "factor": round(derating.factor, 4),
            "reason": derating.reason,
            "since": wall.iso(derating.since_ns) if derating.since_ns is not None else None,
        },
    }


def _limits(charger: Charger) -> Status:
    """Return what the page draws lines at; configuration and calibration may be stricter."""
    limits = charger.limits
    return {
        "temp_trip_c": limits.temp_trip_c,
        "temp_reset_c": limits.temp_reset_c,
        "voltage_touch_max_v": limits.voltage_touch_max_v,
        "cleaning_matings": limits.cleaning_matings,
    }


def _fault(charger: Charger, code: str, wall: Wall) -> Status:
    latch, row = charger.envelope.latched[code], FAULTS[code]
    return {
        "code": code,
        "title": row.title,
        "since": wall.iso(latch.since_ns),
        "detail": latch.detail,
        "cause": row.cause,
        "causes": [_cause(suspect) for suspect in charger.suspects(code)],
        "verify": row.verify,
        "reset": row.reset.value,
        "who": row.who.value,
        "next_step": row.next_step,
        "impact": row.impact,
        "chargex": row.chargex,
    }


def _cause(suspect: Suspect) -> Status:
    what, shows, advice = suspect.row
    weight = round(suspect.weight, 3)
    return {"cause": what, "weight": weight, "shows": shows, "advice": advice}


def counts_of(charger: Charger, ledger: Ledger) -> Status:
    """Return what *ledger* counted, and the share of its rated life."""
    cleaning = charger.limits.cleaning_matings
    return {
        "counts": {
            "matings": ledger.matings,
            "matings_to_cleaning": max(0, cleaning - ledger.matings_since_cleaning),
            "load_breaks": ledger.load_breaks,
            "reversals": ledger.reversals,
            "contactor_operations": ledger.contactor_operations,
            "lock_operations": ledger.lock_operations,
            "lock_retries": ledger.lock_retries,
            "emergency_stops": ledger.emergency_stops,
            "thermal_events": ledger.thermal_events,
        },
        "life_consumed": round(ledger.matings / charger.connector.matings_rated, 6),
        "energy_kwh": {
            "charged": round(ledger.charged_kwh, 4),
            "discharged": round(ledger.discharged_kwh, 4),
        },
        "mated_hours": round(ledger.mated_s / 3600.0, 3),
    }


def _surroundings(charger: Charger) -> Status:
    grid = charger.grid
    return {
        "grid": {
            "hz": round(grid.hz, 3) if grid else None,
            "v": round(grid.volts, 1) if grid else None,
            "profile": charger.profile.name,
            "ok": seen(charger, charger.obs.grid_ok),
        },
        "house_load_w": round(grid.house_w, 0) if grid else None,
        "ambient_c": charger.ports.ambient.read_c(),
    }


def _touch(charger: Charger) -> Mapping[str, Any]:
    """Answer whether a person may touch and unplug this, from evidence alone."""
    refusals = charger.unlock_refusals()
    if not refusals:
        return {"safe_to_unplug": True, "reason": "no voltage, no current"}
    unread = any("unread" in row for row in refusals)
    if not unread and charger.verdict is not None and charger.verdict.permit is not None:
        return {"safe_to_unplug": False, "reason": "power is on"}
    return {"safe_to_unplug": None if unread else False, "reason": refusals[0].partition(":")[0]}


def _storage(storage: Storage) -> Status:
    first = storage.troubles[0] if storage.troubles else None
    return {
        "ok": first is None,
        "trouble": None if first is None else first.text,
        "since": None if first is None else iso(first.since_utc_ns),
        "waiting": storage.waiting,
        "lost": storage.lost,
        "unlogged": storage.unlogged,
    }


def _age_ms(now_ns: int, reading: Reading[Any] | None) -> int | None:
    return None if reading is None else (now_ns - reading.taken_ns) // 1_000_000


def _rounded(value: float | None, digits: int) -> float | None:
    # Adding zero keeps nothing from being written as -0.
    return None if value is None else round(value, digits) + 0.0
