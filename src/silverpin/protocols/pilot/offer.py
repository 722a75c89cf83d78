"""What the charger tells a vehicle by the pilot's duty cycle (IEC 61851-1 annex A)."""

from silverpin.domain.pilot import OFFER_MIN_A

HIGH_LEVEL_DUTY = 0.05
"""5 %: limits are told by high-level communication; also what a DC charger offers."""


def duty_for(current_a: float) -> float:
    """Return the duty that offers *current_a* to a vehicle (6 A to 80 A), 0..1."""
    if current_a < OFFER_MIN_A:
        return 1.0
    if current_a <= 51.0:
        return current_a / 0.6 / 100.0
    return min(80.0, current_a) / 250.0 + 0.64
