"""A contactor of several poles on one armature, with a mirror contact: late, welded or chattering.

The mirror contact hangs on the armature, and a pole that is welded keeps the armature from coming
back: the mirror then reads closed, whichever pole it is. The mirror has faults of its own.
"""

from enum import Enum

from silverpin.domain.quantities import NS_PER_MS

_CHATTER_NS, _APART_NS = 90 * NS_PER_MS, 30 * NS_PER_MS
"""A coil that is fed too little lets go this often, for so long."""
USUAL_CLOSE_NS, USUAL_OPEN_NS = 25 * NS_PER_MS, 12 * NS_PER_MS


class Mirror(Enum):
    """What the mirror contact tells."""

    TRUE = "the armature"
    OPEN = "open, whatever is so"
    STUCK = "closed, whatever is so"


class Contactor:
    """The contacts over time, as an exact function of when their coil changed."""

    __slots__ = ("_armature", "_coil_ns", "chatters", "close_delay_ns", "coil", "load_breaks",
                 "mirror_fault", "open_delay_ns", "poles", "stuck_open", "welded")  # fmt: skip

    def __init__(self, poles: int = 2) -> None:
        self.poles = poles
        self.coil = False
        self.welded: frozenset[int] = frozenset()
        """Poles that no longer open."""
        self.stuck_open = False
        self.chatters = False
        self.mirror_fault = Mirror.TRUE
        self.close_delay_ns = USUAL_CLOSE_NS
        self.open_delay_ns = USUAL_OPEN_NS
        self.load_breaks = 0
        """Nature's own count of currents that were interrupted, for tests to compare with."""
        self._armature = False
        self._coil_ns = 0

    def energise(self, now_ns: int, coil: bool) -> None:
        """Switch the coil. Idempotent."""
        if coil != self.coil:
            self._armature = self._drawn(now_ns)
            self.coil = coil
            self._coil_ns = now_ns

    def _drawn(self, now_ns: int) -> bool:
        """Return whether the coil holds the armature in."""
        if self.stuck_open:
            return False
        delay_ns = self.close_delay_ns if self.coil else self.open_delay_ns
        since_ns = now_ns - self._coil_ns - delay_ns
        if since_ns < 0:
            return self._armature
        if self.coil and self.chatters:
            return since_ns % _CHATTER_NS < _CHATTER_NS - _APART_NS
        return self.coil

    def pole(self, index: int, now_ns: int) -> bool:
        """Return whether one pole is closed."""
        return index in self.welded or self._drawn(now_ns)

    def closed(self, now_ns: int) -> bool:
        """Return whether every pole is closed, so that there is a path there and back."""
        return self._drawn(now_ns) or len(self.welded) == self.poles

    def mirror(self, now_ns: int) -> bool:
        """Return what the mirror contact reads."""
        if self.mirror_fault is not Mirror.TRUE:
            return self.mirror_fault is Mirror.STUCK
        return bool(self.welded) or self._drawn(now_ns)

    def settled(self, now_ns: int) -> bool:
        """Return whether the contact has followed its coil, or never will."""
        if self.coil and self.chatters and not self.stuck_open:
            return False
        return now_ns - self._coil_ns >= max(self.close_delay_ns, self.open_delay_ns)
