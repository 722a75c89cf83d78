"""The log for people and shippers: one JSON line an event, in names of the Elastic Common Schema.

The journal is the truth and is synced; the log is a copy that others rotate, ship and read. So it
never stops the charger: lines that cannot be written are counted, and one line says how many there
were once the disk takes lines again. A line is written whole or not at all.
"""

import json
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path
from typing import Any

from silverpin import __version__
from silverpin.domain.events import Event, Level
from silverpin.drivers.plain import plain

ECS_VERSION = "8.17.0"
DATASET = "silverpin.charger"
_NS_PER_MS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Whose events these are; the same in every line."""

    charger_id: str
    site: str
    serial: str
    host: str
    simulated: bool
    bench: bool = False


class EventLog:
    """Appends events to a file that others may rotate, remove or fill up at any time."""

    def __init__(self, path: Path, source: Source) -> None:
        self.path = path
        self.unwritten = 0
        """Lines that could not be written since the last one that could."""
        self.trouble: str | None = None
        """Why the last line could not be written, in one sentence."""
        self._source = source
        self._file: FileIO | None = None

    def write(self, event: Event, utc_ns: int) -> None:
        """Append one event that happened at *utc_ns*; never raises for what a disk can do."""
        if event.kind == "connector_fitted":
            self._source = replace(self._source, serial=str(event.fields["serial"]))
        line = _line(ecs_of(event, utc_ns, self._source))
        if self.unwritten:
            line = _line(self._missing(utc_ns)) + line
        try:
            self._append(line)
        except OSError as error:
            self.unwritten += 1
            said = (error.strerror or str(error)).lower()
            self.trouble = f"{self.path} cannot be written ({said}): events stay in the journal"
        else:
            self.unwritten = 0
            self.trouble = None

    def close(self) -> None:
        """Let the file go; another `write` opens it again."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _append(self, line: bytes) -> None:
        file = self._opened()
        before = os.fstat(file.fileno()).st_size
        written = os.write(file.fileno(), line)
        if written == len(line):
            return
        # The disk ran full in the middle. Take back our part, unless others wrote behind it.
        if os.fstat(file.fileno()).st_size == before + written:
            os.ftruncate(file.fileno(), before)
        raise OSError(f"only {written} of {len(line)} bytes fitted")

    def _opened(self) -> FileIO:
        if self._file is not None and not _same(self._file, self.path):
            self.close()
        if self._file is None:
            self.path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
            self._file = _open(self.path)
        return self._file

    def _missing(self, utc_ns: int) -> dict[str, Any]:
        text = f"{self.unwritten} events could not be logged; the journal has them"
        return _head(utc_ns, Level.WARNING, text) | {
            "event.kind": "event",
            "event.category": ["file"],
            "event.type": ["error"],
            "event.action": "log_gap",
            **_names(self._source),
            "silverpin.unwritten": self.unwritten,
        }


def ecs_of(event: Event, utc_ns: int, source: Source) -> dict[str, Any]:
    """Return an event under ECS names; its own fields are under `silverpin.event.`."""
    row = event.row
    text = Event(event.t_ns, event.kind, plain(event.fields, strict=False)).told()
    line = _head(utc_ns, row.level, text) | {
        "event.kind": "alert" if row.level is Level.ERROR else "event",
        "event.category": [row.category],
        "event.type": [row.type],
        "event.action": event.kind,
        **_names(source),
        "silverpin.who": row.who,
        "silverpin.t_ns": event.t_ns,
    }
    if row.level is Level.ERROR and "code" in event.fields:
        line |= {"error.code": str(event.fields["code"]), "error.message": text}
    fields = plain(event.fields, strict=True)
    return line | {f"silverpin.event.{name}": value for name, value in fields.items()}


def _head(utc_ns: int, level: Level, text: str) -> dict[str, Any]:
    whole_s, rest_ns = divmod(utc_ns, 1_000_000_000)
    second = datetime.fromtimestamp(whole_s, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return {
        "@timestamp": f"{second}.{rest_ns // _NS_PER_MS:03d}Z",
        "log.level": level.value,
        "message": text,
        "ecs.version": ECS_VERSION,
    }


def _names(source: Source) -> dict[str, Any]:
    return {
        "event.dataset": DATASET,
        "service.name": "silverpin",
        "service.version": __version__,
        "host.name": source.host,
        "observer.type": "charger",
        "observer.name": source.charger_id,
        "silverpin.site": source.site,
        "silverpin.connector": source.serial,
        "silverpin.simulated": source.simulated,
        **({"silverpin.bench": True} if source.bench else {}),
    }


def _line(content: Mapping[str, Any]) -> bytes:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return (text + "\n").encode("utf-8", "replace")


def _open(path: Path) -> FileIO:
    # NONBLOCK: a named pipe without a reader must not hold us here.
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    file = FileIO(os.open(path, flags, 0o640), "a")
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError("not a regular file")
    return file


def _same(file: FileIO, path: Path) -> bool:
    try:
        there = path.stat(follow_symlinks=False)
    except FileNotFoundError:
        return False
    ours = os.fstat(file.fileno())
    return (there.st_dev, there.st_ino) == (ours.st_dev, ours.st_ino)
