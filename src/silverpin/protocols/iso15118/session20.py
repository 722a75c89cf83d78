"""An ISO 15118-20 session, charger's role: the machine that the endpoint drives.

The table of `states20` says what is taken when; `opening20`, `authorization20`, `power20`, `dc20`
and `ac20` say what each request means. A code that begins with FAILED ends the session with the
answer that carries it.
"""

from collections.abc import Callable
from typing import Any

from silverpin.domain.v2g_timers import V2G_TIMERS
from silverpin.protocols.iso15118 import ac20, authorization20, dc20, opening20, power20
from silverpin.protocols.iso15118.conversation20 import Conversation20, Refused
from silverpin.protocols.iso15118.machine import Ending, PausedSession, Reply
from silverpin.protocols.iso15118.machines import Opening
from silverpin.protocols.iso15118.refusals20 import refusal
from silverpin.protocols.iso15118.sap import Flavour
from silverpin.protocols.iso15118.sides import ChargerSide, VehicleSide
from silverpin.protocols.iso15118.states20 import ALLOWED, State20

Handler = Callable[[Conversation20, Any, ChargerSide, int], Reply | None]

HANDLERS: dict[str, Handler] = {
    "SessionSetupReq": opening20.session_setup,
    "AuthorizationSetupReq": authorization20.authorization_setup,
    "AuthorizationReq": authorization20.authorization,
    "ServiceDiscoveryReq": opening20.service_discovery,
    "ServiceDetailReq": opening20.service_detail,
    "ServiceSelectionReq": opening20.service_selection,
    "DC_ChargeParameterDiscoveryReq": dc20.parameters,
    "AC_ChargeParameterDiscoveryReq": ac20.parameters,
    "ScheduleExchangeReq": power20.schedule_exchange,
    "DC_CableCheckReq": dc20.cable_check,
    "DC_PreChargeReq": dc20.pre_charge,
    "PowerDeliveryReq": power20.power_delivery,
    "DC_ChargeLoopReq": dc20.charge_loop,
    "AC_ChargeLoopReq": ac20.charge_loop,
    "DC_WeldingDetectionReq": dc20.welding_detection,
    "SessionStopReq": power20.session_stop,
}


class Session20:
    """The machine of ISO 15118-20 for one connection."""

    def __init__(self, flavour: Flavour, opening: Opening) -> None:
        self._talk = Conversation20(flavour, opening)

    @property
    def told(self) -> VehicleSide:
        """The vehicle as told so far."""
        return self._talk.told

    @property
    def state(self) -> State20:
        """What it waits for."""
        return self._talk.state

    def paused(self) -> PausedSession | None:
        """Return what is to be kept, once the vehicle has paused."""
        return self._talk.paused

    def answer(self, request: Any, side: ChargerSide, now_ns: int, name: str = "") -> Reply | None:
        """Answer a decoded request by state and meaning."""
        name = name or type(request).__name__.removesuffix("Type")
        try:
            self._judge(request, name)
            return HANDLERS[name](self._talk, request, side, now_ns)
        except Refused as refused:
            return self._refuse(name, refused, side)

    def _judge(self, request: Any, name: str) -> None:
        talk = self._talk
        other = "AC_" if talk.service.direct_current else "DC_"
        if name not in ALLOWED[talk.state] or name.startswith(other):
            why = f"{name} while waiting for {talk.state.value}"
            raise Refused("FAILED_SequenceError", why)
        number = request.Header.SessionID
        if number != talk.session_id and talk.state is not State20.SETUP:
            raise Refused("FAILED_UnknownSession", f"{name} for session {number.hex().upper()}")

    def _refuse(self, name: str, refused: Refused, side: ChargerSide) -> Reply:
        self._talk.fail()
        schema, message = refusal(
            name, refused.code, lambda schema: self._talk.header(schema, side)
        )
        why = f"{refused.code}: {refused.why}"
        return Reply(schema, message, V2G_TIMERS.sequence_ns, Ending.REFUSED, why)
