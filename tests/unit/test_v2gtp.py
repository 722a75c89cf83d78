"""V2GTP frames between octets that are none."""

from silverpin.protocols.v2gtp import BODY_MAX, DC, EXI, Frame, FrameReader, Lost, frame


def test_a_frame_s_octets() -> None:
    assert frame(DC, b"\x80\x01") == bytes.fromhex("01fe8004000000028001")


def test_octets_that_are_no_frame_are_skipped_to_the_next_that_could_be() -> None:
    reader = FrameReader()
    items = list(reader.feed(b"rubbish\x01\xfe\x12" + frame(EXI, b"hi") + frame(EXI, b"")))
    assert items == [
        Lost(b"rubbish\x01\xfe\x12", "no V2GTP header begins with 72 75"),
        Frame(EXI, b"hi"),
        Frame(EXI, b""),
    ]


def test_a_header_that_claims_too_much_is_none() -> None:
    monstrous = b"\x01\xfe\x80\x01" + (BODY_MAX + 1).to_bytes(4, "big")
    items = list(FrameReader().feed(monstrous + frame(EXI, b"hi")))
    assert items == [
        Lost(monstrous, "a V2GTP header claims 1048577 octets, more than any message has"),
        Frame(EXI, b"hi"),
    ]


def test_what_was_begun_and_not_completed_is_told() -> None:
    reader = FrameReader()
    begun = frame(EXI, b"hello")[:-2]
    assert list(reader.feed(begun)) == []
    assert list(reader.gap(9)) == [
        Lost(begun, "3 of 5 octets were captured: the capture lacks 9 octets of this stream")
    ]
    assert list(reader.feed(frame(EXI, b"next"))) == [Frame(EXI, b"next")]
    assert list(reader.close()) == []
    assert list(reader.feed(b"\x01\xfe")) == []
    assert list(reader.close()) == [Lost(b"\x01\xfe", "the stream ends inside this message")]
