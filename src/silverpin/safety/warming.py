"""Between which bounds the current must have warmed a healthy pin, whatever cooling does.

A pin answers the square of the current as a mixture of first-order lags, each with a time constant
between the fastest and the slowest of its connector set. The same lags, driven by the measured
current alone, therefore enclose it: the slowest to answer bounds it from below, the fastest from
above, and how far each goes is the set's promise. Nothing is known of the current before a start or
a gap; that part fades with the slowest time constant.
"""

from math import exp

from silverpin.domain.connectors import ConnectorSet

_SURE_SHARE = 0.02
"""What may be left of the unknown before the bounds are taken as they stand."""


class Warming:
    """Bounds on the warming of a pin, moved on by the mean square of the current."""

    __slots__ = ("_any_k", "_lags", "_least_k", "_most_k", "_per_a2", "_slow_s", "_unknown",
                 "any_k", "least_k", "most_k")  # fmt: skip

    def __init__(self, connector: ConnectorSet) -> None:
        slow_s, fast_s = connector.warming_s, connector.warming_fast_s
        self._slow_s = slow_s
        # Between the two ends lies a third lag: after a pulse it outlasts the one and exceeds
        # the other.
        self._lags = [[tau_s, 0.0] for tau_s in (fast_s, (fast_s * slow_s) ** 0.5, slow_s)]
        self._per_a2 = 1.0 / connector.rating_a**2
        self._least_k = connector.rise_at_rating_min_k
        self._most_k = connector.rise_at_rating_min_k * connector.uncooled_factor
        self._any_k = connector.rise_at_rating_max_k
        self.forget()

    def forget(self) -> None:
        """Begin anew: up to the rating, anything may have flowed."""
        for lag in self._lags:
            lag[1] = 0.0
        self._unknown = 1.0
        self._bound()

    @property
    def sure(self) -> bool:
        """Whether what flowed before the start has faded."""
        return self._unknown <= _SURE_SHARE

    def step(self, dt_s: float, mean_a2: float) -> None:
        """Let *mean_a2* flow for *dt_s*."""
        share = mean_a2 * self._per_a2
        for lag in self._lags:
            lag[1] += (share - lag[1]) * (1.0 - exp(-dt_s / lag[0]))
        self._unknown *= exp(-dt_s / self._slow_s)
        self._bound()

    def _bound(self) -> None:
        shares = [lag[1] for lag in self._lags]
        most = max(shares)
        self.least_k = self._least_k * min(shares)
        """The weakest pin that is healthy, with all cooling on, has warmed by this at least."""
        self.most_k = self._most_k * most
        """The same pin, with all cooling off, by this at most; what came before not counted."""
        self.any_k = self._any_k * (most + self._unknown)
        """No contact that still carries current has warmed by more."""
