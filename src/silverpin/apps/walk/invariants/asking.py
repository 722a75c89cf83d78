"""Power never returns without being asked for anew: after a fault, a stop, a plug or a restart."""

from silverpin.apps.walk.causes import Scene
from silverpin.apps.walk.deeds import Deed, Verb
from silverpin.apps.walk.sight import Sight
from silverpin.control.session import DEBOUNCE_NS
from silverpin.domain.faults import FAULTS, Action
from silverpin.domain.session import Mode


class AskedAnew:
    """Knows since when nobody has asked for power."""

    def __init__(self, scene: Scene) -> None:
        self._asked = False
        self._mode = ""
        self._coil = False
        self._why = "nobody ever asked"
        self._told: tuple[str, ...] = ()
        self._out_ns: int | None = None

    def look(self, sight: Sight) -> str | None:
        """Return what ended the last order, if the contactor closes without a new one."""
        for done in sight.done:
            self._follow(done.deed, refused=bool(done.refusal))
        closes, self._coil = sight.coil and not self._coil, sight.coil
        if closes and not self._asked:
            return f"the contactor closes, though {self._why}"
        self._forget(sight)
        return None

    def _follow(self, deed: Deed, *, refused: bool) -> None:
        if deed.verb is Verb.ORDER and not refused:
            self._asked, self._mode = True, deed.name
        elif deed.verb is Verb.STOP and not refused:
            self._end("somebody stopped it and nobody asked since")
        elif deed.verb is Verb.RESTART:
            self._end("the program began again and nobody asked since")

    def _forget(self, sight: Sight) -> None:
        if sight.plugged:
            self._out_ns = None
        elif self._out_ns is None:
            self._out_ns = sight.now_ns
        elif sight.alive and sight.now_ns - self._out_ns > 2 * DEBOUNCE_NS:
            self._end("the plug was out and nobody asked since")
        if sight.told is self._told:
            return
        for code in sight.told:
            if code not in self._told and self._ends(code):
                self._end(f"{code} stood and nobody asked since")
        self._told = sight.told

    def _ends(self, code: str) -> bool:
        """Return whether a fault ends what was ordered: a grid trip leaves charging alone."""
        return FAULTS[code].action is not Action.NO_REVERSE or self._mode != Mode.CHARGE.value

    def _end(self, why: str) -> None:
        self._asked, self._why = False, why
