"""Where the control socket of a charger is, for those who serve it and for those who ask."""

import os
import stat
from collections.abc import Mapping
from pathlib import Path

HARDWARE_PATH = Path("/run/evse/control.sock")
VARIABLE = "SILVERPIN_SOCKET"
_PATH_MAX_BYTES = 107  # sun_path of Linux, less its closing zero


class SocketPathError(Exception):
    """A place where no control socket may be; the message says what to do."""


def simulation_path(environ: Mapping[str, str], uid: int) -> Path:
    """Return where the simulated charger of user *uid* listens."""
    runtime = environ.get("XDG_RUNTIME_DIR")
    if runtime:
        return Path(runtime, "silverpin", "control.sock")
    # Anybody may write to /tmp: `own_directory` makes the folder ours or refuses it.
    return Path(f"/tmp/silverpin-{uid}", "control.sock")  # noqa: S108


def bench_path(environ: Mapping[str, str], uid: int) -> Path:
    """Return where the bench of user *uid* listens: no charger's command gets there by itself."""
    return simulation_path(environ, uid).with_name("bench.sock")


def find(explicit: str | None, environ: Mapping[str, str]) -> Path:
    """Return the socket to ask: as told, as set in the environment, of hardware, of simulation."""
    told = explicit or environ.get(VARIABLE)
    if told:
        return Path(told)
    return HARDWARE_PATH if HARDWARE_PATH.exists() else simulation_path(environ, os.getuid())


def check_length(path: Path) -> None:
    """Refuse a path that the kernel has no room for."""
    if len(os.fsencode(path)) > _PATH_MAX_BYTES:
        raise SocketPathError(
            f"{path} is too long for a socket: choose one of at most {_PATH_MAX_BYTES} bytes"
        )


def own_directory(directory: Path) -> None:
    """Make *directory* for this user alone; refuse one that others own or may enter."""
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = directory.lstat()
    except OSError as error:
        said = (error.strerror or str(error)).lower()
        raise SocketPathError(
            f"{directory} cannot be made ({said}): put the socket into a folder of your own"
        ) from error
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise SocketPathError(
            f"{directory} is not a folder of this user: put the socket into one of your own"
        )
    if stat.S_IMODE(found.st_mode) & 0o077:
        raise SocketPathError(
            f"{directory} is open to others: put the socket into a folder of mode 700"
        )
