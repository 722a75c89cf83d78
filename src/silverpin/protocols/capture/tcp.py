"""One direction of a TCP connection put together again, in bounded memory.

* Segments may come in any order, twice, overlapping; each octet is given once, in order.
* An octet that the receiver has acknowledged and the capture does not hold is lost: a gap, named
  with its length. So is one that stays away while more than `WAITING_MAX` octets wait behind it.
* A segment further than `WINDOW` from where the stream is belongs to no window; it is a stray.
"""

from bisect import insort
from typing import NamedTuple

WAITING_MAX = 1 << 18
SEGMENTS_MAX = 1024
WINDOW = 1 << 26

FIN, SYN, RST, ACK = 1, 2, 4, 16

_MODULUS = 1 << 32
_HALF = 1 << 31


class Gap(NamedTuple):
    """Octets that the capture does not hold."""

    length: int


class Stream:
    """Octets that one end sent; sequence numbers count from where the capture first saw it."""

    __slots__ = ("_begun", "_next", "_waiting", "_waiting_octets", "strays")

    def __init__(self) -> None:
        self._begun = False
        self._next = 0
        self._waiting: list[tuple[int, bytes]] = []
        self._waiting_octets = 0
        self.strays = 0

    def begin(self, sequence: int) -> None:
        """The first octet will have this sequence number: a SYN was seen, once or again."""
        if not self._begun:
            self._begun, self._next = True, sequence

    def segment(self, sequence: int, data: bytes) -> list[bytes | Gap]:
        """Take a segment; give the octets that are now in order."""
        if not self._begun:
            self.begin(sequence)
        ahead = self._ahead(sequence)
        if ahead == 0 and not self._waiting:
            self._next += len(data)
            return [data]
        if abs(ahead) > WINDOW:
            self.strays += 1
            return []
        if ahead + len(data) <= 0:
            return []
        insort(self._waiting, (self._next + ahead, data))
        self._waiting_octets += len(data)
        given = self._drain()
        while self._waiting_octets > WAITING_MAX or len(self._waiting) > SEGMENTS_MAX:
            given += self._skip()
        return given

    def acknowledged(self, acknowledgement: int) -> list[bytes | Gap]:
        """Take the receiver's word that it holds everything before *acknowledgement*."""
        if not self._waiting or self._ahead(acknowledgement) <= 0:
            return []
        upto = self._next + self._ahead(acknowledgement)
        given: list[bytes | Gap] = []
        while self._waiting and self._waiting[0][0] <= upto:
            given += self._skip()
        return given

    @property
    def waits(self) -> bool:
        """Whether octets wait behind missing ones."""
        return bool(self._waiting)

    def close(self) -> list[bytes | Gap]:
        """Nothing more will come: give what waited, with its gaps."""
        given: list[bytes | Gap] = []
        while self._waiting:
            given += self._skip()
        return given

    def _ahead(self, sequence: int) -> int:
        return (sequence - self._next + _HALF) % _MODULUS - _HALF

    def _skip(self) -> list[bytes | Gap]:
        """Give up what is missing before the first segment that waits."""
        missing = self._waiting[0][0] - self._next
        given: list[bytes | Gap] = []
        if missing > 0:
            given.append(Gap(missing))
            self._next += missing
        return given + self._drain()

    def _drain(self) -> list[bytes | Gap]:
        given: list[bytes | Gap] = []
        done = 0
        for at, data in self._waiting:
            if at > self._next:
                break
            done += 1
            self._waiting_octets -= len(data)
            fresh = data[self._next - at :]
            if fresh:
                given.append(fresh)
                self._next += len(fresh)
        del self._waiting[:done]
        return given
