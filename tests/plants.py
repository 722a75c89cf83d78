"""Connectors that nobody told the estimators of: what they are made of differs, and the air too.

Nuisances of one specimen: heat capacities, conductances, loops and sensor lag away from the part's
own, a worn pin or none, another temperature of the air, and an air sensor that is off by a few
degrees, because it hangs in the sun or in the shade.
"""

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any, NamedTuple

from silverpin.control.forecast import AHEAD_S
from silverpin.plant.connector import Connector
from silverpin.plant.parts import Part
from silverpin.ports import Ambient
from tests.stage import Stage, a_charger

RATED_KW = {"ccs2-200a": 80.0, "ccs2-80a": 31.0, "type2-32a": 22.0}
"""Connector sets, and the power that is their full rating on the simulated vehicle."""

AHEADS_S = (60.0, AHEAD_S)
_LOOK_S = 10.0


class ShiftedAir:
    """An air sensor that is off."""

    def __init__(self, air: Ambient, offset_k: float) -> None:
        self._air, self._offset_k = air, offset_k

    def read_c(self) -> float | None:
        told_c = self._air.read_c()
        return None if told_c is None else told_c + self._offset_k


class NoAir:
    """A charger without an air sensor."""

    def read_c(self) -> float | None:
        return None


def heavier(connector: Connector, factor: float) -> None:
    """Make every time constant *factor* times as long; where pins settle stays the same."""
    part = connector.part
    connector.remake(
        replace(
            part,
            pin_j_per_k=part.pin_j_per_k * factor,
            handle_j_per_k=part.handle_j_per_k * factor,
        )
    )


def another(part: Part, rng: Random) -> Part:
    """Return a specimen of another make."""
    loop = rng.uniform(0.5, 2.0)
    return replace(
        part,
        crimp_ohm=part.crimp_ohm * rng.uniform(0.7, 1.4),
        pin_j_per_k=part.pin_j_per_k * rng.uniform(0.5, 2.0),
        handle_j_per_k=part.handle_j_per_k * rng.uniform(0.5, 2.0),
        pin_cable_w_per_k=part.pin_cable_w_per_k * rng.uniform(0.8, 1.5),
        pin_handle_w_per_k=part.pin_handle_w_per_k * rng.uniform(0.5, 1.5),
        handle_ambient_w_per_k=part.handle_ambient_w_per_k * rng.uniform(0.6, 1.5),
        loop_w_per_k=(part.loop_w_per_k[0] * loop, part.loop_w_per_k[1] * loop * 1.2),
        ntc_lag_s=rng.uniform(4.0, 18.0),
    )


def unknown_plant(
    connector: str, seed: int, *, worn: bool = False, forecast: bool = True, **setup: Any
) -> Stage:
    """A charger on a specimen that no estimator knows, plugged in."""
    rng = Random(f"plant {connector} {seed}")
    air_c = rng.uniform(15.0, 38.0)
    charger = a_charger(
        seed, connector=connector, power_max_w=90_000.0, battery_kwh=4000.0, skip=True,
        tick_ns=100_000_000, forecast=forecast, **({"ambient_c": air_c} | setup),
    )  # fmt: skip
    bay, ports = charger.world.bay, charger.charger.ports
    bay.connector.remake(another(bay.connector.part, rng))
    if worn:
        share = rng.uniform(2.0, 4.0)
        resistance_ohm = list(bay.connector.resistance_ohm)
        resistance_ohm[0] *= share
        bay.connector.wear(resistance_ohm)
    air = ShiftedAir(ports.ambient, rng.uniform(-3.0, 3.0))
    charger.charger.ports = ports._replace(ambient=air)
    return charger.plug_in()


def peak_c(charger: Stage, seconds: float, every_s: float = 10.0) -> float:
    """Let time pass; return the highest temperature that a pin had, as nature has it."""
    return max(_each(charger, seconds, every_s, lambda s: max(s.world.bay.connector.pin_c)))


def _each(
    charger: Stage, seconds: float, every_s: float, look: Callable[[Stage], float]
) -> list[float]:
    return [look(charger.wait(every_s)) for _ in range(round(seconds / every_s))]


def hot_duty(charger: Stage, kw: float) -> float:
    """Half power, full power in and out, and a rest; return the highest temperature of a pin."""
    highest_c = []
    for share, minutes in ((0.5, 20), (1.0, 20), (0.0, 10), (-1.0, 40), (0.3, 20), (1.0, 30)):
        charger.world.command_power(share * kw * 1e3)
        highest_c.append(peak_c(charger, 60.0 * minutes))
    return max(highest_c)


class Misses(NamedTuple):
    """By how much forecasts of one time ahead were wrong, and how often their band was right."""

    errors_k: list[float]
    within_band: float


class _Look(NamedTuple):
    read_c: tuple[float, ...]
    amps: float
    cooling: float
    told: dict[float, tuple[float, ...]]
    band: tuple[int, float]
    """The pin that will be the hottest, and how far its reading may be off in five minutes."""


def misses(charger: Stage, kw: float, hours: float, seed: int) -> dict[float, Misses]:
    """Return how forecasts of a minute and of five missed in sessions that nobody had seen.

    The first hour teaches; *hours* after it are judged. What nobody announced cannot be forecast,
    so a forecast is judged if neither set-point nor cooling changed in its time.
    """
    rng, looks, until_s = Random(seed), [], 0.0
    for number in range(round((hours + 1.0) * 3600.0 / _LOOK_S)):
        if number * _LOOK_S >= until_s:
            until_s += rng.choice((600.0, 900.0, 1800.0))
            charger.world.command_power(rng.choice((0.0, 0.4, 0.7, 1.0, -0.6, -1.0)) * kw * 1e3)
        looks.append(_look(charger.wait(_LOOK_S)))
    judged = looks[round(3600.0 / _LOOK_S) :]
    return {ahead_s: _missed(judged, ahead_s) for ahead_s in AHEADS_S}


def _look(charger: Stage) -> _Look:
    supervisor, readings = charger.charger.supervisor, charger.charger.obs.pin_temps_c
    forecast, cooling = supervisor.forecast, supervisor.cooling.both
    told = {ahead_s: forecast.after_c(ahead_s, cooling, None) or () for ahead_s in AHEADS_S}
    outlook = forecast.outlook(cooling, None)
    return _Look(
        tuple(row.value for row in readings if row is not None), charger.amps, cooling, told,
        (0, 0.0) if outlook is None else (outlook.pin, 2.0 * outlook.sigma_k),
    )  # fmt: skip


def _missed(looks: list[_Look], ahead_s: float) -> Misses:
    errors_k, inside = [], []
    ahead = round(ahead_s / _LOOK_S)
    for at, (now, later) in enumerate(zip(looks, looks[ahead:], strict=False)):
        between = looks[at : at + ahead + 1]
        if any(abs(look.amps - now.amps) > 1.0 or look.cooling != now.cooling for look in between):
            continue
        missed_k = [abs(a - b) for a, b in zip(now.told[ahead_s], later.read_c, strict=True)]
        errors_k += missed_k
        inside.append(missed_k[now.band[0]] <= now.band[1])
    return Misses(errors_k, sum(inside) / len(inside))
