"""Whether the bolt comes back: LOCK_STATUS has to end when the bolt is drawn back.

Every promise about power rests on one switch, and a switch that reads engaged for ever proves every
plug held. So it is asked where the only right answer is no: with the bolt commanded back, for as
long as a bolt may travel. A stuck switch, a shorted line and a bolt that stays in the inlet look
alike there, and each of them bars power.

Rule 1: a reading that is missing, old or early accuses nobody at that instant, and proves no lock
        either. Only one that says "not home" ends the time.
Rule 2: the time runs without a plug as well, so that the next plug finds the answer at once. Nobody
        is accused until then: the fault goes when the plug is out, and would come and go.
Rule 3: a bolt that is driven again before its time was over has shown nothing. Who stops and
        orders at once has the proof of the time before.
"""

from silverpin.domain.limits import LIMITS, Limits
from silverpin.domain.observation import Observation
from silverpin.domain.quantities import seconds_to_ns
from silverpin.safety.freshness import fresh

STUCK = (
    "LOCK_STATUS reads engaged while the bolt is drawn back: its switch or wiring is stuck and "
    "proves nothing, or the bolt stays in the inlet; check both"
)


class BoltReturn:
    """Watch what LOCK_STATUS reads while the bolt is commanded back."""

    __slots__ = ("_age_ns", "_since_ns", "_travel_ns")

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._travel_ns = seconds_to_ns(limits.lock_travel_max_s)
        self._age_ns = limits.input_age_max_ns
        self._since_ns: int | None = None

    def step(self, obs: Observation, drawn_back: bool) -> bool:
        """Return whether the bolt should be back for long, a plug is in, and it reads engaged."""
        now_ns, engaged = obs.now_ns, fresh(obs.lock, obs.now_ns, self._age_ns)
        if not drawn_back or engaged is False:
            self._since_ns = None
        if not (drawn_back and engaged):
            return False
        if self._since_ns is None:
            self._since_ns = now_ns
        stuck = now_ns - self._since_ns >= self._travel_ns
        return stuck and fresh(obs.seated, now_ns, self._age_ns) is True
