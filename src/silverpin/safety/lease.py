"""The permit: leave to hold the contactor closed, as a lease that ends by itself."""

from typing import NamedTuple


class Permit(NamedTuple):
    """Leave to let current flow within two bounds, until an instant.

    Only `Envelope.judge` makes one. Nobody prolongs it: a newer permit replaces it, and when none
    comes, the driver opens (`opening.Opener`).
    """

    expires_ns: int
    charge_max_a: float
    discharge_max_a: float
    """Unsigned; 0 where reverse power is not allowed."""

    def valid(self, now_ns: int) -> bool:
        """Return whether the lease still runs."""
        return now_ns < self.expires_ns

    def clamp(self, current_a: float) -> float:
        """Return the signed current nearest to *current_a* that this permit allows.

        What is no number asks for nothing: min() and max() would let NaN pass as a bound.
        """
        if current_a > 0.0:
            return min(current_a, self.charge_max_a)
        if current_a < 0.0:
            return max(current_a, -self.discharge_max_a)
        return 0.0
