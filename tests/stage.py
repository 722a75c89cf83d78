"""A stage on which scenarios play: one charger, its nature, and people who do things to it."""

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

from silverpin.apps.charger import Charger
from silverpin.apps.world import World, WorldSetup
from silverpin.domain.events import Event
from silverpin.domain.ledger import Ledger
from silverpin.domain.session import Mode


class Stage:
    """A world with verbs: each does one thing, waits where it says so, and returns the stage."""

    def __init__(self, world: World) -> None:
        self.world = world

    @property
    def charger(self) -> Charger:
        return self.world.charger

    def wait(self, seconds: float) -> "Stage":
        self.world.run(seconds)
        return self

    def until(self, done: Callable[["Stage"], bool], within_s: float) -> "Stage":
        """Let time pass until something is so; fail when it never is."""
        end_ns = self.world.now_ns + round(within_s * 1e9)
        while not done(self):
            assert self.world.now_ns < end_ns, f"not within {within_s} s"
            self.world.advance(self.world.now_ns + self.world.setup.tick_ns)
        return self

    def does(self, act: str, value: float | str | None = None) -> "Stage":
        """Somebody, or fate, does *act*."""
        self.world.act(act, value)
        return self

    def undoes(self, act: str, value: str | None = None) -> "Stage":
        self.world.act(act, value, clear=True)
        return self

    def plug_in(self) -> "Stage":
        return self.does("plug").wait(2)

    def asks(self, kw: float, mode: Mode = Mode.V2X) -> "Stage":
        """Give a standing order that is accepted."""
        answer = self.world.command_power(kw * 1e3, mode)
        assert answer.refused == ()
        return self

    def charge(self, kw: float) -> "Stage":
        return self.flow(kw)

    def discharge(self, kw: float) -> "Stage":
        return self.flow(-kw)

    def flow(self, kw: float) -> "Stage":
        """Plug in, start, and wait until the power is there; positive charges the vehicle."""
        if not self.plugged:
            self.plug_in()
        self.asks(kw).until(lambda s: abs(s.kw - kw) < 0.05 * abs(kw), within_s=60)
        return self.wait(2)

    def stop(self) -> "Stage":
        self.world.stop()
        return self

    def technician_resets(self) -> "Stage":
        self.charger.reset(None, "technician")
        return self

    def dies(self) -> "Stage":
        """The controller program ends between two ticks."""
        self.world.alive = False
        return self

    @property
    def kw(self) -> float:
        """Power at the connector, as nature has it."""
        return self.world.bay.power_w() / 1e3

    @property
    def amps(self) -> float:
        return self.world.bay.converter.current_a

    @property
    def plugged(self) -> bool:
        return self.world.bay.vehicle.plugged

    @property
    def closed(self) -> bool:
        """Whether the contactor's contacts are closed, as nature has it."""
        return self.world.bay.contactor.closed(self.world.now_ns)

    @property
    def bolt_home(self) -> bool:
        return self.world.bay.lock.holds(self.world.now_ns)

    @property
    def faults(self) -> set[str]:
        return set(self.charger.envelope.latched)

    @property
    def counts(self) -> Ledger:
        return self.world.ledger

    def events(self, kind: str) -> list[Event]:
        return [event for event in self.world.journal if event.kind == kind]

    def pauses_s(self, kind: str) -> list[float]:
        """Seconds between the events of a kind."""
        at_s = [event.t_ns * 1e-9 for event in self.events(kind)]
        return [after - before for before, after in pairwise(at_s)]

    def story(self, *kinds: str) -> list[str]:
        """The kinds of events that happened, in order; only *kinds*, where some are named."""
        return [row.kind for row in self.world.journal if not kinds or row.kind in kinds]

    def limits(self) -> dict[str, tuple[float, float]]:
        """What limits power now, by name: charging and discharging. [W]"""
        return {row.by: (row.charge_w, row.discharge_w) for row in self.charger.supervisor.bounds}

    def watch(self, look: Callable[["Stage"], Any], seconds: float) -> Iterable[Any]:
        """Yield what *look* sees at every tick of the next seconds."""
        end_ns = self.world.now_ns + round(seconds * 1e9)
        while self.world.now_ns < end_ns:
            self.world.advance(self.world.now_ns + self.world.setup.tick_ns)
            yield look(self)


def a_charger(seed: int = 1, **setup: Any) -> Stage:
    """Raise the curtain: `a_charger(ambient_c=40.0)`, with any field of `WorldSetup`."""
    return Stage(World(seed, WorldSetup(**setup)))
