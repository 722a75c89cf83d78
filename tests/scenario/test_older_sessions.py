"""Whole sessions of DIN 70121 and ISO 15118-2: a vehicle's and a charger's end face to face."""

from dataclasses import replace

import pytest

from silverpin.protocols import v2gtp
from silverpin.protocols.iso15118.car import Car, CarWish, Plan
from silverpin.protocols.iso15118.machine import Ending
from silverpin.protocols.iso15118.quantities2 import read
from silverpin.protocols.iso15118.sides import (
    ChargerSide,
    Consent,
    Insulation,
    Service,
    Stage,
    Wanted,
)
from silverpin.protocols.iso15118.turn import Turn, What
from tests.v2g_pair import READY, Pair

CAR = Car(unix_s=1.79e9, wanted_a=50.0, battery_v=400.0)
DC_LOOP, AC_LOOP = "CurrentDemandRes", "ChargingStatusRes"
BOTH = pytest.mark.parametrize("protocol", ["din", "iso2"])
ALL = pytest.mark.parametrize(
    ("protocol", "services"),
    [("din", (Service.DC,)), ("iso2", (Service.DC_BPT,)), ("iso2", (Service.AC,))],
)


def pair(
    protocol: str, services: tuple[Service, ...] = (Service.DC,), *, plan: Plan | None = None
) -> Pair:
    """Return both ends, which speak *protocol* about *services*."""
    plan = replace(plan or Plan(), protocols=(protocol,), services=services)
    return Pair(plan, side=replace(READY, services=services), offered=(protocol,), car=CAR)


def loops(talk: Pair, count: int = 5) -> bool:
    """Whether the loop has been answered *count* times since it was last entered."""
    seen = 0
    for name in reversed(talk.names):
        if name == "PowerDeliveryRes":
            break
        seen += name in (DC_LOOP, AC_LOOP)
    return seen >= count


@pytest.mark.verifies("COM-1")
@ALL
def test_a_session_comes_to_power_and_is_ended_by_the_vehicle(
    protocol: str, services: tuple[Service, ...]
) -> None:
    talk = pair(protocol, services).run(loops)
    if services[0].direct_current:
        assert talk.side.current_a == 50.0
        assert talk.charger.told.target_a == 50.0
    talk.wish(wish=CarWish.STOP)
    talk.run()
    assert talk.charger.ending is talk.vehicle.ending is Ending.BY_VEHICLE
    assert talk.charger.told.stage is Stage.ENDED


def test_a_din_session_says_what_a_din_session_says() -> None:
    talk = pair("din").run(loops)
    talk.wish(wish=CarWish.STOP)
    assert talk.run().requests == [
        "supportedAppProtocolReq",
        "SessionSetupReq",
        "ServiceDiscoveryReq",
        "ServicePaymentSelectionReq",
        "ContractAuthenticationReq",
        "ChargeParameterDiscoveryReq",
        "CableCheckReq",
        "PreChargeReq",
        "PowerDeliveryReq",
        "CurrentDemandReq",
        "PowerDeliveryReq",
        "WeldingDetectionReq",
        "SessionStopReq",
    ]


@ALL
def test_a_charger_that_wants_to_stop_is_heeded(
    protocol: str, services: tuple[Service, ...]
) -> None:
    talk = pair(protocol, services).run(loops)
    talk.change(wanted=Wanted.STOP)
    talk.run()
    assert talk.charger.ending is talk.vehicle.ending is Ending.BY_CHARGER


@ALL
def test_a_limit_reaches_the_vehicle_with_the_next_answer(
    protocol: str, services: tuple[Service, ...]
) -> None:
    talk = pair(protocol, services).run(loops)
    talk.change(charge_max_a=12.5)
    before = len(talk.names)
    talk.run(lambda p: p.vehicle.told.charge_max_a == 12.5)
    assert sum(name in (DC_LOOP, AC_LOOP) for name in talk.names[before:]) == 1
    if services[0].direct_current:
        talk.run(lambda p: p.charger.told.target_a == 12.5, seconds=1.0)


def test_a_vehicle_of_the_older_protocols_is_never_asked_to_discharge() -> None:
    talk = pair("iso2", (Service.DC_BPT,)).run(loops)
    talk.change(set_w=-10_000.0, charge_max_a=0.0, charge_max_w=0.0)
    talk.run(lambda p: p.charger.told.target_a == 0.0, seconds=2.0)
    assert talk.vehicle.told.discharge_max_a is None
    assert talk.charger.told.service is Service.DC


@pytest.mark.parametrize("services", [(Service.DC,), (Service.AC,)])
def test_a_paused_session_is_taken_up_again(services: tuple[Service, ...]) -> None:
    talk = pair("iso2", services).run(loops)
    talk.wish(wish=CarWish.PAUSE)
    talk.run()
    assert talk.charger.ending is talk.vehicle.ending is Ending.PAUSED
    kept = talk.charger.paused()
    assert kept is not None
    plan = Plan(protocols=("iso2",), services=services, resume=kept.session_id)
    again = Pair(
        plan, side=replace(READY, services=services), offered=("iso2",), car=CAR, resume=kept
    )
    again.run(loops)
    assert again.vehicle.told.resumed
    assert len(again.told(What.RESUMED)) == 1
    assert again.vehicle.told.session_id == kept.session_id


def test_din_knows_no_pause_and_ends() -> None:
    talk = pair("din").run(loops)
    talk.wish(wish=CarWish.PAUSE)
    assert talk.run().vehicle.ending is Ending.BY_VEHICLE
    assert talk.charger.paused() is None


@pytest.mark.parametrize("services", [(Service.DC,), (Service.AC,)])
@pytest.mark.parametrize("by_charger", [True, False])
def test_limits_are_negotiated_again_and_power_comes_back(
    services: tuple[Service, ...], *, by_charger: bool
) -> None:
    talk = pair("iso2", services).run(loops)
    if by_charger:
        talk.change(wanted=Wanted.RENEGOTIATE)
    else:
        talk.wish(wish=CarWish.RENEGOTIATE)
    talk.run(lambda p: p.requests.count("ChargeParameterDiscoveryReq") == 2)
    talk.change(wanted=Wanted.GO_ON)
    talk.run(loops)
    talk.wish(wish=CarWish.STOP)
    talk.run()
    assert talk.vehicle.ending is Ending.BY_VEHICLE
    assert talk.requests.count("CableCheckReq") == (2 if services[0].direct_current else 0)


@BOTH
def test_an_insulation_fault_ends_before_there_is_voltage(protocol: str) -> None:
    talk = pair(protocol)
    talk.change(insulation=Insulation.FAULT)
    talk.run()
    assert talk.charger.ending is talk.vehicle.ending is Ending.REFUSED
    assert "PreChargeReq" not in talk.names
    assert "the insulation test found a fault (FAILED)" in talk.told(What.REFUSED)


@BOTH
def test_a_vehicle_whose_driver_may_not_goes(protocol: str) -> None:
    talk = pair(protocol)
    talk.change(consent=Consent.REFUSED)
    assert talk.run().charger.ending is Ending.REFUSED


def test_a_vehicle_waits_for_a_person_as_long_as_it_takes_but_not_for_din() -> None:
    for protocol, ending in (("iso2", None), ("din", Ending.TIMED_OUT)):
        talk = pair(protocol)
        talk.change(consent=Consent.PENDING)
        talk.run(lambda p: p.now_ns > 90e9 or p.vehicle.ending is not None)
        assert talk.vehicle.ending is ending


@BOTH
def test_a_vehicle_gives_up_a_pre_charge_that_does_not_come_near(protocol: str) -> None:
    talk = pair(protocol)
    talk.run(lambda p: "PreChargeReq" in p.names)
    talk.voltage_stays_v = 100.0
    talk.run()
    assert talk.vehicle.ending is Ending.TIMED_OUT
    assert talk.charger.ending is Ending.VANISHED


@BOTH
def test_a_vehicle_that_falls_silent_in_the_loop_is_given_up_after_a_minute(protocol: str) -> None:
    talk = pair(protocol).run(loops)
    from_ns = talk.now_ns
    while not talk.charger.ending:
        talk.now_ns += 10_000_000
        talk.charger.tick(talk.side, talk.now_ns)
    assert talk.charger.ending is Ending.TIMED_OUT
    assert 59.8e9 <= talk.now_ns - from_ns <= 60.1e9


@BOTH
@pytest.mark.parametrize("pieces", [1, 3, 7])
def test_a_session_may_come_in_pieces(protocol: str, pieces: int) -> None:
    talk = Pair(
        Plan(protocols=(protocol,), services=(Service.DC,)),
        offered=(protocol,),
        car=CAR,
        pieces=pieces,
    )
    talk.run(loops)
    talk.wish(wish=CarWish.STOP)
    assert talk.run().charger.ending is Ending.BY_VEHICLE


@BOTH
def test_an_octet_behind_every_message_does_no_harm(protocol: str) -> None:
    """Some Teslas send one."""
    talk = Pair(Plan(protocols=(protocol,), services=(Service.DC,)), offered=(protocol,), car=CAR)
    heard = talk.charger.receive

    def with_an_octet(data: bytes, side: ChargerSide, now_ns: int) -> Turn:
        (frame,) = v2gtp.FrameReader().feed(data)
        assert isinstance(frame, v2gtp.Frame)
        return heard(v2gtp.frame(frame.payload_type, frame.body + b"\0"), side, now_ns)

    talk.charger.receive = with_an_octet  # type: ignore[method-assign]
    talk.run(loops)
    talk.wish(wish=CarWish.STOP)
    assert talk.run().charger.ending is Ending.BY_VEHICLE


def test_the_meter_and_the_charger_id_reach_the_vehicle() -> None:
    talk = pair("iso2").run(loops)
    answer = talk.answers(DC_LOOP)[-1]
    assert answer.MeterInfo.MeterReading == 1234
    assert talk.vehicle.told.evse_id == READY.evse_id
    assert read(answer.EVSEMaximumVoltageLimit) == 500.0
