"""What is left of one connector until the first mode ends it, and what that answer rests on.

A mode whose state was read goes by the state; every other goes by the fleet, for a connector of
this use and age. Where neither says anything the answer is unknown, and so it is where its band
would be too wide to plan by.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from silverpin.durability.endings import RestsOn
from silverpin.durability.life import Band, band

if TYPE_CHECKING:
    from silverpin.durability.record import FloatArray
    from silverpin.durability.survival.cohort import Use
    from silverpin.durability.survival.competing import FleetLaw
    from silverpin.durability.survival.mode_law import ModeLaw

DRAWS = 3000
LEAST_FAILURES = 5
"""With fewer seen, a mode goes by what was believed of it."""
WIDEST = 50.0
"""A 95th percentile of so many times the 5th is no answer."""
_LONGEST_DAYS = 60.0 * 365.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Prognosis:
    """What is left, in days."""

    days: Band | None
    """None for unknown; at most 60 years."""
    rests_on: Mapping[int, RestsOn]
    first: Mapping[int, float]
    """Share of the ways ahead that each mode ends first."""
    unknown: str = ""
    """Why nothing is said."""

    @property
    def dominant(self) -> int | None:
        """The mode that most often comes first."""
        return max(self.first, key=lambda mode: self.first[mode]) if self.first else None


def foretell(
    use: "Use", alive_at_days: float, law: "FleetLaw | None",
    states: "Mapping[int, FloatArray]", rng: np.random.Generator,
) -> Prognosis:  # fmt: skip
    """Return what is left of one connector; *states* are draws of days left by modes read."""
    if len(use) != 1:
        raise ValueError(f"one connector is foretold at a time, not {len(use)}")
    modes = {} if law is None else dict(law.modes)
    rows = {mode: rng.choice(days, DRAWS) for mode, days in states.items()}
    for mode, each in modes.items():
        if mode not in rows:
            rows[mode] = each.left_days(use, alive_at_days, rng, DRAWS)
    if not rows:
        return Prognosis(
            days=None, rests_on={}, first={},
            unknown="no state was read and no fleet is known: read a state, or give failures",
        )  # fmt: skip
    left = np.stack([rows[mode] for mode in sorted(rows)])
    ends = left.argmin(axis=0)
    days = band(np.minimum(left.min(axis=0), _LONGEST_DAYS))
    told = days.p95 <= WIDEST * max(days.p05, 1.0)
    return Prognosis(
        days=days if told else None,
        rests_on={mode: _rests_on(mode, modes, mode in states) for mode in sorted(rows)},
        first={mode: float(np.mean(ends == place)) for place, mode in enumerate(sorted(rows))},
        unknown="" if told else (
            f"anything from {days.p05:.0f} to {days.p95:.0f} days: read the state of what wears"
        ),
    )  # fmt: skip


def _rests_on(mode: int, modes: "Mapping[int, ModeLaw]", read: bool) -> RestsOn:
    if read:
        return RestsOn.STATE
    return RestsOn.FLEET if modes[mode].failures >= LEAST_FAILURES else RestsOn.BELIEF
