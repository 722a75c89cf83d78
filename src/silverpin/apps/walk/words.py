"""A walk in words: how far, how fast, and what it met on its way."""

from silverpin.apps.walk.leg import Walked
from silverpin.apps.walk.reach import Reach
from silverpin.apps.walk.tally import Tally
from silverpin.domain.limits import LIMITS

_HOUR_NS = 3_600_000_000_000


def leg_words(walked: Walked) -> str:
    """Return one leg in a line, with the digest that proves it the same."""
    setup = walked.leg.setup
    ended = "every invariant held" if walked.finding is None else "an invariant BROKE"
    return (
        f"Seed {walked.leg.seed}, {setup.connector} on {setup.profile}, {walked.ticks:,} ticks: "
        f"{ended}. {_met(walked.reach)} Digest {walked.digest[:16]}."
    )


def tally_words(tally: Tally) -> str:
    """Return the sums of this program in a sentence or two."""
    hours = tally.ticks * LIMITS.judge_period_ns / _HOUR_NS
    pace = f", {tally.ticks / tally.wall_s:,.0f} a second and core" if tally.wall_s else ""
    before = f" Earlier programs: {tally.ticks_before:,} ticks." if tally.ticks_before else ""
    broken = f"{len(tally.findings)} BROKEN" if tally.findings else "every invariant held"
    return (
        f"{tally.ticks:,} ticks ({hours:,.1f} charger-hours{pace}): {broken}. "
        f"{_met(tally.reach)} Next seed {tally.next_seed}.{before}"
    )


def _met(reach: Reach) -> str:
    each = reach.ticks / reach.deeds if reach.deeds else 0.0
    flowed = (reach.charging + reach.discharging) / reach.ticks if reach.ticks else 0.0
    return (
        f"A deed every {each:.0f} ticks, {reach.closings:,} closings, power in {flowed:.0%} of "
        f"them, {reach.faults.total():,} faults of {len(reach.faults)} kinds, "
        f"{reach.restarts:,} restarts."
    )
