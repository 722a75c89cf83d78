"""The insulation test that a vehicle asks for before its battery is joined (CP-5).

The pins are brought to the test voltage with the vehicle's switches open, insulation is read for a
while, and the pins are let go. Only readings taken under that voltage count, each of them, and the
worst decides. What is missing proves nothing: the test then goes on until somebody ends it. While
power flows, `safety.inputs` judges the same reading at every tick.
"""

from dataclasses import dataclass
from enum import Enum

from silverpin.domain.limits import LIMITS, Limits
from silverpin.domain.observation import Observation
from silverpin.domain.quantities import seconds_to_ns
from silverpin.safety.freshness import INFINITE, measured

_REACHED_SHARE = 0.95


class Finding(Enum):
    """How far a test is, and what it found."""

    UNTESTED = "untested"
    TESTING = "testing"
    SAFE = "safe"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(slots=True)
class InsulationTest:
    """One test at a time; `begin` and `step` while it is wanted."""

    limits: Limits = LIMITS
    finding: Finding = Finding.UNTESTED
    worst_ohm: float = INFINITE
    _since_ns: int | None = None
    _read: bool = False
    """Insulation has been read under voltage for long enough."""

    def forget(self) -> None:
        """Owe a test again: what was found belongs to another mating of the pins."""
        self.finding = Finding.UNTESTED
        self.worst_ohm, self._since_ns, self._read = INFINITE, None, False

    @property
    def voltage_v(self) -> float:
        """The voltage to hold on the pins now."""
        return 0.0 if self._read else self.limits.insulation_test_v

    @property
    def passed(self) -> bool:
        """Whether the pins were proved and are dead again."""
        return self.finding in (Finding.SAFE, Finding.WARNING)

    def step(self, obs: Observation) -> None:
        """Take note of what is read at this instant of the test."""
        if self.passed or self.finding is Finding.FAULT:
            return
        self.finding = Finding.TESTING
        age_ns = self.limits.input_age_max_ns
        volts = measured(obs.voltage_v, obs.now_ns, age_ns)
        ohm = measured(obs.insulation_ohm, obs.now_ns, age_ns)
        if volts is None or ohm is None:
            self._since_ns = None
        elif self._read:
            self._conclude(volts)
        elif volts < _REACHED_SHARE * self.limits.insulation_test_v:
            self._since_ns = None
        else:
            self._see(obs.now_ns, ohm)

    def _see(self, now_ns: int, ohm: float) -> None:
        if self._since_ns is None:
            self._since_ns = now_ns
        self.worst_ohm = min(self.worst_ohm, ohm)
        if self.worst_ohm < self.limits.insulation_min_ohm:
            self.finding = Finding.FAULT
        self._read = now_ns - self._since_ns >= seconds_to_ns(self.limits.insulation_test_s)

    def _conclude(self, volts: float) -> None:
        """Say what was found, once nobody can touch the test voltage any more."""
        if abs(volts) < self.limits.voltage_touch_max_v:
            warn = self.worst_ohm < self.limits.insulation_warn_ohm
            self.finding = Finding.WARNING if warn else Finding.SAFE
