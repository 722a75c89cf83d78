"""A form as a TOML file: an empty one to fill in, and a filled one read back.

Every value may be written as text, as it would be typed; an empty one was not checked.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path as FilePath
from typing import Any

from silverpin.apps.terminal.form import Answers, Entry, FormError, Path

_SIZE_MAX_BYTES = 1 << 20
_BARE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")


class FileError(Exception):
    """A file that cannot be used; the message is one sentence."""


def template(entries: Sequence[Entry], title: str) -> list[str]:
    """Return the lines of an empty form."""
    lines = [f"# {title}", "# Leave empty what was not checked; it is recorded as not checked.", ""]
    ordered = sorted(entries, key=lambda row: len(row.path) > 1)
    table: Path = ()
    for row in ordered:
        if row.path[:-1] != table:
            table = row.path[:-1]
            lines += ["", f"[{'.'.join(map(_key, table))}]"]
        needed = "; needed" if row.needed else ""
        lines += [f"# {row.question} ({row.example}{needed})", f'{_key(row.path[-1])} = ""']
    return lines


def _key(name: str) -> str:
    return name if name and _BARE.issuperset(name) else f'"{name}"'


def read_form(path: str, entries: Sequence[Entry]) -> Answers:
    """Return the answers in the file at *path*. Raises `FileError`."""
    try:
        with FilePath(path).open("rb") as file:
            content = file.read(_SIZE_MAX_BYTES + 1)
    except OSError as error:
        said = (error.strerror or str(error)).lower()
        raise FileError(f"{path} cannot be read ({said})") from None
    if len(content) > _SIZE_MAX_BYTES:
        raise FileError(f"{path} is larger than 1 MiB: is it the right file?")
    try:
        told = tomllib.loads(content.decode())
        return dict(_answers(told, {row.path: row for row in entries}))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise FileError(f"{path} is no TOML: {error}") from None
    except FormError as error:
        raise FileError(f"{path}: {error}") from None


def _answers(told: Mapping[str, Any], known: Mapping[Path, Entry]) -> Iterator[tuple[Path, Any]]:
    for path, value in _leaves(told, ()):
        name = ".".join(path)
        if path not in known:
            raise FormError(f"{name} is no part of this form: --template prints an empty one")
        text = _text(value)
        if text is None:
            raise FormError(f"{name} must be one value, written as text")
        if not text.strip():
            continue
        try:
            yield path, known[path].read(text)
        except FormError as error:
            raise FormError(f"{name}: {error}") from None


def _leaves(told: Mapping[str, Any], before: Path) -> Iterator[tuple[Path, Any]]:
    for key, value in told.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, (*before, key))
        else:
            yield (*before, key), value


def _text(value: Any) -> str | None:
    """Return a value as it would be typed, None where it is more than one."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, str | int | float) else None
