"""What a kilowatt-hour discharged costs in wear: what it takes of each part, times its price.

The price is marginal: damage with the discharge less damage of the same use without it
(`undischarged`), over the energy discharged. Sums of damage stand for sums of risk: every mechanism
of a part adds its share of that part's price, also those that would not have been the first to end
it. What a discharge spares, such as corrosion of open pins, is not credited: plugging in would
spare it as well. Both sides take the same draws, so what they share cancels.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from silverpin.durability.damage import damage
from silverpin.durability.life import PART_OF, Band, Part, band
from silverpin.durability.mechanisms import Mechanism
from silverpin.durability.meter import Meter
from silverpin.durability.record import Chunk, Happenings
from silverpin.durability.undischarged import Undischarged

if TYPE_CHECKING:
    from silverpin.durability.damage import Damage, Site
    from silverpin.durability.draws import Draws
    from silverpin.durability.parameters.groups import WearSet
    from silverpin.durability.record import FloatArray

LEAST_KWH = 1e-3
"""Less than a watt-hour discharged is noise and has no price."""
_STEP_S, _REST_S = 60.0, 4 * 3600.0
_CURVE_DRAWS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class WearCost:
    """The price of discharging, in EUR/kWh; one value a draw."""

    eur_per_kwh: "FloatArray"
    by_mechanism: Mapping[Mechanism, "FloatArray"]
    discharged_kwh: float
    owed_ah: float
    """Discharged and not charged again at the end: its charging is not in the price."""

    @property
    def dominant(self) -> Mechanism:
        """The mechanism that makes most of it, on average."""
        return max(self.by_mechanism, key=lambda row: float(self.by_mechanism[row].mean()))


class Price(NamedTuple):
    """One point of the curve of marginal cost."""

    power_w: float
    eur_per_kwh: Band


def wear_cost(
    with_it: "Mapping[Mechanism, Damage]",
    without_it: "Mapping[Mechanism, Damage]",
    wear_set: "WearSet",
    draws: "Draws",
    discharged_kwh: float,
    owed_ah: float = 0.0,
) -> WearCost:
    """Return the price of what was discharged."""
    prices = prices_eur(wear_set, draws)
    each = {
        row: prices[PART_OF[row]] * np.maximum(
            with_it[row].consumed - without_it[row].consumed, 0.0) / discharged_kwh
        for row in with_it
    }  # fmt: skip
    return WearCost(
        eur_per_kwh=np.sum(list(each.values()), axis=0),
        by_mechanism=each,
        discharged_kwh=discharged_kwh,
        owed_ah=owed_ah,
    )


def prices_eur(wear_set: "WearSet", draws: "Draws") -> dict[Part, "FloatArray"]:
    """Return what each part costs in each draw."""
    row = wear_set.prices
    return {
        Part.CONNECTOR: draws.of("prices.connector_eur", row.connector_eur),
        Part.LOCK: draws.of("prices.lock_eur", row.lock_eur),
        Part.CONTACTOR: draws.of("prices.contactor_eur", row.contactor_eur),
    }


def cost_curve(
    wear_set: "WearSet", site: "Site", draws: "Draws", powers_w: Sequence[float]
) -> tuple[Price, ...]:
    """Return what a kilowatt-hour costs by the power at which it is discharged.

    A vehicle that is in anyway for some hours more gives what the rated power gives in an hour,
    at *power_w*, and takes it back at the same power. Low power keeps the plug in for longer, high
    power heats: the least cost lies between.
    """
    draws = draws.fewer(_CURVE_DRAWS)
    return tuple(
        Price(power_w, band(_trip(wear_set, site, draws, power_w).eur_per_kwh))
        for power_w in powers_w
    )


def _trip(wear_set: "WearSet", site: "Site", draws: "Draws", power_w: float) -> WearCost:
    """Price one discharge and its refill at a steady power."""
    current_a = power_w / wear_set.nominal_v
    hours = wear_set.rated_a / current_a
    steps = round(hours * 3600.0 / _STEP_S)
    rest = round(_REST_S / _STEP_S)
    flows = np.repeat([-current_a, current_a, 0.0], [steps, steps, rest])
    flows = np.append(flows, 0.0)
    chunk = Chunk(
        t_s=np.arange(len(flows), dtype=np.float64) * _STEP_S,
        current_a=flows,
        mated=np.ones(len(flows), dtype=np.bool_),
        happenings=Happenings(matings_s=(), breaks=(), openings=(), lock_operations=0),
    )
    priced, spared = Meter(wear_set, site.climate), Meter(wear_set, site.climate, may_leave=True)
    without = Undischarged()
    priced.take(chunk)
    spared.take(without.take(chunk))
    ended = without.last()
    if ended is not None:
        spared.take(ended)
    full, bare = priced.exposure(), spared.exposure()
    return wear_cost(damage(full, wear_set, draws, site), damage(bare, wear_set, draws, site),
                     wear_set, draws, full.discharged_kwh)  # fmt: skip
