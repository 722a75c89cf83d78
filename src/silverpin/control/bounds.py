"""What limits power now, by name: the tightest bound in each direction decides.

`status.limits` prints the list; nothing limits power that is not in it.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from silverpin.domain.asks import Asks
from silverpin.domain.session import Mode


class Bound(NamedTuple):
    """One limit on power at the connector, unsigned in each direction. [W]"""

    by: str
    charge_w: float
    discharge_w: float


_FREE = float("inf")
HOUSE_MARGIN_W = 60.0
HOUSE_MARGIN_SHARE = 0.05
"""V2H stays this much below the house, so that what a tick cannot follow is no export."""

OF_THE_VEHICLE = ("vehicle", "vehicle's set-point")
"""Bounds that are the vehicle's own word."""

_NOT_OUT = Bound("mode charge", _FREE, 0.0)
_NOT_IN = Bound("mode V2G", 0.0, _FREE)


def mode_bound(mode: Mode, house_w: float | None) -> Bound | None:
    """Return what the mode itself forbids.

    V2H never exports: it gives at most what the house draws, less a margin, and nothing while that
    is unknown.
    """
    if mode is Mode.CHARGE:
        return _NOT_OUT
    if mode is Mode.V2G:
        return _NOT_IN
    if mode is Mode.V2H:
        draws_w = house_w or 0.0
        margin_w = max(HOUSE_MARGIN_W, HOUSE_MARGIN_SHARE * draws_w)
        return Bound("house load", 0.0, max(0.0, draws_w - margin_w))
    return None


def vehicle_bounds(
    limits_a: tuple[float, float] | None, asks: Asks | None, w_per_a: float
) -> Iterator[Bound]:
    """Yield what the vehicle allows, and what it asks for where it decides about power itself."""
    if limits_a is not None:
        charge_a, discharge_a = limits_a
        yield Bound(OF_THE_VEHICLE[0], charge_a * w_per_a, discharge_a * w_per_a)
    if asks is not None and asks.target_a is not None:
        asked_w = asks.target_a * w_per_a
        yield Bound(OF_THE_VEHICLE[1], max(0.0, asked_w), max(0.0, -asked_w))


def tightest(bounds: Sequence[Bound], charge: bool) -> Bound:
    """Return the bound that decides in one direction."""
    if charge:
        return min(bounds, key=lambda bound: bound.charge_w)
    return min(bounds, key=lambda bound: bound.discharge_w)


def within(power_w: float, bounds: Sequence[Bound]) -> float:
    """Return the signed power nearest to *power_w* that every bound allows."""
    if power_w >= 0.0:
        for bound in bounds:
            power_w = min(power_w, bound.charge_w)
        return power_w
    for bound in bounds:
        power_w = max(power_w, -bound.discharge_w)
    return power_w
