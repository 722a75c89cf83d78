"""Records of pcap and pcapng files, read from chunks of bytes of any size.

A file that does not begin as a capture is refused with `NotACapture`. Damage further inside is
named in `damage`, and reading goes on: in a pcap at the next two headers that follow each other and
whose time is near that of the last record, in a pcapng at the next packet's block whose length
stands at both its ends. A file that ends inside a record, as captures do that were copied while
they grew, is named by `close`.
"""

import struct
from collections.abc import Iterator
from typing import NamedTuple

from silverpin.domain.quantities import NS_PER_S

RECORD_MAX = 1 << 24
"""No link carries a packet of 16 MiB; a longer record is damage."""
FRAME_MAX = 1 << 18
NEAR_S = 3600
"""What a header after damage may claim: no longer a packet, and a time no further off."""

_PCAP_MAGICS = {
    b"\xd4\xc3\xb2\xa1": ("<", 1000),
    b"\xa1\xb2\xc3\xd4": (">", 1000),
    b"\x4d\x3c\xb2\xa1": ("<", 1),
    b"\xa1\xb2\x3c\x4d": (">", 1),
}
_SECTION = b"\x0a\x0d\x0d\x0a"
SECTION_TYPE = 0x0A0D0D0A
INTERFACE, ENHANCED, SECRETS = 1, 6, 10
_OLD_PACKET, _SIMPLE = 2, 3
TLS_KEY_LOG = 0x544C534B
RESOLUTION = 9
_OFFSET = 14
_ENHANCED_MIN = 32


class NotACapture(ValueError):
    """The bytes do not begin as a pcap or pcapng file."""


class Record(NamedTuple):
    """One captured packet; *original* is its length on the wire."""

    t_ns: int | None
    link: int
    data: bytes
    original: int


class Secrets(NamedTuple):
    """A TLS key log that the capture itself carries."""

    key_log: bytes


Item = Record | Secrets


class _Interface(NamedTuple):
    link: int
    ticks_per_s: int
    offset_s: int


class RecordReader:
    """Takes a capture's bytes and gives its records."""

    def __init__(self) -> None:
        self._rest = b""
        self._at = 0
        self._order = ""
        self._tick_ns = 0
        self._link = 0
        self._pcapng = False
        self._interfaces: list[_Interface] = []
        self._seconds: int | None = None
        self._lost = False
        self.damage: str | None = None
        self.damaged_blocks = 0

    def feed(self, chunk: bytes) -> Iterator[Item]:
        """Give every record that *chunk* completes; raise NotACapture at a foreign beginning."""
        data = self._rest + chunk if self._rest else chunk
        used = 0
        if not self._order:
            used = self._begin(data)
            if not self._order:
                self._rest = data
                return
        read = self._blocks if self._pcapng else self._packets
        self._rest = data
        yield from read(data, used)

    def close(self) -> None:
        """Name what the end of the file cut off; raise NotACapture if nothing had begun."""
        if not self._order:
            raise NotACapture("the file ends before it begins as a capture")
        if self._rest and not self.damage:
            self.damage = (
                f"the capture ends inside a record: {len(self._rest)} octets "
                f"from octet {self._at} on are cut off"
            )

    def _begin(self, data: bytes) -> int:
        magic = data[:4]
        if len(magic) < 4:
            return 0
        if magic == _SECTION:
            if len(data) >= 12:
                self._pcapng, self._order = True, "<"
            return 0
        if magic not in _PCAP_MAGICS:
            raise NotACapture(f"it begins with {magic.hex(' ')}, no pcap or pcapng file does")
        if len(data) < 24:
            return 0
        self._order, self._tick_ns = _PCAP_MAGICS[magic]
        (link,) = struct.unpack_from(self._order + "I", data, 20)
        self._link = link & 0x0FFFFFFF
        self._at = 24
        return 24

    def _packets(self, data: bytes, at: int) -> Iterator[Record]:
        header = struct.Struct(self._order + "IIII")
        size, end = header.size, len(data)
        begin = at
        while at + size <= end:
            if self._lost:
                at, self._lost = self._resume(data, at)
                if self._lost:
                    break
            seconds, fraction, length, original = header.unpack_from(data, at)
            if length > RECORD_MAX or fraction >= NS_PER_S:
                self._name_damage(f"a record claims {length} octets", at - begin)
                continue
            if at + size + length > end:
                break
            packet = data[at + size : at + size + length]
            at += size + length
            self._seconds = seconds
            yield Record(
                seconds * NS_PER_S + fraction * self._tick_ns, self._link, packet, original
            )
        self._at += at - begin
        self._rest = data[at:]

    def _name_damage(self, what: str, read: int) -> None:
        self._lost = True
        place = f"{what} at octet {self._at + read}"
        self.damage = self.damage or f"{place}: reading goes on at the next record that can be told"

    def _resume(self, data: bytes, at: int) -> tuple[int, bool]:
        """Return where records go on, and whether that is still to be found in what comes."""
        if self._seconds is None:
            return len(data), True
        # The higher half of the time in seconds is the same for the better part of a day.
        high = struct.pack(self._order + "I", self._seconds)
        part, mark = (2, high[2:]) if self._order == "<" else (0, high[:2])
        while True:
            at += 1
            found = data.find(mark, at + part)
            if found < 0:
                return max(at, len(data) - 4), True
            at = found - part
            sound = self._followed(data, at)
            if sound is None:
                return at - 1, True
            if sound:
                return at, False

    def _followed(self, data: bytes, at: int) -> bool | None:
        """Whether a header stands here and another where its record ends; None: too few octets."""
        for _ in range(2):
            if at + 16 > len(data):
                return None
            seconds, fraction, length, original = struct.unpack_from(self._order + "4I", data, at)
            near = abs(seconds - (self._seconds or 0)) <= NEAR_S
            if not near or fraction >= NS_PER_S or not length <= original <= FRAME_MAX:
                return False
            at += 16 + length
        return True

    def _blocks(self, data: bytes, at: int) -> Iterator[Item]:
        begin, end = at, len(data)
        while at + 12 <= end:
            if data[at : at + 4] == _SECTION:
                self._order = "<" if data[at + 8 : at + 12] == b"\x4d\x3c\x2b\x1a" else ">"
                self._interfaces = []
            if self._lost:
                at, self._lost = self._next_block(data, at)
                if self._lost:
                    break
            kind, length = struct.unpack_from(self._order + "II", data, at)
            if length < 12 or length % 4 or length > RECORD_MAX:
                self._name_damage(f"a block claims {length} octets", at - begin)
                continue
            if at + length > end:
                break
            item = self._block(kind, data[at + 8 : at + length - 4])
            at += length
            if item is not None:
                yield item
        self._at += at - begin
        self._rest = data[at:]

    def _next_block(self, data: bytes, at: int) -> tuple[int, bool]:
        """Return where blocks go on, and whether that is still to be found in what comes."""
        mark = struct.pack(self._order + "I", ENHANCED)
        while True:
            at += 1
            found = data.find(mark, at)
            if found < 0 or found + 8 > len(data):
                return max(at - 1, len(data) - 12), True
            at = found
            (length,) = struct.unpack_from(self._order + "I", data, at + 4)
            if length % 4 or not _ENHANCED_MIN <= length <= FRAME_MAX:
                continue
            if at + length > len(data):
                return at - 1, True
            if data[at + length - 4 : at + length] == data[at + 4 : at + 8]:
                return at, False

    def _block(self, kind: int, body: bytes) -> Item | None:
        try:
            if kind == ENHANCED:
                return self._packet(body)
            if kind == INTERFACE:
                self._interfaces.append(self._interface(body))
            elif kind == _SIMPLE:
                (original,) = struct.unpack_from(self._order + "I", body)
                return Record(None, self._interfaces[0].link, body[4 : 4 + original], original)
            elif kind == _OLD_PACKET:
                return self._packet(struct.pack(self._order + "I", self._number(body)) + body[4:])
            elif kind == SECRETS:
                secret, length = struct.unpack_from(self._order + "II", body)
                return Secrets(body[8 : 8 + length]) if secret == TLS_KEY_LOG else None
        except (struct.error, IndexError):
            # One block that contradicts itself is left out; the next begins where it ends.
            self.damaged_blocks += 1
        return None

    def _number(self, body: bytes) -> int:
        number: int = struct.unpack_from(self._order + "H", body)[0]
        return number

    def _packet(self, body: bytes) -> Record:
        number, high, low, length, original = struct.unpack_from(self._order + "IIIII", body)
        interface = self._interfaces[number]
        ticks = high << 32 | low
        t_ns = interface.offset_s * NS_PER_S + ticks * NS_PER_S // interface.ticks_per_s
        return Record(t_ns, interface.link, body[20 : 20 + length], original)

    def _interface(self, body: bytes) -> _Interface:
        (link,) = struct.unpack_from(self._order + "H", body)
        ticks_per_s, offset_s, at = 1_000_000, 0, 8
        while at + 4 <= len(body):
            code, length = struct.unpack_from(self._order + "HH", body, at)
            value = body[at + 4 : at + 4 + length]
            if code == 0:
                break
            if code == RESOLUTION and value:
                power = value[0] & 0x7F
                ticks_per_s = 1 << min(power, 64) if value[0] & 0x80 else 10 ** min(power, 19)
            elif code == _OFFSET and length == 8:
                (offset_s,) = struct.unpack(self._order + "q", value)
            at += 4 + (length + 3) // 4 * 4
        return _Interface(link, ticks_per_s, offset_s)
