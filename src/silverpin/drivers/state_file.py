"""Opens a charger's state file for one program alone, and says plainly when it cannot be used.

Two connections: one writes, and a write may take as long as the disk takes; the other only reads,
and the write-ahead log never makes it wait. The lock is on a file beside the state: the locks of
SQLite are lost as soon as any descriptor of the file is closed.
"""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path
from urllib.parse import quote

from silverpin.drivers.migration import migrate, newest_copy, schema_version, sync
from silverpin.drivers.store_schema import NEWEST, TABLES

BUSY_S = 5.0
CHECKED_WHOLE_MAX_BYTES = 64 << 20  # larger journals would hold up the start for seconds
# A file's size after a burst; the log is emptied into the file every 1000 pages anyway.
LOG_KEPT_BYTES = 4 << 20
SET_ASIDE = ".damaged"
"""How the name of a state ends that somebody put aside for good."""
_MADE_BY_LOOKING = ("-wal", "-shm", "-journal")


class StateError(Exception):
    """The state cannot be opened or written; the message is one sentence for the operator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StateFile:
    """An open state file that nobody else may open."""

    path: Path
    lock: FileIO
    identity: tuple[int, int]
    writer: sqlite3.Connection
    reader: sqlite3.Connection

    def check_in_place(self) -> None:
        """Refuse to write to a file that its path no longer leads to: nobody would find it."""
        if _identity(self.path) != self.identity:
            raise StateError(
                f"{self.path} was moved or replaced while in use:"
                " put it back, or restart to go on with what is there now"
            )

    def close(self) -> None:
        """Fold the log into the file and let others have it; again is as well."""
        self.reader.close()
        self.writer.close()
        self.lock.close()


def open_state(path: Path) -> StateFile:
    """Open or create the state at *path*, migrated to our version. Raises `StateError`."""
    with said_plainly(path):
        _make_folder(path.parent)
        lock = _lock(path)
    try:
        with said_plainly(path):
            return _connect(path, lock)
    except BaseException:
        lock.close()
        raise


@contextmanager
def said_plainly(path: Path) -> Iterator[None]:
    """Turn what the disk or the database says into one sentence with a next step."""
    try:
        yield
    except sqlite3.Error as error:
        raise StateError(_sentence(path, error)) from error
    except OSError as error:
        said = (error.strerror or str(error)).lower()
        raise StateError(f"{path} cannot be used ({said}): see that it can be written") from error


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Write everything inside or nothing; what was written is on the disk at the end."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # A full disk may have rolled back already; its error is the one to tell.
        with suppress(sqlite3.Error):
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        raise


def _make_folder(folder: Path) -> None:
    """Make *folder*, and have the disk keep its name: a file in it is as lasting as that."""
    new = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for each in reversed(new):
        sync(each.parent)


def _lock(path: Path) -> FileIO:
    beside = path.with_name(f"{path.name}.lock")
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    lock = FileIO(os.open(beside, flags, 0o600), "r+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n".encode())
    except BlockingIOError:
        holder = lock.read(20).decode("ascii", "replace").strip() or "unknown"
        lock.close()
        raise StateError(
            f"{path} is in use by process {holder}: stop that charger first,"
            " or give this one an id of its own"
        ) from None
    except BaseException:
        lock.close()
        raise
    return lock


def _connect(path: Path, lock: FileIO) -> StateFile:
    # SQLite would create it readable by all.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600))
    with closing(_looking(path)) as looking:
        _refuse_foreign(looking, path)
    writer = _connection(path)
    try:
        _set_up(writer, path)
        migrate(writer, path)
        sync(path.parent)
        reader = _connection(path)
        reader.execute("PRAGMA query_only = 1")
    except BaseException:
        writer.close()
        raise
    identity = _identity(path)
    return StateFile(path=path, lock=lock, identity=identity, writer=writer, reader=reader)


def _connection(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)


def _looking(path: Path) -> sqlite3.Connection:
    """Return a connection to look at a state that may have to be left as it is.

    One that may write would fold the log that a power cut left behind into the file as it closes.
    Only a journal of the old kind is there to be rolled back first.
    """
    log, old = (path.with_name(f"{path.name}{end}").exists() for end in ("-wal", "-journal"))
    if not log or old:
        return _connection(path)
    return sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, timeout=BUSY_S)


def _refuse_foreign(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse what is not ours to write to, before anything is written."""
    version = schema_version(connection)
    if version > NEWEST:
        raise StateError(
            f"{path} has schema version {version} and this program knows up to {NEWEST}:"
            " install the newer program; the file was left as it is"
        )
    if version == 0 and connection.execute("SELECT 1 FROM sqlite_master").fetchone():
        raise StateError(f"{path} is the database of another program: name another path")
    for table in _checked_at_start(path, version):
        said = connection.execute(f"PRAGMA quick_check{table}").fetchone()[0]
        if said != "ok":
            raise StateError(_damaged(path, said))


def _checked_at_start(path: Path, version: int) -> tuple[str, ...]:
    if path.stat().st_size <= CHECKED_WHOLE_MAX_BYTES:
        return ("",)
    return tuple(f"({table})" for table in TABLES) if version == NEWEST else ()


def _set_up(connection: sqlite3.Connection, path: Path) -> None:
    mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
    if mode != "wal":
        raise StateError(f"{path} lies on a file system without locks: keep it on a local disk")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA journal_size_limit = {LOG_KEPT_BYTES}")


def _identity(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except FileNotFoundError:
        return (0, 0)
    return (found.st_dev, found.st_ino)


def _sentence(path: Path, error: sqlite3.Error) -> str:
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return _damaged(path, str(error))
    if name == "SQLITE_FULL":
        return f"{path} cannot grow, the disk is full: free some space"
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return f"{path} is held by another program: close what has it open"
    return f"{path} cannot be used ({error}): see that the disk is well and can be written"


def _damaged(path: Path, said: str) -> str:
    copy = newest_copy(path)
    then = "restore a backup, for none lies beside it"
    if copy is not None:
        day = datetime.fromtimestamp(copy.stat().st_mtime, UTC).date()
        then = f"put {copy} in its place, which has nothing after {day}"
    cause = " ".join(said.replace("*", "").split())[:160]
    return (
        f"{path} is damaged ({cause}) and was left as it is: rename it to {path.name}{SET_ASIDE}"
        f" and take its -wal file away, then {then}, or start anew and bring the connector's count"
        " back with evse-cli ledger import"
    )


def set_aside(path: Path) -> tuple[str, ...]:
    """Return names for the damaged states beside *path*, whose latches nobody could read.

    A file that takes the place of another under the same name has a name of its own here.
    """
    found = [file for file in path.parent.glob(f"{path.name}{SET_ASIDE}*")
             if not file.name.endswith(_MADE_BY_LOOKING)]  # fmt: skip
    return tuple(sorted(f"{file.name} {file.lstat().st_ino}" for file in found))
