"""What opening a contact under current burns away.

Below the minimum current or the minimum voltage of the metal no arc stands (silver: 0.4 A, 12 V).
"""

from silverpin.physics.elementary import power
from silverpin.physics.law import law
from silverpin.physics.sources import GERMER, HOLM, SLADE

SILVER_ARC_MIN_A = 0.4
SILVER_ARC_MIN_V = 12.0


@law(
    equation="Q = |I| t",
    unit="A s",
    sources=(HOLM,),
    valid={"current_a": (-1000.0, 1000.0), "arc_s": (0.0, 1.0)},
)
def arc_charge_as(current_a: float, arc_s: float) -> float:
    """Charge through an arc that burns at a steady current."""
    return abs(current_a) * arc_s


@law(
    equation="V = k Q",
    unit="mm³",
    sources=(HOLM, SLADE),
    valid={"charge_as": (0.0, 100.0)},
)
def eroded_mm3(mm3_per_as: float, charge_as: float) -> float:
    """Volume that an arc takes off a contact: each ampere-second takes its share."""
    return mm3_per_as * charge_as


@law(
    equation="D = (|I| / I_rated)^m / N_rated, 0 where no arc stands",
    unit="1",
    sources=(GERMER, HOLM),
    valid={"current_a": (-500.0, 500.0), "voltage_v": (-1000.0, 1000.0), "exponent": (1.0, 4.0)},
)
def load_break_damage(
    current_a: float,
    voltage_v: float,
    rated_a: float,
    breaks_at_rated: float,
    exponent: float = 2.0,
) -> float:
    """Share of a connector's endurance against hot unplugging that one break takes.

    The exponent is 1 where charge erodes (long arcs) and 2 for short ones.
    """
    stands = (abs(current_a) > SILVER_ARC_MIN_A) & (abs(voltage_v) > SILVER_ARC_MIN_V)
    return stands * power(abs(current_a) / rated_a, exponent) / breaks_at_rated
