"""`silverpin.status/1` as types: every key that the outside may rely on, unknown as None.

Read strictly: a missing key, a wrong type or a text where a number belongs is an error. Keys that
are not listed may be there.
"""

from typing import Any, Literal

import msgspec

Time = str  # checked by `read_status`
Direction = Literal["charge", "discharge", "none"]
State = Literal["unplugged", "plugged", "locking", "ready", "closing",
                "insulation_test", "precharging", "low_power", "running",
                "reversing", "stopping", "faulted"]  # fmt: skip


class Connector(msgspec.Struct):
    set: str
    kind: str
    rating_a: float
    power_max_w: float
    matings_rated: int


class Lock(msgspec.Struct):
    commanded: bool
    confirmed: bool | None
    age_ms: int | None
    position: Literal["in", "half", "out"] | None


class Contactor(msgspec.Struct):
    commanded: bool
    mirror: bool | None


class Permit(msgspec.Struct):
    valid: bool
    expires_ms: int | None
    current_max_a: float | None


class Bound(msgspec.Struct):
    by: str
    power_w: float


class Temperature(msgspec.Struct):
    value: float | None
    age_ms: int | None
    raw: float | None


class Peak(msgspec.Struct):
    value: float
    time: Time


class Cooling(msgspec.Struct):
    primary: float
    secondary: float
    reason: str | None


class Forecast(msgspec.Struct):
    pin: str
    temp_c: float
    low_c: float
    high_c: float
    at: Time
    in_s: float


class Announced(msgspec.Struct):
    power_w: float
    at: Time
    in_s: float


class Derate(msgspec.Struct):
    factor: float
    reason: str | None
    since: Time | None


class Fault(msgspec.Struct):
    code: str
    since: Time
    cause: str
    verify: str
    reset: str
    who: Literal["charger", "driver", "operator", "technician"]
    impact: int
    chargex: str | None


class Counts(msgspec.Struct):
    matings: int
    matings_to_cleaning: int
    load_breaks: int
    reversals: int
    contactor_operations: int
    lock_operations: int
    lock_retries: int
    emergency_stops: int
    thermal_events: int


class Energy(msgspec.Struct):
    charged: float
    discharged: float


class Session(msgspec.Struct):
    since: Time
    charged_kwh: float
    discharged_kwh: float
    reversals: int


class Grid(msgspec.Struct):
    hz: float | None
    v: float | None
    profile: str
    ok: bool | None


class Vehicle(msgspec.Struct):
    soc: float | None
    protocol: Literal["din", "iso2", "iso20"] | None
    service: Literal["AC", "DC", "AC_BPT", "DC_BPT"] | None
    control: Literal["scheduled", "dynamic"] | None
    stage: str | None
    transport: str | None
    certificate: str | None
    evcc_id: str | None
    session_id: str | None
    refused: str | None
    words: str | None


class Pilot(msgspec.Struct):
    high_v: float | None
    low_v: float | None
    noise_v: float | None
    hz: float | None
    duty: float | None


class Proximity(msgspec.Struct):
    ohm: float | None
    seated: bool | None
    cable_a: float | None


class Supplies(msgspec.Struct):
    rail_12_v: float | None
    rail_24_v: float | None


class Check(msgspec.Struct):
    name: str
    ok: bool
    value: str
    limit: str | None


class Touch(msgspec.Struct):
    safe_to_unplug: bool | None
    reason: str


class Due(msgspec.Struct):
    what: str
    reason: str
    since: Time | None
    why: str
    by: Time | None
    who: Literal["operator", "technician"]
    command: str | None
    soon: bool


class Seal(msgspec.Struct):
    moist: bool | None
    deformed: bool | None
    time: Time | None


class Storage(msgspec.Struct):
    ok: bool
    trouble: str | None
    since: Time | None
    waiting: int
    lost: int
    unlogged: int


class Say(msgspec.Struct):
    tone: Literal["", "warn", "fault"]
    headline: str
    detail: str


class Step(msgspec.Struct):
    state: Literal["done", "now", "then"]
    who: str
    what: str
    detail: str
    progress: float | None


class Share(msgspec.Struct):
    p05: float | None
    p50: float | None
    p95: float | None


class Dates(msgspec.Struct):
    p05: str | None
    p50: str | None
    p95: str | None


class Wear(msgspec.Struct):
    as_of: str | None
    reason: str | None
    dominant: str | None
    ended_by: str | None
    consumed: Share
    cost_eur_per_kwh: Share
    remaining_years: Share
    remaining_date: Dates


class TrendRow(msgspec.Struct):
    start: Time
    p05: float
    p50: float
    p95: float
    channel: Literal["temperature", "voltage", "both"]
    reason: str | None


class RiseAlarm(msgspec.Struct):
    since: Time
    told: Time
    rise: float


class Advice(msgspec.Struct):
    text: str
    current_max_a: float


class MeasuredPins(msgspec.Struct):
    time: Time
    mohm: float
    rise: Share | None


class Resistance(msgspec.Struct):
    as_of: Time | None
    reason: str | None
    now_mohm: Share
    rise: Share | None
    limit_mohm: float
    over_limit: Literal["surely", "likely"] | None
    measured: MeasuredPins | None
    channel: Literal["temperature", "voltage", "both"] | None
    rests_on: str | None
    sessions: list[TrendRow]
    alarms: list[RiseAlarm]
    advice: Advice | None


class Quality(msgspec.Struct):
    grade: Literal["unknown", "good", "fair", "poor"]
    sentence: str
    advice: list[str]
    measures: dict[str, float]


class Plc(msgspec.Struct):
    modem: Literal["none", "slac"]
    why: str | None
    quality: Quality


class Status(msgspec.Struct):
    schema: Literal["silverpin.status/1"]
    time: Time
    simulated: bool
    on_bench: bool
    charger_id: str
    connector_id: str
    name: str
    site: str
    connector: Connector
    plugged: bool | None
    cp_state: Literal["A", "B", "C", "D", "E", "F"] | None
    lock: Lock
    contactor: Contactor
    permit: Permit
    mode: Literal["idle", "charge", "V2G", "V2H", "V2X"]
    state: State
    power_w: float | None
    power_set_w: float
    direction: Direction
    voltage_v: float | None
    current_a: float | None
    limits: list[Bound]
    temps_c: dict[str, Temperature]
    peaks_c: dict[str, Peak]
    slope_c_per_min: float | None
    slope_pin: str | None
    utc_offset_s: int
    temp_trip_c: float
    temp_reset_c: float
    voltage_touch_max_v: float
    cleaning_matings: int
    headroom_k: float | None
    cooling: Cooling
    forecast: Forecast | None
    announced: Announced | None
    derate: Derate
    faults: list[Fault]
    counts: Counts
    life_consumed: float
    wear: Wear
    resistance: Resistance
    energy_kwh: Energy
    session: Session | None
    mated_hours: float
    grid: Grid
    house_load_w: float | None
    vehicle: Vehicle
    pilot: Pilot
    proximity: Proximity
    supplies: Supplies
    earth_ohm: float | None
    checks: list[Check]
    touch: Touch
    blocked_by: list[str]
    due: list[Due]
    seal: Seal
    storage: Storage
    say: Say
    next: list[Step]
    plc: Plc
    speed: float
    slips: int


def read_status(text: str | bytes) -> Status:
    """Return the status in *text*, or raise for whatever is not as promised."""
    status = msgspec.json.decode(text, type=Status, strict=True)
    for name, value in times(msgspec.to_builtins(status)):
        assert value.endswith("Z"), f"{name} is no UTC: {value}"
        assert value[10] == "T", name
    assert "NaN" not in str(text)
    return status


def times(value: Any, name: str = "status") -> list[tuple[str, str]]:
    """Return every instant in a status with the path to it."""
    if isinstance(value, list):
        return [found for row in value for found in times(row, name)]
    if not isinstance(value, dict):
        return []
    named = ("time", "since", "at", "as_of", "start", "told")
    told = [(f"{name}.{key}", row) for key, row in value.items() if key in named and row]
    return told + [found for key, row in value.items() for found in times(row, f"{name}.{key}")]
