"""A disk that has, after a power cut, only what it was told to keep, and any part of the rest.

SQLite writes through a file system layer of its own; this one stands before the usual layer and
keeps a record of every write and every sync. `after_cut` builds from it what a disk could hold at
any instant: all that was synced, and of what was not any writes, in any choice, torn at sectors.
It can also be told to be full, at any single write or sync.
Files that SQLite does not write itself (the copy before a migration, the lock) are not recorded.
"""

import ctypes
import os
import sqlite3
from collections.abc import Container, Iterator
from contextlib import contextmanager
from ctypes import CFUNCTYPE, POINTER, Structure, byref, c_char_p, c_int, c_int64, c_void_p, cast
from pathlib import Path
from random import Random
from typing import Any, NamedTuple
from unittest.mock import patch

import pytest

SECTOR = 512
_FULL, _NOT_SYNCED = 13, 1034  # SQLITE_FULL, SQLITE_IOERR_FSYNC
_Write = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
_Truncate = CFUNCTYPE(c_int, c_void_p, c_int64)
_Sync = CFUNCTYPE(c_int, c_void_p, c_int)
# SQLite keeps the path's own pointer: one made from Python's bytes would dangle.
_Open = CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_int, c_void_p)
_Delete = CFUNCTYPE(c_int, c_void_p, c_char_p, c_int)


class _Methods(Structure):
    """`sqlite3_io_methods` of version 3."""

    _fields_ = [
        ("version", c_int), ("close", c_void_p), ("read", c_void_p), ("write", _Write),
        ("truncate", _Truncate), ("sync", _Sync), *((f"rest_{n}", c_void_p) for n in range(13)),
    ]  # fmt: skip


class _Layer(Structure):
    """`sqlite3_vfs`, as far as version 3 has it."""

    _fields_ = [
        ("version", c_int), ("file_size", c_int), ("path_max", c_int), ("next", c_void_p),
        ("name", c_char_p), ("data", c_void_p), ("open", _Open), ("delete", _Delete),
        *((f"rest_{n}", c_void_p) for n in range(13)),
    ]  # fmt: skip


class Deed(NamedTuple):
    """Something that was asked of the disk, or (`said`) that was promised to somebody."""

    what: str
    file: str
    at: int = 0
    content: bytes = b""
    said: Any = None


class Disk:
    """What was asked of the files in one folder, in order."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.before = {path.name: path.read_bytes() for path in folder.iterdir()}
        self.deeds: list[Deed] = []
        self.asked = 0
        """Writes and syncs so far."""
        self.refused: Container[int] = ()
        """Which of them fail, counted from 1."""

    def refuses(self) -> bool:
        """Count a write or sync, and return whether it fails."""
        self.asked += 1
        return self.asked in self.refused

    def says(self, said: Any) -> None:
        """Note that *said* is now promised to be on the disk."""
        self.deeds.append(Deed("said", "", said=said))

    def promised(self, cut: int, nothing: Any) -> Any:
        """Return what had been promised last before deed number *cut*."""
        promises = [deed.said for deed in self.deeds[:cut] if deed.what == "said"]
        return promises[-1] if promises else nothing

    def after_cut(self, cut: int, rng: Random, folder: Path) -> None:
        """Fill *folder* with what the disk may hold when the power goes before deed *cut*."""
        kept = {name: bytearray(content) for name, content in self.before.items()}
        loose: list[Deed] = []
        for deed in self.deeds[:cut]:
            if deed.what in ("sync", "sync folder"):
                loose = _settled(kept, loose, deed)
            elif deed.what != "said":
                loose.append(deed)
        share = rng.choice((0.0, 0.3, 0.7, 1.0))
        for part in (part for deed in loose for part in _sectors(deed)):
            if rng.random() < share:
                _do(kept, part)
        folder.mkdir()
        for name, content in kept.items():
            (folder / name).write_bytes(content)


def _settled(files: dict[str, bytearray], loose: list[Deed], sync: Deed) -> list[Deed]:
    """Do for good what *sync* covers; return what is still loose."""
    left = []
    for deed in loose:
        named = deed.what == "delete" if sync.what == "sync folder" else deed.file == sync.file
        if named:
            _do(files, deed)
        else:
            left.append(deed)
    return left


def _do(files: dict[str, bytearray], deed: Deed) -> None:
    if deed.what == "delete":
        files.pop(deed.file, None)
        return
    content = files.setdefault(deed.file, bytearray())
    if deed.what == "truncate":
        del content[deed.at :]
        return
    end = deed.at + len(deed.content)
    content.extend(b"\0" * (end - len(content)))
    content[deed.at : end] = deed.content


def _sectors(deed: Deed) -> Iterator[Deed]:
    """Part a write where a disk parts it."""
    if deed.what != "write":
        yield deed
        return
    start = deed.at
    while start < deed.at + len(deed.content):
        end = min((start // SECTOR + 1) * SECTOR, deed.at + len(deed.content))
        yield deed._replace(at=start, content=deed.content[start - deed.at : end - deed.at])
        start = end


class _Recorder:
    """The layer, registered as SQLite's usual one while it stands."""

    def __init__(self, library: ctypes.CDLL, disk: Disk) -> None:
        self._library = library
        self._disk = disk
        self._names: dict[int, str] = {}
        self._methods: dict[int, _Methods] = {}
        usual = cast(library.sqlite3_vfs_find(None), POINTER(_Layer)).contents
        self._usual = usual
        self._layer = _Layer.from_buffer_copy(usual)
        self._layer.name = b"recorded by a test"
        self._layer.open = _Open(self._open)
        self._layer.delete = _Delete(self._delete)

    def stand(self) -> None:
        assert self._library.sqlite3_vfs_register(byref(self._layer), 1) == 0

    def go(self) -> None:
        self._library.sqlite3_vfs_unregister(byref(self._layer))

    def _note(self, what: str, file: int, at: int = 0, content: bytes = b"") -> None:
        name = self._names.get(file)
        if name is not None:
            self._disk.deeds.append(Deed(what, name, at, content))

    def _refuses(self, file: int) -> bool:
        return file in self._names and self._disk.refuses()

    def _open(self, layer: int, path: int | None, file: int, flags: int, out: int) -> int:
        code: int = self._usual.open(layer, path, file, flags, out)
        named = Path(ctypes.string_at(path).decode() if path else "")
        if code != 0 or named.parent != self._disk.folder:
            return code
        self._names[file] = named.name
        pointer = cast(file, POINTER(c_void_p))
        usual = pointer.contents.value or 0
        if usual not in self._methods:
            self._methods[usual] = self._recording(cast(usual, POINTER(_Methods)).contents)
        pointer[0] = ctypes.addressof(self._methods[usual])
        return code

    def _recording(self, usual: _Methods) -> _Methods:
        def write(file: int, content: int, size: int, at: int) -> int:
            if self._refuses(file):
                return _FULL
            self._note("write", file, at, ctypes.string_at(content, size))
            return int(usual.write(file, content, size, at))

        def truncate(file: int, size: int) -> int:
            self._note("truncate", file, size)
            return int(usual.truncate(file, size))

        def sync(file: int, flags: int) -> int:
            if self._refuses(file):
                return _NOT_SYNCED
            code = int(usual.sync(file, flags))
            self._note("sync", file)
            return code

        methods = _Methods.from_buffer_copy(usual)
        methods.write, methods.truncate, methods.sync = (
            _Write(write),
            _Truncate(truncate),
            _Sync(sync),
        )
        return methods

    def _delete(self, layer: int, path: bytes, sync_folder: int) -> int:
        code: int = self._usual.delete(layer, path, sync_folder)
        name = Path(path.decode())
        if code == 0 and name.parent == self._disk.folder:
            self._disk.deeds.append(Deed("delete", name.name))
            if sync_folder:
                self._disk.deeds.append(Deed("sync", name.name))
        return code


@contextmanager
def recorded(folder: Path) -> Iterator[Disk]:
    """Record what SQLite writes in *folder* by connections that are made inside."""
    disk = Disk(folder)
    recorder = _Recorder(_library(), disk)
    identity, fsync = os.stat(folder).st_ino, os.fsync

    def seen(descriptor: int) -> None:
        fsync(descriptor)
        if os.fstat(descriptor).st_ino == identity:
            disk.deeds.append(Deed("sync folder", ""))

    recorder.stand()
    try:
        with patch("os.fsync", seen):
            yield disk
    finally:
        recorder.go()


def _library() -> ctypes.CDLL:
    """Return the very SQLite that Python uses."""
    import _sqlite3

    library = ctypes.CDLL(getattr(_sqlite3, "__file__", None))
    if not hasattr(library, "sqlite3_vfs_find"):
        pytest.skip(f"the SQLite {sqlite3.sqlite_version} inside this Python cannot be reached")
    library.sqlite3_vfs_find.restype = c_void_p
    library.sqlite3_vfs_find.argtypes = [c_char_p]
    library.sqlite3_vfs_register.argtypes = [c_void_p, c_int]
    library.sqlite3_vfs_unregister.argtypes = [c_void_p]
    return library
