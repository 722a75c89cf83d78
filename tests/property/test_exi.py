"""Any valid message survives, and any octets are either a message or one documented error."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from silverpin.protocols.exi import (
    PROTOCOLS,
    ExiError,
    decode,
    decode_fragment,
    encode,
    encode_fragment,
    messages,
)
from silverpin.protocols.exi.codec import MESSAGE_OCTETS_MAX
from tests import v2g_values

seeds = st.integers(min_value=0, max_value=2**32)


@given(seed=seeds, protocol=st.sampled_from(PROTOCOLS))
def test_any_valid_message_survives(seed: int, protocol: str) -> None:
    message = v2g_values.message(protocol, Random(seed))
    data = encode(protocol, message)
    decoded = decode(protocol, data)
    assert decoded.message == message
    assert decoded.trailing == b""
    assert decode(protocol, data + b"\x00\xff").trailing == b"\x00\xff"


@given(seed=seeds, protocol=st.sampled_from(PROTOCOLS))
def test_any_valid_message_survives_as_dataclass(seed: int, protocol: str) -> None:
    message = v2g_values.message(protocol, Random(seed))
    data = encode(protocol, message)
    schema = messages(protocol)
    name, typed, trailing = schema.decode(data)
    assert trailing == b""
    assert schema.encode(typed, name) == data
    assert schema.from_json(message) == typed
    assert schema.to_json(typed, name) == message


@given(seed=seeds, protocol=st.sampled_from(PROTOCOLS))
def test_any_element_survives_as_fragment(seed: int, protocol: str) -> None:
    element = v2g_values.element(protocol, Random(seed))
    decoded = decode_fragment(protocol, encode_fragment(protocol, element))
    assert decoded.message == element
    assert decoded.trailing == b""


@given(data=st.binary(max_size=200), protocol=st.sampled_from(PROTOCOLS))
def test_any_octets_are_a_message_or_the_documented_error(data: bytes, protocol: str) -> None:
    read_or_refuse(protocol, b"\x80" + data)


@given(seed=seeds, protocol=st.sampled_from(PROTOCOLS))
def test_a_damaged_message_is_a_message_or_the_documented_error(seed: int, protocol: str) -> None:
    chance = Random(seed)
    whole = bytearray(encode(protocol, v2g_values.message(protocol, chance)))
    for _ in range(8):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 3)):
            data[chance.randrange(1, len(data))] ^= 1 << chance.randrange(8)
        read_or_refuse(protocol, bytes(data[: chance.randint(1, len(data))]))
        read_or_refuse(protocol, bytes(data))


def read_or_refuse(protocol: str, data: bytes) -> None:
    try:
        message = decode(protocol, data).message
    except ExiError as error:
        refused = error
    else:
        assert decode(protocol, encode(protocol, message)).message == message
        return
    assert refused.reason
    assert refused.bit is not None
    assert 0 <= refused.bit <= 8 * len(data)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_every_cut_of_a_message_is_refused(protocol: str) -> None:
    data = encode(protocol, v2g_values.message(protocol, Random(7)))
    for length in range(len(data)):
        with pytest.raises(ExiError):
            decode(protocol, data[:length])


def test_length_alone_costs_no_more_than_reading() -> None:
    notice = {"Header": {"SessionID": "00", "Notification": {"FaultCode": "ParsingError"}}}
    message = {"V2G_Message": {**notice, "Body": {"SessionSetupReq": {"EVCCID": "00"}}}}
    data = encode("iso2", message)
    full = data + bytes(MESSAGE_OCTETS_MAX - len(data))
    assert decode("iso2", full).trailing == bytes(MESSAGE_OCTETS_MAX - len(data))
    with pytest.raises(ExiError, match="at most"):
        decode("iso2", full + b"\x00")
