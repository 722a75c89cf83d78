"""The states of an ISO 15118-20 session and what each takes, charger's role, as data.

A state is what the charger waits in; a step is a request that it takes there and the states that
may follow. Everything else is a sequence error. `docs` draws the diagram from this table, and a
property test holds the machine against it.
"""

from enum import Enum
from typing import NamedTuple

from silverpin.protocols.iso15118.sides import Stage


class State20(Enum):
    """What the charger waits for."""

    SETUP = "session setup"
    AUTHORIZATION_SETUP = "authorization setup"
    AUTHORIZATION = "authorization"
    DISCOVERY = "service discovery"
    SERVICES = "service details"
    SELECTION = "service selection"
    PARAMETERS = "charge parameters"
    REJOINED = "charge parameters of a resumed session"
    SCHEDULE = "schedule"
    CABLE_CHECK = "cable check"
    PRE_CHARGE = "pre-charge"
    START = "start of power"
    LOOP = "charge loop"
    NEW_SCHEDULE = "new schedule"
    STOPPED = "welding detection or stop"
    PAUSED = "paused"
    ENDED = "ended"


class Step(NamedTuple):
    """A request that a state takes, and where it may lead."""

    request: str
    to: tuple[State20, ...]


S = State20
_STOP = Step("SessionStopReq", (S.ENDED,))
_STOP_ANYHOW = Step("SessionStopReq", (S.DISCOVERY, S.PAUSED, S.ENDED))

STEPS: dict[State20, tuple[Step, ...]] = {
    S.SETUP: (Step("SessionSetupReq", (S.AUTHORIZATION_SETUP, S.REJOINED)),),
    S.AUTHORIZATION_SETUP: (Step("AuthorizationSetupReq", (S.AUTHORIZATION,)), _STOP),
    S.AUTHORIZATION: (
        Step("AuthorizationReq", (S.AUTHORIZATION, S.DISCOVERY)),
        Step("AuthorizationSetupReq", (S.AUTHORIZATION,)),
        _STOP,
    ),
    S.DISCOVERY: (Step("ServiceDiscoveryReq", (S.SERVICES,)), _STOP),
    S.SERVICES: (Step("ServiceDetailReq", (S.SELECTION,)), _STOP),
    S.SELECTION: (
        Step("ServiceDetailReq", (S.SELECTION,)),
        Step("ServiceSelectionReq", (S.PARAMETERS,)),
        _STOP,
    ),
    S.PARAMETERS: (
        Step("DC_ChargeParameterDiscoveryReq", (S.SCHEDULE,)),
        Step("AC_ChargeParameterDiscoveryReq", (S.SCHEDULE,)),
        _STOP,
    ),
    S.REJOINED: (
        Step("DC_ChargeParameterDiscoveryReq", (S.SCHEDULE,)),
        Step("AC_ChargeParameterDiscoveryReq", (S.SCHEDULE,)),
        Step("AuthorizationSetupReq", (S.AUTHORIZATION,)),
        _STOP_ANYHOW,
    ),
    S.SCHEDULE: (
        Step("ScheduleExchangeReq", (S.SCHEDULE, S.CABLE_CHECK, S.START)),
        _STOP_ANYHOW,
    ),
    S.CABLE_CHECK: (
        Step("DC_CableCheckReq", (S.CABLE_CHECK, S.PRE_CHARGE)),
        _STOP_ANYHOW,
    ),
    S.PRE_CHARGE: (
        Step("DC_PreChargeReq", (S.PRE_CHARGE, S.START)),
        Step("PowerDeliveryReq", (S.START, S.LOOP, S.STOPPED)),
        _STOP_ANYHOW,
    ),
    S.START: (
        Step("DC_PreChargeReq", (S.PRE_CHARGE, S.START)),
        Step("PowerDeliveryReq", (S.START, S.LOOP, S.STOPPED)),
        _STOP_ANYHOW,
    ),
    S.LOOP: (
        Step("DC_ChargeLoopReq", (S.LOOP,)),
        Step("AC_ChargeLoopReq", (S.LOOP,)),
        Step("PowerDeliveryReq", (S.LOOP, S.NEW_SCHEDULE, S.STOPPED)),
    ),
    S.NEW_SCHEDULE: (
        Step("ScheduleExchangeReq", (S.NEW_SCHEDULE,)),
        Step("PowerDeliveryReq", (S.NEW_SCHEDULE, S.LOOP, S.STOPPED)),
    ),
    S.STOPPED: (Step("DC_WeldingDetectionReq", (S.STOPPED,)), _STOP_ANYHOW),
    S.PAUSED: (),
    S.ENDED: (),
}

ALLOWED = {
    state: {step.request: frozenset(step.to) for step in steps} for state, steps in STEPS.items()
}

STAGES = {
    S.SETUP: Stage.OPENING,
    S.AUTHORIZATION_SETUP: Stage.AUTHORIZING,
    S.AUTHORIZATION: Stage.AUTHORIZING,
    S.DISCOVERY: Stage.AGREEING,
    S.SERVICES: Stage.AGREEING,
    S.SELECTION: Stage.AGREEING,
    S.PARAMETERS: Stage.AGREEING,
    S.REJOINED: Stage.AGREEING,
    S.SCHEDULE: Stage.AGREEING,
    S.CABLE_CHECK: Stage.CABLE_CHECK,
    S.PRE_CHARGE: Stage.PRE_CHARGE,
    S.START: Stage.STARTING,
    S.LOOP: Stage.POWER,
    S.NEW_SCHEDULE: Stage.POWER,
    S.STOPPED: Stage.STOPPING,
    S.PAUSED: Stage.PAUSED,
    S.ENDED: Stage.ENDED,
}
