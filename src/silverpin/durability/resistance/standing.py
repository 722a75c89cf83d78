"""How a contact stands against its limit: the one rule, for work, advice, page and report.

The estimate is held against the limit; where a technician measured the pins and found them in
order, what was measured is, times the rise since then.
"""

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from silverpin.durability.life import Band

if TYPE_CHECKING:
    from silverpin.durability.resistance.follow import Found
    from silverpin.durability.resistance.since import Measured, Since

SURE_RISE = 0.05
"""A rise that is this large for sure is one; scatter of sessions makes smaller ones."""


class Over(Enum):
    """How surely a contact is above its limit."""

    SURELY = "surely"
    """All of the interval is."""
    LIKELY = "likely"
    """Its middle is, and the size of the contact is known by more than its type's priors."""


class Standing(NamedTuple):
    """What is held against the limit, and what came of it."""

    now: Band
    """[ohm]"""
    rise: Band | None
    """As a share, since the first session or since the measurement; None where nobody knows."""
    since_s: float
    over: Over | None
    measured: "Measured | None"


def standing(found: "Found", limit_ohm: float) -> Standing | None:
    """Return how a contact stands; None where nothing is known of it."""
    if found.now is None:
        return None
    if found.since is not None:
        return _as_measured(found.since, limit_ohm)
    over = _over(found.now, limit_ohm, middle_counts=found.kind.bench_runs > 0)
    return Standing(found.now, found.rise, found.first_s, over, None)


def _as_measured(since: "Since", limit_ohm: float) -> Standing:
    """Return how a contact stands that was measured; a fall since then is not believed."""
    ohm, rise = since.measured.ohm, since.rise
    shares = (0.0, 0.0, 0.0) if rise is None else (max(0.0, share) for share in rise)
    now = Band(*(ohm * (1.0 + share) for share in shares))
    rose = rise is not None and rise.p05 > SURE_RISE
    over = _over(now, limit_ohm, middle_counts=rose)
    return Standing(now, rise, since.measured.at_s, over, since.measured)


def _over(now: Band, limit_ohm: float, *, middle_counts: bool) -> Over | None:
    if now.p05 > limit_ohm:
        return Over.SURELY
    return Over.LIKELY if middle_counts and now.p50 > limit_ohm else None
