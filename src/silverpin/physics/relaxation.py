"""Contact springs lose force while they are strained: in mated time, and faster when hot."""

from silverpin.physics.constants import ZERO_CELSIUS_K
from silverpin.physics.elementary import exp, log10, maximum
from silverpin.physics.law import law
from silverpin.physics.sources import COPPER_GUIDE, LARSON_MILLER

LN_10 = 2.302585092994046


@law(
    equation="F/F0 = max(1 - a log10(1 + t / t0), 0)",
    unit="1",
    sources=(COPPER_GUIDE,),
    valid={"strained_h": (0.0, 1e5), "loss_per_decade": (0.0, 0.3)},
)
def force_share(strained_h: float, loss_per_decade: float, onset_h: float) -> float:
    """Share of its first force that a spring has after hours under strain.

    Only mated hours count: relaxation stops when the strain is taken off. Hours at other
    temperatures enter as equivalent hours, by `arrhenius` or `larson_miller_h`.
    """
    return maximum(1.0 - loss_per_decade * log10(1.0 + strained_h / onset_h), 0.0)


@law(
    equation="t = t0 (10^((1 - f) / a) - 1)",
    unit="h",
    sources=(COPPER_GUIDE,),
    valid={"share": (0.4, 1.0), "loss_per_decade": (0.01, 0.3)},
)
def strained_h(share: float, loss_per_decade: float, onset_h: float) -> float:
    """Hours under strain until a share of the force is left; inverse of `force_share`."""
    return onset_h * (exp((1.0 - share) / loss_per_decade * LN_10) - 1.0)


@law(
    equation="T1 (C + log10 t1) = T2 (C + log10 t2)",
    unit="h",
    sources=(LARSON_MILLER, COPPER_GUIDE),
    valid={"hours": (1.0, 1e5), "temp_c": (20.0, 250.0), "at_c": (20.0, 250.0)},
)
def larson_miller_h(hours: float, temp_c: float, at_c: float, constant: float = 20.0) -> float:
    """Hours at another temperature that relax a spring as much as hours at this one."""
    ratio = (temp_c + ZERO_CELSIUS_K) / (at_c + ZERO_CELSIUS_K)
    return exp(LN_10 * (ratio * (constant + log10(hours)) - constant))
