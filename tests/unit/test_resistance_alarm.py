"""When a step of the contact is told, and with which session it is said to have begun.

Sessions tell by their voltages alone here: an alarm takes them as it takes those of heat.
"""

from collections.abc import Sequence

import numpy as np
import pytest

pytest.importorskip("numba", reason="resistance is estimated by numba: install the extra life")

from silverpin.durability.parameters.connectors import WEAR_SETS
from silverpin.durability.resistance.alarm import Alarm, Watch
from silverpin.durability.resistance.evidence import Loop
from silverpin.durability.resistance.follow import Follow
from silverpin.durability.resistance.pieces import Piece
from silverpin.durability.resistance.thermal_type import shipped_type

KIND = shipped_type(WEAR_SETS["ccs2-200a"])
CONTACT_OHM = float(np.exp(KIND.contact))
SD, STEPPED, SEEDS = 0.06, 25, range(30)


def watched(added: Sequence[float], seed: int) -> list[Alarm]:
    """Return the alarms of a contact to which shares of itself are *added*, a session each."""
    watch, rng = Watch(KIND), np.random.default_rng(seed)
    for share in added:
        ohm = 0.02 + CONTACT_OHM * (share + SD * float(rng.standard_normal()))
        watch.take(None, Loop(ohm, SD * CONTACT_OHM))
    return watch.alarms


def after(*sessions: float) -> list[float]:
    return [0.0] * STEPPED + list(sessions)


@pytest.mark.verifies("DUR-1")
@pytest.mark.parametrize("step", [0.3, 0.5, 1.0, 3.0])
def test_a_step_is_told_with_the_session_with_which_it_began(step: float) -> None:
    told = [watched(after(*[step] * 12), seed)[0] for seed in SEEDS]
    since = np.array([row.since for row in told])
    assert np.mean(since == STEPPED) > 0.9
    assert since.min() >= STEPPED - 1
    assert np.median([row.session for row in told]) == STEPPED + 1, "with the second session"


def test_however_high_one_session_alone_is_no_step() -> None:
    for odd in (0.5, 1.0, 3.0):
        found = [watched(after(odd, *[0.0] * 14), seed) for seed in SEEDS]
        assert sum(map(len, found)) <= 1, "an odd one, and the next are as before"


def test_two_that_are_high_are_told_even_if_one_was_odd() -> None:
    for seed in SEEDS:
        assert watched(after(1.0, *[0.4] * 4), seed)


def test_an_alarm_finds_its_session_however_few_are_kept() -> None:
    follow = Follow(KIND, keep=1)
    for day, share in enumerate(after(*[0.15] * 9)):
        begin_s = 86_400.0 * day
        loop = Loop(0.02 + CONTACT_OHM * share, SD * CONTACT_OHM)
        follow.look(Piece(session_s=begin_s, end_s=begin_s + 3600.0, mean_a=100.0, blocks=None,
                          loop=loop))  # fmt: skip
    [alarm] = follow.found().alarms
    assert alarm.since_s == 86_400.0 * STEPPED
