"""Many connectors of one type side by side, of seven nodes each, that no estimator knows.

Nodes: tip, barrel with the crimp, near cable, inlet's pin, the inlet and the vehicle behind it,
housing, bead of the sensor. Half of the contact's heat goes to either side. Everything scatters as
`resistance_nuisances` says. Explicit steps of one second; the fastest node takes ten.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tests.resistance_nuisances import USUAL, Nuisances

Floats = NDArray[np.float64]
TIP, BARREL, NEAR, INLET, VEHICLE, HOUSING, BEAD = range(7)
NODES = 7
SAMPLE_S = 10
ALPHA_PER_K = 3.9e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Make:
    """One type of connector: ohms at 20 °C, J/K and W/K."""

    wear_set: str
    rated_a: float
    contact_ohm: float
    ohms: tuple[float, ...]
    """Of each node, beside the contact."""
    capacities: tuple[float, ...]
    links: tuple[tuple[int, int, float], ...]
    to_air: tuple[float, ...]


AC_32 = Make(
    wear_set="type2-32a",
    rated_a=32.0,
    contact_ohm=0.31e-3,
    ohms=(0.015e-3, 0.10e-3, 0.25e-3, 0.04e-3, 0.0, 0.0, 0.0),
    capacities=(2.5, 4.5, 19.0, 4.0, 55.0, 27.5, 0.23),
    links=((TIP, INLET, 0.08), (TIP, BARREL, 0.55), (BARREL, NEAR, 0.045), (INLET, VEHICLE, 0.025),
           (BARREL, HOUSING, 0.009), (BARREL, BEAD, 0.018), (BEAD, HOUSING, 0.00125)),
    to_air=(0.0, 0.0, 0.0375, 0.0, 0.07, 0.055, 0.0),
)  # fmt: skip
DC_200 = Make(
    wear_set="ccs2-200a",
    rated_a=200.0,
    contact_ohm=0.12e-3,
    ohms=(0.01e-3, 0.05e-3, 0.09e-3, 0.02e-3, 0.0, 0.0, 0.0),
    capacities=(60.0, 110.0, 420.0, 90.0, 700.0, 380.0, 0.6),
    links=((TIP, INLET, 0.9), (TIP, BARREL, 7.0), (BARREL, NEAR, 0.75), (INLET, VEHICLE, 0.28),
           (BARREL, HOUSING, 0.10), (BARREL, BEAD, 0.045), (BEAD, HOUSING, 0.003)),
    to_air=(0.0, 0.0, 0.45, 0.0, 0.55, 0.40, 0.0),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One session of each connector, a row each; NaN where a sample is missing."""

    t_s: Floats
    current_a: Floats
    ntc_c: Floats
    ambient_c: Floats
    contact_ohm: Floats
    """The truth, at 20 °C."""


class Fleet:
    """Connectors of one type; `session` uses them all once."""

    def __init__(
        self, make: Make, count: int, rng: np.random.Generator, nuisances: Nuisances = USUAL
    ) -> None:
        self.make, self.count, self.rng, self.nuisances = make, count, rng, nuisances
        n = nuisances
        self.contact_ohm = make.contact_ohm * self._factor(n.contact_sd)
        self.ohms = np.array(make.ohms) * self._factors(n.other_ohm_sd, NODES)
        self.capacities = np.array(make.capacities) * self._factors(n.capacity_sd, NODES)
        self.links = np.array([row[2] for row in make.links]) * self._factors(
            n.conductance_sd, len(make.links)
        )
        self.links[:, 5] *= self._factor(n.sensor_grip_sd)
        self.links[:, 6] *= self._factor(n.sensor_leak_sd)
        self.to_air = np.array(make.to_air) * self._factors(n.conductance_sd, NODES)
        self.ntc_offset_k = n.ntc_offset_k * rng.standard_normal(count)
        self.site_k = n.ambient_site_k * rng.standard_normal(count)
        self.gain = self._factor(n.current_gain_sd)

    def _factor(self, sd: float) -> Floats:
        return np.exp(sd * self.rng.standard_normal(self.count))

    def _factors(self, sd: float, width: int) -> Floats:
        return np.exp(sd * self.rng.standard_normal((self.count, width)))

    def session(self, current_a: Floats, air_c: float = 20.0) -> Seen:
        """Use every connector with a current of one value a second."""
        rng, n, make = self.rng, self.nuisances, self.make
        ohm = self.contact_ohm * self._factor(n.mating_sd)
        links, to_air = self.links.copy(), self.to_air * self._factor(n.airflow_sd)[:, None]
        links[:, 0] *= self._factor(n.seat_sd)
        inlet = self._factor(n.inlet_sd)
        links[:, 3] *= inlet
        to_air[:, VEHICLE] *= inlet
        air = air_c + 4.0 * rng.standard_normal(self.count)
        drift = n.ambient_drift_k_per_h / 3600.0 * rng.standard_normal(self.count)
        temps = air[:, None] + n.warm_start_k * rng.random((self.count, NODES))
        temps[:, BEAD] = temps[:, BARREL]
        wander, gust = np.zeros(self.count), np.zeros(self.count)
        ends = [(one, other) for one, other, _ in make.links]
        kept_air, kept_gust = np.exp(-1.0 / n.ambient_wander_s), np.exp(-1.0 / n.gust_s)
        stir_air = n.ambient_wander_k * np.sqrt(1.0 - kept_air**2)
        stir_gust = n.gust_sd * np.sqrt(1.0 - kept_gust**2)
        samples = len(current_a) // SAMPLE_S
        bead, told_air = np.empty((self.count, samples)), np.empty((self.count, samples))
        for second, amperes in enumerate(current_a):
            if second % SAMPLE_S == 0 and second // SAMPLE_S < samples:
                bead[:, second // SAMPLE_S] = temps[:, BEAD]
                told_air[:, second // SAMPLE_S] = air
            chance = rng.standard_normal((2, self.count))
            wander = kept_air * wander + stir_air * chance[0]
            gust = kept_gust * gust + stir_gust * chance[1]
            air = air + drift
            square = amperes * amperes
            heat = square * self.ohms * (1.0 + ALPHA_PER_K * (temps - 20.0))
            at = 0.5 * (temps[:, TIP] + temps[:, INLET])
            half = 0.5 * square * ohm * (1.0 + ALPHA_PER_K * 2.0 / 3.0 * (at - 20.0))
            heat[:, TIP] += half
            heat[:, INLET] += half
            heat -= to_air * np.exp(gust)[:, None] * (temps - (air + wander)[:, None])
            for place, (one, other) in enumerate(ends):
                flow = links[:, place] * (temps[:, one] - temps[:, other])
                heat[:, one] -= flow
                heat[:, other] += flow
            temps = temps + heat / self.capacities
        return self._told(current_a, bead, told_air, ohm)

    def _told(self, current_a: Floats, bead: Floats, air: Floats, ohm: Floats) -> Seen:
        rng, n = self.rng, self.nuisances
        shape = bead.shape
        ntc = bead + self.ntc_offset_k[:, None] + n.ntc_noise_k * rng.standard_normal(shape)
        offset = self.site_k + n.ambient_session_k * rng.standard_normal(self.count)
        ambient = air + offset[:, None] + n.ambient_noise_k * rng.standard_normal(shape)
        amperes = current_a[: shape[1] * SAMPLE_S : SAMPLE_S] * self.gain[:, None]
        amperes = amperes + n.current_noise_a * rng.standard_normal(shape)
        columns = [np.round(row / n.resolution_k) * n.resolution_k for row in (ntc, ambient)]
        for column in columns:
            column[rng.random(shape) < n.missing_share] = np.nan
        return Seen(
            t_s=np.arange(0.0, shape[1] * SAMPLE_S, SAMPLE_S), current_a=amperes, ntc_c=columns[0],
            ambient_c=columns[1], contact_ohm=ohm,
        )  # fmt: skip


def steady(make: Make, minutes: int = 60, share: float = 1.0) -> Floats:
    """Return a constant current, one value a second."""
    return np.full(60 * minutes, share * make.rated_a)


def makes_like(make: Make, count: int, rng: np.random.Generator, sd: float = 0.25) -> list[Make]:
    """Return other types of such a connector: every figure of it by itself so much off."""

    def other(values: tuple[float, ...]) -> tuple[float, ...]:
        return tuple(value * float(np.exp(sd * rng.standard_normal())) for value in values)

    return [
        replace(
            make,
            contact_ohm=other((make.contact_ohm,))[0],
            ohms=other(make.ohms),
            capacities=other(make.capacities),
            links=tuple((one, to, other((tie,))[0]) for one, to, tie in make.links),
            to_air=other(make.to_air),
        )
        for _ in range(count)
    ]
