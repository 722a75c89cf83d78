"""What an inspection of the pins answers: what was measured stands until sessions say more."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

pytest.importorskip("numba", reason="resistance is estimated by numba: install the extra life")

from silverpin.apps.life.contact_concern import Concern, concerns
from silverpin.durability.life import Band
from silverpin.durability.parameters.connectors import WEAR_SETS
from silverpin.durability.resistance import alarm, follow
from silverpin.durability.resistance.evidence import Loop
from silverpin.durability.resistance.follow import Follow, Found
from silverpin.durability.resistance.pieces import Piece
from silverpin.durability.resistance.since import NEWEST, Measured, Since, Values, since
from silverpin.durability.resistance.standing import Over, standing
from silverpin.durability.resistance.thermal_type import shipped_type

DAY_S = 86_400.0
SET = WEAR_SETS["ccs2-200a"]
BENCHED = replace(shipped_type(SET), bench_runs=16)
LIMIT_OHM, LOOP_OHM, SD_OHM = 0.3e-3, 0.02, 6e-6
IN_ORDER_OHM = 0.2e-3


def values(log_ohm: Sequence[float], sd: float = 0.08) -> Values:
    count = len(log_ohm)
    return Values(DAY_S * np.arange(float(count)), np.array(log_ohm), np.full(count, sd**-2))


def rise_of(before: Sequence[float], after: Sequence[float]) -> Any:
    found = since(Measured((len(before) - 0.5) * DAY_S, IN_ORDER_OHM), values([*before, *after]))
    return found.rise


def test_one_session_since_then_tells_nothing() -> None:
    assert rise_of([0.0] * 30, []) is None
    assert rise_of([0.0] * 30, [0.5]) is None
    assert rise_of([], [0.5] * NEWEST) is None, "nothing to hold them against"


def test_a_rise_comes_with_its_interval() -> None:
    few, many = rise_of([0.0] * 40, [0.2] * 3), rise_of([0.0] * 40, [0.2] * 20)
    assert few.p50 == many.p50 == pytest.approx(np.expm1(0.2))
    assert few.p05 < many.p05 < many.p50 < many.p95 < few.p95


def test_pins_that_were_cleaned_are_held_against_what_they_were_then() -> None:
    cleaned = [-0.3] * NEWEST
    assert rise_of([0.0] * 40, cleaned).p95 < 0.0
    again = rise_of([0.0] * 40, [*cleaned, *[0.0] * 20])
    assert again.p50 == pytest.approx(np.expm1(0.3))


def test_a_rise_that_begins_at_once_is_held_against_what_was_before() -> None:
    risen = rise_of([0.0] * 40, [0.2] * 44)
    assert risen.p50 == pytest.approx(np.expm1(0.2))


def test_a_contact_that_stays_is_hardly_ever_said_to_rise() -> None:
    rng, said = np.random.default_rng(1), 0
    for _ in range(40):
        row = (0.08 * rng.standard_normal(440)).tolist()
        for count in range(60, 440, 20):
            rise = rise_of(row[:40], row[40:count])
            said += rise.p05 > 0.05
    assert said <= 2, "of 40 connectors through 400 sessions each"


# A connector that is followed by its voltages: what changes is known, how large it is is not


class Service:
    """Sessions, a day apart."""

    def __init__(self, follower: Follow | None = None, seed: int = 1) -> None:
        self.follow = follower or Follow(BENCHED, 60)
        self.days = 0
        self.rng = np.random.default_rng(seed)

    def sessions(self, count: int, added_ohm: float = 0.0, pace_ohm: float = 0.0) -> "Service":
        for _ in range(count):
            added_ohm += pace_ohm
            ohm = LOOP_OHM + added_ohm + SD_OHM * float(self.rng.standard_normal())
            begin_s, self.days = self.days * DAY_S, self.days + 1
            self.follow.look(
                Piece(session_s=begin_s, end_s=begin_s + 3600.0, mean_a=100.0, blocks=None,
                      loop=Loop(ohm, SD_OHM))
            )  # fmt: skip
        return self

    def inspected(self, ohm: float = IN_ORDER_OHM) -> Measured:
        return Measured(self.days * DAY_S - 3600.0, ohm)

    def asks(self, measured: Measured | None) -> list[Concern]:
        """Return what asks for an inspection, as a daemon has it that knows of this one."""
        found = self.follow.found(60, measured)
        since_s = -np.inf if measured is None else measured.at_s
        return [row for row in concerns(high(found), SET, str) if row.told_s > since_s]


def high(found: Found) -> Found:
    """Let the estimate be above the limit, whatever is true."""
    assert found.now is not None
    times = 1.2 * LIMIT_OHM / found.now.p50
    return replace(found, now=type(found.now)(*(times * ohm for ohm in found.now)))


@pytest.mark.verifies("DUR-1")
def test_an_estimate_above_the_limit_asks_until_the_pins_were_found_in_order() -> None:
    service = Service().sessions(30)
    [asked] = service.asks(None)
    assert "by estimate" in asked.reason
    measured = service.inspected()
    for _ in range(30):
        assert service.sessions(1).asks(measured) == [], "heat says what it said before"
    assert service.asks(None), "without what was measured it would ask after every session"


@pytest.mark.verifies("DUR-1")
def test_a_step_after_the_inspection_asks_again() -> None:
    service = Service().sessions(30)
    measured = service.inspected()
    service.sessions(5).sessions(10, added_ohm=0.5e-4)
    assert any("rose by about" in row.reason for row in service.asks(measured))


def since_then(ohm: float, *rise: float) -> Found:
    """Return what is found a hundred days after the pins measured *ohm* and rose so much since."""
    found = Service().sessions(30).follow.found(60)
    measured = Measured(found.now_s - 100.0 * DAY_S, ohm)
    return replace(high(found), since=Since(measured, Band(*rise)))


@pytest.mark.verifies("DUR-1")
def test_a_drift_after_the_inspection_is_told_with_its_day_from_what_was_measured() -> None:
    found = since_then(0.2e-3, 0.06, 0.10, 0.14)
    [row] = concerns(found, SET, str)
    assert "10 % up in 100 days since the pins were measured (at least 6 %)" in row.reason
    left_days = 100.0 * np.log(1.5 / 1.1) / np.log(1.1)
    assert (row.by_s - row.told_s) / DAY_S == pytest.approx(left_days)
    assert list(concerns(since_then(0.2e-3, 0.04, 0.08, 0.12), SET, str)) == [], "not surely"


def test_a_drift_of_a_contact_whose_size_nobody_knows_accuses_it_of_nothing_else() -> None:
    found = replace(high(Service().sessions(30).follow.found(60)), rise=Band(0.06, 0.10, 0.14))
    [row] = concerns(replace(found, kind=shipped_type(SET)), SET, str)
    assert "whether it is above the limit of 0.30 mΩ by now, a measurement of the pins tells" in (
        row.reason
    )
    assert "reaches" not in row.reason
    assert row.by_s == row.told_s, "due at once"


@pytest.mark.verifies("DUR-1")
def test_what_was_measured_and_rose_since_is_held_against_the_limit() -> None:
    [row] = concerns(since_then(0.28e-3, 0.06, 0.10, 0.14), SET, lambda since_s: "on that day")
    assert row.reason.startswith(
        "the worst pin measured 0.28 mΩ on that day and its contact has 0.31 mΩ by estimate (0.30 "
        "to 0.32) now, the limit is 0.30 mΩ"
    )
    assert row.by_s == row.told_s, "due at once"
    unsure = standing(since_then(0.295e-3, 0.0, 0.04, 0.08), LIMIT_OHM)
    assert unsure is not None
    assert unsure.over is None, "near the limit, a rise that is none asks nobody"
    fell = standing(since_then(0.295e-3, -0.3, -0.2, -0.1), LIMIT_OHM)
    assert fell is not None
    assert fell.now == Band(0.295e-3, 0.295e-3, 0.295e-3), "heat makes no measured pin better"


def test_sessions_that_no_longer_reach_back_leave_it_to_the_estimate(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module in (alarm, follow):
        monkeypatch.setattr(module, "SESSIONS_KEPT", 20)
    service = Service().sessions(30)
    measured = service.inspected()
    assert service.sessions(19).follow.found(60, measured).since is not None
    assert service.sessions(2).follow.found(60, measured).since is None
    assert service.asks(measured), "so long ago nobody can say what happened since"


def test_one_at_the_first_day_is_known_as_well_as_one_later() -> None:
    service = Service()
    measured = Measured(-DAY_S, IN_ORDER_OHM)
    assert service.sessions(5).follow.found(60, measured).since == (measured, None)
    found = service.sessions(40).follow.found(60, measured)
    assert found.since is not None
    assert found.since.rise is not None


def test_a_memory_goes_on_and_one_of_an_earlier_release_does_too() -> None:
    service = Service().sessions(170)
    measured = service.inspected()
    service.sessions(20)
    whole = service.follow.memory()
    older = {name: row for name, row in whole.items() if name != "ends"}
    said = []
    for memory in (whole, older):
        again = Follow(BENCHED, 60)
        again.resume(memory)
        found = again.found(60, measured).since
        assert found is not None
        said.append(found.rise)
    expected = service.follow.found(60, measured).since
    assert expected is not None
    assert said[0] == said[1] == expected.rise
    ago = Measured(10.0 * DAY_S, IN_ORDER_OHM)
    assert service.follow.found(60, ago).since is not None
    assert again.found(60, ago).since is None, "it does not know when those sessions were"


def test_how_surely_it_is_above_the_limit() -> None:
    found = high(Service().sessions(10).follow.found(60))
    stands = standing(found, LIMIT_OHM)
    assert stands is not None
    assert stands.over is Over.LIKELY
    shipped = replace(found, kind=shipped_type(SET))
    unsure = standing(shipped, LIMIT_OHM)
    assert unsure is not None
    assert unsure.over is None, "priors of a type accuse nobody by their middle"
    sure = standing(shipped, 1e-6)
    assert sure is not None
    assert sure.over is Over.SURELY
    assert standing(replace(found, now=None), LIMIT_OHM) is None
