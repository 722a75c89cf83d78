"""Never closed without a fresh proof of the bolt and a permit."""

from silverpin.apps.walk.causes import Scene
from silverpin.apps.walk.sight import Sight


class ClosedOnProof:
    """Holds the coil against the permit that was handed over, and against the bolt's own switch."""

    def __init__(self, scene: Scene) -> None:
        limits = scene.limits
        self._ramp_ns = limits.inhibit_max_ns + limits.judge_period_ns
        self._age_ns = limits.input_age_max_ns
        self._coil = False
        self._bolt_ns: int | None = None

    def look(self, sight: Sight) -> str | None:
        """Return why the coil should not be driven."""
        closes = sight.coil and not self._coil
        self._coil = sight.coil
        if sight.bolt:
            self._bolt_ns = sight.now_ns
        if not sight.coil:
            return None
        permit = sight.permit
        if permit is None or sight.now_ns > permit.expires_ns + self._ramp_ns:
            return "the contactor is held without a permit"
        if closes and (self._bolt_ns is None or sight.now_ns - self._bolt_ns > self._age_ns):
            return "the contactor closes without LOCK_STATUS"
        return None


class ReleasedDead:
    """The bolt lets go beside dead pins only."""

    def __init__(self, scene: Scene) -> None:
        self._limits = scene.limits

    def look(self, sight: Sight) -> str | None:
        """Return how live the pins were when the bolt was told to let go."""
        live, limits = sight.let_go, self._limits
        if live is None:
            return None
        if live.coil:
            return "the bolt is let go while the contactor is commanded closed"
        if abs(live.amps) > limits.current_unlock_max_a:
            return f"the bolt is let go while {live.amps:+.1f} A flow"
        if abs(live.volts) > limits.voltage_touch_max_v:
            return f"the bolt is let go beside pins at {live.volts:.0f} V"
        return None
