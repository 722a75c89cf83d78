"""What a vehicle's ISO 15118-20 session keeps: what it asks for next, and what it was told.

A phase is the request that comes next. The steps from one to another are methods here; which
answer leads to which step is in `vehicle20_answers`.
"""

from dataclasses import replace
from enum import Enum
from typing import Any

from silverpin.protocols.iso15118.car import CarWish, ChargerTold, Plan
from silverpin.protocols.iso15118.machine import Ending
from silverpin.protocols.iso15118.sap import Flavour
from silverpin.protocols.iso15118.services20 import SERVICE_IDS
from silverpin.protocols.iso15118.sides import ControlMode, Service, Stage, Wanted
from silverpin.protocols.iso15118.vehicle_machine import Heard


class Phase(Enum):
    """What the vehicle asks for next."""

    SETUP = "SessionSetupReq"
    AUTHORIZATION_SETUP = "AuthorizationSetupReq"
    AUTHORIZATION = "AuthorizationReq"
    DISCOVERY = "ServiceDiscoveryReq"
    DETAIL = "ServiceDetailReq"
    SELECTION = "ServiceSelectionReq"
    PARAMETERS = "ChargeParameterDiscoveryReq"
    SCHEDULE = "ScheduleExchangeReq"
    CABLE_CHECK = "DC_CableCheckReq"
    PRE_CHARGE = "DC_PreChargeReq"
    START = "PowerDeliveryReq, start"
    LOOP = "ChargeLoopReq"
    RESCHEDULE = "PowerDeliveryReq, schedule renegotiation"
    STANDBY = "PowerDeliveryReq, standby"
    STOP = "PowerDeliveryReq, stop"
    WELDING = "DC_WeldingDetectionReq"
    END = "SessionStopReq"


STAGES = {
    Phase.SETUP: Stage.OPENING,
    Phase.AUTHORIZATION_SETUP: Stage.AUTHORIZING,
    Phase.AUTHORIZATION: Stage.AUTHORIZING,
    Phase.CABLE_CHECK: Stage.CABLE_CHECK,
    Phase.PRE_CHARGE: Stage.PRE_CHARGE,
    Phase.START: Stage.STARTING,
    Phase.LOOP: Stage.POWER,
    Phase.RESCHEDULE: Stage.POWER,
    Phase.STANDBY: Stage.POWER,
    Phase.STOP: Stage.STOPPING,
    Phase.WELDING: Stage.STOPPING,
    Phase.END: Stage.STOPPING,
}
"""Where a phase stands; the others are agreeing."""


class VehicleTalk20:
    """One session, vehicle's role."""

    def __init__(self, flavour: Flavour, plan: Plan) -> None:
        self.plan = plan
        self.flavour = flavour
        self.phase = Phase.SETUP
        self.session_id = plan.resume or bytes(8)
        self.parameter_set = 0
        self.schedule = 1
        """Number of the schedule that it follows."""
        self.shown: tuple[Any, Any] | None = None
        """Its contract and the signature, where the charger takes contracts."""
        self.external = True
        """Whether the charger takes a card as well."""
        self.refused: str | None = None
        """Why it leaves before there was power."""
        self.pre_charged = False
        """The charger's voltage has come close to the battery's."""
        self.goal = CarWish.STOP
        """What the end of power is for: stop, pause or renegotiation."""
        self.told = ChargerTold(protocol="iso20")
        self._rescheduling = False
        self._looks_left = plan.welding_checks

    def says(self, **told: Any) -> None:
        """Keep what the charger said; what a message left out (None) changes nothing."""
        given = {name: value for name, value in told.items() if value is not None}
        self.told = replace(self.told, **given)

    @property
    def service(self) -> Service:
        """The chosen service; before the choice, the one it would rather have."""
        return self.told.service or self._liked()[0]

    @property
    def dynamic(self) -> bool:
        """Whether the charger decides about power."""
        return self.told.control is ControlMode.DYNAMIC

    @property
    def last_look(self) -> bool:
        """Whether the next welding detection is the last."""
        return self._looks_left <= 1

    def choose(self, offered: set[int]) -> Service | None:
        """Return the service that it likes best of what the charger offers."""
        return next((s for s in self._liked() if SERVICE_IDS[s] in offered), None)

    def _liked(self) -> list[Service]:
        dc = self.flavour is Flavour.ISO20_DC
        return [s for s in self.plan.services if s.direct_current == dc]

    def next(self, phase: Phase, pause_ns: int = 0) -> Heard:
        """Ask for *phase* next."""
        self.go(phase)
        return Heard(pause_ns)

    def go(self, phase: Phase) -> None:
        """Turn to *phase*."""
        self.phase = phase
        self.told = replace(self.told, stage=STAGES.get(phase, Stage.AGREEING))

    def again(self) -> Heard:
        """Ask for the same once more, after the time between two polls."""
        return Heard(self.plan.poll_period_ns)

    def scheduled(self) -> Heard:
        """A schedule is there: go on to power, or back to it."""
        if self._rescheduling or not self.service.direct_current:
            self._rescheduling = False
            return self.next(Phase.START)
        return self.next(Phase.CABLE_CHECK)

    def reschedule(self) -> Heard:
        """The charger takes a new schedule."""
        self._rescheduling = True
        return self.next(Phase.SCHEDULE)

    def stopped(self) -> Heard:
        """Power has ended: look for welded contacts, then end."""
        self.pre_charged = False
        self._looks_left = self.plan.welding_checks
        looks = self.service.direct_current and self._looks_left > 0
        return self.next(Phase.WELDING if looks else Phase.END)

    def looked(self) -> Heard:
        """One welding detection is done."""
        self._looks_left -= 1
        return self.again() if self._looks_left > 0 else self.next(Phase.END)

    def ended(self) -> Heard:
        """The charger confirmed the stop."""
        if self.refused:
            return self.failed(self.refused)
        if self.goal is CarWish.RENEGOTIATE:
            self.goal = CarWish.STOP
            self.told = replace(self.told, wanted=Wanted.GO_ON, service=None)
            return self.next(Phase.DISCOVERY)
        paused = self.goal is CarWish.PAUSE
        self.told = replace(self.told, stage=Stage.PAUSED if paused else Stage.ENDED)
        by_charger = self.told.wanted is Wanted.STOP
        over = Ending.BY_CHARGER if by_charger else Ending.BY_VEHICLE
        return Heard(ending=Ending.PAUSED if paused else over)

    def failed(self, why: str, ending: Ending = Ending.REFUSED) -> Heard:
        """The session cannot go on."""
        self.told = replace(self.told, stage=Stage.FAILED)
        return Heard(ending=ending, why=why)
