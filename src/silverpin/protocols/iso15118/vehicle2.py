"""A session of DIN 70121 or ISO 15118-2, vehicle's role: the machine behind the vehicle's endpoint.

`vehicle2_requests` builds what is asked, `vehicle2_answers` takes what comes back; here are the
vehicle's own reasons to wait, to leave the loop and to give up.
"""

from typing import Any

from silverpin.domain.v2g_timers import V2G_TIMERS
from silverpin.protocols.iso15118.car import Car, CarWish, ChargerTold, Hands, Plan
from silverpin.protocols.iso15118.machine import Ending
from silverpin.protocols.iso15118.sides import Wanted
from silverpin.protocols.iso15118.vehicle2_answers import take
from silverpin.protocols.iso15118.vehicle2_requests import request
from silverpin.protocols.iso15118.vehicle2_talk import Phase, VehicleTalk2
from silverpin.protocols.iso15118.vehicle_machine import Ask, Heard

LOOPS = frozenset({Phase.LOOP, Phase.AC_LOOP})
WITH_POWER = LOOPS | {Phase.START, Phase.RENEGOTIATE, Phase.STOP}
READY = WITH_POWER - {Phase.STOP} | {Phase.CABLE_CHECK, Phase.PRE_CHARGE}
RENEGOTIATES = frozenset({CarWish.RENEGOTIATE, CarWish.RESCHEDULE})
ASKED_FOR = {Wanted.STOP: CarWish.STOP, Wanted.RENEGOTIATE: CarWish.RENEGOTIATE}
"""What the vehicle does where the charger asks for it."""
TIMEOUT_NS = {
    Phase.LOOP: V2G_TIMERS.current_demand_ns,
    Phase.START: V2G_TIMERS.message_long_ns,
    Phase.RENEGOTIATE: V2G_TIMERS.message_long_ns,
    Phase.STOP: V2G_TIMERS.message_long_ns,
}
"""How long an answer may take; the others have `message_ns`."""
PATIENCE_NS = {
    Phase.AUTHORIZATION: V2G_TIMERS.ongoing_ns,
    Phase.PARAMETERS: V2G_TIMERS.ongoing_ns,
    Phase.CABLE_CHECK: V2G_TIMERS.cable_check_ns,
    Phase.PRE_CHARGE: V2G_TIMERS.pre_charge_older_ns,
}
"""How long a phase may last whose answers say that something is under way."""
CUSTOMER = "Ongoing_WaitingForCustomerInteraction"
"""Waiting for a person has no limit."""


class Vehicle2:
    """The machine of either older protocol for one connection, vehicle's role."""

    def __init__(self, schema: str, plan: Plan) -> None:
        self._talk = VehicleTalk2(schema, plan)
        self._since_ns: tuple[Phase, int] = (Phase.SETUP, 0)
        self._last_wish = CarWish.GO_ON

    @property
    def told(self) -> ChargerTold:
        """The charger as told so far."""
        return self._talk.told

    @property
    def hands(self) -> Hands:
        """Pilot C from cable check or start on; the contactor once the voltages have met."""
        talk = self._talk
        met = talk.pre_charged or not talk.direct_current
        keeps = talk.keeps_power
        return Hands(
            pilot_c=keeps or talk.phase in READY,
            contactor=keeps or (met and talk.phase in WITH_POWER),
        )

    def ask(self, car: Car, now_ns: int) -> Ask | None:
        """Return the next request; a start waits for the vehicle's own contactor."""
        talk = self._talk
        if talk.phase in LOOPS:
            self._follow_wishes(car)
        if talk.phase in (Phase.CABLE_CHECK, Phase.PRE_CHARGE, Phase.START):
            self._change_mind(car)
        if self._since_ns[0] is not talk.phase:
            self._since_ns = talk.phase, now_ns
        if talk.phase is Phase.START and talk.direct_current and not car.contactor_closed:
            return None
        timeout_ns = TIMEOUT_NS.get(talk.phase, V2G_TIMERS.message_ns)
        return Ask(talk.schema, request(talk, car), timeout_ns)

    def _follow_wishes(self, car: Car) -> None:
        """Leave the loop where vehicle or charger wants to; one wish renegotiates once."""
        talk = self._talk
        wish = car.wish
        if wish is CarWish.GO_ON:
            wish = ASKED_FOR.get(talk.told.wanted, wish)
        again, self._last_wish = wish is self._last_wish, wish
        if wish in (CarWish.STOP, CarWish.PAUSE):
            talk.goal = wish
            talk.go(Phase.STOP)
        elif wish in RENEGOTIATES and not again and not talk.din:
            talk.go(Phase.RENEGOTIATE)

    def _change_mind(self, car: Car) -> None:
        """Before there is power, a stop is the end of the session."""
        talk = self._talk
        if car.wish in (CarWish.STOP, CarWish.PAUSE):
            talk.goal = car.wish
            talk.pre_charged = False
            talk.go(Phase.END)
        elif talk.told.wanted is Wanted.STOP:
            talk.pre_charged = False
            talk.go(Phase.END)

    def heard(self, answer: Any, car: Car, now_ns: int, name: str = "") -> Heard:
        """Take the answer to the last request."""
        talk = self._talk
        expected = talk.element().removesuffix("Req") + "Res"
        content = getattr(answer.Body, expected, None)
        if content is None:
            return talk.failed(f"the charger's answer is no {expected}", Ending.HOSTILE)
        if talk.phase is Phase.SETUP:
            talk.session_id = answer.Header.SessionID
        elif answer.Header.SessionID != talk.session_id:
            return talk.failed(f"{expected} of another session", Ending.HOSTILE)
        if content.ResponseCode.startswith("FAILED"):
            return talk.failed(f"{content.ResponseCode} in answer to {talk.phase.value}")
        asked = talk.phase
        heard = take(talk, content, car)
        if self._too_long(asked, content, now_ns):
            return talk.failed(f"{asked.value} does not end", Ending.TIMED_OUT)
        return heard

    def _too_long(self, asked: Phase, content: Any, now_ns: int) -> bool:
        """Whether a phase that goes on has lasted longer than a vehicle waits."""
        phase, since_ns = self._since_ns
        if not asked is phase is self._talk.phase or asked not in PATIENCE_NS:
            return False
        if getattr(content, "EVSEProcessing", "") == CUSTOMER:
            return False
        return now_ns - since_ns > PATIENCE_NS[asked]
