"""What was wrong in the input, told row by row as long as anybody would read it."""

from collections import Counter
from collections.abc import Iterable

from silverpin.durability.record import Problem

SHOWN_PER_KIND = 50
"""Rows told for one kind of problem in one column; the rest is a count at the end."""


class Problems:
    """Collects problems of one input in bounded memory."""

    def __init__(self, source: str = "") -> None:
        """Name the source in every problem, where there is more than one."""
        self._before = f"{source}: " if source else ""
        self._seen: Counter[tuple[str, str]] = Counter()
        self._new: list[Problem] = []

    def add(self, row: int | None, column: str, kind: str, what: str) -> None:
        """Tell a problem; those of one kind and column are counted together."""
        self.add_rows([row], column, kind, what)

    def add_rows(self, rows: Iterable[int | None], column: str, kind: str, what: str) -> None:
        """Tell the same problem of several rows."""
        for row in rows:
            self._seen[column, kind] += 1
            if self._seen[column, kind] <= SHOWN_PER_KIND:
                self._new.append(Problem(row, column, f"{self._before}{what}"))

    def taken(self) -> tuple[Problem, ...]:
        """Return what is new since this was last asked."""
        new, self._new = self._new, []
        return tuple(new)

    def rest(self) -> tuple[Problem, ...]:
        """Return how many more of each kind there were than were told."""
        return tuple(
            Problem(None, column, f"{self._before}{count - SHOWN_PER_KIND} more rows: {kind}")
            for (column, kind), count in self._seen.items()
            if count > SHOWN_PER_KIND
        )
