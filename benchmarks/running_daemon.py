"""The daemon as it always runs, for figures that need it: quiet, or beside page and CLI load."""

import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from silverpin.apps.config import load_config
from silverpin.apps.daemon.launch import EachTick, Launch, launch
from silverpin.apps.world import World


def run_daemon(name: str, driver: Callable[[World], EachTick], *, loaded: bool) -> None:
    """Run until *driver* ends the process's daemon; its files vanish with it."""
    with tempfile.TemporaryDirectory(prefix="pin-") as kept:
        folder = Path(kept)
        config = replace(load_config(None, True), state=folder / "s.sqlite", log=folder / "log")
        plan = Launch(name=name, config=config, control=folder / "run" / "control.sock",
                      host="127.0.0.1", ports=(0,), seed=1, speed=1.0)  # fmt: skip
        load: list[subprocess.Popen[bytes]] = []

        def ready(address: str) -> None:
            if loaded:
                load.append(subprocess.Popen(
                    [sys.executable, "-m", "benchmarks.reaction_load", address, str(plan.control)]
                ))  # fmt: skip

        try:
            launch(plan, ready, driver)
        finally:
            for process in load:
                process.kill()
                process.wait()
