"""A charger's power side as far as a conversation can see it: it does what the vehicle asks, soon.

It has no envelope and no physics, only the order in which things become true: insulation is tested
when a cable check begins, the pins follow the voltage that pre-charge asks for, power flows once
it is asked for and ends when the vehicle ends it.
"""

from dataclasses import replace
from typing import Any

from silverpin.protocols.iso15118.sides import (
    ChargerSide,
    Insulation,
    Service,
    Stage,
    VehicleSide,
)

ALL_SERVICES = (Service.DC_BPT, Service.DC, Service.AC_BPT, Service.AC)
_CHECKED = (Stage.PRE_CHARGE, Stage.STARTING, Stage.POWER, Stage.STOPPING)


class BenchCharger:
    """Gives the charger's side for each turn; `overrides` stand over all that it would say."""

    def __init__(
        self,
        services: tuple[Service, ...] = ALL_SERVICES,
        *,
        insulation_turns: int = 2,
        **overrides: Any,
    ) -> None:
        self._turns_left = insulation_turns
        self.overrides = overrides
        self._base = ChargerSide(
            services=services,
            voltage_min_v=150.0,
            voltage_max_v=500.0,
            charge_max_a=50.0,
            discharge_max_a=50.0,
            charge_max_w=22_000.0,
            discharge_max_w=22_000.0,
        )

    def side(self, told: VehicleSide) -> ChargerSide:
        """Return the charger as it is after what the vehicle has told so far."""
        on = told.stage in (Stage.STARTING, Stage.POWER)
        dc = told.service is not None and told.service.direct_current
        voltage_v = self._pins_v(told) if dc and (on or told.stage is Stage.PRE_CHARGE) else 0.0
        current_a = self._current_a(told) if told.stage is Stage.POWER else 0.0
        found = replace(
            self._base,
            insulation=self._insulation(told.stage),
            voltage_v=voltage_v,
            voltage_on=voltage_v > 0.0,
            current_a=current_a,
            power_w=current_a * voltage_v,
            power_on=on,
            contactor_open=not on,
        )
        return replace(found, **self.overrides)

    def _insulation(self, stage: Stage) -> Insulation:
        if stage in _CHECKED:
            return Insulation.SAFE
        if stage is not Stage.CABLE_CHECK:
            return Insulation.UNTESTED
        self._turns_left -= 1
        return Insulation.TESTING if self._turns_left > 0 else Insulation.SAFE

    def _pins_v(self, told: VehicleSide) -> float:
        wanted_v = told.present_v if told.stage is Stage.POWER else told.target_v
        return min(wanted_v or 0.0, self._base.voltage_max_v)

    def _current_a(self, told: VehicleSide) -> float:
        wanted_a = told.target_a or 0.0
        return max(-self._base.discharge_max_a, min(wanted_a, self._base.charge_max_a))
