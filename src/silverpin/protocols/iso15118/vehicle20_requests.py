"""Requests of ISO 15118-20, vehicle's role, made of plan and present state."""

from collections.abc import Callable
from typing import Any

from silverpin.domain.v2g_timers import V2G_TIMERS
from silverpin.protocols.exi import messages
from silverpin.protocols.iso15118.car import Car, CarWish, Plan, plan_now
from silverpin.protocols.iso15118.rational import rational, rational_limit
from silverpin.protocols.iso15118.schedule import SCHEDULE_S
from silverpin.protocols.iso15118.services20 import SERVICE_IDS
from silverpin.protocols.iso15118.vehicle20_talk import Phase, VehicleTalk20
from silverpin.protocols.iso15118.vehicle_machine import Ask

COMMON, AC, DC = "iso20-common", "iso20-ac", "iso20-dc"
SLOW = frozenset(
    {Phase.DETAIL, Phase.START, Phase.STOP, Phase.RESCHEDULE, Phase.STANDBY, Phase.DISCOVERY}
)
"""Phases whose answer may take longer."""
NOTHING_W = 0.0
PHASES = ("", "_L2", "_L3")

SIGNATURE = "Signature"
"""Of the header, where a request is signed."""

Content = tuple[str, str, dict[str, Any]]
"""Schema, name and fields of a request, without its header."""


def request(talk: VehicleTalk20, car: Car) -> Ask:
    """Return what the vehicle asks for in its phase."""
    schema, name, fields = CONTENTS[talk.phase](talk, car)
    m = messages(schema)
    header = m.MessageHeaderType(
        SessionID=talk.session_id,
        TimeStamp=max(0, int(car.unix_s)),
        Signature=fields.pop(SIGNATURE, None),
    )
    message = getattr(m, name + "Type")(Header=header, **fields)
    timeout_ns = V2G_TIMERS.message_long_ns if talk.phase in SLOW else V2G_TIMERS.message_ns
    if talk.phase is Phase.LOOP:
        timeout_ns = V2G_TIMERS.loop_message_ns
    return Ask(schema, message, timeout_ns)


def _current(talk: VehicleTalk20) -> str:
    return "DC" if talk.service.direct_current else "AC"


def _both(talk: VehicleTalk20) -> str:
    return "BPT_" if talk.service.bidirectional else ""


def _setup(talk: VehicleTalk20, car: Car) -> Content:
    return COMMON, "SessionSetupReq", {"EVCCID": talk.plan.evcc_id}


def _authorization(talk: VehicleTalk20, car: Car) -> Content:
    if talk.shown is not None:
        contract, signature = talk.shown
        fields = {"SelectedAuthorizationService": "PnC", "PnC_AReqAuthorizationMode": contract}
        return COMMON, "AuthorizationReq", {**fields, SIGNATURE: signature}
    external = messages(COMMON).EIM_AReqAuthorizationModeType()
    fields = {"SelectedAuthorizationService": "EIM", "EIM_AReqAuthorizationMode": external}
    return COMMON, "AuthorizationReq", fields


def _detail(talk: VehicleTalk20, car: Car) -> Content:
    return COMMON, "ServiceDetailReq", {"ServiceID": SERVICE_IDS[talk.service]}


def _selection(talk: VehicleTalk20, car: Car) -> Content:
    chosen = messages(COMMON).SelectedServiceType(
        ServiceID=SERVICE_IDS[talk.service], ParameterSetID=talk.parameter_set
    )
    return COMMON, "ServiceSelectionReq", {"SelectedEnergyTransferService": chosen}


def _parameters(talk: VehicleTalk20, car: Car) -> Content:
    kind = _current(talk)
    name = f"{_both(talk)}{kind}_CPDReqEnergyTransferMode"
    now = plan_now(talk.plan, car)
    fields = _dc_parameters(talk, now) if kind == "DC" else _ac_limits(talk, now)
    schema = DC if kind == "DC" else AC
    mode = getattr(messages(schema), name + "Type")(**fields)
    return schema, f"{kind}_ChargeParameterDiscoveryReq", {name: mode}


def _dc_parameters(talk: VehicleTalk20, plan: Plan) -> dict[str, Any]:
    nothing = rational(DC, NOTHING_W)
    fields = {**_dc_limits(talk, plan), "EVMinimumChargeCurrent": nothing}
    if talk.service.bidirectional:
        fields["EVMinimumDischargeCurrent"] = nothing
    return fields


def _dc_limits(talk: VehicleTalk20, plan: Plan) -> dict[str, Any]:
    """The limits that parameters and loop have in common."""
    fields = {
        "EVMaximumChargePower": rational_limit(DC, plan.charge_max_w),
        "EVMinimumChargePower": rational(DC, NOTHING_W),
        "EVMaximumChargeCurrent": rational_limit(DC, plan.charge_max_a),
        "EVMaximumVoltage": rational_limit(DC, plan.voltage_max_v),
        "EVMinimumVoltage": rational(DC, plan.voltage_min_v),
    }
    if talk.service.bidirectional:
        sign = -1.0 if plan.negative_discharge_limits else 1.0
        fields |= {
            "EVMaximumDischargePower": rational_limit(DC, sign * plan.discharge_max_w),
            "EVMinimumDischargePower": rational(DC, NOTHING_W),
            "EVMaximumDischargeCurrent": rational_limit(DC, sign * plan.discharge_max_a),
        }
    return fields


def _ac_limits(talk: VehicleTalk20, plan: Plan) -> dict[str, Any]:
    fields = _phases(talk, "EVMaximumChargePower", plan.charge_max_w)
    fields |= _phases(talk, "EVMinimumChargePower", NOTHING_W)
    if talk.service.bidirectional:
        sign = -1.0 if plan.negative_discharge_limits else 1.0
        fields |= _phases(talk, "EVMaximumDischargePower", sign * plan.discharge_max_w)
        fields |= _phases(talk, "EVMinimumDischargePower", NOTHING_W)
    return fields


def _phases(talk: VehicleTalk20, name: str, power_w: float) -> dict[str, Any]:
    told = rational_limit(AC, power_w / talk.plan.phases)
    return {name + phase: told for phase in PHASES[: talk.plan.phases]}


def _energies(talk: VehicleTalk20, schema: str) -> dict[str, Any]:
    plan = talk.plan
    return {
        "EVTargetEnergyRequest": rational(schema, plan.energy_target_wh),
        "EVMaximumEnergyRequest": rational(schema, plan.energy_max_wh),
        "EVMinimumEnergyRequest": rational(schema, plan.energy_min_wh),
    }


def _schedule(talk: VehicleTalk20, car: Car) -> Content:
    name = f"{'Dynamic' if talk.dynamic else 'Scheduled'}_SEReqControlMode"
    made = getattr(messages(COMMON), name + "Type")
    mode = made(DepartureTime=int(talk.plan.departure_s), **_energies(talk, COMMON))
    return COMMON, "ScheduleExchangeReq", {"MaximumSupportingPoints": 1024, name: mode}


def _pre_charge(talk: VehicleTalk20, car: Car) -> Content:
    fields = {
        "EVProcessing": "Finished" if talk.pre_charged else "Ongoing",
        "EVPresentVoltage": rational(DC, car.inlet_v),
        "EVTargetVoltage": rational(DC, car.battery_v),
    }
    return DC, "DC_PreChargeReq", fields


def _start(talk: VehicleTalk20, car: Car) -> Content:
    fields = {"EVPowerProfile": _profile(talk, car), **_progress("Start")}
    if talk.service.bidirectional:
        fields["BPT_ChannelSelection"] = "Discharge" if car.wanted_a < 0 else "Charge"
    return COMMON, "PowerDeliveryReq", fields


def _profile(talk: VehicleTalk20, car: Car) -> Any:
    """What the vehicle takes at most, within the schedule that it was told."""
    common = messages(COMMON)
    power_w = min(talk.plan.charge_max_w, talk.told.charge_max_w or 0.0)
    entry = common.PowerScheduleEntryType(
        Duration=SCHEDULE_S, Power=rational_limit(COMMON, power_w)
    )
    entries = common.EVPowerProfileEntryListType(EVPowerProfileEntry=(entry,))
    anchor = max(0, int(car.unix_s))
    if talk.dynamic:
        mode = common.Dynamic_EVPPTControlModeType()
        return common.EVPowerProfileType(
            TimeAnchor=anchor, Dynamic_EVPPTControlMode=mode, EVPowerProfileEntries=entries
        )
    # The schema could do without the acceptance; a charger in wide use cannot.
    mode = common.Scheduled_EVPPTControlModeType(
        SelectedScheduleTupleID=talk.schedule, PowerToleranceAcceptance="PowerToleranceConfirmed"
    )
    return common.EVPowerProfileType(
        TimeAnchor=anchor, Scheduled_EVPPTControlMode=mode, EVPowerProfileEntries=entries
    )


def _progress(wish: str) -> dict[str, Any]:
    return {"EVProcessing": "Finished", "ChargeProgress": wish}


def _delivery(wish: str) -> Callable[[VehicleTalk20, Car], Content]:
    return lambda talk, car: (COMMON, "PowerDeliveryReq", _progress(wish))


def _loop(talk: VehicleTalk20, car: Car) -> Content:
    kind = _current(talk)
    schema = DC if kind == "DC" else AC
    name = f"{_both(talk)}{'Dynamic' if talk.dynamic else 'Scheduled'}_{kind}_CLReqControlMode"
    m = messages(schema)
    content = _dc_loop(talk, car) if kind == "DC" else _ac_loop(talk, car)
    if talk.dynamic:
        content |= _energies(talk, schema)
    fields = {
        "DisplayParameters": m.DisplayParametersType(
            PresentSOC=min(max(round(car.state_of_charge * 100), 0), 100),
            ChargingComplete=False,  # optional, and still a charger in wide use wants it
        ),
        "MeterInfoRequested": False,
        name: getattr(m, name + "Type")(**content),
    }
    if kind == "DC":
        fields["EVPresentVoltage"] = rational(DC, car.inlet_v)
    return schema, f"{kind}_ChargeLoopReq", fields


def _dc_loop(talk: VehicleTalk20, car: Car) -> dict[str, Any]:
    fields = _dc_limits(talk, plan_now(talk.plan, car))
    if not talk.dynamic:
        wanted_a = car.wanted_a if talk.service.bidirectional else max(car.wanted_a, 0.0)
        fields |= {
            "EVTargetCurrent": rational(DC, wanted_a),
            "EVTargetVoltage": rational(DC, talk.plan.voltage_max_v),
        }
    return fields


def _ac_loop(talk: VehicleTalk20, car: Car) -> dict[str, Any]:
    return {
        **_ac_limits(talk, plan_now(talk.plan, car)),
        **_phases(talk, "EVPresentActivePower", car.power_w),
        **_phases(talk, "EVPresentReactivePower", NOTHING_W),
    }


def _welding(talk: VehicleTalk20, car: Car) -> Content:
    processing = "Finished" if talk.last_look else "Ongoing"
    return DC, "DC_WeldingDetectionReq", {"EVProcessing": processing}


def _stop(talk: VehicleTalk20, car: Car) -> Content:
    words = {CarWish.PAUSE: "Pause", CarWish.RENEGOTIATE: "ServiceRenegotiation"}
    return COMMON, "SessionStopReq", {"ChargingSession": words.get(talk.goal, "Terminate")}


def _plain(schema: str, name: str) -> Callable[[VehicleTalk20, Car], Content]:
    return lambda talk, car: (schema, name, {})


CONTENTS: dict[Phase, Callable[[VehicleTalk20, Car], Content]] = {
    Phase.SETUP: _setup,
    Phase.AUTHORIZATION_SETUP: _plain(COMMON, "AuthorizationSetupReq"),
    Phase.AUTHORIZATION: _authorization,
    Phase.DISCOVERY: _plain(COMMON, "ServiceDiscoveryReq"),
    Phase.DETAIL: _detail,
    Phase.SELECTION: _selection,
    Phase.PARAMETERS: _parameters,
    Phase.SCHEDULE: _schedule,
    Phase.CABLE_CHECK: _plain(DC, "DC_CableCheckReq"),
    Phase.PRE_CHARGE: _pre_charge,
    Phase.START: _start,
    Phase.LOOP: _loop,
    Phase.RESCHEDULE: _delivery("ScheduleRenegotiation"),
    Phase.STANDBY: _delivery("Standby"),
    Phase.STOP: _delivery("Stop"),
    Phase.WELDING: _welding,
    Phase.END: _stop,
}
