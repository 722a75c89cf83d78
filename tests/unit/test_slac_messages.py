"""Codec of the power line's management messages, against octets that others have written."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from silverpin.protocols.slac import messages
from silverpin.protocols.slac.frames import BROADCAST, Frame, SlacError, open_payload, unpack
from silverpin.protocols.slac.messages import MESSAGES, Message, read
from silverpin.protocols.slac.network import nid_of
from tests.slac_data import recorded

KONA = bytes.fromhex("e00ee10024dd")
CHARGER = bytes.fromhex("861f2d18ec32")
RECORDED = 2_303


def test_a_recorded_confirmation_is_read_field_by_field() -> None:
    octets = bytes.fromhex(
        "e00ee10024dd861f2d18ec3288e10165600000"
        "ffffffffffff0a0601e00ee10024dd0000e00ee10024dd0000" + "00" * 16
    )
    frame = unpack(octets)
    assert (frame.source, frame.destination, frame.version) == (CHARGER, KONA, 1)
    assert read(frame) == messages.SlacParmCnf(
        sounds=10, timeout=6, forwarding=KONA, run_id=KONA + b"\0\0", rest=bytes(16)
    )
    written = messages.SlacParmCnf(sounds=10, timeout=6, forwarding=KONA, run_id=KONA + b"\0\0")
    assert written.frame(KONA, CHARGER).pack() == octets, "60 octets, as Ethernet wants them"


def test_every_recorded_message_is_read_and_written_again_octet_for_octet(data_dir: Path) -> None:
    seen: Counter[str] = Counter()
    for name, frames in recorded(data_dir):
        for _, frame in frames:
            message = read(frame)
            if message is not None:
                again = message.frame(frame.destination, frame.source)
                assert again._replace(fragment=frame.fragment) == frame, (name, message)
                seen[message.name] += 1
    assert seen.total() == RECORDED
    assert len(seen) == 11


def test_a_network_is_named_by_its_key_as_everest_names_it(data_dir: Path) -> None:
    named = Counter(
        nid_of(message.nmk) == message.nid
        for name, frames in recorded(data_dir)
        if not name.startswith(("ISO", "DIN", "IEC"))
        for _, frame in frames
        if isinstance(message := read(frame), messages.SetKeyReq | messages.SlacMatchCnf)
    )
    assert named == {True: 155}, "dSPACE's emulator chooses names of its own, 51 times"


def test_octets_behind_a_message_are_kept() -> None:
    # A recorded EQE counts its headers twice: its frames are 14 octets too long.
    sound = messages.MnbcSoundInd(remaining=9, run_id=bytes(8), random=bytes(16), rest=b"\xd3" * 14)
    frame = unpack(sound.frame(BROADCAST, KONA).pack())
    assert read(frame) == sound


def test_an_amplitude_map_and_a_link_status_are_read() -> None:
    wanted = messages.AmpMapReq(carriers=4, rest=b"\x21\x43")
    assert wanted.encode() == b"\x04\x00\x21\x43"
    status = messages.LinkStatusCnf(link=1).frame(CHARGER, KONA)
    assert status.pack()[14:23] == bytes.fromhex("00b9a000b052") + b"\0\x01\0", "no fragment octets"
    told = read(unpack(status.pack()))
    assert isinstance(told, messages.LinkStatusCnf)
    assert told.link == 1


@pytest.mark.parametrize(
    ("octets", "sentence"),
    [
        (bytes(13), "13 octets are no Ethernet frame"),
        (bytes(12) + b"\x86\xdd", "EtherType 0x86DD is not HomePlug's"),
        (bytes(12) + b"\x88\xe1\x01\x64", "2 octets hold no message type"),
        (bytes(12) + b"\x88\xe1\x01\x64\x60\0", "the message is cut in its header"),
        (
            bytes(12) + b"\x88\xe1\x01\x64\x60\0\0" + bytes(9),
            "CM_SLAC_PARM.REQ is cut: 9 of 10 octets",
        ),
        (
            bytes(12) + b"\x88\xe1\x01\x86\x60\0\0" + bytes(6) + b"\x3a\0" + bytes(57),
            "CM_ATTEN_PROFILE.IND is cut: 57 of 58 groups",
        ),
    ],
)
def test_what_is_no_message_is_refused_in_a_sentence(octets: bytes, sentence: str) -> None:
    with pytest.raises(SlacError, match="^" + sentence.replace(".", r"\.") + "$"):
        read(unpack(octets))


@pytest.mark.parametrize(
    "wrong",
    [
        messages.SlacParmReq(run_id=bytes(7)),
        messages.SlacParmReq(run_id=bytes(9)),
        messages.SlacParmReq(run_id=bytes(8), application=256),
        messages.AttenProfileInd(vehicle=KONA, groups=bytes(256)),
    ],
)
def test_a_field_that_does_not_fit_is_refused(wrong: Message) -> None:
    with pytest.raises(SlacError, match=wrong.name):
        wrong.encode()


def test_another_modems_message_is_none_of_ours() -> None:
    assert read(Frame(BROADCAST, KONA, 0x6038, b"")) is None
    assert read(Frame(BROADCAST, KONA, 0xA0B9, bytes(5))) is None, "vendor's, but version 1"


def test_every_message_has_its_name_and_a_kind_of_its_own() -> None:
    assert {kind.KIND for kind in MESSAGES} == set(messages.NAMES)
    assert len(messages.NAMES) == len(MESSAGES)


@given(st.binary(max_size=200))
def test_nothing_but_the_one_error_is_raised_for_any_octets(payload: bytes) -> None:
    try:
        message = read(open_payload(KONA, BROADCAST, payload))
    except SlacError:
        return
    assert message is None or message.encode() == payload[5 if payload[0] else 3 :]


@given(st.sampled_from(MESSAGES), st.binary(max_size=300))
def test_a_body_that_can_be_read_is_written_the_same(kind: type[Message], body: bytes) -> None:
    try:
        message = kind.decode(body)
    except SlacError:
        return
    assert message.encode() == body
