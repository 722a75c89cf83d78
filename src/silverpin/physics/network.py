"""A lumped thermal network, solved exactly while its powers and the ambient stand still.

C dT/dt = -G T + P + G_a T_a, a node a lump. What a resistance makes more when it warms is linear in
its own temperature too (`warming`), so a step under constant current is exact for any length.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from silverpin.physics.matrix import Matrix, dot, exponential, solved


class Step(NamedTuple):
    """What one length of time does: T' = decay T + by_power P + by_ambient T_a."""

    decay: tuple[tuple[float, ...], ...]
    by_power: tuple[tuple[float, ...], ...]
    """Kelvins a watt."""
    by_ambient: tuple[float, ...]

    def after(
        self, temps_c: Sequence[float], power_w: Sequence[float], ambient_c: float
    ) -> tuple[float, ...]:
        """Return the temperatures at the end of the step."""
        return tuple(
            dot(decay, temps_c) + dot(by_power, power_w) + by_ambient * ambient_c
            for decay, by_power, by_ambient in zip(*self, strict=True)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """Lumps with heat capacity, conductances between them, and conductances to the ambient."""

    capacity_j_per_k: tuple[float, ...]
    links: tuple[tuple[int, int, float], ...]
    """Two nodes and the conductance between them. [W/K]"""
    ambient_w_per_k: tuple[float, ...]
    warming_w_per_k: tuple[float, ...] = ()
    """What each node's own source gives more for each kelvin; empty for none."""

    def warming(
        self, cold_ohm: Sequence[float], square_a2: float, alpha_per_k: float
    ) -> tuple["Network", tuple[float, ...]]:
        """Return the network under a current, and the power that it makes at 0 °C in each node.

        Resistances follow R20 (1 + alpha (T - 20)); a constriction takes two thirds of alpha.
        """
        slopes = tuple(ohm * square_a2 * alpha_per_k for ohm in cold_ohm)
        at_zero_w = tuple(ohm * square_a2 * (1.0 - 20.0 * alpha_per_k) for ohm in cold_ohm)
        return replace(self, warming_w_per_k=slopes), at_zero_w

    def step(self, dt_s: float) -> Step:
        """Return what *dt_s* does; make it once and use it for every step of that length."""
        size = len(self.capacity_j_per_k)
        flow = self._flow()
        rows = [
            [*(value / capacity * dt_s for value in row),
             *(dt_s / capacity * (node == column) for column in range(size)),
             self.ambient_w_per_k[node] / capacity * dt_s]
            for node, (row, capacity) in enumerate(zip(flow, self.capacity_j_per_k, strict=True))
        ]  # fmt: skip
        rows += [[0.0] * (2 * size + 1) for _ in range(size + 1)]
        whole = exponential(rows)[:size]
        return Step(
            tuple(tuple(row[:size]) for row in whole),
            tuple(tuple(row[size : 2 * size]) for row in whole),
            tuple(row[-1] for row in whole),
        )

    def steady_c(self, power_w: Sequence[float], ambient_c: float) -> tuple[float, ...]:
        """Return where constant powers settle; raise ValueError where heat outgrows cooling."""
        flow = self._flow()
        if not self._settles(flow):
            raise ValueError("no temperature is steady: the sources gain more heat than they lose")
        sides = zip(flow, power_w, self.ambient_w_per_k, strict=True)
        return tuple(
            solved([[-value for value in row] + [watts + tie * ambient_c]
                    for row, watts, tie in sides])
        )  # fmt: skip

    def _flow(self) -> Matrix:
        """Return the watts that each node gains for each kelvin of each node."""
        size = len(self.capacity_j_per_k)
        flow = [[0.0] * size for _ in range(size)]
        for one, other, conductance in self.links:
            flow[one][one] -= conductance
            flow[other][other] -= conductance
            flow[one][other] += conductance
            flow[other][one] += conductance
        for node in range(size):
            flow[node][node] -= self.ambient_w_per_k[node]
            if self.warming_w_per_k:
                flow[node][node] += self.warming_w_per_k[node]
        return flow

    @staticmethod
    def _settles(flow: Matrix) -> bool:
        """Whether every node ends warmer for a watt into each: then all motions die out.

        Off the diagonal nothing is negative, so this is the test for a stable (Metzler) matrix.
        """
        try:
            rises = solved([[-value for value in row] + [1.0] for row in flow])
        except ZeroDivisionError:
            return False
        return all(rise > 0.0 for rise in rises)
