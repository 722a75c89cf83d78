"""What comes from outside may be anything: the codec answers, soon, and in its own words."""

import json
import time
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from silverpin.protocols.exi import PROTOCOLS, ExiError, decode, encode
from silverpin.protocols.exi.codec import MESSAGE_OCTETS_MAX
from silverpin.protocols.exi.grammar import Complex, load
from tests.v2g_values import message
from tools.exi_fuzz import Fuzz

seeds = st.integers(min_value=0, max_value=2**32)
FEW_INPUTS, MANY_INPUTS = 10_000, 400_000
PATIENCE_S = 3.0
CERTIFICATES = 250
JUNK: tuple[Any, ...] = (
    None,
    True,
    -1,
    2**70,
    1.5,
    float("nan"),
    "",
    "x" * 5000,
    [],
    [[]],
    {},
    {"a": 1},
    "\udc00",
)


def spoiled(value: Any, chance: Random) -> Any:
    """A copy of *value* with junk somewhere in it."""
    if chance.random() < 0.15 or not isinstance(value, dict | list) or not value:
        return chance.choice(JUNK)
    if isinstance(value, list):
        place = chance.randrange(len(value))
        return [*value[:place], spoiled(value[place], chance), *value[place + 1 :]]
    name = chance.choice(sorted(value))
    changed = {**value, name: spoiled(value[name], chance)}
    if chance.random() < 0.2:
        changed[chance.choice(("Header", "surplus", ""))] = chance.choice(JUNK)
    return changed


@given(seed=seeds, protocol=st.sampled_from(PROTOCOLS))
def test_a_spoiled_message_is_written_or_refused(seed: int, protocol: str) -> None:
    chance = Random(seed)
    given_message = spoiled(message(protocol, chance), chance)
    try:
        data = encode(protocol, given_message)
    except ExiError as error:
        refused = error
    else:
        decode(protocol, data)
        return
    assert refused.reason
    assert refused.bit is None


def test_a_moment_of_fuzzing_finds_nothing() -> None:
    fuzz = Fuzz(seed=1, chance=Random(1))
    fuzz.run(FEW_INPUTS)
    assert fuzz.findings == []
    assert fuzz.decoded > FEW_INPUTS // 100


@pytest.mark.long
def test_a_while_of_fuzzing_finds_nothing() -> None:
    fuzz = Fuzz(seed=2, chance=Random(2))
    fuzz.run(MANY_INPUTS)
    assert fuzz.findings == []


def test_the_longest_message_is_read_in_good_time() -> None:
    certificate = {"X509Certificate": [("A" * 5000)] * CERTIFICATES}
    data = encode("xmldsig", {"X509Data": certificate})
    assert MESSAGE_OCTETS_MAX * 3 // 4 < len(data) <= MESSAGE_OCTETS_MAX
    began = time.process_time()
    decoded = decode("xmldsig", data).message
    assert encode("xmldsig", decoded) == data
    assert time.process_time() - began < PATIENCE_S


def test_many_small_parts_take_time_in_proportion() -> None:
    took = []
    for count in (20_000, 160_000):
        data = encode("xmldsig", {"X509Data": {"X509SubjectName": ["", "a"] * (count // 2)}})
        began = time.process_time()
        decoded = decode("xmldsig", data).message
        assert len(decoded["X509Data"]["X509SubjectName"]) == count
        took.append(time.process_time() - began)
    assert took[1] < 8 * took[0] * 2.5


def test_a_stream_of_one_kind_of_bit_ends() -> None:
    for protocol in PROTOCOLS:
        for octet in (b"\x00", b"\xff", b"\x55", b"\xaa"):
            for root in range(128):
                data = bytes((0x80, root << 1)) + octet * 4000
                try:
                    decode(protocol, data)
                except ExiError as error:
                    assert error.bit is not None  # noqa: PT017


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_no_type_holds_itself(protocol: str) -> None:
    types = load(protocol).types
    inner = {
        number: {p.type for state in type_.states for p in state if p.type >= 0}
        for number, type_ in enumerate(types)
        if isinstance(type_, Complex)
    }
    levels = 0
    while inner:
        hold_no_other = {number for number, held in inner.items() if not held & set(inner)}
        assert hold_no_other, "types that hold each other could be nested without end"
        inner = {number: held for number, held in inner.items() if number not in hold_no_other}
        levels += 1
    assert levels < 12


def test_errors_survive_json() -> None:
    with pytest.raises(ExiError) as caught:
        decode("din", b"\x80\x9a\xff\xff")
    told = json.dumps({"bit": caught.value.bit, "reason": str(caught.value)})
    assert "V2G_Message" in told
