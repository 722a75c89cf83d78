"""One stroke of a lock's bolt: a geared motor against spring, friction and what is in its way.

Electrical and mechanical side are integrated together, a millisecond at a time, once a stroke:
winding current rises with the inductance, falls as the bolt picks up speed (its back-EMF), follows
the resistance met on the way, and rises to the stall current where the bolt stands. That current is
what a charger can see; where the bolt is, most actuators do not tell.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import NamedTuple

STEP_S = 1e-3
_COPPER_PER_K = 0.0039
_GREASE_PER_K = 0.012
"""How much stiffer the grease gets for each kelvin below 20 °C."""
_PLATEAU = 60
"""Steps for which the bolt must stand before the rest of a stroke is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drive:
    """One specimen of an actuator."""

    supply_v: float
    ohm: float
    """Winding at 20 °C."""
    henry: float
    newton_per_a: float
    """Force for current, and volts for speed. [N/A = V s/m]"""
    mass_kg: float
    """Bolt, gear and rotor, as felt at the bolt."""
    friction_n: float
    spring_n: float
    spring_n_per_m: float
    pulse_s: float
    """The stage drives fully for this long and then holds."""
    hold_share: float
    home_m: float

    @classmethod
    def specimen(cls, rng: Random) -> "Drive":
        """Return one of a batch."""
        return cls(
            supply_v=rng.uniform(11.4, 12.8), ohm=8.0 * rng.uniform(0.93, 1.07),
            henry=0.016 * rng.uniform(0.8, 1.2), newton_per_a=100.0 * rng.uniform(0.92, 1.08),
            mass_kg=12.0 * rng.uniform(0.8, 1.2), friction_n=rng.uniform(10.0, 20.0),
            spring_n=rng.uniform(4.0, 9.0), spring_n_per_m=rng.uniform(600.0, 1400.0),
            pulse_s=0.6, hold_share=0.4, home_m=0.0110 + rng.uniform(-0.2, 0.2) * 1e-3,
        )  # fmt: skip

    def hot_ohm(self, temp_c: float) -> float:
        """Return the winding's resistance at a temperature."""
        return self.ohm * (1.0 + _COPPER_PER_K * (temp_c - 20.0))


class Way(NamedTuple):
    """What the bolt meets: drag against its motion, push back out of the inlet, a hard stop."""

    drag_n: Callable[[float], float]
    push_n: Callable[[float], float]
    stop_m: float


class Stroke(NamedTuple):
    """Where the bolt was and what the drive drew, step by step from its start."""

    metres: tuple[float, ...]
    amps: tuple[float, ...]
    held_m: float
    """Where it rests once the stage only holds: what pushes back may win then."""


def stroke(drive: Drive, way: Way, from_m: float, temp_c: float) -> Stroke:
    """Drive the bolt home from *from_m*; both rows go on unchanged after their end."""
    ohm = drive.hot_ohm(temp_c)
    grease = 1.0 + _GREASE_PER_K * max(0.0, 20.0 - temp_c)
    metres, amps = [from_m], [0.0]
    at_m, speed, amp, stood = from_m, 0.0, 0.0, 0
    factor, mass = drive.newton_per_a, drive.mass_kg
    for _ in range(round(drive.pulse_s / STEP_S)):
        amp += STEP_S * (drive.supply_v - ohm * amp - factor * speed) / drive.henry
        net_n = factor * amp - way.push_n(at_m)
        speed = _speed(speed, net_n, grease * way.drag_n(at_m), mass)
        at_m += STEP_S * speed
        if at_m >= way.stop_m:
            at_m, speed = max(way.stop_m, metres[-1]), 0.0
        elif at_m < 0.0:
            at_m, speed = 0.0, 0.0
        stood = stood + 1 if at_m == metres[-1] else 0
        metres.append(at_m)
        amps.append(amp)
        if stood > _PLATEAU:
            break
    hold_n = factor * drive.hold_share * drive.supply_v / ohm
    return Stroke(tuple(metres), tuple(amps), _held(way, at_m, hold_n, grease))


def _speed(speed: float, net_n: float, drag_n: float, mass_kg: float) -> float:
    """Return the next speed; friction brings to rest and never starts anything."""
    if speed == 0.0 and abs(net_n) <= drag_n:
        return 0.0
    against = drag_n if speed > 0.0 or (speed == 0.0 and net_n > 0.0) else -drag_n
    after = speed + STEP_S * (net_n - against) / mass_kg
    return 0.0 if speed * after < 0.0 else after


def _held(way: Way, at_m: float, hold_n: float, grease: float) -> float:
    """Return where holding force, friction and what pushes back come to rest."""
    while at_m > 0.0 and way.push_n(at_m) > hold_n + grease * way.drag_n(at_m):
        at_m -= 1e-4
    return at_m
