"""Trials of the sensors' judge on specimens as they may come: who is found, after how long.

`python -m tests.sensor_trials [SEEDS]` prints the table of docs/sensors.md.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from math import inf
from random import Random
from statistics import median

from silverpin.domain.connectors import CONNECTOR_SETS, ConnectorSet
from tests.sensor_nuisances import (
    Duty,
    Frozen,
    Lie,
    Specimen,
    any_duty,
    bypassed,
    constant,
    drifting,
    regulation,
    scaled,
    sessions,
)

HOURS = 24.0
_RESTED_H = 2.0
_BROKEN_H = 0.5


@dataclass(frozen=True, slots=True)
class Fault:
    """A way to lie, from a second on; in a room where that is named, else in any weather."""

    name: str
    lie: Callable[[float], Lie]
    room_c: float | None = None


FAULTS = (
    Fault("10 kΩ dummy", lambda at_s: bypassed),
    Fault("10 kΩ dummy, 25 °C room", lambda at_s: bypassed, 25.0),
    Fault("frozen", Frozen),
    Fault("drift +2 K/h", partial(drifting, 2.0)),
    Fault("drift -2 K/h", partial(drifting, -2.0)),
    Fault("shows a tenth", lambda at_s: scaled(0.1)),
    Fault("shows a third", lambda at_s: scaled(1 / 3)),
    Fault("shows the triple", lambda at_s: scaled(3.0)),
)


def duties(kind: ConnectorSet) -> dict[str, Duty]:
    """Return what a charger of this kind may be doing, by name."""
    currents = {a: a / kind.rating_a for a in (6.0, 16.0, 32.0, kind.rating_a / 2, kind.rating_a)}
    return {
        "idle": constant(0.0),
        **{f"{a:g} A": constant(share) for a, share in sorted(currents.items())},
        "rating, 2 h on 6 h off": sessions(1.0, 7200.0, 21600.0),
        "regulation": regulation(1, 1.0),
    }


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one trial ended."""

    found_s: float
    """From the start of the duty; infinity is never."""
    wrong: bool
    """Only healthy sensors were doubted."""
    cause: str


def trial(kind: ConnectorSet, seed: int, fault: Fault, duty: Duty) -> Outcome:
    """Rest, break the first pin's sensor, rest a little more, and take up the duty."""
    specimen = Specimen(kind, seed, room_c=fault.room_c)
    specimen.run(_RESTED_H, constant(0.0))
    specimen.lies[0] = fault.lie(specimen.at_s)
    specimen.run(_BROKEN_H, constant(0.0))
    begun_s = specimen.at_s
    at_s = specimen.run(HOURS, lambda s: duty(s - begun_s), until_doubted=True)
    doubted = specimen.judge.doubted
    cause = doubted[0].doubt.name if 0 in doubted else ""
    return Outcome(at_s - begun_s if cause else inf, bool(doubted) and not cause, cause)


def healthy_days(kind: ConnectorSet, seed: int, hours: float) -> Specimen:
    """Run a healthy specimen through any duty, with restarts; return it at its first doubt."""
    specimen, chance = Specimen(kind, seed), Random(seed + 1_000_003)
    duty = any_duty(chance)
    while hours > 0.0 and not specimen.judge.doubted:
        part_h = min(hours, chance.uniform(2.0, 30.0))
        hours -= part_h
        specimen.run(part_h, duty, until_doubted=True)
        if not specimen.judge.doubted and chance.random() < 0.6:
            specimen.restart()
    return specimen


@dataclass(frozen=True, slots=True)
class Row:
    """One cell of the table: how many of how many seeds, and the median of those found."""

    connector: str
    fault: str
    duty: str
    found: int
    seeds: int
    median_min: float
    wrong: int


def rows(seeds: int, connectors: tuple[str, ...] = tuple(CONNECTOR_SETS)) -> Iterator[Row]:
    """Yield the whole table."""
    for name in connectors:
        kind = CONNECTOR_SETS[name]
        for fault in FAULTS:
            for words, duty in duties(kind).items():
                ends = [trial(kind, seed, fault, duty) for seed in range(seeds)]
                found_s = [row.found_s for row in ends if row.found_s < inf]
                median_min = median(found_s) / 60.0 if found_s else inf
                wrong = sum(row.wrong for row in ends)
                yield Row(name, fault.name, words, len(found_s), seeds, median_min, wrong)


def table(told: list[Row]) -> Iterator[str]:
    """Yield one table of Markdown a connector: faults down, duties across."""
    for name in dict.fromkeys(row.connector for row in told):
        ours = [row for row in told if row.connector == name]
        words = list(dict.fromkeys(row.duty for row in ours))
        yield f"\n**{name}**\n"
        yield f"| | {' | '.join(words)} |"
        yield f"| --- |{' --- |' * len(words)}"
        for fault in dict.fromkeys(row.fault for row in ours):
            cells = (cell(row) for row in ours if row.fault == fault)
            yield f"| {fault} | {' | '.join(cells)} |"


def cell(row: Row) -> str:
    """Return the words of one cell."""
    if not row.found:
        return "not"
    share = "" if row.found == row.seeds else f"{100 * row.found / row.seeds:.0f} % "
    minutes = row.median_min
    return f"{share}{minutes:.0f} min" if minutes < 100 else f"{share}{minutes / 60:.0f} h"


if __name__ == "__main__":
    measured = list(rows(int(sys.argv[1]) if len(sys.argv) > 1 else 20))
    print("\n".join(table(measured)))
    print(f"\n{sum(row.wrong for row in measured)} healthy sensors doubted alone")
