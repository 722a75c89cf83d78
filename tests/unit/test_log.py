"""The log: ECS lines that survive rotation by others and a full disk."""

import errno
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from shutil import which
from typing import Any

import pytest

from silverpin.domain.events import EVENTS, Level
from silverpin.domain.session import Mode
from silverpin.drivers.journal_writer import JournalWriter
from silverpin.drivers.log import DATASET, EventLog, Source, ecs_of
from silverpin.drivers.places import log_path, state_path
from silverpin.drivers.store import Store
from tests.event_samples import sample

NOON_NS = 1_790_000_000_123_456_789
NOON = "2026-09-21T14:13:20.123Z"
SOURCE = Source(charger_id="bay-1", site="Depot", serial="SN-1", host="gateway", simulated=False)
LOGROTATE_RULE = Path(__file__).parents[2] / "deploy" / "logrotate" / "silverpin"
# Those of the values that the Elastic Common Schema 8.17 allows that mean something here.
ECS_CATEGORIES = {"file", "host", "iam", "network", "process"}
ECS_TYPES = {"allowed", "change", "connection", "denied", "end", "error", "info", "start"}
ECS_KINDS = {"alert", "event"}


@pytest.fixture
def log(tmp_path: Path) -> Iterator[EventLog]:
    opened = EventLog(tmp_path / "energy-mgmt" / "connector-durability.log", SOURCE)
    yield opened
    opened.close()


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def messages(path: Path) -> list[str]:
    return [line["message"] for line in lines(path)]


@pytest.mark.verifies("OPS-1")
def test_the_log_lies_where_the_manual_looks_for_it() -> None:
    path = log_path(simulated=False, uid=0, environ={"HOME": "/root"})
    assert path == Path("/var/log/energy-mgmt/connector-durability.log")


@pytest.mark.parametrize(
    ("uid", "simulated", "environ", "folder"),
    [
        (0, True, {"HOME": "/root"}, "/root/.local/state/silverpin/sim"),
        (7, True, {"HOME": "/home/a"}, "/home/a/.local/state/silverpin/sim"),
        (7, False, {"HOME": "/home/a"}, "/home/a/.local/state/silverpin"),
        (7, False, {"HOME": "/home/a", "XDG_STATE_HOME": "/s"}, "/s/silverpin"),
        (7, True, {"HOME": "/home/a", "XDG_STATE_HOME": "s"}, "/home/a/.local/state/silverpin/sim"),
    ],
)
def test_what_is_simulated_or_a_users_lies_apart(
    uid: int, simulated: bool, environ: dict[str, str], folder: str
) -> None:
    log = log_path(simulated=simulated, uid=uid, environ=environ)
    state = state_path("bay-1", simulated=simulated, uid=uid, environ=environ)
    assert log == Path(folder) / "connector-durability.log"
    assert state == Path(folder) / "bay-1" / "state.sqlite"


def test_the_state_of_each_charger_lies_in_its_own_folder() -> None:
    path = state_path("bay-2", simulated=False, uid=0, environ={})
    assert path == Path("/var/lib/evse/bay-2/state.sqlite")


@pytest.mark.verifies("OPS-1")
@pytest.mark.parametrize("kind", sorted(EVENTS))
def test_every_kind_of_event_is_a_line_in_ecs_names(log: EventLog, kind: str) -> None:
    event = sample(kind, t_ns=5)
    log.write(event, NOON_NS)
    [line] = lines(log.path)
    assert list(line)[:4] == ["@timestamp", "log.level", "message", "ecs.version"]
    assert line["@timestamp"] == NOON
    assert line["log.level"] in ("info", "warning", "error")
    assert line["message"] == event.sentence()
    assert line["event.action"] == kind
    assert line["event.dataset"] == DATASET
    assert line["event.kind"] in ECS_KINDS
    assert set(line["event.category"]) <= ECS_CATEGORIES
    assert set(line["event.type"]) <= ECS_TYPES
    assert (line["host.name"], line["observer.name"]) == ("gateway", "bay-1")
    assert (line["silverpin.connector"], line["silverpin.simulated"]) == ("SN-1", False)
    for name, value in event.fields.items():
        assert line[f"silverpin.event.{name}"] == value


def test_a_fault_has_its_code_where_ecs_looks_for_it() -> None:
    event = sample("fault_raised", code="ERR_LOCK_FAIL", detail="no bolt")
    line = ecs_of(event, NOON_NS, SOURCE)
    assert line["error.code"] == "ERR_LOCK_FAIL"
    assert line["error.message"] == "ERR_LOCK_FAIL: no bolt. Latched"
    assert line["event.kind"] == "alert"
    assert line["log.level"] == Level.ERROR.value
    assert "error.code" not in ecs_of(sample("fault_cleared"), NOON_NS, SOURCE)


def test_unknown_is_null_and_a_line_stays_a_line(log: EventLog) -> None:
    log.write(sample("load_break", current_a=float("nan"), note="a\nb\u2028c\udcf6"), NOON_NS)
    log.write(sample("wish", mode=Mode.V2X, power_kw=-5.0), NOON_NS)
    log.write(sample("locked", travel_ms="late"), NOON_NS)
    content = log.path.read_bytes().split(b"\n")
    assert len(content) == 4
    first, second, third = (json.loads(line) for line in content[:3])
    assert first["silverpin.event.current_a"] is None
    assert first["silverpin.event.note"] == "a\nb\u2028c?"
    assert second["message"] == "V2X, -5.0 kW wanted"
    assert third["message"] == "Lock", "the words fail, the line does not"
    assert third["silverpin.event.travel_ms"] == "late"


def test_only_owner_and_group_read_it(log: EventLog) -> None:
    log.write(sample("locked"), NOON_NS)
    assert log.path.stat().st_mode & 0o137 == 0


# Rotation by others


@pytest.mark.verifies("OPS-1")
def test_a_rotated_log_goes_on_in_a_new_file(log: EventLog, tmp_path: Path) -> None:
    log.write(sample("locked", travel_ms=1), NOON_NS)
    rotated = log.path.rename(tmp_path / "rotated")
    log.write(sample("locked", travel_ms=2), NOON_NS)
    log.path.unlink()
    log.write(sample("locked", travel_ms=3), NOON_NS)
    os.truncate(log.path, 0)
    log.write(sample("locked", travel_ms=4), NOON_NS)
    assert messages(rotated) == ["Engaged after 1 ms"]
    assert messages(log.path) == ["Engaged after 4 ms"]


def test_a_replaced_log_is_appended_to(log: EventLog, tmp_path: Path) -> None:
    log.write(sample("locked", travel_ms=1), NOON_NS)
    (tmp_path / "new").write_text('{"message":"of another"}\n', encoding="utf-8")
    (tmp_path / "new").rename(log.path)
    log.write(sample("locked", travel_ms=2), NOON_NS)
    assert messages(log.path) == ["of another", "Engaged after 2 ms"]


def test_a_folder_that_went_is_made_again(log: EventLog) -> None:
    log.write(sample("locked", travel_ms=1), NOON_NS)
    log.path.unlink()
    log.path.parent.rmdir()
    log.write(sample("locked", travel_ms=2), NOON_NS)
    assert messages(log.path) == ["Engaged after 2 ms"]


@pytest.mark.verifies("OPS-1")
def test_our_rule_rotates_with_the_real_program(log: EventLog, tmp_path: Path) -> None:
    program = which("logrotate", path=os.environ.get("PATH", "") + ":/usr/sbin")
    if program is None:
        pytest.skip("no logrotate on this machine: sudo apt-get install logrotate")
    log.write(sample("locked", travel_ms=1), NOON_NS)
    rule = LOGROTATE_RULE.read_text(encoding="utf-8")
    for bench in (False, True):
        assert rule.count(str(log_path(simulated=False, uid=0, environ={}, bench=bench))) == 1
    ours = tmp_path / "rule"
    ours.write_text(rule.replace("/var/log/energy-mgmt", str(log.path.parent)), encoding="utf-8")
    ours.chmod(0o600)
    command = [program, "--force", "--state", str(tmp_path / "rotated"), str(ours)]
    subprocess.run(command, check=True, capture_output=True)
    log.write(sample("locked", travel_ms=2), NOON_NS)
    [rotated] = log.path.parent.glob("connector-durability.log-*")
    assert messages(rotated) == ["Engaged after 1 ms"]
    assert messages(log.path) == ["Engaged after 2 ms"]


# A disk that refuses


@pytest.mark.verifies("OPS-1")
def test_a_full_disk_is_survived_and_told(log: EventLog, monkeypatch: pytest.MonkeyPatch) -> None:
    room = 1000

    def write(descriptor: int, data: bytes) -> int:
        nonlocal room
        if room == 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        fitting, room = data[:room], max(0, room - len(data))
        return real_write(descriptor, fitting)

    real_write = os.write
    monkeypatch.setattr(os, "write", write)
    for number in range(6):
        log.write(sample("locked", travel_ms=number), NOON_NS)
    assert messages(log.path) == ["Engaged after 0 ms"], "no half line is left"
    assert log.unwritten == 5
    assert "no space left on device" in str(log.trouble)
    room = 10_000
    log.write(sample("locked", travel_ms=6), NOON_NS)
    assert messages(log.path) == [
        "Engaged after 0 ms",
        "5 events could not be logged; the journal has them",
        "Engaged after 6 ms",
    ]
    assert lines(log.path)[1]["silverpin.unwritten"] == 5
    assert (log.unwritten, log.trouble) == (0, None)


def test_what_others_wrote_behind_a_half_line_stays(
    log: EventLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(descriptor: int, data: bytes) -> int:
        written = real_write(descriptor, data[:10])
        with log.path.open("ab") as other:
            other.write(b'\n{"message":"of another"}\n')
        return written

    real_write = os.write
    with monkeypatch.context() as patched:
        patched.setattr(os, "write", write)
        log.write(sample("locked"), NOON_NS)
    assert log.path.read_bytes().endswith(b'\n{"message":"of another"}\n')


def test_a_pipe_that_is_read_is_no_log(log: EventLog) -> None:
    log.path.parent.mkdir()
    os.mkfifo(log.path)
    reader = os.open(log.path, os.O_RDONLY | os.O_NONBLOCK)
    log.write(sample("locked"), NOON_NS)
    assert os.read(reader, 100) == b""
    os.close(reader)
    assert "not a regular file" in str(log.trouble)


@pytest.mark.parametrize("kind", ["folder", "pipe", "link"])
def test_a_path_that_is_no_file_is_told_and_left(log: EventLog, kind: str, tmp_path: Path) -> None:
    log.path.parent.mkdir()
    victim = tmp_path / "victim"
    match kind:
        case "folder":
            log.path.mkdir()
        case "pipe":
            os.mkfifo(log.path)
        case _:
            log.path.symlink_to(victim)
    log.write(sample("locked"), NOON_NS)
    assert log.unwritten == 1
    assert log.trouble is not None
    assert str(log.path) in log.trouble
    assert not victim.exists()


def test_the_journals_thread_writes_it(log: EventLog, tmp_path: Path) -> None:
    store = Store.open(tmp_path / "state.sqlite", "SN-1")
    writer = JournalWriter(store, seen=log.write)
    writer.put([sample("locked", travel_ms=7)], wall_utc_ns=NOON_NS)
    assert writer.close(timeout_s=30)
    assert messages(log.path) == [row.event.sentence() for row in store.events(5)]
    store.close()
