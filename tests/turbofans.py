"""Aircraft engines run to failure (NASA C-MAPSS FD001), and what is read from them.

A. Saxena, K. Goebel, D. Simon, N. Eklund, Damage propagation modeling for aircraft engine
run-to-failure simulation, PHM08. Nobody here chose how they wear.
"""

import gzip
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[Any]
NEW_CYCLES = 125.0
"""Before so many cycles from the end nothing shows; the usual cap of this data set."""
LOOK_CYCLES = 30
_DEAD = (0, 4, 5, 9, 15, 17, 18)
"""Sensors that do not move in FD001."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """What one sees of engines at moments of their lives: a row a look."""

    engine: Floats
    features: Floats
    """Mean of each living sensor over the last cycles, then its trend, then the age."""
    left: Floats
    """Cycles to the failure."""


def read(folder: Path, name: str) -> Floats:
    with gzip.open(folder / f"{name}_FD001.txt.gz") as file:
        return np.loadtxt(file)


def training(folder: Path, each: int, rng: np.random.Generator) -> Looks:
    """Look at every engine some times before its failure."""
    table = read(folder, "train")
    looks = []
    for engine in np.unique(table[:, 0]):
        rows = table[table[:, 0] == engine]
        lengths = rng.integers(LOOK_CYCLES, len(rows), each)
        looks += [(engine, seen(rows[:length]), len(rows) - length) for length in lengths]
    return _looks(looks)


def unseen(folder: Path) -> Looks:
    """Look at every test engine where its record ends."""
    table, left = read(folder, "test"), read(folder, "RUL")
    engines = np.unique(table[:, 0])
    return _looks([
        (engine, seen(table[table[:, 0] == engine]), cycles)
        for engine, cycles in zip(engines, left, strict=True)
    ])  # fmt: skip


def seen(rows: Floats) -> Floats:
    sensors = np.delete(rows[-LOOK_CYCLES:, 5:], _DEAD, axis=1)
    third = LOOK_CYCLES // 3
    late = sensors[-third:].mean(axis=0)
    return np.concatenate([late, late - sensors[:third].mean(axis=0), [float(len(rows))]])


def _looks(rows: list[tuple[Any, Floats, Any]]) -> Looks:
    engine, features, left = zip(*rows, strict=True)
    return Looks(engine=np.array(engine), features=np.array(features), left=np.array(left, float))
