"""Samples of the pilot from the table that an oscilloscope writes.

One column is volts, and somebody says at which rate; of two or more, the first is seconds and the
second volts. What stands above the first numbers is a head and is passed over. Columns are parted
by commas, semicolons, tabs or spaces; beside semicolons and tabs a comma is a decimal point.
"""

from collections.abc import Iterable, Iterator
from math import isfinite

from silverpin.ports import Waveform
from silverpin.protocols.pilot.waveform import SamplesError

SAMPLES_MAX = 2_000_000
_UNEVEN = 0.5
"""A step of time may differ from the mean by this share: tables round their times."""
_HEAD_MAX = 100


def read_samples(lines: Iterable[str], name: str, rate_hz: float | None = None) -> Waveform:
    """Return the samples of a table called *name*. Raises `SamplesError` with one sentence."""
    times: list[float] = []
    volts: list[float] = []
    columns = 0
    for number, row in _rows(lines, name):
        columns = columns or len(row)
        if len(row) != columns:
            raise SamplesError(f"{name}, line {number} has {len(row)} columns, not {columns}")
        volts.append(row[min(1, columns - 1)])
        times.append(row[0])
        if len(volts) > SAMPLES_MAX:
            raise SamplesError(f"{name} has more than {SAMPLES_MAX} samples: cut some cycles out")
    if not volts:
        raise SamplesError(f"{name} has no numbers: export one column of volts, or time and volts")
    if columns == 1:
        if rate_hz is None:
            raise SamplesError(f"{name} has one column: say at which --rate it was sampled")
        return Waveform(volts, rate_hz)
    if rate_hz is not None:
        raise SamplesError(f"{name} tells its own times: leave --rate out")
    return Waveform(volts, _rate(times, name))


def _rows(lines: Iterable[str], name: str) -> Iterator[tuple[int, list[float]]]:
    begun = False
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        row = _numbers(line)
        if row is not None:
            begun = True
            yield number, row
        elif begun or number > _HEAD_MAX:
            told = line.strip()[:40]
            raise SamplesError(f"{name}, line {number} is no row of numbers: {told!r}")


def _numbers(line: str) -> list[float] | None:
    text = line.strip().lstrip("\ufeff")
    if ";" in text or "\t" in text:
        cells = text.replace(",", ".").replace("\t", ";").split(";")
    else:
        cells = text.replace(",", " ").split()
    while cells and not cells[-1].strip():
        cells.pop()
    try:
        row = [float(cell) for cell in cells]
    except ValueError:
        return None
    return row if row and all(map(isfinite, row)) else None


def _rate(times: list[float], name: str) -> float:
    """Return how many samples a second were taken."""
    steps = len(times) - 1
    mean_s = (times[-1] - times[0]) / steps if steps else 0.0
    if not mean_s > 0.0:
        raise SamplesError(f"{name}: its times do not go on; the first column must be seconds")
    for index in range(steps):
        if abs(times[index + 1] - times[index] - mean_s) > _UNEVEN * mean_s:
            raise SamplesError(f"{name}: its times are not even after sample {index + 1}")
    return 1.0 / mean_s
