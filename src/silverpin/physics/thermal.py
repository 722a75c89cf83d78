"""Lumped heat flow."""

from math import exp


def relaxed_c(temp_c: float, target_c: float, dt_s: float, tau_s: float) -> float:
    """Return a node's temperature after relaxing toward *target_c* for *dt_s*. [°C]

    Exact solution of dT/dt = (T_target - T) / tau for a constant target; stable for any step.
    """
    return target_c + (temp_c - target_c) * exp(-dt_s / tau_s)


def settled_c(power_w: float, ties: tuple[tuple[float, float], ...]) -> float:
    """Return where a node settles that is fed *power_w* and tied to neighbours. [°C]

    *ties* are pairs of a neighbour's temperature [°C] and the conductance to it [W/K]:
    T = (P + sum G_i T_i) / sum G_i.
    """
    conductance = sum(g for _, g in ties)
    return (power_w + sum(t * g for t, g in ties)) / conductance
