"""What use has taken of the connector, for the status: reckoned when a session has ended.

Another process reads the journal and does the arithmetic, with the least priority: no tick ever
waits for it, and the daemon itself imports none of its packages. Where the extra `life` is not
installed, the status says so. A reckoning that fails leaves the last one with its date, for as long
as the connector is the same.
"""

import json
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from silverpin.drivers.children import environment

WAITING_S = 600.0
NO_EXTRA = "not reckoned here: pip install 'silverpin[life]'"
NOT_YET = "not reckoned yet: it is when a session has ended"
OFF = "not reckoned: nobody asked for it"
_UNKNOWN = {"p05": None, "p50": None, "p95": None}
_PACKAGES = ("numba", "numpy")
_FITTED = "connector_fitted"
_ENDINGS = frozenset({"unmated", _FITTED})


class Wear:
    """Reckons a journal again and again, one process at a time."""

    def __init__(self, command: Sequence[str]) -> None:
        """Ask *command*, which answers as `silverpin life --json`."""
        self._command = list(command)
        self._known: dict[str, Any] = unknown(OFF)
        self._fitted = 0
        """How many connectors have come on: an answer about one before the last is none."""
        self._asked = threading.Event()
        self._thread: threading.Thread | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = False

    def begin(self, *, used: bool = True) -> None:
        """Reckon what is there if the connector was *used*, and then after every session."""
        if any(find_spec(name) is None for name in _PACKAGES):
            self._known = unknown(NO_EXTRA)
            return
        self._known = unknown(NOT_YET)
        self._thread = threading.Thread(target=self._work, name="wear", daemon=True)
        self._thread.start()
        if used:
            self._asked.set()

    def see(self, kind: str) -> None:
        """Take note that an event of *kind* is on the disk."""
        if kind == _FITTED:
            self._fitted += 1
            if self._known["reason"] is None:
                self._known = unknown(NOT_YET)
        if kind in _ENDINGS:
            self._asked.set()

    def frame(self) -> dict[str, Any]:
        """Return what the status tells."""
        return self._known

    def close(self) -> None:
        """End what is under way."""
        self._closed = True
        self._asked.set()
        process = self._process
        if process is not None:
            with suppress(OSError):
                process.kill()
        if self._thread is not None:
            self._thread.join(timeout=1.0)

    def _work(self) -> None:
        while True:
            self._asked.wait()
            if self._closed:
                return
            self._asked.clear()
            self.reckon()

    def reckon(self) -> None:
        """Ask once, and wait for the answer: not in a tick."""
        fitted, told = self._fitted, self._answer()
        if told is not None and fitted == self._fitted:
            self._known = frame_of(told)

    def _answer(self) -> Mapping[str, Any] | None:
        """Return what the other process said; None if it could not."""
        try:
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL, env=environment(),
            )  # fmt: skip
            with self._process as process:
                try:
                    said, _ = process.communicate(timeout=WAITING_S)
                finally:
                    process.kill()
            told = json.loads(said)
        except (OSError, ValueError, subprocess.TimeoutExpired):
            return None
        finally:
            self._process = None
        return told if isinstance(told, dict) else None


def life_of(journal: Path, connector: str) -> tuple[str, ...]:
    """Return the command that reckons a journal."""
    return (sys.executable, "-m", "silverpin.apps.life", str(journal), "--connector", connector,
            "--json")  # fmt: skip


def unknown(reason: str) -> dict[str, Any]:
    """Return the status of what is not known, with the reason."""
    return {
        "as_of": None, "reason": reason, "dominant": None, "ended_by": None,
        "consumed": _UNKNOWN, "cost_eur_per_kwh": _UNKNOWN, "remaining_years": _UNKNOWN,
        "remaining_date": _UNKNOWN,
    }  # fmt: skip


def frame_of(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return the status of an answer of `silverpin life`."""
    taken = {row["name"]: row["consumed"] for row in told["mechanisms"]}
    left = told["remaining"]
    return {
        "as_of": told["span"]["end"],
        "reason": None,
        "dominant": told["dominant"],
        "ended_by": left["dominant"],
        "consumed": taken[told["dominant"]],
        "cost_eur_per_kwh": _only(told["wear_cost_eur_per_kwh_discharged"]),
        "remaining_years": left["years"],
        "remaining_date": left["date"],
    }


def _only(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in _UNKNOWN}
