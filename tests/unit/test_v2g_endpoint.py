"""The charger's end of a connection: negotiation, pieces, time, and whatever else may come."""

from dataclasses import replace
from random import Random

import pytest

from silverpin.domain.quantities import NS_PER_MS, NS_PER_S
from silverpin.domain.v2g_timers import V2G_TIMERS
from silverpin.protocols import v2gtp
from silverpin.protocols.exi import messages
from silverpin.protocols.iso15118.car import Car, CarWish, Plan
from silverpin.protocols.iso15118.endpoint import SKIPPED_MAX, ChargerEndpoint
from silverpin.protocols.iso15118.machine import Ending
from silverpin.protocols.iso15118.notice import noticed
from silverpin.protocols.iso15118.sap import SAP, Flavour, request
from silverpin.protocols.iso15118.sides import ControlMode, Service, Stage, VehicleSide
from silverpin.protocols.iso15118.turn import Happening, Turn, What
from tests.v2g_pair import READY, Pair

DC_ONLY = Plan(services=(Service.DC_BPT,))


def endpoint(*offered: str) -> ChargerEndpoint:
    return ChargerEndpoint(offered=offered or ("iso20",), chance=Random(1), now_ns=0)


def hello(*flavours: Flavour) -> bytes:
    return v2gtp.frame(v2gtp.EXI, SAP.encode(request(flavours)))


def row(namespace: str, major: int, minor: int, number: int, priority: int) -> object:
    return SAP.AppProtocolType(
        ProtocolNamespace=namespace,
        VersionNumberMajor=major,
        VersionNumberMinor=minor,
        SchemaID=number,
        Priority=priority,
    )


def asked(*rows: object) -> bytes:
    return v2gtp.frame(v2gtp.EXI, SAP.encode(SAP.supportedAppProtocolReq(AppProtocol=rows)))


def answer(turn: Turn) -> tuple[str, int | None]:
    (frame,) = v2gtp.FrameReader().feed(turn.send)
    assert isinstance(frame, v2gtp.Frame)
    message = SAP.decode(frame.body).message
    return message.ResponseCode, message.SchemaID


def words(turn: Turn, what: What) -> list[str]:
    return [happening.words for happening in turn.happenings if happening.what is what]


DC20, AC20, ISO2 = Flavour.ISO20_DC, Flavour.ISO20_AC, Flavour.ISO2


def test_the_vehicles_priority_decides_within_what_is_offered() -> None:
    rows = (row(ISO2.namespace, 2, 0, 7, 2), row(DC20.namespace, 1, 0, 9, 1))
    turn = endpoint("iso20", "iso2").receive(asked(*rows), READY, 0)
    assert answer(turn) == ("OK_SuccessfulNegotiation", 9)
    assert words(turn, What.AGREED) == ["vehicle and charger speak ISO 15118-20 DC"]
    turn = endpoint("iso2").receive(asked(*rows), READY, 0)
    assert answer(turn) == ("OK_SuccessfulNegotiation", 7)


def test_another_minor_version_is_a_deviation_and_another_major_version_no_match() -> None:
    turn = endpoint().receive(asked(row(DC20.namespace, 1, 3, 1, 1)), READY, 0)
    assert answer(turn) == ("OK_SuccessfulNegotiationWithMinorDeviation", 1)
    turn = endpoint().receive(asked(row(DC20.namespace, 2, 0, 1, 1)), READY, 0)
    assert answer(turn) == ("Failed_NoNegotiation", None)
    assert turn.ending is Ending.REFUSED
    (mismatch,) = words(turn, What.MISMATCH)
    assert mismatch.startswith("the vehicle speaks ISO 15118-20 DC 2.0; this connection takes ")


def test_a_mismatch_names_what_either_side_has() -> None:
    rows = (row("urn:evil\n", 1, 0, 1, 1), row(ISO2.namespace, 2, 0, 2, 2))
    turn = endpoint("din").receive(asked(*rows), READY, 0)
    assert words(turn, What.MISMATCH) == [
        "the vehicle speaks 'urn:evil\\n' 1.0, ISO 15118-2; this connection takes DIN 70121"
    ]


def test_a_charger_without_ac_offers_no_ac() -> None:
    side = Pair(DC_ONLY, side=READY).side
    only_dc = {"services": (Service.DC_BPT,)}
    pair = Pair(Plan(services=(Service.AC,)), side=side)
    pair.change(**only_dc)
    pair.run()
    assert pair.charger.ending is Ending.REFUSED
    assert pair.vehicle.ending is Ending.REFUSED


@pytest.mark.parametrize("size", [1, 3, 7, 8, 9, 64])
def test_octets_may_come_in_any_pieces(size: int) -> None:
    whole, cut = Pair(DC_ONLY).until_power(), Pair(DC_ONLY, pieces=size).until_power()
    assert cut.said == whole.said


def test_requests_that_come_at_once_are_answered_in_order() -> None:
    session = messages("iso20-common")
    header = session.MessageHeaderType(SessionID=bytes(8), TimeStamp=0)
    setup = session.SessionSetupReqType(Header=header, EVCCID="EV")
    both = hello(DC20) + v2gtp.frame(v2gtp.COMMON, session.encode(setup))
    turn = endpoint().receive(both, READY, 0)
    frames = list(v2gtp.FrameReader().feed(turn.send))
    assert [frame.payload_type for frame in frames if isinstance(frame, v2gtp.Frame)] == [
        v2gtp.EXI,
        v2gtp.COMMON,
    ]


def test_too_many_requests_at_once_are_hostile() -> None:
    turn = endpoint().receive(hello(DC20) * 20, READY, 0)
    assert turn.ending is Ending.HOSTILE
    assert turn.send == b""


def test_a_vehicle_that_says_nothing_is_given_up_after_20_seconds() -> None:
    end = endpoint()
    assert end.deadline_ns == V2G_TIMERS.communication_setup_ns == 20 * NS_PER_S
    assert end.tick(READY, 20 * NS_PER_S - 1).ending is None
    turn = end.tick(READY, 20 * NS_PER_S)
    assert turn.ending is Ending.TIMED_OUT
    assert words(turn, What.ENDED) == [
        "the other side fell silent: no word from the vehicle in time after the first message"
    ]
    assert end.deadline_ns is None


def test_the_negotiation_does_not_prolong_the_setup() -> None:
    end = endpoint()
    end.receive(hello(DC20), READY, 19 * NS_PER_S)
    assert end.tick(READY, 20 * NS_PER_S).ending is Ending.TIMED_OUT


@pytest.mark.parametrize(
    "stage",
    [
        Stage.AUTHORIZING,
        Stage.AGREEING,
        Stage.CABLE_CHECK,
        Stage.PRE_CHARGE,
        Stage.STARTING,
        Stage.STOPPING,
    ],
)
def test_a_vehicle_that_falls_silent_is_given_up_in_every_stage(stage: Stage) -> None:
    pair = Pair(DC_ONLY)
    pair.run(lambda pair: pair.charger.told.stage is Stage.POWER or pair.charger_is_at(stage))
    if stage is Stage.STOPPING:
        pair.wish(wish=CarWish.STOP)
        pair.run(lambda pair: pair.charger_is_at(stage))
    last = pair.names[-1].replace("Res", "Req")
    assert pair.charger.tick(pair.side, pair.now_ns + 59 * NS_PER_S).ending is None
    turn = pair.charger.tick(pair.side, pair.now_ns + 61 * NS_PER_S)
    assert turn.ending is Ending.TIMED_OUT
    assert words(turn, What.ENDED)[0].endswith(f"in time after the answer to {last}")


def test_in_the_charge_loop_half_a_second_is_too_long() -> None:
    pair = Pair(DC_ONLY).until_power()
    answered_ns = pair.now_ns
    quiet = answered_ns + V2G_TIMERS.loop_sequence_ns
    assert V2G_TIMERS.loop_sequence_ns == 500 * NS_PER_MS
    assert pair.charger.tick(pair.side, quiet - 100 * NS_PER_MS - 1).ending is None
    assert pair.charger.tick(pair.side, quiet).ending is Ending.TIMED_OUT


def test_a_broken_connection_ends_and_says_where() -> None:
    pair = Pair(DC_ONLY).until_power()
    turn = pair.charger.vanished()
    assert turn.ending is Ending.VANISHED
    assert words(turn, What.ENDED) == [
        "the connection broke: nothing came after the answer to DC_ChargeLoopReq"
    ]
    assert pair.charger.vanished() == Turn(ending=Ending.VANISHED)


def test_after_the_end_nothing_is_answered() -> None:
    pair = Pair(DC_ONLY)
    pair.run(lambda pair: pair.charger.told.stage is Stage.AGREEING)
    pair.charger.vanished()
    assert pair.charger.receive(hello(DC20), READY, 0) == Turn(ending=Ending.VANISHED)
    assert pair.charger.tick(READY, 10**12) == Turn(ending=Ending.VANISHED)


def test_a_body_that_is_no_message_is_hostile() -> None:
    turn = endpoint().receive(v2gtp.frame(v2gtp.EXI, b"\x80\xff\xff"), READY, 0)
    assert (turn.ending, turn.send) == (Ending.HOSTILE, b"")
    assert words(turn, What.ENDED)[0].startswith("what came is no message: no message of sap")


def test_an_answer_is_no_request() -> None:
    made = SAP.supportedAppProtocolRes(ResponseCode="Failed_NoNegotiation")
    turn = endpoint().receive(v2gtp.frame(v2gtp.EXI, SAP.encode(made)), READY, 0)
    assert turn.ending is Ending.HOSTILE


def test_octets_of_no_frame_are_skipped_and_told_but_not_for_ever() -> None:
    end = endpoint()
    turn = end.receive(b"GET / HTTP/1.1\r\n\r\n" + hello(DC20), READY, 0)
    assert answer(turn) == ("OK_SuccessfulNegotiation", 1)
    assert "octets skipped: no V2GTP header begins with 47 45" in words(turn, What.SKIPPED)[0]
    turn = end.receive(b"\0" * SKIPPED_MAX, READY, 0)
    assert turn.ending is Ending.HOSTILE


def test_an_oversized_frame_is_not_waited_for() -> None:
    turn = endpoint().receive(b"\x01\xfe\x80\x01\xff\xff\xff\xff" + hello(DC20), READY, 0)
    assert "claims 4294967295 octets" in words(turn, What.SKIPPED)[0]
    assert answer(turn) == ("OK_SuccessfulNegotiation", 1)


def test_a_frame_of_another_kind_is_skipped() -> None:
    end = endpoint()
    end.receive(hello(DC20), READY, 0)
    turn = end.receive(v2gtp.frame(v2gtp.AC, b"\x80\0\0"), READY, 0)
    assert words(turn, What.SKIPPED) == [
        "3 octets skipped: a frame of type 0x8003 has no place here"
    ]
    assert (turn.send, turn.ending) == (b"", None)


def test_half_a_message_ends_with_its_timer() -> None:
    end = endpoint()
    assert end.receive(hello(DC20)[:-3], READY, 0) == Turn()
    assert end.tick(READY, 20 * NS_PER_S).ending is Ending.TIMED_OUT


def test_octets_that_complete_no_request_prolong_no_timer() -> None:
    pair = Pair(DC_ONLY).until_power()
    late_ns = pair.charger.deadline_ns
    assert late_ns is not None
    for octet in pair.last_request[:20]:
        assert pair.charger.receive(bytes((octet,)), pair.side, late_ns - 1) == Turn()
    turn = pair.charger.receive(pair.last_request[20:21], pair.side, late_ns)
    assert (turn.ending, turn.send) == (Ending.TIMED_OUT, b"")


def test_a_request_that_is_read_late_is_answered_all_the_same() -> None:
    pair = Pair(DC_ONLY).until_power()
    late_ns = pair.charger.deadline_ns
    assert late_ns is not None
    assert pair.charger.receive(pair.last_request[:-1], pair.side, late_ns - 1) == Turn()
    turn = pair.charger.receive(pair.last_request[-1:], pair.side, late_ns + NS_PER_S)
    assert turn.ending is None
    assert turn.send


def test_an_answer_that_waits_is_given_to_who_says_octets_meanwhile() -> None:
    pair = Pair(Plan(services=(Service.AC_BPT,)))
    pair.run(lambda pair: pair.names[-1] == "PowerDeliveryReq" and not pair.on_the_wire)
    again_ns = pair.charger.deadline_ns
    assert again_ns is not None
    pair.change(power_on=True)
    assert pair.charger.receive(b"\x01", pair.side, again_ns).send
    assert pair.charger.told.stage is Stage.POWER


def test_an_answer_that_waits_for_the_contactor_is_asked_again() -> None:
    pair = Pair(Plan(services=(Service.AC_BPT,)))
    pair.closes_in_ns = 2 * NS_PER_S
    pair.run(lambda pair: pair.charger.told.stage is Stage.STARTING)
    started_ns = pair.now_ns
    pair.run(lambda pair: pair.charger.told.stage is Stage.POWER)
    assert 2 * NS_PER_S <= pair.now_ns - started_ns <= 2.1 * NS_PER_S
    assert pair.requests.count("PowerDeliveryReq") == 1


def test_what_happens_is_told_in_order() -> None:
    pair = Pair(DC_ONLY).until_power()
    whats = [h.what for h in pair.happenings if h.what is not What.STAGE]
    assert whats == [What.AGREED, What.SESSION, What.SERVICE]
    assert pair.told(What.SERVICE) == ["DC_BPT, scheduled"]
    assert pair.told(What.STAGE) == [
        "authorizing",
        "agreeing",
        "cable_check",
        "pre_charge",
        "starting",
        "power",
    ]


def test_control_modes_are_told_with_the_service() -> None:
    plan = Plan(services=(Service.DC,), controls=(ControlMode.DYNAMIC,))
    assert Pair(plan).until_power().told(What.SERVICE) == ["DC, dynamic"]


def test_frames_of_no_use_fill_no_journal_and_end() -> None:
    end = endpoint()
    end.receive(hello(DC20), READY, 0)
    idle = v2gtp.frame(v2gtp.AC, b"")
    told = 0
    for _ in range(SKIPPED_MAX // 8 + 1):
        turn = end.receive(idle, READY, 0)
        told += len(turn.happenings)
    assert end.ending is Ending.HOSTILE
    assert told <= 100


def test_a_figure_that_no_vehicle_has_is_told_once() -> None:
    pair = Pair(DC_ONLY, car=Car(wanted_a=-1400.0)).until_power()
    assert pair.told(What.DOUBT) == ["wanted current of -1400 A is taken as -1000 A"]
    assert pair.charger.told.target_a == -1000.0


def test_trouble_of_the_vehicle_is_told_once() -> None:
    before, hot = VehicleSide(), VehicleSide(trouble="InletHot")
    assert list(noticed(before, hot)) == [Happening(What.TROUBLE, "InletHot")]
    assert list(noticed(hot, replace(hot, state_of_charge=0.5))) == []
