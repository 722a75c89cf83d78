"""The power electronics: a current source with a slew, an efficiency and an inhibit input.

Before the battery is joined it may hold a voltage instead: then its output rises at its own pace,
and falls through its resistor once that is no longer asked or inhibited.
"""

from math import copysign, exp

from silverpin.physics.ramp import Ramped, ramp

_RISE_V_PER_S = 1_000.0
_FALL_S = 0.25
"""Time constant with which the output empties through its resistor."""
_GONE_V = 1.0
_VAR_S_PER_A = 8.0
"""Reactive power for each ampere a second that the current moves. [var s/A]"""
_RUNAWAY_A_PER_S = 1_000.0
"""How fast the current moves that no set-point holds back."""


class Converter:
    """Current at the connector over a step. Positive charges the vehicle."""

    __slots__ = ("current_a", "efficiency", "grid_ws", "holds_v", "inhibit",
                 "inhibit_a_per_s", "loss_ws", "map_shifted", "most_a", "output_v",
                 "reactive_var", "runaway_a", "slew_a_per_s", "target_a")  # fmt: skip

    def __init__(self, slew_a_per_s: float, most_a: float) -> None:
        self.current_a = 0.0
        self.target_a = 0.0
        self.inhibit = True
        self.holds_v = 0.0
        """A voltage to hold in place of a current; 0 for none."""
        self.output_v = 0.0
        """What the output holds by itself, without the battery."""
        self.slew_a_per_s = slew_a_per_s
        self.inhibit_a_per_s = 20_000.0
        """How fast the output stage empties its filter when inhibited."""
        self.efficiency = 0.965
        self.reactive_var = 0.0
        self.map_shifted = False
        self.most_a = most_a
        """What its stage can drive."""
        self.runaway_a: float | None = None
        """What it drives whatever its set-point is, whose sign alone it follows; None obeys."""
        self.loss_ws = 0.0
        """Heat of the electronics so far. [W s]"""
        self.grid_ws = 0.0
        """Energy drawn from the grid so far, less what was fed back. [W s]"""

    def step(self, dt_s: float, conducting: bool) -> Ramped:
        """Advance the current by *dt_s*; without a closed path it is zero at once."""
        if not conducting:
            self.current_a = 0.0
            self.reactive_var = 0.0
            return Ramped(0.0, 0.0, 0.0)
        if self.inhibit:
            moved = ramp(self.current_a, 0.0, self.inhibit_a_per_s, dt_s)
            self.reactive_var = 0.0
        else:
            moved = ramp(self.current_a, *self._driven(), dt_s)
            # While current moves, the grid side lags a little and shows it as reactive power.
            self.reactive_var = _VAR_S_PER_A * abs(moved.value - self.current_a) / dt_s
        self.current_a = moved.value
        return moved

    def _driven(self) -> tuple[float, float]:
        """Return the current that it moves to, and how fast."""
        if self.runaway_a is not None and self.target_a:
            amps = min(self.runaway_a, self.most_a)
            return copysign(amps, self.target_a), _RUNAWAY_A_PER_S
        return self.target_a, self.slew_a_per_s

    def step_voltage(self, dt_s: float) -> None:
        """Move the output towards the voltage that is asked for."""
        wanted_v = 0.0 if self.inhibit else self.holds_v
        if wanted_v > self.output_v:
            self.output_v = min(wanted_v, self.output_v + _RISE_V_PER_S * dt_s)
            return
        self.output_v = wanted_v + (self.output_v - wanted_v) * exp(-dt_s / _FALL_S)
        if self.output_v < _GONE_V:
            self.output_v = 0.0

    def account(self, energy_ws: float) -> None:
        """Book the loss between connector and grid for *energy_ws* at the connector."""
        drawn = energy_ws / self.efficiency if energy_ws > 0.0 else energy_ws * self.efficiency
        self.grid_ws += drawn
        self.loss_ws += drawn - energy_ws
