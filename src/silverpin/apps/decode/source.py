"""Where the octets come from: a file or standard input, plain or gzip, or hex."""

import os
import re
import zlib
from collections.abc import Iterable, Iterator
from io import BufferedReader
from pathlib import Path
from typing import NamedTuple

from silverpin.protocols.capture.conversation import (
    Conversation,
    MessageError,
    V2gMessage,
    read_sdp,
)
from silverpin.protocols.v2gtp import SDP_REQUEST, SDP_RESPONSE_WIRELESS, Frame, FrameReader

CHUNK = 1 << 18

_GZIP = b"\x1f\x8b"
_CAPTURES = (b"\xd4\xc3\xb2\xa1", b"\xa1\xb2\xc3\xd4", b"\x4d\x3c\xb2\xa1", b"\xa1\xb2\x3c\x4d",
             b"\x0a\x0d\x0d\x0a")  # fmt: skip
_EXI_START = 0x80
_BETWEEN = re.compile(r"0x|[\s:,_-]", re.IGNORECASE)
_HEX_LINE = re.compile(r"(?:0x)?[0-9a-f][0-9a-f\s:,_-]*", re.IGNORECASE)


class CannotRead(ValueError):
    """There is nothing to decode; the text is one sentence for a person."""


class Chunk(NamedTuple):
    """Octets of a capture, and how far the file was read for them."""

    octets: bytes
    read: int


def open_input(given: str) -> BufferedReader | None:
    """Return the file, or standard input for `-`; None where *given* is hex itself."""
    if given == "-":
        return open(0, "rb", closefd=False)
    if _HEX_LINE.fullmatch(given.strip()) and not os.path.exists(given):
        return None
    try:
        return Path(given).open("rb")
    except FileNotFoundError:
        raise CannotRead(f"{given} is neither a file nor hex: give one of them, or -") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise CannotRead(f"{given[:200]!r} cannot be read: {why}") from None


def first_octets(file: BufferedReader) -> bytes:
    """Return what is there, without waiting for more than tells a capture from text."""
    start = b""
    while len(start) < 4 and (piece := file.read1(CHUNK)):
        start += piece
    return start


def is_capture(start: bytes) -> bool:
    """Whether these first octets are those of a capture, plain or gzip, and not text."""
    return start.startswith(_CAPTURES) or start.startswith(_GZIP)


def chunks(file: BufferedReader, start: bytes) -> Iterator[Chunk]:
    """Give the file's octets as they come, *start* first, unpacked where they are gzip."""
    read = len(start)
    unpack = _Gunzip() if start.startswith(_GZIP) else None
    piece = start
    while piece:
        yield from ([Chunk(piece, read)] if unpack is None else unpack.feed(piece, read))
        piece = file.read1(CHUNK)
        read += len(piece)
    if unpack is not None and not unpack.whole:
        raise CannotRead("the gzip file ends early: what was decoded is what there is")


class _Gunzip:
    """Unpacks gzip members one after another, no more than a chunk at a time."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(wbits=31)
        self.whole = True

    def feed(self, octets: bytes, read: int) -> Iterator[Chunk]:
        try:
            while octets:
                if self._member.eof:
                    if not octets.strip(b"\0"):
                        return
                    self._member = zlib.decompressobj(wbits=31)
                plain = self._member.decompress(octets, CHUNK)
                if plain:
                    yield Chunk(plain, read)
                octets = self._member.unconsumed_tail or self._member.unused_data
        except zlib.error as error:
            raise CannotRead(f"the gzip file is damaged near octet {read}: {error}") from None
        self.whole = self._member.eof


def hex_messages(lines: Iterable[str], forced: str | None) -> Iterator[V2gMessage]:
    """Give the messages of every line that is not empty: at least one a line."""
    conversation = Conversation(forced)
    for line in lines:
        text = _BETWEEN.sub("", line)
        if not text:
            continue
        try:
            octets = bytes.fromhex(text)
        except ValueError:
            yield V2gMessage(error=MessageError(None, f"{line.strip()[:60]!r} is no hex"))
            continue
        yield from _octets(conversation, octets, forced)


def _octets(conversation: Conversation, octets: bytes, forced: str | None) -> Iterator[V2gMessage]:
    if octets[0] == _EXI_START:
        if forced is None:
            why = "bare EXI does not tell its schema: name it with --protocol"
            yield V2gMessage(exi=octets, error=MessageError(None, why))
        else:
            yield conversation.read_bare(V2gMessage(), forced, octets)
        return
    reader = FrameReader()
    for item in (*reader.feed(octets), *reader.close()):
        if isinstance(item, Frame) and SDP_REQUEST <= item.payload_type <= SDP_RESPONSE_WIRELESS:
            yield read_sdp(V2gMessage(), item)
        else:
            yield conversation.read(V2gMessage(), item)
