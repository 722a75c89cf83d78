"""A folder that appears whole or not at all.

Files are written to a hidden folder beside the wanted one and renamed in a single step when all is
done. Whatever ends the work earlier - an error, Ctrl-C, a request to terminate - takes the hidden
folder away. With force, an older run is exchanged for the new one in one step where the kernel can
(Linux `renameat2`), and nothing but a run is ever replaced.
"""

import ctypes
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SCHEMA = "silverpin.run/1"
SUMMARY = "summary.json"
FILES = (SUMMARY, "events.jsonl", "samples.parquet", "plot.svg")
_AT_HERE = -100
_EXCHANGE = 2


class FolderRefused(RuntimeError):
    """The folder may not be made or replaced; the message is a whole sentence."""


class FolderUnusable(OSError):
    """The place cannot be written; the message is a whole sentence."""


def check(out: Path, force: bool) -> None:
    """Refuse early what `staged` would refuse at the end."""
    if not out.parent.is_dir():
        raise FolderUnusable(f"there is no folder {out.parent}: make it first")
    if not os.path.lexists(out):
        return
    if not force:
        raise FolderRefused(f"{out} exists: name another --out, or add --force to replace a run")
    if not _is_run(out):
        raise FolderRefused(f"{out} is no run of ours, so --force leaves it alone: name another")


@contextmanager
def staged(out: Path, force: bool) -> Iterator[Path]:
    """Give a hidden folder to fill, and put it in the place of *out* when all went well."""
    check(out, force)
    place = out.resolve() if out.is_symlink() else out
    try:
        hidden = Path(tempfile.mkdtemp(prefix=f".{place.name}.", dir=place.parent))
    except PermissionError:
        raise
    except OSError as error:
        raise FolderUnusable(f"{place.parent} cannot be written: {error.strerror}") from None
    try:
        yield hidden
        hidden.chmod(0o777 & ~_umask())
        for file in hidden.iterdir():
            _sync(file)
        check(out, force)
        _publish(hidden, place)
        _sync(place.parent)
    finally:
        shutil.rmtree(hidden, ignore_errors=True)


def _publish(hidden: Path, place: Path) -> None:
    """Move *hidden* to *place*; an older run there ends up under the hidden name."""
    if not place.exists():
        hidden.rename(place)
        return
    if not _exchanged(hidden, place):
        aside = hidden.with_name(hidden.name + ".old")
        place.rename(aside)
        hidden.rename(place)
        aside.rename(hidden)


def _exchanged(one: Path, other: Path) -> bool:
    """Swap two names in one step; return whether the system could."""
    swap = getattr(ctypes.CDLL(None), "renameat2", None)
    if swap is None:
        return False
    done: int = swap(_AT_HERE, os.fsencode(one), _AT_HERE, os.fsencode(other), _EXCHANGE)
    return done == 0


def _is_run(out: Path) -> bool:
    """Tell whether a folder holds a run and nothing else, or nothing at all."""
    if not out.is_dir():
        return False
    names = {entry.name for entry in out.iterdir()}
    if not names:
        return True
    if not names <= set(FILES) or SUMMARY not in names:
        return False
    try:
        told = json.loads((out / SUMMARY).read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(told, dict) and told.get("schema") == SCHEMA


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
