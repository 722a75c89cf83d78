"""The claim on a control socket's path: one daemon holds it, and a dead one's leftovers go.

A lock on a file beside the socket decides who holds the path, so that two daemons that start at
the same moment cannot take it from each other. The lock file stays: removing it would race.
"""

import errno
import fcntl
import os
import socket
import stat
from pathlib import Path

from silverpin.apps.control_socket.path import SocketPathError, check_length

_BACKLOG = 16


class SocketInUse(SocketPathError):
    """Another daemon answers there."""


class SocketClaim:
    """A listening Unix socket at *path* that nobody else can take until `release`."""

    def __init__(self, path: Path, *, mode: int) -> None:
        check_length(path)
        self._path = path
        self._lock_fd = _lock(path)
        try:
            _clear_stale(path)
            self.socket = _listen(path, mode)
        except BaseException:
            os.close(self._lock_fd)
            raise

    def release(self) -> None:
        """Stop listening and take the socket's file away."""
        self.socket.close()
        self._path.unlink(missing_ok=True)
        os.close(self._lock_fd)


def _lock(path: Path) -> int:
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
    try:
        lock_fd = os.open(path.with_name(f"{path.name}.lock"), flags, 0o600)
    except OSError as error:
        raise SocketPathError(f"Cannot listen at {path}: {error.strerror}") from error
    try:
        fcntl.flock(lock_fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock_fd)
        raise _in_use(path) from None
    return lock_fd


def _clear_stale(path: Path) -> None:
    try:
        found = path.lstat()
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(found.st_mode):
        raise SocketPathError(f"{path} is not a socket: move it away")
    if _somebody_answers(path):
        raise _in_use(path)
    path.unlink(missing_ok=True)


def _somebody_answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.setblocking(False)
        answer = probe.connect_ex(os.fspath(path))
    return answer in (0, errno.EAGAIN, errno.EACCES, errno.EPERM)


def _listen(path: Path, mode: int) -> socket.socket:
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        listening.bind(os.fspath(path))
        path.chmod(mode)
        listening.listen(_BACKLOG)
    except OSError as error:
        listening.close()
        raise SocketPathError(f"Cannot listen at {path}: {error.strerror}") from error
    listening.setblocking(False)
    return listening


def _in_use(path: Path) -> SocketInUse:
    return SocketInUse(f"Another daemon runs here: it answers at {path}; stop that one first")
