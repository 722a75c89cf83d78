"""`silverpin run`: a simulated charger follows a signal, and a folder tells how it went."""

import json
import random
import signal as posix_signal
import sys
import threading
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from silverpin.apps.exits import Exit
from silverpin.apps.plot.scale import clock
from silverpin.apps.plot.svg import day_svg
from silverpin.apps.run.folder import FolderRefused, FolderUnusable, check, staged
from silverpin.apps.run.follow import Demand, demand, follow
from silverpin.apps.run.options import HOURS, RunOptions, run_options
from silverpin.apps.run.progress import Progress
from silverpin.apps.run.record import Recorder
from silverpin.apps.run.summary import Result, event_lines, event_rows, summary
from silverpin.apps.run.words import plot_day, table
from silverpin.apps.world import World, WorldSetup
from silverpin.apps.world_acts import ActError
from silverpin.domain.grid_profiles import GRID_PROFILES
from silverpin.drivers.signal_demand import wanted_power_w
from silverpin.drivers.signal_synthetic import SYNTHETIC_REGD, synthetic_regd
from silverpin.drivers.signal_tables import SignalError
from silverpin.drivers.signals import Signal, read_signal

_TICK_NS = 100_000_000
_POWER_RATED_W = 22_000.0
_NOMINAL_HZ = 60.0
_HOUR_S = 3600.0
_INTERRUPTED = 128
"""A program that a signal ended leaves with this and the signal's number, as shells expect."""


class RunUsageError(ValueError):
    """Options that contradict each other; the message is a whole sentence."""


class Terminated(BaseException):
    """Somebody asked the process to end."""


_EXITS: tuple[tuple[type[BaseException], int], ...] = (
    (RunUsageError, Exit.USAGE),
    (ActError, Exit.USAGE),
    (SignalError, Exit.BAD_FILE),
    (FolderRefused, Exit.REFUSED),
    (FolderUnusable, Exit.BAD_FILE),
    (PermissionError, Exit.FORBIDDEN),
    (OSError, Exit.BAD_FILE),
    (KeyboardInterrupt, _INTERRUPTED + posix_signal.SIGINT),
    (Terminated, _INTERRUPTED + posix_signal.SIGTERM),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run as *argv* says and return the exit code."""
    options = run_options(argv)
    try:
        with _terminable():
            told = _run(options)
    except tuple(kind for kind, _ in _EXITS) as error:
        print(f"silverpin run: {_sentence(error, options)}", file=sys.stderr)
        return next(code for kind, code in _EXITS if isinstance(error, kind))
    print(json.dumps(told) if options.json else table(told, str(options.out)))
    return Exit.DONE


def _run(options: RunOptions) -> dict[str, Any]:
    check(options.out, options.force)
    signal, duration_s = _signal(options)
    wanted = demand(
        options, signal, wanted_power_w(signal, options.power_w, options.droop), duration_s
    )
    world = _world(options, wanted)
    with staged(options.out, options.force) as folder:
        result = _follow(options, wanted, world, folder)
        return _write(result, folder)


def _signal(options: RunOptions) -> tuple[Signal, int]:
    """Return the signal and how many whole seconds of it are followed."""
    asked_s = HOURS * _HOUR_S if options.hours is None else options.hours * _HOUR_S
    if options.signal == SYNTHETIC_REGD:
        rng = random.Random(f"{SYNTHETIC_REGD} {options.seed}")
        return synthetic_regd(rng, asked_s), round(asked_s)
    if options.signal.startswith("synthetic:"):
        raise SignalError(f"{options.signal!r} is unknown: the one there is is {SYNTHETIC_REGD}")
    signal = read_signal(Path(options.signal), options.asked)
    if options.hours is not None and asked_s > signal.duration_s + 1.0:
        raise SignalError(
            f"{signal.name} lasts {clock(signal.duration_s)} h, --hours {options.hours:g} is "
            "longer: ask for less"
        )
    return signal, max(1, int(min(asked_s, signal.duration_s) + 1e-6))


def _world(options: RunOptions, wanted: Demand) -> World:
    """Return the world before its first instant, with everything planned that will happen."""
    nominal_hz = wanted.signal.nominal_hz or options.asked.nominal_hz or _NOMINAL_HZ
    setup = WorldSetup(
        connector=options.connector,
        power_max_w=max(_POWER_RATED_W, options.power_w),
        ambient_c=options.ambient_c,
        battery_kwh=options.battery_kwh,
        state_of_charge=options.state_of_charge,
        profile=min(
            GRID_PROFILES, key=lambda name: abs(GRID_PROFILES[name].nominal_hz - nominal_hz)
        ),
        tick_ns=_TICK_NS,
        skip=options.skip,
        talks=options.talks,
        speaks=options.speaks,
        vehicle_phases=options.vehicle_phases,
    )
    world = World(options.seed, setup)
    if options.plug_in_s >= wanted.duration_s:
        raise RunUsageError(f"--plug-in is not before the end, {clock(wanted.duration_s)}")
    world.schedule(options.plug_in_s, "plug")
    for fault in options.faults:
        if fault.t_s >= wanted.duration_s:
            raise RunUsageError(
                f"--fault {fault.act} at {clock(fault.t_s)} is not before the end, "
                f"{clock(wanted.duration_s)}"
            )
        world.schedule(fault.t_s, fault.act, fault.value)
    return world


def _follow(options: RunOptions, wanted: Demand, world: World, folder: Path) -> Result:
    by_second: array[float] = wanted.by_second()
    progress = Progress(sys.stderr, wanted.duration_s)
    with (folder / "samples.parquet").open("wb") as sink:
        recorder = Recorder(sink, world, by_second)
        try:
            follow(world, wanted, recorder, progress.at)
        finally:
            progress.done()
        digest = recorder.close()
    world.charger.chronicle.energy(world.now_ns, world.charger.ports.meter.energy_ws(), force=True)
    world.tick()
    return Result(options=options, demand=wanted, world=world, recorder=recorder, digest=digest)


def _write(result: Result, folder: Path) -> dict[str, Any]:
    """Write what is not yet in the folder and return the summary."""
    told, rows = summary(result), event_rows(result.world.journal)
    texts = {
        "summary.json": json.dumps(told, indent=2, ensure_ascii=False) + "\n",
        "events.jsonl": "".join(event_lines(rows)),
        "plot.svg": day_svg(plot_day(told, rows, result.recorder.series, None)),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")

    return told


def _sentence(error: BaseException, options: RunOptions) -> str:
    if isinstance(error, KeyboardInterrupt | Terminated):
        return f"interrupted, {options.out} was not written"
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename or options.out}: {error.strerror}; {options.out} was not written"
    return str(error)


@contextmanager
def _terminable() -> Iterator[None]:
    """Turn a request to terminate into an exception, so that nothing half done stays behind."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def leave(number: int, frame: FrameType | None) -> None:
        raise Terminated

    before = posix_signal.signal(posix_signal.SIGTERM, leave)
    try:
        yield
    finally:
        posix_signal.signal(posix_signal.SIGTERM, before)
