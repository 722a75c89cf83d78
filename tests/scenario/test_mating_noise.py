"""Noise on the pilot or on proximity is no mating, a plug that goes in during noise is one."""

from math import inf
from random import Random

import pytest

from silverpin.domain.observation import Reading
from silverpin.domain.quantities import NS_PER_S
from silverpin.ports import Pilot, PilotPeaks, Waveform
from tests.stage import Stage, a_charger

pytestmark = pytest.mark.verifies("CON-1")

LEVELS_V = (12.0, 9.0, 6.0, 0.0, -12.0)
IN_OHM = 1500.0


class NoisyPilot:
    """The true pilot and proximity, behind lines that jump; no jump of proximity stands long."""

    def __init__(self, true: Pilot, rng: Random, stands_s: float) -> None:
        self._true, self._rng, self._stands_s = true, rng, stands_s
        self.lines: frozenset[str] = frozenset()
        self.until_ns: dict[str, int] = {}
        self._in = False
        self.high_v = LEVELS_V[0]

    def _jumps(self, line: str, now_ns: int) -> bool:
        if now_ns < self.until_ns.get(line, 0):
            return False
        self.until_ns[line] = now_ns + round(self._rng.uniform(0.02, self._stands_s) * NS_PER_S)
        return True

    def peaks(self) -> Reading[PilotPeaks] | None:
        true = self._true.peaks()
        if true is None or "pilot" not in self.lines:
            return true
        if self._jumps("pilot", true.taken_ns):
            self.high_v = self._rng.choice(LEVELS_V)
        return Reading(PilotPeaks(self.high_v, -12.0, 1.5, 1000.0), true.taken_ns)

    def proximity_ohm(self) -> Reading[float] | None:
        true = self._true.proximity_ohm()
        if true is None or "proximity" not in self.lines:
            return true
        if self._jumps("proximity", true.taken_ns):
            self._in = not self._in
        return Reading(IN_OHM if self._in else inf, true.taken_ns)

    def waveform(self) -> Waveform | None:
        return self._true.waveform()

    def set_duty(self, duty: float) -> None:
        self._true.set_duty(duty)


def a_noisy_charger(seed: int, stands_s: float) -> tuple[Stage, NoisyPilot]:
    stage = a_charger().wait(2)
    noise = NoisyPilot(stage.charger.ports.pilot, Random(seed), stands_s)
    stage.charger.ports = stage.charger.ports._replace(pilot=noise)
    return stage, noise


@pytest.mark.parametrize("plugged", [False, True])
@pytest.mark.parametrize("seed", [*range(6), *(pytest.param(s, marks=pytest.mark.long)
                                               for s in range(6, 30))])  # fmt: skip
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
@pytest.mark.parametrize("seed", range(2))
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
    stage, noise = a_noisy_charger(1, stands_s=1.0)
    noise.lines = frozenset({"pilot"})
    noise.high_v, noise.until_ns["pilot"] = 0.0, 10**18
    stage.wait(1).plug_in()
    assert stage.counts.matings == 1
    stage.does("unplug").wait(2)
    assert not stage.counts.mated


def test_a_pilot_that_never_agrees_is_outvoted_in_the_end() -> None:
    stage = a_charger().does("pilot-loss").wait(1).does("plug").wait(14)
    assert stage.counts.matings == 0
    stage.wait(3)
    assert stage.counts.matings == 1
