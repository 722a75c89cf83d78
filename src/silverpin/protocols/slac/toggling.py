"""A vehicle toggles its pilot, for the charger to count."""

from silverpin.domain.observation import CpState
from silverpin.domain.slac import SlacTimes


class Toggling:
    """B, C, B, C: a state lasts long enough for any charger to see it."""

    def __init__(self, times: SlacTimes) -> None:
        self._times = times
        self._began_ns: int | None = None
        self.count = times.toggles

    @property
    def running(self) -> bool:
        """Whether the pilot is toggled now."""
        return self._began_ns is not None

    @property
    def timer(self) -> int:
        """What CM_VALIDATE.REQ asks for: one state more than the toggles take."""
        asked_ns = (2 * self.count + 1) * self._times.toggle_state_ns
        return asked_ns // self._times.toggle_unit_ns - 1

    def begin(self, now_ns: int) -> None:
        """Toggle from now on."""
        self._began_ns = now_ns

    def end(self) -> None:
        """Leave the pilot alone."""
        self._began_ns = None

    def state(self, now_ns: int) -> CpState:
        """Return the pilot's state now."""
        if self._began_ns is None:
            return CpState.B
        passed = (now_ns - self._began_ns) // self._times.toggle_state_ns
        return CpState.C if passed % 2 and passed < 2 * self.count else CpState.B
