"""Connectors whose contacts age to their end, as the records of their sessions show it.

Heat is the plant's of `resistance_plant`, ageing is that of `wear_plants`: neither is known to the
estimator. Each session is an hour at the rated current; between them nothing flows.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from silverpin.durability.record import Chunk
from tests.resistance_plant import Fleet, Floats, Make, Seen, steady
from tests.wear_plants import contact

DAY_S = 86_400.0
MEDIAN_LIFE_DAYS = 900.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Aged:
    """One connector's record until some share of its life, and what is then left."""

    chunks: tuple[Chunk, ...]
    left_days: float
    """From the end of the record, used on like that, to twice the first resistance."""


def aged(make: Make, count: int, sessions: int, seed: int, share: float = 0.5) -> Iterator[Aged]:
    """Yield connectors at a *share* of their lives, with so many sessions behind them."""
    rng = np.random.default_rng(seed)
    fleet = Fleet(make, count, rng)
    new = fleet.contact_ohm.copy()
    ways = [contact(rng) for _ in range(count)]
    ends = np.array([float(np.interp(2.0, ratio, clock)) for clock, ratio in ways])
    life_days = MEDIAN_LIFE_DAYS * ends / np.median(ends)
    shares = share * np.arange(1, sessions + 1) / sessions
    seen = []
    for at in shares:
        grown = [np.interp(at * end, clock, ratio)
                 for (clock, ratio), end in zip(ways, ends, strict=True)]  # fmt: skip
        fleet.contact_ohm = new * np.array(grown)
        seen.append(fleet.session(steady(make)))
    for place in range(count):
        days = shares * life_days[place]
        yield Aged(
            chunks=tuple(chunk_of(row, place, at) for row, at in zip(seen, days, strict=True)),
            left_days=float(life_days[place] - days[-1]),
        )


def chunk_of(seen: Seen, place: int, ends_at_days: float) -> Chunk:
    """Return a session that ends on a day, with a sample at rest behind it."""
    rest_s = seen.t_s[-1] + 10.0
    t_s: Floats = ends_at_days * DAY_S - rest_s + np.append(seen.t_s, rest_s)
    return Chunk(
        t_s=t_s, current_a=np.append(seen.current_a[place], 0.0),
        temp_ntc_c=np.append(seen.ntc_c[place], np.nan),
        ambient_c=np.append(seen.ambient_c[place], np.nan),
    )  # fmt: skip
