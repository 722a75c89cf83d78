"""Physical values in messages: a number, its power of ten, and a unit told or known by name."""

from functools import lru_cache
from typing import Any, NamedTuple

_UNITS = (
    ("Voltage", "V"), ("Current", "A"), ("Power", "W"), ("Energy", "Wh"), ("PMax", "W"),
    ("Time", "s"), ("Capacity", "Wh"), ("Amount", "Wh"), ("Frequency", "Hz"), ("Ripple", "A"),
)  # fmt: skip
_SOC = ("SOC", "SoC")


class Quantity(NamedTuple):
    """A value by the name of its element."""

    name: str
    value: float
    unit: str


def physical(node: Any) -> float | None:
    """Return the value of a physical value, or None for anything else."""
    if type(node) is not dict or "Value" not in node or not isinstance(node["Value"], int):
        return None
    power = node.get("Multiplier", node.get("Exponent"))
    if not isinstance(power, int):
        return None
    value: int = node["Value"]
    # Dividing is exact to the last digit where a factor like 0.1 is not.
    return float(value * 10**power) if power >= 0 else value / 10**-power


def unit_of(name: str, node: Any) -> str:
    """Return the unit that the value tells, or that its name means."""
    told = node.get("Unit") if isinstance(node, dict) else None
    return told if isinstance(told, str) else _unit_by_name(name)


@lru_cache(maxsize=256)
def _unit_by_name(name: str) -> str:
    return next((unit for word, unit in _UNITS if word in name), "")


class Survey:
    """What a message holds: its physical values in their order, and its plain words by name."""

    __slots__ = ("quantities", "words")

    def __init__(self, message: Any) -> None:
        self.quantities: list[Quantity] = []
        self.words: dict[str, Any] = {}
        self._look(message, "")

    def _look(self, node: Any, name: str) -> None:
        kind = type(node)
        if kind is dict:
            value = physical(node)
            if value is not None:
                self.quantities.append(Quantity(name, value, unit_of(name, node)))
                return
            for key, inside in node.items():
                self._look(inside, key)
        elif kind is list:
            for inside in node:
                self._look(inside, name)
        else:
            self.words[name] = node
            if kind is int and name.endswith(_SOC):
                self.quantities.append(Quantity(name, float(node), "%"))
