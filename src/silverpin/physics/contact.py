r"""Heat and resistance of an electrical contact.

References
----------
.. [1] R. Holm, Electric Contacts, 4th ed., Springer, 1967.
"""

ALPHA_COPPER_PER_K = 3.9e-3
"""Temperature coefficient of the resistivity of copper at 20 °C. [1/K] Range of use -50..150 °C."""


def constriction_ohm(cold_ohm: float, temp_c: float, alpha_per_k: float) -> float:
    r"""Return a constriction's resistance at a bulk temperature. [ohm]

    R = R20 (1 + 2/3 alpha (T - 20)): the constriction itself is hotter than the bulk and counts two
    thirds of the bulk's coefficient [1]_. Holds below the softening of the contact metal (silver:
    about 180 °C).
    """
    return cold_ohm * (1.0 + (2.0 / 3.0) * alpha_per_k * (temp_c - 20.0))


def bulk_ohm(cold_ohm: float, temp_c: float, alpha_per_k: float = ALPHA_COPPER_PER_K) -> float:
    """Return a metal conductor's resistance at a temperature, R20 (1 + alpha (T - 20)). [ohm]"""
    return cold_ohm * (1.0 + alpha_per_k * (temp_c - 20.0))
