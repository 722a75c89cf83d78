"""What charger and vehicle tell each other, in SI units, whatever protocol carries it.

The charger's side is made new for every turn from envelope, derating and grid, so that a limit
reaches the vehicle with the next answer. The vehicle's side is what its messages said last, made
plausible: magnitudes of limits are unsigned here, signed values charge the vehicle when positive.
"""

from dataclasses import dataclass
from enum import Enum


class Service(Enum):
    """The energy service that was agreed on."""

    AC = "AC"
    DC = "DC"
    AC_BPT = "AC_BPT"
    DC_BPT = "DC_BPT"

    @property
    def direct_current(self) -> bool:
        """Whether the charger converts, and the vehicle's battery is on the pins."""
        return self in (Service.DC, Service.DC_BPT)

    @property
    def bidirectional(self) -> bool:
        """Whether energy may come back."""
        return self in (Service.AC_BPT, Service.DC_BPT)


class ControlMode(Enum):
    """Who decides about power from moment to moment."""

    SCHEDULED = "scheduled"
    """The vehicle, within limits and schedule."""
    DYNAMIC = "dynamic"
    """The charger, within the vehicle's limits."""


class Stage(Enum):
    """How far a conversation has come; the protocols share these and differ in their messages."""

    OPENING = "opening"
    """Protocol and session."""
    AUTHORIZING = "authorizing"
    AGREEING = "agreeing"
    """Services, parameters, schedule."""
    CABLE_CHECK = "cable_check"
    PRE_CHARGE = "pre_charge"
    STARTING = "starting"
    """The vehicle has asked for power, and power does not flow yet."""
    POWER = "power"
    """The charge loop."""
    STOPPING = "stopping"
    """The vehicle has ended power; welding detection belongs here."""
    PAUSED = "paused"
    ENDED = "ended"
    FAILED = "failed"


class Consent(Enum):
    """Whether the driver may have energy."""

    PENDING = "pending"
    GRANTED = "granted"
    REFUSED = "refused"


class Insulation(Enum):
    """Result of the insulation test that a cable check asks for."""

    UNTESTED = "untested"
    TESTING = "testing"
    SAFE = "safe"
    WARNING = "warning"
    FAULT = "fault"


class Wanted(Enum):
    """What the charger wants of a running conversation."""

    GO_ON = "go_on"
    STOP = "stop"
    PAUSE = "pause"
    RENEGOTIATE = "renegotiate"
    RESCHEDULE = "reschedule"
    """A new schedule while power goes on; ISO 15118-20."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargerSide:
    """The charger as it is at this turn. Limits are unsigned, the tightest in force."""

    evse_id: str = "ZZ00000"
    unix_s: float = 0.0
    """Wall clock, for the time stamps of ISO 15118-20."""
    services: tuple[Service, ...] = (Service.DC_BPT, Service.DC)
    """What it offers, the best first."""
    controls: tuple[ControlMode, ...] = (ControlMode.SCHEDULED, ControlMode.DYNAMIC)
    """Control modes that it offers with each service, the best first."""
    consent: Consent = Consent.GRANTED
    voltage_v: float = 0.0
    current_a: float = 0.0
    """Signed, positive into the vehicle."""
    power_w: float = 0.0
    """Signed, as measured at the connector."""
    voltage_min_v: float = 150.0
    voltage_max_v: float = 500.0
    charge_max_a: float = 0.0
    discharge_max_a: float = 0.0
    charge_max_w: float = 0.0
    """AC: of all its phases, loaded alike; who uses fewer has the part of those."""
    discharge_max_w: float = 0.0
    set_w: float = 0.0
    """The standing set-point, signed; dynamic control passes it on."""
    nominal_v: float = 230.0
    """AC: phase voltage."""
    nominal_hz: float = 50.0
    phases: int = 3
    insulation: Insulation = Insulation.UNTESTED
    voltage_on: bool = False
    """DC: the pins carry the voltage that pre-charge asked for."""
    power_on: bool = False
    """The contactor is closed and power may flow."""
    contactor_open: bool = True
    """The contactor has been seen open."""
    wanted: Wanted = Wanted.GO_ON
    notice_max_s: float = 0.0
    """How soon the vehicle has to follow `wanted`."""
    fault: str | None = None
    """A latched fault that forbids power; the vehicle is told that the charger has failed."""
    emergency: bool = False
    """The fault is one that opens at once."""
    grid_out: bool = False
    """The grid, and not the charger, is why power has to end."""
    energy_wh: float | None = None
    """Reading of the meter, energy into the vehicle."""
    energy_out_wh: float | None = None
    """The same for energy out of the vehicle."""
    departure_s: float | None = None
    """Where the charger knows the driver's needs: when the vehicle leaves, from now."""
    target_state_of_charge: float | None = None
    """0..1, likewise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What either side's messages tell of a conversation and of its limits; None is untold."""

    protocol: str | None = None
    """din, iso2 or iso20, once agreed."""
    resumed: bool = False
    """Whether it goes on where a pause has left it."""
    service: Service | None = None
    control: ControlMode | None = None
    stage: Stage = Stage.OPENING
    charge_max_a: float | None = None
    discharge_max_a: float | None = None
    charge_max_w: float | None = None
    discharge_max_w: float | None = None
    voltage_min_v: float | None = None
    voltage_max_v: float | None = None
    target_w: float | None = None
    """AC: the power that the vehicle says it takes, or that the charger asks for; signed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleSide(Told):
    """The vehicle as its messages have told of it."""

    evcc_id: str | None = None
    contract: str | None = None
    """Name in the certificate of a contract that is good; the consent says if it may charge."""
    session_id: str | None = None
    """Sixteen hexadecimal digits."""
    phases: int | None = None
    """AC: how many of the charger's the vehicle uses."""
    state_of_charge: float | None = None
    """0..1."""
    target_v: float | None = None
    target_a: float | None = None
    """DC: the current that the vehicle asks for, signed."""
    present_v: float | None = None
    """The vehicle's own reading at its inlet."""
    energy_min_wh: float | None = None
    energy_target_wh: float | None = None
    energy_max_wh: float | None = None
    departure_s: float | None = None
    trouble: str | None = None
    """What the vehicle says is wrong with it, in the word of its protocol."""
    doubts: tuple[str, ...] = ()
    """Values that no vehicle has, each in one sentence; they were clamped, never passed on."""
