"""Films that air grows on contacts: silver sulphide, and corrosion driven by humidity (Peck)."""

from silverpin.physics.arrhenius import arrhenius
from silverpin.physics.elementary import power
from silverpin.physics.law import law
from silverpin.physics.sources import JEP122, PECK, TAMAI


@law(
    equation="A = (RH / RH_ref)^n exp(Ea/k (1/T_ref - 1/T))",
    unit="1",
    sources=(PECK, JEP122),
    valid={"humidity_pct": (20.0, 95.0), "temp_c": (-20.0, 140.0), "exponent": (2.0, 5.0)},
)
def peck(
    humidity_pct: float,
    temp_c: float,
    reference_humidity_pct: float,
    reference_c: float,
    exponent: float = 2.7,
    activation_ev: float = 0.79,
) -> float:
    """Acceleration of corrosion by humidity and heat against a reference climate.

    The exponent belongs to a mechanism: 2.7 for aluminium under moulding compound, up to 9 for
    filaments in a circuit board.
    """
    return power(humidity_pct / reference_humidity_pct, exponent) * arrhenius(
        temp_c, reference_c, activation_ev
    )


@law(
    equation="r = r_ref (c / c_ref)^p (RH / RH_ref)^n",
    unit="nm/h",
    sources=(TAMAI, PECK),
    valid={"h2s_ppb": (0.05, 3000.0), "humidity_pct": (20.0, 95.0)},
)
def sulphide_nm_per_h(
    reference_nm_per_h: float,
    h2s_ppb: float,
    humidity_pct: float,
    reference_h2s_ppb: float,
    reference_humidity_pct: float,
    gas_exponent: float,
    humidity_exponent: float,
) -> float:
    """Growth of silver sulphide on bare, unmated silver in sulphurous humid air.

    Between 20 and 40 °C: the growth does not rise steadily with temperature, so heat has no term.
    """
    gas = power(h2s_ppb / reference_h2s_ppb, gas_exponent)
    return (
        reference_nm_per_h * gas * power(humidity_pct / reference_humidity_pct, humidity_exponent)
    )


@law(
    equation="d = r t",
    unit="nm",
    sources=(TAMAI,),
    valid={"growth_nm_per_h": (0.0, 50.0), "open_h": (0.0, 6000.0)},
)
def sulphide_nm(growth_nm_per_h: float, open_h: float) -> float:
    """Thickness of the sulphide after hours in the open since the last mating wiped it off.

    Gas does not reach the spots of a mated contact. Thick films slow down, so this is the worst.
    """
    return growth_nm_per_h * open_h
