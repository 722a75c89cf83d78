"""A vehicle's own side of a conversation: what it is, what it plans, what it wants, what it heard.

The counterpart of `sides`: `Plan` holds for a conversation, `Car` is made new for every turn,
`Hands` is what the conversation wants of the vehicle's hardware, and `ChargerTold` is what the
charger's messages said last. Positive charges the vehicle.
"""

from dataclasses import dataclass, replace
from enum import Enum

from silverpin.domain.quantities import NS_PER_MS
from silverpin.protocols.iso15118.contract20 import Holder
from silverpin.protocols.iso15118.sides import ControlMode, Service, Told, Wanted


class CarWish(Enum):
    """What the driver, or the vehicle, wants of a conversation."""

    GO_ON = "go_on"
    STOP = "stop"
    PAUSE = "pause"
    RENEGOTIATE = "renegotiate"
    """Stop power and choose a service again."""
    RESCHEDULE = "reschedule"
    """Ask for a new schedule while power goes on."""
    STANDBY = "standby"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a vehicle sets out with."""

    evcc_id: str = "SILVERPINEV000000001"
    protocols: tuple[str, ...] = ("iso20",)
    """iso20, iso2, din: the best first."""
    services: tuple[Service, ...] = (Service.DC_BPT, Service.DC)
    """Services that it uses, the best first."""
    controls: tuple[ControlMode, ...] = (ControlMode.SCHEDULED, ControlMode.DYNAMIC)
    charge_max_a: float = 125.0
    discharge_max_a: float = 125.0
    charge_max_w: float = 50_000.0
    discharge_max_w: float = 50_000.0
    voltage_min_v: float = 200.0
    voltage_max_v: float = 450.0
    phases: int = 3
    """AC: of its own charger."""
    energy_min_wh: float = 0.0
    energy_target_wh: float = 30_000.0
    energy_max_wh: float = 60_000.0
    departure_s: float = 36_000.0
    loop_period_ns: int = 100 * NS_PER_MS
    """From an answer of the charge loop to the next request."""
    poll_period_ns: int = 100 * NS_PER_MS
    """The same while the charger says that something is under way."""
    welding_checks: int = 3
    """Requests of welding detection after power; none leaves it out."""
    negative_discharge_limits: bool = False
    """Send the limits of discharge below zero, as some vehicles do."""
    contract: Holder | None = None
    """Plug and charge, where the charger takes it (ISO 15118-20)."""
    resume: bytes | None = None
    """Session ID of a paused session that it wants to take up."""
    resumed: tuple[Service, ControlMode] | None = None
    """What that session had agreed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Car:
    """The vehicle as it is at this turn."""

    unix_s: float = 0.0
    inlet_v: float = 0.0
    """At its inlet, before its own contactor."""
    battery_v: float = 400.0
    state_of_charge: float = 0.5
    current_a: float = 0.0
    """Into the battery."""
    power_w: float = 0.0
    """AC: what its own charger takes, signed."""
    wanted_a: float = 0.0
    """DC in scheduled control: the current it asks for, signed."""
    charge_max_a: float | None = None
    """What the battery takes now, where that is less than planned; unsigned."""
    discharge_max_a: float | None = None
    """The same for what it gives."""
    contactor_closed: bool = False
    wish: CarWish = CarWish.GO_ON


def plan_now(plan: Plan, car: Car) -> Plan:
    """Return *plan* with the limits of the moment, current and power brought down alike."""
    takes, gives = (
        _share(car.charge_max_a, plan.charge_max_a),
        _share(car.discharge_max_a, plan.discharge_max_a),
    )
    if takes == gives == 1.0:
        return plan
    return replace(
        plan, charge_max_a=takes * plan.charge_max_a, charge_max_w=takes * plan.charge_max_w,
        discharge_max_a=gives * plan.discharge_max_a, discharge_max_w=gives * plan.discharge_max_w,
    )  # fmt: skip


def _share(now_a: float | None, planned_a: float) -> float:
    return 1.0 if now_a is None or now_a >= planned_a else max(0.0, now_a / planned_a)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hands:
    """What the conversation wants of the vehicle's hardware."""

    pilot_c: bool = False
    """Pilot state C: ready for energy."""
    contactor: bool = False
    """Its own contactor closed (DC), its own charger on (AC)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargerTold(Told):
    """The charger as its messages have told of it."""

    evse_id: str | None = None
    session_id: bytes | None = None
    voltage_v: float | None = None
    current_a: float | None = None
    wanted: Wanted = Wanted.GO_ON
    notice_max_s: float = 0.0
