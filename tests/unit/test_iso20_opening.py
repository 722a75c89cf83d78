"""ISO 15118-20, charger's role: from the first message to the chosen service."""

from dataclasses import replace

import pytest

from silverpin.protocols.iso15118.machine import Ending, PausedSession
from silverpin.protocols.iso15118.sides import (
    Consent,
    ControlMode,
    Service,
    Stage,
)
from silverpin.protocols.iso15118.states20 import State20
from tests.iso20_talk import EVCC, ON, Talk, code

S = State20
PAUSED = PausedSession(
    session_id=b"\1\2\3\4\5\6\7\10",
    evcc_id=EVCC,
    protocol="iso20",
    service=Service.DC_BPT,
    control=ControlMode.DYNAMIC,
    paused_ns=0,
)


def test_a_session_gets_a_number_that_nobody_asked_for() -> None:
    reply = Talk().say("SessionSetupReq")
    assert code(reply) == "OK_NewSessionEstablished"
    assert reply.message.Header.SessionID not in (bytes(8), b"")
    assert ON.evse_id == reply.message.EVSEID
    assert reply.message.Header.TimeStamp == int(ON.unix_s)


def test_a_paused_session_is_joined_by_the_vehicle_that_paused_it() -> None:
    talk = Talk(control=ControlMode.DYNAMIC, resume=PAUSED)
    reply = talk.say("SessionSetupReq")
    assert code(reply) == "OK_OldSessionJoined"
    assert reply.message.Header.SessionID == PAUSED.session_id
    assert talk.machine.told.service is Service.DC_BPT
    assert code(talk.say("DC_ChargeParameterDiscoveryReq")) == "OK"
    assert code(talk.say("ScheduleExchangeReq")) == "OK"


@pytest.mark.parametrize(
    "stranger",
    [
        {"EVCCID": "WMIVANOTHER"},
        {"Header": {"SessionID": "0000000000000000", "TimeStamp": 1}},
        {"Header": {"SessionID": "0102030405060709", "TimeStamp": 1}},
    ],
)
def test_another_vehicle_or_number_joins_no_paused_session(stranger: dict[str, object]) -> None:
    reply = Talk(resume=PAUSED).say("SessionSetupReq", **stranger)
    assert code(reply) == "OK_NewSessionEstablished"
    assert reply.message.Header.SessionID != PAUSED.session_id


def test_a_paused_session_whose_service_is_gone_is_not_joined() -> None:
    talk = Talk(resume=PAUSED, side=replace(ON, services=(Service.DC,)))
    assert code(talk.say("SessionSetupReq")) == "OK_NewSessionEstablished"


def test_a_vehicle_name_cannot_write_into_a_log() -> None:
    talk = Talk()
    talk.say("SessionSetupReq", EVCCID="EV\n\x1b[2Jall is well\0\0")
    assert talk.machine.told.evcc_id == "EV??[2Jall is well"


def test_authorization_waits_for_the_driver() -> None:
    talk = Talk(side=replace(ON, consent=Consent.PENDING)).reach(S.AUTHORIZATION)
    reply = talk.say("AuthorizationReq")
    assert (code(reply), reply.message.EVSEProcessing) == (
        "OK",
        "Ongoing_WaitingForCustomerInteraction",
    )
    talk.change(consent=Consent.GRANTED)
    assert talk.say("AuthorizationReq").message.EVSEProcessing == "Finished"
    assert talk.machine.state is S.DISCOVERY


def test_a_refused_driver_may_ask_again_or_leave() -> None:
    talk = Talk(side=replace(ON, consent=Consent.REFUSED)).reach(S.AUTHORIZATION)
    reply = talk.say("AuthorizationReq")
    assert (code(reply), reply.ending) == ("WARNING_EIMAuthorizationFailure", None)
    assert reply.why == "WARNING_EIMAuthorizationFailure: the driver may not have energy"
    assert talk.say("SessionStopReq").ending is Ending.BY_VEHICLE


def test_a_contract_is_not_taken_for_identification() -> None:
    talk = Talk().reach(S.AUTHORIZATION)
    chain = {"Certificate": "AA==", "SubCertificates": {"Certificate": ["AA=="]}}
    contract = {"Id": "id1", "GenChallenge": "A" * 22 + "==", "ContractCertificateChain": chain}
    reply = talk.say(
        "AuthorizationReq",
        SelectedAuthorizationService="PnC",
        EIM_AReqAuthorizationMode=None,
        PnC_AReqAuthorizationMode=contract,
    )
    assert code(reply) == "WARNING_AuthorizationSelectionInvalid"
    assert code(talk.say("AuthorizationReq")) == "OK"


def test_services_of_the_negotiated_current_are_listed_the_best_first() -> None:
    reply = Talk().reach(S.DISCOVERY).say("ServiceDiscoveryReq")
    rows = reply.message.EnergyTransferServiceList.Service
    assert [row.ServiceID for row in rows] == [6, 2]
    assert reply.message.ServiceRenegotiationSupported is True
    reply = Talk(Service.AC).reach(S.DISCOVERY).say("ServiceDiscoveryReq")
    assert [row.ServiceID for row in reply.message.EnergyTransferServiceList.Service] == [5, 1]


def test_services_that_the_vehicle_does_not_know_are_left_out() -> None:
    talk = Talk().reach(S.DISCOVERY)
    reply = talk.say("ServiceDiscoveryReq", SupportedServiceIDs={"ServiceID": [2, 65]})
    assert [row.ServiceID for row in reply.message.EnergyTransferServiceList.Service] == [2]
    refused = talk.say("ServiceDetailReq", ServiceID=6)
    assert code(refused) == "FAILED_ServiceIDInvalid"


@pytest.mark.parametrize(
    ("service", "only_of_it"),
    [
        (Service.DC, {"Connector": 2}),
        (Service.DC_BPT, {"Connector": 2, "BPTChannel": 1, "GeneratorMode": 1}),
        (Service.AC, {"Connector": 3, "EVSENominalVoltage": 230}),
        (
            Service.AC_BPT,
            {
                "Connector": 3,
                "EVSENominalVoltage": 230,
                "BPTChannel": 1,
                "GeneratorMode": 1,
                "GridCodeIslandingDetectionMethod": 2,
            },
        ),
    ],
)
def test_parameter_sets_have_what_their_service_needs_and_nothing_else(
    service: Service, only_of_it: dict[str, int]
) -> None:
    reply = Talk(service).reach(S.SERVICES).say("ServiceDetailReq")
    found = {
        row.ParameterSetID: {p.Name: p.intValue for p in row.Parameter}
        for row in reply.message.ServiceParameterList.ParameterSet
    }
    every = {"Pricing": 0, "MobilityNeedsMode": 1}
    wanted = [only_of_it | every | {"ControlMode": mode} for mode in (1, 2)]
    if not service.direct_current:
        wanted += [each | {"Connector": 1} for each in wanted]
    assert list(found.values()) == wanted
    assert list(found) == list(range(1, len(wanted) + 1))


def test_a_charger_that_knows_the_driver_offers_to_know_the_needs() -> None:
    talk = Talk(side=replace(ON, departure_s=3600.0, target_state_of_charge=0.8))
    talk.control = ControlMode.DYNAMIC
    reply = talk.reach(S.SERVICES).say("ServiceDetailReq")
    last = reply.message.ServiceParameterList.ParameterSet[-1]
    assert {p.Name: p.intValue for p in last.Parameter}["MobilityNeedsMode"] == 2
    talk.reach(S.SELECTION)
    chosen = {"ServiceID": 6, "ParameterSetID": 3}
    assert code(talk.say("ServiceSelectionReq", SelectedEnergyTransferService=chosen)) == "OK"
    talk.say("DC_ChargeParameterDiscoveryReq")
    needs = talk.say("ScheduleExchangeReq").message.Dynamic_SEResControlMode
    assert (needs.DepartureTime, needs.TargetSOC) == (3600, 80)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"ServiceID": 1, "ParameterSetID": 1}, "FAILED_NoEnergyTransferServiceSelected"),
        ({"ServiceID": 99, "ParameterSetID": 1}, "FAILED_NoEnergyTransferServiceSelected"),
        ({"ServiceID": 6, "ParameterSetID": 9}, "FAILED_ServiceSelectionInvalid"),
    ],
)
def test_a_choice_that_was_not_offered_is_refused(fields: dict[str, int], expected: str) -> None:
    talk = Talk().reach(S.SELECTION)
    reply = talk.say("ServiceSelectionReq", SelectedEnergyTransferService=fields)
    assert (code(reply), reply.ending) == (expected, Ending.REFUSED)
    assert talk.machine.told.stage is Stage.FAILED


def test_a_service_beside_energy_is_refused() -> None:
    talk = Talk().reach(S.SELECTION)
    extra = {"SelectedService": [{"ServiceID": 65, "ParameterSetID": 1}]}
    assert code(talk.say("ServiceSelectionReq", SelectedVASList=extra)) == (
        "FAILED_ServiceSelectionInvalid"
    )


def test_a_charger_that_has_nothing_left_to_offer_says_so() -> None:
    talk = Talk().reach(S.DISCOVERY)
    talk.change(services=())
    reply = talk.say("ServiceDiscoveryReq")
    assert reply.why == "FAILED: there is no service to offer now"
