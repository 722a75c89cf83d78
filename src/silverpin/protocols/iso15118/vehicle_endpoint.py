"""A vehicle's end of one connection: the counterpart of `endpoint`, in the same turns.

It speaks first. `start` gives the negotiation; then every answer leads to the next request, at once
or when it is due, for which `tick` is called no later than `deadline_ns`.
"""

from dataclasses import replace
from typing import Any

from silverpin.domain.quantities import NS_PER_MS
from silverpin.domain.v2g_timers import V2G_TIMERS
from silverpin.protocols import v2gtp
from silverpin.protocols.exi import ExiError, messages
from silverpin.protocols.iso15118.car import Car, ChargerTold, Hands, Plan
from silverpin.protocols.iso15118.endpoint import PAYLOADS
from silverpin.protocols.iso15118.machine import Ending
from silverpin.protocols.iso15118.sap import SAP, Flavour, flavours, request
from silverpin.protocols.iso15118.turn import Happening, Turn, What
from silverpin.protocols.iso15118.vehicle_machine import VEHICLE_MACHINES, VehicleMachine

NOT_SO_FAR_NS = 20 * NS_PER_MS
"""A request that the vehicle itself is not so far for yet is tried again after this."""


class VehicleEndpoint:
    """One connection with a charger, from the first request to its end."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        offers = [f for f in flavours(plan.protocols, plan.services) if f in VEHICLE_MACHINES]
        self._offers = sorted(offers, key=lambda f: _rank(f, plan))
        self._frames = v2gtp.FrameReader()
        self._machine: VehicleMachine | None = None
        self._flavour: Flavour | None = None
        self._awaits: str | None = None
        self._deadline_ns = 0
        self._send = b""
        self._happenings: list[Happening] = []
        self._stage = ChargerTold().stage
        self._ending: Ending | None = None

    @property
    def told(self) -> ChargerTold:
        """The charger as its messages have told of it."""
        return self._machine.told if self._machine else ChargerTold()

    @property
    def hands(self) -> Hands:
        """What the conversation wants of the vehicle's hardware; nothing before and after it."""
        return self._machine.hands if self._machine and not self._ending else Hands()

    @property
    def ending(self) -> Ending | None:
        """How it ended, None while it goes on."""
        return self._ending

    @property
    def deadline_ns(self) -> int | None:
        """When `tick` has something to do at the latest; None after the end."""
        return None if self._ending else self._deadline_ns

    def to_resume(self) -> Plan | None:
        """Return the plan of the next connection, once this one has paused."""
        told = self.told
        if self._ending is not Ending.PAUSED or told.service is None or told.control is None:
            return None
        return replace(self._plan, resume=told.session_id, resumed=(told.service, told.control))

    def start(self, now_ns: int) -> Turn:
        """Ask for a protocol."""
        self._put(v2gtp.EXI, SAP.encode(request(self._offers)))
        self._await("supportedAppProtocolReq", now_ns + V2G_TIMERS.message_ns)
        return self._turn()

    def receive(self, data: bytes, car: Car, now_ns: int) -> Turn:
        """Take octets of the charger, in any pieces."""
        for part in list(self._frames.feed(data)):
            if self._ending:
                break
            if isinstance(part, v2gtp.Lost):
                self._tell(What.SKIPPED, f"{len(part.octets)} octets skipped: {part.reason}")
            else:
                self._read(part, car, now_ns)
        return self.tick(car, now_ns)

    def tick(self, car: Car, now_ns: int) -> Turn:
        """Let time pass: send what is due, give up on an answer that does not come."""
        if not self._ending and self._awaits and now_ns >= self._deadline_ns:
            self._end(Ending.TIMED_OUT, f"no answer of the charger in time to {self._awaits}")
        self._say(car, now_ns)
        return self._turn()

    def vanished(self) -> Turn:
        """Note that the charger closed the connection, or that it broke."""
        self._end(Ending.VANISHED, f"the connection ended while waiting for {self._awaits}")
        return self._turn()

    def _say(self, car: Car, now_ns: int) -> None:
        """Send the next request if it is due and nothing is awaited."""
        if self._ending or self._awaits or not self._machine or now_ns < self._deadline_ns:
            return
        ask = self._machine.ask(car, now_ns)
        self._notice()
        if ask is None:
            self._deadline_ns = now_ns + NOT_SO_FAR_NS
            return
        schema = messages(ask.schema)
        name = ask.name or schema.name_of(ask.message)
        self._put(PAYLOADS.get(ask.schema, v2gtp.EXI), schema.encode(ask.message, name))
        self._await(name, now_ns + ask.timeout_ns)

    def _read(self, frame: v2gtp.Frame, car: Car, now_ns: int) -> None:
        schema = v2gtp.SCHEMAS.get(frame.payload_type)
        if self._flavour is None or schema is None:
            schema = self._flavour.schema if self._flavour else "sap"
        try:
            name, answer, _ = messages(schema).decode(frame.body)
        except ExiError as error:
            self._end(Ending.HOSTILE, f"no message of {schema} after {self._awaits}: {error}")
            return
        if self._awaits is None:
            self._end(Ending.HOSTILE, f"{name} came without a request")
        elif self._machine is None:
            self._agree(answer, now_ns)
        else:
            self._hear(self._machine, answer, name, car, now_ns)

    def _agree(self, answer: Any, now_ns: int) -> None:
        chosen = answer.SchemaID
        if chosen is None or not 1 <= chosen <= len(self._offers):
            code = answer.ResponseCode
            self._end(Ending.REFUSED, f"the charger speaks none of our protocols ({code})")
            return
        self._flavour = self._offers[chosen - 1]
        self._machine = VEHICLE_MACHINES[self._flavour](self._flavour, self._plan)
        self._tell(What.AGREED, f"vehicle and charger speak {self._flavour.words}")
        self._awaits, self._deadline_ns = None, now_ns

    def _hear(self, machine: VehicleMachine, answer: Any, name: str, car: Car, now_ns: int) -> None:
        heard = machine.heard(answer, car, now_ns, name)
        self._notice()
        self._awaits, self._deadline_ns = None, now_ns + heard.pause_ns
        if heard.ending:
            self._end(heard.ending, heard.why or heard.ending.value)

    def _await(self, name: str, deadline_ns: int) -> None:
        self._awaits, self._deadline_ns = name, deadline_ns

    def _put(self, payload_type: int, body: bytes) -> None:
        self._send += v2gtp.frame(payload_type, body)

    def _notice(self) -> None:
        stage = self.told.stage
        if stage is not self._stage:
            self._stage = stage
            self._tell(What.STAGE, stage.value)

    def _tell(self, what: What, words: str) -> None:
        self._happenings.append(Happening(what, words))

    def _end(self, ending: Ending, why: str) -> None:
        if self._ending is None:
            self._ending = ending
            self._tell(What.ENDED, f"{ending.value}: {why}" if why != ending.value else why)

    def _turn(self) -> Turn:
        turn = Turn(self._send, tuple(self._happenings), self._ending)
        self._send, self._happenings = b"", []
        return turn


def _rank(flavour: Flavour, plan: Plan) -> tuple[int, bool]:
    """Place of *flavour* in what the vehicle prefers: protocol first, then kind of current."""
    wants_dc = plan.services[0].direct_current
    return plan.protocols.index(flavour.protocol), wants_dc == (flavour is Flavour.ISO20_AC)
