"""What the handlers of an ISO 15118-20 session share, charger's role: state, memory, answers."""

from random import Random
from typing import Any

from silverpin.domain.limits import LIMITS
from silverpin.domain.quantities import NS_PER_S
from silverpin.domain.v2g_timers import V2G_TIMERS
from silverpin.protocols.exi import messages
from silverpin.protocols.iso15118.machine import Ending, PausedSession, Reply
from silverpin.protocols.iso15118.machines import Opening
from silverpin.protocols.iso15118.plausible import Doubts
from silverpin.protocols.iso15118.plausible20 import AC_SPANS, DC_SPANS
from silverpin.protocols.iso15118.sap import Flavour
from silverpin.protocols.iso15118.services20 import Choice
from silverpin.protocols.iso15118.sides import ChargerSide, Service, Stage, VehicleSide, Wanted
from silverpin.protocols.iso15118.states20 import STAGES, State20

COMMON, AC, DC = "iso20-common", "iso20-ac", "iso20-dc"
ROUNDINGS = 1.001
"""A limit and a wish for all of it differ by what rounding each to 16 bits makes of them."""

NOTIFICATIONS = {
    Wanted.STOP: "Terminate",
    Wanted.PAUSE: "Pause",
    Wanted.RENEGOTIATE: "ServiceRenegotiation",
    Wanted.RESCHEDULE: "ScheduleRenegotiation",
}


class Refused(Exception):
    """A request that is answered with a FAILED code; ends the session."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(code, why)
        self.code = code
        self.why = why


def forbid_in_fault(side: ChargerSide) -> None:
    """Refuse what leads to power while the charger has failed."""
    if side.fault:
        raise Refused("FAILED", f"the charger has failed: {side.fault}")


def printable(text: str) -> str:
    """Return a vehicle's words for a log: nothing in them moves a cursor or begins a line."""
    return "".join(c if c.isprintable() else "?" for c in text.rstrip("\0"))


class Conversation20:
    """One session: where it stands, what was agreed and what the vehicle said."""

    def __init__(self, flavour: Flavour, opening: Opening) -> None:
        self.flavour = flavour
        self.chance: Random = opening.chance
        self.resume = opening.resume
        self.contracts = opening.contracts
        self.challenge = b""
        """What a vehicle with a contract has to sign."""
        self.discharge_sign = -1.0 if opening.negative_discharge_limits else 1.0
        self.state = State20.SETUP
        self.session_id = bytes(8)
        self.offers: dict[int, dict[int, Choice]] = {}
        self.tells_needs = False
        """Whether the agreed parameter set has the charger tell the driver's needs."""
        self.asked_to_stop = False
        """Whether the vehicle was told to end power, last of all."""
        self.schedule_w = (0.0, 0.0)
        """Most power of the schedule that was told, charging and discharging."""
        self.proves_again = False
        """DC: the insulation that is known is of before, and a new test has not begun yet."""
        self._doubts = Doubts()
        self._spans = AC_SPANS if flavour is Flavour.ISO20_AC else DC_SPANS
        self.paused: PausedSession | None = None
        self._since_ns: dict[str, int] = {}
        self._said: dict[str, Any] = {"protocol": "iso20"}
        self._told: VehicleSide | None = None
        self._stop_ns: int | None = None
        self._failed = False
        self._stops = False

    @property
    def told(self) -> VehicleSide:
        """The vehicle as told so far."""
        if self._told is None:
            stage = Stage.STOPPING if self._stops else STAGES[self.state]
            stage = Stage.FAILED if self._failed else stage
            doubts = self._doubts.sentences
            self._told = VehicleSide(stage=stage, doubts=doubts, **self._said)
        return self._told

    def says(self, **told: Any) -> None:
        """Keep what the vehicle said; what a message left out (None) changes nothing."""
        self._said.update((name, value) for name, value in told.items() if value is not None)
        self._told = None

    def trouble(self, words: str | None) -> None:
        """Keep what the vehicle says is wrong with it; None is nothing."""
        if self._said.get("trouble") != words:
            self._said["trouble"] = words
            self._told = None

    def measures(self, **told: float | None) -> None:
        """Keep quantities that the vehicle said, as far as they can be true."""
        for field, value in told.items():
            if value is not None:
                self._said[field] = self._doubts.within(self._spans[field], value)
        self._told = None

    def wants_voltage(self, target_v: float) -> None:
        """Keep the voltage that the vehicle wants, as far as its own limit allows it."""
        span = self._spans["target_v"]
        own_v = self.heard("voltage_max_v") or span.high
        if target_v > own_v * ROUNDINGS:
            span = span._replace(high=own_v)
        self._said["target_v"] = self._doubts.within(span, target_v)
        self._told = None

    def forget_targets(self) -> None:
        """Forget what the vehicle wanted under a service that it chose before."""
        for name in ("target_a", "target_v", "target_w"):
            self._said.pop(name, None)
        self._told = None

    def limits(self, **told: float | None) -> None:
        """Keep limits that the vehicle said: magnitudes, whatever their sign."""
        self.measures(**{name: None if v is None else abs(v) for name, v in told.items()})

    def heard(self, name: str) -> Any:
        """Return a field of what the vehicle said, None if it has not."""
        return self._said.get(name)

    @property
    def service(self) -> Service:
        """The chosen service; until one is chosen, the plain one of this kind of current."""
        chosen: Service | None = self._said.get("service")
        plain = Service.AC if self.flavour is Flavour.ISO20_AC else Service.DC
        return chosen or plain

    def most_w(self, side: ChargerSide) -> tuple[float, float]:
        """Return the most power each way, in the phases that the vehicle uses. [W]"""
        share = 1.0
        if not self.service.direct_current:
            share = (self.heard("phases") or side.phases) / side.phases
        back_w = side.discharge_max_w if self.service.bidirectional else 0.0
        return side.charge_max_w * share, back_w * share

    @property
    def schema(self) -> str:
        """Schema of this kind of current."""
        return AC if self.flavour is Flavour.ISO20_AC else DC

    def header(self, schema: str, side: ChargerSide) -> Any:
        """Return the header of an answer."""
        header = messages(schema).MessageHeaderType
        return header(SessionID=self.session_id, TimeStamp=max(0, int(side.unix_s)))

    def reply(
        self,
        schema: str,
        response: str,
        side: ChargerSide,
        *,
        to: State20,
        code: str = "OK",
        timeout_ns: int = V2G_TIMERS.sequence_ns,
        ending: Ending | None = None,
        why: str | None = None,
        **fields: Any,
    ) -> Reply:
        """Return *response* with header and code, and move on *to* the next state."""
        if to is not self.state:
            self._since_ns.clear()
        self.state = to
        made = getattr(messages(schema), response + "Type")
        message = made(Header=self.header(schema, side), ResponseCode=code, **fields)
        self._stops, self._told = False, None
        return Reply(schema, message, timeout_ns, ending, why)

    def status(self, side: ChargerSide, schema: str, now_ns: int) -> Any:
        """Return what the charger wants of the vehicle, None when it is to go on."""
        wanted = Wanted.STOP if side.fault else side.wanted
        self.asked_to_stop = wanted is Wanted.STOP
        delay_s = 0 if side.fault else min(max(int(side.notice_max_s), 0), 65535)
        if not self.asked_to_stop:
            self._stop_ns = None
        elif self._stop_ns is None:
            self._stop_ns = now_ns
        elif now_ns - self._stop_ns > (delay_s + LIMITS.vehicle_stops_s) * NS_PER_S:
            raise Refused("FAILED", "the vehicle was told to stop and goes on")
        if wanted is Wanted.GO_ON:
            return None
        made = messages(schema).EVSEStatusType
        return made(NotificationMaxDelay=delay_s, EVSENotification=NOTIFICATIONS[wanted])

    def stops(self) -> None:
        """Note that the vehicle wants power to end; the answer may wait until it has."""
        self._stops, self._told = True, None

    def fail(self) -> None:
        """Note that the session ends with an answer that refuses."""
        self._failed = True
        self._told = None

    def lasts_ns(self, what: str, now_ns: int) -> int:
        """Return how long *what* has been under way in this state; begins with the first call."""
        return now_ns - self._since_ns.setdefault(what, now_ns)
