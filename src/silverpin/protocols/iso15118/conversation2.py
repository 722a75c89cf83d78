"""What the handlers of a DIN 70121 or ISO 15118-2 session share, charger's role.

The two protocols are dialects of each other: one order of messages with other names, one meaning
with other fields. What differs stands in a `Dialect`; everything else is written once.
"""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any, NamedTuple

from silverpin.protocols.iso15118.contract2 import Details
from silverpin.protocols.iso15118.contract20 import Contracts
from silverpin.protocols.iso15118.machine import Ending, PausedSession
from silverpin.protocols.iso15118.plausible import Doubts
from silverpin.protocols.iso15118.session2_order import Order, Wait
from silverpin.protocols.iso15118.sides import ChargerSide, Service, Stage, VehicleSide


class Refused(Exception):
    """A request that is answered with a FAILED code; ends the session."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(code, why)
        self.code = code
        self.why = why


class Said(NamedTuple):
    """What an answer says beside what the charger's side tells by itself."""

    to: Wait
    """What the charger waits for next."""
    code: str = "OK"
    processing: str = "Finished"
    ending: Ending | None = None


Writer = Callable[[Any, Said, "Conversation2", ChargerSide], Any]
"""Makes the content of one answer: schema, what is said, conversation, charger."""


class Dialect(NamedTuple):
    """What tells one of the two protocols from the other."""

    schema: str
    """Of `protocols.exi`, and the protocol's name in `VehicleSide`."""
    order: Order
    writers: Mapping[str, Writer]
    """By the name of the request."""
    awaiting_driver: str
    """The processing word while nobody has said yet whether the driver may."""
    wrong_mode: str
    """Code for an energy transfer that is not offered."""
    no_charge_service: str
    """Code for a choice without the charging service."""
    voltage_low: str
    """Code for power asked for before the pins carry the voltage."""
    contactor_fails: str
    """Code for a contactor that did not do in time what it should."""


class Conversation2:
    """One session: where it stands, what was agreed and what the vehicle said."""

    def __init__(
        self,
        dialect: Dialect,
        chance: Random,
        resume: PausedSession | None = None,
        contracts: Contracts | None = None,
    ) -> None:
        self.dialect = dialect
        self.chance = chance
        self.resume = resume
        self.contracts = contracts if dialect.schema == "iso2" else None
        """Judges contracts; without it none is offered."""
        self.contract: Details | None = None
        """The contract that the vehicle shows."""
        self.wait = Wait.SESSION_SETUP
        self.stage = Stage.OPENING
        self.session_id = bytes(8)
        self.asked: Any = None
        """The whole request at hand."""
        self.asked_id = b""
        """The session ID in the header of the request at hand."""
        self.schedule_max_w = 0.0
        """The power that the schedule told, which a charging profile has to keep."""
        self.asked_to_stop = False
        """Whether the vehicle has been told to end power."""
        self.keeps_power = False
        """AC: limits are agreed on again while power goes on."""
        self.proves_again = False
        """DC: the insulation that is known is of before, and a new test has not begun yet."""
        self.phases = 3
        """AC: phases of the mode that was agreed on."""
        self.doubts = Doubts()
        self.paused: PausedSession | None = None
        self._since_ns: dict[str, int] = {}
        self._said: dict[str, Any] = {"protocol": dialect.schema}
        self._told: VehicleSide | None = None

    @property
    def told(self) -> VehicleSide:
        """The vehicle as told so far."""
        told = self._told
        if told is None or told.stage is not self.stage:
            doubts = self.doubts.sentences
            told = self._told = VehicleSide(stage=self.stage, doubts=doubts, **self._said)
        return told

    def says(self, **told: Any) -> None:
        """Keep what the vehicle said; what a message left out (None) changes nothing."""
        self._said.update((name, value) for name, value in told.items() if value is not None)
        self._told = None

    def trouble(self, word: str | None) -> None:
        """Keep what the vehicle says is wrong with it; None when nothing is any more."""
        if self._said.get("trouble") != word:
            self._said["trouble"] = word
            self._told = None

    def heard(self, name: str) -> Any:
        """Return a field of what the vehicle said, None if it has not."""
        return self._said.get(name)

    def direct_current(self, side: ChargerSide) -> bool:
        """Whether this is about DC; until that is agreed, whether the charger has DC at all."""
        if self.dialect.schema == "din":
            return True
        service: Service | None = self._said.get("service")
        if service:
            return service.direct_current
        return any(offered.direct_current for offered in side.services)

    def lasts_ns(self, what: str, now_ns: int) -> int:
        """Return how long *what* has been under way in this wait; begins with the first call."""
        return now_ns - self._since_ns.setdefault(what, now_ns)

    def move(self, to: Wait) -> None:
        """Wait for *to* from now on."""
        if to is not self.wait:
            self._since_ns.clear()
        self.wait = to
