"""A folder of bench runs: one type of connector, in each file a contact of known resistance.

A file has the columns of any record and `r_contact_mohm` beside them, the same in all of its rows.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from silverpin.drivers.duty_columns import DutyError
from silverpin.drivers.duty_record import DutyRecord, ReadAs, opened
from silverpin.durability.problems import Problems

KNOWN = "r_contact_mohm"
_ENDINGS = (".csv", ".csv.gz", ".tsv", ".txt", ".parquet")
_POSSIBLE_MOHM = (1e-3, 100.0)
_ALIKE = 0.02


class BenchFile(NamedTuple):
    """One file of the folder."""

    name: str
    record: DutyRecord
    contact_ohm: float


def bench_files(folder: Path, read_as: ReadAs) -> Iterator[BenchFile]:
    """Yield the runs of a folder by name; raise `DutyError` where one cannot be one."""
    paths = [path for path in sorted(folder.iterdir()) if path.name.lower().endswith(_ENDINGS)]
    if not paths:
        raise DutyError(f"{folder} has no bench run: put CSV or Parquet files with {KNOWN} there")
    for path in paths:
        own = DutyRecord([opened(path, read_as)])
        if "temp" in own.missing:
            raise DutyError(f"{path.name} has no column 'temp': a bench run needs the sensor's "
                            "temperature")  # fmt: skip
        yield BenchFile(path.name, own, 1e-3 * _known_mohm(path, read_as))


def _known_mohm(path: Path, read_as: ReadAs) -> float:
    beside = replace(read_as, mapped={**read_as.mapped, KNOWN: KNOWN})
    raws = opened(path, beside).raws(Problems())
    values = np.concatenate([raw.columns[KNOWN] for raw in raws])
    known = values[np.isfinite(values)]
    if not len(known):
        raise DutyError(f"{path.name}: {KNOWN} has no number: write the contact's resistance there")
    middle = float(np.median(known))
    if not _POSSIBLE_MOHM[0] <= middle <= _POSSIBLE_MOHM[1]:
        raise DutyError(f"{path.name}: {KNOWN} is {middle:g}: no contact has that many milliohms")
    if float(np.ptp(known)) > _ALIKE * middle:
        raise DutyError(
            f"{path.name}: {KNOWN} goes from {known.min():g} to {known.max():g}: make a file of "
            "each resistance"
        )
    return middle
