"""Current within the tightest limit in force, with a declared tolerance and a declared time.

The limits are taken from where they come from: rating, vehicle, order, house, the start at low
power. What heat leaves is the charger's own choice: its word is taken, and it is held to it. A
limit that falls is followed at the converter's pace, a little late; that is what `_LAG_TICKS` and
the slew allow. A converter that ignores its set-point is not held to it: `invariants.answers` times
its end.
"""

from silverpin.apps.walk.causes import RUNAWAY, Scene
from silverpin.apps.walk.deeds import Deed, Verb
from silverpin.apps.walk.sight import Sight
from silverpin.domain.session import Mode

SHARE, AMPS = 0.03, 1.0
"""Tolerance: meter and voltage move a little between a tick and the next."""
_LAG_TICKS = 15
"""Five to follow, and ten for readings that are as old as they may be."""
_PACE = 0.5
"""A converter whose ramp shows too much reactive power is led more slowly than it could go."""
_FREE = float("inf")
_LED_A_PER_S = 40.0
_AC_PHASES = 3


class WithinLimits:
    """Keeps the most that may flow in each direction, which falls no faster than it can."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._mode, self._order_w = Mode.IDLE, 0.0
        self._closed_ns: int | None = None
        self._was_ns = 0
        self._charge_a = self._discharge_a = 0.0
        self._late: list[tuple[float, float]] = []

    def look(self, sight: Sight) -> str | None:
        """Return which bound is passed."""
        for done in sight.done:
            if not done.refusal:
                self._follow(done.deed)
        if not sight.alive:
            self._was_ns = sight.now_ns
            self._run_away(sight)  # what runs away in between comes back when somebody looks again
            return None  # nobody follows; the lease will end it
        dt_s, self._was_ns = (sight.now_ns - self._was_ns) * 1e-9, sight.now_ns
        if not sight.coil:
            self._closed_ns = None
            self._charge_a = self._discharge_a = 0.0
            self._late.clear()
            return None
        if self._closed_ns is None:
            self._closed_ns = sight.now_ns
        charge_a, discharge_a = self._lagging(*self._limits(sight))
        falls_a = _PACE * min(self._scene.slew_a_per_s, _LED_A_PER_S) * dt_s
        self._charge_a = max(charge_a, self._charge_a - falls_a)
        self._discharge_a = max(discharge_a, self._discharge_a - falls_a)
        self._run_away(sight)
        if self._beyond(sight.amps):
            return (f"{sight.amps:+.1f} A flow, and the limits are "
                    f"{self._charge_a:.1f} A in, {self._discharge_a:.1f} A out")  # fmt: skip
        return None

    def _run_away(self, sight: Sight) -> None:
        """Take what flows for allowed where the converter is the one that ignores its set-point."""
        if RUNAWAY in sight.standing:
            self._charge_a = max(self._charge_a, sight.amps)
            self._discharge_a = max(self._discharge_a, -sight.amps)

    def _beyond(self, amps: float) -> bool:
        limit_a = self._charge_a if amps > 0.0 else self._discharge_a
        return abs(amps) > limit_a * (1.0 + SHARE) + AMPS

    def _follow(self, deed: Deed) -> None:
        if deed.verb is Verb.ORDER and isinstance(deed.value, float):
            self._mode, self._order_w = Mode(deed.name), deed.value
        elif deed.verb in (Verb.STOP, Verb.RESTART):
            self._mode, self._order_w = Mode.IDLE, 0.0

    def _lagging(self, charge_a: float, discharge_a: float) -> tuple[float, float]:
        """Return the loosest limits of the last ticks: what fell just now is not followed yet."""
        late = self._late
        late.append((charge_a, discharge_a))
        if len(late) > _LAG_TICKS:
            del late[0]
        return max(row[0] for row in late), max(row[1] for row in late)

    def _limits(self, sight: Sight) -> tuple[float, float]:
        bay = self._scene.bay
        w_per_a = max(1.0, abs(bay.voltage_v())) * bay.phases
        takes_a, gives_a = bay.vehicle.limits_a()
        charge_w, discharge_w = self._ordered_w()
        most_w = min(self._part_w(), self._low_w(sight))
        most_a = self._scene.connector.rating_a
        if sight.heat_a is not None:
            most_a = min(most_a, sight.heat_a)
        return (
            min(most_a, takes_a, min(most_w, charge_w) / w_per_a),
            min(most_a, gives_a, min(most_w, discharge_w) / w_per_a),
        )

    def _part_w(self) -> float:
        """Return what the rating leaves to the phases in use: each may have its part, not more."""
        phases = 1 if self._scene.connector.direct_current else _AC_PHASES
        return self._scene.power_max_w * self._scene.bay.phases / phases

    def _ordered_w(self) -> tuple[float, float]:
        """Return what the order itself allows in each direction."""
        order_w = self._order_w
        if self._mode is Mode.IDLE:
            return 0.0, 0.0
        if self._mode is Mode.V2H:
            return 0.0, min(max(0.0, -order_w), self._scene.bay.grid.house_w)
        charge_w = 0.0 if self._mode is Mode.V2G else max(0.0, order_w)
        return charge_w, 0.0 if self._mode is Mode.CHARGE else max(0.0, -order_w)

    def _low_w(self, sight: Sight) -> float:
        """Return what the start at low power leaves."""
        limits = self._scene.limits
        since_ns = sight.now_ns - (self._closed_ns or 0)
        return limits.low_power_w if since_ns < limits.low_power_s * 1e9 else _FREE
