"""Noise on the pilot or on proximity is no mating, a plug that goes in during noise is one."""

from random import Random

import pytest

from silverpin.domain.observation import CpState, PilotLevels, Reading
from silverpin.domain.quantities import NS_PER_S
from silverpin.ports import Pilot
from silverpin.protocols.pilot import LEVEL_V
from tests.stage import Stage, a_charger

pytestmark = pytest.mark.verifies("CON-1")

STATES = (CpState.A, CpState.B, CpState.C, CpState.E, CpState.F)


class NoisyPilot:
    """The true pilot and proximity, behind lines that jump; no jump of proximity stands long."""

    def __init__(self, true: Pilot, rng: Random, stands_s: float) -> None:
        self._true, self._rng, self._stands_s = true, rng, stands_s
        self.lines: frozenset[str] = frozenset()
        self._until_ns: dict[str, int] = {}
        self._seated = False
        self._state = CpState.A

    def _jumps(self, line: str, now_ns: int) -> bool:
        if now_ns < self._until_ns.get(line, 0):
            return False
        self._until_ns[line] = now_ns + round(self._rng.uniform(0.02, self._stands_s) * NS_PER_S)
        return True

    def levels(self) -> Reading[PilotLevels] | None:
        true = self._true.levels()
        if true is None or "pilot" not in self.lines:
            return true
        if self._jumps("pilot", true.taken_ns):
            self._state = self._rng.choice(STATES)
        volts = LEVEL_V.get(self._state, 0.0)
        return Reading(PilotLevels(self._state, volts, -12.0, 1.5), true.taken_ns)

    def seated(self) -> Reading[bool] | None:
        true = self._true.seated()
        if true is None or "proximity" not in self.lines:
            return true
        if self._jumps("proximity", true.taken_ns):
            self._seated = not self._seated
        return Reading(self._seated, true.taken_ns)

    def proximity_ohm(self) -> float | None:
        return self._true.proximity_ohm()

    def set_duty(self, duty: float) -> None:
        self._true.set_duty(duty)


def a_noisy_charger(seed: int, stands_s: float) -> tuple[Stage, NoisyPilot]:
    stage = a_charger().wait(2)
    noise = NoisyPilot(stage.charger.ports.pilot, Random(seed), stands_s)
    stage.charger.ports = stage.charger.ports._replace(pilot=noise)
    return stage, noise


@pytest.mark.parametrize("plugged", [False, True])
@pytest.mark.parametrize("seed", [*range(12), *(pytest.param(s, marks=pytest.mark.long)
                                               for s in range(12, 200))])  # fmt: skip
def test_ten_seconds_of_noise_on_both_lines_add_no_mating(seed: int, plugged: bool) -> None:
    stage, noise = a_noisy_charger(seed, stands_s=0.9)
    if plugged:
        stage.plug_in()
    noise.lines = frozenset({"pilot", "proximity"})
    stage.wait(10)
    noise.lines = frozenset()
    stage.wait(20)
    assert stage.counts.matings == int(plugged)
    assert stage.counts.mated is plugged
    assert stage.story("mated", "unmated") == ["mated"] * plugged


@pytest.mark.parametrize("plugged", [False, True])
@pytest.mark.parametrize("line", ["pilot", "proximity"])
@pytest.mark.parametrize("seed", range(4))
def test_noise_on_one_line_adds_none_however_long_its_spikes(
    seed: int, line: str, plugged: bool
) -> None:
    stage, noise = a_noisy_charger(seed, stands_s=8.0)
    if plugged:
        stage.plug_in()
    noise.lines = frozenset({line})
    stage.wait(60)
    noise.lines = frozenset()
    stage.wait(20)
    assert stage.story("mated", "unmated") == ["mated"] * plugged


def test_a_plug_that_goes_in_and_out_during_noise_on_the_pilot_counts_each_time() -> None:
    stage, noise = a_noisy_charger(3, stands_s=0.9)
    noise.lines = frozenset({"pilot"})
    for number in (1, 2):
        stage.does("plug").wait(20)
        assert stage.counts.matings == number
        stage.does("unplug").wait(20)
        assert not stage.counts.mated


def test_a_pilot_that_says_nothing_leaves_it_to_proximity() -> None:
    stage = a_charger().does("pilot-loss").wait(1).plug_in()
    assert stage.counts.matings == 1
    stage.does("unplug").wait(2)
    assert not stage.counts.mated


def test_a_pilot_that_never_agrees_is_outvoted_in_the_end() -> None:
    stage, noise = a_noisy_charger(1, stands_s=1e6)
    noise.lines = frozenset({"pilot"})
    noise._until_ns["pilot"] = 10**18
    stage.does("plug").wait(14)
    assert stage.counts.matings == 0
    stage.wait(3)
    assert stage.counts.matings == 1
