"""What is latched stays latched until its declared reset, and bars power while it stands."""

from silverpin.apps.walk.causes import (
    BY_ACT,
    CONTACT_ACTS,
    HIDES_HEAT,
    LOOKS_UNPLUGGED,
    SEEN_BY,
    SHOWS_MODULATED,
    SHOWS_PLUGGED,
    SPOILS_PILOT,
    Scene,
)
from silverpin.apps.walk.deeds import Verb
from silverpin.apps.walk.sight import Sight
from silverpin.domain.answers import acted_ns, found_ns
from silverpin.domain.faults import FAULTS, Action, Reset
from silverpin.domain.quantities import seconds_to_ns

_MARGIN_K = 1.0
_FLOWS_A = 1.0


class LatchedStays:
    """Holds what people are told against resets, and against what nature allows to be reset."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._told: tuple[str, ...] = ()
        self._since_ns: dict[str, int] = {}
        self._within_ns = {code: acted_ns(row, scene.limits) for code, row in FAULTS.items()}
        self._found_ns = {code: found_ns(row, scene.limits) or 0 for code, row in FAULTS.items()}
        self._began_ns: dict[str, int] = {}
        """Since when each act is at work."""
        self._back_ns: int | None = 0
        self._cool_ns = 0
        """When every pin was last cool enough for a reset; a reading may be as old as its limit."""

    def look(self, sight: Sight) -> str | None:
        """Return which latch went without its reset, or which one does not bar power."""
        grid = self._scene.bay.grid
        if not self._scene.profile.reconnect.holds(grid.hz, grid.volts):
            self._back_ns = None
        elif self._back_ns is None:
            self._back_ns = sight.now_ns
        if sight.standing or self._began_ns:
            began_ns = self._began_ns
            self._began_ns = {row: began_ns.get(row, sight.now_ns) for row in sight.standing}
        if sight.told and self._cool(sight):
            self._cool_ns = sight.now_ns
        before, self._told = self._told, sight.told
        if before is not sight.told:
            for code in before:
                if code not in sight.told and not self._may_go(code, sight):
                    return f"{code} is latched no more, and its reset was not made"
            self._since_ns = {code: self._since_ns.get(code, sight.now_ns) for code in sight.told}
        return self._power_under_a_latch(sight) if sight.told and sight.alive else None

    def _power_under_a_latch(self, sight: Sight) -> str | None:
        if not sight.coil:
            return None
        for code, since_ns in self._since_ns.items():
            if sight.now_ns - since_ns <= self._within_ns[code]:
                continue
            if FAULTS[code].action is not Action.NO_REVERSE:
                return f"the contactor is held while {code} stands"
            if sight.amps < -_FLOWS_A:
                return f"{sight.amps:+.1f} A flow back while {code} stands"
        return None

    def _may_go(self, code: str, sight: Sight) -> bool:
        reset = FAULTS[code].reset
        asked = any(
            done.deed.verb is Verb.RESET and done.deed.name in ("", code) for done in sight.done
        )
        if reset is Reset.GRID_BACK:
            return self._long_back(sight)
        if reset is Reset.COOLED:
            return asked and sight.now_ns - self._cool_ns <= self._scene.limits.temp_age_max_ns
        if reset is Reset.UNPLUGGED and not _looks_plugged(sight) and not sight.coil:
            return True
        return asked and not self._still_there(code, sight)

    def _long_back(self, sight: Sight) -> bool:
        if self._back_ns is None:
            return False
        long_ns = seconds_to_ns(self._scene.profile.reconnect_s)
        return sight.now_ns - self._back_ns >= long_ns - 2 * self._scene.limits.judge_period_ns

    def _cool(self, sight: Sight) -> bool:
        connector, limit_c = self._scene.bay.connector, self._scene.limits.temp_reset_c
        hottest_c = max(
            ntc_c + offset_k
            for ntc_c, offset_k in zip(connector.ntc_c, connector.ntc_offset_k, strict=True)
        )
        return hottest_c < limit_c + _MARGIN_K or not HIDES_HEAT.isdisjoint(sight.standing)

    def _still_there(self, code: str, sight: Sight) -> bool:
        """Return whether nature still holds the cause, so that no reset should have helped."""
        if sight.coil:
            return True
        if code == "ERR_CONTACTOR_WELD":
            shown = sight.standing.isdisjoint(SEEN_BY[code])
            return sight.closed and shown and not CONTACT_ACTS.isdisjoint(sight.standing)
        unseen = SHOWS_MODULATED if _looks_plugged(sight) else SHOWS_PLUGGED
        if not sight.plugged or not SPOILS_PILOT.isdisjoint(sight.standing):
            unseen |= LOOKS_UNPLUGGED
        # A cause that stands for less than it takes to be found is not seen by a reset either.
        found_by_ns = sight.now_ns - self._found_ns[code]
        return any(
            BY_ACT.get(name) == code and self._began_ns[name] < found_by_ns
            for name in sight.standing - unseen
        )


def _looks_plugged(sight: Sight) -> bool:
    """Return whether a plug is in, and proximity does not hide it."""
    return sight.plugged and LOOKS_UNPLUGGED.isdisjoint(sight.standing)
