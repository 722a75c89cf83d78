"""How warm a contact gets by its current: the two modes of `Heat`, solved exactly.

The sensor's place relaxes towards what the current's square and the ambient make of it; the contact
is hotter than the sensor by a second, faster gap. Both resistances rise with temperature. While
current and ambient stand still, both equations are linear, so a step of any length is exact. All of
it is arithmetic of floats: `exposure_kernel` compiles these same functions.
"""

from math import exp
from typing import TYPE_CHECKING, NamedTuple

from silverpin.physics.contact import ALPHA_COPPER_PER_K
from silverpin.physics.thermal import RUNAWAY

if TYPE_CHECKING:
    from silverpin.durability.parameters.groups import WearSet

ALPHA_SPOT_PER_K = ALPHA_COPPER_PER_K * 2.0 / 3.0
"""A constriction's, as `physics.contact.constriction_ohm` has it."""
COLD_C = 20.0
_SAME_RATE = 1e-9


class HeatModel(NamedTuple):
    """Constants of one connector; rises are those that a cold conductor would make."""

    rated_a: float
    sensor_cold_k: float
    sensor_tau_s: float
    contact_cold_k: float
    contact_tau_s: float
    idle_offset_k: float


class HeatStep(NamedTuple):
    """What a length of time at one current does, linear in sensor, gap and ambient."""

    sensor_kept: float
    gap_kept: float
    gap_by_sensor: float
    gap_by_settled: float
    gap_by_heat_k: float
    settled_by_ambient: float
    settled_by_heat_k: float


def heat_model(wear_set: "WearSet", score: float = 0.0) -> HeatModel:
    """Return the connector that warms as much as a standard normal score says; 0 is the median.

    Both rises take the one score, as good and bad seats do: bands come out wide rather than narrow.
    """
    heat = wear_set.heat
    rise_k, gap_k = heat.rise_at_rated_k.at(score), heat.contact_over_sensor_k.at(score)
    return HeatModel(
        rated_a=wear_set.rated_a,
        sensor_cold_k=rise_k / (1.0 + ALPHA_COPPER_PER_K * rise_k),
        sensor_tau_s=heat.tau_s.p50,
        contact_cold_k=gap_k / (1.0 + ALPHA_SPOT_PER_K * (rise_k + gap_k)),
        contact_tau_s=heat.contact_tau_s.p50,
        idle_offset_k=heat.idle_offset_k.at(score),
    )


def heat_step(model: HeatModel, dt_s: float, current_a: float) -> HeatStep:
    """Return what *dt_s* at a current does; make it once for every step that is alike."""
    square = (current_a / model.rated_a) * (current_a / model.rated_a)
    sensor_k, contact_k = model.sensor_cold_k * square, model.contact_cold_k * square
    loses = max(1.0 - ALPHA_COPPER_PER_K * sensor_k, RUNAWAY)
    gap_loses = max(1.0 - ALPHA_SPOT_PER_K * contact_k, RUNAWAY)
    slow_per_s, fast_per_s = loses / model.sensor_tau_s, gap_loses / model.contact_tau_s
    kept, gap_kept = exp(-slow_per_s * dt_s), exp(-fast_per_s * dt_s)
    apart_per_s = fast_per_s - slow_per_s
    if abs(apart_per_s) * dt_s < _SAME_RATE:
        shared_s = dt_s * kept
    else:
        shared_s = (kept - gap_kept) / apart_per_s
    settled_by_heat_k = (
        model.idle_offset_k + sensor_k * (1.0 - ALPHA_COPPER_PER_K * COLD_C)
    ) / loses
    gap_k = contact_k / gap_loses
    follows = contact_k * ALPHA_SPOT_PER_K / model.contact_tau_s * shared_s
    return HeatStep(
        sensor_kept=kept,
        gap_kept=gap_kept,
        gap_by_sensor=follows,
        gap_by_settled=(1.0 - gap_kept) * gap_k * ALPHA_SPOT_PER_K - follows,
        gap_by_heat_k=(1.0 - gap_kept) * gap_k * (1.0 - ALPHA_SPOT_PER_K * COLD_C),
        settled_by_ambient=1.0 / loses,
        settled_by_heat_k=settled_by_heat_k,
    )


def warmed(
    step: HeatStep, sensor_c: float, gap_k: float, ambient_c: float, measured: bool
) -> tuple[float, float]:
    """Return sensor and gap at the end of a step; a measured sensor stays where it is."""
    settled_c = sensor_c
    if not measured:
        settled_c = step.settled_by_ambient * ambient_c + step.settled_by_heat_k
    gap = (
        step.gap_kept * gap_k
        + step.gap_by_sensor * sensor_c
        + step.gap_by_settled * settled_c
        + step.gap_by_heat_k
    )
    return settled_c + (sensor_c - settled_c) * step.sensor_kept, gap
