"""One leg walked: world, deeds and onlookers on one virtual clock; one seed is one leg.

Within an instant: the charger's tick, the onlookers' look, then the deeds of this tick.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256
from heapq import heappop, heappush
from itertools import count
from typing import NamedTuple

from silverpin.apps.walk.causes import Scene
from silverpin.apps.walk.chance import deeds as chance_deeds
from silverpin.apps.walk.deeds import Deed
from silverpin.apps.walk.hands import Hands
from silverpin.apps.walk.invariants import INVARIANTS, RAISES
from silverpin.apps.walk.reach import Counting, Reach
from silverpin.apps.walk.setup import LEG_TICKS, Leg, leg_of
from silverpin.apps.walk.sight import Done, Eyes
from silverpin.apps.world import World
from silverpin.domain.connectors import CONNECTOR_SETS
from silverpin.domain.events import Event
from silverpin.domain.grid_profiles import GRID_PROFILES

_HASHED_EVERY = 50


class Finding(NamedTuple):
    """An invariant that did not hold."""

    seed: int
    tick: int
    invariant: str
    words: str


class Walked(NamedTuple):
    """How a leg went."""

    leg: Leg
    ticks: int
    digest: str
    finding: Finding | None
    reach: Reach


def walk(seed: int, ticks: int = LEG_TICKS) -> Walked:
    """Walk the leg of *seed*."""
    leg = leg_of(seed, ticks)
    return replay(leg, chance_deeds(leg))


def replay(leg: Leg, deeds: Sequence[Deed], listen: Callable[[Done], None] | None = None) -> Walked:
    """Walk *leg* with these *deeds* and no others, up to the first invariant that breaks."""
    return _Walk(leg, deeds).run()


def retell(leg: Leg, deeds: Sequence[Deed]) -> tuple[list[tuple[float, str]], Finding | None]:
    """Return what was done and what the charger said of it, in its order, by seconds."""
    lines: list[tuple[float, str]] = []
    under_way = _Walk(leg, deeds)
    world = under_way.world

    def listen(done: Done) -> None:
        refused = f" (refused: {done.refusal})" if done.refusal else ""
        lines.append((world.now_ns * 1e-9, f"{done.deed.words()}{refused}"))

    def hear(event: Event) -> None:
        if event.kind != "act":
            lines.append((event.t_ns * 1e-9, f"    charger: {event.sentence()}"))

    under_way.listen, world.on_event = listen, hear
    return lines, under_way.run().finding


class _Walk:
    """A leg under way."""

    def __init__(self, leg: Leg, deeds: Sequence[Deed]) -> None:
        setup = leg.setup
        self._leg = leg
        self.listen: Callable[[Done], None] | None = None
        """Told of every deed that was done."""
        self.world = World(leg.seed, setup)
        self._scene = Scene(
            self.world.bay, setup.limits, GRID_PROFILES[setup.profile],
            CONNECTOR_SETS[setup.connector], setup.power_max_w, setup.slew_a_per_s,
        )  # fmt: skip
        self._eyes = Eyes(self.world)
        self._hands = Hands(self.world)
        self._looks = [(row.name, row.onlooker(self._scene).look) for row in INVARIANTS.values()]
        self._order = count()
        self._due: list[tuple[int, int, Deed, Callable[[], None] | None]] = []
        for deed in deeds:
            heappush(self._due, (deed.tick, next(self._order), deed, None))
        self._hash = sha256()
        self._counting = Counting()

    def run(self) -> Walked:
        """Go on until the leg ends or an invariant breaks."""
        finding: Finding | None = None
        tick = 0
        while tick < self._leg.ticks and finding is None:
            try:
                finding = self._tick(tick)
            except Exception as error:
                finding = Finding(self._leg.seed, tick, RAISES, _where(error))
            tick += 1
        self._hash.update(repr(self.world.journal).encode())
        return Walked(self._leg, tick, self._hash.hexdigest(), finding, self._counting.reach)

    def _tick(self, tick: int) -> Finding | None:
        world = self.world
        world.tick()
        sight = self._eyes.look(self._hands.done(), self._hands.standing)
        self._counting.see(sight)
        for name, look in self._looks:
            wrong = look(sight)
            if wrong is not None:
                return Finding(self._leg.seed, tick, name, wrong)
        if self._due and self._due[0][0] <= tick:
            self._do(tick)
        if tick % _HASHED_EVERY == 0:
            self._hash.update(repr(world.sample()).encode())
        world.bay.step(world.setup.tick_ns)
        return None

    def _do(self, tick: int) -> None:
        while self._due and self._due[0][0] <= tick:
            _, _, deed, take_back = heappop(self._due)
            if take_back is not None:
                take_back()
                continue
            done, take_back = self._hands.do(deed)
            if self.listen is not None:
                self.listen(done)
            if take_back is not None:
                heappush(self._due, (tick + deed.lasts, next(self._order), deed, take_back))


def _where(error: Exception) -> str:
    """Return an error with the place where it was raised."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    at = "" if trace is None else f" in {trace.tb_frame.f_code.co_qualname}:{trace.tb_lineno}"
    return f"{type(error).__name__}{at}: {error}"
