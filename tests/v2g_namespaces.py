"""Charger and vehicle in a network namespace each, joined by a pair of virtual interfaces."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

CHARGER, VEHICLE = "fe80::c", "fe80::e"


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, capture_output=True, text=True, check=False)


@dataclass(frozen=True, slots=True)
class Link:
    """Names of both namespaces; eth1 is the charger's end, plc0 the vehicle's."""

    charger: str
    vehicle: str

    def at(self, where: str, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a program to its end in one of both."""
        return run("ip", "netns", "exec", where, *words)

    @contextmanager
    def running(self, where: str, code: str, *words: str) -> Iterator[subprocess.Popen[str]]:
        """Run Python in one of both, from its line `ready` on until this is left."""
        command = ["ip", "netns", "exec", where, sys.executable, "-c", code, *words]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield process
        finally:
            process.kill()
            process.communicate()


@contextmanager
def linked() -> Iterator[Link]:
    """Make both namespaces; skips the test, with the reason, where that cannot be."""
    if os.geteuid() != 0 or shutil.which("ip") is None:
        pytest.skip("network namespaces need root and iproute2")
    found = Link(f"spn-c{os.getpid()}", f"spn-v{os.getpid()}")
    done = [run("ip", "netns", "add", name) for name in (found.charger, found.vehicle)]
    try:
        words = ("link", "add", "eth1", "type", "veth", "peer", "name", "plc0", "netns")
        done.append(run("ip", "-n", found.charger, *words, found.vehicle))
        done += _up(found.charger, "eth1", CHARGER) + _up(found.vehicle, "plc0", VEHICLE)
        failed = [each.stderr for each in done if each.returncode]
        if failed:
            pytest.skip(f"no pair of virtual interfaces here: {failed[0]}")
        yield found
    finally:
        for name in (found.charger, found.vehicle):
            run("ip", "netns", "del", name)


def _up(name: str, interface: str, address: str) -> list[subprocess.CompletedProcess[str]]:
    # An address given by hand is there at once, without asking the link whose it is.
    steps = (
        ("link", "set", interface, "addrgenmode", "none"),
        ("link", "set", interface, "up"),
        ("addr", "add", f"{address}/64", "dev", interface, "nodad"),
    )
    return [run("ip", "-n", name, *words) for words in steps]
