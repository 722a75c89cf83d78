"""What a change of temperature rubs: housing and pin expand by different amounts.

A small difference is taken up by the contacts' elasticity; what goes beyond it slips.
"""

from silverpin.physics.elementary import maximum, power
from silverpin.physics.law import law
from silverpin.physics.sources import MINDLIN, SLADE


@law(
    equation="d = |alpha_1 - alpha_2| L dT",
    unit="µm",
    sources=(SLADE,),
    valid={"mismatch_per_k": (0.0, 2e-4), "length_mm": (1.0, 100.0), "range_k": (0.0, 150.0)},
)
def slip_um(mismatch_per_k: float, length_mm: float, range_k: float) -> float:
    """Travel between two parts that differ in thermal expansion, over a swing of temperature."""
    return mismatch_per_k * length_mm * 1000.0 * range_k


@law(
    equation="D = (max(d - d_stick, 0) / d_ref)^m / N_ref",
    unit="1",
    sources=(MINDLIN, SLADE),
    valid={"travel_um": (0.0, 100.0), "exponent": (1.0, 4.0)},
)
def fretting_damage(
    travel_um: float,
    stick_um: float,
    reference_um: float,
    cycles_at_reference: float,
    exponent: float,
) -> float:
    """Share of a contact's fretting life that one full cycle of travel takes.

    Below the travel that its elasticity takes up, a contact sticks and nothing wears. The life at
    the reference is one of gross slip of the reference amplitude.
    """
    gross_um = maximum(travel_um - stick_um, 0.0)
    return power(gross_um / reference_um, exponent) / cycles_at_reference
