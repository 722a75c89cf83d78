"""Which column of a file is which, from its header and from what a person maps."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from silverpin.durability.record import COLUMNS

TIME = "time"
_TIME_HEADERS = ("time", "t", "t_s", "time_s", "timestamp", "datetime", "date", "utc", "time_utc")
_PLAIN = {
    "current": ("current", "current_a", "amps", "i_a"),
    "temp": ("temp", "temp_c", "temp_ntc_c", "ntc_c", "handle_temp_c"),
    "ambient": ("ambient", "ambient_c", "temp_ambient_c"),
    "cable": ("cable", "cable_c"),
    "voltage": ("voltage", "voltage_v", "v"),
    "v_evse": ("v_evse", "v_evse_v"),
    "v_ev": ("v_ev", "v_ev_v"),
}
_FAHRENHEIT = (5.0 / 9.0, -32.0 * 5.0 / 9.0)
_OTHER_UNITS = {
    "current": {"current_ma": (1e-3, 0.0)},
    "temp": {"temp_f": _FAHRENHEIT, "temp_k": (1.0, -273.15)},
    "ambient": {"ambient_f": _FAHRENHEIT, "ambient_k": (1.0, -273.15)},
    "cable": {"cable_f": _FAHRENHEIT, "cable_k": (1.0, -273.15)},
    "voltage": {"voltage_mv": (1e-3, 0.0), "voltage_kv": (1e3, 0.0)},
    "v_evse": {"v_evse_mv": (1e-3, 0.0)},
    "v_ev": {"v_ev_mv": (1e-3, 0.0)},
}


class DutyError(ValueError):
    """Input that holds no record of a connector; the message is the whole sentence."""


class Found(NamedTuple):
    """A column of the file and how its values become ours."""

    header: str
    factor: float = 1.0
    offset: float = 0.0


NO_MAP: Mapping[str, str] = MappingProxyType({})
_SHOWN, _SHOWN_LONG = 8, 40
"""Headers that a sentence shows, and letters of each."""


def map_of(text: str) -> dict[str, str]:
    """Read `current=COL,temp=COL`."""
    found: dict[str, str] = {}
    for part in filter(None, text.split(",")):
        name, equals, header = part.partition("=")
        name = name.strip()
        if not equals or not header.strip():
            raise DutyError(f"--map: {part!r} is not NAME=COLUMN: write current=COL,temp=COL")
        if name not in (TIME, *COLUMNS):
            known = ", ".join((TIME, *COLUMNS))
            raise DutyError(f"--map: there is no {name!r}: it takes {known}")
        if name in found:
            raise DutyError(f"--map: {name} is named twice: name it once")
        found[name] = header.strip()
    return found


def columns_of(
    file: str, headers: Sequence[str], mapped: Mapping[str, str] = NO_MAP
) -> dict[str, Found]:
    """Return which header is which column; time and current must be among them."""
    for name, header in mapped.items():
        if header not in headers:
            raise DutyError(f"{file} has no column {header!r} for {name}: it has {_shown(headers)}")
    lower = {header.strip().lower(): header for header in reversed(headers)}
    found = {name: Found(header) for name, header in mapped.items()}
    for name in (TIME, *COLUMNS):
        if name not in found:
            match = _match(name, lower)
            if match is not None and match.header not in mapped.values():
                found[name] = match
    for name in (TIME, "current"):
        if name not in found:
            raise DutyError(f"{file} has no column {name!r}: name it with --map {name}=COLUMN "
                            f"(it has {_shown(headers)})")  # fmt: skip
    return found


def _shown(headers: Sequence[str]) -> str:
    """Return the first headers as a terminal can take them, for the file may be no table at all."""
    plain = (row if row.isprintable() else ascii(row) for row in headers[:_SHOWN])
    return ", ".join(row[:_SHOWN_LONG] for row in plain) or "none"


def _match(name: str, lower: Mapping[str, str]) -> Found | None:
    for header in _TIME_HEADERS if name == TIME else _PLAIN[name]:
        if header in lower:
            return Found(lower[header])
    for header, (factor, offset) in _OTHER_UNITS.get(name, {}).items():
        if header in lower:
            return Found(lower[header], factor, offset)
    return None
