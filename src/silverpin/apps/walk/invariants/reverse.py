"""Never reverse power outside the grid profile, without the bolt, or after heat uninspected."""

from silverpin.apps.walk.causes import Scene
from silverpin.apps.walk.deeds import Verb
from silverpin.apps.walk.grid import GridTruth
from silverpin.apps.walk.sight import Sight
from silverpin.domain.answers import acted_ns
from silverpin.domain.faults import FAULTS

_FLOWS_A = 1.0
_HEAT = "ERR_THERM_OVERLOAD"
_METER = "grid.read"


class ReverseOnlyAllowed:
    """Follows grid, bolt and inspections beside the current."""

    def __init__(self, scene: Scene) -> None:
        self._grid = scene.bay.grid
        self._truth = GridTruth(scene.profile)
        self._acted_ns = acted_ns(FAULTS["ERR_LOCK_FAIL"], scene.limits)
        self._silent_max_ns = scene.limits.input_age_max_ns + self._acted_ns
        self._silent_ns: int | None = None
        self._barred_ns: int | None = None
        self._unlocked_ns: int | None = None
        self._due_ns: int | None = None
        self._hot = False

    def look(self, sight: Sight) -> str | None:
        """Return why no power should flow back."""
        self._follow_grid(sight)
        self._follow_heat(sight)
        if sight.bolt:
            self._unlocked_ns = None
        elif self._unlocked_ns is None:
            self._unlocked_ns = sight.now_ns
        if not sight.alive:
            self._wait(sight.now_ns)
            return None
        return self._flows(sight) if sight.amps < -_FLOWS_A else None

    def _wait(self, now_ns: int) -> None:
        """Let every clock begin with the first program that looks; until then the lease counts."""
        self._barred_ns = None if self._barred_ns is None else now_ns
        self._unlocked_ns = None if self._unlocked_ns is None else now_ns
        self._due_ns = None if self._due_ns is None else now_ns

    def _flows(self, sight: Sight) -> str | None:
        now_ns, told = sight.now_ns, f"{sight.amps:+.1f} A flow back"
        if self._truth.ran_out is not None:
            return f"{told} though the grid is beyond {self._truth.ran_out} for too long"
        for since_ns, why in (
            (self._barred_ns, "into a grid that was not watched in its band for long enough"),
            (self._unlocked_ns, "without LOCK_STATUS"),
            (self._due_ns, "after heat that nobody inspected"),
        ):
            if since_ns is not None and now_ns - since_ns > self._acted_ns:
                return f"{told} {why}"
        return None

    def _follow_grid(self, sight: Sight) -> None:
        truth = self._truth
        if any(done.deed.verb is Verb.RESTART for done in sight.done):
            truth.lose()
        if _METER not in sight.standing:
            self._silent_ns = None
        elif self._silent_ns is None:
            self._silent_ns = sight.now_ns
        elif sight.alive and sight.now_ns - self._silent_ns > self._silent_max_ns:
            truth.lose()
        if sight.alive:
            truth.see(sight.now_ns, self._grid.hz, self._grid.volts)
        else:
            truth.pass_unseen()
        if truth.may_feed:
            self._barred_ns = None
        elif self._barred_ns is None:
            self._barred_ns = sight.now_ns

    def _follow_heat(self, sight: Sight) -> None:
        if any(done.deed.verb is Verb.INSPECT and not done.refusal for done in sight.done):
            self._due_ns = None
        hot = _HEAT in sight.told
        if hot and not self._hot:
            self._due_ns = sight.now_ns
        self._hot = hot
