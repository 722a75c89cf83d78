"""Connectors, air, duties and sensors as they may come, for the judge of sensors to be tried on.

Nothing here is shared with the judge but the promises of the connector set: how little a healthy
pin may warm, how much cooling may take away, and between which time constants. Everything else
varies from seed to seed: gain, wear, lags, housing, cooling and who commands it, air with weather,
sun and doors, warm inlets, phases in use, tolerance, resolution and noise of the sensors, a meter
of the air in a cabinet that warms under load, or none.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import erf, exp, floor, inf, pi, sin
from random import Random

from silverpin.domain.connectors import ConnectorSet
from silverpin.domain.quantities import NS_PER_S
from silverpin.safety.sensors import Sensors

STEP_S = 10.0
Duty = Callable[[float], float]
"""Share of the rating at a second of the trial."""
Lie = Callable[[float, float], float]
"""What a lying sensor tells for the truth at a second."""


@dataclass(slots=True)
class Pin:
    """One pin and its sensor."""

    gain_k: float
    tau_s: float
    loaded: float
    housing_share: float
    offset_k: float
    scale: float
    rise_k: float = 0.0
    slow_k: float = 0.0
    read_k: float | None = None


class Weather:
    """Air around the plug: season, day, wandering, doors and showers, and the sun on the plug."""

    def __init__(self, chance: Random, room_c: float | None = None) -> None:
        self.chance = chance
        self.mean_c = chance.uniform(0.0, 32.0) if room_c is None else room_c
        outdoors = 0.0 if room_c is not None else 1.0
        self.day_k = outdoors * chance.uniform(0.0, 7.0)
        self.wander_k = (outdoors + 0.05) * chance.uniform(0.0, 1.2)
        self.wander_s = chance.uniform(1200.0, 5400.0)
        self.sun_k = outdoors * chance.choice((0.0, 0.0, chance.uniform(2.0, 12.0)))
        self.phase = chance.uniform(0.0, 1.0)
        self.steps_a_day = outdoors * chance.uniform(0.0, 6.0)
        self.wandered_k = self.step_k = 0.0

    def step(self, at_s: float) -> tuple[float, float]:
        """Return the air and what the sun adds at the plug."""
        chance = self.chance
        keep = exp(-STEP_S / self.wander_s)
        self.wandered_k = self.wandered_k * keep + chance.gauss(
            0.0, self.wander_k * (1 - keep**2) ** 0.5
        )
        self.step_k *= exp(-STEP_S / 3600.0)
        if chance.random() < self.steps_a_day * STEP_S / 86400.0:
            self.step_k += chance.uniform(-4.0, 4.0)
        turn = at_s / 86400.0 + self.phase
        sun_k = self.sun_k * max(0.0, sin(2 * pi * turn))
        return self.mean_c + self.day_k * sin(2 * pi * turn) + self.wandered_k + self.step_k, sun_k


class Cooling:
    """Who commands the loops, and how well: nobody, a thermostat, the current, chance."""

    def __init__(self, chance: Random, strongest: float) -> None:
        self.chance = chance
        self.kind = chance.choice(("none", "thermostat", "current", "chance", "tight"))
        self.least = 1.0 / (1.0 + (strongest - 1.0) * chance.uniform(0.3, 1.0))
        """Share of the warming that is left with all cooling on."""
        self.at_c = chance.uniform(30.0, 60.0)
        self.level = 0.0

    def step(self, hottest_c: float, share: float) -> float:
        """Return the share of the uncooled warming that is left."""
        chance = self.chance
        if self.kind == "thermostat":
            self.level = 1.0 if hottest_c > self.at_c + (0.0 if self.level else 2.0) else 0.0
        elif self.kind == "current":
            self.level = min(1.0, share * share)
        elif self.kind == "chance" and chance.random() < STEP_S / 1200.0:
            self.level = chance.random()
        elif self.kind == "tight":
            self.level = min(1.0, max(0.0, (hottest_c - self.at_c) / 4.0))
        return 1.0 / (1.0 + self.level * (1.0 / self.least - 1.0))


class Specimen:
    """One connector in one place, read every ten seconds and judged."""

    def __init__(
        self, kind: ConnectorSet, seed: int, *, room_c: float | None = None, worn: float = 3.0
    ) -> None:
        self.kind = kind
        self.chance = chance = Random(seed)
        self.weather = Weather(chance, room_c)
        self.cooling = Cooling(chance, kind.uncooled_factor)
        self.lag_s = chance.uniform(4.0, 25.0)
        self.noise_k = chance.choice((0.01, 0.05, 0.1))
        self.resolution_k = chance.choice((0.01, 0.1, 0.25, 0.5))
        self.stray_k = chance.uniform(-0.1, 0.1)
        """What the rating's current induces in a reading."""
        self.cabinet_k = chance.choice((None, 0.0, chance.uniform(0.0, 12.0)))
        self.housing_s = chance.uniform(500.0, kind.warming_s)
        self.air_s = chance.uniform(200.0, kind.warming_s)
        self.pins = self._pins(worn)
        air_c, _ = self.weather.step(0.0)
        self.felt_c = air_c
        self.cabinet_c = 0.0
        self.inlet_k = self.brought_k = 0.0
        self.inlet_s = 600.0
        self.mated = False
        self.at_s = 0.0
        self.lies: dict[int, Lie] = {}
        self.judge = Sensors(kind)

    def _pins(self, worn: float) -> list[Pin]:
        kind, chance = self.kind, self.chance
        left = self.cooling.least
        gain_k = kind.rise_at_rating_min_k / left * chance.uniform(1.0, 1.5)
        tau_s = chance.uniform(kind.warming_fast_s / left, kind.warming_s)
        single = not kind.direct_current and chance.random() < 0.5
        idle = {"L2", "L3"} if single else {"N"}
        return [
            Pin(
                gain_k=min(gain_k * chance.choice((1.0, 1.0, chance.uniform(1.0, worn))),
                           kind.rise_at_rating_max_k),
                tau_s=tau_s, loaded=chance.uniform(0.0, 0.06) if pin in idle else 1.0,
                housing_share=chance.uniform(0.0, 0.3),
                offset_k=max(-1.2, min(1.2, chance.gauss(0.0, 0.5))),
                scale=chance.uniform(0.98, 1.02),
            )
            for pin in kind.power_pins
        ]  # fmt: skip

    def step(self, share: float) -> None:
        """Carry *share* of the rating for one step and show the judge what is read."""
        self.at_s += STEP_S
        air_c, sun_k = self.weather.step(self.at_s)
        self._mate(share)
        self.felt_c += (air_c + sun_k - self.felt_c) * (1.0 - exp(-STEP_S / self.air_s))
        self.inlet_k += (self.brought_k - self.inlet_k) * (1.0 - exp(-STEP_S / self.air_s))
        self.brought_k *= exp(-STEP_S / self.inlet_s)
        hottest_k = max(pin.rise_k + pin.slow_k for pin in self.pins)
        left = self.cooling.step(self.felt_c + hottest_k, share)
        temps_c = tuple(self._read(i, pin, share, left) for i, pin in enumerate(self.pins))
        self.cabinet_c += ((self.cabinet_k or 0.0) * share**2 - self.cabinet_c) * STEP_S / 1800.0
        told_c = None if self.cabinet_k is None else air_c + self.cabinet_c
        now_ns = round(self.at_s) * NS_PER_S
        self.judge.step(now_ns, share * self.kind.rating_a, temps_c, told_c)

    def _mate(self, share: float) -> None:
        """A vehicle whose inlet is warmer or colder than the plug brings that along."""
        if share and not self.mated:
            self.brought_k = self.chance.uniform(-8.0, 15.0)
            self.inlet_s = self.chance.uniform(400.0, 5000.0)
        self.mated = bool(share) or (self.mated and self.chance.random() > STEP_S / 3600.0)

    def _read(self, index: int, pin: Pin, share: float, left: float) -> float:
        heat_k = pin.gain_k * pin.loaded * share**2
        own_k, slow_k = heat_k * (1.0 - pin.housing_share), heat_k * pin.housing_share
        pin.rise_k += (own_k * left - pin.rise_k) * (1.0 - exp(-STEP_S / (pin.tau_s * left)))
        pin.slow_k += (slow_k * left - pin.slow_k) * (1.0 - exp(-STEP_S / self.housing_s))
        true_c = self.felt_c + self.inlet_k + pin.rise_k + pin.slow_k
        before_c = true_c if pin.read_k is None else pin.read_k
        pin.read_k = before_c + (true_c - before_c) * (1.0 - exp(-STEP_S / self.lag_s))
        told_c = pin.read_k * pin.scale + pin.offset_k
        lie = self.lies.get(index)
        if lie is not None and not isinstance(lie, Frozen):
            told_c = lie(told_c, self.at_s)
        told_c = self._converted(told_c + self.stray_k * share)
        return lie(told_c, self.at_s) if isinstance(lie, Frozen) else told_c

    def _converted(self, value_c: float) -> float:
        """Return what ten readings, one a second, of this resolution and noise are on average."""
        steps = value_c / self.resolution_k
        below = floor(steps)
        above = 0.5 + 0.5 * erf((steps - below - 0.5) * self.resolution_k / self.noise_k / 2**0.5)
        left = (above * (1.0 - above) / 10.0) ** 0.5 + 0.3 * self.noise_k / self.resolution_k
        return (below + above + self.chance.gauss(0.0, left)) * self.resolution_k

    def run(self, hours: float, duty: Duty, *, until_doubted: bool = False) -> float:
        """Run on; return the second at which the first sensor was doubted, or infinity."""
        for _ in range(round(hours * 3600.0 / STEP_S)):
            self.step(duty(self.at_s))
            if self.judge.doubted and until_doubted:
                return self.at_s
        return inf

    def restart(self) -> None:
        """The program ends and another begins beside pins that are as warm as they are."""
        self.judge = Sensors(self.kind)


def bypassed(true_c: float, at_s: float) -> float:
    """10 kΩ in the sensor's place."""
    return 25.0


def drifting(k_per_h: float, since_s: float = 0.0) -> Lie:
    """A sensor that leaves the truth."""
    return lambda true_c, at_s: true_c + k_per_h * max(0.0, at_s - since_s) / 3600.0


def scaled(factor: float) -> Lie:
    """Something across the sensor's wires, or in their way."""
    return lambda true_c, at_s: 25.0 + factor * (true_c - 25.0)


class Frozen:
    """A reading that stays what it was."""

    def __init__(self, since_s: float = 0.0) -> None:
        self.since_s = since_s
        self.held_c: float | None = None

    def __call__(self, true_c: float, at_s: float) -> float:
        if at_s < self.since_s:
            return true_c
        if self.held_c is None:
            self.held_c = true_c
        return self.held_c


def constant(share: float, from_s: float = 0.0) -> Duty:
    """The same current for ever."""
    return lambda at_s: share if at_s >= from_s else 0.0


def sessions(share: float, on_s: float, off_s: float) -> Duty:
    """Charge and rest by turns, beginning with a rest."""
    return lambda at_s: share if at_s % (on_s + off_s) >= off_s else 0.0


def regulation(seed: int, most: float) -> Duty:
    """A frequency signal: another power every step, all day."""
    chance = Random(seed)
    return lambda _: most * chance.random()


def any_duty(chance: Random) -> Duty:
    """Something that a charger may do for days."""
    share = chance.choice((0.03, 0.1, 0.2, 0.4, 0.7, 1.0, chance.random()))
    kind = chance.choice(("constant", "sessions", "short", "regulation", "mixed"))
    if kind == "constant":
        return constant(share, chance.uniform(0.0, 7200.0))
    if kind == "sessions":
        return sessions(share, chance.uniform(1800.0, 30000.0), chance.uniform(600.0, 40000.0))
    if kind == "short":
        return sessions(share, chance.uniform(60.0, 1800.0), chance.uniform(60.0, 1800.0))
    signal = regulation(chance.getrandbits(32), share)
    if kind == "regulation":
        return signal
    gate = sessions(1.0, chance.uniform(3600.0, 30000.0), chance.uniform(3600.0, 30000.0))
    return lambda at_s: signal(at_s) * gate(at_s)
