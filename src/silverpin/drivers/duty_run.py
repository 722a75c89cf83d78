"""A run's folder as a connector's record: its samples, and what its events count."""

import json
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

from silverpin.drivers.duty_columns import DutyError
from silverpin.drivers.duty_events import NOTHING, Told, counted, mated_at
from silverpin.drivers.duty_parquet import ParquetDuty
from silverpin.durability.problems import Problems
from silverpin.durability.sieve import Raw

SAMPLES, EVENTS, SUMMARY = "samples.parquet", "events.jsonl", "summary.json"


class RunDuty:
    """One run: seconds from its start, no date."""

    def __init__(self, folder: Path) -> None:
        self.name = folder.name
        if not (folder / SAMPLES).is_file():
            raise DutyError(f"{folder} is no run: it has no {SAMPLES}")
        self._samples = ParquetDuty(folder / SAMPLES, UTC)
        self._events = list(_events(folder / EVENTS))
        self.connector = _connector(folder / SUMMARY)

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns that it has."""
        return (*self._samples.columns, "mated")

    def raws(self, problems: Problems) -> Iterator[Raw]:
        """Yield the samples, with everything that was counted beside the first of them."""
        happenings = counted(self._events)
        for raw in self._samples.raws(problems):
            yield raw._replace(mated=mated_at(self._events, raw.t_s), happenings=happenings)
            happenings = NOTHING


def _connector(path: Path) -> str | None:
    try:
        told = json.loads(path.read_bytes()).get("connector")
    except (OSError, ValueError, AttributeError):
        return None
    return told if isinstance(told, str) else None


def _events(path: Path) -> Iterator[Told]:
    try:
        with path.open(encoding="utf-8") as lines:
            for row, line in enumerate(lines, start=1):
                try:
                    told = json.loads(line)
                    yield Told(float(told["t_s"]), str(told["kind"]), dict(told["fields"]))
                except (ValueError, KeyError, TypeError):
                    raise DutyError(f"{path}: line {row} is no event: run it again") from None
    except (OSError, UnicodeDecodeError):
        raise DutyError(f"{path} cannot be read: run it again") from None
