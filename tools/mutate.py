"""Mutate the safety core and see whether its own tests notice: python -m tools.mutate [MODULE ...]

Every mutant of `tools.mutants` is put in place in a process of its own, which runs the tests that
reach the changed line, quickest first, until one fails. What no test notices must be listed in
tests/mutants.toml with the argument why it is the same program; nothing else may be listed there.
`--sample N` takes N of them by chance, `--seed S` which.
"""

import argparse
import os
import random
import resource
import signal
import sys
import time
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import coverage
import pytest
from _pytest.runner import runtestprotocol

from tools.checks import safety_suites
from tools.mutants import Mutant, mutants

ROOT = Path(__file__).resolve().parent.parent
SAFETY = ROOT / "src" / "silverpin" / "safety"
LISTED = ROOT / "tests" / "mutants.toml"
_QUICK_S = 8.0
"""A test that takes longer is none of the fast ones."""
_PATIENCE_S = 20.0
"""Processor time after which a mutant is caught: it never comes to an end."""
Key = tuple[str, str, str, str, int]


class Run:
    """A pytest session that judges mutants instead of reporting tests."""

    def __init__(self, modules: Sequence[str], sample: int | None, seed: int, jobs: int) -> None:
        self._modules, self._sample, self._seed, self._jobs = modules, sample, seed, jobs
        self._lines: dict[tuple[str, int], list[pytest.Item]] = {}
        self._took_s: dict[pytest.Item, float] = {}
        self.judged: list[Mutant] = []
        self.survivors: list[Mutant] = []

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Let properties look for failures and not for short ones."""
        from hypothesis import Phase, settings  # once pytest has prepared its plugin

        settings.register_profile(
            "mutate", derandomize=True, deadline=None, max_examples=50,
            phases=[Phase.explicit, Phase.generate],
        )  # fmt: skip
        settings.load_profile("mutate")

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Learn which test reaches which line, then judge."""
        self._learn(session.items)
        chosen = [mutant for name in self._modules for mutant in mutants(name, _path(name))]
        if self._sample is not None and self._sample < len(chosen):
            chosen = random.Random(self._seed).sample(chosen, self._sample)
        self.judged = chosen
        self._judge_all(chosen)
        return True

    def _learn(self, items: Sequence[pytest.Item]) -> None:
        seen = coverage.Coverage(data_file=None, config_file=False, include=[f"{SAFETY}/*"])
        with seen.collect():
            for item in items:
                seen.switch_context(item.nodeid)
                began_s = time.process_time()
                if _failed(item):
                    raise SystemExit(f"mutate: {item.nodeid} fails before anything was changed")
                self._took_s[item] = time.process_time() - began_s
        quick = {item.nodeid: item for item in items if self._took_s[item] < _QUICK_S}
        data = seen.get_data()
        for path in data.measured_files():
            for line, contexts in data.contexts_by_lineno(path).items():
                reached = [quick[name] for name in contexts if name in quick]
                reached.sort(key=self._took_s.__getitem__)
                self._lines[Path(path).stem, line] = reached

    def _tests(self, mutant: Mutant) -> list[pytest.Item]:
        found = self._lines.get((mutant.module, mutant.line))
        if found:
            return found
        # A line of a statement of several, or of a module: whatever reaches the module at all.
        every = {item for (name, _), items in self._lines.items() if name == mutant.module
                 for item in items}  # fmt: skip
        return sorted(every, key=self._took_s.__getitem__)

    def _judge_all(self, chosen: Iterable[Mutant]) -> None:
        waiting = iter(chosen)
        running: dict[int, Mutant] = {}
        done, began_s = 0, time.monotonic()
        while True:
            while len(running) < self._jobs and (mutant := next(waiting, None)) is not None:
                running[self._begin(mutant)] = mutant
            if not running:
                return
            pid, status = os.waitpid(-1, 0)
            mutant = running.pop(pid)
            done += 1
            if os.waitstatus_to_exitcode(status) == 0:
                self.survivors.append(mutant)
                print(f"survives: {_told(mutant)}", flush=True)
            if done % 100 == 0:
                print(f"{done} judged in {time.monotonic() - began_s:.0f} s", file=sys.stderr,
                      flush=True)  # fmt: skip

    def _begin(self, mutant: Mutant) -> int:
        pid = os.fork()
        if pid:
            return pid
        caught = 1
        try:
            resource.setrlimit(resource.RLIMIT_CPU, (int(_PATIENCE_S), int(_PATIENCE_S) + 1))
            signal.signal(signal.SIGXCPU, signal.SIG_DFL)
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 1)
            os.dup2(nowhere, 2)
            put_in_place(mutant)
            caught = int(any(_failed(item) for item in self._tests(mutant)))
        finally:
            os._exit(caught)


def _failed(item: pytest.Item) -> bool:
    reports = runtestprotocol(item, log=False, nextitem=None)
    return any(report.failed for report in reports)


def put_in_place(mutant: Mutant) -> None:
    """Change the module that is already imported, for everybody who holds a piece of it."""
    module = import_module(f"silverpin.safety.{mutant.module}")
    if mutant.where in vars(module) and not callable(vars(module)[mutant.where]):
        _put_value(module, mutant)
        return
    wanted = dict(_codes(mutant.code))
    _function(module, mutant.where).__code__ = wanted[mutant.where]


def _put_value(module: ModuleType, mutant: Mutant) -> None:
    made: dict[str, Any] = {"__name__": module.__name__}
    exec(mutant.code, made)
    for other in [row for name, row in sys.modules.items() if name.startswith("silverpin.")]:
        if vars(other).get(mutant.where) is vars(module)[mutant.where] and other is not module:
            setattr(other, mutant.where, made[mutant.where])
    setattr(module, mutant.where, made[mutant.where])


def _codes(code: CodeType) -> Iterator[tuple[str, CodeType]]:
    """Yield the code of every function in a module's, by its qualified name."""
    for row in code.co_consts:
        if isinstance(row, CodeType):
            yield row.co_qualname, row
            yield from _codes(row)


def _function(module: ModuleType, name: str) -> FunctionType:
    found: Any = module
    for part in name.split("."):
        found = vars(found)[part]
    if isinstance(found, property):
        found = found.fget
    function: FunctionType = getattr(found, "__func__", found)
    return function


def _path(module: str) -> Path:
    return SAFETY / f"{module}.py"


def _told(mutant: Mutant) -> str:
    which = f" (number {mutant.number})" if mutant.number > 1 else ""
    return f"{mutant.module}.{mutant.where}:{mutant.line}: {mutant.was} -> {mutant.becomes}{which}"


def listed(path: Path = LISTED) -> dict[Key, str]:
    """Return the mutants that are the same program, with the argument why."""
    rows = tomllib.loads(path.read_text(encoding="utf-8")).get("same", [])
    return {
        (row["module"], row["where"], row["was"], row["becomes"], row.get("number", 1)): row["why"]
        for row in rows
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Judge, and compare what survives with what is listed."""
    known = sorted(path.stem for path in SAFETY.glob("*.py") if path.stem != "__init__")
    parser = argparse.ArgumentParser(prog="python -m tools.mutate", description=__doc__)
    parser.add_argument("modules", nargs="*", metavar="MODULE", help=f"of {', '.join(known)}")
    parser.add_argument("--sample", type=int, metavar="N", help="judge N of them by chance")
    parser.add_argument("--seed", type=int, default=1, help="which N (%(default)s)")
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)))
    options = parser.parse_args(argv)
    if unknown := set(options.modules) - set(known):
        parser.error(f"no module {sorted(unknown)[0]!r} in safety/: there are {', '.join(known)}")
    run = Run(options.modules or known, options.sample, options.seed, options.jobs)
    quiet = ["-q", "--no-header", "--no-summary", "-p", "no:cacheprovider"]
    code = pytest.main([*quiet, *safety_suites()], plugins=[run])
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        return int(code)
    return _compared(run)


def _compared(run: Run) -> int:
    why = listed()
    alive = {mutant.key for mutant in run.survivors}
    strangers = [mutant for mutant in run.survivors if mutant.key not in why]
    stale = [mutant for mutant in run.judged if mutant.key in why and mutant.key not in alive]
    print(f"{len(run.judged)} mutants, {len(alive)} survive, {len(alive) - len(strangers)} of them "
          f"listed as the same program")  # fmt: skip
    for mutant in strangers:
        print(f"not listed: {_told(mutant)}")
    for mutant in stale:
        print(f"listed, and a test notices it: {_told(mutant)}")
    return int(bool(strangers or stale))


if __name__ == "__main__":
    sys.exit(main())
