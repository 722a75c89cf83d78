"""A charger writes on a real file system of its own, whose disk is copied as a power cut leaves it.

The disk is a file: what the kernel holds back in memory is not in it. Each copy is mounted as after
the cut, so that the file system recovers first and then the charger.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random
from shutil import copyfile, which

import pytest

from silverpin.drivers.store import Store
from tests.scenario.test_power_cut import CHARGER, numbers_of

pytestmark = pytest.mark.verifies("CON-1")

DISK_BYTES = 24 << 20


def run(*words: str | Path) -> bool:
    return subprocess.run(list(map(str, words)), check=False, capture_output=True).returncode == 0


@contextmanager
def mounted(disk: Path) -> Iterator[Path]:
    """Mount a disk's file; the test is skipped where that cannot be done."""
    folder = disk.with_suffix(".mounted")
    folder.mkdir()
    if not run("mount", "-o", "loop", disk, folder):
        pytest.skip("not allowed to mount a disk here")
    try:
        yield folder
    finally:
        run("umount", folder) or run("umount", "--lazy", folder)


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    if os.geteuid() != 0 or which("mkfs.ext4") is None:
        pytest.skip("a disk of its own needs root and mkfs.ext4")
    path = tmp_path / "disk"
    with path.open("wb") as file:
        file.truncate(DISK_BYTES)
    assert run("mkfs.ext4", "-q", "-F", path)
    return path


def copies(disk: Path, cuts: int) -> Iterator[tuple[Path, int]]:
    """Yield the disk as cut after cut would leave it, and what had been promised by then.

    The charger stands still while anybody looks.
    """
    rng = Random(cuts)
    with mounted(disk) as folder:
        words = [sys.executable, "-c", CHARGER, str(folder / "state.sqlite"), "7"]
        with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as charger:
            assert charger.stdout is not None
            try:
                for number in range(cuts):
                    read = [charger.stdout.readline() for _ in range(rng.randint(1, 25))]
                    charger.send_signal(signal.SIGSTOP)
                    copyfile(disk, copy := disk.with_name(f"cut-{number}"))
                    yield copy, int(read[-1])
                    charger.send_signal(signal.SIGCONT)
            finally:
                charger.kill()


@pytest.mark.parametrize("cuts", [3, pytest.param(40, marks=pytest.mark.long)])
def test_what_was_promised_is_on_the_disk_that_a_power_cut_leaves(disk: Path, cuts: int) -> None:
    for copy, promised in copies(disk, cuts):
        with mounted(copy) as folder, closing(Store.open(folder / "state.sqlite", "SN-1")) as store:
            ledger = store.ledger("SN-1")
            assert ledger.matings >= promised
            assert store.recount("SN-1") == ledger
            for kind in ("mated", "energy", "unmated"):
                assert numbers_of(store, kind) == list(range(1, ledger.matings + 1))
            assert store.safety() == str(ledger.matings).encode()
        copy.unlink()


def test_this_disk_forgets_what_was_not_synced(disk: Path) -> None:
    with mounted(disk) as folder:
        (folder / "kept").write_bytes(b"kept")
        with (folder / "kept").open("rb") as file:
            os.fsync(file.fileno())
        (folder / "lost").write_bytes(b"lost" * 1000)
        copyfile(disk, copy := disk.with_name("cut"))
    with mounted(copy) as folder:
        assert (folder / "kept").read_bytes() == b"kept"
        assert not (folder / "lost").exists() or (folder / "lost").read_bytes() != b"lost" * 1000
