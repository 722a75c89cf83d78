"""Acts that change one thing of nature and can be taken back: faults by name, with their words.

A switch is on or off. A figure is a number within bounds, with one that it takes when none is told.
"""

from collections.abc import Callable
from types import MappingProxyType
from typing import NamedTuple

from silverpin.domain.quantities import Unit
from silverpin.plant.bay import Bay


class Switch(NamedTuple):
    """A fault that is there or not."""

    turn: Callable[[Bay, bool], None]
    on: str
    off: str


class Figure(NamedTuple):
    """A quantity of nature that somebody changes."""

    unit: Unit
    usual: Callable[[Bay], float]
    """Taken when no value is told."""
    low: float
    high: float
    put: Callable[[Bay, float | None], None]
    """Set the figure; None gives it back to nature."""
    on: str
    off: str


def _jam(bay: Bay, on: bool) -> None:
    bay.lock.jam_mm = 6.0 if on else None


def _break_switch(bay: Bay, on: bool) -> None:
    bay.lock.switch_broken = on


def _lose_pilot(bay: Bay, on: bool) -> None:
    bay.pilot_lost = on


def _weaken_pilot(bay: Bay, on: bool) -> None:
    bay.pilot_gain = 0.85 if on else 1.0


def _weld(bay: Bay, on: bool) -> None:
    bay.contactor.welded = on


def _stick_open(bay: Bay, on: bool) -> None:
    bay.contactor.stuck_open = on


def _press(bay: Bay, on: bool) -> None:
    bay.estop_pressed = on


def _lose_earth(bay: Bay, on: bool) -> None:
    bay.earth_ohm = 1e6 if on else 4.2


def _trip_residual(bay: Bay, on: bool) -> None:
    bay.residual_tripped = on


def _shift_map(bay: Bay, on: bool) -> None:
    bay.converter.map_shifted = on


SWITCHES = MappingProxyType(
    {
        "jam-lock": Switch(
            _jam, "Something is in the bolt's way at 6 mm.", "The bolt is free again."
        ),
        "break-lock-switch": Switch(
            _break_switch, "The bolt's switch is broken.", "The bolt's switch works."
        ),
        "pilot-loss": Switch(_lose_pilot, "The pilot line is broken.", "The pilot line is whole."),
        "pilot-weak": Switch(
            _weaken_pilot, "The pilot reaches 85 % of its level.", "The pilot has its full level."
        ),
        "weld": Switch(_weld, "The contactor is welded closed.", "The contactor is free."),
        "stuck-open": Switch(
            _stick_open, "The contactor does not close any more.", "The contactor closes again."
        ),
        "estop": Switch(
            _press, "The emergency stop is pressed.", "The emergency stop is released."
        ),
        "earth-loss": Switch(
            _lose_earth, "The protective earth is broken.", "The protective earth is whole."
        ),
        "residual-current": Switch(
            _trip_residual,
            "The residual-current device is tripped.",
            "The residual-current device is set.",
        ),
        "shift-modbus": Switch(
            _shift_map,
            "The inverter's register map is shifted by one.",
            "The inverter's register map is right.",
        ),
    }
)


def _noise(bay: Bay, volts: float | None) -> None:
    bay.pilot_noise_v = 0.02 if volts is None else volts


def _insulation(bay: Bay, ohm: float | None) -> None:
    bay.insulation_ohm = 2e6 if ohm is None else ohm


def _frequency(bay: Bay, hz: float | None) -> None:
    bay.grid.pushed_hz = hz


def _grid_voltage(bay: Bay, volts: float | None) -> None:
    bay.grid.pushed_v = volts


def _ambient(bay: Bay, temp_c: float | None) -> None:
    bay.connector.ambient_c = bay.ambient_usual_c if temp_c is None else temp_c


FIGURES = MappingProxyType(
    {
        "pilot-noise": Figure(
            Unit.VOLTAGE, lambda bay: 1.5, 0.0, 12.0, _noise,
            "The pilot carries {:g} V of noise.", "The pilot is quiet.",
        ),
        "insulation": Figure(
            Unit.RESISTANCE, lambda bay: 20e3, 0.0, 1e9, _insulation,
            "Insulation is {:g} Ω.", "Insulation is whole.",
        ),
        "grid-push": Figure(
            Unit.FREQUENCY, lambda bay: bay.grid.nominal_hz + 2.0, 40.0, 70.0, _frequency,
            "The grid is at {:.2f} Hz.", "The grid wanders by itself again.",
        ),
        "grid-volts": Figure(
            Unit.VOLTAGE, lambda bay: bay.grid.nominal_v * 0.7, 0.0, 400.0, _grid_voltage,
            "The grid is at {:.1f} V.", "The grid's voltage wanders by itself again.",
        ),
        "ambient": Figure(
            Unit.TEMPERATURE, lambda bay: 40.0, -50.0, 85.0, _ambient,
            "The air is at {:.1f} °C.", "The air is as it was.",
        ),
    }
)  # fmt: skip

SENSOR_FAULTS = MappingProxyType(
    {
        "bypass-ntc": ("bypassed", "bypassed with 10 kΩ"),
        "ntc-open": ("open", "open"),
        "ntc-short": ("short", "shorted"),
        "ntc-frozen": ("frozen", "frozen"),
        "ntc-lost": ("lost", "no longer read"),
    }
)
"""What happens to a temperature sensor: the fault in the plant and its words."""
