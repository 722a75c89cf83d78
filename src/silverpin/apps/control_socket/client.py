"""The asking side of the control socket: blocking, standard library only, quick to start."""

import json
import os
import socket
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from silverpin.apps.exits import Exit

_TIMEOUT_S = 5.0
_ANSWER_MAX_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The daemon's answer to one request."""

    exit: Exit
    text: str
    changed: bool
    blocked_by: Sequence[str]
    data: Mapping[str, Any] | None


class ClientError(Exception):
    """The daemon could not be asked; the message is the sentence to print."""

    def __init__(self, code: Exit, text: str) -> None:
        super().__init__(text)
        self.code = code


def ask(path: Path, request: Mapping[str, Any]) -> Answer:
    """Return the answer of the charger at *path*; raise `ClientError` when there is none."""
    with _connected(path) as connected:
        _send(connected, request)
        for told in _lines(connected, path):
            return _read_answer(told, path)
    raise ClientError(Exit.UNREACHABLE, f"The charger at {path} hung up: see its log")


def watch(path: Path, every_s: float) -> Iterator[Mapping[str, Any]]:
    """Yield the status of the charger at *path* again and again."""
    with _connected(path) as connected:
        _send(connected, {"command": "watch", "every_s": every_s})
        connected.settimeout(_TIMEOUT_S + every_s)
        for told in _lines(connected, path):
            if "exit" in told:
                refusal = _read_answer(told, path)
                raise ClientError(refusal.exit, refusal.text)
            if not isinstance(told.get("data"), dict):
                raise _strange(path)
            yield told["data"]
    raise ClientError(Exit.UNREACHABLE, f"The charger at {path} ended: start it again")


def _connected(path: Path) -> socket.socket:
    connected = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connected.settimeout(_TIMEOUT_S)
    try:
        connected.connect(os.fspath(path))
    except PermissionError:
        connected.close()
        raise ClientError(
            Exit.FORBIDDEN,
            f"Not permitted to open {path}: only the user of a simulated charger, or on hardware "
            "the group evse-admin, may command it",
        ) from None
    except OSError:
        connected.close()
        raise ClientError(
            Exit.UNREACHABLE,
            f"No charger answers at {path}: start one with evse-control-daemon, "
            "or a simulated one with silverpin demo",
        ) from None
    return connected


def _send(connected: socket.socket, request: Mapping[str, Any]) -> None:
    try:
        connected.sendall(json.dumps(request).encode() + b"\n")
    except (BrokenPipeError, ConnectionResetError):
        return  # A refusal may have come before all was sent: it is there to be read.


def _lines(connected: socket.socket, path: Path) -> Iterator[dict[str, Any]]:
    received = bytearray()
    while True:
        end = received.find(b"\n")
        if end >= 0:
            yield _read_object(bytes(received[:end]), path)
            del received[: end + 1]
        elif len(received) > _ANSWER_MAX_BYTES:
            raise _strange(path)
        elif chunk := _receive(connected, path):
            received += chunk
        else:
            return


def _receive(connected: socket.socket, path: Path) -> bytes:
    try:
        return connected.recv(65536)
    except TimeoutError:
        raise ClientError(
            Exit.UNREACHABLE, f"The charger at {path} does not answer: see its log"
        ) from None
    except ConnectionResetError:
        return b""


def _read_object(line: bytes, path: Path) -> dict[str, Any]:
    try:
        told = json.loads(line)
    except ValueError:
        raise _strange(path) from None
    if not isinstance(told, dict):
        raise _strange(path)
    return told


def _read_answer(told: Mapping[str, Any], path: Path) -> Answer:
    try:
        return Answer(
            exit=Exit(told["exit"]),
            text=told["text"],
            changed=told["changed"],
            blocked_by=tuple(told["blocked_by"]),
            data=told["data"],
        )
    except (KeyError, TypeError, ValueError):
        raise _strange(path) from None


def _strange(path: Path) -> ClientError:
    return ClientError(
        Exit.UNREACHABLE, f"What answers at {path} is no charger of this version: stop it"
    )
