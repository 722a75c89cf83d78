"""`python -m benchmarks.iso15118_load`: a charger in a process of its own, to be measured.

It prints its port and serves until its standard input ends.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from silverpin.domain.quantities import NS_PER_MS
from tests.bench_charger import BenchCharger
from tests.bench_vehicle import BenchVehicle
from tests.interop.flavours import FLAVOURS
from tests.interop.our_charger import our_charger
from tests.interop.our_vehicle import our_vehicle, plan
from tests.interop.peers import their_charger
from tools.interop_env import NoPeer

_DC_BPT = FLAVOURS[0]
_PERIOD_S = 0.1
_LOOPS = 150
_PLAN = plan(_DC_BPT, loop_period_ns=100 * NS_PER_MS)
_TICKS_PER_S = os.sysconf("SC_CLK_TCK")


def share_of_a_core() -> tuple[float, str]:
    """Return what our charger needs of a core for one car, and what theirs does, in words."""
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.iso15118_load"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as charger:  # fmt: skip
        assert charger.stdout is not None
        ours = _measured(charger.pid, int(charger.stdout.readline()))
        charger.communicate()
    with tempfile.TemporaryDirectory(prefix="pin-") as folder:
        try:
            with their_charger(Path(folder)) as (peer, ports):
                return ours, f"{100 * _measured(peer.pid, ports['plain']):.1f} %"
        except NoPeer as error:
            return ours, f"not measured, {error}"


def _measured(pid: int, port: int) -> float:
    """Hold a short session to warm up, then a long one, and return the CPU of its loop."""
    _hold(port, 5)
    before_s = _cpu_s(pid)
    _hold(port, 0)
    opening_s = _cpu_s(pid) - before_s
    before_s = _cpu_s(pid)
    _hold(port, _LOOPS)
    return (_cpu_s(pid) - before_s - opening_s) / (_LOOPS * _PERIOD_S)


def _hold(port: int, loops: int) -> None:
    held = asyncio.run(our_vehicle(port, None, _PLAN, BenchVehicle(loops=loops)))
    if loops and len(held.happenings) == 0:
        raise RuntimeError(f"no session: {held.words}")


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS_PER_S


async def _serve() -> None:
    async with our_charger(BenchCharger((_DC_BPT.service,))) as charger:
        print(charger.port, flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_serve())
