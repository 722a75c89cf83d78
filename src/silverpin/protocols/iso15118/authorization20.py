"""ISO 15118-20: who may have energy, charger's role.

External identification (card, app, button) is always offered. Plug and charge is offered where
somebody judges contracts and the vehicle has proved in TLS who it is. A contract that is good is
named in the vehicle's side; whether it may charge here is the charger's consent, as for a card.
"""

from typing import Any

from silverpin.domain.v2g_timers import V2G_TIMERS
from silverpin.protocols.exi import messages
from silverpin.protocols.iso15118.contract20 import judge
from silverpin.protocols.iso15118.conversation20 import COMMON, Conversation20, Refused
from silverpin.protocols.iso15118.machine import Reply
from silverpin.protocols.iso15118.sides import ChargerSide, Consent
from silverpin.protocols.iso15118.states20 import State20

EXTERNAL, CONTRACT = "EIM", "PnC"
FINISHED, ONGOING = "Finished", "Ongoing"
BY_DRIVER = "Ongoing_WaitingForCustomerInteraction"


def authorization_setup(
    talk: Conversation20, request: Any, side: ChargerSide, now_ns: int
) -> Reply:
    """Offer what there is, with a challenge for whoever shows a contract."""
    common = messages(COMMON)
    if talk.contracts is None:
        offered: dict[str, Any] = {
            "AuthorizationServices": (EXTERNAL,),
            "EIM_ASResAuthorizationMode": common.EIM_ASResAuthorizationModeType(),
        }
    else:
        talk.challenge = talk.chance.randbytes(16)
        challenge = common.PnC_ASResAuthorizationModeType(GenChallenge=talk.challenge)
        offered = {
            "AuthorizationServices": (CONTRACT, EXTERNAL),
            "PnC_ASResAuthorizationMode": challenge,
        }
    return talk.reply(
        COMMON,
        "AuthorizationSetupRes",
        side,
        to=State20.AUTHORIZATION,
        CertificateInstallationService=False,
        **offered,
    )


def authorization(talk: Conversation20, request: Any, side: ChargerSide, now_ns: int) -> Reply:
    """Say whether the driver may have energy, or that nobody has said so yet."""
    if request.SelectedAuthorizationService == EXTERNAL:
        return _consent(talk, side, "WARNING_EIMAuthorizationFailure", BY_DRIVER)
    if talk.contracts is None:
        code = "WARNING_AuthorizationSelectionInvalid"
        return _warned(talk, side, code, f"{CONTRACT} is not offered")
    found = judge(request, talk.challenge, talk.contracts, side.unix_s)
    if found.fault is not None:
        if found.fault.value.startswith("FAILED"):
            raise Refused(found.fault.value, found.why)
        return _warned(talk, side, found.fault.value, found.why)
    talk.says(contract=found.name)
    waits_ns = talk.lasts_ns("contract", now_ns)
    pending = side.consent is Consent.PENDING
    if pending and waits_ns >= V2G_TIMERS.ongoing_performance_ns:
        code = "WARNING_GeneralPnCAuthorizationError"
        return _warned(talk, side, code, "nobody has said in time whether the contract may charge")
    return _consent(talk, side, "WARNING_GeneralPnCAuthorizationError", ONGOING)


def _consent(talk: Conversation20, side: ChargerSide, refusal: str, waiting: str) -> Reply:
    """Pass on what the charger says of this driver."""
    if side.consent is Consent.REFUSED:
        return _warned(talk, side, refusal, "the driver may not have energy")
    granted = side.consent is Consent.GRANTED
    return talk.reply(
        COMMON,
        "AuthorizationRes",
        side,
        to=State20.DISCOVERY if granted else State20.AUTHORIZATION,
        EVSEProcessing=FINISHED if granted else waiting,
    )


def _warned(talk: Conversation20, side: ChargerSide, code: str, why: str) -> Reply:
    """Decline, so that the vehicle may choose another way or leave."""
    return talk.reply(
        COMMON,
        "AuthorizationRes",
        side,
        to=State20.AUTHORIZATION,
        code=code,
        why=f"{code}: {why}",
        EVSEProcessing=FINISHED,
    )
