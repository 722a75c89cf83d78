"""What a vehicle's session of an older protocol keeps: what it asks for next, what it was told.

A phase is the request that comes next. The steps from one to another are methods here; which
answer leads to which step is in `vehicle2_answers`.
"""

from dataclasses import replace
from enum import Enum
from typing import Any

from silverpin.protocols.exi import messages
from silverpin.protocols.iso15118.car import CarWish, ChargerTold, Plan
from silverpin.protocols.iso15118.machine import Ending
from silverpin.protocols.iso15118.sides import ControlMode, Service, Stage, Wanted
from silverpin.protocols.iso15118.vehicle_machine import Heard


class Phase(Enum):
    """What the vehicle asks for next, as ISO 15118-2 names it."""

    SETUP = "SessionSetupReq"
    DISCOVERY = "ServiceDiscoveryReq"
    SELECTION = "PaymentServiceSelectionReq"
    AUTHORIZATION = "AuthorizationReq"
    PARAMETERS = "ChargeParameterDiscoveryReq"
    CABLE_CHECK = "CableCheckReq"
    PRE_CHARGE = "PreChargeReq"
    START = "PowerDeliveryReq, start"
    LOOP = "CurrentDemandReq"
    AC_LOOP = "ChargingStatusReq"
    RENEGOTIATE = "PowerDeliveryReq, renegotiate"
    STOP = "PowerDeliveryReq, stop"
    WELDING = "WeldingDetectionReq"
    END = "SessionStopReq"


DIN_NAMES = {
    Phase.SELECTION: "ServicePaymentSelectionReq",
    Phase.AUTHORIZATION: "ContractAuthenticationReq",
}
STAGES = {
    Phase.AUTHORIZATION: Stage.AUTHORIZING,
    Phase.PARAMETERS: Stage.AGREEING,
    Phase.CABLE_CHECK: Stage.CABLE_CHECK,
    Phase.PRE_CHARGE: Stage.PRE_CHARGE,
    Phase.START: Stage.STARTING,
    Phase.LOOP: Stage.POWER,
    Phase.AC_LOOP: Stage.POWER,
    Phase.RENEGOTIATE: Stage.POWER,
    Phase.STOP: Stage.STOPPING,
    Phase.WELDING: Stage.STOPPING,
    Phase.END: Stage.STOPPING,
}
"""Where a phase stands; the others are opening."""


class VehicleTalk2:
    """One session of DIN 70121 or ISO 15118-2, vehicle's role; it only charges."""

    def __init__(self, schema: str, plan: Plan) -> None:
        self.schema = schema
        self.m = messages(schema)
        self.plan = plan
        self.phase = Phase.SETUP
        joins = schema == "iso2" and plan.resume is not None
        self.session_id = (plan.resume or bytes(8)) if joins else bytes(8)
        self.mode = "DC_extended"
        """The way to take energy, in the word of the schema."""
        self.schedule = 1
        """Number of the schedule that it follows."""
        self.refused: str | None = None
        """Why it leaves before there was power."""
        self.pre_charged = False
        """The charger's voltage has come close to the battery's."""
        self.keeps_power = False
        """AC: limits are agreed on again while power goes on."""
        self.goal = CarWish.STOP
        """What the end of power is for: stop or pause."""
        self.told = ChargerTold(protocol=schema)
        self._looks_left = plan.welding_checks

    @property
    def din(self) -> bool:
        """Whether this is the older of the two."""
        return self.schema == "din"

    @property
    def direct_current(self) -> bool:
        """Whether it charges with DC."""
        return self.mode.startswith("DC")

    def element(self) -> str:
        """Return the name of the request that comes next."""
        name = self.phase.value.partition(",")[0]
        return DIN_NAMES.get(self.phase, name) if self.din else name

    def says(self, **told: Any) -> None:
        """Keep what the charger said; what a message left out (None) changes nothing."""
        given = {name: value for name, value in told.items() if value is not None}
        self.told = replace(self.told, **given)

    def next(self, phase: Phase, pause_ns: int = 0) -> Heard:
        """Ask for *phase* next."""
        self.go(phase)
        return Heard(pause_ns)

    def go(self, phase: Phase) -> None:
        """Turn to *phase*."""
        self.phase = phase
        stage = STAGES.get(phase, Stage.OPENING)
        self.keeps_power = self.keeps_power and stage in (Stage.AGREEING, Stage.STARTING)
        self.told = replace(self.told, stage=Stage.POWER if self.keeps_power else stage)

    def again(self) -> Heard:
        """Ask for the same once more, after the time between two polls."""
        return Heard(self.plan.poll_period_ns)

    def choose(self, modes: tuple[str, ...]) -> bool:
        """Take the way to charge that it likes best of those offered; False where none fits."""
        for service in self.plan.services:
            if service.direct_current:
                liked = ["DC_extended"]
            elif self.plan.phases >= 3:
                liked = ["AC_three_phase_core", "AC_single_phase_core"]
            else:
                liked = ["AC_single_phase_core"]
            for mode in liked:
                if mode in modes:
                    self.mode = mode
                    plain = Service.DC if service.direct_current else Service.AC
                    self.says(service=plain, control=ControlMode.SCHEDULED)
                    return True
        return False

    def leave(self, why: str) -> Heard:
        """End the session in order, before there was power."""
        self.refused = why
        return self.next(Phase.END)

    def stopped(self) -> Heard:
        """Power has ended: look for welded contacts, then end."""
        self.pre_charged = False
        self._looks_left = self.plan.welding_checks
        looks = self.direct_current and self._looks_left > 0
        return self.next(Phase.WELDING if looks else Phase.END)

    def looked(self) -> Heard:
        """One welding detection is done."""
        self._looks_left -= 1
        return self.again() if self._looks_left > 0 else self.next(Phase.END)

    def renegotiated(self) -> Heard:
        """The charger takes new limits: AC goes on meanwhile, DC has its cable checked again."""
        self.pre_charged = False
        self.keeps_power = not self.direct_current
        return self.next(Phase.PARAMETERS)

    def ended(self) -> Heard:
        """The charger confirmed the stop."""
        if self.refused:
            return self.failed(self.refused)
        paused = self.goal is CarWish.PAUSE and not self.din
        self.told = replace(self.told, stage=Stage.PAUSED if paused else Stage.ENDED)
        by_charger = self.told.wanted is Wanted.STOP
        over = Ending.BY_CHARGER if by_charger else Ending.BY_VEHICLE
        return Heard(ending=Ending.PAUSED if paused else over)

    def failed(self, why: str, ending: Ending = Ending.REFUSED) -> Heard:
        """The session cannot go on."""
        self.told = replace(self.told, stage=Stage.FAILED)
        return Heard(ending=ending, why=why)
