"""How long a day of regulation takes as a person runs it: program, files and plot included."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import Better, Figure

ROOT = Path(__file__).resolve().parent.parent
_PJM = "market/pjm_regd_2s_exact_3days_2020-07.parquet"
_RUN = "import sys; from silverpin.apps.run import main; sys.exit(main(sys.argv[1:]))"


def figures() -> Iterator[Figure]:
    """Yield the day with skipping and the day stepped ten times a second."""
    signal, note = _signal()
    for name, aim_s, more in (
        ("RegD day, skipping", 5.0, []),
        ("RegD day, stepped at 10 Hz", 60.0, ["--no-skip"]),
    ):
        yield Figure(
            name=name, value=_took_s([*signal, *more]), unit="s", aim=aim_s, better=Better.LESS,
            note=note,
        )  # fmt: skip


def _signal() -> tuple[list[str], str]:
    folder = Path(os.environ.get("SILVERPIN_DATA", ROOT.parent / "shared" / "data"))
    if (folder / _PJM).is_file():
        return ["--signal", str(folder / _PJM), "--column", "2020-07-16"], "PJM, 2020-07-16"
    return ["--signal", "synthetic:regd"], f"synthetic: no data sets in {folder.name}"


def _took_s(options: list[str]) -> float:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-c", _RUN, *options, "--out", f"{folder}/day"]
        began = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        return time.perf_counter() - began
