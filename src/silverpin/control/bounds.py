"""What limits power now, by name: the tightest bound in each direction decides.

`status.limits` prints the list; nothing limits power that is not in it.
"""

from typing import NamedTuple

from silverpin.domain.session import Mode


class Bound(NamedTuple):
    """One limit on power at the connector, unsigned in each direction. [W]"""

    by: str
    charge_w: float
    discharge_w: float


_FREE = float("inf")


def mode_bound(mode: Mode, house_w: float | None) -> Bound | None:
    """Return what the mode itself forbids.

    V2H never exports: it gives at most what the house draws, and nothing while that is unknown.
    """
    if mode is Mode.CHARGE:
        return Bound("mode charge", _FREE, 0.0)
    if mode is Mode.V2G:
        return Bound("mode V2G", 0.0, _FREE)
    if mode is Mode.V2H:
        return Bound("house load", 0.0, max(0.0, house_w or 0.0))
    return None


def tightest(bounds: list[Bound], charge: bool) -> Bound:
    """Return the bound that decides in one direction."""
    if charge:
        return min(bounds, key=lambda bound: bound.charge_w)
    return min(bounds, key=lambda bound: bound.discharge_w)
