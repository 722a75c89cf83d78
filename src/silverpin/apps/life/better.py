"""What is known of one connector beyond what its use takes of its kind: its fleet, its state."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from silverpin.apps.life.fleet import by_fleet

if TYPE_CHECKING:
    from silverpin.drivers.fleet_book import FleetBook
    from silverpin.durability.endings import End, Foretold
    from silverpin.durability.study import Assessment
    from silverpin.durability.survival.own import Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class Better:
    """What stands in the place of the damage, and what it rests on."""

    known: "Mapping[End, Foretold]"
    promise: "Promise | None"
    rests_on: tuple[str, ...]


def known_better(
    found: "Assessment", book: "FleetBook | None", serial: str | None, seed: int
) -> Better:
    """Return what a fleet and a state tell; nothing where there is neither."""
    rng = np.random.default_rng([seed, _FLEET])
    if book is None:
        return Better(known={}, promise=None, rests_on=())
    told = by_fleet(book, found, serial, rng)
    return Better(known=told.known, promise=told.promise, rests_on=told.rests_on)


_FLEET = 1
"""So that an answer without a fleet has the chance that it always had."""
