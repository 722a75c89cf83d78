"""The lock: a bolt with its drive, what can be wrong with its way, a switch at its end.

A cause changes what the bolt meets on its next stroke. Debris alone also pushes back a bolt that is
home. Between two strokes the plug moves a little in its inlet, so that a misaligned one is not met
at the same place twice.
"""

from random import Random

from silverpin.domain.quantities import NS_PER_MS, seconds_to_ns
from silverpin.plant.bolt import STEP_S, Drive, Stroke, Way, stroke
from silverpin.plant.bolt_way import Debris, Gasket, Misalignment, way_of

_SWITCH_MM = 10.0
_STEP_NS = seconds_to_ns(STEP_S)
_BACK_MM_PER_S = 90.0
_SPRING_BACK_NS = 40 * NS_PER_MS


class Lock:
    """Position, current and switch over time, as functions of when the bolt was driven."""

    __slots__ = ("_from_mm", "_hold_ns", "_rng", "_since_ns", "_still_ns", "_stroke", "debris",
                 "drive_unit", "dryness", "gasket", "misaligned", "strokes", "switch_broken",
                 "switch_stuck", "target_mm", "temp_c")  # fmt: skip

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self.drive_unit = Drive.specimen(rng)
        self.target_mm = 0.0
        self.temp_c = 20.0
        self.debris: Debris | None = None
        self.misaligned: Misalignment | None = None
        self.gasket: Gasket | None = None
        self.dryness = 1.0
        """Friction of the bolt in its own guide, as a multiple of a lubricated one's."""
        self.switch_broken = False
        self.switch_stuck = False
        """It reads engaged wherever the bolt is."""
        self.strokes = 0
        """How often the bolt was driven home."""
        self._from_mm = 0.0
        self._since_ns = self._still_ns = self._hold_ns = 0
        self._stroke = Stroke((0.0,), (0.0,), 0.0)

    def drive(self, now_ns: int, engaged: bool) -> None:
        """Drive the bolt home or draw it back. Idempotent."""
        target_mm = self.drive_unit.home_m * 1e3 if engaged else 0.0
        if target_mm == self.target_mm:
            return
        at_mm = self.position_mm(now_ns)
        self.target_mm, self._since_ns, self._from_mm = target_mm, now_ns, at_mm
        if not engaged:
            self._still_ns = now_ns + seconds_to_ns(at_mm / _BACK_MM_PER_S * self.dryness)
            return
        self.strokes += 1
        done = self._stroke = stroke(self.drive_unit, self._way(), at_mm * 1e-3, self.temp_c)
        self._hold_ns = now_ns + seconds_to_ns(self.drive_unit.pulse_s)
        self._still_ns = now_ns + len(done.metres) * _STEP_NS
        if done.held_m < done.metres[-1]:
            self._still_ns = self._hold_ns + _SPRING_BACK_NS

    def _way(self) -> Way:
        """Return what this stroke meets; its push may leave debris elsewhere."""
        debris, edge = self.debris, None
        if debris is not None and (debris.moved_mm or debris.gone):
            self.debris = debris.pushed(self._rng)
        if self.misaligned is not None:
            edge = self.misaligned.met(self._rng)
        return way_of(self.drive_unit, self.dryness, debris, edge, self.gasket)

    def position_mm(self, now_ns: int) -> float:
        """Return how far the bolt is out."""
        if self.target_mm:
            out_mm = 1e3 * self._driven_m(now_ns)
        else:
            back_mm = (now_ns - self._since_ns) * 1e-9 * _BACK_MM_PER_S / self.dryness
            out_mm = max(0.0, self._from_mm - back_mm)
        if self.debris is not None and self.debris.n_per_mm is None:
            out_mm = min(out_mm, self.debris.at_mm)
        return out_mm

    def _driven_m(self, now_ns: int) -> float:
        done = self._stroke
        last_m = done.metres[-1]
        if now_ns < self._hold_ns or done.held_m >= last_m:
            return done.metres[min((now_ns - self._since_ns) // _STEP_NS, len(done.metres) - 1)]
        share = min(1.0, (now_ns - self._hold_ns) / _SPRING_BACK_NS)
        return last_m + share * (done.held_m - last_m)

    def amps(self) -> tuple[float, ...]:
        """Return the drive's current over the whole of the last pulse, step by step."""
        done = self._stroke.amps
        rest = round(self.drive_unit.pulse_s / STEP_S) + 1 - len(done)
        return done + (done[-1],) * rest

    def pulsing(self, now_ns: int) -> bool:
        """Return whether the stage drives the bolt home at full voltage."""
        return self.target_mm > 0.0 and now_ns < self._hold_ns

    def switch(self, now_ns: int) -> bool:
        """Return what the end switch reads."""
        if self.switch_broken or self.switch_stuck:
            return self.switch_stuck
        return self.position_mm(now_ns) >= _SWITCH_MM

    def holds(self, now_ns: int) -> bool:
        """Return whether the bolt holds the plug against a pull."""
        return self.position_mm(now_ns) >= _SWITCH_MM

    def moving(self, now_ns: int) -> bool:
        """Return whether the bolt is still on its way."""
        return now_ns < self._still_ns
