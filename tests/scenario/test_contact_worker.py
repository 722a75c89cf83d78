"""The process that reckons contacts ends with its daemon, however that ended."""

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

_DAEMON = """
import subprocess, sys, time
from silverpin.drivers.children import environment
worker = subprocess.Popen([sys.executable, "-m", "silverpin.apps.life.contact_worker", sys.argv[1],
                           "--connector", "type2-32a"], stdin=int(sys.argv[2]), env=environment())
print(worker.pid, flush=True)
time.sleep(600)
"""


@pytest.mark.verifies("DUR-1")
def test_it_leaves_nothing_behind_a_daemon_that_is_killed(tmp_path: Path) -> None:
    reads, writes = os.pipe()  # kept open: the end of its input is not what ends it here
    command = [sys.executable, "-c", _DAEMON, str(tmp_path / "state.sqlite"), str(reads)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=environment, pass_fds=(reads,)
    ) as daemon:
        assert daemon.stdout is not None
        worker = int(daemon.stdout.readline())
        held = os.pidfd_open(worker)
        while os.getpriority(os.PRIO_PROCESS, worker) <= os.getpriority(os.PRIO_PROCESS, 0):
            assert daemon.poll() is None
        assert not select.select([held], [], [], 0.0)[0]
        daemon.send_signal(signal.SIGKILL)
        assert select.select([held], [], [], 60.0)[0], "the worker lives on"
    for descriptor in (held, reads, writes):
        os.close(descriptor)
