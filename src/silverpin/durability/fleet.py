"""Damage of many connectors of one kind at once: even steps, current and ambient, nothing else.

For one connector with all that is known of it there is `meter`; this is for the question what a
duty does to ten thousand. Currents come as 16-bit whole numbers, so that a year of minutes of one
connector takes a megabyte.
"""

from collections.abc import Mapping
from math import exp
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from silverpin.durability import fleet_kernel as kernel
from silverpin.durability.exposure import RANGES, node_temps_c
from silverpin.durability.heat import ALPHA_SPOT_PER_K, HeatModel
from silverpin.durability.mechanisms import Mechanism
from silverpin.durability.rainflow import Rainflow
from silverpin.physics.arrhenius import arrhenius
from silverpin.physics.contact import ALPHA_COPPER_PER_K
from silverpin.physics.fatigue import coffin_manson_damage
from silverpin.physics.fretting import fretting_damage, slip_um
from silverpin.physics.relaxation import strained_h

if TYPE_CHECKING:
    from silverpin.durability.parameters.groups import WearSet
    from silverpin.durability.record import FloatArray

AMPERES_PER_COUNT = 1.0 / 32.0
"""Up to 1024 A in 16 bits."""
_DEPTH = 64
_FASTEST_STEP = 3.0
"""Steps longer than this many time constants of the gap would need more terms."""


class FleetBlock:
    """`fleet_kernel.LANES` connectors, followed together; blocks are independent of each other."""

    def __init__(self, model: HeatModel, dt_s: float, start_c: float, gate_k: float = 2.0) -> None:
        if dt_s > _FASTEST_STEP * model.contact_tau_s:
            longest_s = _FASTEST_STEP * model.contact_tau_s
            raise ValueError(f"steps of {dt_s:g} s are too long: this kind takes {longest_s:g} s")
        self._dt_s = dt_s
        square = model.rated_a * model.rated_a
        values = (
            model.sensor_cold_k / square, model.contact_cold_k / square,
            exp(-dt_s / model.sensor_tau_s), exp(-dt_s / model.contact_tau_s),
            dt_s / model.sensor_tau_s, dt_s / model.contact_tau_s, model.idle_offset_k,
            ALPHA_COPPER_PER_K, ALPHA_SPOT_PER_K, gate_k,
        )  # fmt: skip
        self._heat = kernel.FleetHeat(*map(np.float32, values))
        self._lanes: NDArray[np.float32] = np.zeros((kernel.ROWS, kernel.LANES), np.float32)
        self._lanes[[kernel.SENSOR, kernel.EXTREME, kernel.HOTTEST]] = start_c
        self._lanes[kernel.RISING] = 1.0
        self._points: NDArray[np.float32] = np.zeros((kernel.LANES, _DEPTH), np.float32)
        self._points[:, 0] = start_c
        self._depths = np.ones(kernel.LANES, np.int64)
        self._stays = np.zeros((kernel.LANES, len(node_temps_c())), np.uint32)
        self._swings = np.zeros((kernel.LANES, RANGES), np.uint32)

    def take(self, currents: NDArray[np.int16], ambient_c: NDArray[np.float32]) -> None:
        """Follow steps: a row of currents for each, in `AMPERES_PER_COUNT`; one ambient for all."""
        kernel.follow(
            currents, np.float32(AMPERES_PER_COUNT), ambient_c, self._heat, self._lanes,
            self._points, self._depths, self._stays, self._swings,
        )  # fmt: skip

    @property
    def hottest_c(self) -> "FloatArray":
        """Highest contact temperature of each connector."""
        hottest_c: FloatArray = self._lanes[kernel.HOTTEST].astype(np.float64)
        return hottest_c

    @property
    def contact_h(self) -> "FloatArray":
        """Hours of each connector at each of `node_temps_c`."""
        hours: FloatArray = self._stays.astype(np.float64) * (self._dt_s / 3600.0)
        return hours

    @property
    def swings(self) -> "FloatArray":
        """Cycles of each connector by kelvins of range, as if the record ended here."""
        cycles: FloatArray = self._swings / 2.0
        for lane in range(kernel.LANES):
            depth = int(self._depths[lane])
            counter = Rainflow()
            closed = counter.push([*self._points[lane, :depth], self._lanes[kernel.EXTREME, lane]])
            for row in (*closed, *counter.rest()):
                if row.range > self._heat.gate_k:
                    cycles[lane, min(int(row.range), RANGES - 1)] += row.weight
        return cycles

    def damage(self, wear_set: "WearSet") -> Mapping[Mechanism, "FloatArray"]:
        """Return the life that heat took of each connector, mated all the time, at the medians."""
        relaxation, rubs, tires = (
            wear_set.spring_relaxation, wear_set.fretting, wear_set.thermal_fatigue
        )  # fmt: skip
        range_k: Any = np.arange(RANGES) + 0.5
        faster = arrhenius(node_temps_c(), relaxation.reference_c.p50, relaxation.activation_ev.p50)
        end_h = strained_h(relaxation.end_share.p50, relaxation.loss_per_decade.p50,
                           relaxation.onset_h.p50)  # fmt: skip
        rubbed = fretting_damage(
            slip_um(rubs.mismatch_per_k.p50, rubs.length_mm.p50, range_k), rubs.stick_um.p50,
            rubs.reference_um.p50, rubs.cycles_at_reference.p50, rubs.exponent.p50,
        )  # fmt: skip
        tired = coffin_manson_damage(
            range_k, tires.reference_k.p50, tires.cycles_at_reference.p50, tires.exponent.p50
        )
        swings = self.swings
        return {
            Mechanism.SPRING_RELAXATION: self.contact_h @ faster / end_h,
            Mechanism.FRETTING: swings @ rubbed,
            Mechanism.THERMAL_FATIGUE: swings @ tired,
        }
