"""The safety core and a plain restatement of its rules answer alike to readings that mean harm."""

import pytest

from silverpin.safety.envelope import Envelope
from tests.breaks import Break, broken
from tests.duel import Duel

JUDGEMENTS = 10_000


@pytest.mark.verifies("LCK-2", "LCK-3", "CP-3", "CP-5", "THM-2", "THM-3")
@pytest.mark.parametrize("seed", range(6))
def test_the_core_and_its_oracle_agree(seed: int) -> None:
    duel = Duel(seed).run(JUDGEMENTS)
    assert duel.permits > JUDGEMENTS // 10
    assert duel.reverses > 0


def test_the_oracle_sees_a_rule_that_is_broken() -> None:
    rule = Break(Envelope._blocked, "self._refused or not", "not")
    with broken(rule), pytest.raises(pytest.fail.Exception, match="and the oracle"):
        twenty_histories()


def twenty_histories() -> None:
    for seed in range(20):
        Duel(seed).run(JUDGEMENTS)
