"""What is known at one instant, and what is wanted.

One sign everywhere inside: positive current and power charge the vehicle, negative discharge it.
Each input is a `Reading` with the instant it was taken; `None` is an input that was never read.
"""

from enum import Enum
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")


class CpState(Enum):
    """IEC 61851-1 control pilot states, as the vehicle's resistor sets them.

    A no vehicle, B vehicle but not ready, C ready, D ready and wants ventilation, E pilot lost or
    shorted, F charger not available.
    """

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"
    F = "F"


class Reading(NamedTuple, Generic[T]):
    """A value and the monotonic instant at which it was true."""

    value: T
    taken_ns: int


class PilotLevels(NamedTuple):
    """The control pilot as measured: peaks of both half-waves and their scatter. [V]"""

    state: CpState
    high_v: float
    low_v: float
    noise_v: float
    hz: float | None = None
    """None where nothing is modulated, or where the front end cannot tell."""


class Supplies(NamedTuple):
    """The logic supplies, as measured. [V]"""

    rail_12_v: float
    """The one of 12 V: relays, bolt and the pilot's generator."""
    rail_24_v: float
    """The one of 24 V: contactor coils and protective devices."""

    def __str__(self) -> str:
        return f"{self.rail_12_v:.4g} V and {self.rail_24_v:.4g} V"


class Observation(NamedTuple):
    """One consistent snapshot of every input the envelope judges."""

    now_ns: int
    pilot: Reading[PilotLevels] | None = None
    seated: Reading[bool | None] | None = None
    """Proximity says that the plug is fully in; None within a reading is a line that was read and
    proves neither."""
    lock: Reading[bool] | None = None
    """LOCK_STATUS: the bolt is home, as its own switch says, not as it was commanded."""
    mirror: Reading[bool] | None = None
    """The contactor's mirror contact: True reads closed."""
    current_a: Reading[float] | None = None
    voltage_v: Reading[float] | None = None
    """Voltage on the pins, vehicle side of the contactor."""
    pin_temps_c: tuple[Reading[float] | None, ...] = ()
    """One a sensed pin, in the order of `ConnectorSet.power_pins`."""
    estop_clear: Reading[bool] | None = None
    earth_ohm: Reading[float] | None = None
    residual_clear: Reading[bool] | None = None
    """Residual-current device not tripped."""
    insulation_ohm: Reading[float] | None = None
    supplies: Reading[Supplies] | None = None
    grid_ok: Reading[bool] | None = None
    """Frequency and voltage inside the profile, and its reconnect delay over."""
    inverter_ok: Reading[bool] | None = None
    """What the inverter reports agrees with our own meters."""
    contactor_commanded: bool = False
    proximity_ohm: Reading[float] | None = None
    """What `seated` was judged from; it stands here to be told."""
    ambient_c: Reading[float] | None = None
    """The air beside the charger. It bars nothing and proves nothing by itself."""


class Request(NamedTuple):
    """What control would like. Only the envelope turns a wish into a permit."""

    power_on: bool = False
    reverse: bool = False
    """Discharge is wanted now or may follow within this permit."""
    voltage_alone: bool = False
    """Pins are to be tested or brought to a voltage; no current to speak of is wanted."""


IDLE_REQUEST = Request()
