"""Acts that change one thing of nature and can be taken back: faults by name, with their words.

A switch is on or off. A figure is a number within bounds, with one that it takes when none is told.
"""

from collections.abc import Callable
from math import inf
from types import MappingProxyType
from typing import NamedTuple

from silverpin.apps.world_bolt import BOLT_ACTS
from silverpin.apps.world_contactor import CONTACTOR_ACTS, slow
from silverpin.domain.quantities import Unit
from silverpin.plant.bay import Bay
from silverpin.plant.ntc import Ntc

_LEAK_OHM = 5_670.0


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


def _lose_pilot(bay: Bay, on: bool) -> None:
    bay.pilot.broken = on


def _weaken_pilot(bay: Bay, on: bool) -> None:
    bay.pilot.leak_ohm = _LEAK_OHM if on else inf


def _short_pilot(bay: Bay, on: bool) -> None:
    bay.pilot.shorted = on


def _take_diode(bay: Bay, on: bool) -> None:
    bay.pilot.diode_missing = on


def _short_diode(bay: Bay, on: bool) -> None:
    bay.pilot.diode_shorted = on


def _open_proximity(bay: Bay, on: bool) -> None:
    bay.proximity_broken = on


def _press(bay: Bay, on: bool) -> None:
    bay.estop_pressed = on


def _lose_earth(bay: Bay, on: bool) -> None:
    bay.earth_ohm = 1e6 if on else 4.2


def _trip_residual(bay: Bay, on: bool) -> None:
    bay.residual_tripped = on


def _shift_map(bay: Bay, on: bool) -> None:
    bay.converter.map_shifted = on


def _silence(bay: Bay, on: bool) -> None:
    bay.vehicle.silent = on


SWITCHES = MappingProxyType(
    {
        **{act: Switch(*row) for act, row in BOLT_ACTS.items()},
        "pilot-loss": Switch(_lose_pilot, "The pilot line is broken.", "The pilot line is whole."),
        "pilot-weak": Switch(
            _weaken_pilot,
            "The pilot leaks to earth and reaches 85 % of its level.",
            "The pilot has its full level.",
        ),
        "pilot-short": Switch(
            _short_pilot, "The pilot line is shorted to earth.", "The pilot line is free of earth."
        ),
        "pilot-diode-missing": Switch(
            _take_diode, "The vehicle's pilot diode is missing.", "The vehicle has its pilot diode."
        ),
        "pilot-diode-short": Switch(
            _short_diode, "The vehicle's pilot diode is shorted.", "The vehicle's diode blocks."
        ),
        "proximity-open": Switch(
            _open_proximity, "The proximity line is broken.", "The proximity line is whole."
        ),
        **{act: Switch(*row) for act, row in CONTACTOR_ACTS.items()},
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
        "vehicle-silent": Switch(
            _silence,
            "The vehicle's controller says nothing any more.",
            "The vehicle's controller talks again.",
        ),
        "shift-modbus": Switch(
            _shift_map,
            "The inverter's register map is shifted by one.",
            "The inverter's register map is right.",
        ),
    }
)


def _noise(bay: Bay, volts: float | None) -> None:
    bay.pilot.noise_v = 0.02 if volts is None else volts


def _pilot_frequency(bay: Bay, hz: float | None) -> None:
    bay.pilot.hz = 1_000.0 if hz is None else hz


def _pilot_amplitude(bay: Bay, volts: float | None) -> None:
    bay.pilot.rail_v = 12.0 if volts is None else volts


def _resistor(bay: Bay, ohm: float | None) -> None:
    bay.pilot.box_ohm = ohm


def _supply_12(bay: Bay, volts: float | None) -> None:
    bay.supply_v[0] = 12.0 if volts is None else volts


def _supply_24(bay: Bay, volts: float | None) -> None:
    bay.supply_v[1] = 24.0 if volts is None else volts


def _insulation(bay: Bay, ohm: float | None) -> None:
    bay.insulation_ohm = 2e6 if ohm is None else ohm


def _ignore_limit(bay: Bay, amps: float | None) -> None:
    bay.converter.runaway_a = amps


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
        "pilot-frequency": Figure(
            Unit.FREQUENCY, lambda bay: 1_100.0, 100.0, 10_000.0, _pilot_frequency,
            "The pilot swings at {:g} Hz.", "The pilot swings at 1000 Hz.",
        ),
        "pilot-amplitude": Figure(
            Unit.VOLTAGE, lambda bay: 10.5, 1.0, 20.0, _pilot_amplitude,
            "The pilot's generator swings to {:g} V.", "The pilot's generator swings to 12 V.",
        ),
        "pilot-resistor": Figure(
            Unit.RESISTANCE, lambda bay: 2_740.0, 1.0, 1e6, _resistor,
            "A resistor of {:g} Ω stands for the vehicle's.", "The vehicle's resistor is back.",
        ),
        "supply-12v": Figure(
            Unit.VOLTAGE, lambda bay: 10.0, 0.0, 30.0, _supply_12,
            "The 12 V supply is at {:g} V.", "The 12 V supply is whole.",
        ),
        "supply-24v": Figure(
            Unit.VOLTAGE, lambda bay: 18.0, 0.0, 50.0, _supply_24,
            "The 24 V supply is at {:g} V.", "The 24 V supply is whole.",
        ),
        "insulation": Figure(
            Unit.RESISTANCE, lambda bay: 20e3, 0.0, 1e9, _insulation,
            "Insulation is {:g} Ω.", "Insulation is whole.",
        ),
        "ignore-limit": Figure(
            Unit.CURRENT, lambda bay: bay.converter.most_a, 0.0, 400.0, _ignore_limit,
            "The converter drives {:g} A, whatever it is asked for.",
            "The converter drives what it is asked for.",
        ),
        "grid-push": Figure(
            Unit.FREQUENCY, lambda bay: bay.grid.nominal_hz + 2.0, 40.0, 70.0, _frequency,
            "The grid is at {:.2f} Hz.", "The grid wanders by itself again.",
        ),
        "grid-volts": Figure(
            Unit.VOLTAGE, lambda bay: bay.grid.nominal_v * 0.7, 0.0, 400.0, _grid_voltage,
            "The grid is at {:.1f} V.", "The grid's voltage wanders by itself again.",
        ),
        "slow-contactor": Figure(
            Unit.DURATION, lambda bay: 0.4, 0.0, 2.0, slow,
            "The contactor takes {:g} s either way.", "The contactor is quick again.",
        ),
        "ambient": Figure(
            Unit.TEMPERATURE, lambda bay: 40.0, -50.0, 85.0, _ambient,
            "The air is at {:.1f} °C.", "The air is as it was.",
        ),
    }
)  # fmt: skip


class SensorAct(NamedTuple):
    """A fault of a temperature sensor; one that takes a figure says its unit and bounds."""

    kind: Ntc
    words: str
    unit: Unit | None = None
    usual: float = 0.0
    low: float = 0.0
    high: float = 0.0


SENSOR_FAULTS = MappingProxyType(
    {
        "bypass-ntc": SensorAct(Ntc.BYPASSED, "bypassed with 10 kΩ"),
        "ntc-open": SensorAct(Ntc.OPEN, "open"),
        "ntc-short": SensorAct(Ntc.SHORT, "shorted"),
        "ntc-frozen": SensorAct(Ntc.FROZEN, "frozen"),
        "ntc-lost": SensorAct(Ntc.LOST, "no longer read"),
        "ntc-drift": SensorAct(Ntc.DRIFTING, "drifting by {:+g} K/h", Unit.DRIFT, 4.0, -60.0, 60.0),
        "ntc-scaled": SensorAct(
            Ntc.SCALED, "off by a factor of {:g} from 25 °C", Unit.SHARE, 0.2, 0.0, 10.0
        ),
    }
)
"""What happens to a temperature sensor."""
