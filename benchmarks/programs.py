"""How soon each program answers."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import Better, Figure

_ROUNDS = 5
_PROGRAMS = (
    ("evse-control-daemon", "--help"),
    ("evse-cli", "--help"),
    ("v2g-tool", "--help"),
    ("gpio-cli", "--help"),
    ("grid-monitor", "--help"),
    ("silverpin", "--help"),
    ("silverpin", "act", "--help"),
    ("silverpin", "run", "--help"),
    ("silverpin", "demo", "--help"),
)


def figures() -> Iterator[Figure]:
    """Yield the start of each program, the best of five."""
    folder = Path(sys.executable).parent
    for program, *words in _PROGRAMS:
        yield Figure(
            name=f"start of {' '.join([program, *words[:-1]])}",
            value=min(_took_s([str(folder / program), *words]) for _ in range(_ROUNDS)),
            unit="s",
            aim=0.2,
            better=Better.LESS,
        )


def _took_s(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - began
