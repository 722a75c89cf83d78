"""Ageing of insulation, as in the lock's coil: breakdown voltage, and life by temperature class."""

from silverpin.physics.arrhenius import arrhenius
from silverpin.physics.elementary import exp
from silverpin.physics.law import law
from silverpin.physics.sources import IEC_60216, NELSON_1981


@law(
    equation="U = exp(b1 - b2 t exp(-b3 T))",
    unit="kV",
    sources=(NELSON_1981,),
    valid={"weeks": (1.0, 64.0), "temp_c": (180.0, 275.0)},
)
def breakdown_kv(
    weeks: float, temp_c: float, log_new: float, rate_per_week: float, rate_slope_per_c: float
) -> float:
    """Breakdown voltage of insulation after weeks at a temperature (the slope is negative)."""
    return exp(log_new - rate_per_week * weeks * exp(-rate_slope_per_c * temp_c))


@law(
    equation="L = L_ref exp(Ea/k (1/T - 1/T_ref))",
    unit="h",
    sources=(IEC_60216,),
    valid={"temp_c": (100.0, 260.0)},
)
def coil_life_h(
    temp_c: float,
    life_at_reference_h: float = 20_000.0,
    reference_c: float = 130.0,
    activation_ev: float = 0.855,
) -> float:
    """Life of a coil's insulation; class B lasts 20,000 h at its index of 130 °C."""
    return life_at_reference_h / arrhenius(temp_c, reference_c, activation_ev)
