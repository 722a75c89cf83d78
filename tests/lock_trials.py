"""Trials of the diagnosis of a bolt: a charger's tries at a lock that nature has given a cause."""

from random import Random
from typing import NamedTuple

from silverpin.control.lock_diagnosis import LockDiagnosis
from silverpin.domain.causes import LockCause
from silverpin.domain.limits import LIMITS
from silverpin.domain.quantities import NS_PER_MS, NS_PER_S, seconds_to_ns
from silverpin.ports import Stroke
from tests.lock_nuisances import CAUSES, COLD_C, HOT_C, a_lock, shunt

_LOOK_NS = 20 * NS_PER_MS


class Trial(NamedTuple):
    """What was wrong and what the diagnosis made of it; None if the bolt held after all."""

    cause: LockCause
    told: LockDiagnosis | None


class Hands:
    """A lock with a clock: drives it as a session does."""

    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)
        self.lock = a_lock(self.rng)
        self.now_ns = 0
        self.read = shunt(self.rng)

    def tries(self, *, measured: bool) -> tuple[Stroke, bool, bool]:
        """Drive the bolt once; return its stroke, whether it was proved, and whether it holds."""
        self.lock.drive(self.now_ns, engaged=True)
        travel_ns = seconds_to_ns(LIMITS.lock_travel_max_s)
        looks = [self.lock.switch(self.now_ns + at) for at in range(0, travel_ns, _LOOK_NS)]
        rest_mm = self.lock.position_mm(self.now_ns + travel_ns) if measured else None
        self.lock.drive(self.now_ns + travel_ns, engaged=False)
        self.now_ns += seconds_to_ns(LIMITS.lock_retry_s)
        return self.read(self.lock, rest_mm), any(looks), looks[-1]


def try_out(cause: LockCause, seed: int, *, learned: bool, measured: bool = False) -> Trial:
    """Let a charger try a lock that has *cause*; it has seen it healthy before if *learned*."""
    hands, diagnosis = Hands(seed), LockDiagnosis()
    if learned:
        usual_c, hands.lock.temp_c = hands.lock.temp_c, hands.rng.uniform(COLD_C, HOT_C)
        for _ in range(2):
            stroke, _, holds = hands.tries(measured=measured)
            assert holds, f"a healthy bolt does not hold: seed {seed}"
            diagnosis.held(stroke)
        hands.lock.temp_c = usual_c
    hands.now_ns += NS_PER_S
    CAUSES[cause](hands.lock, hands.rng)
    for _ in range(LIMITS.lock_tries_max):
        stroke, flashed, holds = hands.tries(measured=measured)
        if holds:
            return Trial(cause, None)
        diagnosis.failed(stroke, flashed)
    return Trial(cause, diagnosis)
