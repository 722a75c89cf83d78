"""States that can be read of a connector, each in the measure in which its law makes it grow.

Plating goes by Archard's law, in proportion to matings. A resistance tells of the force behind it
by Holm's law, R ~ F^-k, and the force that is lost grows with mated hours; k and the share of the
resistance that does not age are not known, so several are tried. A contactor's overtravel goes with
what each opening burns. A spring relaxes with the logarithm of time, so its clock is one.
"""

from typing import TYPE_CHECKING

import numpy as np

from silverpin.durability.prior import Prior
from silverpin.durability.prognosis.track import Growth, Readings, Seen, remaining_clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from silverpin.durability.parameters.groups import WearSet
    from silverpin.durability.record import FloatArray

_AGEING_SHARES = (0.6, 0.7, 0.8, 0.9, 1.0)
"""Of a new resistance, what the contact makes; the rest is bulk, which does not age."""
_NEW_SD = 0.03
_BENT_LITTLE = 0.05
_BENT = 0.2


def plating(
    matings: "FloatArray", left_um: "FloatArray", sd_um: float, wear_set: "WearSet", life: Prior
) -> list[Seen]:
    """See readings of the plating that is left, as a gauge takes them."""
    known = wear_set.mating_wear
    readings = Readings(clock=matings, state=-left_um, sd=np.full(len(matings), sd_um)).thinned()
    growth = Growth(
        start=-known.plating_um.p50, start_sd=0.5 * (known.plating_um.p95 - known.plating_um.p05),
        end=-known.reserve_um.p50, life=life, power_sd=_BENT_LITTLE,
    )  # fmt: skip
    return [Seen(readings, growth)]


def resistance(
    mated_h: "FloatArray",
    against_new: "FloatArray",
    sd: "float | FloatArray",
    wear_set: "WearSet",
    end_against_new: "float | Sequence[float]",
    life: Prior,
) -> list[Seen]:
    """See a resistance against the new one's; *sd* is relative.

    Where the end is not known, several may be given that are equally likely.
    """
    ends = np.atleast_1d(np.asarray(end_against_new))
    thin = Readings(clock=mated_h, state=against_new, sd=sd * against_new).thinned()
    known = wear_set.contact.force_exponent
    seen = []
    for exponent in (known.p05, known.p50, known.p95):
        for share in _AGEING_SHARES:
            contact = np.maximum((thin.state - 1.0 + share) / share, 0.05)
            force = contact ** (-1.0 / exponent)
            lost_sd = thin.sd * force / (exponent * share * contact)
            readings = Readings(clock=thin.clock, state=1.0 - force, sd=lost_sd)
            lost_at = 1.0 - ((ends - 1.0 + share) / share) ** (-1.0 / exponent)
            seen += [
                Seen(
                    readings,
                    Growth(
                        start=0.0,
                        start_sd=_NEW_SD,
                        end=float(end),
                        life=life,
                        power_sd=_BENT_LITTLE,
                    ),
                )
                for end in lost_at
            ]
    return seen


def overtravel(
    openings: "FloatArray", lost_mm: "FloatArray", sd_mm: float, end_mm: float, life: Prior
) -> list[Seen]:
    """See what a contactor's overtravel has lost."""
    readings = Readings(clock=openings, state=lost_mm, sd=np.full(len(openings), sd_mm)).thinned()
    growth = Growth(start=0.0, start_sd=sd_mm, end=end_mm, life=life, power_sd=_BENT)
    return [Seen(readings, growth)]


def spring_left_h(
    mated_h: "FloatArray", lost_share: "FloatArray", sd: float, wear_set: "WearSet",
    life_h: Prior, rng: np.random.Generator,
) -> "FloatArray":  # fmt: skip
    """Return draws of the mated hours until a spring that was measured is too weak."""
    known = wear_set.spring_relaxation
    onset_h = known.onset_h.p50
    low, middle, high = np.log1p(np.array([life_h.p05, life_h.p50, life_h.p95]) / onset_h)
    life = Prior(float(low), float(middle), float(high))
    readings = Readings(
        clock=np.log1p(mated_h / onset_h), state=lost_share, sd=np.full(len(mated_h), sd)
    ).thinned()
    growth = Growth(
        start=0.0, start_sd=0.02, end=1.0 - known.end_share.p50, life=life, power_sd=_BENT_LITTLE
    )
    now = float(readings.clock[-1])
    ends = np.minimum(now + remaining_clock([Seen(readings, growth)], rng), _LONGEST)
    left: FloatArray = onset_h * (np.exp(ends) - np.exp(now))
    return left


_LONGEST = 30.0
"""Natural logarithm of a time that no spring sees."""
