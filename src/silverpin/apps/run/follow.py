"""A charger that follows a signal: orders at every step, and a vehicle that comes and goes.

An order that is refused is tried again every second, as a dispatcher would, and the charger is
asked for nothing meanwhile: holding the last power would answer a question nobody asks any more.
"""

import math
from array import array
from collections.abc import Callable
from dataclasses import dataclass

from silverpin.apps.run.options import RunOptions
from silverpin.apps.run.record import Recorder
from silverpin.apps.run.shortfall import START
from silverpin.apps.world import World
from silverpin.apps.world_acts import ActRefused
from silverpin.control.forecast import AHEAD_S, PRECOOL_S
from silverpin.domain.conditions import Condition
from silverpin.domain.quantities import seconds_to_ns
from silverpin.drivers.signals import Signal, SignalKind

_NOT_YET = (Condition.PLUGGED, Condition.METER)
"""What refuses an order before the charger has found its vehicle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What is wanted and when: a signal in watts, cut to the run and to the vehicle's stay."""

    signal: Signal
    power_w: "array[float]"
    duration_s: int
    from_s: float
    to_s: float

    def at(self, t_s: float) -> float:
        """Return the power wanted at an instant."""
        if not self.from_s <= t_s < self.to_s:
            return 0.0
        return self.power_w[min(len(self.power_w) - 1, int(t_s / self.signal.step_s))]

    def rms_w(self, from_s: float, seconds: float) -> float:
        """Return the power that would heat as much as what is wanted from an instant on."""
        wanted_w = [self.at(from_s + second + 0.5) for second in range(int(seconds))]
        return math.sqrt(sum(power_w * power_w for power_w in wanted_w) / len(wanted_w))

    def by_second(self) -> "array[float]":
        """Return the power wanted in the middle of each second."""
        return array("d", [self.at(second + 0.5) for second in range(self.duration_s)])

    def perfect_ws(self) -> tuple[float, float]:
        """Return the energy each way that perfect tracking would have carried."""
        charged = discharged = 0.0
        step_s = self.signal.step_s
        for row in range(math.ceil(self.to_s / step_s)):
            start_s = max(self.from_s, row * step_s)
            end_s = min(self.to_s, (row + 1) * step_s)
            if end_s > start_s:
                charged += max(0.0, self.power_w[row]) * (end_s - start_s)
                discharged += max(0.0, -self.power_w[row]) * (end_s - start_s)
        return charged, discharged


def demand(options: RunOptions, signal: Signal, power_w: "array[float]", duration_s: int) -> Demand:
    """Cut a signal to the run and to the time the vehicle is there."""
    stays_s = duration_s if options.plug_out_s is None else options.plug_out_s
    return Demand(
        signal=signal,
        power_w=power_w,
        duration_s=duration_s,
        from_s=options.plug_in_s,
        to_s=min(stays_s, duration_s),
    )


def follow(
    world: World, wanted: Demand, recorder: Recorder, progress: Callable[[float], None]
) -> None:
    """Run the world to the end of *wanted*."""
    shortfall = recorder.shortfall
    leaving = False
    t_s = 0.0
    while t_s < wanted.duration_s:
        if t_s >= wanted.to_s and not leaving:
            leaving = True
            world.stop()
        if leaving:
            shortfall.refused = None
            _leave(world)
        elif t_s >= wanted.from_s:
            shortfall.look(t_s)
            shortfall.refused = _order(world, wanted.at(t_s))
        _announce(world, wanted, t_s)
        _show_grid(world, wanted, t_s)
        t_s = _next_s(wanted, t_s, waiting=leaving or shortfall.refused is not None)
        world.advance(seconds_to_ns(t_s), recorder.take)
        progress(t_s)


def _order(world: World, power_w: float) -> str | None:
    """Give the standing order; return why it was refused, after asking for nothing instead."""
    answer = world.command_power(power_w)
    if not answer.refused:
        return None
    world.command_power(0.0)
    first = answer.refused[0]
    return START if first in _NOT_YET else f"refused: {first.row.failing}"


def _announce(world: World, wanted: Demand, t_s: float) -> None:
    """Tell a vehicle that is to come, as a reservation would: with what its first minutes ask."""
    left_s = wanted.from_s - t_s
    if 0.0 < left_s <= PRECOOL_S:
        power_w = round(wanted.rms_w(wanted.from_s, AHEAD_S), 1)
        world.charger.supervisor.announced.announce(world.now_ns, power_w, left_s)


def _leave(world: World) -> None:
    """Take the plug out as soon as the bolt lets it go."""
    if not world.bay.vehicle.plugged:
        return
    try:
        world.act("unplug")
    except ActRefused:
        return


def _show_grid(world: World, wanted: Demand, t_s: float) -> None:
    """Let the charger's own grid show the frequency that the signal was measured on."""
    signal = wanted.signal
    if signal.kind is SignalKind.FREQUENCY:
        world.bay.grid.pushed_hz = signal.values[min(signal.rows - 1, int(t_s / signal.step_s))]


def _next_s(wanted: Demand, t_s: float, waiting: bool) -> float:
    """Return the next instant at which there is something to say."""
    step_s = wanted.signal.step_s
    ends = [float(wanted.duration_s), (math.floor(t_s / step_s + 1e-9) + 1) * step_s]
    ends += [edge_s for edge_s in (wanted.from_s, wanted.to_s) if edge_s > t_s]
    if waiting:
        ends.append(math.floor(t_s) + 1.0)
    return min(ends)
