"""The seam between a vehicle's end of a connection and the machine of one protocol.

`vehicle_endpoint` frames, negotiates and keeps the message timers. A machine is asked for the next
request when it is due, with the vehicle as it is then, and is told every answer.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from silverpin.protocols.iso15118.car import Car, ChargerTold, Hands, Plan
from silverpin.protocols.iso15118.machine import Ending
from silverpin.protocols.iso15118.sap import Flavour


class Ask(NamedTuple):
    """One request to the charger."""

    schema: str
    message: Any
    timeout_ns: int
    """How long the answer may take."""
    name: str | None = None
    """Root element, where the type of `message` serves several."""


class Heard(NamedTuple):
    """What an answer leads to."""

    pause_ns: int = 0
    """The next request is due after this."""
    ending: Ending | None = None
    why: str | None = None


class VehicleMachine(Protocol):
    """One protocol's session, vehicle's role."""

    @property
    def told(self) -> ChargerTold:
        """The charger as told so far."""

    @property
    def hands(self) -> Hands:
        """What is wanted of the vehicle's hardware now."""

    def ask(self, car: Car, now_ns: int) -> Ask | None:
        """Return the next request; None while the vehicle itself is not so far yet."""

    def heard(self, answer: Any, car: Car, now_ns: int, name: str = "") -> Heard:
        """Take the answer to the last request. Never raises for what a charger can send."""


def _iso20(flavour: Flavour, plan: Plan) -> VehicleMachine:
    from silverpin.protocols.iso15118.vehicle20 import Vehicle20

    return Vehicle20(flavour, plan)


def _older(flavour: Flavour, plan: Plan) -> VehicleMachine:
    from silverpin.protocols.iso15118.vehicle2 import Vehicle2

    return Vehicle2(flavour.schema, plan)


VEHICLE_MACHINES: dict[Flavour, Callable[[Flavour, Plan], VehicleMachine]] = {
    Flavour.ISO20_DC: _iso20,
    Flavour.ISO20_AC: _iso20,
    Flavour.ISO2: _older,
    Flavour.DIN: _older,
}
"""How a session of each protocol begins; what is not here is not offered."""
