"""Starts the programs of the package `iso15118`, and speaks with them in lines of JSON."""

import json
import os
import queue
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from tools.interop_env import their_python

_HERE = Path(__file__).resolve().parent
_ROOT = _HERE.parents[1]
PATIENCE_S = 60.0


def environment(**settings: str) -> dict[str, str]:
    """Return the environment of one of their programs."""
    return {
        "PATH": os.defpath,
        "PYTHONPATH": f"{_ROOT / 'src'}{os.pathsep}{_ROOT}",
        "LOG_LEVEL": "WARNING",
        "MESSAGE_LOG_JSON": "false",
        # They offer plug and charge in clear as well, and their vehicle then takes it.
        "AUTH_MODES": "EIM",
        **settings,
    }


class Peer:
    """One of their programs while it runs. Its log goes to a file, to be shown when it matters."""

    def __init__(self, program: str, log: Path, **settings: str) -> None:
        """Start *program*, one of those beside this file, with settings for its environment."""
        self._log = log
        with log.open("w") as stderr:
            self._process = subprocess.Popen(
                [str(their_python()), str(_HERE / f"{program}.py")],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
                cwd=log.parent,
                env=environment(**settings),
            )
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(target=self._read, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    @property
    def pid(self) -> int:
        """The process, for whoever measures it."""
        return self._process.pid

    def tell(self, order: dict[str, Any]) -> None:
        """Send one line."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()

    def hear(self, patience_s: float = PATIENCE_S) -> dict[str, Any]:
        """Return the next line; when none comes, fail with what they logged."""
        try:
            line = self._lines.get(timeout=patience_s)
        except queue.Empty:
            line = ""
        if not line:
            raise RuntimeError(f"the peer said nothing; its log ends: {self.log()[-2000:]}")
        told: dict[str, Any] = json.loads(line)
        return told

    def log(self) -> str:
        """Return what they logged so far."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put("")


@contextmanager
def their_vehicle(folder: Path, **settings: str) -> Iterator[Peer]:
    """Give their vehicle's program, ready to be told what session to begin."""
    with Peer("their_vehicle", folder / "their_vehicle.log", **settings) as peer:
        peer.hear()
        yield peer


@contextmanager
def their_charger(folder: Path, **settings: str) -> Iterator[tuple[Peer, dict[str, int]]]:
    """Give their charger's program and the ports on which it listens."""
    with Peer("their_charger", folder / "their_charger.log", **settings) as peer:
        yield peer, peer.hear()
