"""A fleet's part in the answer of `silverpin life`: what it leaves of the record's connector."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from silverpin.drivers.duty_columns import DutyError
from silverpin.drivers.fleet_book import FleetBook
from silverpin.durability.endings import End, Foretold, RestsOn
from silverpin.durability.prognosis.answer import LEAST_FAILURES
from silverpin.durability.survival import own
from silverpin.durability.survival.assured import FleetBounds
from silverpin.durability.survival.roll import ASSURANCE

if TYPE_CHECKING:
    import numpy as np

    from silverpin.durability.study import Assessment

LEAST_CONNECTORS = 20
BOUND = ("share", "days", "capped", "failures", "tried", "reason")
"""What is told of a promise; null where nobody knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ByFleet:
    """What a fleet tells of one connector."""

    known: Mapping[End, Foretold]
    promise: own.Promise | None
    rests_on: tuple[str, ...]


def by_fleet(
    book: FleetBook, found: "Assessment", serial: str | None, rng: "np.random.Generator"
) -> ByFleet:
    """Return what the fleet leaves of the record's connector, used as in the record."""
    large_enough(book)
    row = book.row_of(serial)
    stands = _stands(book, row, found)
    use = own.use_of(found, stands)
    if use is None:
        nothing = f"{book.name} is not asked: the record has no session to tell the use by."
        return ByFleet(known={}, promise=None, rests_on=(nothing,))
    modes = own.every_mode(book.modes)
    bounds = FleetBounds(book.cohort, rng, own.believed(found, modes, use))
    assured = bounds.bounds(own.middle(use), stands.days, ASSURANCE)
    known = own.foretold(bounds, modes, use, stands.days, rng)
    return ByFleet(
        known=known,
        promise=own.promise(assured, 0, stands.days, ASSURANCE),
        rests_on=tuple(_sentences(book, serial, row, stands, known)),
    )


def large_enough(book: FleetBook) -> None:
    """Refuse a book that tells of hardly anybody."""
    if len(book.serials) < LEAST_CONNECTORS:
        raise DutyError(
            f"{book.name} has {len(book.serials)} connectors: a fleet is learned from at least "
            f"{LEAST_CONNECTORS}, those that live as well"
        )


def alive(book: FleetBook, row: int) -> None:
    """Refuse a connector of which nothing is left."""
    cohort = book.cohort
    if cohort.failed[row]:
        raise DutyError(
            f"{book.name}: {book.serials[row]} was ended by {book.modes[cohort.mode[row]].value} "
            f"after {cohort.days[row]:.0f} days: name one that lives"
        )


def _stands(book: FleetBook, row: int | None, found: "Assessment") -> own.Stands:
    days = found.exposure.span_h / 24.0
    if row is None:
        part = 0 if len(book.parts) == 1 else -1
        return own.Stands(site=0 if len(book.sites) == 1 else -1, part=part, days=days)
    alive(book, row)
    cohort = book.cohort
    return own.Stands(
        site=int(cohort.use.site[row]), part=int(cohort.use.part[row]),
        days=max(days, float(cohort.days[row])),
    )  # fmt: skip


def _sentences(
    book: FleetBook, serial: str | None, row: int | None, stands: own.Stands,
    known: Mapping[End, Foretold],
) -> Iterator[str]:  # fmt: skip
    cohort = book.cohort
    yield (
        f"What is left goes by {book.name}: {len(book.serials)} connectors, "
        f"{int(cohort.failed.sum())} of them failed."
    )
    if row is None:
        who = f"{serial} does not stand" if serial else "no --serial says which connector stands"
        yield (
            f"As {who} in it, the middle of its sites and parts is taken, and "
            f"{stands.days:.0f} days of age, those of the record."
        )
    few = [
        mode.value
        for mode, each in known.items()
        if each.rests_on is not RestsOn.FLEET and mode in book.modes
    ]
    if few:
        yield (f"Too few failures to tell by (fewer than {LEAST_FAILURES}): {', '.join(few)}.")


def bound(promise: own.Promise) -> dict[str, Any]:
    """Return a promise as an object; null where the fleet is too small for one."""
    left = promise.left_days
    told = (
        promise.assurance,
        None if left is None else round(left, 1),
        promise.capped,
        promise.failures,
        promise.tried,
        None if left is not None else _too_small(promise),
    )
    return dict(zip(BOUND, told, strict=True))


def _too_small(promise: own.Promise) -> str:
    return (
        f"too few connectors of the fleet were watched at that age ({promise.tried}) to promise "
        f"what {100.0 * promise.assurance:.0f} in 100 reach"
    )
