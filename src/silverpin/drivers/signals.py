"""Signals that ask a charger for power, read from files and checked.

A signal is a row of numbers at a fixed step, each held until the next. Three kinds are known:

- *regd*: a regulation signal from -1 to +1 without a time axis, +1 asks for power into the grid;
- *frequency*: the grid's frequency, answered by droop with a deadband;
- *power*: watts at the connector in the house's sign, positive charges.

A file is believed entirely or refused with one sentence. Nothing is filled in, cut or smoothed:
a gap, a value that is no number or one outside its range names its row and column.
"""

import math
import re
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from silverpin.drivers.signal_tables import (
    SignalError,
    Table,
    is_time,
    listed,
    open_table,
    told_number,
)

REGD_STEP_S = 2.0
"""PJM publishes its regulation signal every two seconds."""
STEP_LEAST_S = 0.1
"""A simulated charger is looked at ten times a second."""
_HZ_PLAUSIBLE = (40.0, 70.0)
_HZ_NOMINALS = (50.0, 60.0)
_HZ_NEAR = 5.0
"""A grid further than this from its nominal frequency is another grid."""
_DATE = re.compile(r"\d{4}-?\d{2}-?\d{2}")
_DEVIATION_HZ = {"f_dev_10uhz": 1e-5, "f_dev_mhz": 1e-3, "f_dev_hz": 1.0}
_FREQUENCY_NAMES = {"hz", "f_hz", "freq", "frequency", "freq_hz", "frequency_hz", *_DEVIATION_HZ}
_POWER_W = {"power_w": 1.0, "p_w": 1.0, "power_kw": 1e3, "p_kw": 1e3}


class SignalKind(Enum):
    """What the numbers of a signal mean."""

    REGD = "regd"
    FREQUENCY = "frequency"
    POWER = "power"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """Checked numbers at a fixed step: shares for regd, Hz for frequency, W for power."""

    kind: SignalKind
    name: str
    """The file and its column, or the synthetic signal, as a person would name it."""
    values: "array[float]"
    step_s: float
    nominal_hz: float = 0.0
    """Of a frequency only."""

    @property
    def rows(self) -> int:
        """How many values there are."""
        return len(self.values)

    @property
    def duration_s(self) -> float:
        """How long the last value still holds, from the start."""
        return len(self.values) * self.step_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a person said about a file; None leaves it to the file."""

    kind: SignalKind | None = None
    column: str | None = None
    step_s: float | None = None
    nominal_hz: float | None = None


def read_signal(path: Path, asked: Asked) -> Signal:
    """Return the signal in *path*, or raise `SignalError` with one sentence."""
    table = open_table(path)
    kind = asked.kind or _guess(table)
    column = _choose(table, kind, asked.column)
    series = table.series(column)
    if not series.values:
        raise SignalError(f"{table.name} has no rows: nothing to follow")
    _require(table, column, series.values, math.isfinite, "is no finite number")
    step_s = _step(table, kind, series.step_s, asked.step_s)
    if step_s < STEP_LEAST_S:
        raise SignalError(f"{table.name} steps by {step_s:g} s: {STEP_LEAST_S:g} s is the least")
    values, nominal_hz = _understood(table, kind, column, series.values, asked.nominal_hz)
    name = f"{table.name} {column}"
    return Signal(kind=kind, name=name, values=values, step_s=step_s, nominal_hz=nominal_hz)


def _understood(
    table: Table, kind: SignalKind, column: str, values: "array[float]", asked_hz: float | None
) -> "tuple[array[float], float]":
    """Return the values in the kind's own unit, and the nominal frequency where there is one."""
    if kind is SignalKind.REGD:
        _require(table, column, values, lambda value: -1.0 <= value <= 1.0, "is beyond ±1")
        return values, 0.0
    if kind is SignalKind.FREQUENCY:
        nominal_hz = _nominal(table, column, values, asked_hz)
        return _hertz(table, column, values, nominal_hz), nominal_hz
    factor = _POWER_W.get(column.lower(), 1.0)
    return array("d", [value * factor for value in values]), 0.0


def _fits(kind: SignalKind, column: str) -> bool:
    name = column.lower()
    if kind is SignalKind.FREQUENCY:
        return name in _FREQUENCY_NAMES
    if kind is SignalKind.POWER:
        return name in _POWER_W
    return "regd" in name or _DATE.fullmatch(name) is not None


def _guess(table: Table) -> SignalKind:
    for kind in SignalKind:
        if any(_fits(kind, column) for column in table.columns):
            return kind
    kinds = ", ".join(kind.value for kind in SignalKind)
    raise SignalError(
        f"{table.name} does not say what its columns ({listed(table.columns)}) hold: "
        f"add --kind, one of {kinds}"
    )


def _choose(table: Table, kind: SignalKind, asked: str | None) -> str:
    if asked is not None:
        if table.columns.count(asked) > 1:
            raise SignalError(f"{table.name} has more than one column {asked!r}: rename them")
        if asked not in table.columns:
            raise SignalError(
                f"{table.name} has no column {asked!r}: it has {listed(table.columns)}"
            )
        return asked
    fitting = [column for column in table.columns if _fits(kind, column)]
    found = fitting or [column for column in table.columns if not is_time(column)]
    if len(found) != 1:
        raise SignalError(
            f"{table.name} has {len(found)} columns that could be it: "
            f"add --column, one of {listed(found or table.columns)}"
        )
    return found[0]


def _require(
    table: Table, column: str, values: Sequence[float], holds: Callable[[float], bool], failing: str
) -> None:
    for row, value in enumerate(values, start=1):
        if not holds(value):
            raise SignalError(
                f"{table.name}: {value:g} in row {row}, column {column!r}, {failing}: "
                "mend the file first"
            )


def _step(table: Table, kind: SignalKind, found_s: float | None, asked_s: float | None) -> float:
    if found_s is None:
        if asked_s is None and kind is not SignalKind.REGD:
            raise SignalError(f"{table.name} has no time axis: add its step, such as --step 1s")
        return asked_s or REGD_STEP_S
    if asked_s is not None and abs(asked_s - found_s) > 1e-6:
        raise SignalError(
            f"{table.name} steps by {found_s:g} s, not by the {asked_s:g} s of --step: leave it out"
        )
    return found_s


def _nominal(table: Table, column: str, values: Sequence[float], asked_hz: float | None) -> float:
    found_hz = told_number(table, "nominal_hz")
    if found_hz is None and column.lower() not in _DEVIATION_HZ:
        found_hz = min(_HZ_NOMINALS, key=lambda nominal: abs(nominal - values[0]))
    if found_hz is None and asked_hz is None:
        raise SignalError(
            f"{table.name}: {column!r} is a deviation from an unknown frequency: add --nominal-hz"
        )
    if asked_hz is not None and found_hz is not None and abs(asked_hz - found_hz) > _HZ_NEAR:
        raise SignalError(
            f"{table.name} is of a {found_hz:g} Hz grid, not of {asked_hz:g} Hz: "
            "correct --nominal-hz or leave it out"
        )
    return asked_hz or found_hz or _HZ_NOMINALS[0]


def _hertz(table: Table, column: str, values: "array[float]", nominal_hz: float) -> "array[float]":
    factor = _DEVIATION_HZ.get(column.lower())
    if factor is not None:
        values = array("d", [nominal_hz + value * factor for value in values])
    low, high = _HZ_PLAUSIBLE
    _require(table, column, values, lambda hz: low <= hz <= high, "is no grid's frequency in Hz")
    return values
