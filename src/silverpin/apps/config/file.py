"""Reads a configuration file that nobody but its owner can have changed.

Everything is asked of the open file, never of its path: what is checked is what is read, even if
somebody swaps the path in between.
"""

import os
import stat
from pathlib import Path

SYSTEM_FOLDER = Path("/etc/evse")
SIZE_MAX_BYTES = 256 * 1024


class ConfigError(Exception):
    """A configuration that cannot be used; the message is one sentence with file and next step."""


def read_config(path: Path, *, guarded: bool) -> str:
    """Return the text of *path*; *guarded* refuses a file that others could have written."""
    # NONBLOCK: a named pipe must not hold us before we could see that it is one.
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    if not guarded:
        flags &= ~os.O_NOFOLLOW
    try:
        descriptor = os.open(path, flags)
    except OSError as error:
        raise ConfigError(_unopened(path, error)) from error
    try:
        refused = _refusal(os.fstat(descriptor), guarded)
        if refused is not None:
            raise ConfigError(f"{path} is refused: {refused}")
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return _text(path, file.read(SIZE_MAX_BYTES + 1))
    finally:
        os.close(descriptor)


def _refusal(found: os.stat_result, guarded: bool) -> str | None:
    """Return why a file with this status may not be read, with the command that helps."""
    mode = stat.S_IMODE(found.st_mode)
    if not stat.S_ISREG(found.st_mode):
        return "it is not a regular file; put the file itself there"
    if not guarded:
        return None
    if found.st_uid not in (0, os.geteuid()):
        return f"user {found.st_uid} owns it; chown root it after reading what is in it"
    if mode & ~0o600:
        return f"its mode is {mode:04o} and must be 0600; chmod 600 it"
    if found.st_nlink != 1:
        return f"it has {found.st_nlink} names and must have one; copy it to a new file"
    return None


def _text(path: Path, content: bytes) -> str:
    if len(content) > SIZE_MAX_BYTES:
        raise ConfigError(
            f"{path} is larger than {SIZE_MAX_BYTES >> 10} KiB: is it the right file?"
        )
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ConfigError(f"{path}: line {line} is not UTF-8: save it as UTF-8") from error


def _unopened(path: Path, error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return f"there is no {path}: write one as the example configuration shows, or simulate"
    if path.is_symlink():
        return f"{path} is refused: it is a link; put the file itself there"
    return f"{path} cannot be read ({(error.strerror or str(error)).lower()})"
