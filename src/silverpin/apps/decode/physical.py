"""Physical values in messages: a number, its power of ten, and a unit told or known by name."""

from collections.abc import Iterator
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
    if not isinstance(node, dict) or not isinstance(node.get("Value"), int):
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
    if isinstance(told, str):
        return told
    return next((unit for word, unit in _UNITS if word in name), "")


def quantities(node: Any, name: str = "") -> Iterator[Quantity]:
    """Give every physical value and state of charge in a message, in its order."""
    value = physical(node)
    if value is not None:
        yield Quantity(name, value, unit_of(name, node))
    elif isinstance(node, dict):
        for key, inside in node.items():
            yield from quantities(inside, key)
    elif isinstance(node, list):
        for inside in node:
            yield from quantities(inside, name)
    elif isinstance(node, int) and not isinstance(node, bool) and name.endswith(_SOC):
        yield Quantity(name, float(node), "%")
