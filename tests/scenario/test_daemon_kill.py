"""A daemon killed at random points of a busy day, and started again on the same state.

What a status had counted is never lost and never counted twice: the ledger is what the journal
counts, plugs go in and out in turns, and what was latched when the disk last wrote is latched when
the next daemon wakes up.
"""

import random
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import pytest

from silverpin.apps.daemon.memory import recall
from silverpin.apps.daemon.wall import Wall
from silverpin.domain.events import EVENTS
from silverpin.drivers.store import JournalRow, Store
from tests.daemon_process import BIN, Daemon, Home, Status, a_home, running

SEED = 20_261_122
SERIAL = "SIM-0001"
SPEED = "50"
ROUNDED = {"mated_hours": 5e-4, "charged_kwh": 5e-5, "discharged_kwh": 5e-5}
"""By how much a status may round up."""
INSPECTION = {"pins": {"DC+": 3e-4, "DC-": 3e-4}, "instrument": "i", "technician": "t",
              "certificate": "c"}  # fmt: skip


@pytest.fixture
def home() -> Iterator[Home]:
    with a_home() as made:
        yield made


@dataclass
class Seen:
    """The most that any status has shown."""

    counts: dict[str, float] = field(default_factory=dict)

    def look(self, status: Status) -> None:
        counts = {**status["counts"], "mated_hours": status["mated_hours"]}
        counts |= {f"{name}_kwh": value for name, value in status["energy_kwh"].items()}
        counts.pop("matings_to_cleaning")
        back = {n: (was, counts[n]) for n, was in self.counts.items() if counts[n] < was}
        assert back == {}, "a count went back"
        self.counts = counts


class Person:
    """Plugs, drives, overheats, repairs and unplugs, by chance."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng

    def step(self, daemon: Daemon, status: Status) -> None:
        if not status["plugged"]:
            daemon.act("plug")
        elif status["faults"]:
            self._repair(daemon)
        elif self._rng.random() < 0.3:
            self._meddle(daemon)

    def _meddle(self, daemon: Daemon) -> None:
        does = self._rng.choices(("out", "in", "stop", "unplug", "heat", "estop"),
                                 (8, 8, 2, 3, 1, 1))[0]  # fmt: skip
        if does in ("out", "in"):
            power_w = self._rng.choice((3e3, 15e3)) * (-1 if does == "out" else 1)
            daemon.ask("set", mode="V2X", power_w=power_w)
        elif does == "stop":
            daemon.ask("stop")
        elif does == "unplug":
            daemon.ask("stop")
            daemon.act("unplug")
        elif does == "heat":
            daemon.act("heat-pin", "DC+=trip")
        else:
            daemon.act("estop")

    def _repair(self, daemon: Daemon) -> None:
        for pin in ("DC+", "DC-"):
            daemon.act("heat-pin", f"{pin}=45")
        daemon.act("healthy")
        if daemon.ask("reset").exit == 0 and self._rng.random() < 0.5:
            daemon.ask("inspect", **INSPECTION)


def a_busy_day(home: Home, rng: random.Random, seen: Seen, latched: set[str] | None) -> None:
    """Live until killed; *latched* is what the disk remembers, None where nobody looked."""
    options = (
        "--pilot-only",
        "--speed",
        SPEED,
        "--seed",
        str(rng.getrandbits(16)),
        "--grid-watched",
        "1h",
    )
    with running(home, *options) as daemon:
        person, end = Person(rng), time.monotonic() + rng.uniform(0.02, 0.8)
        status = daemon.status()
        if latched is not None:
            assert {fault["code"] for fault in status["faults"]} == latched
            assert status["power_w"] == 0.0
            assert not status["contactor"]["commanded"], "no power by itself"
        if not status["faults"] and rng.random() < 0.4:
            status = turn_round(daemon)
        while time.monotonic() < end:
            seen.look(status)
            person.step(daemon, status)
            daemon.tick()
            status = daemon.status()
        seen.look(status)
        daemon.kill()


def turn_round(daemon: Daemon) -> Status:
    """Feed the grid as soon as it was watched for long enough, then take from it."""
    daemon.act("plug")
    daemon.until(lambda s: s["plugged"] and s["grid"]["ok"], "the grid was watched")
    for power_w in (-15e3, 15e3):
        if daemon.ask("set", mode="V2X", power_w=power_w).exit == 0:
            daemon.until(flowing(power_w), "flowing")
    return daemon.status()


def flowing(wanted_w: float) -> Callable[[Status], bool]:
    return lambda s: bool(s["faults"]) or (s["power_w"] or 0.0) * wanted_w > 1e7


def die_while_starting(home: Home, rng: random.Random) -> None:
    words = [
        str(BIN / "evse-control-daemon"),
        "--simulate",
        "--pilot-only",
        "--port",
        "0",
        "--speed",
        SPEED,
    ]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(words, env=home.environment, stdout=quiet, stderr=quiet) as daemon:
        try:
            daemon.wait(rng.uniform(0.1, 0.4))
        except subprocess.TimeoutExpired:
            daemon.send_signal(signal.SIGKILL)
    assert daemon.returncode == -signal.SIGKILL


def check_disk(home: Home, seen: Seen) -> set[str]:
    """Return what is latched on the disk, after everything there was counted again."""
    with closing(Store.open(home.state, SERIAL)) as store:
        ledger, rows = store.ledger(SERIAL), list(reversed(store.events(10**6)))
        assert ledger == store.recount(SERIAL)
        assert [row.id for row in rows] == list(range(1, len(rows) + 1))
        for name, shown in seen.counts.items():
            kept = ledger.mated_s / 3600.0 if name == "mated_hours" else getattr(ledger, name)
            assert kept >= shown - ROUNDED.get(name, 0.0), f"{name} was shown and is not kept"
        for counter in ("matings", "reversals", "contactor_operations", "lock_operations"):
            kinds = {row.kind for row in EVENTS.values() if counter in row.counts}
            assert getattr(ledger, counter) == sum(row.event.kind in kinds for row in rows)
        plugs = [row.event.kind for row in rows if row.event.kind in ("mated", "unmated")]
        assert plugs == ["mated", "unmated"] * (len(plugs) // 2) + ["mated"] * (len(plugs) % 2)
        memory = recall(store.safety(), Wall(0))
        latched, due = latched_by(rows)
        assert set(memory.latches) == latched, "events and memory go in one transaction"
        assert memory.inspection_due == due
        return latched


def latched_by(rows: list[JournalRow]) -> tuple[set[str], bool]:
    """Return what the journal says is latched, and whether an inspection is due."""
    latched: set[str] = set()
    due = False
    for row in rows:
        fields: dict[str, Any] = dict(row.event.fields)
        match row.event.kind:
            case "fault_raised":
                latched.add(fields["code"])
            case "fault_cleared":
                latched.remove(fields["code"])
            case "thermal_trip":
                due = True
            case "inspected":
                due = due and fields["verdict"] != "passed"
    return latched, due


@pytest.mark.verifies("THM-3", "PWR-1")
@pytest.mark.parametrize("kills", [5, pytest.param(36, marks=pytest.mark.long)])
def test_nothing_counted_is_lost_or_doubled(home: Home, kills: int) -> None:
    rng, seen = random.Random(SEED + kills), Seen()
    a_busy_day(home, rng, seen, None)
    for _ in range(kills - 1):
        latched = check_disk(home, seen)
        if rng.random() < 0.2:
            die_while_starting(home, rng)
            latched = check_disk(home, seen)
        a_busy_day(home, rng, seen, latched)
    check_disk(home, seen)
    assert seen.counts["matings"] > 0
    assert seen.counts["reversals"] > 0
    assert seen.counts["contactor_operations"] > 0
