"""How long `silverpin life` takes on a year of seconds and on a day, as a whole program.

Times are the processor's, of another process that runs the command from its start to its answer;
the first call, which may compile, is not counted.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.figures import Better, Figure

_DAY_S = 86_400
_PROGRAM = (
    "import sys\n"
    "from silverpin.apps.terminal.silverpin_cli import main\n"
    "sys.exit(main(['life', *sys.argv[1:], '--json']))\n"
)


def figures() -> Iterator[Figure]:
    """Yield both."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        day, year = _written(folder / "day.parquet", 1), _written(folder / "year.parquet", 365)
        _cpu_s(day)
        day_s = min(_cpu_s(day) for _ in range(3))
        yield Figure(
            name="silverpin life, a year of seconds",
            value=_cpu_s(year),
            unit="s",
            aim=10.0,
            better=Better.LESS,
            note="discharging every evening; one core",
        )
        yield Figure(
            name="silverpin life, a day of seconds",
            value=day_s,
            unit="s",
            aim=1.0,
            better=Better.LESS,
            note="with the start of Python, numba and scipy",
        )


def _written(path: Path, days: int) -> Path:
    import pyarrow
    import pyarrow.parquet

    t_s = np.arange(days * _DAY_S, dtype=np.float64)
    hour = t_s % _DAY_S / 3600.0
    noise = np.random.default_rng(5).normal(1.0, 0.02, len(t_s)).astype(np.float32)
    current_a = np.where(hour < 5.0, 25.0, np.where((hour >= 18.0) & (hour < 21.0), -20.0, 0.0))
    ambient_c = (10.0 + 6.0 * np.sin(hour / 3.82)).astype(np.float32)
    columns = {
        "time": t_s + 1.77e9,
        "current": (current_a * noise).astype(np.float32),
        "ambient": ambient_c,
        "temp": (ambient_c + 16.0 * (current_a / 32.0) ** 2 * noise).astype(np.float32),
    }
    pyarrow.parquet.write_table(pyarrow.table(columns), path)
    return path


def _cpu_s(path: Path) -> float:
    before_s = sum(os.times()[2:4])
    subprocess.run(
        [sys.executable, "-c", _PROGRAM, str(path)], check=True, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    return sum(os.times()[2:4]) - before_s
