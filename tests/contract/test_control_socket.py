"""The control socket against peers of every kind: permitted, strange, clumsy, greedy and dead."""

import asyncio
import contextlib
import os
import select
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from silverpin.apps.control_socket.client import ClientError, ask
from silverpin.apps.control_socket.listener import SocketInUse
from silverpin.apps.control_socket.path import SocketPathError
from silverpin.apps.control_socket.peers import Admission, hardware_admission
from silverpin.apps.control_socket.requests import REQUESTS, answer, read_request
from silverpin.apps.control_socket.server import Bounds
from silverpin.apps.exits import Exit
from tests.scripted_charger import (
    NOBODY,
    Line,
    Script,
    as_line,
    open_folder,
    scripted_charger,
    serving,
)

SET = {"command": "set", "mode": "V2X", "power_w": -5000.0}
INSPECT = {"command": "inspect", "pins": {"DC+": 0.00031}, "instrument": "meter 7",
           "technician": "A. Müller", "certificate": "L2-118"}  # fmt: skip
BIG = answer(Exit.DONE, "", data={"text": "x" * 100_000})


def hung_up(line: Line) -> bool:
    """Wait until the other side has closed, whatever it left to read."""
    poll = select.poll()
    poll.register(line.socket, 0)
    return any(what & select.POLLHUP for _, what in poll.poll(10_000))


@contextlib.contextmanager
def another_listener(path: Path) -> Iterator[None]:
    """A socket that somebody else listens at; its file stays behind, as a crash leaves it."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as other:
        other.bind(str(path))
        other.listen()
        yield


@contextlib.asynccontextmanager
async def peer(path: Path) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection from within the server's own loop, where nothing happens between two awaits."""
    reader, writer = await asyncio.open_unix_connection(path)
    try:
        yield reader, writer
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


def test_every_request_of_a_connection_has_one_answer_in_order() -> None:
    script = Script()
    with scripted_charger(script) as path, Line(path) as line:
        line.send(SET, {"command": "stop"}, b"", {"command": "lock"})
        assert [line.read()["text"] for _ in range(3)] == ["set done", "stop done", "lock done"]
        assert line.ask({"command": "status"})["text"] == "status done"


def test_a_request_reaches_the_handler_with_every_field_and_its_peer() -> None:
    script = Script()
    with scripted_charger(script) as path, Line(path) as line:
        line.send({"command": "reset"}, {"command": "events"}, INSPECT)
        line.send({"command": "act", "act": "plug"})
        for _ in range(4):
            assert line.read()["exit"] == 0
    assert script.asked == [
        {"command": "reset", "thermal": False, "code": None},
        {"command": "events", "limit": 50},
        read_request(as_line(INSPECT)).as_dict(),
        {"command": "act", "act": "plug", "value": None, "clear": False},
    ]
    assert {name: script.asked[2][name] for name in INSPECT} == INSPECT
    peer = script.peers[0]
    assert (peer.pid, peer.uid, peer.gid) == (os.getpid(), os.getuid(), os.getgid())
    assert peer.allowed
    assert set(os.getgroups()) <= peer.groups


@pytest.mark.verifies("SEC-3")
def test_commands_are_recorded_done_or_refused_and_reading_is_not() -> None:
    barred = answer(Exit.REFUSED, "A pin is at 71 °C: wait", blocked_by=["A pin is at 71 °C: wait"])
    script = Script({"reset": barred})
    reading = [name for name, kind in REQUESTS.items() if kind.reads and name != "watch"]
    with scripted_charger(script) as path, Line(path) as line:
        for name in reading:
            assert line.ask({"command": name})["exit"] == 0
        assert line.ask(SET)["exit"] == 0
        assert line.ask({"command": "reset", "thermal": True}) == barred
    who = {"uid": os.getuid(), "pid": os.getpid()}
    assert script.journal == [
        ("command", {"command": "set mode=V2X power_w=-5000.0", "answer": "set done", **who}),
        ("command_refused", {"command": "reset thermal=True", "answer": barred["text"], **who}),
    ]


@pytest.mark.verifies("SEC-3")
@pytest.mark.verifies("SEC-3")
@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ({"command": "gpio", "line": 18, "level": 0}, "gpio line=18 level=0"),
        ({"command": "set", "mode": "V2X", "power_w": 0.0}, "set mode=V2X power_w=0.0"),
        ({"command": "reset"}, "reset"),
        ({"command": "reset", "thermal": True}, "reset thermal=True"),
    ],
)
def test_the_record_of_a_command_has_its_noughts(asked: dict[str, Any], kept: str) -> None:
    assert read_request(as_line(asked)).sentence() == kept


@pytest.mark.parametrize("command", sorted(REQUESTS))
def test_a_stranger_gets_one_sentence_an_entry_and_nothing_else(command: str) -> None:
    full = {"set": SET, "inspect": INSPECT, "gpio": {"command": "gpio", "line": 18, "level": 0},
            "act": {"command": "act", "act": "plug"}}  # fmt: skip
    script = Script()
    with scripted_charger(script, NOBODY) as path, Line(path) as line:
        told = line.ask(full.get(command, {"command": command}))
        assert told["exit"] == Exit.FORBIDDEN
        assert "evse-admin" in told["text"]
        assert line.read() is None
    assert script.asked == []
    assert [(kind, fields["command"]) for kind, fields in script.journal] == [
        ("command_refused", command)
    ]


def test_a_stranger_does_not_learn_what_a_request_should_be() -> None:
    script = Script()
    with scripted_charger(script, NOBODY) as path, Line(path) as line:
        assert line.ask(b"{")["text"] == NOBODY.refusal
    assert script.journal[0][1]["command"] == "unreadable"


def test_a_member_of_the_group_may_command() -> None:
    admission = Admission(uids=frozenset(), gid=os.getgid(), refusal="")
    with scripted_charger(Script(), admission) as path:
        assert ask(path, {"command": "lock"}).exit is Exit.DONE


OTHER_USER = """
import os, sys
from pathlib import Path
from silverpin.apps.control_socket.client import ask
path, gid, groups = Path(sys.argv[1]), int(sys.argv[2]), [int(g) for g in sys.argv[3:]]
os.setgroups(groups); os.setresgid(gid, gid, gid); os.setresuid(65534, 65534, 65534)
told = ask(path, {"command": "unlock"})
print(told.text)
sys.exit(told.exit)
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="becoming another user takes root")
@pytest.mark.verifies("SEC-3")
@pytest.mark.parametrize(
    ("gid", "groups", "exit_code"),
    [(65534, [], Exit.FORBIDDEN), (65534, [100, 4711], Exit.DONE), (4711, [], Exit.DONE),
     (65534, [4712], Exit.FORBIDDEN)],
)  # fmt: skip
def test_the_kernel_says_who_another_user_is(gid: int, groups: list[int], exit_code: Exit) -> None:
    admission = Admission(uids=frozenset({0}), gid=4711, refusal="Join the group evse-admin")
    script = Script()
    with scripted_charger(script, admission) as path:
        words = [sys.executable, "-c", OTHER_USER, str(path), str(gid), *map(str, groups)]
        done = subprocess.run(words, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == exit_code, done.stderr
    assert [fields["uid"] for _, fields in script.journal] == [65534]
    assert len(script.asked) == (exit_code is Exit.DONE)


def test_on_hardware_root_the_daemon_and_the_group_are_admitted() -> None:
    nobody_s = hardware_admission("no-such-group-here")
    assert nobody_s.gid is None
    assert nobody_s.admits(0, frozenset())
    assert nobody_s.admits(os.geteuid(), frozenset())
    assert not nobody_s.admits(65533, frozenset({0}))
    assert "no-such-group-here" in nobody_s.refusal


NO_REQUESTS = (
    *(b"{", b"[]", b"\xff\xfe", b"null", b'"status"', b"{}", b"[" * 60_000, b'{"a":' * 9_000),
    *(b'{"command":null}', b'{"command":"Status"}', b'{"command":"fly"}', b'{"command":["set"]}'),
    b'{"command":"set","mode":"V2X"}',
    b'{"command":"set","mode":"idle","power_w":1}',
    b'{"command":"set","mode":"V2X","power_w":NaN}',
    b'{"command":"set","mode":"V2X","power_w":1e999}',
    b'{"command":"set","mode":"V2X","power_w":true}',
    b'{"command":"set","mode":"V2X","power_w":1e7}',
    b'{"command":"set","mode":"V2X","power_w":1,"force":true}',
    b'{"command":"events","limit":0}',
    b'{"command":"gpio","line":18,"level":2}',
    b'{"command":"watch","every_s":0}',
    b'{"command":"reset","code":"ERR\\u0000"}',
    b'{"command":"inspect","pins":{},"instrument":"a","technician":"b","certificate":"c"}',
    b'{"command":"inspect","pins":{"L1":-1},"instrument":"a","technician":"b","certificate":"c"}',
    b'{"command":"inspect","pins":{"L1":1},"instrument":" ","technician":"b","certificate":"c"}',
)


@pytest.mark.parametrize("line", NO_REQUESTS, ids=lambda line: line[:40].decode(errors="replace"))
def test_a_line_that_is_no_request_gets_a_sentence_and_the_connection_lives(line: bytes) -> None:
    script = Script()
    with scripted_charger(script) as path, Line(path) as connection:
        told = connection.ask(line)
        assert told["exit"] == Exit.USAGE
        assert told["text"]
        assert "\n" not in told["text"]
        assert connection.ask({"command": "lock"})["exit"] == 0
    assert [request["command"] for request in script.asked] == ["lock"]
    assert [kind for kind, _ in script.journal] == ["command_refused", "command"]


@pytest.mark.parametrize("ending", [b"", b"\n"], ids=["endless", "ended"])
def test_a_line_too_long_ends_the_connection(ending: bytes) -> None:
    script = Script()
    with scripted_charger(script) as path, Line(path) as line:
        line.socket.sendall(b" " * (64 * 1024 + 1) + ending)
        assert line.read()["exit"] == Exit.USAGE
        assert line.read() is None
        assert ask(path, {"command": "lock"}).exit is Exit.DONE
    assert script.journal[0][1]["command"] == "oversize"


def test_the_last_line_needs_no_end() -> None:
    script = Script()
    with scripted_charger(script) as path, Line(path) as line:
        line.socket.sendall(b'{"command":"lock"}\n{"command":"unlock"}')
        line.socket.shutdown(1)
        assert [line.read()["text"] for _ in range(2)] == ["lock done", "unlock done"]
        assert line.read() is None


def test_a_flood_holds_nobody_up() -> None:
    async def scenario(path: Path) -> list[dict[str, Any]]:
        script = Script()
        async with serving(path, script), peer(path) as (_, flood), peer(path) as (reader, writer):
            flood.write(as_line({"command": "status"}) * 5_000)
            writer.write(as_line({"command": "lock"}))
            assert b"lock done" in await reader.readline()
            return list(script.asked)

    with open_folder() as folder:
        asked = asyncio.run(scenario(folder / "control.sock"))
    assert len(asked) < 100


def test_a_peer_that_never_reads_is_dropped() -> None:
    script = Script({"status": BIG})
    with scripted_charger(script, bounds=Bounds(unread_max_bytes=50_000)) as path:
        with Line(path) as line:
            line.send(*[{"command": "status"}] * 50)
            assert hung_up(line)
        assert len(script.asked) < 50
        assert ask(path, {"command": "lock"}).exit is Exit.DONE


def test_an_answer_of_any_length_reaches_who_reads_it() -> None:
    script = Script({"history": answer(Exit.DONE, "", data={"text": "x" * 3_000_000})})
    with scripted_charger(script) as path:
        told = ask(path, {"command": "history", "limit": 1000})
    assert told.data is not None
    assert len(told.data["text"]) == 3_000_000


def test_a_watcher_sees_the_status_until_it_goes() -> None:
    script = Script({"status": answer(Exit.DONE, "", data={"state": "running"})})
    with scripted_charger(script) as path:
        with Line(path) as line:
            line.send({"command": "watch", "every_s": 0.1})
            assert [line.read() for _ in range(3)] == [{"data": {"state": "running"}}] * 3
        assert ask(path, {"command": "lock"}).exit is Exit.DONE
    assert script.journal[0][0] == "command"


def test_a_watcher_that_stops_reading_is_dropped() -> None:
    script = Script({"status": BIG})
    bounds = Bounds(unread_max_bytes=50_000)
    with scripted_charger(script, bounds=bounds) as path, Line(path) as line:
        line.send({"command": "watch", "every_s": 0.1})
        assert hung_up(line)


def test_a_peer_that_dies_leaves_no_trace() -> None:
    script = Script({"status": BIG})
    with scripted_charger(script) as path:
        for part in (b'{"command":', as_line({"command": "status"}) * 5):
            with Line(path) as line:
                line.socket.sendall(part)
        assert ask(path, {"command": "lock"}).exit is Exit.DONE
    assert script.failures == []


def test_idle_connections_end() -> None:
    with scripted_charger(Script(), bounds=Bounds(idle_s=0.05)) as path, Line(path) as line:
        line.socket.sendall(b'{"comm')
        assert hung_up(line)


def test_connections_are_bounded_and_strangers_take_no_place_of_others() -> None:
    async def scenario(path: Path) -> None:
        bounds = Bounds(admitted_max=2, strangers_max=1)
        async with (
            serving(path, Script(), bounds=bounds) as server,
            peer(path) as (reader, writer),
            peer(path),
            peer(path) as (one_too_many, _),
        ):
            assert b"Too many connections" in await one_too_many.readline()
            server.admission = NOBODY
            async with peer(path) as (stranger, asking):
                asking.write(as_line({"command": "lock"}))
                assert b"evse-admin" in await stranger.readline()
            writer.write(as_line({"command": "lock"}))
            assert b"lock done" in await reader.readline()

    with open_folder() as folder:
        asyncio.run(scenario(folder / "control.sock"))


def test_a_handler_that_fails_promises_nothing_and_harms_nobody() -> None:
    script = Script({"set": ValueError("no inverter"), "stop": {"exit": 9, "text": "?"}})
    with scripted_charger(script) as path, Line(path) as line:
        for request in (SET, {"command": "stop"}):
            told = line.ask(request)
            assert told["exit"] == Exit.REFUSED
            assert "promises nothing" in told["text"]
        assert line.ask({"command": "lock"})["exit"] == 0
    assert script.failures == ["control socket: set failed", "control socket: stop failed"]
    assert [kind for kind, _ in script.journal] == ["command_refused"] * 2 + ["command"]


def test_one_path_has_one_daemon_and_a_dead_one_s_socket_is_replaced() -> None:
    async def scenario(path: Path) -> None:
        async with serving(path, Script()):
            with pytest.raises(SocketInUse, match="Another daemon runs here"):
                async with serving(path, Script()):
                    pass
        assert not path.exists()
        with another_listener(path), pytest.raises(SocketInUse):
            async with serving(path, Script()):
                pass
        assert path.exists(), "a dead daemon leaves its socket"
        async with serving(path, Script()):
            assert path.is_socket()

    with open_folder() as folder:
        asyncio.run(scenario(folder / "control.sock"))


def test_a_path_that_cannot_be_is_refused_in_a_sentence() -> None:
    async def start(path: Path) -> None:
        async with serving(path, Script()):
            pass

    with open_folder() as folder:
        (folder / "file.sock").write_text("mine")
        for path, says in (
            (folder / "file.sock", "not a socket"),
            (folder / "none" / "control.sock", "No such file"),
            (folder / ("x" * 120), "too long"),
        ):
            with pytest.raises(SocketPathError, match=says):
                asyncio.run(start(path))
        assert (folder / "file.sock").read_text() == "mine"


def test_nobody_there_and_somebody_else_there_are_told_apart() -> None:
    with open_folder() as folder:
        path = folder / "control.sock"
        with pytest.raises(ClientError, match="No charger answers") as absent:
            ask(path, {"command": "status"})
        assert absent.value.code is Exit.UNREACHABLE
    with scripted_charger(Script()) as path, pytest.raises(ClientError, match="no charger of this"):
        ask(path, {"command": "watch"})
