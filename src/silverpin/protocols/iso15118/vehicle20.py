"""An ISO 15118-20 session, vehicle's role: the machine that the vehicle's endpoint drives.

`vehicle20_requests` builds what is asked, `vehicle20_answers` takes what comes back; here are the
vehicle's own reasons to wait, to leave the loop and to give up.
"""

from typing import Any

from silverpin.domain.v2g_timers import V2G_TIMERS
from silverpin.protocols.iso15118.car import Car, CarWish, ChargerTold, Hands, Plan
from silverpin.protocols.iso15118.machine import Ending
from silverpin.protocols.iso15118.sap import Flavour
from silverpin.protocols.iso15118.sides import Wanted
from silverpin.protocols.iso15118.vehicle20_answers import answer_name, take
from silverpin.protocols.iso15118.vehicle20_requests import request
from silverpin.protocols.iso15118.vehicle20_talk import Phase, VehicleTalk20
from silverpin.protocols.iso15118.vehicle_machine import Ask, Heard

WITH_POWER = frozenset({Phase.START, Phase.LOOP, Phase.RESCHEDULE, Phase.STANDBY, Phase.STOP})
READY = WITH_POWER | {Phase.CABLE_CHECK, Phase.PRE_CHARGE}
ASKED_FOR = {
    Wanted.STOP: CarWish.STOP,
    Wanted.PAUSE: CarWish.PAUSE,
    Wanted.RENEGOTIATE: CarWish.RENEGOTIATE,
    Wanted.RESCHEDULE: CarWish.RESCHEDULE,
}
"""What the vehicle does where the charger asks for it."""
PATIENCE_NS = {
    Phase.CABLE_CHECK: V2G_TIMERS.cable_check_ns,
    Phase.PRE_CHARGE: V2G_TIMERS.pre_charge_ns,
    Phase.SCHEDULE: V2G_TIMERS.ongoing_ns,
}
"""How long a phase may last whose answers say that something is under way."""


class Vehicle20:
    """The machine of ISO 15118-20 for one connection, vehicle's role."""

    def __init__(self, flavour: Flavour, plan: Plan) -> None:
        self._talk = VehicleTalk20(flavour, plan)
        self._since_ns: tuple[Phase, int] = (Phase.SETUP, 0)
        self._last_wish = CarWish.GO_ON
        self._under_power = False

    @property
    def told(self) -> ChargerTold:
        """The charger as told so far."""
        return self._talk.told

    @property
    def hands(self) -> Hands:
        """Pilot C from cable check or start on; the contactor once the voltages have met."""
        talk = self._talk
        met = talk.pre_charged or not talk.service.direct_current
        rescheduling = talk.phase is Phase.SCHEDULE and self._under_power
        return Hands(
            pilot_c=talk.phase in READY or rescheduling,
            contactor=met and (talk.phase in WITH_POWER or rescheduling),
        )

    def ask(self, car: Car, now_ns: int) -> Ask | None:
        """Return the next request."""
        talk = self._talk
        if talk.phase in (Phase.START, Phase.LOOP):
            self._follow_wishes(car)
        if talk.phase in (Phase.LOOP, Phase.STOP):
            self._under_power = talk.phase is Phase.LOOP
        if self._since_ns[0] is not talk.phase:
            self._since_ns = talk.phase, now_ns
        closes = talk.phase is Phase.START and talk.service.direct_current
        if closes and not car.contactor_closed:
            return None
        return request(talk, car)

    def _follow_wishes(self, car: Car) -> None:
        """Leave the loop where vehicle or charger wants to; what was refused is asked once."""
        talk = self._talk
        wish = car.wish
        if wish is CarWish.GO_ON:
            wish = ASKED_FOR.get(talk.told.wanted, wish)
        again, self._last_wish = wish is self._last_wish, wish
        match wish:
            case CarWish.GO_ON:
                pass
            case CarWish.RESCHEDULE | CarWish.STANDBY:
                if talk.phase is Phase.LOOP and not again:
                    rescheduling = wish is CarWish.RESCHEDULE
                    talk.go(Phase.RESCHEDULE if rescheduling else Phase.STANDBY)
            case _:
                talk.goal = wish
                talk.go(Phase.STOP)

    def heard(self, answer: Any, car: Car, now_ns: int, name: str = "") -> Heard:
        """Take the answer to the last request."""
        talk = self._talk
        expected = answer_name(talk)
        if name and name != expected:
            return talk.failed(f"{name} instead of {expected}", Ending.HOSTILE)
        if talk.phase is not Phase.SETUP and answer.Header.SessionID != talk.session_id:
            return talk.failed(f"{expected} of another session", Ending.HOSTILE)
        if answer.ResponseCode.startswith("FAILED"):
            return talk.failed(f"{answer.ResponseCode} in answer to {talk.phase.value}")
        asked = talk.phase
        heard = take(talk, answer, car)
        phase, since_ns = self._since_ns
        lasts_ns = now_ns - since_ns if phase is asked is talk.phase else 0
        if lasts_ns > PATIENCE_NS.get(asked, lasts_ns):
            return talk.failed(f"{asked.value} does not end", Ending.TIMED_OUT)
        return heard
