"""Connectors in the field: how long each was watched, how it was used, and what ended it, if any.

Age has two clocks beside the calendar, matings and mated hours; both run at rates that differ from
connector to connector, so a fleet can tell by which of them a failure comes.
"""

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from silverpin.durability.record import FloatArray

Whole = NDArray[np.int64]
ALIVE = -1
"""The mode of a connector that was not seen to fail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """How connectors are used and where they stand, a row each."""

    matings_per_day: "FloatArray"
    mated_h_per_day: "FloatArray"
    site: Whole
    """Number of the site; one that the fleet does not have stands at the middle of all."""
    part: Whole
    """Number of the kind of part."""

    def __post_init__(self) -> None:
        rows = {len(getattr(self, row.name)) for row in fields(self)}
        if len(rows) != 1:
            raise ValueError(f"every column of a use needs as many rows, not {sorted(rows)}")
        for name, rate in (("matings", self.matings_per_day), ("hours", self.mated_h_per_day)):
            if not (np.isfinite(rate) & (rate > 0.0)).all():
                raise ValueError(f"{name} a day must be above 0: leave out what was never used")

    def __len__(self) -> int:
        return len(self.site)

    @property
    def log_h_per_mating(self) -> "FloatArray":
        """Return how long a plug stays in, as a logarithm."""
        logs: FloatArray = np.log(self.mated_h_per_day / self.matings_per_day)
        return logs

    def only(self, rows: NDArray[np.bool_]) -> "Use":
        """Return some of the connectors."""
        return Use(**{row.name: getattr(self, row.name)[rows] for row in fields(self)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """A fleet on the day on which it is looked at."""

    use: Use
    days: "FloatArray"
    """Age at the failure, or today's."""
    watched_days: "FloatArray"
    """From the installation to today, for those that failed as well."""
    mode: Whole
    """What ended it, from 0; `ALIVE` for most."""

    def __post_init__(self) -> None:
        rows = len(self.use)
        if {rows} != {len(self.days), len(self.watched_days), len(self.mode)}:
            raise ValueError("days, watched days and mode need a row for each connector")
        if not ((self.days > 0.0) & (self.days <= self.watched_days)).all():
            raise ValueError("a connector's days must be above 0 and no more than were watched")
        if not np.array_equal(self.days[~self.failed], self.watched_days[~self.failed]):
            raise ValueError("a connector that lives is as old as it was watched")

    @property
    def failed(self) -> NDArray[np.bool_]:
        """Return which of them failed."""
        failed: NDArray[np.bool_] = self.mode != ALIVE
        return failed

    @property
    def modes(self) -> tuple[int, ...]:
        """Every mode that was seen."""
        return tuple(int(mode) for mode in np.unique(self.mode[self.failed]))

    def only(self, rows: NDArray[np.bool_]) -> "Cohort":
        """Return some of the connectors."""
        return Cohort(
            use=self.use.only(rows), days=self.days[rows],
            watched_days=self.watched_days[rows], mode=self.mode[rows],
        )  # fmt: skip
