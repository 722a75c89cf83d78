"""Wear-out of the locking solenoid and its bolt in operations."""

from silverpin.physics.elementary import expm1, log, power
from silverpin.physics.law import law
from silverpin.physics.sources import WEIBULL

LN_10_OVER_9 = 0.10536051565782628
"""Cumulated hazard at which a tenth has failed."""


@law(
    equation="F = 1 - exp(-ln(10/9) (n / B10)^b)",
    unit="1",
    sources=(WEIBULL,),
    valid={"shape": (0.5, 10.0)},
)
def failed_share(operations: float, b10_operations: float, shape: float) -> float:
    """Share of a kind of lock that has failed after operations; a tenth has at B10."""
    return -expm1(-LN_10_OVER_9 * power(operations / b10_operations, shape))


@law(
    equation="n = B10 (ln(1 / (1 - F)) / ln(10/9))^(1/b)",
    unit="operations",
    sources=(WEIBULL,),
    valid={"shape": (0.5, 10.0), "share": (0.0, 0.999)},
)
def operations_until(share: float, b10_operations: float, shape: float) -> float:
    """Operations until a share has failed; inverse of `failed_share`."""
    return b10_operations * power(-log(1.0 - share) / LN_10_OVER_9, 1.0 / shape)


@law(
    equation="T = T_a + dT / (1 - exp(-t / tau))",
    unit="°C",
    sources=("ours: one heat capacity",),
    valid={"every_min": (0.01, 1440.0)},
)
def coil_c(
    ambient_c: float, rise_per_pulse_k: float, every_min: float, cooling_min: float
) -> float:
    """Temperature right after a pulse of a coil that is pulsed again and again at equal intervals.

    The cooling between pulses has one time constant.
    """
    return ambient_c - rise_per_pulse_k / expm1(-every_min / cooling_min)
