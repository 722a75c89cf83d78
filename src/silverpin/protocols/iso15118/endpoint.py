"""The charger's end of one connection: octets in, octets out, one turn at a time.

Frames are taken in any pieces, the protocol is agreed on, and from then on a machine answers. The
endpoint keeps the time that a vehicle may take, and ends in a documented way whatever comes:

- a body that is no message of its schema, or a message that is no request, ends as HOSTILE;
- octets that begin no frame, and frames of an unknown payload type, are skipped and told; more than
  `SKIPPED_MAX` of them end as HOSTILE;
- a vehicle that falls silent ends as TIMED_OUT, and so does one whose octets complete no request in
  its time; one that closes the connection ends as VANISHED.

After the end nothing is answered any more.
"""

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import replace
from random import Random
from typing import Any

from silverpin.domain.quantities import NS_PER_MS
from silverpin.domain.v2g_timers import V2G_TIMERS
from silverpin.protocols import v2gtp
from silverpin.protocols.exi import ExiError, messages
from silverpin.protocols.iso15118.contract20 import Contracts
from silverpin.protocols.iso15118.machine import Ending, Machine, PausedSession
from silverpin.protocols.iso15118.machines import CHARGER_MACHINES, Opening
from silverpin.protocols.iso15118.notice import noticed
from silverpin.protocols.iso15118.sap import SAP, Flavour, Mismatch, flavours, negotiate
from silverpin.protocols.iso15118.sides import ChargerSide, VehicleSide
from silverpin.protocols.iso15118.turn import Happening, Turn, What

BODY_MAX = 1 << 16
"""The longest message of a session, full of certificates, has less than 60 kB."""
SKIPPED_MAX = 1 << 16
TOLD_MAX = 64
"""Happenings of one kind that are told of a conversation."""
WAITING_MAX = 8
"""Requests that may wait behind one whose answer is held back; a vehicle has one under way."""
HELD_AGAIN_NS = 20 * NS_PER_MS
"""A request whose answer is held back is asked again after this."""

PAYLOADS = {"iso20-common": v2gtp.COMMON, "iso20-ac": v2gtp.AC, "iso20-dc": v2gtp.DC}
"""Payload type of each schema; DIN 70121, ISO 15118-2 and the negotiation share 0x8001."""


class ChargerEndpoint:
    """One connection with a vehicle, from its first octet to its end."""

    def __init__(
        self,
        *,
        offered: Iterable[str],
        chance: Random,
        now_ns: int,
        resume: PausedSession | None = None,
        identity: bytes | None = None,
        contracts: Contracts | None = None,
        negative_discharge_limits: bool = False,
    ) -> None:
        """Begin with the protocols that this connection may use: din, iso2, iso20.

        *identity* is what the vehicle proved in TLS, its certificate's digest say. A paused session
        is taken up only by the identity that paused it ([V2G20-2545], second-hand), and contracts
        of -20 are taken only from a vehicle that has one. Give *contracts* over TLS alone.
        """
        self._offered = tuple(offered)
        self._identity = identity
        resume = resume if resume and resume.identity == identity else None
        self._opening = Opening(
            chance=chance,
            resume=resume,
            negative_discharge_limits=negative_discharge_limits,
            identity=identity,
            contracts=contracts,
        )
        self._frames = v2gtp.FrameReader(BODY_MAX)
        self._waiting: deque[v2gtp.Frame] = deque()
        self._machine: Machine | None = None
        self._flavour: Flavour | None = None
        self._held: tuple[Any, str] | None = None
        self._deadline_ns = now_ns + V2G_TIMERS.communication_setup_ns
        self._setup_ends_ns = self._deadline_ns
        self._awaits = "the first message"
        self._skipped = 0
        self._send: list[bytes] = []
        self._happenings: list[Happening] = []
        self._told_of: Counter[What] = Counter()
        self._seen = VehicleSide()
        self._ending: Ending | None = None

    @property
    def told(self) -> VehicleSide:
        """The vehicle as its messages have told of it."""
        return self._machine.told if self._machine else VehicleSide()

    @property
    def ending(self) -> Ending | None:
        """How it ended, None while it goes on."""
        return self._ending

    @property
    def deadline_ns(self) -> int | None:
        """When `tick` has something to do at the latest; None after the end."""
        return None if self._ending else self._deadline_ns

    def paused(self) -> PausedSession | None:
        """Return what the next connection gets as `resume`, once this one has paused."""
        kept = self._machine.paused() if self._machine else None
        return replace(kept, identity=self._identity) if kept else None

    def receive(self, data: bytes, side: ChargerSide, now_ns: int) -> Turn:
        """Take octets of the vehicle, in any pieces."""
        if self._ending:
            return Turn(ending=self._ending)
        for part in list(self._frames.feed(data)):
            if isinstance(part, v2gtp.Lost):
                self._skip(part.octets, part.reason)
            else:
                self._waiting.append(part)
        if len(self._waiting) > WAITING_MAX:
            self._end(Ending.HOSTILE, f"{len(self._waiting)} requests without awaiting an answer")
        if now_ns >= self._deadline_ns:  # who sends octets all the time leaves none for `tick`
            self._answer_held(side, now_ns)
        self._work(side, now_ns)
        self._expire(now_ns)
        return self._turn()

    def tick(self, side: ChargerSide, now_ns: int) -> Turn:
        """Let time pass."""
        if self._ending:
            return Turn(ending=self._ending)
        self._answer_held(side, now_ns)
        self._work(side, now_ns)
        self._expire(now_ns)
        return self._turn()

    def vanished(self) -> Turn:
        """Note that the vehicle closed the connection, or that it broke."""
        if not self._ending:
            self._end(Ending.VANISHED, f"nothing came after {self._awaits}")
        return self._turn()

    def _answer_held(self, side: ChargerSide, now_ns: int) -> None:
        if self._held and self._machine and not self._ending:
            request, name = self._held
            self._held = None
            self._answer(self._machine, request, name, side, now_ns)

    def _expire(self, now_ns: int) -> None:
        if not self._held and now_ns >= self._deadline_ns:
            self._end(Ending.TIMED_OUT, f"no word from the vehicle in time after {self._awaits}")

    def _work(self, side: ChargerSide, now_ns: int) -> None:
        while self._waiting and not self._held and not self._ending:
            self._read(self._waiting.popleft(), side, now_ns)

    def _read(self, frame: v2gtp.Frame, side: ChargerSide, now_ns: int) -> None:
        schema = self._schema_of(frame.payload_type)
        if schema is None:
            kind = f"a frame of type 0x{frame.payload_type:04X} has no place here"
            self._skip(frame.body, kind)
            return
        try:
            name, request, _ = messages(schema).decode(frame.body)
        except ExiError as error:
            self._end(Ending.HOSTILE, f"no message of {schema} after {self._awaits}: {error}")
            return
        if not _is_request(schema, name):
            self._end(Ending.HOSTILE, f"{name} is no request")
        elif self._machine is None:
            self._negotiate(request, side, now_ns)
        else:
            self._answer(self._machine, request, name, side, now_ns)

    def _schema_of(self, payload_type: int) -> str | None:
        if self._flavour is None:
            return "sap" if payload_type == v2gtp.EXI else None
        if self._flavour.protocol == "iso20":
            own = PAYLOADS["iso20-ac" if self._flavour is Flavour.ISO20_AC else "iso20-dc"]
            return v2gtp.SCHEMAS[payload_type] if payload_type in (v2gtp.COMMON, own) else None
        return self._flavour.schema if payload_type == v2gtp.EXI else None

    def _negotiate(self, request: Any, side: ChargerSide, now_ns: int) -> None:
        spoken = (f for f in flavours(self._offered, side.services) if f in CHARGER_MACHINES)
        found = negotiate(request, spoken)
        self._put(v2gtp.EXI, SAP.encode(found.response))
        self._awaits = "the negotiation"
        if isinstance(found, Mismatch):
            self._tell(What.MISMATCH, found.words)
            self._end(Ending.REFUSED, found.words)
            return
        self._flavour = found.flavour
        self._machine = CHARGER_MACHINES[found.flavour](found.flavour, self._opening)
        self._tell(What.AGREED, f"vehicle and charger speak {found.flavour.words}")
        self._deadline_ns = min(self._setup_ends_ns, now_ns + V2G_TIMERS.sequence_ns)

    def _answer(
        self, machine: Machine, request: Any, name: str, side: ChargerSide, now_ns: int
    ) -> None:
        reply = machine.answer(request, side, now_ns, name)
        self._notice()
        if reply is None:
            self._held = request, name
            self._deadline_ns = now_ns + HELD_AGAIN_NS
            return
        body = messages(reply.schema).encode(reply.message, reply.name)
        self._put(PAYLOADS.get(reply.schema, v2gtp.EXI), body)
        self._deadline_ns = now_ns + reply.sequence_timeout_ns
        self._awaits = f"the answer to {name}"
        if reply.why:
            self._tell(What.REFUSED, reply.why)
        if reply.ending:
            self._end(reply.ending, reply.why or reply.ending.value)

    def _put(self, payload_type: int, body: bytes) -> None:
        self._send.append(v2gtp.frame(payload_type, body))

    def _skip(self, octets: bytes, why: str) -> None:
        self._skipped += 8 + len(octets)
        self._tell(What.SKIPPED, f"{len(octets)} octets skipped: {why}")
        if self._skipped > SKIPPED_MAX:
            self._end(
                Ending.HOSTILE, f"{self._skipped} octets of no message, the last because {why}"
            )

    def _notice(self) -> None:
        told = self.told
        self._tell_all(noticed(self._seen, told))
        self._seen = told

    def _tell(self, what: What, words: str) -> None:
        self._tell_all([Happening(what, words)])

    def _tell_all(self, happenings: Iterable[Happening]) -> None:
        """Tell *happenings*, each kind so often at most: no vehicle can flood a journal."""
        for happening in happenings:
            self._told_of[happening.what] += 1
            if self._told_of[happening.what] <= TOLD_MAX:
                self._happenings.append(happening)

    def _end(self, ending: Ending, why: str) -> None:
        if self._ending is None:
            self._ending = ending
            self._waiting.clear()
            self._tell(What.ENDED, f"{ending.value}: {why}" if why != ending.value else why)

    def _turn(self) -> Turn:
        turn = Turn(b"".join(self._send), tuple(self._happenings), self._ending)
        self._send, self._happenings = [], []
        return turn


def _is_request(schema: str, name: str) -> bool:
    """Whether a vehicle sends *name*; schemas have roots that are only signed, or only answered."""
    return name == "V2G_Message" if schema in ("din", "iso2") else name.endswith("Req")
