"""What does the deeds: to nature, to the charger as people command it, and to the program itself.

Of two deeds that hold the same thing the later one has it; the earlier takes back nothing then.
"""

from collections.abc import Callable
from typing import NamedTuple

from silverpin.apps.daemon.memory import recall, remember, restore
from silverpin.apps.daemon.wall import Wall
from silverpin.apps.walk.deeds import Deed, Verb
from silverpin.apps.walk.hush import hush
from silverpin.apps.walk.sight import Done
from silverpin.apps.world import World
from silverpin.apps.world_acts import ActRefused
from silverpin.apps.world_nature import SENSOR_FAULTS
from silverpin.domain.session import Mode

Undo = Callable[[], None]
_ANSWERED = frozenset({Verb.ORDER, Verb.STOP, Verb.LOCK, Verb.UNLOCK, Verb.RESET, Verb.INSPECT})
"""Deeds that a program must be alive for."""
_WALL = Wall(0)


class _Held(NamedTuple):
    """What a deed has a hold of: the act or input by name, and what ends it."""

    name: str
    let_go: Undo


class Hands:
    """Does deeds to one world, and knows which of them are at work."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._done: list[Done] = []
        self._holds: dict[str, _Held] = {}
        """By the thing that is held."""
        self._halts = 0
        self.standing: frozenset[str] = frozenset()
        self._verbs: dict[Verb, Callable[[Deed], tuple[str, Undo | None]]] = {
            Verb.ACT: self._act,
            Verb.ORDER: self._order,
            Verb.RESET: self._reset,
            Verb.HUSH: self._hush,
            Verb.STALL: self._stall,
            Verb.RESTART: self._restart,
            Verb.HANG_UP: self._hang_up,
        }

    def done(self) -> tuple[Done, ...]:
        """Return and forget what was done."""
        done, self._done = tuple(self._done), []
        return done

    def do(self, deed: Deed) -> tuple[Done, Undo | None]:
        """Do a deed; return what came of it, and what takes it back later."""
        undo: Undo | None = None
        refusal = ""
        if deed.verb in _ANSWERED and not self._world.alive:
            refusal = "nobody answers"
        elif deed.verb in self._verbs:
            refusal, undo = self._verbs[deed.verb](deed)
        else:
            self._plain(deed)
        done = Done(deed, refusal)
        self._done.append(done)
        return done, undo

    def _hold(self, thing: str, name: str, let_go: Undo) -> Undo:
        """Note that *name* is at work on *thing*; return what ends that, unless it has ended."""
        held = _Held(name, let_go)
        self._holds[thing] = held
        self._stand()

        def undo() -> None:
            if self._holds.get(thing) is held:
                del self._holds[thing]
                self._stand()
                let_go()

        return undo

    def _stand(self) -> None:
        self.standing = frozenset(held.name for held in self._holds.values())

    def _act(self, deed: Deed) -> tuple[str, Undo | None]:
        try:
            self._world.act(deed.name, deed.value)
        except ActRefused as error:
            return str(error), None
        if not deed.lasts:
            return "", None
        pin = str(deed.value).partition("=")[0] if deed.name in SENSOR_FAULTS else ""

        def clear() -> None:
            self._world.act(deed.name, deed.value, clear=True)

        return "", self._hold(f"sensor of {pin}" if pin else deed.name, deed.name, clear)

    def _order(self, deed: Deed) -> tuple[str, Undo | None]:
        answer = self._world.command_power(float(deed.value or 0.0), Mode(deed.name))
        return ", ".join(row.row.failing for row in answer.refused), None

    def _reset(self, deed: Deed) -> tuple[str, Undo | None]:
        codes = frozenset({deed.name}) if deed.name else None
        return self._world.charger.reset(codes, "technician").refusal, None

    def _plain(self, deed: Deed) -> None:
        """Do what is never refused and stays as it is."""
        world = self._world
        bay, charger = world.bay, world.charger
        match deed.verb:
            case Verb.STOP:
                world.stop()
            case Verb.LOCK | Verb.UNLOCK:
                charger.lock(deed.verb is Verb.LOCK)
            case Verb.INSPECT:
                charger.envelope.inspected()
            case Verb.MEND:
                self._mend()
            case Verb.TEAR:
                bay.vehicle.unplug()
            case Verb.HOUSE:
                bay.grid.house_w = float(deed.value or 0.0)
            case Verb.VEHICLE:
                most_a = float(deed.value or 0.0) * bay.kind.rating_a
                bay.vehicle.charge_max_a = bay.vehicle.discharge_max_a = most_a

    def _mend(self) -> None:
        for held in self._holds.values():
            held.let_go()
        self._holds.clear()
        self._stand()
        self._world.act("healthy")
        connector = self._world.bay.connector
        for pin in range(len(connector.pin_c)):
            connector.heat(pin, connector.ambient_c)

    def _hush(self, deed: Deed) -> tuple[str, Undo | None]:
        give_back = hush(self._world.charger.ports, deed.name, str(deed.value))
        return "", self._hold(deed.name, deed.name, give_back)

    def _hang_up(self, deed: Deed) -> tuple[str, Undo | None]:
        if self._world.ev is None:
            return "this vehicle does not talk", None
        self._world.ev.hang_up()
        return "", None

    def _stall(self, deed: Deed) -> tuple[str, Undo | None]:
        self._halt(1)
        return "", lambda: self._halt(-1)

    def _restart(self, deed: Deed) -> tuple[str, Undo | None]:
        world = self._world
        memory = remember(world.charger.envelope, _WALL)
        self._halt(1)

        def begin() -> None:
            world.restart()
            restore(world.charger, recall(memory, _WALL), world.now_ns)
            self._halt(-1)

        return "", begin

    def _halt(self, more: int) -> None:
        self._halts += more
        self._world.alive = not self._halts
