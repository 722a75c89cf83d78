"""A control socket with a script behind it instead of a charger, in a thread or in the test's loop.

The socket, its server and its credentials are real; only the answers are written down.
"""

import asyncio
import contextlib
import json
import os
import socket
import tempfile
import threading
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Any

from silverpin.apps.control_socket.peers import Admission, Peer, simulation_admission
from silverpin.apps.control_socket.requests import answer
from silverpin.apps.control_socket.server import BOUNDS, Bounds, ControlServer
from silverpin.apps.exits import Exit

NOBODY = Admission(uids=frozenset(), refusal="Not permitted: join the group evse-admin")
"""Makes strangers of everybody, so that being refused needs no second user."""


class Script:
    """Answers by command, and keeps who asked what and what was recorded."""

    def __init__(self, answers: Mapping[str, dict[str, Any] | Exception] | None = None) -> None:
        self.answers = dict(answers or {})
        self.asked: list[dict[str, Any]] = []
        self.peers: list[Peer] = []
        self.journal: list[tuple[str, dict[str, Any]]] = []
        self.failures: list[str] = []

    def handle(self, request: dict[str, Any], peer: Peer) -> dict[str, Any]:
        self.asked.append(request)
        self.peers.append(peer)
        told = self.answers.get(request["command"])
        if isinstance(told, Exception):
            raise told
        return told or answer(Exit.DONE, f"{request['command']} done", changed=True)

    def record(self, kind: str, fields: dict[str, Any]) -> None:
        self.journal.append((kind, fields))

    def note_failure(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        self.failures.append(context["message"])


@contextlib.contextmanager
def open_folder() -> Iterator[Path]:
    """A folder with a short path that other users may enter, as sockets and strangers need."""
    with tempfile.TemporaryDirectory(prefix="pin-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        yield folder


@contextlib.asynccontextmanager
async def serving(
    path: Path, script: Script, admission: Admission | None = None, bounds: Bounds = BOUNDS
) -> AsyncIterator[ControlServer]:
    """Serve *script* at *path* in the running loop."""
    asyncio.get_running_loop().set_exception_handler(script.note_failure)
    admission = admission or simulation_admission()
    server = ControlServer(script, script.record, admission, bounds)
    await server.start(path, mode=0o666)
    try:
        yield server
    finally:
        await server.close()


@contextlib.contextmanager
def scripted_charger(
    script: Script, admission: Admission | None = None, bounds: Bounds = BOUNDS
) -> Iterator[Path]:
    """Serve *script* from a thread of its own and give the path of its socket."""
    ready, ending = threading.Event(), []

    async def live(path: Path) -> None:
        over = asyncio.Event()
        loop = asyncio.get_running_loop()
        async with serving(path, script, admission, bounds):
            ending.append(lambda: loop.call_soon_threadsafe(over.set))
            ready.set()
            await over.wait()

    with open_folder() as folder:
        path = folder / "control.sock"
        thread = threading.Thread(target=lambda: asyncio.run(live(path)), daemon=True)
        thread.start()
        assert ready.wait(10), "the scripted charger did not start"
        try:
            yield path
        finally:
            ending[0]()
            thread.join(10)
            assert not thread.is_alive(), "the scripted charger did not end"


class Line:
    """A bare connection of a test: bytes out, objects in."""

    def __init__(self, path: Path) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(10)
        self.socket.connect(os.fspath(path))
        self._file = self.socket.makefile("rb")

    def __enter__(self) -> "Line":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self.socket.close()

    def send(self, *requests: object) -> None:
        self.socket.sendall(b"".join(as_line(request) for request in requests))

    def read(self) -> Any:
        """Return the next answer; None when the other side has hung up."""
        try:
            line = self._file.readline()
        except ConnectionResetError:
            return None
        return json.loads(line) if line else None

    def ask(self, request: object) -> Any:
        self.send(request)
        return self.read()


def as_line(request: object) -> bytes:
    return request + b"\n" if isinstance(request, bytes) else json.dumps(request).encode() + b"\n"
