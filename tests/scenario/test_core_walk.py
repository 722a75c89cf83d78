"""The safety core beside its oracle for very long, over all cores; a seed tells a history again."""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

from silverpin.apps.walk.crowd import cores
from silverpin.domain.faults import FAULTS
from tests.duel import Duel

JUDGEMENTS = 5_000
"""In one history: sooner or later a sensor is doubted, and what follows is without power."""

EVERYDAY, WITH_ALL = 400_000, 100_000_000
"""Judgements; those of --all take some ten minutes of two cores."""

FIRST_SEED = 2_000_000


def histories(first_seed: int, count: int) -> tuple[int, int, int, set[str]]:
    """Let *count* histories be judged; return judgements, permits, reverse permits, codes met."""
    sums, met = [0, 0, 0], set[str]()
    for seed in range(first_seed, first_seed + count):
        try:
            duel = Duel(seed).run(JUDGEMENTS)
        except BaseException as error:
            raise AssertionError(f"history of seed {seed}: {error}") from error
        sums = [total + more for total, more in
                zip(sums, (duel.judged, duel.permits, duel.reverses), strict=True)]  # fmt: skip
        met |= duel.met
    return sums[0], sums[1], sums[2], met


@pytest.mark.longer
@pytest.mark.verifies("LCK-2", "LCK-3", "CP-3", "CP-5", "THM-2", "THM-3")
def test_the_core_and_its_oracle_agree_over_many_judgements(pytestconfig: pytest.Config) -> None:
    judgements = WITH_ALL if pytestconfig.getoption("--all") else EVERYDAY
    count = -(-judgements // JUDGEMENTS)
    share = min(count, 200)
    with ProcessPoolExecutor(cores(), get_context("spawn")) as pool:
        parts = [
            pool.submit(histories, FIRST_SEED + begun, min(share, count - begun))
            for begun in range(0, count, share)
        ]
        try:
            done = [part.result() for part in parts]
        finally:
            pool.shutdown(cancel_futures=True)
    assert sum(row[0] for row in done) == count * JUDGEMENTS
    assert sum(row[1] for row in done) > judgements // 2
    assert sum(row[2] for row in done) > judgements // 3
    raised = {code for code, row in FAULTS.items() if row.waits_for is None}
    assert set().union(*(row[3] for row in done)) >= raised
