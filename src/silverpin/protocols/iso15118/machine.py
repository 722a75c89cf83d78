"""The seam between one connection and the machine of one protocol, charger's role.

`endpoint` frames, negotiates and keeps the timers; behind it stands one machine a protocol. A
machine takes a decoded request and the charger's side, and gives one reply, or none yet: then it is
asked again with a fresh side until it has one. It reads no clock: what waits does so because the
charger's side says that it is not so far yet.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Any, NamedTuple, Protocol

from silverpin.protocols.iso15118.sides import ChargerSide, ControlMode, Service, VehicleSide


class Ending(Enum):
    """How a conversation ended."""

    BY_VEHICLE = "the vehicle stopped"
    BY_CHARGER = "the charger stopped"
    PAUSED = "paused, to be resumed"
    REFUSED = "refused"
    """The reply carries a response code that ends the session."""
    TIMED_OUT = "the other side fell silent"
    VANISHED = "the connection broke"
    HOSTILE = "what came is no message"


class Reply(NamedTuple):
    """One message to the vehicle."""

    schema: str
    """Of `protocols.exi`: din, iso2, iso20-common, iso20-ac or iso20-dc."""
    message: Any
    """A dataclass of `exi.messages(schema)`."""
    sequence_timeout_ns: int
    """How long the next request may take."""
    ending: Ending | None = None
    """The connection is closed after this reply."""
    why: str | None = None
    """For an ending or a failed response code: one sentence for log and page."""
    name: str | None = None
    """Root element, where the type of `message` serves several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PausedSession:
    """What a pause leaves, to be taken up when the same vehicle returns."""

    session_id: bytes
    evcc_id: str
    protocol: str
    service: Service
    control: ControlMode
    paused_ns: int
    phases: int | None = None
    """AC: how many the vehicle uses."""
    identity: bytes | None = None
    """What the vehicle proved that it is, in TLS; None where it proved nothing."""


class Machine(Protocol):
    """One protocol's session, charger's role."""

    @property
    def told(self) -> VehicleSide:
        """The vehicle as told so far."""

    def answer(self, request: Any, side: ChargerSide, now_ns: int, name: str = "") -> Reply | None:
        """Answer a decoded request (the whole message as its schema's dataclass, and its name).

        None holds the answer back, while a contactor moves say: the same request is asked again at
        the next tick. The machine bounds this by the time that the standard gives the answer.
        Never raises for what a vehicle can send: a wrong sequence, an unknown session and a value
        that cannot be are answered with the response code that the standard has for them.
        """

    def paused(self) -> PausedSession | None:
        """Return what is to be kept, once the conversation was paused."""
