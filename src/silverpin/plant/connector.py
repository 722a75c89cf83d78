"""A mated connector as nature has it: each pin with its own resistance and heat.

Nodes: one a power pin, one for the handle; ambient is given. Each pin is fed by I² times its
contact and crimp, and tied to ambient along its cable, to the handle, and to ambient through the
two cooling loops. Each node relaxes exactly toward where it would settle with its neighbours held
(`physics.thermal`), which is stable at any step and within 0.1 K of the coupled solution up to a
step of two seconds. A sensor follows its pin with a first-order lag. Resistances follow the
temperatures from step to step.
"""

from collections.abc import Sequence
from random import Random

from silverpin.domain.connectors import ConnectorSet
from silverpin.physics.contact import ALPHA_COPPER_PER_K, bulk_ohm, constriction_ohm
from silverpin.physics.thermal import kept, relaxed_c
from silverpin.plant.parts import PARTS, Part


def idle_pins(kind: ConnectorSet, phases: int) -> frozenset[str]:
    """Return the power pins without current.

    The neutral of a balanced three-phase load carries none; of one phase it brings all of it back.
    """
    if kind.direct_current:
        return frozenset()
    return frozenset({"N"} if phases > 1 else {"L2", "L3"})


class Connector:
    """Pins, handle and sensors of one specimen."""

    __slots__ = ("_decays", "_idle", "_laws", "_ohms", "_part", "ambient_c", "cooling", "handle_c",
                 "kind", "loop_ohm", "loss_ws", "ntc_c", "ntc_offset_k", "pin_c",
                 "resistance_ohm")  # fmt: skip

    def __init__(self, kind: ConnectorSet, rng: Random, ambient_c: float, phases: int = 3) -> None:
        part = PARTS[kind.name]
        self._idle = idle_pins(kind, phases)
        self.kind = kind
        self._part = part
        self.ambient_c = ambient_c
        self.resistance_ohm = tuple(part.contact_ohm * rng.uniform(0.9, 1.1)
                                    for _ in kind.power_pins)  # fmt: skip
        """Contact resistance of each pin at 20 °C; `wear` changes it."""
        self.ntc_offset_k = [rng.gauss(0.0, 0.2) for _ in kind.power_pins]
        self.pin_c = [ambient_c] * len(kind.power_pins)
        self.ntc_c = list(self.pin_c)
        self.handle_c = ambient_c
        self.cooling = (0.0, 0.0)
        self.loss_ws = 0.0
        """Heat made in pins and cable so far. [W s]"""
        self.loop_ohm = 0.0
        """Contacts, crimps and cable in the current's way."""
        self._ohms: list[float] = []
        self._laws: tuple[tuple[float, float], ...] = ()
        """What a pin with its crimp has at 0 °C, and how much more a kelvin."""
        self._decays: tuple[float, float, float, float, float] | None = None
        self.wear(self.resistance_ohm)

    @property
    def part(self) -> Part:
        """What this specimen is made of."""
        return self._part

    def remake(self, part: Part) -> None:
        """Become a specimen that is made otherwise, with the same contacts."""
        self._part, self._decays = part, None
        self.wear(self.resistance_ohm)

    def wear(self, resistance_ohm: Sequence[float]) -> None:
        """Give the contacts other resistances at 20 °C, in the order of the pins."""
        self.resistance_ohm = tuple(resistance_ohm)
        self._laws = tuple(
            self._law(pin, cold_ohm)
            for pin, cold_ohm in zip(self.kind.power_pins, self.resistance_ohm, strict=True)
        )
        self._follow_heat()

    def _law(self, pin: str, cold_ohm: float) -> tuple[float, float]:
        if pin in self._idle:
            return 0.0, 0.0
        at_0, at_1 = (
            constriction_ohm(cold_ohm, temp_c, ALPHA_COPPER_PER_K)
            + bulk_ohm(self._part.crimp_ohm, temp_c)
            for temp_c in (0.0, 1.0)
        )
        return at_0, at_1 - at_0

    def heat(self, index: int, temp_c: float) -> None:
        """Bring one pin and its sensor to a temperature by hand."""
        self.pin_c[index] = self.ntc_c[index] = temp_c
        self._follow_heat()

    def step(self, dt_s: float, square_a2s: float) -> None:
        """Advance by *dt_s* in which the square of the current integrated to *square_a2s*."""
        part, ambient_c, handle_c = self._part, self.ambient_c, self.handle_c
        conductance, pin_keep, handle_keep, ntc_keep = self._keeps(dt_s)
        to_handle = part.pin_handle_w_per_k
        ties_w = (conductance - to_handle) * ambient_c + to_handle * handle_c
        mean_a2 = square_a2s / dt_s
        pin_c, ntc_c = self.pin_c, self.ntc_c
        middles_c = 0.0
        for index, ohm in enumerate(self._ohms):
            temp_c = pin_c[index]
            settled_c = (ohm * mean_a2 + ties_w) / conductance
            pin_c[index] = after_c = relaxed_c(temp_c, settled_c, pin_keep)
            middle_c = (temp_c + after_c) * 0.5
            middles_c += middle_c
            ntc_c[index] = relaxed_c(ntc_c[index], middle_c, ntc_keep)
        to_ambient = part.handle_ambient_w_per_k
        settled_c = (to_handle * middles_c + to_ambient * ambient_c) / (
            to_handle * len(pin_c) + to_ambient
        )
        self.handle_c = relaxed_c(handle_c, settled_c, handle_keep)
        self.loss_ws += self.loop_ohm * square_a2s
        self._follow_heat()

    def _follow_heat(self) -> None:
        """Bring the resistances to the temperatures of now: both laws are linear in them."""
        pin_c = self.pin_c
        self._ohms = ohms = [
            at_0 + per_k * pin_c[index] for index, (at_0, per_k) in enumerate(self._laws)
        ]
        self.loop_ohm = self._part.cable_ohm + sum(ohms)

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
            return cached[1:]
        ties = part.pin_handle_w_per_k * len(self.pin_c) + part.handle_ambient_w_per_k
        keeps = (
            conductance,
            kept(dt_s, part.pin_j_per_k / conductance),
            kept(dt_s, part.handle_j_per_k / ties),
            kept(dt_s, part.ntc_lag_s),
        )
        self._decays = (dt_s, *keeps)
        return keeps

    def hottest_c(self) -> float:
        """Return the temperature of the hottest pin."""
        return max(self.pin_c)
