"""Sessions of DIN 70121 and ISO 15118-2 from setup to the vehicle's limits, charger's role."""

from dataclasses import replace

import pytest

from silverpin.domain.quantities import NS_PER_S
from silverpin.protocols.iso15118.machine import Ending
from silverpin.protocols.iso15118.quantities2 import read
from silverpin.protocols.iso15118.session2_order import Wait
from silverpin.protocols.iso15118.sides import (
    Consent,
    Service,
    Stage,
)
from tests.older_talk import EVCC, OPENING, READY, READY_AC, OlderTalk

BOTH = pytest.mark.parametrize("protocol", ["din", "iso2"])
AUTHORIZATION = {"din": "ContractAuthenticationReq", "iso2": "AuthorizationReq"}
SELECTION = {"din": "ServicePaymentSelectionReq", "iso2": "PaymentServiceSelectionReq"}


@BOTH
def test_a_dc_session_runs_from_setup_to_stop(protocol: str) -> None:
    talk = OlderTalk(protocol)
    talk.power()
    talk.ask("CurrentDemandReq")
    answer = talk.ask("CurrentDemandReq")
    assert read(answer.EVSEPresentVoltage) == 413.0
    assert read(answer.EVSEPresentCurrent) == 120.0
    talk.ask("PowerDeliveryReq")
    answer = talk.ask("WeldingDetectionReq")
    assert read(answer.EVSEPresentVoltage) == 0.0
    talk.ask("SessionStopReq")
    assert talk.last is not None
    assert talk.last.ending is Ending.BY_VEHICLE
    assert talk.stage is Stage.ENDED


def test_an_ac_session_runs_from_setup_to_stop() -> None:
    talk = OlderTalk("iso2", READY_AC)
    answer = talk.open()
    assert answer.AC_EVSEChargeParameter.EVSEMaxCurrent is not None
    talk.reach("PowerDeliveryReq", "ChargingStatusReq", "ChargingStatusReq")
    assert talk.machine.told.service is Service.AC
    talk.reach("PowerDeliveryReq", "SessionStopReq")
    assert talk.last is not None
    assert talk.last.ending is Ending.BY_VEHICLE


@BOTH
def test_a_new_session_gets_an_id_of_its_own(protocol: str) -> None:
    one, other = OlderTalk(protocol, seed=1), OlderTalk(protocol, seed=2)
    for talk in (one, other):
        assert talk.ask("SessionSetupReq").ResponseCode == "OK_NewSessionEstablished"
        assert talk.session_id != bytes(8)
        assert talk.machine.told.session_id == talk.session_id.hex().upper()
        assert talk.machine.told.evcc_id == EVCC.hex().upper()
    assert one.session_id != other.session_id


@BOTH
def test_only_external_payment_and_charging_are_offered(protocol: str) -> None:
    talk = OlderTalk(protocol)
    answer = talk.reach(*OPENING[protocol][:2])
    options = answer.PaymentOptions if protocol == "din" else answer.PaymentOptionList
    assert options.PaymentOption == ("ExternalPayment",)


@BOTH
def test_a_contract_is_refused(protocol: str) -> None:
    talk = OlderTalk(protocol)
    talk.reach(*OPENING[protocol][:2])
    answer = talk.ask(SELECTION[protocol], SelectedPaymentOption="Contract")
    assert answer.ResponseCode == "FAILED_PaymentSelectionInvalid"
    assert talk.last is not None
    assert talk.last.ending is Ending.REFUSED
    assert talk.stage is Stage.FAILED


@pytest.mark.parametrize(
    ("protocol", "numbers", "code"),
    [
        ("iso2", (2,), "FAILED_NoChargeServiceSelected"),
        ("iso2", (1, 2), "FAILED_ServiceSelectionInvalid"),
        ("din", (2,), "FAILED_ServiceSelectionInvalid"),
        ("din", (1, 7), "FAILED_ServiceSelectionInvalid"),
    ],
)
def test_a_choice_of_what_is_not_offered_is_refused(
    protocol: str, numbers: tuple[int, ...], code: str
) -> None:
    talk = OlderTalk(protocol)
    talk.reach(*OPENING[protocol][:2])
    rows = tuple(talk.schema.SelectedServiceType(ServiceID=number) for number in numbers)
    chosen = talk.schema.SelectedServiceListType(SelectedService=rows)
    assert talk.ask(SELECTION[protocol], SelectedServiceList=chosen).ResponseCode == code


def test_details_of_a_service_that_is_not_offered_are_refused() -> None:
    talk = OlderTalk("iso2")
    talk.reach(*OPENING["iso2"][:2], "ServiceDetailReq")
    assert talk.ask("ServiceDetailReq", ServiceID=2).ResponseCode == "FAILED_ServiceIDInvalid"


@pytest.mark.parametrize(
    ("protocol", "word"), [("din", "Ongoing"), ("iso2", "Ongoing_WaitingForCustomerInteraction")]
)
def test_the_vehicle_asks_until_the_driver_may(protocol: str, word: str) -> None:
    talk = OlderTalk(protocol, replace(READY, consent=Consent.PENDING))
    talk.reach(*OPENING[protocol][:3])
    for _ in range(3):
        assert talk.ask(AUTHORIZATION[protocol]).EVSEProcessing == word
    talk.side = replace(talk.side, consent=Consent.GRANTED)
    assert talk.ask(AUTHORIZATION[protocol]).EVSEProcessing == "Finished"
    assert talk.machine.wait is Wait.CHARGE_PARAMETERS


@BOTH
def test_a_driver_who_may_not_ends_the_session(protocol: str) -> None:
    talk = OlderTalk(protocol, replace(READY, consent=Consent.REFUSED))
    talk.reach(*OPENING[protocol][:3])
    assert talk.ask(AUTHORIZATION[protocol]).ResponseCode == "FAILED"
    assert talk.last is not None
    assert "the driver may not have energy here" in str(talk.last.why)


@BOTH
def test_limits_are_told_and_those_of_discharge_are_not(protocol: str) -> None:
    talk = OlderTalk(protocol)
    told = talk.open().DC_EVSEChargeParameter
    assert read(told.EVSEMaximumCurrentLimit) == 200.0
    assert read(told.EVSEMaximumPowerLimit) == 50_000.0
    assert read(told.EVSEMaximumVoltageLimit) == 500.0
    assert read(told.EVSEMinimumVoltageLimit) == 150.0
    assert read(told.EVSEMinimumCurrentLimit) == 0.0
    assert "30000" not in str(told)


@BOTH
def test_what_the_vehicle_tells_of_itself_is_kept(protocol: str) -> None:
    talk = OlderTalk(protocol)
    talk.open()
    told = talk.machine.told
    assert (told.protocol, told.service) == (protocol, Service.DC)
    assert (told.charge_max_a, told.voltage_max_v) == (350.0, 413.0)
    assert (told.energy_target_wh, told.state_of_charge) == (500.0, 0.76)
    assert (told.discharge_max_a, told.discharge_max_w) == (None, None)
    assert told.doubts == ()


@BOTH
def test_the_vehicle_asks_again_while_there_is_nothing_to_give_but_not_for_ever(
    protocol: str,
) -> None:
    talk = OlderTalk(protocol, replace(READY, charge_max_w=0.0))
    assert talk.open().EVSEProcessing == "Ongoing"
    talk.now_ns += 54 * NS_PER_S
    assert talk.ask("ChargeParameterDiscoveryReq").EVSEProcessing == "Ongoing"
    talk.now_ns += NS_PER_S
    assert talk.ask("ChargeParameterDiscoveryReq").EVSEProcessing == "Finished"


@pytest.mark.parametrize(
    ("protocol", "field", "code"),
    [
        ("din", "EVRequestedEnergyTransferType", "FAILED_WrongEnergyTransferType"),
        ("iso2", "RequestedEnergyTransferMode", "FAILED_WrongEnergyTransferMode"),
    ],
)
def test_a_way_to_charge_that_is_not_offered_is_refused(
    protocol: str, field: str, code: str
) -> None:
    talk = OlderTalk(protocol)
    talk.reach(*OPENING[protocol][:-1])
    answer = talk.ask("ChargeParameterDiscoveryReq", **{field: "AC_three_phase_core"})
    assert answer.ResponseCode == code


def test_ac_parameters_under_a_wish_for_dc_are_refused() -> None:
    talk = OlderTalk("iso2")
    talk.reach(*OPENING["iso2"][:-1])
    ac = OlderTalk("iso2", READY_AC).content("ChargeParameterDiscoveryReq")
    changed = {"DC_EVChargeParameter": None, "AC_EVChargeParameter": ac.AC_EVChargeParameter}
    answer = talk.ask("ChargeParameterDiscoveryReq", **changed)
    assert answer.ResponseCode == "FAILED_WrongChargeParameter"


@BOTH
def test_a_battery_below_our_lowest_voltage_is_refused(protocol: str) -> None:
    talk = OlderTalk(protocol, replace(READY, voltage_min_v=420.0))
    talk.reach(*OPENING[protocol][:-1])
    answer = talk.ask("ChargeParameterDiscoveryReq")
    assert answer.ResponseCode == "FAILED_WrongChargeParameter"
    assert talk.last is not None
    assert "413 V at most" in str(talk.last.why)


@BOTH
def test_a_scale_fault_is_clamped_and_named(protocol: str) -> None:
    talk = OlderTalk(protocol)
    talk.reach(*OPENING[protocol][:-1])
    usual = talk.content("ChargeParameterDiscoveryReq").DC_EVChargeParameter
    absurd = replace(usual, EVMaximumCurrentLimit=talk.amount(1400.0, "A"))
    talk.ask("ChargeParameterDiscoveryReq", DC_EVChargeParameter=absurd)
    assert talk.machine.told.charge_max_a == 1000.0
    assert len(talk.machine.told.doubts) == 1
    assert talk.machine.told.doubts[0] == "highest current of 1400 A is taken as 1000 A"


@BOTH
def test_a_wish_to_discharge_is_clamped_to_nought(protocol: str) -> None:
    talk = OlderTalk(protocol)
    talk.power()
    talk.ask("CurrentDemandReq", EVTargetCurrent=talk.amount(-80.0, "A"))
    assert talk.machine.told.target_a == 0.0
    assert "-80 A" in talk.machine.told.doubts[0]
