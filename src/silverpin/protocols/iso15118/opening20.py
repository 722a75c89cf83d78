"""ISO 15118-20 from the first message to the chosen service, charger's role."""

from typing import Any

from silverpin.protocols.exi import messages
from silverpin.protocols.iso15118.conversation20 import (
    COMMON,
    Conversation20,
    Refused,
    printable,
)
from silverpin.protocols.iso15118.machine import PausedSession, Reply
from silverpin.protocols.iso15118.services20 import (
    SERVICE_IDS,
    SERVICES,
    choices,
    parameter_list,
)
from silverpin.protocols.iso15118.sides import ChargerSide, Service
from silverpin.protocols.iso15118.states20 import State20


def session_setup(talk: Conversation20, request: Any, side: ChargerSide, now_ns: int) -> Reply:
    """Begin a session, or take up the paused one if it is the same vehicle that returns.

    A session is joined only by the EVCCID that paused it; any other vehicle that knows its number
    gets a new one. That it is the same certificate too is seen to by the endpoint.
    """
    talk.says(evcc_id=printable(request.EVCCID))
    paused = talk.resume
    asked = request.Header.SessionID
    if paused and asked == paused.session_id and _fits(talk, paused, side):
        talk.session_id = paused.session_id
        talk.says(
            session_id=paused.session_id.hex().upper(),
            service=paused.service,
            control=paused.control,
            phases=paused.phases,
            resumed=True,
        )
        code, to = "OK_OldSessionJoined", State20.REJOINED
    else:
        talk.session_id = _new_id(talk, asked)
        talk.says(session_id=talk.session_id.hex().upper())
        code, to = "OK_NewSessionEstablished", State20.AUTHORIZATION_SETUP
    return talk.reply(COMMON, "SessionSetupRes", side, to=to, code=code, EVSEID=side.evse_id)


def _fits(talk: Conversation20, paused: PausedSession, side: ChargerSide) -> bool:
    """Whether this vehicle's paused session can go on here: kind of current and service."""
    return (
        paused.protocol == "iso20"
        and paused.evcc_id == talk.heard("evcc_id")
        and paused.service.direct_current == talk.service.direct_current
        and paused.service in side.services
    )


def _new_id(talk: Conversation20, asked: bytes) -> bytes:
    while True:
        made = talk.chance.randbytes(8)
        if made not in (bytes(8), asked):
            return made


def service_discovery(talk: Conversation20, request: Any, side: ChargerSide, now_ns: int) -> Reply:
    """List the services of this kind of current, those that the vehicle knows if it says which."""
    ours = [s for s in side.services if s.direct_current == talk.service.direct_current]
    if not ours:
        raise Refused("FAILED", "there is no service to offer now")
    known = request.SupportedServiceIDs
    shared = [s for s in ours if known is None or SERVICE_IDS[s] in known.ServiceID] or ours
    talk.offers = {SERVICE_IDS[service]: choices(service, side) for service in shared}
    common = messages(COMMON)
    rows = tuple(common.ServiceType(ServiceID=number, FreeService=False) for number in talk.offers)
    return talk.reply(
        COMMON,
        "ServiceDiscoveryRes",
        side,
        to=State20.SERVICES,
        ServiceRenegotiationSupported=True,
        EnergyTransferServiceList=common.ServiceListType(Service=rows),
    )


def service_detail(talk: Conversation20, request: Any, side: ChargerSide, now_ns: int) -> Reply:
    """Give the parameter sets of one service."""
    offered = talk.offers.get(request.ServiceID)
    if offered is None:
        raise Refused("FAILED_ServiceIDInvalid", f"service {request.ServiceID} is not offered")
    return talk.reply(
        COMMON,
        "ServiceDetailRes",
        side,
        to=State20.SELECTION,
        ServiceID=request.ServiceID,
        ServiceParameterList=parameter_list(offered),
    )


def service_selection(talk: Conversation20, request: Any, side: ChargerSide, now_ns: int) -> Reply:
    """Take the vehicle's choice of service and parameter set."""
    chosen = request.SelectedEnergyTransferService
    offered = talk.offers.get(chosen.ServiceID)
    if offered is None:
        why = f"service {_words(chosen.ServiceID)} is not offered"
        raise Refused("FAILED_NoEnergyTransferServiceSelected", why)
    choice = offered.get(chosen.ParameterSetID)
    if choice is None:
        why = f"{_words(chosen.ServiceID)} has no parameter set {chosen.ParameterSetID}"
        raise Refused("FAILED_ServiceSelectionInvalid", why)
    if request.SelectedVASList is not None:
        raise Refused("FAILED_ServiceSelectionInvalid", "no other service is offered")
    talk.forget_targets()
    talk.says(service=choice.service, control=choice.control, phases=choice.phases)
    talk.tells_needs = choice.needs_of_charger
    talk.asked_to_stop = False
    return talk.reply(COMMON, "ServiceSelectionRes", side, to=State20.PARAMETERS)


def _words(number: int) -> str:
    service: Service | None = SERVICES.get(number)
    return f"{number} ({service.value})" if service else f"{number}"
