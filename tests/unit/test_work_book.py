"""What the journal has of the technician's work: which record counts, what is due since when."""

from collections.abc import Sequence
from typing import Any

import pytest

from silverpin.apps.daemon.wall import iso
from silverpin.apps.daemon.work_book import WorkBook, made_ns, passes, standing
from silverpin.domain.events import Event
from silverpin.domain.ledger import Ledger
from silverpin.domain.limits import LIMITS
from silverpin.domain.quantities import NS_PER_DAY
from silverpin.drivers.state_file import StateError
from silverpin.drivers.store import JournalRow
from tests.event_samples import sample

NOON_NS = 1_800_000_000_000_000_000
SERIAL = "SN-1"


class Pages:
    """A journal of rows that a test writes, or one that cannot be read."""

    def __init__(self) -> None:
        self.rows: list[JournalRow] = []
        self.torn = False

    def write(self, event: Event, days: float) -> JournalRow:
        utc_ns = NOON_NS + round(days * NS_PER_DAY)
        row = JournalRow(len(self.rows) + 1, utc_ns, "boot", SERIAL, event)
        self.rows.append(row)
        return row

    def inspected(self, days: float, verdict: str = "passed", **fields: Any) -> JournalRow:
        return self.write(sample("inspected", verdict=verdict, **fields), days)

    def of_kinds(
        self, kinds: Sequence[str], limit: int, *, serial: str | None = None, after: int = 0
    ) -> list[JournalRow]:
        if self.torn:
            raise StateError("torn")
        return [row for row in self.rows if row.event.kind in kinds and row.id > after][::-1][
            :limit
        ]

    def first_utc_ns(self, serial: str, not_before_ns: int = 0) -> int | None:
        known = (row.utc_ns for row in self.rows)
        return next((utc_ns for utc_ns in known if utc_ns >= not_before_ns), None)


@pytest.fixture
def pages() -> Pages:
    return Pages()


@pytest.fixture
def book(pages: Pages) -> WorkBook:
    return WorkBook(pages, ("DC+", "DC-"), LIMITS)


def facts(book: WorkBook, **counts: Any) -> Any:
    return book.facts(NOON_NS, Ledger(serial=SERIAL, **counts), discharge_barred=False)


def test_a_corrected_record_no_longer_counts(pages: Pages) -> None:
    first = pages.inspected(0)
    second = pages.inspected(1, "failed", corrects=first.id)
    assert standing(pages.rows[::-1]) == [second]
    third = pages.inspected(2, corrects=second.id)
    assert standing(pages.rows[::-1]) == [third]


def test_what_was_measured_earlier_and_recorded_later_is_the_older_one(pages: Pages) -> None:
    today = pages.inspected(0)
    on_paper = pages.inspected(1, measured=iso(NOON_NS - 30 * NS_PER_DAY))
    assert standing(pages.rows[::-1]) == [today, on_paper]


def test_a_clock_that_ran_ahead_makes_no_record_the_newest_for_ever(pages: Pages) -> None:
    ahead = pages.inspected(3650, "failed")
    mended = pages.inspected(1)
    assert standing(pages.rows[::-1]) == [mended, ahead]


def test_a_record_of_an_older_program_counts_by_its_word(pages: Pages) -> None:
    row = pages.inspected(0)
    assert made_ns(row) == row.utc_ns
    assert passes(row)
    assert not passes(pages.inspected(0, "ok"))


@pytest.mark.verifies("CON-2")
def test_a_cleaning_is_due_since_the_mating_that_made_it_so(pages: Pages, book: WorkBook) -> None:
    for number in range(503):
        pages.write(sample("mated"), number / 1000)
    assert facts(book, matings_since_cleaning=503).cleaning_due_ns == pages.rows[499].utc_ns
    book.see("mated")
    assert facts(book, matings_since_cleaning=499).cleaning_due_ns is None
    book.see("mated")
    assert facts(book, matings_since_cleaning=9_000).cleaning_due_ns is None


def test_load_breaks_count_from_the_last_inspection_that_passed(
    pages: Pages, book: WorkBook
) -> None:
    for day in range(4):
        pages.write(sample("load_break"), day)
    pages.inspected(4)
    for day in range(5, 20):
        pages.write(sample("load_break"), day)
    pages.inspected(20, "failed")
    told = facts(book)
    assert told.load_breaks == 15
    assert told.load_breaks_due_ns == NOON_NS + 14 * NS_PER_DAY


def test_heat_is_the_last_thermal_latch(pages: Pages, book: WorkBook) -> None:
    pages.write(sample("fault_raised", code="ERR_THERM_OVERLOAD"), 1)
    last = pages.write(sample("fault_raised", code="ERR_THERM_OVERLOAD"), 2)
    pages.write(sample("fault_raised", code="ERR_LOCK_FAIL"), 3)
    assert facts(book).heat_ns == last.utc_ns


def test_a_first_day_of_1970_is_none(pages: Pages, book: WorkBook) -> None:
    pages.write(sample("started"), -20_800)
    assert facts(book).first_ns is None


def test_a_disk_that_cannot_be_read_leaves_what_was_known(pages: Pages, book: WorkBook) -> None:
    pages.inspected(0, "failed")
    assert not facts(book).inspection.passes
    pages.torn = True
    book.see("inspected")
    assert not facts(book).inspection.passes
    pages.torn = False
    pages.inspected(1)
    assert facts(book).inspection.passes
