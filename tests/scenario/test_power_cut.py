"""The program dies at any instant, and the disk keeps any part of an unfinished write.

Whatever was acknowledged is there exactly once, in order; the ledger is what the journal counts. A
kill cannot show that the disk was told to sync (the kernel outlives us): the second test leaves out
what a disk had not been told to keep, byte by byte.
"""

import random
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from shutil import copyfile

from silverpin.domain.ledger import Ledger
from silverpin.drivers.store import Store
from tests.event_samples import sample

KILLS = 24
KILLS_SEED = 20_260_711
CUTS = 60
CHARGER = """
import random, sys
from pathlib import Path
from silverpin.domain.events import Event
from silverpin.drivers.store import Store

ENERGY = {"charged_kwh": 0.1, "discharged_kwh": 0.7, "mated_s": 0.3}
store = Store.open(Path(sys.argv[1]), "SN-1")
rng = random.Random(int(sys.argv[2]))
number = store.ledger("SN-1").matings
while True:
    batch = []
    for _ in range(rng.randint(1, 5)):
        number += 1
        batch.append(Event(number, "mated", {"number": number, "inferred": ""}))
        batch.append(Event(number, "energy", ENERGY))
        batch.append(Event(number, "unmated", {"mated_min": 0.0}))
    store.append(batch, wall_utc_ns=number, safety=str(number).encode())
    print(number, flush=True)
"""


def run_until_killed(path: Path, rng: random.Random) -> int:
    """Let a charger count until it is killed; return the last number that it acknowledged."""
    command = [sys.executable, "-c", CHARGER, str(path), str(rng.getrandbits(32))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as charger:
        assert charger.stdout is not None
        acknowledged = [charger.stdout.readline() for _ in range(rng.randint(1, 40))]
        # A real process on a real disk: only real time brings it somewhere into a write.
        time.sleep(rng.uniform(0.0, 0.01))
        charger.kill()
        acknowledged += charger.stdout.readlines()
    assert charger.returncode == -9, "it died by itself"
    whole = [line for line in acknowledged if line.endswith("\n")]
    return int(whole[-1])


def numbers_of(store: Store, kind: str) -> list[int]:
    rows = reversed(store.events(limit=10**6))
    return [row.event.t_ns for row in rows if row.event.kind == kind]


def test_a_killed_charger_has_counted_what_it_acknowledged_once(tmp_path: Path) -> None:
    rng = random.Random(KILLS_SEED)
    path = tmp_path / "state.sqlite"
    for _ in range(KILLS):
        acknowledged = run_until_killed(path, rng)
        with closing(Store.open(path, "SN-1")) as store:
            ledger = store.ledger("SN-1")
            assert ledger.matings >= acknowledged
            for kind in ("mated", "energy", "unmated"):
                assert numbers_of(store, kind) == list(range(1, ledger.matings + 1))
            assert store.recount("SN-1") == ledger
            assert store.safety() == str(ledger.matings).encode(), "one transaction, one state"


def test_a_disk_that_kept_part_of_a_write_shows_none_of_it(tmp_path: Path) -> None:
    rng = random.Random(KILLS_SEED)
    path, log = tmp_path / "state.sqlite", tmp_path / "state.sqlite-wal"
    ledgers, log_sizes = [Ledger(serial="SN-1")], []
    with closing(Store.open(path, "SN-1")) as store:
        log_sizes.append(log.stat().st_size)
        for number in range(1, 9):
            events = [sample("mated", t_ns=number), sample("energy", t_ns=number)]
            ledgers.append(store.append(events, wall_utc_ns=number))
            log_sizes.append(log.stat().st_size)
        content = log.read_bytes()
        for cut in range(CUTS):
            kept = rng.randint(log_sizes[0], log_sizes[-1])
            lost = rng.randbytes(rng.choice((0, 100, 5000)))
            torn = tmp_path / f"cut-{cut}" / "state.sqlite"
            torn.parent.mkdir()
            copyfile(path, torn)
            torn.with_name("state.sqlite-wal").write_bytes(content[:kept] + lost)
            synced = sum(size <= kept for size in log_sizes) - 1
            with closing(Store.open(torn, "SN-1")) as found:
                assert found.ledger("SN-1") == found.recount("SN-1") == ledgers[synced]
                assert numbers_of(found, "mated") == list(range(1, synced + 1))
