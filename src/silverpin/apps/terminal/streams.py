"""The standard streams as a program may find them: closed, of a small alphabet, on a full disk."""

import errno
import io
import os
import sys
from pathlib import Path
from typing import TextIO

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})


def make_ready() -> None:
    """Let every stream be there, and let no letter that one of them lacks end the program."""
    nowhere = Path(os.devnull)
    sys.stdin = sys.stdin or nowhere.open(encoding="utf-8")
    sys.stdout = sys.stdout or nowhere.open("w", encoding="utf-8")
    sys.stderr = sys.stderr or nowhere.open("w", encoding="utf-8")
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # as Python has it for standard error


def silence(*streams: TextIO) -> None:
    """Let nothing of *streams* be written any more, not even by Python's own flush at the end."""
    for stream in streams:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def is_full(error: OSError) -> bool:
    """Return whether *error* says that an answer found no room, and not a file of a name."""
    return error.errno in _FULL and error.filename is None
