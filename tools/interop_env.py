"""`python -m tools.interop_env`: make and keep `.venv-interop`, and print its Python.

It holds the PyPI package `iso15118` and nothing of ours: that package pins what it needs to single
versions. SILVERPIN_ISO15118_PYTHON names a Python that has it already, and is then used instead.
"""

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools.bootstrap import EXIT_UNREACHABLE, ROOT, say, whose

GIVEN = "SILVERPIN_ISO15118_PYTHON"
FOLDER = ROOT / ".venv-interop"
LOCK = ROOT / "locks/interop.txt"
_STAMP = FOLDER / "silverpin.stamp"


class NoPeer(Exception):
    """The environment cannot be had here; the words say why."""


def their_python() -> Path:
    """Return the Python that has `iso15118`, its environment made if need be."""
    if given := os.environ.get(GIVEN):
        return Path(given)
    wanted = hashlib.sha256(LOCK.read_bytes() + whose().encode()).hexdigest()
    folder = os.open(ROOT / "locks", os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)  # tests on several cores ask at once
        if not (_STAMP.exists() and _STAMP.read_text() == wanted):
            _build()
            _STAMP.write_text(wanted)
    finally:
        os.close(folder)
    return FOLDER / "bin/python"


def _build() -> None:
    import venv  # heavy, and most tests do without

    say("making .venv-interop for the package iso15118 (only when its lock changed)")
    venv.create(FOLDER, clear=True, symlinks=True, with_pip=False)
    command = [*_installer(), "--quiet", "--require-hashes", "--requirement", str(LOCK)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        words = (done.stderr or done.stdout).strip().splitlines() or ["no reason given"]
        raise NoPeer(f"{LOCK.relative_to(ROOT)} cannot be installed: {words[-1]}")


def _installer() -> list[str]:
    """The command that installs into the new environment, which has no pip of its own."""
    python = str(FOLDER / "bin/python")
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip", "--python", python, "--no-input", "install"]
    if uv := shutil.which("uv"):
        return [uv, "pip", "install", "--python", python]
    raise NoPeer("neither pip nor uv is there to install it")


def main() -> int:
    """Make the environment ready and name its Python."""
    try:
        print(their_python())
    except NoPeer as error:
        say(f"no environment with the package iso15118: {error}")
        return EXIT_UNREACHABLE
    return 0


if __name__ == "__main__":
    sys.exit(main())
