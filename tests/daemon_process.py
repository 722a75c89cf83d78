"""A real daemon in a process of its own, with a home of its own, over its real socket and page.

Everything waits by asking again until a deadline that only a broken daemon reaches.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from silverpin.apps.control_socket.client import Answer, ask

BIN = Path(sys.executable).parent
DEADLINE_S = 30.0
POLL_S = 0.01
Status = dict[str, Any]


class Home:
    """Where a daemon of a test keeps everything; short, for a socket's path has a bound."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="pin-"))
        runtime = self.folder / "run"
        runtime.mkdir(mode=0o700)
        self.environment = {
            name: value for name, value in os.environ.items()
            if name not in ("SILVERPIN_SOCKET", "PYTHONWARNINGS")
        } | {
            "HOME": str(self.folder),
            "XDG_RUNTIME_DIR": str(runtime),
            "XDG_STATE_HOME": str(self.folder / "state"),
        }  # fmt: skip
        self.socket = runtime / "silverpin" / "control.sock"
        kept = self.folder / "state" / "silverpin" / "sim"
        self.state = kept / "demo-1" / "state.sqlite"
        self.log = kept / "connector-durability.log"

    def run(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run one of our programs to its end."""
        program, *argv = words
        return subprocess.run(
            [str(BIN / program), *argv], env=self.environment | environment, capture_output=True,
            text=True, timeout=DEADLINE_S, check=False,
        )  # fmt: skip

    def cli(self, line: str) -> subprocess.CompletedProcess[str]:
        """Run a command line as it was typed, at its spaces."""
        return self.run(*line.split(" "))


class Daemon:
    """A daemon that has said that it is ready."""

    def __init__(self, home: Home, *words: str, program: str = "evse-control-daemon") -> None:
        self.home = home
        number = len(list(home.folder.glob("stderr.*")))
        self.errors = (home.folder / f"stderr.{number}").open("w")
        program_words = [str(BIN / program)]
        if program == "evse-control-daemon":
            program_words += ["--simulate", "--port", "0"]
        self.process = subprocess.Popen(
            [*program_words, *words], env=home.environment, stdout=subprocess.PIPE,
            stderr=self.errors, text=True,
        )  # fmt: skip
        assert self.process.stdout is not None
        self.stdout: IO[str] = self.process.stdout
        self.first_line = self.stdout.readline()
        assert self.first_line.startswith("ready http://"), self.said()
        self.url = self.first_line.split()[1]

    def said(self) -> str:
        """Return what it wrote to stderr so far."""
        return Path(self.errors.name).read_text()

    def ask(self, command: str, **fields: Any) -> Answer:
        """Ask over the control socket."""
        return ask(self.home.socket, {"command": command} | fields)

    def status(self) -> Status:
        told = self.ask("status").data
        assert told is not None
        return dict(told)

    def act(self, act: str, value: float | str | None = None, clear: bool = False) -> Answer:
        return self.ask("act", act=act, value=value, clear=clear)

    def events(self, limit: int = 1000) -> list[dict[str, Any]]:
        """Return the journal's events, oldest first."""
        told = self.ask("events", limit=limit).data
        assert told is not None
        return list(reversed(told["events"]))

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(self.url + path.lstrip("/"), timeout=DEADLINE_S) as answer:
            return json.load(answer)

    def post(self, path: str, body: Any) -> tuple[int, Any]:
        """Post JSON as the page does; return the HTTP status and the answer."""
        request = urllib.request.Request(
            self.url + path.lstrip("/"), json.dumps(body).encode(),
            {"content-type": "application/json"},
        )  # fmt: skip
        try:
            with urllib.request.urlopen(request, timeout=DEADLINE_S) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)

    def until(
        self, holds: Callable[[Status], Any], what: str = "", within_s: float = DEADLINE_S
    ) -> Status:
        """Return the first status of which *holds* is true."""
        end = time.monotonic() + within_s
        while time.monotonic() < end:
            status = self.status()
            if holds(status):
                return status
            time.sleep(POLL_S)
        raise AssertionError(f"never {what or 'so'}: {status}")

    def tick(self) -> None:
        """Let it come to its next tick."""
        time.sleep(2.0 * POLL_S)

    def stop_for(self, seconds: float) -> None:
        """Let it stand still as a machine that sleeps does."""
        self.process.send_signal(signal.SIGSTOP)
        time.sleep(seconds)
        self.process.send_signal(signal.SIGCONT)

    def end(self, number: int = signal.SIGTERM) -> int:
        """Tell it to end, wait for that, and return its exit code."""
        self.process.send_signal(number)
        return self.process.wait(DEADLINE_S)

    def kill(self) -> None:
        """Let it die as in a power cut."""
        self.process.kill()
        self.process.wait(DEADLINE_S)

    def close(self) -> None:
        if self.process.poll() is None:
            self.kill()
        self.stdout.close()
        self.errors.close()


@contextmanager
def a_home() -> Iterator[Home]:
    home = Home()
    try:
        yield home
    finally:
        shutil.rmtree(home.folder, ignore_errors=True)


@contextmanager
def running(home: Home, *words: str, program: str = "evse-control-daemon") -> Iterator[Daemon]:
    """A daemon until the end of the block, however that ends."""
    daemon = Daemon(home, *words, program=program)
    try:
        yield daemon
    finally:
        daemon.close()


def discharge(daemon: Daemon, power_w: float = -5_000.0) -> Status:
    """Bring a daemon to discharging; one that was started again watches the grid first."""
    daemon.act("plug")
    daemon.until(lambda s: s["grid"]["ok"], "a grid that was watched")
    daemon.until(lambda s: s["plugged"] and s["state"] != "unplugged", "plugged")
    assert daemon.ask("set", mode="V2X", power_w=power_w).exit == 0
    return daemon.until(lambda s: (s["power_w"] or 0.0) < 0.9 * power_w, "discharging")
