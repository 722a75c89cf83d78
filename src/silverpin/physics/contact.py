r"""Resistance and heat of an electrical contact: constriction, film, force, voltage and spot heat.

Two metals touch in a few spots; the current squeezes through them (constriction) and through
whatever film lies on them. Resistances of constriction, film and bulk add up.
"""

from math import pi

from silverpin.physics.constants import ZERO_CELSIUS_K
from silverpin.physics.elementary import maximum, power, sqrt
from silverpin.physics.law import law
from silverpin.physics.sources import DODUCO, GREENWOOD, HOLM, KOHLRAUSCH, SLADE, TAMAI

ALPHA_COPPER_PER_K = 3.9e-3
"""Temperature coefficient of the resistivity of copper at 20 °C. [1/K] Range of use -50..150 °C."""
LORENZ_V2_PER_K2 = 2.45e-8
"""Ratio of heat to charge conduction in a metal, over temperature (Wiedemann, Franz, Lorenz)."""


@law(
    equation="R = R20 (1 + 2/3 alpha (T - 20))",
    unit="ohm",
    sources=(HOLM,),
    valid={"temp_c": (-50.0, 180.0)},
)
def constriction_ohm(cold_ohm: float, temp_c: float, alpha_per_k: float) -> float:
    """Resistance of a constriction at a bulk temperature.

    Holm's two thirds are derived for a spot that its own current warms above the bulk. For a bulk
    that warms they are the rule of thumb of switchgear: the metal that softens gives back a part of
    what its resistivity adds. Holds below the softening of silver (about 180 °C).
    """
    return cold_ohm * (1.0 + (2.0 / 3.0) * alpha_per_k * (temp_c - 20.0))


@law(
    equation="R = R20 (1 + alpha (T - 20))",
    unit="ohm",
    sources=(HOLM,),
    valid={"temp_c": (-50.0, 150.0)},
)
def bulk_ohm(cold_ohm: float, temp_c: float, alpha_per_k: float = ALPHA_COPPER_PER_K) -> float:
    """Resistance of a metal conductor at a temperature."""
    return cold_ohm * (1.0 + alpha_per_k * (temp_c - 20.0))


@law(
    equation="R = rho/2 sqrt(pi H / (n F))",
    unit="ohm",
    sources=(HOLM, DODUCO),
    valid={"force_n": (0.1, 1000.0), "hardness_pa": (2e8, 2e9), "spots": (1.0, 30.0)},
)
def holm_ohm(
    resistivity_ohm_m: float, hardness_pa: float, force_n: float, spots: float = 1.0
) -> float:
    """Constriction of clean spots that a force flattens until the metal's hardness carries it.

    The spots share the force and lie far apart; `cluster_ohm` adds their crowding.
    """
    return 0.5 * resistivity_ohm_m * sqrt(pi * hardness_pa / (spots * force_n))


@law(
    equation="a = sqrt(F / (n pi H))",
    unit="m",
    sources=(HOLM,),
    valid={"force_n": (0.1, 1000.0), "hardness_pa": (2e8, 2e9), "spots": (1.0, 30.0)},
)
def spot_radius_m(hardness_pa: float, force_n: float, spots: float = 1.0) -> float:
    """Radius of each of the spots that carry a force by plastic flow."""
    return sqrt(force_n / (spots * pi * hardness_pa))


@law(
    equation="R = rho / (2 n a) + rho / (2 r)",
    unit="ohm",
    sources=(GREENWOOD, HOLM),
    valid={"spots": (2.0, 1000.0)},
)
def cluster_ohm(
    resistivity_ohm_m: float, radius_m: float, spots: float, cluster_radius_m: float
) -> float:
    """Constriction of many equal spots of a radius that crowd in a cluster of a larger radius."""
    return 0.5 * resistivity_ohm_m * (1.0 / (spots * radius_m) + 1.0 / cluster_radius_m)


@law(
    equation="R = rho_f d H / F",
    unit="ohm",
    sources=(HOLM, TAMAI),
    valid={"thickness_nm": (0.0, 200.0), "force_n": (0.01, 100.0)},
)
def film_ohm(film_ohm_m: float, thickness_nm: float, hardness_pa: float, force_n: float) -> float:
    """Resistance of an unbroken film over the area F/H that carries the force.

    The sliding of a mating breaks most of a film; what is left of it is the caller's share.
    """
    return film_ohm_m * thickness_nm * 1e-9 * hardness_pa / force_n


@law(
    equation="R = R0 f^-m",
    unit="ohm",
    sources=(HOLM, SLADE, DODUCO),
    valid={"force_share": (0.1, 1.0), "exponent": (0.33, 1.0)},
)
def force_ohm(new_ohm: float, force_share: float, exponent: float = 0.5) -> float:
    """Resistance when only a share of the contact force is left.

    The exponent is 0.5 for plastic clean spots (`holm_ohm`), 1/3 for elastic ones, 0.7 for many
    practical contacts and 1 for a film.
    """
    return new_ohm * power(force_share, -exponent)


@law(
    equation="1/R = (1 - p)/R_Ag + p/R_bare",
    unit="ohm",
    sources=(HOLM,),
    valid={"exposed_share": (0.0, 1.0)},
)
def exposed_ohm(exposed_share: float, plated_ohm: float, bare_ohm: float) -> float:
    """Resistance of a track whose plating is worn through over a share of its area."""
    return 1.0 / ((1.0 - exposed_share) / plated_ohm + exposed_share / bare_ohm)


@law(
    equation="T = sqrt(T0^2 + U^2 / (4 L))",
    unit="°C",
    sources=(KOHLRAUSCH, HOLM, DODUCO),
    valid={"bulk_c": (-50.0, 200.0), "drop_v": (-0.43, 0.43)},
)
def spot_c(bulk_c: float, drop_v: float, lorenz_v2_per_k2: float = LORENZ_V2_PER_K2) -> float:
    """Highest temperature inside a contact that drops a voltage, by Kohlrausch's relation.

    Holds for symmetric metallic contacts without a film, in steady state (reached within
    milliseconds), up to melting. Silver softens at 0.09 V and melts at 0.37 V; copper at 0.12 V
    and 0.43 V.
    """
    bulk_k = bulk_c + ZERO_CELSIUS_K
    return sqrt(bulk_k * bulk_k + drop_v * drop_v / (4.0 * lorenz_v2_per_k2)) - ZERO_CELSIUS_K


@law(
    equation="U = sqrt(4 L (T^2 - T0^2))",
    unit="V",
    sources=(KOHLRAUSCH, HOLM, DODUCO),
    valid={"bulk_c": (-50.0, 200.0), "hottest_c": (-50.0, 1085.0)},
)
def spot_drop_v(
    bulk_c: float, hottest_c: float, lorenz_v2_per_k2: float = LORENZ_V2_PER_K2
) -> float:
    """Voltage drop that brings the inside of a contact to a temperature; inverse of `spot_c`.

    None does for a temperature below that of the bulk: the answer is 0.
    """
    bulk_k, hottest_k = bulk_c + ZERO_CELSIUS_K, hottest_c + ZERO_CELSIUS_K
    squares = maximum(hottest_k * hottest_k - bulk_k * bulk_k, 0.0)
    return sqrt(4.0 * lorenz_v2_per_k2 * squares)
