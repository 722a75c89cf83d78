"""`gpio-cli` where no charger answers: nothing is unlocked on trust."""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from silverpin.apps.control_socket import client
from silverpin.apps.exits import Exit
from silverpin.apps.terminal.gpio_cli import main
from tests.scripted_charger import open_folder

pytestmark = pytest.mark.verifies("LCK-1")
KINDS = ("never there", "stale socket", "not a socket", "hangs", "hangs up", "talks nonsense")


def listener(path: Path) -> socket.socket:
    bound = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    bound.bind(str(path))
    bound.listen(4)
    return bound


@pytest.fixture(params=KINDS)
def silent(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A control socket behind which nobody does what a charger does."""
    monkeypatch.setattr(client, "_TIMEOUT_S", 0.2)
    with ExitStack() as stack:
        path = stack.enter_context(open_folder()) / "control.sock"
        if request.param == "stale socket":
            listener(path).close()
        elif request.param == "not a socket":
            path.write_text("1234")
        elif request.param == "hangs":
            stack.enter_context(listener(path))
        elif request.param != "never there":
            bound = stack.enter_context(listener(path))
            reply = b"" if request.param == "hangs up" else b"250 ready\n"
            monkeypatch.setattr(client, "_send", answers_itself(bound, reply))
        yield path


def answers_itself(bound: socket.socket, reply: bytes) -> Callable[[socket.socket, object], None]:
    """Stand in for the client's sending: the other side takes it, says its word and is gone."""

    def send(connected: socket.socket, request: object) -> None:
        other, _ = bound.accept()
        with other:
            other.sendall(reply)

    return send


def run(path: Path, level: str, *more: str) -> int:
    return main(["set-output", "18", level, "--socket", str(path), *more])


def test_low_is_refused_because_nothing_proves_zero_current(
    silent: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(silent, "low") == Exit.REFUSED
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("Refused: nothing proves that no current flows")
    assert str(silent) in told.err
    assert ": start " in told.err or ": see its log" in told.err or ": stop it" in told.err


def test_high_is_not_driven_by_a_program_that_ends(
    silent: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(silent, "high") == Exit.UNREACHABLE
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("GPIO 18 is not driven: the charger's program holds it")


def test_a_refusal_is_an_object_for_programs(
    silent: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(silent, "low", "--json") == Exit.REFUSED
    told = json.loads(capsys.readouterr().out)
    assert (told["schema"], told["exit"], told["changed"]) == ("silverpin.answer/1", 1, False)
    assert told["blocked_by"][0].startswith("nothing proves that no current flows")
