"""What voltages prove of a contactor's poles, and what is told of them to whom it concerns."""

from typing import Any

import pytest

from silverpin.control.contactor_diagnosis import ContactorDiagnosis
from silverpin.control.contactor_evidence import Evidence, Sides
from silverpin.domain.causes import CAUSES_OF, ContactorCause
from silverpin.domain.limits import LIMITS
from silverpin.domain.quantities import NS_PER_MS, NS_PER_S
from silverpin.safety.envelope import Latch
from tests.observations import rest, seen

WELD, OPEN = "ERR_CONTACTOR_WELD", "ERR_CONTACTOR_OPEN"
NONE: frozenset[int] = frozenset()
FIRST, SECOND, BOTH = frozenset({0}), frozenset({1}), frozenset({0, 1})
DEAD = Sides(0.0, (0.0, 0.0), 0.0)


@pytest.mark.parametrize(
    ("across_v", "parted", "joined"),
    [
        ((190.0, 190.0), BOTH, NONE),
        ((0.5, 379.0), SECOND, FIRST),
        ((-379.0, 3.0), FIRST, SECOND),
        ((0.0, 0.0), NONE, NONE),
        ((59.0, 1.0), NONE, NONE),
        ((200.0, 40.0), FIRST, NONE),
    ],
)
def test_a_voltage_across_a_pole_proves_it_open_and_none_beside_one_proves_it_closed(
    across_v: tuple[float, float], parted: frozenset[int], joined: frozenset[int]
) -> None:
    evidence = Evidence()
    evidence.look(Sides(380.0, across_v), LIMITS, rested=True)
    assert (evidence.parted, evidence.joined) == (parted, joined)


@pytest.mark.parametrize(
    ("pins_v", "source_v", "rested", "closed", "parted"),
    [
        (380.0, 379.0, True, True, False),
        (380.0, 379.0, False, False, False),
        (380.0, 300.0, True, False, True),
        (380.0, 350.0, True, False, False),
        (0.0, 0.0, True, False, False),
        (0.0, 230.0, True, False, True),
        (380.0, None, True, False, False),
    ],
)
def test_two_sides_prove_the_path_as_a_whole(
    pins_v: float, source_v: float | None, rested: bool, closed: bool, parted: bool
) -> None:
    evidence = Evidence()
    evidence.look(Sides(pins_v, None, source_v), LIMITS, rested=rested)
    assert (evidence.path_closed, evidence.path_open) == (closed, parted)


class Desk:
    """A diagnosis, its clock and what is latched."""

    def __init__(self) -> None:
        self.diagnosis = ContactorDiagnosis(("DC+", "DC-"), LIMITS)
        self.now_ns = NS_PER_S
        self.latched: dict[str, Latch] = {}
        self.read = 0

    def latch(self, code: str) -> None:
        self.latched[code] = Latch(code, self.now_ns, "as safety saw it")

    def runs(self, seconds: float, sides: Sides = DEAD, **but: Any) -> list[str]:
        told = []

        def read() -> Sides:
            self.read += 1
            return sides

        for _ in range(round(seconds * 50)):
            self.now_ns += 20 * NS_PER_MS
            closed = but.get("contactor_commanded", False)
            obs = (seen if closed else rest)(self.now_ns, **({"current_a": 0.0} | but))
            told += [row.detail for row in self.diagnosis.step(obs, self.latched, read)]
        return told


def test_the_sides_are_read_only_in_doubt() -> None:
    desk = Desk()
    desk.runs(5)
    desk.runs(5, contactor_commanded=True)
    assert desk.read == 0
    desk.runs(0.1, contactor_commanded=True, mirror=False)
    assert desk.read == 5


def test_without_any_evidence_the_usual_cause_is_told_after_two_seconds() -> None:
    desk = Desk()
    desk.latch(WELD)
    assert desk.runs(1.9, mirror=True) == []
    (told,) = desk.runs(5, mirror=True)
    assert told.startswith("as safety saw it: likely all poles welded, or else one pole welded; ")
    weights = [suspect.weight for suspect in desk.diagnosis.suspects(WELD)]
    assert sum(weights) == pytest.approx(1.0)
    assert weights == sorted(weights, reverse=True)


def test_a_proof_is_told_once_and_only_after_a_slow_contact_could_have_followed() -> None:
    desk = Desk()
    desk.latch(WELD)
    sides = Sides(380.0, (0.0, 380.0), 0.0)
    assert desk.runs(0.9, sides, mirror=True) == []
    (told,) = desk.runs(5, sides, mirror=True)
    assert "likely one pole welded, DC+; switch off the feeder" in told


def test_a_fault_that_an_earlier_process_explained_keeps_its_words() -> None:
    desk = Desk()
    desk.latch(WELD)
    desk.diagnosis.take_up(desk.latched)
    assert desk.runs(5, mirror=True) == []
    assert desk.diagnosis.suspects(WELD) == ()
    desk.latched.clear()
    desk.runs(0.1)
    desk.latch(WELD)
    assert len(desk.runs(3, mirror=True)) == 1


def test_an_unread_mirror_contact_tells_nothing() -> None:
    desk = Desk()
    desk.latch(OPEN)
    (told,) = desk.runs(3, contactor_commanded=True, mirror=None)
    assert "a contactor that does not hold closed" in told
    assert desk.read == 0


def test_every_cause_belongs_to_a_fault_that_explains_it() -> None:
    explained = {row for rows in CAUSES_OF.values() for row in rows}
    assert {cause.row for cause in ContactorCause} <= explained
    for row in explained:
        assert all(words and words[0].islower() for words in row)
        assert not any(words.endswith(".") for words in row)
