"""Contact resistance judged on many connectors that the estimator does not know, seeds fixed.

The figures in docs/resistance.md come from here: `judge` and `alarms` print nothing, they return.
"""

from dataclasses import dataclass

import numpy as np
import pytest

pytest.importorskip("numba", reason="heat is followed by numba: install the extra life")

from silverpin.durability.resistance.alarm import Watch
from silverpin.durability.resistance.history import History
from silverpin.durability.resistance.session import CONTACT, Belief, Evidence, weigh
from silverpin.durability.resistance.thermal_type import ThermalType
from tests.resistance_plant import AC_32, DC_200, Fleet, Floats, Make, Seen, steady
from tests.resistance_trials import Missed, benched, blocks

FALSE_ALARM_SESSIONS = 7300
"""Ten connector-years at two sessions a day."""


@dataclass(frozen=True, slots=True)
class Judged:
    """Many connectors through many sessions; rows are connectors, columns sessions."""

    apart: Floats
    held: "np.ndarray[tuple[int, int], np.dtype[np.bool_]]"

    @property
    def last(self) -> Missed:
        return Missed(self.apart[:, -1], self.held[:, -1])

    @property
    def relative(self) -> float:
        """Median error of the last session against the same connector's earlier ones."""
        return float(np.median(np.abs(self.apart[:, -1] - self.apart[:, :-1].mean(axis=1))))

    @property
    def covered(self) -> float:
        return float(self.held.mean())


def looked(history: History, kind: ThermalType, seen: Seen, place: int) -> Evidence:
    """Return what a session says, as `follow` weighs it."""
    before = history.belief()
    loosened = before.cov.copy()
    loosened[CONTACT, CONTACT] += 0.3**2
    return weigh(blocks(seen, place), kind, Belief(before.mean, loosened)).evidence


def factors(how: str, count: int, sessions: int, rng: np.random.Generator) -> Floats:
    """Return by what each connector's contact is multiplied in each session."""
    place = np.arange(sessions)[None, :]
    pace = rng.uniform(0.0, 0.01, (count, 1))
    at, size = rng.integers(1, sessions + 1, (count, 1)), rng.uniform(0.1, 0.5, (count, 1))
    grown = {
        "constant": np.ones((count, sessions)),
        "drifting": np.exp(pace * place),
        "stepped": np.where(place >= at, 1.0 + size, 1.0),
    }
    return grown[how]


def judge(make: Make, how: str, count: int, sessions: int, seed: int = 31) -> Judged:
    kind = benched(make)
    fleet = Fleet(make, count, np.random.default_rng(seed))
    new, grown = fleet.contact_ohm.copy(), factors(how, count, sessions, fleet.rng)
    histories = [History(kind) for _ in range(count)]
    truth = np.empty((count, sessions))
    for session in range(sessions):
        fleet.contact_ohm = new * grown[:, session]
        seen = fleet.session(steady(make))
        truth[:, session] = seen.contact_ohm
        for place, history in enumerate(histories):
            history.take(looked(history, kind, seen, place))
    bands = np.array([history.sessions_ohm() for history in histories])
    held = (bands[:, :, 0] < truth) & (truth < bands[:, :, 2])
    return Judged(np.log(bands[:, :, 1] / truth), held)


def alarms(
    make: Make, count: int, sessions: int, step_at: int | None, seed: int = 41
) -> list[list[int]]:
    """Return the sessions after which each connector's alarm spoke; a step is 20 %."""
    kind = benched(make)
    fleet = Fleet(make, count, np.random.default_rng(seed))
    new = fleet.contact_ohm.copy()
    # the watch needs no stories: a filter's belief is where each session is looked at from
    watches = [Watch(kind) for _ in range(count)]
    told: list[list[int]] = [[] for _ in range(count)]
    for session in range(sessions):
        stepped = step_at is not None and session >= step_at
        fleet.contact_ohm = new * (1.2 if stepped else 1.0)
        seen = fleet.session(steady(make))
        for place, watch in enumerate(watches):
            before = watch.belief()
            loosened = before.cov.copy()
            loosened[CONTACT, CONTACT] += 0.3**2
            evidence = weigh(blocks(seen, place), kind, Belief(before.mean, loosened)).evidence
            if watch.take(evidence) is not None:
                told[place].append(session)
    return told


def delays(told: list[list[int]], step_at: int, sessions: int) -> Floats:
    """Return after how many sessions a step was told; never counts as one more than there were."""
    return np.array([
        next((at - step_at + 1 for at in row if at >= step_at), sessions - step_at + 1)
        for row in told
    ], dtype=np.float64)  # fmt: skip


@pytest.mark.parametrize("how", ["constant", "drifting", "stepped"])
def test_a_few_connectors_are_followed(how: str) -> None:
    found = judge(DC_200, how, count=10, sessions=12)
    assert found.last.median < 0.12
    assert found.covered > 0.75


@pytest.mark.long
@pytest.mark.parametrize("make", [AC_32, DC_200], ids=lambda make: make.wear_set)
def test_many_connectors_after_one_session(make: Make) -> None:
    found = judge(make, "constant", count=600, sessions=1)
    assert found.last.median < 0.085
    assert 0.86 < found.covered < 0.96


@pytest.mark.long
@pytest.mark.parametrize("how", ["constant", "drifting", "stepped"])
@pytest.mark.parametrize("make", [AC_32, DC_200], ids=lambda make: make.wear_set)
def test_many_connectors_after_twenty_sessions(make: Make, how: str) -> None:
    found = judge(make, how, count=300, sessions=20)
    assert found.last.median < 0.065
    assert 0.85 < found.covered < 0.97
    if how == "constant":
        assert found.relative < 0.02


@pytest.mark.long
@pytest.mark.parametrize("make", [AC_32, DC_200], ids=lambda make: make.wear_set)
def test_false_alarms_are_rarer_than_one_in_ten_connector_years(make: Make) -> None:
    told = alarms(make, count=110, sessions=200, step_at=None)
    assert sum(map(len, told)) <= 110 * 200 / FALSE_ALARM_SESSIONS


@pytest.mark.long
@pytest.mark.parametrize("make", [AC_32, DC_200], ids=lambda make: make.wear_set)
def test_a_step_of_a_fifth_is_told_within_sessions(make: Make) -> None:
    found = delays(alarms(make, count=110, sessions=60, step_at=30), 30, 60)
    assert np.median(found) <= 10
