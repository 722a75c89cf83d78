"""Pins that warm as the current has them, and sensors that tell so or something else."""

from collections.abc import Callable
from math import exp
from random import Random

from silverpin.domain.connectors import ConnectorSet
from silverpin.domain.doubts import Doubt
from silverpin.domain.quantities import NS_PER_S
from silverpin.safety.sensors import Sensors
from tests.observations import DC

Curve = Callable[[float], float | None]


class Pins:
    """A connector of healthy pins whose sensors tell the truth, unless one is told otherwise."""

    def __init__(self, kind: ConnectorSet = DC, rise_k: float = 20.0) -> None:
        self.kind = kind
        self.judge = Sensors(kind)
        self.chance = Random(1)
        self.rise_k = rise_k
        """At rating; well above the least that the connector set promises."""
        self.air_c: Callable[[float], float] = lambda _: 25.0
        self.told_air_c: Curve = lambda _: None
        self.idle: set[int] = set()
        self.warmth_k = 0.0
        self.says: dict[int, Curve] = {}
        self.seconds = 0
        self.step_s = 1

    def run(self, hours: float, amps: Curve | float | None) -> "Pins":
        """Carry *amps* for that long."""
        for _ in range(round(hours * 3600 / self.step_s)):
            self.seconds += self.step_s
            at_s = float(self.seconds)
            current_a = amps(at_s) if callable(amps) else amps
            target_k = self.rise_k * ((current_a or 0.0) / self.kind.rating_a) ** 2
            self.warmth_k += (target_k - self.warmth_k) * (1 - exp(-self.step_s / 480))
            temps_c = tuple(self._read(index, at_s) for index in range(len(self.kind.power_pins)))
            now_ns = self.seconds * NS_PER_S
            self.judge.step(now_ns, current_a, temps_c, self.told_air_c(at_s))
        return self

    def rested(self) -> "Pins":
        """Let it rest until nothing is unknown of what came before."""
        self.step_s = 10
        self.run(1.2, 0.0)
        self.step_s = 1
        return self

    def _read(self, index: int, at_s: float) -> float | None:
        if index in self.says:
            return self.says[index](at_s)
        warmth_k = 0.0 if index in self.idle else self.warmth_k
        return self.air_c(at_s) + warmth_k + self.chance.gauss(0.0, 0.05)

    def bypass(self, *pins: int) -> "Pins":
        """10 kΩ in the sensors' places: 25 °C with the noise of the converter behind it."""
        for pin in pins:
            self.says[pin] = lambda _: 25.0 + self.chance.gauss(0.0, 0.05)
        return self

    @property
    def doubts(self) -> dict[str, Doubt]:
        """Why which pin is doubted."""
        return {self.kind.power_pins[i]: row.doubt for i, row in self.judge.doubted.items()}
