"""The `VehicleLink` of a charger that talks: what the vehicle has told, as a port.

Nothing is kept of a conversation that is over. A DC vehicle that has not begun to talk asks for
nothing; an AC vehicle may never talk, and its pilot speaks for it until it does.
"""

from math import inf

from silverpin.control.vehicle_asks import asks_of
from silverpin.domain.asks import Asks
from silverpin.protocols.iso15118.sides import VehicleSide

AC_PHASES, AC_PHASE_V = 3, 230.0
"""What an AC vehicle's power is divided by: it tells no current. It may use fewer phases."""
_SILENT = Asks()


class TalkLink:
    """The vehicle's side of the conversation that is going on."""

    def __init__(self, direct_current: bool) -> None:
        self._direct_current = direct_current
        self._told: VehicleSide | None = None
        self._asks: Asks | None = None
        self.hear(None)

    @property
    def told(self) -> VehicleSide | None:
        """What the vehicle has told; None while there is no conversation."""
        return self._told

    def hear(self, told: VehicleSide | None) -> None:
        """Take what the vehicle has told so far; None ends the conversation."""
        self._told = told
        if told is not None:
            self._asks = asks_of(told)
        else:
            self._asks = _SILENT if self._direct_current else None

    def asks(self) -> Asks | None:
        """Return what the vehicle asks for."""
        return self._asks

    def state_of_charge(self) -> float | None:
        """Return the battery's state of charge, 0..1."""
        return self._told.state_of_charge if self._told else None

    def limits_a(self) -> tuple[float, float] | None:
        """Return the most it takes and gives; it gives nothing that it has not allowed."""
        told = self._told
        if told is None:
            return None
        both = told.service is not None and told.service.bidirectional
        if self._direct_current:
            volts = told.present_v or told.target_v or told.voltage_max_v
        else:
            volts = (told.phases or AC_PHASES) * AC_PHASE_V
        charge_a = _least_a(told.charge_max_a, told.charge_max_w, volts, inf)
        discharge_a = _least_a(told.discharge_max_a, told.discharge_max_w, volts, 0.0)
        return charge_a, discharge_a if both else 0.0


def _least_a(
    amps: float | None, watts: float | None, volts: float | None, untold_a: float
) -> float:
    """Return the smaller of a current and of what a power comes to; *untold_a* for neither."""
    by_power_a = watts / volts if watts is not None and volts else None
    return min((row for row in (amps, by_power_a) if row is not None), default=untold_a)
