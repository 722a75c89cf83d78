"""How long a fault waits for the contactor's command in the running daemon, quiet and under load.

The daemon runs as it always does: tick, control socket, journal and page in one process. A thread
of its own presses the emergency stop at instants that the loop does not know, and the port of the
contactor stamps the release. Under load, another process reads the page's stream with several
readers, asks for the status as `evse-cli` does and fetches the page, as fast as it is answered.
"""

import os
import random
import signal
import statistics
import threading
import time
from collections.abc import Callable, Iterator

from benchmarks.figures import Better, Figure
from benchmarks.running_daemon import run_daemon
from silverpin.apps.world import World
from silverpin.apps.world_acts import ActRefused
from silverpin.domain.observation import Reading
from silverpin.ports import PowerSwitch
from silverpin.safety.lease import Permit

_TRIALS = 100
_AIM_MS = 25.0
"""One period of 20 ms, and a tick to judge and act in."""
_FLOWING_A = 2.0


def figures() -> Iterator[Figure]:
    """Yield p50, p99 and the worst of both runs."""
    for name, loaded in (("quiet", False), ("page and CLI busy", True)):
        waited_ms = sorted(_measure(loaded))
        cuts = statistics.quantiles(waited_ms, n=100, method="inclusive")
        for label, value in (("p50", cuts[49]), ("p99", cuts[98]), ("max", waited_ms[-1])):
            yield Figure(
                name=f"fault to release, {name}, {label}", value=value, unit="ms",
                aim=_AIM_MS, better=Better.LESS, note=f"{len(waited_ms)} trips",
            )  # fmt: skip


def _measure(loaded: bool) -> list[float]:
    trials: list[_Trials] = []

    def driver(world: World) -> Callable[[], None]:
        trials.append(_Trials(world))
        return trials[0].each_tick

    run_daemon("reaction", driver, loaded=loaded)
    return trials[0].waited_ms


class _StampedSwitch:
    """The contactor's port with a clock on its release."""

    def __init__(self, inner: PowerSwitch) -> None:
        self._inner = inner
        self.released_ns: int | None = None

    def hold(self, permit: Permit) -> None:
        self._inner.hold(permit)

    def release(self, *, emergency: bool) -> None:
        self._inner.release(emergency=emergency)
        if self.released_ns is None:
            self.released_ns = time.monotonic_ns()

    def poll(self, now_ns: int) -> float | None:
        return self._inner.poll(now_ns)

    def commanded(self) -> bool:
        return self._inner.commanded()

    def mirror(self) -> Reading[bool] | None:
        return self._inner.mirror()

    def across_v(self) -> Reading[tuple[float, ...]] | None:
        return self._inner.across_v()


class _Trials:
    """Power on, wait for the trip that the other thread causes, mend, again."""

    def __init__(self, world: World) -> None:
        self.waited_ms: list[float] = []
        self._world = world
        self._rng = random.Random(1)
        self._switch = _StampedSwitch(world.charger.ports.switch)
        world.charger.ports = world.charger.ports._replace(switch=self._switch)
        self._pressed_ns: int | None = None
        self._presser: threading.Thread | None = None
        world.act("plug", None, False)

    def each_tick(self) -> None:
        """Move the trial on; runs in the daemon's loop before each tick."""
        charger, world = self._world.charger, self._world
        if self._presser is not None:
            if self._switch.released_ns is not None and not self._presser.is_alive():
                self._book()
        elif charger.envelope.latched:
            world.act("healthy", None, False)
            charger.reset(None, "benchmark")
        elif abs(world.bay.converter.current_a) > _FLOWING_A and charger.obs.contactor_commanded:
            self._switch.released_ns = self._pressed_ns = None
            self._presser = threading.Thread(target=self._press, args=(self._rng.uniform(0, 0.2),))
            self._presser.start()
        elif not charger.supervisor.session.wanted:
            _ask(world)

    def _press(self, wait_s: float) -> None:
        time.sleep(wait_s)
        self._pressed_ns = time.monotonic_ns()
        self._world.bay.estop_pressed = True

    def _book(self) -> None:
        released_ns, pressed_ns = self._switch.released_ns, self._pressed_ns
        assert released_ns is not None
        assert pressed_ns is not None
        if released_ns >= pressed_ns:
            self.waited_ms.append((released_ns - pressed_ns) / 1e6)
        self._presser = None
        if len(self.waited_ms) >= _TRIALS:
            _end()


def _ask(world: World) -> None:
    """Ask for power; what forbids it just after a start or a reset is gone a moment later."""
    try:
        world.act("set-power", "10kW", False)
    except ActRefused:
        return


def _end() -> None:
    """End the daemon as a service manager does."""
    os.kill(os.getpid(), signal.SIGTERM)
