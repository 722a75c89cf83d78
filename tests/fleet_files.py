"""Simulated fleets as operators' books: files that `silverpin life --fleet` reads."""

import csv
from pathlib import Path

import numpy as np

from silverpin.durability.survival.cohort import ALIVE, Cohort
from tests.survival_fleets import Fleet, Floats

WORDS = ("worn plating", "spring relaxation", "rough hands")


class Booked:
    """One simulated fleet: what its book says, and when its connectors truly end."""

    def __init__(self, seed: int, size: int) -> None:
        rng = np.random.default_rng(seed)
        fleet = Fleet.of(rng)
        use = fleet.connectors(rng, size)
        self.ends: Floats
        self.cohort: Cohort
        self.cohort, self.ends = fleet.watched_with_ends(rng, use)

    def write(self, path: Path) -> Path:
        """Write the book."""
        use, cohort = self.cohort.use, self.cohort
        with path.open("w", newline="", encoding="utf-8") as file:
            book = csv.writer(file)
            book.writerow(["serial", "site", "part", "matings_per_day", "mated_h_per_day", "days",
                           "watched_days", "ended_by"])  # fmt: skip
            for row in range(len(use)):
                mode = cohort.mode[row]
                book.writerow([
                    serial_of(row), f"site {use.site[row]}", f"part {use.part[row]}",
                    use.matings_per_day[row], use.mated_h_per_day[row], cohort.days[row],
                    cohort.watched_days[row], "" if mode == ALIVE else WORDS[mode],
                ])  # fmt: skip
        return path


def serial_of(row: int) -> str:
    return f"C{row:04d}"


def row_of(serial: str) -> int:
    return int(serial[1:])
