"""What `grid-monitor` is told: the grid now, how near its profile's stages are, and the wait."""

from typing import Any

from silverpin.apps.charger import Charger
from silverpin.apps.control_socket.requests import answer
from silverpin.apps.daemon.readings import seen
from silverpin.apps.daemon.technician_office import Office
from silverpin.apps.daemon.wall import Wall
from silverpin.apps.exits import Exit
from silverpin.domain.grid_profiles import GridProfile, Quantity
from silverpin.domain.quantities import NS_PER_S
from silverpin.ports import GridReading
from silverpin.safety.grid import Counting, GridWatch

_DIGITS = {Quantity.FREQUENCY: 3, Quantity.VOLTAGE: 1}


class GridDesk:
    """Answers `grid`."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self.handlers = {"grid": self._grid}

    def _grid(self, request: dict[str, Any], who: str) -> dict[str, Any]:
        return answer(Exit.DONE, "", data=grid_data(self._office.charger, self._office.wall))


def grid_window(profile: GridProfile) -> str:
    """Return where no stage of *profile* counts time, in words."""
    hertz, volts = (profile.innermost(quantity) for quantity in Quantity)
    return f"{hertz[0]:g} to {hertz[1]:g} Hz, {volts[0]:g} to {volts[1]:g} V"


def grid_wait(charger: Charger) -> str:
    """Return how far the wait for the grid is, in words; empty while it may be fed."""
    waited_ns = charger.grid_watch.waited_ns(charger.obs.now_ns)
    if waited_ns is None:
        return ""
    if charger.grid_watch.back_ns is None:
        return f"not within {charger.profile.reconnect.sentence}"
    delay_s = charger.profile.reconnect_s
    return f"watched in its band for {waited_ns // NS_PER_S} s of {delay_s:g} s"


def grid_data(charger: Charger, wall: Wall) -> dict[str, Any]:
    """Return one sample of `silverpin.grid/1`."""
    watch, profile, grid = charger.grid_watch, charger.profile, charger.grid
    now_ns = charger.obs.now_ns
    return {
        "time": wall.iso(now_ns),
        "profile": profile.name,
        "nominal_hz": profile.nominal_hz,
        "nominal_v": profile.nominal_v,
        "hz": None if grid is None else round(grid.hz, 3),
        "v": None if grid is None else round(grid.volts, 1),
        "ok": seen(charger, charger.obs.grid_ok),
        "since": None if watch.since_ns is None else wall.iso(watch.since_ns),
        "tripped": None if watch.tripped is None else watch.tripped.name,
        "reconnect": _reconnect(watch, profile, now_ns),
        "stages": [_stage(watch, row, profile, grid, now_ns) for row in watch.counting],
    }


def _reconnect(watch: GridWatch, profile: GridProfile, now_ns: int) -> dict[str, Any]:
    band, waited_ns = profile.reconnect, watch.waited_ns(now_ns)
    left_s = None if waited_ns is None else profile.reconnect_s - waited_ns / NS_PER_S
    return {
        "low_hz": band.low_hz,
        "high_hz": band.high_hz,
        "low_v": band.low_v,
        "high_v": band.high_v,
        "delay_s": profile.reconnect_s,
        "in_band": watch.ok or watch.back_ns is not None,
        "left_s": None if left_s is None else round(max(0.0, left_s), 1),
    }


def _stage(
    watch: GridWatch, counting: Counting, profile: GridProfile, grid: GridReading | None,
    now_ns: int,
) -> dict[str, Any]:  # fmt: skip
    row, since_ns = counting
    value = None if grid is None else watch.seen(row, grid.hz, grid.volts)
    digits = _DIGITS[row.quantity]
    counted_s = None if since_ns is None else (now_ns - since_ns) / NS_PER_S
    nominal = profile.nominal_hz if row.quantity is Quantity.FREQUENCY else profile.nominal_v
    return {
        "name": row.name,
        "over": row.over,
        "threshold": row.threshold,
        "unit": row.quantity.value,
        "clearing_s": row.clearing_s,
        "mean_s": row.mean_s or None,
        "value": None if value is None else round(value, digits),
        "margin": None if value is None else round(row.margin(value), digits),
        "room": round(row.margin(nominal), digits),
        "counted_s": None if counted_s is None else round(counted_s, 2),
        "source": row.source,
    }
