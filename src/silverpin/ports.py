"""Every touch with the outside world, one Protocol each.

`drivers.sim` backs them with simulated nature; drivers for Linux will back them with kernels and
pass the same contract suite. Nothing above the drivers knows which. A driver translates and decides
nothing: what a reading means is for `safety` and `control` to say.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from silverpin.domain.asks import Asks
from silverpin.domain.observation import Reading, Supplies
from silverpin.safety.lease import Permit


class Clock(Protocol):
    """Monotonic time. Only `apps` read it; everything inside is told."""

    def monotonic_ns(self) -> int:
        """Return nanoseconds that never go back."""


class PowerSwitch(Protocol):
    """Contactor and module inhibit behind one lease; the second key is the permit."""

    def hold(self, permit: Permit) -> None:
        """Close, or stay closed, until *permit* lapses. Idempotent."""

    def release(self, *, emergency: bool) -> None:
        """Let go: current to zero first, or at once in an emergency. Never raises."""

    def poll(self, now_ns: int) -> float | None:
        """Drive the outputs for this instant; return a current that this step interrupted. [A]"""

    def commanded(self) -> bool:
        """Return whether the contactor is commanded closed."""

    def mirror(self) -> Reading[bool] | None:
        """Return the mirror contact: a welded contactor reads True whatever was commanded."""

    def across_v(self) -> Reading[tuple[float, ...]] | None:
        """Return the voltage across each pole, where that is sensed; None where it is not.

        One mirror contact says that some pole is closed, and never which one.
        """


class Stroke(NamedTuple):
    """What a lock's drive told of one stroke: its current, sampled over the whole pulse.

    `rest_mm` is where the bolt came to rest. Few actuators measure that: what is concluded from a
    stroke must not need it.
    """

    supply_v: float
    period_ns: int
    amps: tuple[float, ...]
    rest_mm: float | None


class Lock(Protocol):
    """The bolt that holds the plug."""

    def engage(self) -> None:
        """Drive the bolt home. Idempotent."""

    def release(self) -> None:
        """Pull the bolt back; callers ask `safety.interlock` first. Idempotent."""

    def status(self) -> Reading[bool] | None:
        """Return LOCK_STATUS: what the bolt's own switch says, not what was commanded."""

    def position_mm(self) -> float | None:
        """Return how far the bolt is out, where that is measured."""

    def stroke(self) -> Stroke | None:
        """Return the latest stroke home, once its pulse is over; None where none is measured."""


class PilotPeaks(NamedTuple):
    """Both half-waves as the front end reads them, uncorrected: peaks and their scatter. [V]"""

    high_v: float
    low_v: float
    noise_v: float
    hz: float | None = None
    """None without modulation, and from a front end that cannot tell."""


class Waveform(NamedTuple):
    """A stretch of the pilot, sampled evenly. [V]"""

    volts: Sequence[float]
    rate_hz: float


class Pilot(Protocol):
    """Control pilot and proximity."""

    def peaks(self) -> Reading[PilotPeaks] | None:
        """Return the pilot's peaks."""

    def waveform(self) -> Waveform | None:
        """Return some cycles of the pilot, from a front end that can sample them. May take long."""

    def proximity_ohm(self) -> Reading[float] | None:
        """Return the resistance between PP and PE, infinite for an open line."""

    def set_duty(self, duty: float) -> None:
        """Set the 1 kHz duty cycle, 0..1; 1.0 is steady +12 V."""


class Thermometer(Protocol):
    """One sensor a power pin, in the order of the connector set. [°C]"""

    def read(self) -> tuple[Reading[float] | None, ...]:
        """Return the latest reading of each pin with the instant it was sampled."""


class Meter(Protocol):
    """The charger's own meter at the connector, positive into the vehicle."""

    def current_a(self) -> Reading[float] | None:
        """Return the current."""

    def voltage_v(self) -> Reading[float] | None:
        """Return the voltage on the pins."""

    def energy_ws(self) -> tuple[float, float]:
        """Return energy charged and discharged since power-up, both unsigned. [W s]"""


class ProtectiveInputs(Protocol):
    """Inputs that forbid power by themselves."""

    def supplies(self) -> Reading[Supplies] | None:
        """Return the logic supplies."""

    def estop_clear(self) -> Reading[bool] | None:
        """Return whether the emergency-stop loop is whole."""

    def earth_ohm(self) -> Reading[float] | None:
        """Return the protective-earth resistance."""

    def residual_clear(self) -> Reading[bool] | None:
        """Return whether the residual-current device is not tripped."""

    def insulation_ohm(self) -> Reading[float] | None:
        """Return the insulation resistance of the worse pole."""


class InverterReport(NamedTuple):
    """What the inverter says of itself, through its register map."""

    hz: float
    grid_v: float
    dc_v: float
    dc_a: float
    reactive_var: float


class Converter(Protocol):
    """The power electronics, as a current source at the connector."""

    def set_current(self, permit: Permit, current_a: float) -> float:
        """Ask for a signed current, clamped to *permit*; return what was asked."""

    def hold_voltage(self, permit: Permit, voltage_v: float) -> None:
        """Ask for a voltage on the pins, with no more current than *permit* allows."""

    def report(self) -> Reading[InverterReport] | None:
        """Return the inverter's own figures."""


class Cooling(Protocol):
    """Two cooling loops, each 0..1."""

    def set_levels(self, primary: float, secondary: float) -> None:
        """Set both loops."""


class GridReading(NamedTuple):
    """Frequency and voltage at the charger's own grid meter, and the load of the house."""

    hz: float
    volts: float
    house_w: float


class GridMeter(Protocol):
    """The charger's own look at the grid, independent of the inverter."""

    def read(self) -> Reading[GridReading] | None:
        """Return the latest reading."""


class Ambient(Protocol):
    """The air around the charger. [°C]"""

    def read_c(self) -> float | None:
        """Return the ambient temperature, where there is a sensor."""


class PinVoltmeter(Protocol):
    """An instrument with a probe on each side of every power pin's contact, where it can be read.

    A technician holds it; on hardware its figures are typed.
    """

    @property
    def name(self) -> str:
        """What it is called on a record."""

    def drops_v(self) -> dict[str, float]:
        """Return the drop across each pin's contact now. [V]"""


class VehicleLink(Protocol):
    """What the vehicle tells of itself, where anything does.

    `limits_a` is in force while power flows; `asks` is None where no conversation can be, and the
    pilot alone says what the vehicle wants.
    """

    def state_of_charge(self) -> float | None:
        """Return the battery's state of charge, 0..1."""

    def limits_a(self) -> tuple[float, float] | None:
        """Return the most it will take and the most it will give, both unsigned."""

    def asks(self) -> Asks | None:
        """Return what it asks for, `Ask.NOTHING` before it has begun to talk."""


class Ports(NamedTuple):
    """All ports of one charger, for the composition root."""

    switch: PowerSwitch
    lock: Lock
    pilot: Pilot
    thermometer: Thermometer
    meter: Meter
    inputs: ProtectiveInputs
    converter: Converter
    cooling: Cooling
    grid: GridMeter
    ambient: Ambient
    vehicle: VehicleLink
