"""How a contactor opens: current to zero first, or at once.

Rule 1: without a valid permit the modules are inhibited in the same step.
Rule 2: the contactor opens when the current is known to be below 5 A, or after 100 ms.
Rule 3: an emergency opens in the same step, whatever flows.
Rule 4: opening with 5 A or more, or with a current nobody knows, is a load-break and is reported.

A driver runs this beside the contactor, on its own clock. It needs no word from control: when the
controller dies, the lease lapses and the same order follows.
"""

from typing import NamedTuple

from silverpin.domain.limits import LIMITS, Limits
from silverpin.domain.observation import Reading
from silverpin.safety.lease import Permit


class Drive(NamedTuple):
    """What the outputs must be after a step."""

    close: bool
    inhibit: bool
    broke_a: float | None = None
    """Current that this step interrupted, if it was a load-break; infinite when unknown. [A]"""


_OPEN = Drive(close=False, inhibit=True)
_CLOSED = Drive(close=True, inhibit=False)
_RAMPING = Drive(close=True, inhibit=True)


class Opener:
    """Turn permits into contactor and inhibit outputs in the right order."""

    __slots__ = ("_inhibited_ns", "_limits", "closed")

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._limits = limits
        self._inhibited_ns: int | None = None
        self.closed = False
        """The command, not the contact."""

    def step(
        self, now_ns: int, permit: Permit | None, emergency: bool, current: Reading[float] | None
    ) -> Drive:
        """Return the outputs for this instant."""
        if permit is not None and not emergency and permit.valid(now_ns):
            self.closed = True
            self._inhibited_ns = None
            return _CLOSED
        if not self.closed:
            return _OPEN
        if self._inhibited_ns is None:
            self._inhibited_ns = now_ns
        amps = self._known_a(now_ns, current)
        waited = now_ns - self._inhibited_ns >= self._limits.inhibit_max_ns
        if emergency or waited or amps < self._limits.current_break_max_a:
            return self._open(amps)
        return _RAMPING

    def _open(self, amps: float) -> Drive:
        self.closed = False
        self._inhibited_ns = None
        if amps >= self._limits.current_break_max_a:
            return Drive(close=False, inhibit=True, broke_a=amps)
        return _OPEN

    def _known_a(self, now_ns: int, current: Reading[float] | None) -> float:
        """Return the current's magnitude, infinite when it is not freshly known. [A]"""
        oldest_ns = now_ns - self._limits.input_age_max_ns
        if current is None or not oldest_ns <= current.taken_ns <= now_ns:
            return float("inf")
        return abs(current.value)
