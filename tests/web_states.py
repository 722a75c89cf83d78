"""The scripted states of `web_fake`: complete `silverpin.status/1` objects but for their time."""

import copy
from typing import Any

from silverpin.domain.faults import FAULTS
from tests.web_trends import RISEN, RISEN_DUE, STEADY, UNTOLD

CHECKS = [
    {"name": name, "ok": True, "value": value, "limit": limit}
    for name, value, limit in (
        ("lock proof", "40 ms old", "200 ms"),
        ("mirror contact", "as commanded", None),
        ("pilot state", "C", "C or D"),
        ("pilot high level", "6.0 V", "5.5 to 6.5 V"),
        ("pilot low level", "−12.0 V", "−12.6 to −11.4 V"),
        ("pilot noise", "0.04 V", "0.5 V"),
        ("proximity", "1.5 kΩ, seated", None),
        ("earth", "4.2 Ω", "10 Ω"),
        ("insulation", "1.8 MΩ", "100 kΩ"),
        ("residual current", "quiet", None),
        ("emergency stop", "not pressed", None),
        ("DC+ temperature", "61.4 °C", "85 °C"),
        ("DC- temperature", "57.2 °C", "85 °C"),
        ("current", "50.1 A", "56.0 A"),
        ("grid", "50.021 Hz, 231 V", "eu-50hz"),
        ("inverter", "agrees", None),
    )
]


def read(value: float | None) -> dict[str, Any]:
    return {"value": value, "age_ms": 20}


def said(headline: str, detail: str, tone: str = "") -> dict[str, str]:
    return {"tone": tone, "headline": headline, "detail": detail}


def step(state: str, who: str, what: str, detail: str, progress: float | None = None) -> Any:
    return {"state": state, "who": who, "what": what, "detail": detail, "progress": progress}


def fault(code: str, since: str, who: str, chargex: str | None) -> dict[str, Any]:
    row = FAULTS[code]
    words = {"cause": row.cause, "verify": row.verify, "reset": row.reset.value}
    rest = {"chargex": chargex, "impact": row.impact}
    return {"code": code, "since": since, "who": who, **words, **rest}


DISCHARGE: dict[str, Any] = {
    "schema": "silverpin.status/1",
    "simulated": True,
    "charger_id": "demo-1",
    "connector_id": "SIM-0001",
    "name": "Charger 1",
    "site": "Simulated bay",
    "connector": {
        "set": "ccs2-200a", "kind": "ccs2", "rating_a": 200.0, "power_max_w": 22000.0,
        "matings_rated": 10000,
    },
    "plugged": True,
    "cp_state": "C",
    "lock": {"commanded": True, "confirmed": True, "age_ms": 40, "position": "in"},
    "contactor": {"commanded": True, "mirror": True},
    "permit": {"valid": True, "expires_ms": 480, "current_max_a": 56.0},
    "mode": "V2X",
    "state": "running",
    "power_w": -19600.0,
    "power_set_w": -19600.0,
    "direction": "discharge",
    "voltage_v": 391.2,
    "current_a": -50.1,
    "limits": [{"by": "charger rating", "power_w": 22000.0}],
    "temps_c": {"DC+": read(61.4), "DC-": read(57.2)},
    "peaks_c": {},
    "temp_trip_c": 85.0,
    "temp_reset_c": 60.0,
    "slope_c_per_min": 0.4,
    "headroom_k": 23.6,
    "cooling": {"primary": 0.4, "secondary": 0.0, "reason": "forecast 64 °C in 5 min"},
    "forecast": {
        "pin": "DC+", "temp_c": 64.2, "low_c": 63.1, "high_c": 65.3,
        "at": "2026-11-22T14:37:08.120Z", "in_s": 300.0,
    },
    "announced": None,
    "derate": {"factor": 1.0, "reason": None, "since": None},
    "faults": [],
    "counts": {
        "matings": 4812, "matings_to_cleaning": 188, "load_breaks": 0, "reversals": 1204,
        "contactor_operations": 5377, "lock_operations": 4900, "lock_retries": 2,
        "emergency_stops": 0, "thermal_events": 0,
    },
    "life_consumed": 0.4812,
    "wear": {
        "as_of": "2026-11-22T13:39:58Z", "reason": None,
        "dominant": "mating wear", "ended_by": "mating wear",
        "consumed": {"p05": 0.21, "p50": 0.44, "p95": 0.83},
        "cost_eur_per_kwh": {"p05": 0.0002, "p50": 0.0011, "p95": 0.0058},
        "remaining_years": {"p05": 1.2, "p50": 3.9, "p95": 8.8},
        "remaining_date": {
            "p05": "2028-02-02T00:00:00Z", "p50": "2030-10-17T00:00:00Z",
            "p95": "2035-09-08T00:00:00Z",
        },
    },
    "resistance": STEADY,
    "energy_kwh": {"charged": 19870.1, "discharged": 14206.0},
    "session": {
        "since": "2026-11-22T13:39:58.000Z", "charged_kwh": 4.8, "discharged_kwh": 9.1,
        "reversals": 1,
    },
    "mated_hours": 11480.2,
    "grid": {"hz": 50.021, "v": 231.0, "profile": "eu-50hz", "ok": True},
    "house_load_w": 640.0,
    "vehicle": {"soc": 0.68, "words": "ISO 15118-20 DC_BPT, in the charge loop"},
    "pilot": {"high_v": 6.0, "low_v": -12.0, "duty": 0.05},
    "proximity": {"ohm": 1500.0, "seated": True},
    "earth_ohm": 4.2,
    "checks": CHECKS,
    "touch": {"safe_to_unplug": False, "reason": "power flows"},
    "blocked_by": [],
    "due": [],
    "say": said(
        "Feeding the grid at 19.6 kW",
        "From the vehicle. Nothing needs you; end the session before you pull the plug.",
    ),
    "next": [],
    "speed": 1.0,
}  # fmt: skip


def changed(base: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {**copy.deepcopy(base), **changes}


CHARGE = changed(
    DISCHARGE,
    power_w=17200.0,
    power_set_w=17200.0,
    direction="charge",
    current_a=43.9,
    temps_c={"DC+": read(52.8), "DC-": read(50.1)},
    headroom_k=32.2,
    vehicle={"soc": 0.54},
    say=said(
        "Charging the vehicle at 17.2 kW",
        "From the grid. Nothing needs you; end the session before you pull the plug.",
    ),
)
LIMITED = changed(
    DISCHARGE,
    power_w=-17800.0,
    current_a=-45.5,
    temps_c={"DC+": read(72.6), "DC-": read(59.8)},
    slope_c_per_min=5.8,
    headroom_k=12.4,
    cooling={"primary": 1.0, "secondary": 0.6},
    limits=[{"by": "heat", "power_w": 17820.0}, {"by": "charger rating", "power_w": 22000.0}],
    derate={
        "factor": 0.81,
        "reason": "DC+ rises 5.8 °C/min, limit 5",
        "since": "2026-11-22T14:29:50.000Z",
    },
    checks=[*CHECKS[:11], {**CHECKS[11], "ok": False, "value": "rises 5.8 °C/min"}, *CHECKS[12:]],
    due=[
        {"what": "clean the pins", "reason": "500 matings since the last cleaning", "since": None}
    ],
    say=said(
        "Feeding the grid at 17.8 kW, held back by heat",
        "DC+ warms faster than its current explains. The charger can run on like this.",
        "warn",
    ),
    next=[
        step("now", "Charger", "Charger holds the current at 81 %", "Given back step by step."),
        step("then", "Technician", "Technician looks at DC+", "Clean it, then measure its drop."),
    ],
)
IDLE = changed(
    DISCHARGE,
    plugged=False,
    cp_state="A",
    lock={"commanded": False, "confirmed": False, "age_ms": 20, "position": "out"},
    contactor={"commanded": False, "mirror": False},
    permit={"valid": False, "expires_ms": 0, "current_max_a": 0.0},
    mode="idle",
    state="unplugged",
    power_w=0.0,
    power_set_w=0.0,
    direction="none",
    voltage_v=0.1,
    current_a=0.0,
    temps_c={"DC+": read(27.2), "DC-": read(27.1)},
    slope_c_per_min=0.0,
    headroom_k=57.8,
    cooling={"primary": 0.0, "secondary": 0.0},
    session=None,
    vehicle=None,
    pilot={"high_v": 12.0, "low_v": 12.0, "duty": 1.0},
    proximity={"ohm": None, "seated": False},
    checks=CHECKS[:14],
    touch={"safe_to_unplug": True, "reason": "nothing is plugged in"},
    blocked_by=["no vehicle plugged in: plug in to begin"],
    say=said("Ready. Plug in to begin", "The plug is free and the pins are dead."),
)
PLUGGED = changed(
    IDLE, plugged=True, cp_state="B", vehicle={"soc": 0.68}, proximity=DISCHARGE["proximity"]
)
FAULT = changed(
    PLUGGED,
    lock=DISCHARGE["lock"],
    state="faulted",
    voltage_v=0.4,
    temps_c={"DC+": read(78.4), "DC-": read(52.1)},
    peaks_c={"DC+": {"value": 85.3, "time": "2026-11-22T14:29:40.000Z"}},
    slope_c_per_min=-2.8,
    headroom_k=6.6,
    cooling={"primary": 1.0, "secondary": 1.0},
    session=DISCHARGE["session"],
    faults=[fault("ERR_THERM_OVERLOAD", "2026-11-22T14:29:40.000Z", "technician", "CX019")],
    touch={"safe_to_unplug": True, "reason": "no voltage on the pins"},
    blocked_by=["ERR_THERM_OVERLOAD is latched: let DC+ cool below 60 °C, then reset"],
    say=said(
        "Stopped: contact DC+ got too hot",
        "Reached 85.3 °C at 14:29:40; the limit is 85. Power is off and stays off. "
        "Driver: press Stop to unplug.",
        "fault",
    ),
    next=[
        step("done", "Charger", "Charger cut the power", "Current to zero first, so no arc."),
        step("now", "Charger", "Charger cools DC+, about 9 min", "78.4 °C now, 60 needed.", 0.27),
        step("then", "Operator", "Operator resets the latch", ""),
        step(
            "then",
            "Technician",
            "Technician measures DC+ at 32 A",
            "Pass: drop below 16 mV. A reset alone never restarts power.",
        ),
    ],
)
COOLED = changed(
    FAULT,
    temps_c={"DC+": read(51.0), "DC-": read(44.0)},
    headroom_k=34.0,
    next=[
        *FAULT["next"][:1],
        step("done", "Charger", "Charger cooled DC+", "51.0 °C now, 60 needed."),
        step("now", "Operator", "Operator resets the latch", ""),
        FAULT["next"][3],
    ],
)
LOCK = changed(
    PLUGGED,
    lock={"commanded": True, "confirmed": False, "age_ms": 30, "position": "half"},
    state="faulted",
    voltage_v=0.2,
    temps_c={"DC+": read(31.2), "DC-": read(31.0)},
    headroom_k=53.8,
    faults=[fault("ERR_LOCK_FAIL", "2026-11-22T14:31:28.000Z", "driver", "CX001")],
    say=said(
        "Not starting: the plug is not locked",
        "The bolt moves but does not seat. No power was applied. "
        "Driver: push the plug fully home and hold it for 5 s.",
        "fault",
    ),
    next=[
        step("now", "Driver", "You: push the plug fully home", "Try 2 of 3 in 8 s."),
        step(
            "then",
            "Technician",
            "Technician looks at the inlet",
            "In this order: debris in the bolt hole, misaligned inlet, deformed gasket.",
        ),
        step("then", "Operator", "Operator: start again", "Clears by itself once it seats."),
    ],
)
WELD = changed(
    FAULT,
    contactor={"commanded": False, "mirror": True},
    voltage_v=391.0,
    temps_c={"DC+": read(48.1), "DC-": read(46.0)},
    peaks_c={},
    slope_c_per_min=-0.6,
    headroom_k=36.9,
    faults=[fault("ERR_CONTACTOR_WELD", "2026-11-22T14:31:52.000Z", "operator", "CX017")],
    touch={"safe_to_unplug": False, "reason": "pins are live"},
    say=said(
        "Do not unplug: a contactor is stuck closed",
        "The command is open, the mirror contact says closed. The pins are live.",
        "fault",
    ),
    next=[
        step("done", "Charger", "Charger asked the vehicle to open its own", "Not answered yet."),
        step("now", "Operator", "Operator: switch off the feeder", "Then the lock releases."),
        step("then", "Technician", "Technician replaces the contactor", "5,377 operations."),
    ],
)
UNKNOWN = changed(
    FAULT,
    lock={"commanded": False, "confirmed": None, "age_ms": None, "position": None},
    contactor={"commanded": False, "mirror": None},
    voltage_v=None,
    current_a=None,
    power_w=None,
    temps_c={"DC+": read(None), "DC-": read(44.0)},
    peaks_c={},
    slope_c_per_min=None,
    headroom_k=None,
    session=None,
    vehicle=None,
    pilot=None,
    cp_state=None,
    proximity=None,
    earth_ohm=None,
    house_load_w=None,
    touch=None,
    limits=[],
    faults=[fault("ERR_INPUT_LOST", "2026-11-22T14:31:52.000Z", "technician", None)],
    say=said("Stopped: a safety input is silent", "Treat the pins as live.", "fault"),
    next=[],
)
TYPE2 = {
    "connector": {
        "set": "type2-32a",
        "kind": "type2",
        "rating_a": 32.0,
        "power_max_w": 22000.0,
        "matings_rated": 10000,
    },
    "temps_c": {"L1": read(43.4), "L2": read(41.1), "L3": read(42.0), "N": read(36.2)},
}
STATES = {
    "discharge": DISCHARGE,
    "charge": CHARGE,
    "limited": LIMITED,
    "idle": IDLE,
    "plugged": PLUGGED,
    "risen": changed(DISCHARGE, resistance=RISEN, due=[RISEN_DUE]),
    "untold": changed(DISCHARGE, resistance=UNTOLD),
    "fault": FAULT,
    "cooled": COOLED,
    "lock": LOCK,
    "weld": WELD,
    "unknown": UNKNOWN,
    "type2": changed(CHARGE, **TYPE2, voltage_v=231.0, current_a=24.8, headroom_k=41.6),
    "type2-fault": changed(
        FAULT,
        connector=TYPE2["connector"],
        temps_c={"L1": read(78.4), "L2": read(52.1), "L3": read(51.0), "N": read(50.2)},
        peaks_c={"L1": {"value": 85.3, "time": "2026-11-22T14:29:40.000Z"}},
    ),
}
