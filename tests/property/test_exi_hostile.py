"""What comes from outside may be anything: the codec answers, soon, and in its own words."""

import json
import sys
from collections.abc import Callable
from random import Random
from types import FrameType
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


def test_the_longest_message_is_read() -> None:
    certificate = {"X509Certificate": [("A" * 5000)] * CERTIFICATES}
    data = encode("xmldsig", {"X509Data": certificate})
    assert MESSAGE_OCTETS_MAX * 3 // 4 < len(data) <= MESSAGE_OCTETS_MAX
    assert encode("xmldsig", decode("xmldsig", data).message) == data


def test_many_small_parts_take_work_in_proportion() -> None:
    data = {
        count: encode("xmldsig", {"X509Data": {"X509SubjectName": ["", "a"] * (count // 2)}})
        for count in (2_000, 16_000)
    }
    decode("xmldsig", data[2_000])
    few, many = (
        calls_of(lambda: decode("xmldsig", data[2_000])),
        calls_of(lambda: decode("xmldsig", data[16_000])),
    )
    assert few > 2_000
    assert many < 8 * few * 1.2


def calls_of(work: Callable[[], object]) -> int:
    """Return how many calls *work* makes: its cost without a clock."""
    calls = 0

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return calls


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
