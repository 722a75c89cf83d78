"""A mated connector as nature has it: each pin with its own resistance and heat.

Nodes: one a power pin, one for the handle; ambient is given. Each pin is fed by I² times its
contact and crimp, and tied to ambient along its cable, to the handle, and to ambient through the
two cooling loops. Each node relaxes exactly toward where it would settle with its neighbours held
(`physics.thermal`), which is stable at any step and within 0.1 K of the coupled solution up to a
step of two seconds. A sensor follows its pin with a first-order lag.
"""

from math import exp
from random import Random

from silverpin.domain.connectors import ConnectorSet
from silverpin.physics.contact import ALPHA_COPPER_PER_K
from silverpin.plant.parts import PARTS

_CONSTRICTION_PER_K = 2.0 / 3.0 * ALPHA_COPPER_PER_K


class Connector:
    """Pins, handle and sensors of one specimen."""

    __slots__ = ("_decays", "_part", "ambient_c", "cooling", "handle_c", "kind", "loss_ws", "ntc_c",
                 "ntc_offset_k", "pin_c", "resistance_ohm")  # fmt: skip

    def __init__(self, kind: ConnectorSet, rng: Random, ambient_c: float) -> None:
        part = PARTS[kind.name]
        self.kind = kind
        self._part = part
        self.ambient_c = ambient_c
        self.resistance_ohm = [part.contact_ohm * rng.uniform(0.9, 1.1) for _ in kind.power_pins]
        self.ntc_offset_k = [rng.gauss(0.0, 0.2) for _ in kind.power_pins]
        self.pin_c = [ambient_c] * len(kind.power_pins)
        self.ntc_c = list(self.pin_c)
        self.handle_c = ambient_c
        self.cooling = (0.0, 0.0)
        self.loss_ws = 0.0
        """Heat made in pins and cable so far. [W s]"""
        self._decays: tuple[float, float, float, float, float] | None = None

    def step(self, dt_s: float, square_a2s: float) -> None:
        """Advance by *dt_s* in which the square of the current integrated to *square_a2s*."""
        part, ambient = self._part, self.ambient_c
        conductance, pin_keep, handle_keep, ntc_keep = self._keeps(dt_s)
        away = conductance - part.pin_handle_w_per_k
        to_handle = part.pin_handle_w_per_k
        mean_a2 = square_a2s / dt_s
        handle_in = 0.0
        for index, temp in enumerate(self.pin_c):
            over = temp - 20.0
            ohm = self.resistance_ohm[index] * (1.0 + _CONSTRICTION_PER_K * over) + (
                part.crimp_ohm * (1.0 + ALPHA_COPPER_PER_K * over)
            )
            if self._idle(index):
                ohm = 0.0
            self.loss_ws += ohm * square_a2s
            target = (ohm * mean_a2 + away * ambient + to_handle * self.handle_c) / conductance
            settled = target + (temp - target) * pin_keep
            self.pin_c[index] = settled
            handle_in += to_handle * (temp + settled) * 0.5
            ntc = self.ntc_c[index]
            middle = (temp + settled) * 0.5
            self.ntc_c[index] = middle + (ntc - middle) * ntc_keep
        ties = to_handle * len(self.pin_c) + part.handle_ambient_w_per_k
        target = (handle_in + part.handle_ambient_w_per_k * ambient) / ties
        self.handle_c = target + (self.handle_c - target) * handle_keep
        self.loss_ws += part.cable_ohm * square_a2s

    def loop_ohm(self) -> float:
        """Return the resistance of contacts, crimps and cable in the current's way."""
        part = self._part
        ohm = part.cable_ohm
        for index, temp in enumerate(self.pin_c):
            if not self._idle(index):
                over = temp - 20.0
                ohm += self.resistance_ohm[index] * (1.0 + _CONSTRICTION_PER_K * over) + (
                    part.crimp_ohm * (1.0 + ALPHA_COPPER_PER_K * over)
                )
        return ohm

    def _idle(self, index: int) -> bool:
        """The neutral of a balanced three-phase connection carries no current."""
        return not self.kind.direct_current and self.kind.power_pins[index] == "N"

    def _keeps(self, dt_s: float) -> tuple[float, float, float, float]:
        """Return a pin's conductance and the share of each node's gap that a step leaves."""
        part = self._part
        first, second = self.cooling
        conductance = (
            part.pin_cable_w_per_k + part.pin_handle_w_per_k
            + first * part.loop_w_per_k[0] + second * part.loop_w_per_k[1]
        )  # fmt: skip
        cached = self._decays
        if cached is not None and cached[0] == dt_s and cached[1] == conductance:
            return conductance, cached[2], cached[3], cached[4]
        ties = part.pin_handle_w_per_k * len(self.pin_c) + part.handle_ambient_w_per_k
        pin_keep = exp(-dt_s * conductance / part.pin_j_per_k)
        handle_keep = exp(-dt_s * ties / part.handle_j_per_k)
        ntc_keep = exp(-dt_s / part.ntc_lag_s)
        self._decays = (dt_s, conductance, pin_keep, handle_keep, ntc_keep)
        return conductance, pin_keep, handle_keep, ntc_keep

    def hottest_c(self) -> float:
        """Return the temperature of the hottest pin."""
        return max(self.pin_c)
