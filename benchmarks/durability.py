"""How fast use is added up: swings beside three peers, a fleet beside numpy, a year of seconds.

All times are those of the processor, so that other work beside them counts little; where two
threads share the work, their time is halved. Peers and numpy are measured on a part, in the same
run, and scaled. Compiling is a figure of its own; all others run compiled.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.figures import Better, Figure
from silverpin.drivers.duty_record import open_record
from silverpin.durability.exposure import Exposure
from silverpin.durability.fleet import AMPERES_PER_COUNT, FleetBlock
from silverpin.durability.fleet_kernel import LANES
from silverpin.durability.heat import heat_model
from silverpin.durability.meter import measure
from silverpin.durability.parameters.connectors import WEAR_SETS
from silverpin.durability.parameters.duties import CLIMATES
from silverpin.durability.rainflow_compiled import CompiledRainflow

_SET = WEAR_SETS["type2-32a"]
_CLIMATE = CLIMATES["temperate-outdoor"]
_SAMPLES = 10_000_000
_PEER_SAMPLES = 300_000
_CHUNK = 65_536
_YEAR_MIN = 525_600
_CONNECTORS = 10_000
_THREADS = 2
_NUMPY_STEPS = 1_000
_PART_OF_YEAR = 12
_COMPILE = (
    "import numpy as np\n"
    "from silverpin.durability.fleet import FleetBlock\n"
    "from silverpin.durability.heat import heat_model\n"
    "from silverpin.durability.meter import Meter\n"
    "from silverpin.durability.parameters.connectors import WEAR_SETS\n"
    "from silverpin.durability.parameters.duties import CLIMATES\n"
    "from silverpin.durability.record import Chunk\n"
    "meter = Meter(WEAR_SETS['type2-32a'], CLIMATES['indoor'])\n"
    "meter.take(Chunk(t_s=np.arange(9.0), current_a=np.zeros(9)))\n"
    "meter.exposure()\n"
    "block = FleetBlock(heat_model(WEAR_SETS['type2-32a']), 60.0, 20.0)\n"
    "block.take(np.zeros((9, 32), np.int16), np.zeros(9, np.float32))\n"
)


def figures() -> Iterator[Figure]:
    """Yield every figure of adding up use."""
    load = f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    smooth, noisy = _signals()
    yield _counting("rainflow, a smooth signal", smooth, 400.0)
    yield _counting("rainflow, a noisy signal", noisy, 80.0)
    yield _fleet(load)
    yield _year_of_seconds()
    yield Figure(
        name="compiling all of it, once", value=_compile_s(), unit="s", aim=60.0,
        better=Better.LESS, note="kept beside the package afterwards",
    )  # fmt: skip


def _signals() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    at = np.arange(_SAMPLES)
    smooth = 20.0 + 15.0 * np.sin(at / 600.0) + 5.0 * np.sin(at / 5000.0)
    return smooth, smooth + np.random.default_rng(1).normal(size=_SAMPLES)


def _counting(name: str, signal: NDArray[np.float64], aim: float) -> Figure:
    def ours() -> None:
        counter = CompiledRainflow()
        for begin in range(0, len(signal), _CHUNK):
            counter.push(signal[begin : begin + _CHUNK])

    ours()
    taken_s = min(_cpu_s(ours) for _ in range(3))
    rate = len(signal) / taken_s / 1e6
    beside = ", ".join(f"{peer} {rate / theirs:.0f}x" for peer, theirs in _peers(signal))
    return Figure(name=name, value=rate, unit="M points/s", aim=aim, better=Better.MORE,
                  note=f"in chunks; faster than {beside}")  # fmt: skip


def _peers(signal: NDArray[np.float64]) -> Iterator[tuple[str, float]]:
    """Yield how many million points a second the peers count, of those that are installed."""
    part = signal[:_PEER_SAMPLES]
    for name, count in _peer_calls(part):
        yield name, len(part) / min(_cpu_s(count) for _ in range(2)) / 1e6


def _peer_calls(part: NDArray[np.float64]) -> Iterator[tuple[str, Callable[[], object]]]:
    import fatpack
    import rainflow

    yield "rainflow", lambda: list(rainflow.extract_cycles(part))
    yield "fatpack", lambda: fatpack.find_rainflow_ranges(part, k=256)
    try:
        import pylife.stress.rainflow as pylife
    except ImportError:
        return  # comes with ./test --all

    def count() -> object:
        return pylife.FourPointDetector(recorder=pylife.LoopValueRecorder()).process(part)

    yield "pylife", count


def _fleet(load: str) -> Figure:
    """Follow ten thousand connectors through a year of minutes, and age each."""
    rng = np.random.default_rng(2)
    plugged = rng.random((_YEAR_MIN // 60, LANES)).repeat(60, axis=0) < 0.3
    amperes = (rng.normal(size=(_YEAR_MIN, LANES)) * 16.0).clip(-32.0, 32.0) * plugged
    counts = (amperes / AMPERES_PER_COUNT).astype(np.int16)
    ambient_c = (13.0 + 8.0 * np.sin(np.arange(_YEAR_MIN) / 83_650.0)).astype(np.float32)

    def year(_: int) -> float:
        block = FleetBlock(heat_model(_SET), 60.0, 13.0)
        block.take(counts, ambient_c)
        return float(sum(taken.sum() for taken in block.damage(_SET).values()))

    year(0)
    blocks = -(-_CONNECTORS // LANES)
    wall_s = time.perf_counter()
    with ThreadPoolExecutor(_THREADS) as pool:
        cpu_s = _cpu_s(lambda: list(pool.map(year, range(blocks))))
    wall_s = time.perf_counter() - wall_s
    return Figure(
        name="10,000 connector-years of minutes, 2 cores", value=cpu_s / _THREADS, unit="s",
        aim=12.0, better=Better.LESS,
        note=f"with damage and swings; wall {wall_s:.0f} s at {load}; numpy without swings "
        f"{_numpy_s() / _THREADS:.0f} s, scaled from {_NUMPY_STEPS} steps",
    )  # fmt: skip


def _numpy_s() -> float:
    """Return what numpy needs for heat and hours, all lanes at once, on one core."""
    model, rng = heat_model(_SET), np.random.default_rng(3)
    currents = rng.normal(size=(8, _CONNECTORS)).astype(np.float32) * np.float32(16.0)
    kept = np.float32(np.exp(-60.0 / model.sensor_tau_s))
    gap_kept = np.float32(np.exp(-60.0 / model.contact_tau_s))
    cold_k = np.float32(model.sensor_cold_k / model.rated_a**2)
    gap_cold_k = np.float32(model.contact_cold_k / model.rated_a**2)
    alpha, ambient_c = np.float32(3.9e-3), np.float32(13.0)
    sensor_c = np.full(_CONNECTORS, ambient_c)
    gap_k = np.zeros(_CONNECTORS, np.float32)
    stays, every = np.zeros((_CONNECTORS, 241), np.uint32), np.arange(_CONNECTORS)

    def steps() -> None:
        nonlocal sensor_c, gap_k
        for step in range(_NUMPY_STEPS):
            square = currents[step % 8] * currents[step % 8]
            settled_c = ambient_c + cold_k * square * (1 + alpha * (sensor_c - 20))
            hot_k = gap_cold_k * square * (1 + alpha * (sensor_c - 20))
            sensor_c = settled_c + (sensor_c - settled_c) * kept
            gap_k = hot_k + (gap_k - hot_k) * gap_kept
            stays[every, (sensor_c + gap_k + 40.5).astype(np.int64)] += 1

    steps()
    return _cpu_s(steps) / _NUMPY_STEPS * _YEAR_MIN


def _year_of_seconds() -> Figure:
    """Read a month of seconds from Parquet and add it up."""
    rows = 365 * 86_400 // _PART_OF_YEAR
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "month.parquet"
        _write_month(path, rows)

        def read() -> Exposure:
            return measure(open_record([path]), _SET, _CLIMATE)

        read()
        taken_s = _cpu_s(read) * _PART_OF_YEAR
    return Figure(
        name="a year of seconds, from Parquet to exposure", value=taken_s, unit="s", aim=10.0,
        better=Better.LESS, note=f"5 variants, one core; scaled from 1/{_PART_OF_YEAR} year",
    )  # fmt: skip


def _write_month(path: Path, rows: int) -> None:
    import pyarrow
    import pyarrow.parquet

    t_s = np.arange(rows, dtype=np.float64)
    flows = t_s % 86_400.0 < 14_400.0
    columns: dict[str, Any] = {
        "time": t_s + 1.77e9,
        "current": np.where(flows, np.random.default_rng(4).normal(20.0, 2.0, rows), 0.0),
        "ambient": 13.0 + 6.0 * np.sin(t_s / 13_751.0),
    }
    pyarrow.parquet.write_table(pyarrow.table(columns), path)


def _compile_s() -> float:
    """Return how long a process needs that finds nothing compiled."""
    with tempfile.TemporaryDirectory() as folder:
        before_s = sum(os.times()[2:4])
        subprocess.run(
            [sys.executable, "-c", _COMPILE],
            check=True,
            env={**os.environ, "NUMBA_CACHE_DIR": folder},
        )
        return sum(os.times()[2:4]) - before_s


def _cpu_s(call: Callable[[], object]) -> float:
    before_s = time.process_time()
    call()
    return time.process_time() - before_s
