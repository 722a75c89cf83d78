"""What is forecast of the pins, and starts that somebody announces, for status and commands."""

from typing import Any

from silverpin.apps.charger import Charger
from silverpin.apps.control_socket.requests import answer
from silverpin.apps.daemon.technician_office import Office
from silverpin.apps.daemon.wall import Wall
from silverpin.apps.exits import Exit
from silverpin.domain.quantities import NS_PER_S, seconds_to_ns

_BAND = 2.0
"""The band of a forecast, in standard errors: it holds about nineteen of twenty readings."""


def forecast_of(charger: Charger, wall: Wall) -> dict[str, Any] | None:
    """Return where the pin that will be the hottest is going, with its band."""
    supervisor, now_ns = charger.supervisor, charger.obs.now_ns
    told = supervisor.forecast.outlook(supervisor.cooling.both, supervisor.coming(now_ns))
    if told is None:
        return None
    band_k = _BAND * told.sigma_k
    return {
        "pin": charger.connector.power_pins[told.pin],
        "temp_c": round(told.temp_c, 1),
        "low_c": round(told.temp_c - band_k, 1),
        "high_c": round(told.temp_c + band_k, 1),
        "at": wall.iso(now_ns + seconds_to_ns(told.in_s)),
        "in_s": told.in_s,
    }


def announced_of(charger: Charger, wall: Wall) -> dict[str, Any] | None:
    """Return the start that is announced."""
    told = charger.supervisor.announced.standing
    if told is None:
        return None
    return {
        "power_w": told.power_w,
        "at": wall.iso(told.at_ns),
        "in_s": round(max(0, told.at_ns - charger.obs.now_ns) / NS_PER_S, 1),
    }


class HeatDesk:
    """Answers `announce`."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self.handlers = {"announce": self._announce}

    def _announce(self, request: dict[str, Any], who: str) -> dict[str, Any]:
        charger, wall = self._office.charger, self._office.wall
        if request["cancel"]:
            changed = charger.supervisor.announced.cancel()
            text = "No start is announced any more" if changed else "Already so: none is announced"
            return answer(Exit.DONE, text, changed=changed)
        power_w, in_s = request["power_w"], request["in_s"]
        if power_w is None or in_s is None:
            return answer(Exit.USAGE, "An announcement needs power_w and in_s, or cancel")
        now_ns = charger.obs.now_ns
        changed = charger.supervisor.announced.announce(now_ns, power_w, in_s)
        standing = charger.supervisor.announced.standing
        at_ns = now_ns if standing is None else standing.at_ns
        what = f"{abs(power_w) / 1e3:g} kW at {wall.clock(at_ns)}"
        text = f"Announced {what}: warm pins are cooled ahead" if changed else f"Already so: {what}"
        return answer(Exit.DONE, text, changed=changed, data=announced_of(charger, wall))
