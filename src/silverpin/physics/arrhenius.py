"""How much faster a thermally activated process runs at another temperature."""

from silverpin.physics.constants import (
    BOLTZMANN_EV_PER_K,
    EV_IN_KJ_PER_MOL,
    GAS_J_PER_MOL_K,
    ZERO_CELSIUS_K,
)
from silverpin.physics.elementary import exp, log
from silverpin.physics.law import law
from silverpin.physics.sources import IEC_60216


@law(
    equation="A = exp(Ea/k (1/T_ref - 1/T))",
    unit="1",
    sources=(IEC_60216,),
    valid={"temp_c": (-40.0, 300.0), "activation_ev": (0.1, 3.0)},
)
def arrhenius(temp_c: float, reference_c: float, activation_ev: float) -> float:
    """Acceleration of a process at a temperature against a reference temperature.

    One activation energy holds as long as one reaction leads; a law of a material narrows the
    range of temperature to what was tested.
    """
    inverse_k = 1.0 / (reference_c + ZERO_CELSIUS_K) - 1.0 / (temp_c + ZERO_CELSIUS_K)
    return exp(activation_ev / BOLTZMANN_EV_PER_K * inverse_k)


@law(
    equation="Ea = k ln(A) / (1/T1 - 1/T2)",
    unit="eV",
    sources=(IEC_60216,),
    valid={"cooler_c": (-40.0, 300.0), "hotter_c": (-40.0, 300.0)},
)
def activation_ev(acceleration: float, cooler_c: float, hotter_c: float) -> float:
    """Activation energy from how much faster a process runs at the hotter of two temperatures."""
    inverse_k = 1.0 / (cooler_c + ZERO_CELSIUS_K) - 1.0 / (hotter_c + ZERO_CELSIUS_K)
    return BOLTZMANN_EV_PER_K * log(acceleration) / inverse_k


def ev_from_kj_per_mol(energy_kj_per_mol: float) -> float:
    """Convert an activation energy a mole into one a particle. [eV]"""
    return energy_kj_per_mol / EV_IN_KJ_PER_MOL


def kj_per_mol_from_slope(slope_k: float) -> float:
    """Return the activation energy that a slope of ln(rate) over 1/T means, Ea = -R d. [kJ/mol]"""
    return -slope_k * GAS_J_PER_MOL_K / 1000.0
