"""Physical values of a session: limits, what was asked and given, and what cannot be so.

A car or a charger with a fault in its scale tells a current of 1,500 A where 30 A flow. Such values
are named with what they contradict: a bound of nature, or the limit that the same side told.
"""

from typing import Any, NamedTuple

from silverpin.apps.decode.physical import Quantity, Survey
from silverpin.protocols.capture.conversation import V2gMessage

NAMES_MAX = 256

_MEGAWATT_CURRENT_A = 3000.0
_CCS_CURRENT_A = 1000.0
_BOUNDS = {"V": 1500.0, "W": 4e6, "%": 100.0}
_UNDER = {
    "EVSEPresentCurrent": ("EVSEMaximumCurrentLimit", "EVSEMaximumChargeCurrent"),
    "EVSEPresentVoltage": ("EVSEMaximumVoltageLimit", "EVSEMaximumVoltage"),
    "EVPresentActivePower": ("EVMaximumChargePower",),
}
_ASKED_FOR = {"EVSEPresentCurrent": "EVTargetCurrent", "EVSEPresentVoltage": "EVTargetVoltage"}
_TOLERANCE, _SLACK = 1.5, 10.0


class Range:
    """The values that one element had."""

    __slots__ = ("first", "largest", "last", "smallest", "unit")

    def __init__(self, value: float, unit: str) -> None:
        self.first = self.last = self.smallest = self.largest = value
        self.unit = unit

    def add(self, value: float) -> None:
        """Take one more value."""
        self.last = value
        if value < self.smallest:
            self.smallest = value
        elif value > self.largest:
            self.largest = value

    def told(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {
            "min": self.smallest,
            "max": self.largest,
            "first": self.first,
            "last": self.last,
            "unit": self.unit,
        }


class Contradiction(NamedTuple):
    """A value that cannot be so; *times* it was told, the furthest of them with its reason."""

    sender: str | None
    name: str
    value: float
    unit: str
    why: str
    t_ns: int | None
    times: int


class Values:
    """Collects the values of a session."""

    def __init__(self) -> None:
        self.ranges: dict[tuple[str | None, str], Range] = {}
        self.contradictions: dict[str, Contradiction] = {}

    def take(self, message: V2gMessage, survey: Survey) -> None:
        """Take every value in a message."""
        for quantity in survey.quantities:
            key = (message.sender, quantity.name)
            known = self.ranges.get(key)
            if known is not None:
                known.add(quantity.value)
            elif len(self.ranges) < NAMES_MAX:
                self.ranges[key] = Range(quantity.value, quantity.unit)
            if why := self._why_not(message, quantity):
                self._contradict(message, quantity, why)

    def of(self, kind: str, sender: str | None = None) -> dict[str, Range]:
        """Return the ranges of a kind: limits, asked, given or soc."""
        return {
            name: values
            for (by, name), values in self.ranges.items()
            if kind_of(name) == kind and sender in (None, by)
        }

    def _why_not(self, message: V2gMessage, quantity: Quantity) -> str | None:
        name, value, unit = quantity
        bound = _BOUNDS.get(unit)
        if unit == "A":
            iso20 = (message.protocol or "").startswith("iso20")
            bound = _MEGAWATT_CURRENT_A if iso20 else _CCS_CURRENT_A
        if bound is not None and abs(value) > bound:
            return f"no such interface carries more than {bound:g} {unit}{self._asked(quantity)}"
        limit = self._limit(message.sender, name)
        if limit is not None and value > _TOLERANCE * limit + _SLACK:
            return f"its own limit is {limit:g} {unit}{self._asked(quantity)}"
        if value < 0 and "Present" in name and message.protocol in ("din", "iso2"):
            return f"{message.protocol} knows no discharging"
        return None

    def _limit(self, sender: str | None, name: str) -> float | None:
        if name not in _UNDER:
            return None
        told = (self.ranges.get((sender, limit)) for limit in _UNDER[name])
        return max((values.largest for values in told if values is not None), default=None)

    def _asked(self, quantity: Quantity) -> str:
        asked = self.ranges.get(("ev", _ASKED_FOR.get(quantity.name, "")))
        return f", {asked.last:g} {quantity.unit} were asked for" if asked else ""

    def _contradict(self, message: V2gMessage, quantity: Quantity, why: str) -> None:
        known = self.contradictions.get(quantity.name)
        times = known.times + 1 if known else 1
        if known is not None and abs(known.value) >= abs(quantity.value):
            self.contradictions[quantity.name] = known._replace(times=times)
        elif known is not None or len(self.contradictions) < NAMES_MAX:
            self.contradictions[quantity.name] = Contradiction(
                message.sender, *quantity, why, message.t_ns, times
            )


def kind_of(name: str) -> str:
    """Return what a value of this name is: limits, asked, given, soc, or other."""
    if name.endswith(("SOC", "SoC")):
        return "soc" if name in ("EVRESSSOC", "PresentSOC") else "other"
    if "Max" in name or "Min" in name or "Limit" in name:
        return "limits"
    if "Target" in name or "Request" in name:
        return "asked"
    return "given" if "Present" in name else "other"
