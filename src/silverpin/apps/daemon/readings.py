"""What the charger's inputs say now: nothing once a reading is too old, as safety sees it."""

from typing import TypeVar

from silverpin.apps.charger import Charger
from silverpin.domain.observation import Reading
from silverpin.safety.freshness import fresh, measured
from silverpin.safety.thermal import believed

T = TypeVar("T")


def seen(charger: Charger, reading: Reading[T] | None) -> T | None:
    """Return what an input says, None when it is unread or too old to count."""
    return fresh(reading, charger.obs.now_ns, charger.limits.input_age_max_ns)


def figure(charger: Charger, reading: Reading[float] | None) -> float | None:
    """Return what a meter says, None also when that is no number."""
    return measured(reading, charger.obs.now_ns, charger.limits.input_age_max_ns)


def pin_temps_c(charger: Charger) -> tuple[float | None, ...]:
    """Return each power pin's temperature, None where it is unread, too old or impossible."""
    known = believed(charger.obs.pin_temps_c, charger.obs.now_ns, charger.limits)
    return (*known, *(None,) * (len(charger.connector.power_pins) - len(known)))


def raws_c(charger: Charger) -> tuple[float | None, ...]:
    """Return what each pin's sensor said before its calibration, None where it says nothing."""
    known = believed(charger.thermometer.raw, charger.obs.now_ns, charger.limits)
    return (*known, *(None,) * (len(charger.connector.power_pins) - len(known)))


def power_w(charger: Charger) -> float | None:
    """Return the power at the connector by the charger's own meter."""
    obs = charger.obs
    flows = seen(charger, obs.mirror)
    if flows is False:
        return 0.0
    amps, volts = figure(charger, obs.current_a), figure(charger, obs.voltage_v)
    if flows is None or amps is None or volts is None:
        return None
    return round(charger.supervisor.phases.used * amps * volts, 1)
