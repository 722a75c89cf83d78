"""Contact resistance for the status: brought up to date when a session has ended.

Another process does it, behind everything else in line. It is started and asked when a plug goes
in, so that it has the past ready, and ended when it has answered after the plug went out: no tick
ever waits for it, and the daemon itself imports none of its packages. One that fails or hangs
leaves the last answer with its date, and is started again with the next session.
"""

import base64
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple

from silverpin.apps.daemon.wear import NO_EXTRA, OFF
from silverpin.domain.limits import CONTACT_LIMITS, LIMITS, Limits
from silverpin.domain.upkeep import ContactConcern, LastInspection
from silverpin.drivers.children import environment
from silverpin.drivers.contact_table import NewMemory, NewSession, Note

WAITING_S = 600.0
NOT_YET = "not reckoned yet: it is when a session has ended"
_PACKAGES = ("numba", "numpy", "scipy")
_TURNS = frozenset({"mated", "unmated", "connector_fitted", "inspected"})
_KEPT = {row.__name__: row for row in (NewSession, NewMemory)}
_BYTES = frozenset({"blocks", "memory"})


Looked = Callable[[str], LastInspection | None]
"""Returns the newest inspection of a connector, where one is known."""


class _Question(NamedTuple):
    """What a contact is like at an instant, by its sessions and by what was measured of it."""

    serial: str
    utc_ns: int
    measured: tuple[int, float] | None
    """When the pins were found in order, and the ohms of the worst of them."""


class Answer(NamedTuple):
    """What is told of one connector's contact."""

    serial: str
    told: Mapping[str, Any]

    def concerns(self) -> tuple[ContactConcern, ...]:
        """Return what asks for an inspection, heaviest first."""
        return tuple(ContactConcern(**row) for row in self.told["concerns"])


class ContactWatch:
    """Asks of the connector that is on, one process at a time."""

    def __init__(self, command: Sequence[str], looked: Looked = lambda serial: None) -> None:
        """Ask *command*, which answers as `silverpin.apps.life.contact_worker`."""
        self._command, self._looked = list(command), looked
        self.reason = OFF
        """Why nothing is told, as long as nothing is."""
        self._answer: Answer | None = None
        self._notes: SimpleQueue[Note] = SimpleQueue()
        self._turn = threading.Condition()
        self._asked: _Question | None = None
        self._mated = self._closed = False
        self._thread: threading.Thread | None = None
        self._process: subprocess.Popen[str] | None = None

    def begin(self, serial: str, utc_ns: int, *, mated: bool, used: bool = True) -> None:
        """Ask of what is there if the connector was *used*, and then after every session."""
        if any(find_spec(name) is None for name in _PACKAGES):
            self.reason = NO_EXTRA
            return
        self.reason, self._mated = NOT_YET, mated
        self._thread = threading.Thread(target=self._work, name="contact", daemon=True)
        self._thread.start()
        if used:
            self.ask(serial, utc_ns)

    def see(self, kind: str, serial: str, utc_ns: int) -> None:
        """Take note that an event of *kind* is on the disk."""
        if kind in _TURNS:
            self._mated = self._mated if kind == "inspected" else kind == "mated"
            self.ask(serial, utc_ns)

    def ask(self, serial: str, utc_ns: int) -> None:
        """Ask of a connector as it is at an instant; returns at once."""
        question = _Question(serial, utc_ns, measured_by(self._looked(serial)))
        with self._turn:
            self._asked = question
            self._turn.notify()

    def answer(self, serial: str) -> Answer | None:
        """Return what is told of a connector; None where nothing is yet."""
        answer = self._answer
        return answer if answer is not None and answer.serial == serial else None

    def notes(self) -> list[Note]:
        """Return and forget what is to be kept."""
        found: list[Note] = []
        with suppress(Empty):
            while True:
                found.append(self._notes.get_nowait())
        return found

    def close(self) -> None:
        """End what is under way."""
        with self._turn:
            self._closed = True
            self._turn.notify()
        self._end()
        if self._thread is not None:
            self._thread.join(timeout=1.0)

    def serve(self) -> bool:
        """Wait until somebody asks, and for the answer: not in a tick. False once closed."""
        with self._turn:
            self._turn.wait_for(lambda: self._closed or self._asked is not None)
            asked, self._asked = self._asked, None
        if self._closed or asked is None:
            return False
        if self._process is None or self._process.poll() is not None:
            self._end()
            self._start()
        self._hear(asked, self._say(asked))
        if not self._mated:
            self._end()
        return True

    def _work(self) -> None:
        while self.serve():
            pass

    def _start(self) -> None:
        with suppress(OSError):
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL, text=True, env=environment(),
            )  # fmt: skip
        if self._closed:  # meanwhile: who closed found nothing to end
            self._end()

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            with suppress(OSError):
                process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with suppress(OSError):
                        pipe.close()

    def _say(self, asked: _Question) -> Mapping[str, Any] | None:
        """Ask the other process and return its answer; None, and its end, where it has none."""
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            return None
        watchdog = threading.Timer(WAITING_S, process.kill)
        watchdog.start()
        try:
            process.stdin.write(json.dumps(asked._asdict()) + "\n")
            process.stdin.flush()
            said = json.loads(process.stdout.readline())
        except (OSError, ValueError):
            self._end()
            return None
        finally:
            watchdog.cancel()
        return said if isinstance(said, dict) else None

    def _hear(self, asked: _Question, said: Mapping[str, Any] | None) -> None:
        if said is None or "told" not in said:
            if said is not None and self._answer is None:
                self.reason = str(said.get("error", NOT_YET))
            return
        for name, *values in said["keep"]:
            self._notes.put(note_of(name, values))
        self._answer = Answer(asked.serial, said["told"])


def measured_by(looked: LastInspection | None) -> tuple[int, float] | None:
    """Return what an inspection measured that found the pins in order."""
    if looked is None or not looked.passes or looked.worst_ohm is None:
        return None
    return looked.made_ns, looked.worst_ohm


def note_of(name: str, values: Sequence[Any]) -> Note:
    """Return what is to be kept, as the other process wrote it."""
    kind = _KEPT[name]
    pairs = zip(kind._fields, values, strict=True)
    told: dict[str, Any] = {
        field: base64.b64decode(value) if field in _BYTES and value is not None else value
        for field, value in pairs
    }
    return kind(**told)


def worker_of(
    journal: Path, connector: str, type_tests: Path | None, limits: Limits = LIMITS
) -> tuple[str, ...]:
    """Return the command that follows the contacts of a charger with these *limits*."""
    tight = (f"--{name.replace('_', '-')}={getattr(limits, name)}" for name in CONTACT_LIMITS)
    command = (sys.executable, "-m", "silverpin.apps.life.contact_worker", str(journal),
               "--connector", connector, *tight)  # fmt: skip
    return command if type_tests is None else (*command, "--type-tests", str(type_tests))
