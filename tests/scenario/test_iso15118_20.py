"""Whole ISO 15118-20 sessions: a charger's and a vehicle's end face to face."""

import pytest

from silverpin.domain.quantities import NS_PER_S
from silverpin.protocols.iso15118.car import CarWish, Plan
from silverpin.protocols.iso15118.machine import Ending
from silverpin.protocols.iso15118.sides import Consent, ControlMode, Service, Stage, Wanted
from silverpin.protocols.iso15118.turn import What
from tests.v2g_pair import Pair

OPENING = [
    "supportedAppProtocolReq",
    "SessionSetupReq",
    "AuthorizationSetupReq",
    "AuthorizationReq",
    "ServiceDiscoveryReq",
    "ServiceDetailReq",
    "ServiceSelectionReq",
]
DC_ORDER = [
    *OPENING,
    "DC_ChargeParameterDiscoveryReq",
    "ScheduleExchangeReq",
    "DC_CableCheckReq",
    "DC_PreChargeReq",
    "PowerDeliveryReq",
    "DC_ChargeLoopReq",
    "PowerDeliveryReq",
    "DC_WeldingDetectionReq",
    "SessionStopReq",
]
AC_ORDER = [
    *OPENING,
    "AC_ChargeParameterDiscoveryReq",
    "ScheduleExchangeReq",
    "PowerDeliveryReq",
    "AC_ChargeLoopReq",
    "PowerDeliveryReq",
    "SessionStopReq",
]


def plan(service: Service = Service.DC_BPT, control: ControlMode = ControlMode.SCHEDULED) -> Plan:
    return Plan(services=(service,), controls=(control,))


@pytest.mark.verifies("COM-1")
@pytest.mark.parametrize("control", ControlMode)
@pytest.mark.parametrize("service", Service)
def test_a_session_goes_from_the_negotiation_to_power_and_back(
    service: Service, control: ControlMode
) -> None:
    pair = Pair(plan(service, control)).until_power()
    assert pair.charger.told.stage is Stage.POWER
    assert (pair.charger.told.service, pair.charger.told.control) == (service, control)
    pair.wish(wish=CarWish.STOP)
    pair.run()
    assert pair.requests == (DC_ORDER if service.direct_current else AC_ORDER)
    assert (pair.charger.ending, pair.vehicle.ending) == (Ending.BY_VEHICLE, Ending.BY_VEHICLE)
    assert pair.told(What.REFUSED) == []


def test_the_charger_stops_a_session_by_telling_the_vehicle() -> None:
    pair = Pair(plan()).until_power()
    pair.change(wanted=Wanted.STOP, notice_max_s=5.0)
    pair.run()
    assert pair.charger.ending is Ending.BY_CHARGER
    assert pair.vehicle.ending is Ending.BY_CHARGER
    assert pair.requests == DC_ORDER


def test_a_fault_ends_power_in_order_and_an_emergency_at_once() -> None:
    pair = Pair(plan()).until_power()
    pair.change(fault="ERR_THERM_OVER")
    pair.run()
    assert pair.requests == DC_ORDER
    pair = Pair(plan()).until_power()
    pair.change(fault="ERR_LOCK_FAIL", emergency=True)
    pair.run()
    assert pair.requests[-1] == "DC_ChargeLoopReq"
    assert (pair.charger.ending, pair.vehicle.ending) == (Ending.REFUSED, Ending.REFUSED)


@pytest.mark.parametrize("control", ControlMode)
@pytest.mark.parametrize("service", Service)
@pytest.mark.parametrize("by_charger", [True, False])
def test_a_paused_session_is_taken_up_where_it_was(
    service: Service, control: ControlMode, by_charger: bool
) -> None:
    first = Pair(plan(service, control)).until_power()
    if by_charger:
        first.change(wanted=Wanted.PAUSE)
    else:
        first.wish(wish=CarWish.PAUSE)
    first.run()
    assert (first.charger.ending, first.vehicle.ending) == (Ending.PAUSED, Ending.PAUSED)
    assert first.charger.told.stage is Stage.PAUSED
    plan_again = first.vehicle.to_resume()
    assert plan_again is not None

    second = Pair(plan_again, resume=first.charger.paused()).until_power()
    assert second.vehicle.told.resumed
    assert second.charger.told.session_id == first.charger.told.session_id
    assert (second.charger.told.service, second.charger.told.control) == (service, control)
    assert "AuthorizationReq" not in second.requests
    assert "ServiceSelectionReq" not in second.requests


def test_a_session_that_the_charger_has_forgotten_begins_anew() -> None:
    first = Pair(plan()).until_power()
    first.wish(wish=CarWish.PAUSE)
    first.run()
    plan_again = first.vehicle.to_resume()
    assert plan_again is not None
    second = Pair(plan_again, seed=2).until_power()
    assert not second.vehicle.told.resumed
    assert second.charger.told.session_id != first.charger.told.session_id
    assert second.requests[: len(DC_ORDER) - 3] == DC_ORDER[:-3]


@pytest.mark.parametrize(("paused_as", "returns_as"), [(b"a", b"b"), (None, b"b"), (b"a", None)])
def test_a_paused_session_is_bound_to_the_certificate_that_paused_it(
    paused_as: bytes | None, returns_as: bytes | None
) -> None:
    first = Pair(plan(), identity=paused_as).until_power()
    first.wish(wish=CarWish.PAUSE)
    first.run()
    kept, plan_again = first.charger.paused(), first.vehicle.to_resume()
    assert kept is not None
    assert plan_again is not None
    assert not Pair(plan_again, resume=kept, identity=returns_as, seed=2).joins()
    assert Pair(plan_again, resume=kept, identity=paused_as, seed=2).joins()


@pytest.mark.parametrize("by_charger", [True, False])
def test_a_service_is_chosen_again_on_the_same_connection(by_charger: bool) -> None:
    pair = Pair(Plan(services=(Service.DC_BPT, Service.DC))).until_power()
    assert pair.charger.told.service is Service.DC_BPT
    if by_charger:
        pair.change(wanted=Wanted.RENEGOTIATE, services=(Service.DC,))
    else:
        pair.change(services=(Service.DC,))
        pair.wish(wish=CarWish.RENEGOTIATE)
    pair.run(lambda pair: pair.charger.told.stage is Stage.AGREEING)
    pair.change(wanted=Wanted.GO_ON)
    pair.wish(wish=CarWish.GO_ON)
    pair.run(lambda pair: pair.charger.told.service is Service.DC)
    pair.run(lambda pair: pair.charger.told.stage is Stage.POWER)
    assert pair.answers("SessionStopReq")[0].ChargingSession == "ServiceRenegotiation"
    assert pair.names.count("SessionSetupReq") == pair.names.count("AuthorizationReq") == 1
    assert pair.charger.ending is None
    pair.wish(wish=CarWish.STOP)
    pair.run()
    assert pair.charger.ending is Ending.BY_VEHICLE


@pytest.mark.parametrize("by_charger", [True, False])
@pytest.mark.parametrize("service", Service)
def test_a_new_schedule_is_agreed_on_while_power_goes_on(
    service: Service, by_charger: bool
) -> None:
    pair = Pair(plan(service)).until_power()
    if by_charger:
        pair.change(wanted=Wanted.RESCHEDULE)
    else:
        pair.wish(wish=CarWish.RESCHEDULE)
    pair.run(lambda pair: pair.names.count("ScheduleExchangeRes") == 2)
    assert pair.charger.told.stage is Stage.POWER
    assert pair.vehicle.hands.pilot_c
    assert pair.vehicle.hands.contactor
    loops = pair.names.count("DC_ChargeLoopRes") + pair.names.count("AC_ChargeLoopRes")
    pair.wish(wish=CarWish.GO_ON)
    pair.change(wanted=Wanted.GO_ON)
    pair.run(
        lambda pair: (
            pair.names.count("DC_ChargeLoopRes") + pair.names.count("AC_ChargeLoopRes") > loops
        )
    )
    assert [m.ChargeProgress for m in pair.answers("PowerDeliveryReq")] == [
        "Start",
        "ScheduleRenegotiation",
        "Start",
    ]
    assert pair.side.power_on


def test_standby_that_is_declined_is_asked_for_once() -> None:
    pair = Pair(plan()).until_power()
    pair.wish(wish=CarWish.STANDBY)
    loops = pair.names.count("DC_ChargeLoopRes")
    pair.run(lambda pair: pair.names.count("DC_ChargeLoopRes") > loops + 10)
    assert [m.ResponseCode for m in pair.answers("PowerDeliveryRes")] == [
        "OK",
        "WARNING_StandbyNotAllowed",
    ]


def test_a_limit_reaches_the_vehicle_with_the_next_answer() -> None:
    pair = Pair(plan()).until_power()
    pair.change(charge_max_a=17.0, discharge_max_w=1234.0)
    answers = len(pair.answers("DC_ChargeLoopRes"))
    pair.run(lambda pair: len(pair.answers("DC_ChargeLoopRes")) == answers + 1)
    pair.run(lambda pair: pair.vehicle.told.charge_max_a == 17.0, seconds=0.01)
    assert pair.vehicle.told.discharge_max_w == pytest.approx(1234.0)


@pytest.mark.parametrize("charger_below_zero", [True, False])
@pytest.mark.parametrize("vehicle_below_zero", [True, False])
@pytest.mark.parametrize("service", [Service.DC_BPT, Service.AC_BPT])
def test_limits_of_discharge_are_understood_whatever_their_sign(
    service: Service, charger_below_zero: bool, vehicle_below_zero: bool
) -> None:
    below = Plan(
        services=(service,),
        discharge_max_w=9000.0,
        negative_discharge_limits=vehicle_below_zero,
    )
    pair = Pair(below, negative_discharge_limits=charger_below_zero).until_power()
    assert pair.charger.told.discharge_max_w == pytest.approx(9000.0)
    if service is Service.DC_BPT:
        assert pair.vehicle.told.discharge_max_w == pytest.approx(30_000.0)


def test_a_vehicle_discharges_by_asking_for_current_below_zero() -> None:
    pair = Pair(plan()).until_power()
    pair.wish(wanted_a=-40.0)
    pair.run(lambda pair: pair.side.current_a == -40.0)
    assert pair.charger.told.target_a == -40.0
    pair.run(lambda pair: pair.vehicle.told.current_a == -40.0)


def test_in_dynamic_control_the_charger_decides() -> None:
    pair = Pair(plan(Service.DC_BPT, ControlMode.DYNAMIC)).until_power()
    pair.change(set_w=-4000.0)
    pair.run(lambda pair: pair.vehicle.told.current_a == -10.0)
    pair = Pair(plan(Service.AC_BPT, ControlMode.DYNAMIC)).until_power()
    pair.change(set_w=-6000.0)
    pair.run(lambda pair: pair.vehicle.told.target_w == -6000.0)


def test_a_driver_who_may_not_have_energy_leaves_without_it() -> None:
    pair = Pair(plan())
    pair.change(consent=Consent.REFUSED)
    pair.run()
    assert pair.requests[-2:] == ["AuthorizationReq", "SessionStopReq"]
    assert pair.vehicle.ending is Ending.REFUSED
    assert pair.charger.ending is Ending.BY_VEHICLE


def test_a_driver_is_waited_for_longer_than_anything_else() -> None:
    pair = Pair(plan())
    pair.change(consent=Consent.PENDING)
    pair.run(lambda pair: pair.now_ns > 90 * NS_PER_S)
    assert pair.charger.told.stage is Stage.AUTHORIZING
    pair.change(consent=Consent.GRANTED)
    assert pair.until_power().charger.told.stage is Stage.POWER


def test_a_charger_without_the_vehicles_service_is_left() -> None:
    pair = Pair(Plan(services=(Service.DC_BPT,)))
    pair.change(services=(Service.DC,))
    pair.run()
    assert pair.requests[-2:] == ["ServiceDiscoveryReq", "SessionStopReq"]
    assert pair.vehicle.ending is Ending.REFUSED
    told = [h.words for h in pair.vehicle_happenings if h.what is What.ENDED]
    assert told == ["refused: the charger offers services [2], none of which fits"]


@pytest.mark.parametrize("phases", [1, 3])
def test_a_vehicle_chooses_the_phases_that_it_has(phases: int) -> None:
    likes = Plan(services=(Service.AC_BPT,), phases=phases, charge_max_w=7000.0)
    pair = Pair(likes).until_power()
    assert pair.charger.told.phases == phases
    assert pair.charger.told.charge_max_w == pytest.approx(7000.0, abs=1.0)
    limit_w = 40_000.0 if phases == 3 else 40_000.0 / 3
    assert pair.vehicle.told.charge_max_w == pytest.approx(limit_w, rel=1e-3)
    pair.wish(wish=CarWish.PAUSE)
    pair.run()
    kept = pair.charger.paused()
    assert kept is not None
    assert kept.phases == phases
