"""Fatigue of joints and crimps by swings of temperature.

The swings come from rainflow counting; damage adds up over them (Miner). A half cycle counts half.
"""

from silverpin.physics.constants import ZERO_CELSIUS_K
from silverpin.physics.elementary import exp, power
from silverpin.physics.law import law
from silverpin.physics.sources import COFFIN_MANSON, NORRIS_LANDZBERG, PAN_SAC


@law(
    equation="D = (dT / dT_ref)^n / N_ref",
    unit="1",
    sources=(COFFIN_MANSON,),
    valid={"range_k": (0.0, 180.0), "exponent": (1.0, 9.0)},
)
def coffin_manson_damage(
    range_k: float, reference_k: float, cycles_at_reference: float, exponent: float
) -> float:
    """Share of a fatigue life that one full swing of temperature takes.

    The exponent is 1 to 3 for soft metals, 3 to 5 for hard ones, 6 to 9 for brittle ones.
    """
    return power(range_k / reference_k, exponent) / cycles_at_reference


@law(
    equation="N = N_ref (dT_ref / dT)^n",
    unit="cycles",
    sources=(COFFIN_MANSON,),
    valid={"range_k": (1.0, 180.0), "exponent": (1.0, 9.0)},
)
def coffin_manson_cycles(
    range_k: float, reference_k: float, cycles_at_reference: float, exponent: float
) -> float:
    """Swings of a range until failure, from the life at a reference range."""
    return cycles_at_reference * power(reference_k / range_k, exponent)


@law(
    equation="A = (dT_t/dT_u)^n (f_u/f_t)^m exp(B (1/T_u - 1/T_t))",
    unit="1",
    sources=(NORRIS_LANDZBERG, PAN_SAC),
    valid={
        "test_range_k": (1.0, 200.0),
        "use_range_k": (1.0, 200.0),
        "test_max_c": (0.0, 150.0),
        "use_max_c": (0.0, 150.0),
    },
)
def norris_landzberg(
    test_range_k: float,
    use_range_k: float,
    test_per_day: float,
    use_per_day: float,
    test_max_c: float,
    use_max_c: float,
    range_exponent: float = 1.9,
    frequency_exponent: float = 1.0 / 3.0,
    temperature_k: float = 1414.0,
) -> float:
    """How many cycles of use one cycle of a test stands for, by range, frequency and peak.

    Slow cycles hurt more, as in the source; handbooks that turn the ratio of the frequencies round
    promise more life. The defaults are those of tin-lead solder; SAC solder has 2.65, 0.136 (on
    the dwell time) and 2185 K.
    """
    heat = 1.0 / (use_max_c + ZERO_CELSIUS_K) - 1.0 / (test_max_c + ZERO_CELSIUS_K)
    ranges = power(test_range_k / use_range_k, range_exponent)
    return (
        ranges * power(use_per_day / test_per_day, frequency_exponent) * exp(temperature_k * heat)
    )
