"""What ./test runs: the checks of the text side by side, then the tests, which speak last."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from tools.bootstrap import BIN, PYTHON, ROOT, apt_install, say

# name -> command; each prints nothing of use when it passes
TEXT_CHECKS = {
    "ruff check": ("ruff", "check"),
    "ruff format": ("ruff", "format", "--check"),
    "mypy": ("mypy",),
    "lint-imports": ("lint-imports", "--no-logo"),
    "docs/generated": ("python", "-m", "silverpin.apps.docs", "--check"),
}
CI_TOOLS = {
    "chromium": ("chromium", "fonts-dejavu-core", "fonts-inter"),
    "logrotate": ("logrotate",),
}
"""Programs that tests drive, with the system packages that hold them."""


def run_all(arguments: Sequence[str]) -> int:
    """Run everything, whatever fails on the way; 0 only if nothing did.

    The gate of the safety core has a core beside the tests: alone it would leave others idle.
    """
    in_venv()
    failed = failed_text_checks()
    command = [str(PYTHON), "-m", "pytest", *side_by_side(arguments), *arguments]
    with ThreadPoolExecutor(1) as beside:
        gate: Future[list[str]] | None = None
        if "--all" in arguments:
            offer_tools()
            offer_peer()
            gate = beside.submit(failed_coverage_gate)
        tests = subprocess.run(command, cwd=ROOT, check=False)
        failed += gate.result() if gate else []
    if failed:
        say(f"not clean: {', '.join(failed)} (words above, before the tests)")
    return tests.returncode or bool(failed)


def side_by_side(arguments: Sequence[str]) -> list[str]:
    """Use every core for a whole run; whoever picks tests watches them one by one.

    A file stays on one core, for its tests share what is slow to set up; files keep the order that
    tests/conftest.py gives them.
    """
    whole = not set(arguments) - {"--all"}
    return ["-n", "auto", "--dist", "loadscope", "--no-loadscope-reorder"] if whole else []


def in_venv() -> None:
    """Let the checks and the tests find the programs of `.venv` first.

    And let them keep what they compiled: hundreds of programs start here, each of many modules.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PATH"] = f"{BIN}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    os.environ["VIRTUAL_ENV"] = str(BIN.parent)


def failed_text_checks() -> list[str]:
    began = time.monotonic()
    running = {
        name: subprocess.Popen(
            [BIN / command[0], *command[1:]],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for name, command in TEXT_CHECKS.items()
    }
    failed = []
    for name, process in running.items():
        output, _ = process.communicate()
        if process.returncode != 0:
            failed.append(name)
            say(f"{name} failed:")
            sys.stderr.write(output)
    passed = [name for name in running if name not in failed]
    say(f"passed in {time.monotonic() - began:.0f} s: {', '.join(passed)}")
    return failed


def failed_coverage_gate() -> list[str]:
    """Every branch of safety/ taken by its own tests: what others reach by the way proves nothing.

    What is measured and how much of it must be reached stands in pyproject.toml.
    """
    command = [str(PYTHON), "-m", "pytest", "-q", "--cov", *safety_suites()]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        say("passed: every branch of safety/ is taken by its own tests")
        return []
    say("coverage of safety/ failed:")
    sys.stderr.write(done.stdout + done.stderr)
    return ["coverage of safety/"]


def safety_suites() -> list[str]:
    """Return the test files that are the safety core's own."""
    return [
        str(test)
        for kind in ("unit", "property")
        for test in sorted((ROOT / "tests" / kind).rglob("test_*.py"))
        if "silverpin.safety" in test.read_text(encoding="utf-8")
    ]


def offer_tools() -> None:
    """On a CI machine that lacks them, install what tests drive; elsewhere they skip and say so."""
    if not (os.environ.get("CI") and os.geteuid() == 0 and shutil.which("apt-get")):
        return
    for program, packages in CI_TOOLS.items():
        if not shutil.which(program, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin"):
            say(f"CI: apt-get install {' '.join(packages)}")
            apt_install(*packages)


def offer_peer() -> None:
    """Have the package ready that tests charge against; without it they skip and say so."""
    subprocess.run([PYTHON, "-m", "tools.interop_env"], cwd=ROOT, stdout=sys.stderr, check=False)
