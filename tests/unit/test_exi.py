"""What the codec refuses and why, the dataclasses, and physical values."""

from dataclasses import replace
from decimal import Decimal
from enum import IntEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from silverpin.protocols.exi import ExiError, decode, encode, encode_fragment, messages
from silverpin.protocols.exi.bits import bits_of, octets_of
from silverpin.protocols.exi.fragments import decode_fragment
from silverpin.protocols.exi.physical import (
    EXPONENTS_ISO2,
    EXPONENTS_ISO20,
    Scaled,
    exact,
    rounded,
    scaled,
)

SETUP = bytes.fromhex("809a004011d01bcb58e01e270c00")
LOOP = "8034041a7d2762862c9c3a0e0a78ad8062005184020c0502c8101404080a10"
DECODED_SETUP = {
    "V2G_Message": {
        "Header": {"SessionID": "00"},
        "Body": {"SessionSetupReq": {"EVCCID": "F2D6380789C3"}},
    }
}
STOP: dict[str, Any] = {
    "Header": {"SessionID": "00" * 8, "TimeStamp": 1},
    "ChargingSession": "Pause",
}
HANDSHAKE = {
    "ProtocolNamespace": "urn:iso:std:iso:15118:-20:DC",
    "VersionNumberMajor": 1,
    "VersionNumberMinor": 0,
    "SchemaID": 1,
    "Priority": 1,
}


def length(*octets: int) -> bytes:
    """A message up to the length of its session's number, which *octets* tell."""
    return octets_of(bits_of(SETUP)[:18] + bits_of(bytes(octets)) + "0" * 6)


def refusal(protocol: str, message: Any) -> ExiError:
    with pytest.raises(ExiError) as caught:
        encode(protocol, message)
    assert caught.value.bit is None
    return caught.value


def test_a_message_reads_and_writes() -> None:
    assert decode("din", SETUP) == ("V2G_Message", DECODED_SETUP, b"")
    assert encode("din", DECODED_SETUP) == SETUP


def test_stray_octets_are_told() -> None:
    assert decode("din", SETUP + b"\x00").trailing == b"\x00"


@pytest.mark.parametrize(
    ("data", "bit", "words"),
    [
        (b"", 0, "no EXI header"),
        (b"$EXI", 0, "no EXI header"),
        (b"\x80", 8, "no message of din has the code "),
        (b"\x80\xff", 8, "no message of din has the code 1111111"),
        (SETUP[:5], 38, "end early"),
        (length(0x08) + b"\x00", 18, "the data end inside 8 octets of binary"),
        (length(0x09) + bytes(40), 18, "9 octets, allowed: at most 8"),
        (length(*[0xFF] * 10) + bytes(40), 18, "a number of more than 10 octets"),
        (length(*[0xFF] * 4), 50, "the data end inside a number"),
        (length(*[0xFF] * 9, 0x01) + bytes(40), 18, "the data end inside 18446744073709551615"),
        (b"\x80\x9b", 15, "end early"),
        (b"\x80\x9a\xff\xff", 16, "no event or value"),
    ],
)
def test_refused_octets_and_the_bit_where(data: bytes, bit: int, words: str) -> None:
    with pytest.raises(ExiError) as caught:
        decode("din", data)
    assert words in str(caught.value)
    assert caught.value.bit == bit


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"ChargingSession": "Stop"}, "'Stop' is not one of Pause, Terminate"),
        ({"ChargingSession": None}, "None is not one of"),
        ({"Header": {"SessionID": "00" * 8, "TimeStamp": -1}}, "-1 is out of range"),
        ({"Header": {"SessionID": "00" * 8, "TimeStamp": 2**64}}, "out of range"),
        ({"Header": {"SessionID": "00" * 8, "TimeStamp": "1"}}, "'1' is no whole number"),
        ({"Header": {"SessionID": "00" * 8, "TimeStamp": True}}, "True is no whole number"),
        ({"Header": {"SessionID": "00" * 7, "TimeStamp": 1}}, "7 octets, allowed: 8 to 8"),
        ({"Header": {"SessionID": "0", "TimeStamp": 1}}, "no text of hexadecimal digits"),
        ({"Header": {"SessionID": "00" * 8}}, "TimeStamp is missing in SessionStopReqType"),
        ({"Header": []}, "[] does not fit"),
        ({"Color": "red"}, "unknown: Color; known: Header, ChargingSession"),
        ({"EVTerminationCode": "x" * 81}, "81 characters, allowed: at most 80"),
        ({"EVTerminationCode": "\ud800"}, "surrogate"),
        ({"EVTerminationCode": 7}, "7 is no text"),
    ],
)
def test_refused_messages(change: dict[str, Any], words: str) -> None:
    assert words in str(refusal("iso20-common", {"SessionStopReq": {**STOP, **change}}))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"PresentSOC": True}, "True is no whole number"),
        ({"PresentSOC": 50.0}, "50.0 is no whole number"),
        ({"PresentSOC": 101}, "101 is not a whole number (0 to 100)"),
        ({"InletHot": 1}, "1 is not true or false"),
        ({"BatteryEnergyCapacity": {"Exponent": 0, "Value": 1.0}}, "1.0 is no whole number"),
        ({"BatteryEnergyCapacity": {"Exponent": 0, "Value": 40000}}, "out of range"),
    ],
)
def test_what_only_equals_a_value_is_refused(change: dict[str, Any], words: str) -> None:
    req = decode("iso20-dc", bytes.fromhex(LOOP)).message["DC_ChargeLoopReq"]
    assert encode("iso20-dc", {"DC_ChargeLoopReq": req}).hex() == LOOP
    spoiled = {"DC_ChargeLoopReq": {**req, "DisplayParameters": change}}
    assert words in str(refusal("iso20-dc", spoiled))


def test_a_number_in_a_class_of_its_own_is_a_number() -> None:
    class Percent(IntEnum):
        HALF = 50

    dc = messages("iso20-dc")
    req = dc.decode(bytes.fromhex(LOOP)).message
    half = dc.DisplayParametersType(PresentSOC=Percent.HALF)
    again = dc.decode(dc.encode(replace(req, DisplayParameters=half))).message
    assert again.DisplayParameters.PresentSOC == 50


def test_what_is_none_or_empty_is_not_there() -> None:
    plain = encode("iso20-common", {"SessionStopReq": STOP})
    given = {"SessionStopReq": {**STOP, "EVTerminationCode": None}}
    assert encode("iso20-common", given) == plain


def test_no_message_and_no_protocol() -> None:
    assert "no message of din" in refusal("din", {"Hello": {}}).reason
    assert "one key" in refusal("din", {}).reason
    assert "one key" in refusal("din", 7).reason
    assert "these are: sap, din" in refusal("din2", DECODED_SETUP).reason


def test_lists_are_bounded_both_ways() -> None:
    many = {"supportedAppProtocolReq": {"AppProtocol": [HANDSHAKE] * 21}}
    assert "AppProtocol: at most 20 fit here" in str(refusal("sap", many))
    assert "AppProtocol is missing" in str(refusal("sap", {"supportedAppProtocolReq": {}}))
    full = {"supportedAppProtocolReq": {"AppProtocol": [HANDSHAKE] * 20}}
    assert decode("sap", encode("sap", full)).message == full


def test_alternatives_exclude_each_other() -> None:
    body = {"SessionSetupReq": {"EVCCID": "00"}, "SessionStopReq": {}}
    both = {"V2G_Message": {"Header": {"SessionID": "00"}, "Body": body}}
    assert "only 1 of these go together" in str(refusal("din", both))
    din = messages("din")
    typed = din.from_json(DECODED_SETUP)
    stop = din.SessionStopType()
    crowded = din.BodyType(SessionSetupReq=typed.Body.SessionSetupReq, SessionStopReq=stop)
    with pytest.raises(ExiError, match="only 1 of these go together"):
        din.encode(din.V2G_Message(Header=typed.Header, Body=crowded))


def test_dataclasses_carry_the_names_of_the_schema() -> None:
    dc = messages("iso20-dc")
    header = dc.MessageHeaderType(SessionID=bytes(8), TimeStamp=1)
    req = dc.DC_PreChargeReqType(
        Header=header,
        EVProcessing="Ongoing",
        EVPresentVoltage=dc.RationalNumberType(Exponent=0, Value=0),
        EVTargetVoltage=dc.RationalNumberType(Exponent=-1, Value=4000),
    )
    name, again, trailing = dc.decode(dc.encode(req))
    assert (name, again, trailing) == ("DC_PreChargeReq", req, b"")
    assert type(again) is dc.DC_PreChargeReqType
    assert again.Header.Signature is None
    assert exact(again.EVTargetVoltage) == 400
    with pytest.raises(AttributeError):
        again.EVProcessing = "Finished"
    assert "DC_PreChargeReqType" in dir(dc)
    with pytest.raises(AttributeError, match="iso20-dc has no type 'SessionStopReqType'"):
        dc.SessionStopReqType  # noqa: B018


def test_a_type_of_two_messages_wants_a_name() -> None:
    acdp = messages("iso20-acdp")
    header = {"SessionID": "00" * 8, "TimeStamp": 1}
    status = {"Header": header, "EVElectricalChargingDeviceStatus": "State_A"}
    typed = acdp.from_json({"ACDP_DisconnectReq": status})
    assert acdp.decode(acdp.encode(typed, "ACDP_DisconnectReq")).name == "ACDP_DisconnectReq"
    with pytest.raises(ExiError, match="ACDP_ConnectReq, ACDP_DisconnectReq: name one"):
        acdp.encode(typed)
    with pytest.raises(ExiError, match="dict as a message of iso20-acdp is none"):
        acdp.encode({})


def test_fragments_refuse_what_is_no_element() -> None:
    with pytest.raises(ExiError, match="'Nothing' is no element of iso2"):
        encode_fragment("iso2", {"Nothing": {}})
    with pytest.raises(ExiError, match="an Id and a value"):
        encode_fragment("iso2", {"eMAID": "DE123"})
    with pytest.raises(ExiError, match="no element of iso2 has the code"):
        decode_fragment("iso2", b"\x80\xff\xff")
    good = encode_fragment("iso2", {"eMAID": {"Id": "id3", "value": "DE123"}})
    with pytest.raises(ExiError, match="only an Id"):
        decode_fragment("iso2", good[:-2] + b"\xff\xff")


@given(
    value=st.integers(-(2**15), 2**15 - 1),
    exponent=st.integers(*EXPONENTS_ISO20),
)
def test_physical_values_survive_exactly(value: int, exponent: int) -> None:
    number = exact({"Value": value, "Exponent": exponent})
    found = scaled(number)
    assert exact({"Value": found.value, "Exponent": found.exponent}) == number
    assert abs(found.exponent) <= abs(exponent)


@given(st.floats(min_value=-3e7, max_value=3e7))
def test_measured_values_lose_less_than_their_last_digit(number: float) -> None:
    found = rounded(number, EXPONENTS_ISO2)
    told = exact({"Value": found.value, "Multiplier": found.exponent})
    assert abs(told - Decimal(str(number))) <= Decimal(5).scaleb(found.exponent - 1)
    assert EXPONENTS_ISO2[0] <= found.exponent <= EXPONENTS_ISO2[1]


def test_physical_values_that_do_not_fit() -> None:
    assert scaled(Decimal("2990.0")) == Scaled(2990, 0)
    with pytest.raises(ExiError, match="does not fit"):
        scaled(Decimal("29900.5"))
    with pytest.raises(ExiError, match="is beyond"):
        rounded(4e7, EXPONENTS_ISO2)
    with pytest.raises(ExiError, match="no quantity"):
        rounded(float("nan"))
    with pytest.raises(ExiError, match="no physical value"):
        exact({"Value": 1})
