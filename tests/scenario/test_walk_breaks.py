"""The walk sees: each invariant, broken on purpose, is found within so many ticks."""

from collections.abc import Callable
from typing import NamedTuple

import pytest

from silverpin.apps.charger import Charger
from silverpin.apps.walk.chance import deeds
from silverpin.apps.walk.deeds import Deed, Verb
from silverpin.apps.walk.invariants import INVARIANTS, RAISES
from silverpin.apps.walk.leg import replay, walk
from silverpin.apps.walk.setup import leg_of
from silverpin.apps.walk.shrink import shrink
from silverpin.apps.walk.story import as_test, story
from silverpin.control.chronicle import Chronicle
from silverpin.control.runaway import Runaway
from silverpin.control.session import Session
from silverpin.control.supervisor import Supervisor
from silverpin.domain.ledger import Ledger
from silverpin.safety import inputs
from silverpin.safety.envelope import Envelope
from silverpin.safety.grid import GridWatch
from silverpin.safety.opening import Opener
from silverpin.safety.watch import Watch
from tests.breaks import Break, broken

FIRST_SEED = 4

SOON_TICKS = 4_000
"""A break is found in this many ticks of a leg that was looked for.

Legs that nobody chose met each of them within twelve whole ones, half a minute of one core.
"""


class Broken(NamedTuple):
    """The invariant that a break offends, a leg that soon meets it, and the break itself."""

    invariant: str
    seed: int
    breaks: tuple[Break, ...]


BREAKS = {
    "a permit that never lapses": Broken(
        "closed on proof",
        24,
        (Break(Opener._runs, "return permit", "return True or permit"),),
    ),
    "a bolt that need not be proved": Broken(
        "closed on proof",
        51,
        (
            Break(inputs.read_inputs, "bolt, bolt is True)", "True, True)"),
            Break(Session._ready, "not seen.locked", "False"),
            Break(Session._ends, "not seen.locked", "False"),
            Break(Session._locking, "and seen.locked", ""),
        ),
    ),
    "a bolt that is let go unasked": Broken(
        "released dead",
        24,
        (Break(Charger._move_bolt, "self.unlock_refusals(now)", "False"),),
    ),
    "a stage that never runs out": Broken(
        "reverse allowed",
        4,
        (Break(GridWatch._count, "ran_out = stage", "ran_out = None"),),
    ),
    "an inspection that nobody waits for": Broken(
        "reverse allowed",
        29,
        (Break(Envelope._latch, "self._inspection_due = True", "pass"),),
    ),
    "a reset that always clears": Broken(
        "latched stays",
        32,
        (Break(Envelope.reset, "if refusal:", "if False:"),),
    ),
    "a start at full power": Broken(
        "within limits",
        0,
        (Break(Supervisor._bounds, "self.session.state in _STARTING", "False"),),
    ),
    "an emergency stop that nobody reads": Broken(
        "answered in time",
        38,
        (Break(inputs._protective, "estop, estop is True)", "estop, True)"),),
    ),
    "an over-temperature that is not named": Broken(
        "answered in time",
        25,
        (
            Break(Envelope._latch_heat, "heat.hottest_c >= trip_c", "False"),
            Break(Envelope._blocked, "or heat.hottest_c >=", "and heat.hottest_c >="),
        ),
    ),
    "a counter that runs over": Broken(
        "counters grow",
        1,
        (Break(Ledger._counted, "getattr(self, name) + 1", "(getattr(self, name) + 1) % 3"),),
    ),
    "an order that outlives a fault": Broken(
        "asked anew",
        57,
        (Break(Session._faulted, "self.wanted = False", "pass"),),
    ),
    "a meter that may not be missing": Broken(
        RAISES,
        0,
        (
            Break(
                Chronicle.faults,
                "amps = obs.current_a.value if obs.current_a is not None else 0.0",
                "amps = obs.current_a.value",
            ),
        ),
    ),
}


@pytest.mark.parametrize("name", BREAKS)
def test_a_deliberate_break_is_found(name: str) -> None:
    row = BREAKS[name]
    assert walk(row.seed, SOON_TICKS).finding is None
    with broken(*row.breaks):
        finding = walk(row.seed, SOON_TICKS).finding
    assert finding is not None
    assert finding.invariant == row.invariant, finding


UNNAMED = (
    Break(Watch._current, "if self._excess.step(now_ns, abs(amps) > allowed_a):", "if False:"),
    Break(Runaway.step, "lasted_ns < self._within_ns", "True"),
)


@pytest.mark.parametrize("amps", [100, 60])
def test_a_converter_that_runs_away_unnamed_is_found_beyond_the_rating_and_below_it(
    amps: int,
) -> None:
    leg = leg_of(FIRST_SEED, 800)
    story = [
        Deed(1, Verb.ACT, "plug"),
        Deed(2, Verb.ORDER, "V2X", -5_000.0),
        Deed(400, Verb.ACT, "ignore-limit", f"{amps}A", lasts=300),
    ]
    assert replay(leg, story).finding is None
    with broken(*UNNAMED):
        finding = replay(leg, story).finding
    assert finding is not None
    assert finding.invariant == "answered in time"
    assert "ERR_OVERCURRENT" in finding.words


class Told(NamedTuple):
    """A break that a story meets, what the walk says of it, and the story itself."""

    words: str
    breaks: tuple[Break, ...]
    deeds: tuple[Deed, ...]
    ticks: int


PLUG, CHARGE = Deed(1, Verb.ACT, "plug"), Deed(2, Verb.ORDER, "charge", 20_000.0)
TOLD = {
    "throttling that nobody follows": Told(
        "A flow, and the limits are",
        (Break(Supervisor._bounds, "self.derating.allowed_a is not None", "False"),),
        (PLUG, CHARGE, Deed(3_200, Verb.ACT, "heat-pin", "+20.0")),
        7_000,
    ),
    "an emergency stop that is called a silent input": Told(
        "ERR_EMERGENCY_STOP stands for 60 ms, and nobody is told so",
        (
            Break(
                inputs._protective,
                "tripped.append((row.code, row.words.format(value)))",
                "silent.append(row.name)",
            ),
        ),
        (Deed(200, Verb.ACT, "estop", lasts=60),),
        300,
    ),
    "a plug that nobody counts": Told(
        "a plug went in, and 0 matings are counted as before",
        (Break(Chronicle.tick, "self._mating(obs, session.plugged)", "pass"),),
        (Deed(200, Verb.ACT, "plug"),),
        400,
    ),
    "an arc of a torn plug that nobody counts": Told(
        "an arc was made, and 0 are counted as before",
        (Break(Chronicle._interrupted, "if _PULLED in raised:", "if False:"),),
        (PLUG, CHARGE, Deed(700, Verb.TEAR)),
        800,
    ),
    "an arc of the contactor that nobody counts": Told(
        "an arc was made, and 0 are counted as before",
        (
            Break(
                Chronicle.broke,
                'self.add(obs.now_ns, "load_break", current_a=amps, voltage_v=volts)',
                "pass",
            ),
        ),
        (PLUG, CHARGE, Deed(700, Verb.ACT, "estop", lasts=60)),
        800,
    ),
}


@pytest.mark.parametrize("name", TOLD)
def test_a_break_of_one_kind_is_told_as_that(name: str) -> None:
    row = TOLD[name]
    leg = leg_of(FIRST_SEED, row.ticks)
    assert replay(leg, row.deeds).finding is None
    with broken(*row.breaks):
        finding = replay(leg, row.deeds).finding
    assert finding is not None
    assert row.words in finding.words


def test_every_invariant_is_broken_once() -> None:
    assert {row.invariant for row in BREAKS.values()} == {*INVARIANTS, RAISES}


def test_what_breaks_is_told_as_a_short_story_and_as_a_test_that_fails() -> None:
    with broken(*BREAKS["a start at full power"].breaks):
        leg = leg_of(FIRST_SEED)
        first = replay(leg, deeds(leg)).finding
        assert first is not None
        short, last = shrink(leg, deeds(leg), first, tries=60)
        assert (last.invariant, last.seed) == (first.invariant, first.seed)
        assert len(short) <= 3
        told = "\n".join(story(leg, short, last))
        assert "plug" in told
        assert "charger: Closed" in told
        assert "BROKEN, within limits" in told
        pasted = "\n".join(as_test(leg, short, last))
        module: dict[str, Callable[[], None]] = {}
        exec(pasted, module)
        name = f"test_within_limits_on_seed_{FIRST_SEED}"
        with pytest.raises(AssertionError):
            module[name]()
    module[name]()


def test_one_phase_that_is_loaded_with_the_part_of_three_is_found() -> None:
    leg = leg_of(17, 700)
    assert leg.setup.vehicle_phases == 1
    story = [Deed(1, Verb.ACT, "plug"), Deed(100, Verb.ORDER, "charge", leg.setup.power_max_w)]
    assert replay(leg, story).finding is None
    with broken(Break(Supervisor._rating, " * self.phases.share", "")):
        finding = replay(leg, story).finding
    assert finding is not None
    assert finding.invariant == "within limits"
