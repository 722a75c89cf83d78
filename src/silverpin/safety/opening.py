"""How a contactor opens: current to zero first, or at once.

Rule 1: without a valid permit the modules are inhibited in the same step.
Rule 2: the contactor opens when the current, read since then, is below 5 A, or after 100 ms.
Rule 3: an emergency opens in the same step, whatever flows.
Rule 4: opening with 5 A or more, or with a current nobody knows, is a load-break and is reported.
Rule 5: a permit that outlives the lease was not minted in this clock's past, and is none.

A driver runs this beside the contactor, on its own clock. It needs no word from control: when the
controller dies, the lease lapses and the same order follows.
"""

from typing import NamedTuple

from silverpin.domain.limits import LIMITS, Limits
from silverpin.domain.observation import Reading
from silverpin.safety.freshness import INFINITE, measured
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
        if permit is not None and not emergency and self._runs(permit, now_ns):
            self.closed = True
            self._inhibited_ns = None
            return _CLOSED
        if not self.closed:
            return _OPEN
        if self._inhibited_ns is None:
            self._inhibited_ns = now_ns
        waited_ns = now_ns - self._inhibited_ns
        age_ns = self._limits.input_age_max_ns
        since = self._known_a(now_ns, current, min(age_ns, waited_ns))
        small = since < self._limits.current_break_max_a
        if emergency or small or not 0 <= waited_ns < self._limits.inhibit_max_ns:
            return self._open(self._known_a(now_ns, current, age_ns))
        return _RAMPING

    def _runs(self, permit: Permit, now_ns: int) -> bool:
        return permit.valid(now_ns) and permit.expires_ns - now_ns <= self._limits.lease_ns

    def _open(self, amps: float) -> Drive:
        self.closed = False
        self._inhibited_ns = None
        if amps >= self._limits.current_break_max_a:
            return Drive(close=False, inhibit=True, broke_a=amps)
        return _OPEN

    @staticmethod
    def _known_a(now_ns: int, current: Reading[float] | None, age_ns: int) -> float:
        """Return the current's magnitude, infinite when it is not freshly known. [A]"""
        amps = measured(current, now_ns, age_ns)
        return INFINITE if amps is None else abs(amps)
