"""The vehicle's end of a connection: whom it asks, how long it waits, and what it does not take."""

from dataclasses import replace

import pytest

from silverpin.domain.quantities import NS_PER_S
from silverpin.domain.v2g_timers import V2G_TIMERS
from silverpin.protocols import v2gtp
from silverpin.protocols.exi import messages
from silverpin.protocols.exi.least import least
from silverpin.protocols.iso15118.car import Car, CarWish, Hands, Plan
from silverpin.protocols.iso15118.machine import Ending
from silverpin.protocols.iso15118.sap import SAP
from silverpin.protocols.iso15118.sides import ControlMode, Insulation, Service, Stage
from silverpin.protocols.iso15118.turn import Turn, What
from silverpin.protocols.iso15118.vehicle_endpoint import VehicleEndpoint
from tests.v2g_pair import Pair

DC = Plan(services=(Service.DC_BPT,))
CAR = Car()


def offers(plan: Plan) -> list[str]:
    turn = VehicleEndpoint(plan).start(0)
    (frame,) = v2gtp.FrameReader().feed(turn.send)
    assert isinstance(frame, v2gtp.Frame)
    rows = SAP.decode(frame.body).message.AppProtocol
    assert [row.Priority for row in rows] == list(range(1, len(rows) + 1))
    return [row.ProtocolNamespace.rpartition(":")[2] for row in rows]


def ended(turn: Turn) -> str:
    (words,) = (h.words for h in turn.happenings if h.what is What.ENDED)
    return words


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        (Plan(services=(Service.DC_BPT, Service.AC_BPT)), ["DC", "AC"]),
        (Plan(services=(Service.AC, Service.DC)), ["AC", "DC"]),
        (Plan(services=(Service.AC,)), ["AC"]),
    ],
)
def test_it_asks_for_what_it_likes_best_first(plan: Plan, expected: list[str]) -> None:
    assert offers(plan) == expected


def test_a_charger_that_does_not_answer_is_given_up() -> None:
    vehicle = VehicleEndpoint(DC)
    vehicle.start(0)
    assert vehicle.deadline_ns == V2G_TIMERS.message_ns
    assert vehicle.tick(CAR, V2G_TIMERS.message_ns - 1).ending is None
    turn = vehicle.tick(CAR, V2G_TIMERS.message_ns)
    assert turn.ending is Ending.TIMED_OUT
    assert ended(turn).endswith("no answer of the charger in time to supportedAppProtocolReq")


def test_half_an_answer_prolongs_no_timer() -> None:
    vehicle = VehicleEndpoint(DC)
    vehicle.start(0)
    assert vehicle.receive(b"\x01", CAR, V2G_TIMERS.message_ns - 1).ending is None
    assert vehicle.receive(b"\xfe", CAR, V2G_TIMERS.message_ns).ending is Ending.TIMED_OUT


def test_in_the_charge_loop_it_waits_half_a_second() -> None:
    pair = Pair(DC).until_power()
    pair.run(lambda pair: pair.names[-1] == "DC_ChargeLoopReq")
    asked_ns = pair.now_ns
    wait_ns = V2G_TIMERS.loop_message_ns
    assert pair.vehicle.tick(pair.car, asked_ns + wait_ns - 1).ending is None
    assert pair.vehicle.tick(pair.car, asked_ns + wait_ns).ending is Ending.TIMED_OUT


def test_a_cable_check_without_end_is_given_up_by_the_charger_first() -> None:
    pair = Pair(DC)
    pair.run(lambda pair: pair.charger.told.stage is Stage.CABLE_CHECK)
    pair.closes_in_ns = 1000 * NS_PER_S
    pair.run()
    assert pair.vehicle.ending is Ending.REFUSED
    assert V2G_TIMERS.cable_check_performance_ns <= pair.now_ns < 40 * NS_PER_S


def test_a_pre_charge_without_end_is_given_up_by_the_vehicle() -> None:
    pair = Pair(DC, car=Car(battery_v=450.0))
    pair.run(lambda pair: pair.charger.told.stage is Stage.PRE_CHARGE)
    begun_ns = pair.now_ns
    pair.voltage_stays_v = 100.0
    pair.run()
    words = [h.words for h in pair.vehicle_happenings if h.what is What.ENDED]
    assert words == ["the other side fell silent: DC_PreChargeReq does not end"]
    assert V2G_TIMERS.pre_charge_ns <= pair.now_ns - begun_ns <= 1.2 * V2G_TIMERS.pre_charge_ns


def test_its_contactor_closes_only_once_the_voltages_have_met() -> None:
    pair = Pair(DC, car=Car(battery_v=400.0))
    pair.run(lambda pair: pair.charger.told.stage is Stage.PRE_CHARGE)
    assert pair.vehicle.hands == Hands(pilot_c=True, contactor=False)
    pair.run(lambda pair: pair.vehicle.hands.contactor)
    assert abs(pair.side.voltage_v - 400.0) < 20
    pair.until_power()
    pair.wish(wish=CarWish.STOP)
    pair.run()
    assert pair.vehicle.hands == Hands()


def test_power_is_not_asked_for_before_its_contactor_has_closed() -> None:
    pair = Pair(DC)
    pair.run(lambda pair: pair.vehicle.hands.contactor)
    asked = pair.names.count("PowerDeliveryReq")
    assert asked == 0
    held = pair.vehicle.tick(Car(contactor_closed=False), pair.now_ns + NS_PER_S)
    assert held.send == b""


def test_an_answer_of_another_session_is_hostile() -> None:
    pair = Pair(DC)
    pair.run(lambda pair: pair.names[-1] == "AuthorizationSetupReq")
    common = messages("iso20-common")
    wrong = common.AuthorizationSetupResType(
        Header=common.MessageHeaderType(SessionID=b"\7" * 8, TimeStamp=0),
        ResponseCode="OK",
        AuthorizationServices=("EIM",),
        CertificateInstallationService=False,
        EIM_ASResAuthorizationMode=common.EIM_ASResAuthorizationModeType(),
    )
    turn = pair.vehicle.receive(
        v2gtp.frame(v2gtp.COMMON, common.encode(wrong)), pair.car, pair.now_ns
    )
    assert turn.ending is Ending.HOSTILE
    assert ended(turn).endswith("AuthorizationSetupRes of another session")


def test_an_answer_that_was_not_asked_for_is_hostile() -> None:
    pair = Pair(DC).until_power()
    pair.run(lambda pair: pair.names[-1] == "DC_ChargeLoopRes" and not pair.on_the_wire)
    answer = messages("iso20-dc").encode(pair.answers("DC_ChargeLoopRes")[-1])
    turn = pair.vehicle.receive(v2gtp.frame(v2gtp.DC, answer), pair.car, pair.now_ns)
    assert turn.ending is Ending.HOSTILE
    assert ended(turn).endswith("DC_ChargeLoopRes came without a request")


def test_an_answer_to_something_else_is_hostile() -> None:
    pair = Pair(DC).until_power()
    pair.run(lambda pair: pair.names[-1] == "DC_ChargeLoopReq")
    answer = messages("iso20-dc").encode(pair.answers("DC_CableCheckRes")[-1])
    turn = pair.vehicle.receive(v2gtp.frame(v2gtp.DC, answer), pair.car, pair.now_ns)
    assert turn.ending is Ending.HOSTILE
    assert ended(turn).endswith("DC_CableCheckRes instead of DC_ChargeLoopRes")


def test_octets_that_are_no_answer_are_hostile() -> None:
    vehicle = VehicleEndpoint(DC)
    vehicle.start(0)
    turn = vehicle.receive(v2gtp.frame(v2gtp.EXI, b"\x80\xff"), CAR, 0)
    assert turn.ending is Ending.HOSTILE
    assert vehicle.receive(b"more", CAR, 0).send == b""


def test_it_takes_the_control_mode_that_it_likes_among_those_offered() -> None:
    likes = Plan(services=(Service.DC,), controls=(ControlMode.DYNAMIC, ControlMode.SCHEDULED))
    assert Pair(likes).until_power().charger.told.control is ControlMode.DYNAMIC
    pair = Pair(likes)
    pair.change(controls=(ControlMode.SCHEDULED,))
    assert pair.until_power().charger.told.control is ControlMode.SCHEDULED


def test_a_charger_without_its_control_mode_is_left() -> None:
    pair = Pair(Plan(services=(Service.DC,), controls=(ControlMode.DYNAMIC,)))
    pair.change(controls=(ControlMode.SCHEDULED,))
    pair.run()
    assert pair.requests[-2:] == ["ServiceDetailReq", "SessionStopReq"]
    assert pair.vehicle.ending is Ending.REFUSED


def test_a_failed_insulation_test_ends_its_session() -> None:
    pair = Pair(DC)
    pair.change(insulation=Insulation.FAULT)
    pair.run()
    words = [h.words for h in pair.vehicle_happenings if h.what is What.ENDED]
    assert words == ["refused: FAILED in answer to DC_CableCheckReq"]
    assert pair.vehicle.hands == Hands()


def test_a_connection_that_breaks_ends_it() -> None:
    pair = Pair(DC).until_power()
    turn = pair.vehicle.vanished()
    assert turn.ending is Ending.VANISHED
    assert pair.vehicle.deadline_ns is None
    assert pair.vehicle.hands == Hands()


def told_instead(pair: Pair, name: str, **fields: object) -> Turn:
    """Let the charger's next answer be the least of its kind, with these *fields*."""
    pair.run(lambda pair: pair.names[-1] == name.replace("Res", "Req"))
    schema = "iso20-dc" if name.startswith("DC_") else "iso20-common"
    number = pair.said[-1].message.Header.SessionID
    header = messages(schema).MessageHeaderType(SessionID=number, TimeStamp=0)
    message = replace(least(schema, name + "Type"), Header=header, **fields)
    payload = v2gtp.DC if schema == "iso20-dc" else v2gtp.COMMON
    octets = v2gtp.frame(payload, messages(schema).encode(message))
    return pair.vehicle.receive(octets, pair.car, pair.now_ns)


def test_a_charger_that_takes_contracts_alone_is_left() -> None:
    turn = told_instead(Pair(DC), "AuthorizationSetupRes", AuthorizationServices=("PnC",))
    assert ended(turn) == "refused: the charger does not take external identification"


def test_parameters_of_another_service_end_its_session() -> None:
    mode = least("iso20-dc", "DC_CPDResEnergyTransferModeType")
    turn = told_instead(
        Pair(DC),
        "DC_ChargeParameterDiscoveryRes",
        DC_CPDResEnergyTransferMode=mode,
        BPT_DC_CPDResEnergyTransferMode=None,
    )
    assert ended(turn) == "refused: the charger's parameters are not of DC_BPT"


def test_it_asks_again_while_a_schedule_is_being_made() -> None:
    pair = Pair(DC)
    turn = told_instead(pair, "ScheduleExchangeRes", EVSEProcessing="Ongoing")
    assert (turn.send, turn.ending) == (b"", None)
    later_ns = pair.now_ns + Plan().poll_period_ns
    assert pair.vehicle.tick(pair.car, later_ns).send != b""


def test_a_loop_of_another_control_mode_ends_its_session() -> None:
    mode = messages("iso20-dc").Scheduled_DC_CLResControlModeType()
    turn = told_instead(
        Pair(DC),
        "DC_ChargeLoopRes",
        BPT_Dynamic_DC_CLResControlMode=None,
        Scheduled_DC_CLResControlMode=mode,
    )
    assert ended(turn) == "refused: the charger's answer is of another control mode"


def test_a_code_that_begins_with_failed_ends_its_session() -> None:
    turn = told_instead(Pair(DC), "SessionSetupRes", ResponseCode="FAILED")
    assert ended(turn) == "refused: FAILED in answer to SessionSetupReq"
