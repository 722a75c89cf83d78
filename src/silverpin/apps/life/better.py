"""What is known of one connector beyond what its use takes of its kind: its state, its fleet."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from silverpin.apps.life.fleet import by_fleet
from silverpin.domain.limits import contact_limit_ohm
from silverpin.durability.endings import CONTACT, End, Foretold
from silverpin.durability.prognosis.contact_state import WORN_OUT, contact_left
from silverpin.durability.prognosis.track import LEAST_READINGS

if TYPE_CHECKING:
    from silverpin.drivers.fleet_book import FleetBook
    from silverpin.durability.resistance.follow import Found
    from silverpin.durability.study import Assessment
    from silverpin.durability.survival.own import Promise

_NOT_YET = (
    "The contact resistance was read, but does not tell yet how fast the contact ages: what is "
    "left of it goes by its kind. A longer record will tell."
)
_BY_FLEET, _BY_STATE = 1, 2
"""Chances of their own, so that what goes by its kind is the same with and without them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Better:
    """What stands in the place of the damage, and what it rests on."""

    known: Mapping[End, Foretold]
    promise: "Promise | None"
    rests_on: tuple[str, ...]


def known_better(
    found: "Assessment", resistance: "Found", book: "FleetBook | None", serial: str | None,
    seed: int,
) -> Better:  # fmt: skip
    """Return what its state and its fleet tell; a state that was read leads."""
    known, rests_on = _by_state(found, resistance, np.random.default_rng([seed, _BY_STATE]))
    if book is None:
        return Better(known=known, promise=None, rests_on=rests_on)
    told = by_fleet(book, found, serial, np.random.default_rng([seed, _BY_FLEET]))
    shown = {row for each in known.values() for row in each.covers}
    fleet = {end: each for end, each in told.known.items() if end not in shown}
    return Better(
        known={**fleet, **known}, promise=told.promise, rests_on=(*rests_on, *told.rests_on)
    )


def _by_state(
    found: "Assessment", resistance: "Found", rng: np.random.Generator
) -> tuple[dict[End, Foretold], tuple[str, ...]]:
    """Return what is left of the contact by its own resistance, where its sessions tell."""
    own = resistance.own
    if own is None or not own.values:
        return {}, ()
    if len(own.values) < LEAST_READINGS:
        few = (
            f"{len(own.values)} sessions told the contact resistance: what is left of the contact "
            f"goes by its kind until {LEAST_READINGS} did."
        )
        return {}, (few,)
    most_ohm = contact_limit_ohm(found.wear_set.rated_a) if resistance.kind.bench_runs else None
    state = contact_left(own, found, most_ohm, rng)
    if state is None:
        return {}, (_NOT_YET,)
    return {CONTACT: state}, tuple(_sentences(resistance, len(own.values), most_ohm))


def _sentences(resistance: "Found", readings: int, most_ohm: float | None) -> Iterator[str]:
    limit = "" if most_ohm is None else f", or at {1e3 * most_ohm:.2f} mΩ if that comes first"
    yield (
        f"What is left of the contact goes by its own resistance, read in {readings} sessions; it "
        f"ends at {WORN_OUT:g} times the first one{limit}."
    )
    if resistance.alarms:
        yield (
            "An alarm told of a rise: what is left of the contact holds only if an inspection "
            "finds the pins in order."
        )
