"""Which request may come when, in DIN 70121 and in ISO 15118-2, and where it leads.

Both roles are held to these tables, and the diagrams are drawn from them. SessionStopReq is not in
the rows: it may come at any time once there is a session (decision 23).
"""

from collections.abc import Mapping
from enum import Enum

from silverpin.protocols.iso15118.sides import Stage


class Wait(Enum):
    """What a charger waits for."""

    SESSION_SETUP = "the session to open"
    SERVICE_DISCOVERY = "the question for services"
    SERVICE_SELECTION = "the choice of service and payment"
    PAYMENT_DETAILS = "the contract"
    AUTHORIZATION = "the question for consent"
    CHARGE_PARAMETERS = "the vehicle's limits"
    CABLE_CHECK = "the cable check"
    PRE_CHARGE = "pre-charge"
    PRE_CHARGED = "more pre-charge, or power"
    POWER_DELIVERY = "power to be asked for"
    CURRENT_DEMAND = "the next turn of the DC loop"
    CHARGING_STATUS = "the next turn of the AC loop"
    WELDING = "welding detection, or the end"
    SESSION_STOP = "the end"
    ENDED = "nothing more"


Order = Mapping[Wait, Mapping[str, tuple[Wait, ...]]]
"""For each wait the requests that it admits, and the waits that may follow each."""

STOP_REQUEST = "SessionStopReq"

STAGES: Mapping[str, Stage] = {
    "SessionSetupReq": Stage.OPENING,
    "ServiceDiscoveryReq": Stage.OPENING,
    "ServiceDetailReq": Stage.OPENING,
    "ServicePaymentSelectionReq": Stage.OPENING,
    "PaymentServiceSelectionReq": Stage.OPENING,
    "PaymentDetailsReq": Stage.AUTHORIZING,
    "ContractAuthenticationReq": Stage.AUTHORIZING,
    "AuthorizationReq": Stage.AUTHORIZING,
    "ChargeParameterDiscoveryReq": Stage.AGREEING,
    "CableCheckReq": Stage.CABLE_CHECK,
    "PreChargeReq": Stage.PRE_CHARGE,
    "CurrentDemandReq": Stage.POWER,
    "ChargingStatusReq": Stage.POWER,
    "WeldingDetectionReq": Stage.STOPPING,
}
"""The stage that an admitted request stands for; PowerDeliveryReq says itself which it is."""

_DC_END: Order = {
    Wait.CABLE_CHECK: {"CableCheckReq": (Wait.CABLE_CHECK, Wait.PRE_CHARGE)},
    Wait.PRE_CHARGE: {"PreChargeReq": (Wait.PRE_CHARGED,)},
    Wait.WELDING: {"WeldingDetectionReq": (Wait.WELDING,)},
    Wait.ENDED: {},
}

DIN: Order = {
    Wait.SESSION_SETUP: {"SessionSetupReq": (Wait.SERVICE_DISCOVERY,)},
    Wait.SERVICE_DISCOVERY: {"ServiceDiscoveryReq": (Wait.SERVICE_SELECTION,)},
    Wait.SERVICE_SELECTION: {"ServicePaymentSelectionReq": (Wait.AUTHORIZATION,)},
    Wait.AUTHORIZATION: {"ContractAuthenticationReq": (Wait.AUTHORIZATION, Wait.CHARGE_PARAMETERS)},
    Wait.CHARGE_PARAMETERS: {
        "ChargeParameterDiscoveryReq": (Wait.CHARGE_PARAMETERS, Wait.CABLE_CHECK)
    },
    **_DC_END,
    Wait.PRE_CHARGED: {
        "PreChargeReq": (Wait.PRE_CHARGED,),
        "PowerDeliveryReq": (Wait.CURRENT_DEMAND, Wait.WELDING),
    },
    Wait.CURRENT_DEMAND: {
        "CurrentDemandReq": (Wait.CURRENT_DEMAND,),
        "PowerDeliveryReq": (Wait.CURRENT_DEMAND, Wait.WELDING),
    },
}

ISO2: Order = {
    Wait.SESSION_SETUP: {"SessionSetupReq": (Wait.SERVICE_DISCOVERY,)},
    Wait.SERVICE_DISCOVERY: {"ServiceDiscoveryReq": (Wait.SERVICE_SELECTION,)},
    Wait.SERVICE_SELECTION: {
        "ServiceDetailReq": (Wait.SERVICE_SELECTION,),
        "PaymentServiceSelectionReq": (Wait.AUTHORIZATION, Wait.PAYMENT_DETAILS),
    },
    Wait.PAYMENT_DETAILS: {"PaymentDetailsReq": (Wait.AUTHORIZATION,)},
    Wait.AUTHORIZATION: {"AuthorizationReq": (Wait.AUTHORIZATION, Wait.CHARGE_PARAMETERS)},
    Wait.CHARGE_PARAMETERS: {
        "ChargeParameterDiscoveryReq": (
            Wait.CHARGE_PARAMETERS,
            Wait.CABLE_CHECK,
            Wait.POWER_DELIVERY,
        )
    },
    **_DC_END,
    Wait.PRE_CHARGED: {
        "PreChargeReq": (Wait.PRE_CHARGED,),
        "PowerDeliveryReq": (Wait.CURRENT_DEMAND, Wait.WELDING, Wait.CHARGE_PARAMETERS),
    },
    Wait.CURRENT_DEMAND: {
        "CurrentDemandReq": (Wait.CURRENT_DEMAND,),
        "MeteringReceiptReq": (Wait.CURRENT_DEMAND,),
        "PowerDeliveryReq": (Wait.CURRENT_DEMAND, Wait.WELDING, Wait.CHARGE_PARAMETERS),
    },
    Wait.POWER_DELIVERY: {
        "PowerDeliveryReq": (Wait.CHARGING_STATUS, Wait.SESSION_STOP, Wait.CHARGE_PARAMETERS)
    },
    Wait.CHARGING_STATUS: {
        "ChargingStatusReq": (Wait.CHARGING_STATUS,),
        "MeteringReceiptReq": (Wait.CHARGING_STATUS,),
        "PowerDeliveryReq": (Wait.CHARGING_STATUS, Wait.SESSION_STOP, Wait.CHARGE_PARAMETERS),
    },
    Wait.SESSION_STOP: {},
}


def admits(order: Order, wait: Wait, request: str) -> bool:
    """Return whether *request* may come while the charger waits for *wait*."""
    if request == STOP_REQUEST:
        return wait not in (Wait.SESSION_SETUP, Wait.ENDED)
    return request in order[wait]


def due(order: Order, wait: Wait) -> str:
    """Return the request that *wait* expects first."""
    return next(iter(order[wait]), STOP_REQUEST)
