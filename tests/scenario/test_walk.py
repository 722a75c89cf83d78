"""The random walk: every invariant holds over millions of ticks, and one seed is one leg."""

import os
import subprocess
import sys

import pytest

from silverpin.apps.walk.crowd import cores, legs
from silverpin.apps.walk.deeds import Deed, Verb
from silverpin.apps.walk.leg import replay, walk
from silverpin.apps.walk.reach import Reach
from silverpin.apps.walk.setup import LEG_TICKS, leg_of, talks
from silverpin.domain.faults import FAULTS

EVERYDAY, WITH_ALL = 1_000_000, 20_000_000
"""Ticks; those of --all take a quarter of an hour of two cores."""


def walked(ticks: int) -> Reach:
    """Walk that far over all cores; fail with the first invariant that breaks."""
    reach = Reach()
    for leg, _ in legs(0, cores(), lambda begun: begun * LEG_TICKS < ticks):
        assert leg.finding is None, f"{leg.finding}: silverpin walk --seed {leg.leg.seed}"
        reach.add(leg.reach)
    return reach


@pytest.mark.longer
@pytest.mark.verifies("SIM-1", "LCK-2", "LCK-3", "LCK-5", "PWR-1")
def test_every_invariant_holds_over_millions_of_ticks(pytestconfig: pytest.Config) -> None:
    ticks = WITH_ALL if pytestconfig.getoption("--all") else EVERYDAY
    reach = walked(ticks)
    assert reach.ticks == ticks
    assert 15 < reach.ticks / reach.deeds < 25
    assert reach.charging + reach.discharging > ticks // 10
    assert reach.discharging > ticks // 20
    assert reach.restarts > ticks // 20_000
    raised = {code for code, row in FAULTS.items() if row.waits_for is None}
    assert raised <= reach.faults.keys()


@pytest.mark.verifies("SIM-1")
@pytest.mark.parametrize("seed", [7, 17], ids=["pilot alone", "talking"])
def test_a_seed_is_one_leg_to_the_last_byte_in_every_process(seed: int) -> None:
    assert talks(seed) == (seed == 17)
    code = f"from silverpin.apps.walk.leg import walk; print(walk({seed}, 3000).digest)"
    digests = {walk(seed, 3000).digest}
    for hash_seed in ("0", "4711"):
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
        done = subprocess.run([sys.executable, "-c", code], env=environment, check=True,
                              capture_output=True, text=True, timeout=60)  # fmt: skip
        digests.add(done.stdout.strip())
    assert len(digests) == 1
    assert walk(8, 3000).digest not in digests


def test_an_open_pilot_behind_a_plug_that_looks_pulled_is_no_cause_that_bars_a_reset() -> None:
    # found by walking on: with proximity broken too, nobody can tell it from a free plug
    deeds = [
        Deed(1, Verb.ACT, "plug"),
        Deed(2, Verb.ORDER, "charge", 5020.4),
        Deed(151, Verb.ACT, "pilot-loss", None, lasts=26),
        Deed(152, Verb.ACT, "proximity-open", None, lasts=81),
        Deed(153, Verb.RESET),
    ]
    assert replay(leg_of(29, 155), deeds).finding is None


def test_a_bolt_waits_for_a_voltage_that_was_read_after_the_offer_ended() -> None:
    # found by walking on: the vehicle closed its switches, and an older reading was believed
    deeds = [
        Deed(1, Verb.ACT, "plug"),
        Deed(63, Verb.ORDER, "charge", -5298.7),
        Deed(86, Verb.HUSH, "meter.voltage_v", "old", lasts=35),
        Deed(90, Verb.ACT, "debris", None, lasts=11),
    ]
    assert replay(leg_of(105, 92), deeds).finding is None


def test_a_contactor_that_is_stuck_behind_a_welded_pole_is_not_seen_until_the_pole_is_free() -> (
    None
):
    deeds = [
        Deed(1, Verb.ACT, "plug"),
        Deed(2, Verb.LOCK),
        Deed(76, Verb.ORDER, "V2G", 63281.7),
        Deed(106, Verb.ACT, "stuck-open", None, lasts=63),
        Deed(107, Verb.ACT, "weld-one", None, lasts=14),
    ]
    assert replay(leg_of(266, 160), deeds).finding is None


def test_a_weld_behind_a_mirror_contact_that_lies_bars_no_reset() -> None:
    deeds = [
        Deed(1, Verb.ACT, "weld", None, lasts=163),
        Deed(23, Verb.ACT, "mirror-open", None, lasts=88),
        Deed(24, Verb.RESET),
    ]
    assert replay(leg_of(655, 26), deeds).finding is None


def test_a_reset_sees_no_cause_that_cannot_be_found_yet() -> None:
    # found by walking with talk: a map that shifts again just before somebody resets
    deeds = [
        Deed(1, Verb.ACT, "shift-modbus", None, lasts=90),
        Deed(248, Verb.ACT, "shift-modbus", None, lasts=155),
        Deed(249, Verb.RESET, "ERR_INVERTER_MAP"),
    ]
    assert replay(leg_of(302, 251), deeds).finding is None


def test_a_converter_that_ran_away_once_does_not_drag_its_set_point_along() -> None:
    # found by walking on: led from what flowed, and learned from an old reading of it
    deeds = [
        Deed(1, Verb.ACT, "plug"),
        Deed(2, Verb.ORDER, "V2G", 16.7),
        Deed(127, Verb.ACT, "ignore-limit", None, lasts=26),
        Deed(128, Verb.ORDER, "V2X", -14127.7),
        Deed(166, Verb.HUSH, "meter.current_a", "old", lasts=7),
    ]
    assert replay(leg_of(3, 600), deeds).finding is None


def test_a_plug_that_only_looks_pulled_may_cost_a_counted_arc() -> None:
    # found by walking on: proximity broken and the pilot lost at once look like a pulled plug
    deeds = [
        Deed(1, Verb.ACT, "plug"),
        Deed(2, Verb.ORDER, "V2X", -1.4),
        Deed(76, Verb.ORDER, "V2X", -6037.3),
        Deed(255, Verb.ACT, "proximity-open", None, lasts=50),
        Deed(256, Verb.ACT, "pilot-frequency", None, lasts=20),
    ]
    assert replay(leg_of(1033, 258), deeds).finding is None


def test_a_broken_proximity_line_without_a_plug_is_no_cause_that_bars_a_reset() -> None:
    # found by walking on: the vehicle tore the plug out, and an open line is right from then on
    deeds = [
        Deed(1, Verb.ACT, "plug"),
        Deed(2, Verb.ACT, "proximity-open", None, lasts=158),
        Deed(28, Verb.TEAR),
        Deed(29, Verb.RESET),
    ]
    assert replay(leg_of(1321, 31), deeds).finding is None


def test_a_converter_that_ran_away_while_the_program_stalled_comes_back_at_its_own_pace() -> None:
    # found by walking on: the act was over before the program looked again
    deeds = [
        Deed(1, Verb.ACT, "plug"),
        Deed(2, Verb.ORDER, "V2G", -2498.0),
        Deed(110, Verb.STALL, "", None, lasts=17),
        Deed(111, Verb.ACT, "ignore-limit", "142A", lasts=11),
    ]
    assert replay(leg_of(1438, 129), deeds).finding is None


def test_a_contact_that_chatters_open_as_its_current_ends_may_cost_a_counted_arc() -> None:
    # found by walking on: both fall into one tick, and nobody can tell which came first
    deeds = [
        Deed(2, Verb.ACT, "plug"),
        Deed(227, Verb.LOCK),
        Deed(249, Verb.ORDER, "charge", -46651.9),
        Deed(1759, Verb.ORDER, "charge", 16610.7),
        Deed(1799, Verb.ACT, "chatter", None, lasts=104),
        Deed(1804, Verb.HUSH, "inputs.estop_clear", "missing", lasts=65),
    ]
    assert replay(leg_of(1496, 1808), deeds).finding is None


def test_a_current_that_runs_past_its_set_point_teaches_no_pace() -> None:
    # found by the walk: for good, no set-point moved faster than 3 A/s after it
    deeds = [
        Deed(1, Verb.ACT, "plug"),
        Deed(2, Verb.ORDER, "V2H", -33979.4),
        Deed(413, Verb.ORDER, "V2X", 3143.5),
        Deed(418, Verb.ORDER, "V2G", -2652.3),
        Deed(429, Verb.ORDER, "V2X", -11938.6),
        Deed(462, Verb.ORDER, "V2X", -25683.9),
        Deed(566, Verb.ACT, "ignore-limit", "116A", lasts=5),
        Deed(567, Verb.ORDER, "V2X", 57449.6),
    ]
    assert replay(leg_of(537, 949), deeds).finding is None
