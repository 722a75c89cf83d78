"""The pins under a known current: wait for it, hold it for a technician's probes, and let it go.

The test is an ordinary session with a bound on its current: plug, lock, permit and every limit are
asked as always, and nothing here closes a contactor. It ends by itself when power ends for any
reason, when somebody else gives an order, when the current never comes or is held for too long, and
when nobody has asked after it for a while.
"""

from dataclasses import dataclass
from enum import Enum

from silverpin.domain.limits import LIMITS, Limits
from silverpin.domain.quantities import NS_PER_S, seconds_to_ns
from silverpin.domain.session import Mode, Wish

_REACHED_SHARE = 0.9
"""Less of the test current than this measures contacts too coarsely."""
_STEADY_SHARE = 0.02
_COMES_NS = 60 * NS_PER_S
"""Lock, vehicle and low-power start take some ten seconds together."""


class Phase(Enum):
    """How far a test is."""

    STARTING = "starting"
    SETTLING = "settling"
    READY = "ready"
    ENDED = "ended"


@dataclass(slots=True)
class PinTest:
    """One test of the pins."""

    target_a: float
    begun_ns: int
    power_w: float
    """What the wish asks for at most; the current's bound decides."""
    limits: Limits = LIMITS
    phase: Phase = Phase.STARTING
    ended: str = ""
    """Why it ended, in words."""
    _heard_ns: int = 0
    _low_ns: int = 0
    """Since when the current has not been reached."""
    _steady_ns: int | None = None
    _about_a: float = 0.0
    _sum_a: float = 0.0
    _count: int = 0

    def __post_init__(self) -> None:
        self._heard_ns = self._low_ns = self.begun_ns

    @property
    def wish(self) -> Wish:
        """The standing order that makes the current flow."""
        return Wish(mode=Mode.CHARGE, power_w=self.power_w, current_max_a=self.target_a)

    @property
    def mean_a(self) -> float | None:
        """The current through the pins since it is steady; None before."""
        return self._sum_a / self._count if self.phase is Phase.READY and self._count else None

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self.phase is Phase.ENDED

    def hear(self, now_ns: int) -> None:
        """Take note that the technician is still there."""
        self._heard_ns = now_ns

    def end(self, why: str) -> None:
        """End it. Idempotent; the first reason stands."""
        if not self.over:
            self.phase, self.ended = Phase.ENDED, why

    def step(self, now_ns: int, amps: float | None, mine: bool, held_by: str) -> bool:
        """Follow the current; return whether the test ended at this instant.

        *mine* says whether the charger still has the test's own order, which is to be withdrawn at
        the end; *held_by* names what holds the current lowest.
        """
        if self.over:
            return False
        if not mine:
            self.end("power has ended: a fault, a stop or another order came first")
            return True
        self._follow(now_ns, 0.0 if amps is None else abs(amps))
        if now_ns - self.begun_ns > seconds_to_ns(self.limits.pin_test_hold_s):
            self.end(f"the current was held for {self.limits.pin_test_hold_s:g} s, the longest")
        elif now_ns - self._heard_ns > seconds_to_ns(self.limits.pin_test_alone_s):
            self.end(f"nobody asked after it for {self.limits.pin_test_alone_s:g} s")
        elif self.phase is Phase.STARTING and now_ns - self._low_ns > _COMES_NS:
            self.end(f"{self.target_a:g} A did not come within {_COMES_NS // NS_PER_S} s, "
                     f"held by {held_by}")  # fmt: skip
        return self.over

    def _follow(self, now_ns: int, amps: float) -> None:
        if amps < _REACHED_SHARE * self.target_a:
            self._steady_ns = None
            if self.phase is not Phase.STARTING:
                self.phase, self._low_ns = Phase.STARTING, now_ns
            return
        moved_a = abs(amps - self._about_a)
        if self._steady_ns is None or moved_a > _STEADY_SHARE * self.target_a:
            self.phase, self._steady_ns, self._about_a = Phase.SETTLING, now_ns, amps
            self._sum_a, self._count = 0.0, 0
        self._sum_a += amps
        self._count += 1
        if now_ns - self._steady_ns >= seconds_to_ns(self.limits.pin_test_settle_s):
            self.phase = Phase.READY
