"""Brings a state file from its schema version to ours, all steps or none, and keeps a copy."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from silverpin.drivers.store_schema import NEWEST, STEPS


def schema_version(connection: sqlite3.Connection) -> int:
    """Return the version that the file says of itself; 0 is a new or a foreign file."""
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def migrate(connection: sqlite3.Connection, path: Path, to: int = NEWEST) -> Path | None:
    """Run the steps that are missing in one transaction; return the copy of what was before.

    A new file has nothing to copy.
    """
    version = schema_version(connection)
    if version >= to:
        return None
    copy = keep_copy(connection, path, version) if version else None
    connection.execute("BEGIN EXCLUSIVE")
    try:
        for step in range(version + 1, to + 1):
            for statement in STEPS[step]:
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {to}")
        connection.execute("COMMIT")
    except sqlite3.Error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return copy


def keep_copy(connection: sqlite3.Connection, path: Path, version: int) -> Path:
    """Copy the whole state to ``<name>.v<version>`` beside it: there whole, or not at all."""
    copy = path.with_name(f"{path.name}.v{version}")
    half = copy.with_name(f"{copy.name}.half")
    half.unlink(missing_ok=True)
    os.close(os.open(half, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600))
    try:
        with closing(sqlite3.connect(half)) as target:
            connection.backup(target)
        sync(half)
    except BaseException:
        half.unlink()  # a disk that it filled up has the room again
        raise
    half.replace(copy)
    sync(path.parent)
    return copy


def newest_copy(path: Path) -> Path | None:
    """Return the copy with the highest version that lies beside *path*."""
    copies = {copy.suffix.removeprefix(".v"): copy for copy in path.parent.glob(f"{path.name}.v*")}
    versions = [int(version) for version in copies if version.isdecimal()]
    return copies[str(max(versions))] if versions else None


def sync(path: Path) -> None:
    """Force a file or folder to the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
