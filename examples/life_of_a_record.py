"""Which part of a charging point ends first, and when: a year of sessions, day by day.

    python examples/life_of_a_record.py [FILE]

FILE is anything that `silverpin life` reads. Without one a year is made up: a commuter who charges
at home every night, and on weekends feeds the house in the evening.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from silverpin.drivers.duty_record import open_record
from silverpin.durability.life import HOURS_PER_YEAR, band
from silverpin.durability.parameters.connectors import WEAR_SETS
from silverpin.durability.record import Chunk
from silverpin.durability.study import Study
from silverpin.durability.upkeep import upkeep

STEP_S = 300.0


def year() -> Iterator[Chunk]:
    """Yield a year in chunks of a day; a record longer than memory goes in the same way."""
    seconds = np.arange(0.0, 86_400.0, STEP_S)
    hour = seconds / 3600.0
    for day in range(365):
        charging = np.where((hour >= 22.0) | (hour < 2.0), 16.0, 0.0)
        weekend = day % 7 >= 5
        house = np.where(weekend & (hour >= 17.0) & (hour < 20.0), -12.0, 0.0)
        season_c = 11.0 - 9.0 * np.cos(2.0 * np.pi * day / 365.0)
        yield Chunk(
            t_s=seconds + day * 86_400.0,
            current_a=charging + house,
            ambient_c=season_c + 4.0 * np.sin(2.0 * np.pi * (hour - 9.0) / 24.0),
            mated=(hour >= 16.5) | (hour < 7.5),
        )


def main(words: list[str]) -> None:
    """Read, reckon, say it."""
    study = Study(WEAR_SETS["type2-32a"])
    chunks = open_record([Path(word) for word in words]).chunks() if words else year()
    for chunk in chunks:
        study.take(chunk)
    found = study.assess(np.random.default_rng(1))
    for part, left in found.parts.items():
        low, middle, high = band(left.hours / HOURS_PER_YEAR)
        print(f"{part.value}: {middle:.0f} years left ({low:.0f} to {high:.0f})")
    for mechanism, taken in found.damage.items():
        _, middle, _ = band(taken.consumed)
        doubts = ", beyond its sources" if taken.extrapolated else ""
        print(f"  {mechanism.value}: {100.0 * middle:.3f} % consumed{doubts}")
    for work in upkeep(found):
        print(f"in {work.in_days:.0f} days: {work.what} ({work.reason})")


if __name__ == "__main__":
    main(sys.argv[1:])
