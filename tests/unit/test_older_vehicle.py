"""DIN 70121 and ISO 15118-2, vehicle's role, answer by answer."""

from dataclasses import replace
from typing import Any

import pytest

from silverpin.domain.v2g_timers import V2G_TIMERS
from silverpin.protocols.exi import messages
from silverpin.protocols.exi.least import least
from silverpin.protocols.iso15118.car import Car, CarWish, Hands, Plan
from silverpin.protocols.iso15118.machine import Ending
from silverpin.protocols.iso15118.quantities2 import read
from silverpin.protocols.iso15118.sides import ChargerSide, Service, Stage, Wanted
from silverpin.protocols.iso15118.vehicle2 import Vehicle2
from silverpin.protocols.iso15118.vehicle2_requests import evcc_octets
from silverpin.protocols.iso15118.vehicle_machine import Heard
from tests.older_talk import READY, READY_AC, OlderTalk, request_names

BOTH = pytest.mark.parametrize("protocol", ["din", "iso2"])
CAR = Car(battery_v=400.0, wanted_a=80.0, contactor_closed=True)


class Drive:
    """A vehicle's machine at a charger's, one exchange at a time."""

    def __init__(self, protocol: str, plan: Plan | None = None, side: ChargerSide = READY) -> None:
        plan = plan or Plan(services=(Service.DC,))
        self.schema = messages(protocol)
        self.vehicle = Vehicle2(protocol, plan)
        self.talk = OlderTalk(protocol, side)
        self.car = CAR
        self.names: list[str] = []

    def ask(self) -> Any:
        """Return the content of the vehicle's next request."""
        ask = self.vehicle.ask(self.car, self.talk.now_ns)
        assert ask is not None
        body = ask.message.Body
        name = next(n for n in request_names(self.talk.protocol) if getattr(body, n) is not None)
        self.names.append(name)
        return getattr(body, name)

    def turn(self) -> Heard:
        """Let the charger answer the next request."""
        content = self.ask()
        self.talk.tell(self.names[-1], content)
        assert self.talk.last is not None
        return self.hear(self.talk.last.message)

    def hear(self, message: Any) -> Heard:
        return self.vehicle.heard(message, self.car, self.talk.now_ns, "V2G_Message")

    def until(self, name: str) -> "Drive":
        """Go on until the next request is *name*."""
        for _ in range(50):
            if self.vehicle.ask(self.car, self.talk.now_ns) and self.next_name() == name:
                return self
            assert self.turn().ending is None
        raise AssertionError(f"{name} is never asked, but {self.names}")

    def next_name(self) -> str:
        ask = self.vehicle.ask(self.car, self.talk.now_ns)
        assert ask is not None
        body = ask.message.Body
        return next(n for n in request_names(self.talk.protocol) if getattr(body, n) is not None)

    def say(self, answer: str, session_id: bytes | None = None, **changes: Any) -> Heard:
        """Let the vehicle hear the least answer of that name, changed."""
        content = replace(least(self.talk.protocol, answer + "Type"), **changes)
        header = self.schema.MessageHeaderType(SessionID=session_id or self.talk.session_id)
        body = self.schema.BodyType(**{answer: content})
        return self.hear(self.schema.V2G_Message(Header=header, Body=body))


@BOTH
def test_a_failed_answer_ends_it_and_is_named(protocol: str) -> None:
    drive = Drive(protocol).until("CableCheckReq")
    heard = drive.say("CableCheckRes", ResponseCode="FAILED")
    assert heard.ending is Ending.REFUSED
    assert heard.why == "FAILED in answer to CableCheckReq"
    assert drive.vehicle.told.stage is Stage.FAILED


@BOTH
def test_an_answer_of_another_name_or_session_ends_it(protocol: str) -> None:
    drive = Drive(protocol).until("CableCheckReq")
    assert drive.say("PreChargeRes").ending is Ending.HOSTILE
    drive = Drive(protocol).until("CableCheckReq")
    heard = drive.say("CableCheckRes", session_id=b"\xee" * 8)
    assert (heard.ending, heard.why) == (Ending.HOSTILE, "CableCheckRes of another session")


@BOTH
def test_a_charger_that_takes_contracts_alone_is_left(protocol: str) -> None:
    drive = Drive(protocol)
    drive.turn()
    wanted = drive.ask()
    assert wanted is not None
    schema = drive.schema
    options = {
        "din": ("PaymentOptions", getattr(schema, "PaymentOptionsType", None)),
        "iso2": ("PaymentOptionList", getattr(schema, "PaymentOptionListType", None)),
    }
    field, made = options[protocol]
    assert made is not None
    drive.say("ServiceDiscoveryRes", **{field: made(PaymentOption=("Contract",))})
    assert drive.next_name() == "SessionStopReq"
    heard = drive.turn()
    assert heard.ending is Ending.REFUSED
    assert heard.why == "the charger wants a contract in the vehicle"


def test_a_dc_vehicle_leaves_an_ac_charger() -> None:
    drive = Drive("iso2", side=READY_AC)
    drive.turn()
    drive.turn()
    assert drive.next_name() == "SessionStopReq"


def test_a_single_phase_vehicle_takes_one_phase_of_three() -> None:
    drive = Drive("iso2", Plan(services=(Service.AC,), phases=1), READY_AC)
    drive.until("ChargeParameterDiscoveryReq")
    assert drive.ask().RequestedEnergyTransferMode == "AC_single_phase_core"


@BOTH
def test_a_start_waits_for_the_vehicles_own_contactor(protocol: str) -> None:
    drive = Drive(protocol).until("PowerDeliveryReq")
    drive.car = replace(CAR, contactor_closed=False)
    assert drive.vehicle.hands == Hands(pilot_c=True, contactor=True)
    assert drive.vehicle.ask(drive.car, drive.talk.now_ns) is None
    drive.car = CAR
    assert drive.next_name() == "PowerDeliveryReq"


@BOTH
def test_the_wish_keeps_to_both_limits_and_never_goes_below_nought(protocol: str) -> None:
    drive = Drive(protocol).until("CurrentDemandReq")
    for wanted_a, charger_a, asked_a in ((80.0, 200.0, 80.0), (300.0, 200.0, 125.0),
                                         (80.0, 31.5, 31.5), (-50.0, 200.0, 0.0)):  # fmt: skip
        drive.talk.change(charge_max_a=charger_a)
        drive.turn()
        drive.car = replace(CAR, wanted_a=wanted_a)
        assert read(drive.ask().EVTargetCurrent) == asked_a


@BOTH
def test_a_battery_that_takes_less_says_so(protocol: str) -> None:
    drive = Drive(protocol).until("CurrentDemandReq")
    drive.turn()
    drive.car = replace(CAR, charge_max_a=25.0)
    asked = drive.ask()
    assert read(asked.EVTargetCurrent) == read(asked.EVMaximumCurrentLimit) == 25.0
    assert read(asked.EVMaximumPowerLimit) == 10_000.0, "a fifth of 50 kW"


@BOTH
def test_a_stop_before_power_ends_the_session(protocol: str) -> None:
    for name in ("CableCheckReq", "PreChargeReq", "PowerDeliveryReq"):
        drive = Drive(protocol).until(name)
        drive.car = replace(CAR, wish=CarWish.STOP)
        assert drive.next_name() == "SessionStopReq"
        assert drive.vehicle.hands == Hands()
        assert drive.turn().ending is Ending.BY_VEHICLE


@BOTH
@pytest.mark.parametrize("code", ["EVSE_EmergencyShutdown", "EVSE_Malfunction"])
def test_a_charger_in_trouble_is_not_waited_for(protocol: str, code: str) -> None:
    drive = Drive(protocol).until("CurrentDemandReq")
    told = least(protocol, "DC_EVSEStatusType")
    status = replace(told, EVSEStatusCode=code, EVSENotification="None")
    drive.say("CurrentDemandRes", DC_EVSEStatus=status)
    assert drive.vehicle.told.wanted is Wanted.STOP
    assert drive.next_name() == "PowerDeliveryReq"


def test_an_answer_without_a_status_is_taken() -> None:
    drive = Drive("iso2").until("PowerDeliveryReq")
    status = drive.schema.EVSEStatusType(NotificationMaxDelay=0, EVSENotification="None")
    answer = {"EVSEStatus": status, "DC_EVSEStatus": None, "AC_EVSEStatus": None}
    assert drive.say("PowerDeliveryRes", **answer).ending is None


@BOTH
def test_the_loop_has_a_quarter_of_a_second_and_power_five_seconds(protocol: str) -> None:
    drive = Drive(protocol).until("PowerDeliveryReq")
    ask = drive.vehicle.ask(drive.car, drive.talk.now_ns)
    assert ask is not None
    assert ask.timeout_ns == V2G_TIMERS.message_long_ns == 5_000_000_000
    drive.until("CurrentDemandReq")
    ask = drive.vehicle.ask(drive.car, drive.talk.now_ns)
    assert ask is not None
    assert ask.timeout_ns == V2G_TIMERS.current_demand_ns == 250_000_000


def test_the_six_octets_of_a_vehicle() -> None:
    assert evcc_octets("007dfa06ab91") == bytes.fromhex("007DFA06AB91")
    made = evcc_octets("SILVERPINEV000000001")
    assert len(made) == 6
    assert made != evcc_octets("SILVERPINEV000000002")
    assert made[0] & 0b11 == 0b10, "no manufacturer's address, and one receiver's"


def test_no_welding_detection_where_the_plan_leaves_it_out() -> None:
    drive = Drive("iso2", Plan(services=(Service.DC,), welding_checks=0))
    drive.until("CurrentDemandReq").turn()
    drive.car = replace(CAR, wish=CarWish.STOP)
    while drive.turn().ending is None:
        pass
    assert "WeldingDetectionReq" not in drive.names
