"""What nature's connectors are made of, by the set's name.

These are the simulation's own figures, in the range of published ones for parts of their rating
(docs/decisions/0009): no estimator may read them. Every specimen scatters around them by its seed.
"""

from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Thermal and electrical figures of one connector with its cable."""

    contact_ohm: float
    """Contact resistance of a new power pin at 20 °C."""
    crimp_ohm: float
    """Crimp and conductor near the pin, which heat it as well."""
    cable_ohm: float
    """Both conductors of the cable, away from the pins."""
    pin_j_per_k: float
    handle_j_per_k: float
    pin_cable_w_per_k: float
    """From a pin along its cable to ambient."""
    pin_handle_w_per_k: float
    handle_ambient_w_per_k: float
    loop_w_per_k: tuple[float, float]
    """What each cooling loop at full level adds from a pin to ambient."""
    ntc_lag_s: float


PARTS = MappingProxyType(
    {
        "ccs2-200a": Part(
            contact_ohm=0.20e-3, crimp_ohm=0.10e-3, cable_ohm=4.0e-3, pin_j_per_k=210.0,
            handle_j_per_k=420.0, pin_cable_w_per_k=0.34, pin_handle_w_per_k=0.10,
            handle_ambient_w_per_k=0.40, loop_w_per_k=(0.35, 0.35), ntc_lag_s=8.0,
        ),
        "ccs2-80a": Part(
            contact_ohm=0.30e-3, crimp_ohm=0.15e-3, cable_ohm=14.0e-3, pin_j_per_k=52.0,
            handle_j_per_k=300.0, pin_cable_w_per_k=0.075, pin_handle_w_per_k=0.04,
            handle_ambient_w_per_k=0.30, loop_w_per_k=(0.07, 0.07), ntc_lag_s=8.0,
        ),
        "type2-32a": Part(
            contact_ohm=0.40e-3, crimp_ohm=0.60e-3, cable_ohm=18.0e-3, pin_j_per_k=24.0,
            handle_j_per_k=150.0, pin_cable_w_per_k=0.035, pin_handle_w_per_k=0.02,
            handle_ambient_w_per_k=0.20, loop_w_per_k=(0.02, 0.02), ntc_lag_s=10.0,
        ),
    }
)  # fmt: skip
