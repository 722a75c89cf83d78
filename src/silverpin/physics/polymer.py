"""Ageing of housing and seal: polyamide by Arrhenius, EPDM by its compression set."""

from silverpin.physics.arrhenius import arrhenius
from silverpin.physics.elementary import exp, log, power
from silverpin.physics.law import law
from silverpin.physics.sources import EPDM_LIU, EPDM_RPTE, EPDM_XIE, SALVI


@law(
    equation="L = L_ref exp(Ea/k (1/T - 1/T_ref))",
    unit="h",
    sources=(SALVI,),
    valid={"temp_c": (80.0, 210.0)},
)
def pa66_life_h(
    temp_c: float,
    life_at_reference_h: float,
    reference_c: float = 80.0,
    activation_ev: float = 0.964,
) -> float:
    """Life of glass-filled, flame-retardant polyamide 66, by its flexural strength.

    Tested from 160 to 210 °C; the source itself carries it down to 80 °C. Below, it is all but
    endless in this model, and other ways of ageing lead.
    """
    return life_at_reference_h / arrhenius(temp_c, reference_c, activation_ev)


@law(
    equation="C = 1 - exp(-(t / tau)^b)",
    unit="1",
    sources=(EPDM_XIE,),
    valid={"equivalent_h": (0.0, 1e6), "stretching": (0.15, 1.0)},
)
def compression_set(equivalent_h: float, tau_h: float, stretching: float = 0.2856) -> float:
    """Set that a squeezed EPDM seal keeps after hours at the temperature that tau belongs to."""
    return 1.0 - exp(-power(equivalent_h / tau_h, stretching))


@law(
    equation="t = tau (-ln(1 - C))^(1/b)",
    unit="h",
    sources=(EPDM_XIE,),
    valid={"set_share": (0.0, 0.8), "stretching": (0.15, 1.0)},
)
def compression_set_h(set_share: float, tau_h: float, stretching: float = 0.2856) -> float:
    """Hours until a seal keeps a set; inverse of `compression_set`."""
    return tau_h * power(-log(1.0 - set_share), 1.0 / stretching)


@law(
    equation="A = exp(Ea/k (1/T_ref - 1/T))",
    unit="1",
    sources=(EPDM_XIE, EPDM_RPTE, EPDM_LIU),
    valid={"temp_c": (25.0, 150.0), "activation_ev": (0.6, 1.3)},
)
def epdm_acceleration(temp_c: float, reference_c: float, activation_ev: float = 0.75) -> float:
    """Acceleration of EPDM's ageing against a reference temperature.

    Activation energies of 68.7 to 75.8 kJ/mol were measured from 100 to 150 °C; the slope is
    flatter at room temperature, so this flatters a seal that is always cold.
    """
    return arrhenius(temp_c, reference_c, activation_ev)
