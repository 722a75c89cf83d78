"""Lumped heat flow: each node relaxes toward where its neighbours and its own heat would settle it.

The exact solution of dT/dt = (T_settled - T) / tau over a step with a constant T_settled is
T + (T_settled - T) (1 - exp(-dt / tau)), stable for a step of any length.
"""

from math import exp

from silverpin.physics.elementary import expm1, maximum
from silverpin.physics.law import law

RUNAWAY = 1e-6


def kept(dt_s: float, tau_s: float) -> float:
    """Return the share of a node's gap that is left after *dt_s*, exp(-dt / tau)."""
    return exp(-dt_s / tau_s)


def relaxed_c(temp_c: float, settled_c: float, share_kept: float) -> float:
    """Return a node's temperature after a step that leaves *share_kept* of its gap. [°C]"""
    return settled_c + (temp_c - settled_c) * share_kept


@law(
    equation="dT = h (1 + alpha (T_a - 20)) / (1 - alpha h), h = dT_cold (I / I_rated)^2",
    unit="K",
    sources=("ours: Joule heat in copper that warms, one conductance to ambient",),
    valid={"current_a": (-500.0, 500.0), "ambient_c": (-40.0, 60.0)},
)
def joule_rise_k(
    current_a: float,
    ambient_c: float,
    rated_a: float,
    rise_at_rated_k: float,
    alpha_per_k: float = 0.0,
) -> float:
    """Steady rise over ambient at a current, from the rise at the rated current and 20 °C ambient.

    Warm metal resists more and heats more: a rise of 40 K is a sixth of it. The rated rise is one
    that was measured, so it holds that share already. Where no temperature is steady any more, the
    answer is a million times too hot.
    """
    cold_k = rise_at_rated_k / (1.0 + alpha_per_k * rise_at_rated_k)
    heat_k = cold_k * (current_a / rated_a) * (current_a / rated_a)
    settles = maximum(1.0 - alpha_per_k * heat_k, RUNAWAY)
    return heat_k * (1.0 + alpha_per_k * (ambient_c - 20.0)) / settles


@law(
    equation="dT = dT_settled (1 - exp(-t / tau))",
    unit="K",
    sources=("one heat capacity",),
    valid={"elapsed_s": (0.0, 1e6), "tau_s": (1.0, 7200.0)},
)
def step_rise_k(settled_k: float, elapsed_s: float, tau_s: float) -> float:
    """Rise some time after a constant current began, from cold."""
    return -settled_k * expm1(-elapsed_s / tau_s)
