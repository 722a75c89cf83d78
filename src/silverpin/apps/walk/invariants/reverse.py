"""Never reverse power outside the grid profile, without the bolt, or after heat uninspected."""

from silverpin.apps.walk.causes import Scene, outside
from silverpin.apps.walk.deeds import Verb
from silverpin.apps.walk.sight import Sight
from silverpin.domain.answers import answered_ns
from silverpin.domain.faults import FAULTS
from silverpin.domain.quantities import seconds_to_ns

_FLOWS_A = 1.0
_HEAT = "ERR_THERM_OVERLOAD"


class ReverseOnlyAllowed:
    """Follows grid, bolt and inspections beside the current."""

    def __init__(self, scene: Scene) -> None:
        limits, profile = scene.limits, scene.profile
        self._scene = scene
        self._grid_ns = answered_ns(FAULTS["ERR_REV_FLOW_TRIP"], limits, profile)
        self._bolt_ns = answered_ns(FAULTS["ERR_LOCK_FAIL"], limits, profile)
        self._back_ns = seconds_to_ns(profile.reconnect_s)
        self._out_since_ns: int | None = None
        self._out_ns = 0
        """The last instant of an outage that was long enough."""
        self._tripped = False
        self._unlocked_ns: int | None = None
        self._due_ns: int | None = None

    def look(self, sight: Sight) -> str | None:
        """Return why no power should flow back."""
        self._follow_grid(sight)
        self._follow_heat(sight)
        if sight.bolt:
            self._unlocked_ns = None
        elif self._unlocked_ns is None:
            self._unlocked_ns = sight.now_ns
        if sight.amps > -_FLOWS_A or not sight.alive:
            return None
        return self._flows(sight)

    def _flows(self, sight: Sight) -> str | None:
        now_ns, told = sight.now_ns, f"{sight.amps:+.1f} A flow back"
        if self._out_since_ns is not None and now_ns - self._out_since_ns > self._grid_ns:
            return f"{told} into a grid outside its profile"
        if self._tripped and now_ns - self._out_ns < self._back_ns:
            return f"{told} {(now_ns - self._out_ns) / 1e9:.1f} s after the grid came back"
        if self._unlocked_ns is not None and now_ns - self._unlocked_ns > self._bolt_ns:
            return f"{told} without LOCK_STATUS"
        if self._due_ns is not None and now_ns - self._due_ns > self._bolt_ns:
            return f"{told} after heat that nobody inspected"
        return None

    def _follow_grid(self, sight: Sight) -> None:
        now_ns = sight.now_ns
        if not outside(self._scene):
            self._out_since_ns = None
        elif not sight.alive:
            self._out_since_ns = now_ns  # nobody looks; the clock begins with the first who does
        else:
            if self._out_since_ns is None:
                self._out_since_ns = now_ns
            if now_ns - self._out_since_ns > self._grid_ns:
                self._tripped, self._out_ns = True, now_ns

    def _follow_heat(self, sight: Sight) -> None:
        if any(done.deed.verb is Verb.INSPECT for done in sight.done):
            self._due_ns = None
        if _HEAT in sight.told and self._due_ns is None:
            self._due_ns = sight.now_ns
