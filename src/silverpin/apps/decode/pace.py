"""How fast the charge loop turns: the vehicle's period, and how long each side takes."""

from typing import Any

from silverpin.apps.decode.spread import Spread
from silverpin.protocols.capture.conversation import V2gMessage

_LOOPS = {"CurrentDemand", "ChargingStatus", "DC_ChargeLoop", "AC_ChargeLoop", "WPT_ChargeLoop"}


class Pace:
    """Times the requests and responses of the charge loop."""

    def __init__(self) -> None:
        self._name: str | None = None
        self._asked_ns: int | None = None
        self._answered_ns: int | None = None
        self._period = Spread()
        self._vehicle = Spread()
        self._charger = Spread()

    def take(self, message: V2gMessage) -> None:
        """Take one message; any outside the loop ends a stretch of it."""
        name, t_ns = message.name or "", message.t_ns
        if name[:-3] not in _LOOPS or t_ns is None:
            self._asked_ns = self._answered_ns = None
        elif name.endswith("Req"):
            self._name = name[:-3]
            if self._asked_ns is not None:
                self._period.add(t_ns - self._asked_ns)
            if self._answered_ns is not None:
                self._vehicle.add(t_ns - self._answered_ns)
            self._asked_ns, self._answered_ns = t_ns, None
        elif self._asked_ns is not None and self._answered_ns is None:
            self._charger.add(t_ns - self._asked_ns)
            self._answered_ns = t_ns

    def told(self) -> dict[str, Any] | None:
        """Return the loop's figures in milliseconds; None without a loop."""
        if self._name is None:
            return None
        return {
            "name": self._name,
            "period_ms": self._period.told(),
            "ev_turnaround_ms": self._vehicle.told(),
            "evse_turnaround_ms": self._charger.told(),
        }
