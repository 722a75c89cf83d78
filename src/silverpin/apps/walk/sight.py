"""What an onlooker sees of one instant: nature as it is, and what passes the ports.

`Eyes` stand between the charger and its ports: they note the permit that the output stage was
handed and how live the pins were when the bolt was let go. Everything else is read from nature.
Two things are the charger's own word: `told`, what it tells people that it has latched, and
`heat_a`, what it says that heat leaves.
"""

from typing import Any, NamedTuple

from silverpin.apps.walk.deeds import Deed
from silverpin.apps.world import World
from silverpin.domain.ledger import Ledger
from silverpin.safety.lease import Permit


class Live(NamedTuple):
    """How live the pins were when the bolt was told to let go."""

    coil: bool
    amps: float
    volts: float


class Done(NamedTuple):
    """A deed that was done, or tried."""

    deed: Deed
    refusal: str
    """Why nothing came of it; empty when something did."""


class Sight(NamedTuple):
    """One instant, after the charger's tick."""

    now_ns: int
    alive: bool
    """The program runs; it neither stalls nor is dead."""
    coil: bool
    closed: bool
    """The contacts, not the coil."""
    amps: float
    bolt: bool
    """What the bolt's own switch says."""
    plugged: bool
    permit: Permit | None
    """The last that the output stage was handed, however old."""
    let_go: Live | None
    """The bolt was told to let go since the last sight."""
    told: tuple[str, ...]
    heat_a: float | None
    """The current that throttling leaves; None while it holds nothing back."""
    ledger: Ledger
    done: tuple[Done, ...]
    """What was done since the last sight."""
    standing: frozenset[str]
    """Names of acts and inputs that are at work now: `estop`, `meter.current_a`."""


class Eyes:
    """Watches one world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._permit: Permit | None = None
        self._let_go: Live | None = None
        self._told: tuple[str, ...] = ()
        ports: Any = world.charger.ports
        self._hold, self._release = ports.switch.hold, ports.lock.release
        ports.switch.hold = self._note_permit
        ports.lock.release = self._note_release

    def _note_permit(self, permit: Permit) -> None:
        self._permit = permit
        self._hold(permit)

    def _note_release(self) -> None:
        bay = self._world.bay
        self._let_go = Live(bay.contactor.coil, bay.converter.current_a, bay.voltage_v())
        self._release()

    def look(self, done: tuple[Done, ...], standing: frozenset[str]) -> Sight:
        """Return this instant."""
        world = self._world
        bay = world.bay
        now_ns = bay.now_ns
        latched = world.charger.envelope.latched
        if len(latched) != len(self._told) or latched.keys() != set(self._told):
            self._told = tuple(latched)
        let_go, self._let_go = self._let_go, None
        return Sight(
            now_ns, world.alive, bay.contactor.coil, bay.contactor.closed(now_ns),
            bay.converter.current_a, bay.lock.switch(now_ns), bay.vehicle.plugged,
            self._permit, let_go, self._told, world.charger.supervisor.derating.allowed_a,
            world.ledger, done, standing,
        )  # fmt: skip
