"""Lumped heat flow: each node relaxes toward where its neighbours and its own heat would settle it.

The exact solution of dT/dt = (T_settled - T) / tau over a step with a constant T_settled is
T + (T_settled - T) (1 - exp(-dt / tau)), stable for a step of any length.
"""

from math import exp


def kept(dt_s: float, tau_s: float) -> float:
    """Return the share of a node's gap that is left after *dt_s*, exp(-dt / tau)."""
    return exp(-dt_s / tau_s)


def relaxed_c(temp_c: float, settled_c: float, share_kept: float) -> float:
    """Return a node's temperature after a step that leaves *share_kept* of its gap. [°C]"""
    return settled_c + (temp_c - settled_c) * share_kept
