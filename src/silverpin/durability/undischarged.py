"""The same use without its discharge, as a stream: what a price of discharging is told apart from.

The vehicle leaves with the same charge. Charging that only gives back what was discharged before is
taken out with the discharge, in ampere-hours, as late as it came: another day if need be. What was
charged ahead of a discharge cannot be told from charging for the road and stays, so a record that
ends with less in the vehicle than it began is priced a little too low; `owed_ah` says by how much.
Openings and breaks under a discharging current did not happen. Of a gap nobody knows: nothing flows
in it, as for the `meter`.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from silverpin.domain.contact_trace import PAUSE_S
from silverpin.durability.record import Break, Chunk, Happenings, following, part_of

if TYPE_CHECKING:
    from silverpin.durability.record import FloatArray


class Undischarged:
    """Follows a record chunk by chunk, one sample late: a sample holds until the next."""

    def __init__(self) -> None:
        self._owed_as = 0.0
        self._pending: Chunk | None = None

    @property
    def owed_ah(self) -> float:
        """Discharged and not charged again so far."""
        return self._owed_as / 3600.0

    def take(self, chunk: Chunk) -> Chunk:
        """Return the use that would have been, up to the last sample but one."""
        happenings = without_discharge(chunk.happenings)
        if not len(chunk.t_s):
            return replace(chunk, happenings=happenings)
        joined = chunk if self._pending is None else following(self._pending, chunk)
        self._pending = part_of(joined, slice(-1, None))
        kept_a = self._kept_a(joined.current_a[:-1], np.diff(joined.t_s))
        return replace(
            part_of(joined, slice(0, -1)),
            current_a=kept_a, temp_ntc_c=None, happenings=happenings, problems=chunk.problems,
        )  # fmt: skip

    def last(self) -> Chunk | None:
        """Return the sample that ends the record: its current holds for no time."""
        return None if self._pending is None else replace(self._pending, temp_ntc_c=None)

    def _kept_a(self, current_a: "FloatArray", held_s: "FloatArray") -> "FloatArray":
        """Return the charging that is left; what gives back in a part of a sample thins it."""
        flows_a = np.where(held_s < PAUSE_S, np.nan_to_num(current_a), 0.0)
        path = np.cumsum(-flows_a * held_s)
        # nobody owes less than nothing: the path is lifted by its deepest point so far
        owed_as = path - np.minimum(np.minimum.accumulate(path), -self._owed_as)
        before_as = np.concatenate([[self._owed_as], owed_as[:-1]])
        repaid_a = np.maximum(before_as - owed_as, 0.0) / held_s
        kept_a: FloatArray = np.where(np.isnan(current_a), np.nan, 0.0)
        charging = current_a > 0.0
        kept_a[charging] = np.maximum(current_a - repaid_a, 0.0)[charging]
        self._owed_as = float(owed_as[-1]) if len(owed_as) else self._owed_as
        return kept_a


def without_discharge(told: Happenings) -> Happenings:
    """Return what would have happened."""
    return replace(told, breaks=_charging(told.breaks), openings=_charging(told.openings))


def _charging(rows: tuple[Break, ...] | None) -> tuple[Break, ...] | None:
    if rows is None:
        return None
    return tuple(row for row in rows if not row.current_a < 0.0)
