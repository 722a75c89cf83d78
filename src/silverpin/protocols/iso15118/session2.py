"""One session of DIN 70121 or ISO 15118-2, charger's role: the machine behind the seam.

A request is admitted by the table of its dialect and by the session ID in its header, handled, and
answered in full. What is not admitted is answered in kind with FAILED_SequenceError or
FAILED_UnknownSession. A message that is no request, or none at all, counts as the request that was
due and is answered as one out of sequence.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from random import Random
from typing import Any

from silverpin.domain.v2g_timers import V2G_TIMERS
from silverpin.protocols.exi import messages
from silverpin.protocols.exi.least import least
from silverpin.protocols.iso15118 import energy2, opening2
from silverpin.protocols.iso15118.answers2 import stopping
from silverpin.protocols.iso15118.contract20 import Contracts
from silverpin.protocols.iso15118.conversation2 import Conversation2, Dialect, Refused, Said
from silverpin.protocols.iso15118.machine import Ending, PausedSession, Reply
from silverpin.protocols.iso15118.session2_order import (
    STAGES,
    STOP_REQUEST,
    Wait,
    admits,
    due,
)
from silverpin.protocols.iso15118.sides import ChargerSide, ControlMode, Stage, VehicleSide

TELLS_STATUS = {Stage.AGREEING, Stage.CABLE_CHECK, Stage.PRE_CHARGE, Stage.STARTING, Stage.POWER}
"""Stages before the vehicle has ended power, whose answers may ask it to."""

Handler = Callable[[Conversation2, Any, ChargerSide, int], Said | None]


def session_stop(talk: Conversation2, request: Any, side: ChargerSide, now_ns: int) -> Said:
    """End the session, or pause it where the dialect has a word for that."""
    service = talk.told.service
    if getattr(request, "ChargingSession", "Terminate") == "Pause" and service:
        talk.stage = Stage.PAUSED
        talk.paused = PausedSession(
            session_id=talk.session_id,
            evcc_id=talk.told.evcc_id or "",
            protocol=talk.dialect.schema,
            service=service,
            control=ControlMode.SCHEDULED,
            paused_ns=now_ns,
        )
        return Said(Wait.ENDED, ending=Ending.PAUSED)
    talk.stage = Stage.ENDED
    by_us = talk.asked_to_stop
    return Said(Wait.ENDED, ending=Ending.BY_CHARGER if by_us else Ending.BY_VEHICLE)


HANDLERS: Mapping[str, Handler] = {
    "SessionSetupReq": opening2.session_setup,
    "ServiceDiscoveryReq": opening2.service_discovery,
    "ServiceDetailReq": opening2.service_detail,
    "ServicePaymentSelectionReq": opening2.selection,
    "PaymentServiceSelectionReq": opening2.selection,
    "PaymentDetailsReq": opening2.payment_details,
    "ContractAuthenticationReq": opening2.authorization,
    "AuthorizationReq": opening2.authorization,
    "ChargeParameterDiscoveryReq": energy2.charge_parameters,
    "CableCheckReq": energy2.cable_check,
    "PreChargeReq": energy2.pre_charge,
    "PowerDeliveryReq": energy2.power_delivery,
    "CurrentDemandReq": energy2.current_demand,
    "ChargingStatusReq": energy2.charging_status,
    "MeteringReceiptReq": energy2.metering_receipt,
    "WeldingDetectionReq": energy2.welding_detection,
    STOP_REQUEST: session_stop,
}


class Session2:
    """A `Machine`: takes whole V2G messages of one dialect and gives replies."""

    def __init__(
        self,
        dialect: Dialect,
        chance: Random,
        resume: PausedSession | None = None,
        contracts: Contracts | None = None,
    ) -> None:
        self._m = messages(dialect.schema)
        self._talk = Conversation2(dialect, chance, resume, contracts)

    @property
    def told(self) -> VehicleSide:
        """The vehicle as told so far."""
        return self._talk.told

    @property
    def wait(self) -> Wait:
        """What the charger waits for."""
        return self._talk.wait

    def paused(self) -> PausedSession | None:
        """Return what is to be kept, once the conversation was paused."""
        return self._talk.paused

    def answer(self, request: Any, side: ChargerSide, now_ns: int, name: str = "") -> Reply | None:
        """Answer *request*, or return None to be asked again with it at the next tick."""
        talk = self._talk
        asked, content = self._element(request.Body)
        talk.asked, talk.asked_id = request, request.Header.SessionID
        try:
            self._admit(asked, content)
            talk.stage = talk.stage if talk.keeps_power else STAGES.get(asked, talk.stage)
            said = HANDLERS[asked](talk, content, side, now_ns)
        except Refused as refused:
            return self._refuse(asked, refused, side)
        if said is None:
            return None
        talk.move(said.to)
        if talk.stage in TELLS_STATUS and stopping(side):
            talk.asked_to_stop = True
        return self._reply(asked, said, side)

    def _element(self, body: Any) -> tuple[str, Any]:
        """Return the request in *body* and its content; for what is none, the one that is due."""
        for name in body.__slots__:
            content = getattr(body, name)
            if content is not None and name.endswith("Req"):
                return name, content
        return due(self._talk.dialect.order, self._talk.wait), None

    def _admit(self, asked: str, content: Any) -> None:
        talk = self._talk
        known = talk.wait is Wait.SESSION_SETUP or talk.asked_id == talk.session_id
        if not known:
            theirs = talk.asked_id.hex().upper() or "none"
            raise Refused("FAILED_UnknownSession", f"{asked} names the session {theirs}, not ours")
        if content is None:
            raise Refused("FAILED_SequenceError", "the vehicle sent no request")
        if not admits(talk.dialect.order, talk.wait, asked):
            why = f"{asked} came while the charger waits for {talk.wait.value}"
            raise Refused("FAILED_SequenceError", why)

    def _refuse(self, asked: str, refused: Refused, side: ChargerSide) -> Reply:
        self._talk.move(Wait.ENDED)
        self._talk.stage = Stage.FAILED
        said = Said(Wait.ENDED, refused.code, ending=Ending.REFUSED)
        return self._reply(asked, said, side, f"{refused.why} ({refused.code})")

    def _reply(self, asked: str, said: Said, side: ChargerSide, why: str | None = None) -> Reply:
        talk, m = self._talk, self._m
        answer = asked.removesuffix("Req") + "Res"
        if writer := talk.dialect.writers.get(asked):
            content = writer(m, said, talk, side)
        else:
            content = replace(least(talk.dialect.schema, answer + "Type"), ResponseCode=said.code)
        message = m.V2G_Message(
            Header=m.MessageHeaderType(SessionID=talk.session_id),
            Body=m.BodyType(**{answer: content}),
        )
        return Reply(talk.dialect.schema, message, V2G_TIMERS.sequence_ns, said.ending, why)
