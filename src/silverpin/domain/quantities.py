"""Quantities as people write them, read once at the edge and never inside.

Inside, a number is a float in SI (or °C, kWh where its name says so); text such as ``10kW``,
``5%``, ``3 mOhm`` or ``01:30`` is turned into one here, with an error that says what would have
been right.
"""

import re
from enum import Enum

NS_PER_S = 1_000_000_000
NS_PER_MS = 1_000_000
NS_PER_DAY = 86_400 * NS_PER_S


class Unit(Enum):
    """What a quantity measures; the value is the unit that `parse` returns it in."""

    POWER = "W"
    ENERGY = "kWh"
    RESISTANCE = "ohm"
    CURRENT = "A"
    VOLTAGE = "V"
    TEMPERATURE = "°C"
    FORCE = "N"
    FREQUENCY = "Hz"
    DURATION = "s"
    SHARE = "1"
    DRIFT = "K/h"


_FACTORS: dict[Unit, dict[str, float]] = {
    Unit.POWER: {"": 1.0, "w": 1.0, "kw": 1e3},
    Unit.ENERGY: {"kwh": 1.0, "wh": 1e-3},
    Unit.RESISTANCE: {"": 1.0, "ohm": 1.0, "ω": 1.0, "mohm": 1e-3, "mω": 1e-3, "uohm": 1e-6,
                      "µohm": 1e-6, "kohm": 1e3, "kω": 1e3},
    Unit.CURRENT: {"": 1.0, "a": 1.0, "ma": 1e-3, "ka": 1e3},
    Unit.VOLTAGE: {"": 1.0, "v": 1.0, "mv": 1e-3, "kv": 1e3},
    Unit.TEMPERATURE: {"": 1.0, "c": 1.0, "°c": 1.0},
    Unit.FORCE: {"": 1.0, "n": 1.0, "kn": 1e3},
    Unit.FREQUENCY: {"": 1.0, "hz": 1.0, "mhz": 1e-3, "khz": 1e3},
    Unit.DURATION: {"": 1.0, "s": 1.0, "ms": 1e-3, "min": 60.0, "m": 60.0, "h": 3600.0},
    Unit.SHARE: {"": 1.0, "%": 0.01},
    Unit.DRIFT: {"": 1.0, "k/h": 1.0},
}  # fmt: skip
_MEGA: dict[Unit, dict[str, float]] = {
    Unit.POWER: {"MW": 1e6},
    Unit.ENERGY: {"MWh": 1e3},
    Unit.RESISTANCE: {"MOhm": 1e6, "MΩ": 1e6},
    Unit.FREQUENCY: {"MHz": 1e6},
}
# A capital M is mega and never milli; every other letter may be of either case.
_EXAMPLES = {
    Unit.POWER: "5kW",
    Unit.ENERGY: "60kWh",
    Unit.RESISTANCE: "0.31mOhm",
    Unit.CURRENT: "32A",
    Unit.VOLTAGE: "400V",
    Unit.TEMPERATURE: "40",
    Unit.FORCE: "220N",
    Unit.FREQUENCY: "50Hz",
    Unit.DURATION: "2s",
    Unit.SHARE: "50%",
    Unit.DRIFT: "2K/h",
}
_NUMBER = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*([^\s\d]*)")
_CLOCK = re.compile(r"(\d{1,3}):([0-5]\d)(?::([0-5]\d(?:\.\d+)?))?")
# A minus or dash pasted from a text program is a minus; see apps.arguments for whole words.
_MINUS = str.maketrans({"\u2212": "-", "\u2013": "-", "\u2014": "-"})


class QuantityError(ValueError):
    """A text that is no quantity of the wanted unit; the message says what would be."""


def parse(text: str, unit: Unit) -> float:
    """Return the number of *text* in the unit that `Unit` names.

    Raises `QuantityError` for anything that is not one finite number with a known unit.
    """
    match = _NUMBER.fullmatch(text.strip().translate(_MINUS))
    if match is None:
        raise QuantityError(f"{text!r} is no {unit.name.lower()}: write it like {_EXAMPLES[unit]}")
    number, suffix = match.groups()
    mega = suffix.startswith("M")
    factor = _MEGA.get(unit, {}).get(suffix) if mega else _FACTORS[unit].get(suffix.lower())
    if factor is None:
        raise QuantityError(
            f"{text!r} has no unit of {unit.name.lower()}: write it like {_EXAMPLES[unit]}"
        )
    value = float(number) * factor
    if abs(value) == float("inf"):
        raise QuantityError(f"{text!r} is too large a {unit.name.lower()}")
    return value


def parse_time_of_run_s(text: str) -> float:
    """Return seconds from the start for ``HH:MM``, ``HH:MM:SS``, ``90s``, ``15min`` or ``2h``."""
    match = _CLOCK.fullmatch(text.strip())
    if match is None:
        return parse(text, Unit.DURATION)
    hours, minutes, seconds = match.groups()
    return int(hours) * 3600.0 + int(minutes) * 60.0 + float(seconds or 0.0)


def seconds_to_ns(seconds: float) -> int:
    """Return whole nanoseconds of *seconds*."""
    return round(seconds * NS_PER_S)
