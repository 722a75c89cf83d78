"""A form that a person fills in: by questions on a terminal, by a file, or by options.

Every way reads an answer with the same `Entry`, so that a slip is said in the same words. What is
left out stays out: an entry that nobody answered is not in the answers.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from silverpin.domain.quantities import QuantityError, Unit, parse

Path = tuple[str, ...]
Answers = dict[Path, Any]
Asked = Callable[[str], str | None]
"""Puts a question and returns what was typed, None at the end of all input."""
BACK, SKIP, DONE = "back", "", "done"


class FormError(ValueError):
    """An answer that cannot be; the message says what would have been right."""


class FormLeft(Exception):
    """Whoever filled it in went away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing to answer."""

    path: Path
    """Its place in the file: the table's keys from the outside in."""
    question: str
    read: Callable[[str], Any]
    """Turns what was written into the value; raises `FormError`."""
    example: str
    needed: bool = False
    write: Callable[[Any], str] = str
    """Says the value as people read it."""

    @property
    def name(self) -> str:
        """The entry as a dotted name."""
        return ".".join(self.path)


def fill_in(
    entries: Sequence[Entry], answers: Mapping[Path, Any], asked: Asked, say: Callable[[str], None],
    before: Mapping[Path, Any] | None = None,
) -> Answers:  # fmt: skip
    """Ask for what *answers* lack, one by one; raises `FormLeft` when the input ends.

    "back" goes to the question before, an empty answer leaves out what may be left out or keeps
    what was answered *before*, and "done" leaves out all that is optional from here on.
    """
    filled = dict(answers) | dict(before or {})
    open_entries = [row for row in entries if row.path not in answers]
    at = 0
    while at < len(open_entries):
        row = open_entries[at]
        told = asked(_prompt(row, filled, at + 1, len(open_entries)))
        if told is None:
            raise FormLeft
        if told.lower() == BACK:
            at = max(0, at - 1)
        elif told.lower() == DONE:
            left = [row for row in open_entries[at:] if row.needed and row.path not in filled]
            open_entries = open_entries[:at] + left
        elif told == SKIP and (row.path in filled or not row.needed):
            at += 1
        else:
            at += _take(row, told, filled, say)
    return filled


def _take(row: Entry, told: str, filled: Answers, say: Callable[[str], None]) -> bool:
    try:
        if told == SKIP:
            raise FormError("this one is needed")
        filled[row.path] = row.read(told)
    except FormError as error:
        say(f"  {error}")
        return False
    return True


def _prompt(row: Entry, filled: Mapping[Path, Any], number: int, of: int) -> str:
    hint = row.example if row.needed else f"{row.example}, Enter to skip"
    if row.path in filled:
        hint = f"Enter keeps {row.write(filled[row.path])}"
    return f"{number}/{of} {row.question} ({hint}): "


def summary(entries: Sequence[Entry], answers: Mapping[Path, Any]) -> Iterator[tuple[str, str]]:
    """Yield what was answered, as it will be recorded, and how much was left out."""
    for row in entries:
        if row.path in answers:
            yield row.name, row.write(answers[row.path])
    left = sum(row.path not in answers for row in entries)
    if left:
        yield "not checked", f"{left} of {len(entries)}"


def missing(entries: Sequence[Entry], answers: Mapping[Path, Any]) -> list[Entry]:
    """Return the needed entries without an answer."""
    return [row for row in entries if row.needed and row.path not in answers]


# What an answer may be


def text(told: str) -> str:
    """Read a name."""
    if not told.strip():
        raise FormError("this one is needed")
    return told.strip()


def quantity(unit: Unit) -> Callable[[str], float]:
    """Return a reader of numbers with a unit; a bare number is one that somebody may misread."""

    def read(told: str) -> float:
        try:
            value = parse(told, unit)
        except QuantityError as error:
            raise FormError(str(error)) from None
        if told.strip()[-1:].isdigit():
            raise FormError(f"{told!r} has no unit: is it {told} {unit.value}? Then write so")
        return value

    return read


def one_of(*words: str) -> Callable[[str], str]:
    """Return a reader of one of *words*, of which a beginning is enough."""

    def read(told: str) -> str:
        fits = [word for word in words if told and word.startswith(told.strip().lower())]
        if len(fits) != 1:
            raise FormError(f"{told!r} is none of {', '.join(words)}")
        return fits[0]

    return read


def yes_or_no(told: str) -> bool:
    """Read a yes or a no."""
    return one_of("yes", "no")(told) == "yes"


def whole(low: int, high: int) -> Callable[[str], int]:
    """Return a reader of whole numbers within bounds."""

    def read(told: str) -> int:
        if not told.strip().isdecimal() or not low <= int(told) <= high:
            raise FormError(f"{told!r} is no number from {low} to {high}")
        return int(told)

    return read


def day(told: str) -> str:
    """Read a day; return it as ISO 8601."""
    try:
        return date.fromisoformat(told.strip()).isoformat()
    except ValueError:
        raise FormError(f"{told!r} is no day: write it like 2028-01-31") from None


def instant(told: str) -> str:
    """Read an instant with or without its zone, in which case it is this clock's."""
    try:
        return datetime.fromisoformat(told.strip()).astimezone().isoformat()
    except ValueError:
        raise FormError(f"{told!r} is no time: write it like 2026-11-22T14:30") from None
