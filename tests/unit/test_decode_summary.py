"""A session's summary: who ended it and why, its pace, its limits, and what cannot be so."""

import json
import random
from typing import Any

import pytest

from silverpin.apps.decode.ending import Ending
from silverpin.apps.decode.output import json_line
from silverpin.apps.decode.pace import Pace
from silverpin.apps.decode.physical import Quantity, Survey, physical
from silverpin.apps.decode.spread import Spread
from silverpin.apps.decode.values import Values
from silverpin.apps.decode.wording import content, utc
from silverpin.protocols.capture.conversation import V2gMessage, sender_of

MS = 1_000_000


def said(name: str, t_ms: float = 0, protocol: str = "iso2", **words: Any) -> V2gMessage:
    message = {"V2G_Message": {"Header": {"SessionID": "01"}, "Body": {name: words}}}
    return V2gMessage(
        t_ns=int(t_ms * MS), sender=sender_of(name), protocol=protocol, name=name, message=message
    )


def amperes(value: int, multiplier: int = 0) -> dict[str, Any]:
    return {"Multiplier": multiplier, "Unit": "A", "Value": value}


LOOP = said("CurrentDemandReq", DC_EVStatus={"EVErrorCode": "NO_ERROR"}, ChargingComplete=False)
GOOD = said("CurrentDemandRes", ResponseCode="OK", DC_EVSEStatus={"EVSEStatusCode": "EVSE_Ready"})
SHUT = said("CurrentDemandRes", ResponseCode="OK", DC_EVSEStatus={
    "EVSEStatusCode": "EVSE_Shutdown", "EVSENotification": "StopCharging",
})  # fmt: skip
STOP = said("PowerDeliveryReq", ChargeProgress="Stop")
BYE = said("SessionStopReq", ChargingSession="Terminate")
RESET = "the vehicle reset the connection"


@pytest.mark.parametrize(
    ("talk", "by", "why"),
    [
        ([LOOP, GOOD, STOP, SHUT, BYE], "ev", "the vehicle asked for it in PowerDeliveryReq"),
        ([LOOP, SHUT, STOP, BYE], "evse", "the charger told EVSE_Shutdown in CurrentDemandRes"),
        ([LOOP, said("CurrentDemandReq", ChargingComplete=True), STOP], "ev",
         "the vehicle asked for it in PowerDeliveryReq: charging complete"),
        ([said("PowerDeliveryReq", protocol="din", ReadyToChargeState=False)], "ev",
         "the vehicle asked for it in PowerDeliveryReq"),
        ([said("SessionStopReq", ChargingSession="Pause")], "ev",
         "the vehicle asked for it in SessionStopReq: to pause"),
        ([said("CableCheckReq", DC_EVStatus={"EVErrorCode": "FAILED_EVShiftPosition"}), STOP],
         "ev", "the vehicle told FAILED_EVShiftPosition in CableCheckReq"),
        ([LOOP, said("CurrentDemandRes", ResponseCode="FAILED_SequenceError"), STOP], "evse",
         "the charger answered FAILED_SequenceError in CurrentDemandRes"),
        ([said("AC_ChargeLoopRes", EVSEStatus={"EVSENotification": "Terminate"})], "evse",
         "the charger told Terminate in AC_ChargeLoopRes"),
        ([LOOP, GOOD], "ev", "no stop was asked for"),
        ([BYE, said("SessionStopRes", ResponseCode="FAILED_SequenceError")], "ev",
         "the vehicle asked for it in SessionStopReq"),
    ],
)  # fmt: skip
def test_who_ended_it_and_why(talk: list[V2gMessage], by: str, why: str) -> None:
    ending = Ending()
    for message in talk:
        ending.take(message, Survey(message.message))
    assert ending.verdict(RESET) == (by, why)


def test_an_end_that_the_capture_does_not_hold_is_nobody_s() -> None:
    assert Ending().verdict("the capture ends, the connection does not") == (None, None)
    assert Ending().verdict(None) == (None, None)


def test_the_pace_of_the_loop_and_of_each_side() -> None:
    pace = Pace()
    pace.take(said("CurrentDemandReq", 0))
    pace.take(said("CurrentDemandRes", 20))
    pace.take(said("CurrentDemandReq", 100))
    pace.take(said("CurrentDemandRes", 130))
    pace.take(said("PowerDeliveryReq", 5_000))
    pace.take(said("CurrentDemandReq", 9_000))
    told = pace.told()
    assert told is not None
    assert told["name"] == "CurrentDemand"
    assert told["period_ms"] == {"n": 1, "p50": 100.0, "p95": 100.0, "max": 100.0}
    assert told["ev_turnaround_ms"]["max"] == 80.0
    assert (told["evse_turnaround_ms"]["n"], told["evse_turnaround_ms"]["max"]) == (2, 30.0)
    assert Pace().told() is None


def test_a_spread_s_shares_are_true_to_one_per_cent() -> None:
    chance = random.Random(5)
    durations = [int(chance.lognormvariate(17, 1)) for _ in range(3000)]
    spread = Spread()
    for duration in durations:
        spread.add(duration)
    spread.add(-1)
    durations.sort()
    for share in (0.05, 0.5, 0.95, 0.999):
        exact = durations[int(share * len(durations)) - 1]
        assert spread.share_ns(share) == pytest.approx(exact, rel=0.02)
    assert spread.count == 3000
    assert spread.largest_ns == durations[-1]
    assert Spread().told() is None


def contradictions(*talk: V2gMessage) -> list[tuple[str, float, int, str]]:
    values = Values()
    for message in talk:
        values.take(message, Survey(message.message))
    return [(c.name, c.value, c.times, c.why) for c in values.contradictions.values()]


def test_a_current_out_of_scale_is_named_with_what_was_asked_for() -> None:
    asked = said("CurrentDemandReq", EVTargetCurrent=amperes(30))
    far = [
        said("CurrentDemandRes", EVSEPresentCurrent=amperes(v, -1)) for v in (15_000, 15_604, 14)
    ]
    assert contradictions(asked, *far) == [
        ("EVSEPresentCurrent", 1560.4, 2,
         "no such interface carries more than 1000 A, 30 A were asked for"),
    ]  # fmt: skip


def test_a_value_over_its_own_side_s_limit_is_named() -> None:
    answer = said(
        "CurrentDemandRes", EVSEMaximumCurrentLimit=amperes(25), EVSEPresentCurrent=amperes(100)
    )
    assert contradictions(answer) == [("EVSEPresentCurrent", 100.0, 1, "its own limit is 25 A")]


def test_what_no_vehicle_can_mean() -> None:
    assert contradictions(said("CurrentDemandReq", DC_EVStatus={"EVRESSSOC": 101}))[0][:2] == (
        "EVRESSSOC", 101.0,
    )  # fmt: skip
    back = said("CurrentDemandRes", EVSEPresentCurrent=amperes(-5))
    assert contradictions(back)[0][3] == "iso2 knows no discharging"
    assert contradictions(back._replace(protocol="iso20-dc")) == []
    further = said("CurrentDemandRes", EVSEPresentCurrent=amperes(-80))
    assert contradictions(back, further, back)[0][:3] == ("EVSEPresentCurrent", -80.0, 3)
    far = said("CurrentDemandRes", EVSEPresentCurrent=amperes(-3001))
    assert contradictions(far._replace(protocol="iso20-dc"))[0][1] == -3001.0
    mega = said("CurrentDemandRes", EVSEPresentCurrent=amperes(2000))
    assert contradictions(mega._replace(protocol="iso20-dc")) == []


def test_ranges_by_what_they_are() -> None:
    values = Values()
    talk = [
        said("CurrentDemandReq", EVTargetVoltage={"Exponent": 0, "Value": volts})
        for volts in (400, 300, 350)
    ]
    for message in (*talk, said("CableCheckReq", DC_EVStatus={"EVRESSSOC": 55}, FullSOC=100)):
        values.take(message, Survey(message.message))
    told = values.of("asked", "ev")["EVTargetVoltage"].told()
    assert told == {"min": 300.0, "max": 400.0, "first": 400.0, "last": 350.0, "unit": "V"}
    assert values.of("asked", "evse") == {}
    assert list(values.of("soc")) == ["EVRESSSOC"]


def test_physical_values_are_exact_to_the_last_digit() -> None:
    assert physical({"Multiplier": -1, "Value": 15604}) == 1560.4
    assert physical({"Exponent": 3, "Value": 11}) == 11_000
    assert physical({"Value": 1}) is None
    assert physical({"Multiplier": 0, "Value": "1"}) is None
    survey = Survey({"A": [{"PMax": {"Exponent": 0, "Value": 7}}], "EVReady": True})
    assert survey.quantities == [Quantity("PMax", 7.0, "W")]
    assert survey.words == {"EVReady": True}


def test_a_line_of_json_carries_whatever_a_broken_message_holds() -> None:
    for told in ({"text": "\ud800"}, {"number": 1 << 700}, {"text": "\0\x1b\u2028é"}):
        assert json.loads(json_line(told)) == told
        assert "\n" not in json_line(told)


def test_times_and_words_for_people() -> None:
    assert utc(1_700_000_000_000_000_001) == "2023-11-14T22:13:20.000000001Z"
    assert utc(None) is None
    assert utc(1 << 80) is None
    words = content({"V2G_Message": {"Header": {}, "Body": {"X": {
        "Ready": True, "Cert": "ab" * 900, "Scope": "\0\x1b[2J", "I": amperes(5, -1),
    }}}})  # fmt: skip
    assert words == (
        "Ready yes, Cert abababababababab... (900 octets), Scope \\x00\\x1b[2J, I 0.5 A"
    )
