"""What a program started ends with it, even if nobody could tell it to."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

CHILD = "from silverpin.drivers.children import end_with_parent\nend_with_parent()\n{}"
PARENT = """
import subprocess, sys
from silverpin.drivers.children import environment
child = subprocess.Popen([sys.executable, "-c", sys.argv[1]], env=environment())
print(child.pid, flush=True)
child.wait()
"""
READY_AND_WAITING = "import os, signal\nos.write(1, b'ready')\nsignal.pause()\n"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux tells a child")


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


def test_a_child_ends_when_its_parent_is_killed() -> None:
    words = [sys.executable, "-c", PARENT, CHILD.format(READY_AND_WAITING)]
    with subprocess.Popen(words, env=environment(), stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert parent.stdout.read(5) == b"ready"
        assert Path(f"/proc/{child}").exists()
        parent.send_signal(signal.SIGKILL)
        assert parent.stdout.read() == b"", "the pipe is closed when the last who holds it has gone"


def test_a_child_that_comes_too_late_ends_at_once() -> None:
    nobody = {**environment(), "SILVERPIN_PARENT": "999999999"}
    words = [sys.executable, "-c", CHILD.format("raise SystemExit(5)")]
    assert subprocess.run(words, env=nobody, check=False).returncode == 0


def test_whoever_has_no_such_parent_goes_on() -> None:
    words = [sys.executable, "-c", CHILD.format("raise SystemExit(5)")]
    assert subprocess.run(words, env=environment(), check=False).returncode == 5


def test_a_child_goes_before_the_charger_where_memory_runs_out() -> None:
    says = (
        "from silverpin.drivers.children import first_to_go\nfirst_to_go()\n"
        "print(open('/proc/self/oom_score_adj').read())"
    )
    words = [sys.executable, "-c", says]
    done = subprocess.run(words, env=environment(), check=True, capture_output=True, text=True)
    assert int(done.stdout) == 1000
