"""What a charger keeps of its connector's heat, so that its contact resistance can be told later.

A session, for this, is current with pauses of less than half an hour.
"""

from typing import NamedTuple

from silverpin.domain.quantities import NS_PER_S

BLOCK_NS = 10 * NS_PER_S
"""Slower than every meter, and faster than a pin warms."""
PAUSE_S = 1800.0
"""A longer pause ends a session."""
IDLE_A = 0.5
"""Less is noise of a meter at rest."""


class ContactBlock(NamedTuple):
    """Means over some seconds of one mating; None where most of them were not measured."""

    t_ns: int
    """Monotonic instant at which it began."""
    mating: int
    span_s: float
    current_a: float | None
    """Positive charges the vehicle."""
    square_a2: float | None
    """Mean square of the current, which is what heats."""
    pin_c: float | None
    """The hottest sensor; None where one of them was not read or is doubted."""
    air_c: float | None
    v_evse_v: float | None
    """On the charger's side of the cable, as its own meter has it."""
    v_ev_v: float | None
    """At the vehicle, where it tells its own reading."""
    cable_c: float | None
