"""Many legs at once, one process a core, handed back in the order of their seeds.

The order makes a tally that ends with a seed: all before it were walked. Processes are spawned, not
forked, so that each has exactly what its seed says.
"""

import os
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import count
from multiprocessing import get_context
from typing import NamedTuple

from silverpin.apps.walk.leg import Walked, walk
from silverpin.apps.walk.setup import LEG_TICKS

_AHEAD = 2
"""Legs in work for each process, so that none waits for another."""


class Timed(NamedTuple):
    """A leg and how long its process took."""

    walked: Walked
    took_s: float


def timed(seed: int, ticks: int = LEG_TICKS) -> Timed:
    """Walk the leg of *seed* and time it."""
    began_s = time.process_time()
    walked = walk(seed, ticks)
    return Timed(walked, time.process_time() - began_s)


def legs(first_seed: int, jobs: int, goes_on: Callable[[int], bool]) -> Iterator[Timed]:
    """Yield leg after leg from *first_seed* as long as *goes_on* wants one more, given how many."""
    seeds = count(first_seed)
    if jobs == 1:
        begun = 0
        while goes_on(begun):
            begun += 1
            yield timed(next(seeds))
        return
    with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
        yield from _ahead(pool, seeds, jobs, goes_on)


def _ahead(
    pool: ProcessPoolExecutor, seeds: Iterator[int], jobs: int, goes_on: Callable[[int], bool]
) -> Iterator[Timed]:
    waiting: deque[Future[Timed]] = deque()
    begun = 0
    try:
        while True:
            while len(waiting) < jobs * _AHEAD and goes_on(begun):
                waiting.append(pool.submit(timed, next(seeds)))
                begun += 1
            if not waiting:
                return
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()


def cores() -> int:
    """Return how many processes this one may run at once."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
