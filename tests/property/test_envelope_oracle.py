"""The safety core and a plain restatement of its rules answer alike to readings that mean harm."""

import pytest

from silverpin.domain.limits import LIMITS
from silverpin.safety.envelope import Envelope
from tests.breaks import Break, broken
from tests.duel import Duel
from tests.observations import CHARGE, DC, EITHER_WAY, TICK_NS, seen
from tests.oracle import Oracle

JUDGEMENTS = 10_000


@pytest.mark.verifies("LCK-2", "LCK-3", "CP-3", "CP-5", "THM-2", "THM-3")
@pytest.mark.parametrize("seed", [*range(6), 1_000_360])
def test_the_core_and_its_oracle_agree(seed: int) -> None:
    duel = Duel(seed).run(JUDGEMENTS)
    assert duel.permits > JUDGEMENTS // 10
    assert duel.reverses > 0


@pytest.mark.parametrize("seed", [3, 4, 5, 1_000_360])
def test_an_oracle_that_never_repeats_an_answer_agrees_as_well(seed: int) -> None:
    assert Duel(seed, forgetful=True).run(JUDGEMENTS).permits > JUDGEMENTS // 10


def test_current_against_a_direction_that_is_no_longer_permitted_is_an_overcurrent_to_both() -> (
    None
):
    # 5 A go on out of the vehicle after the wish, and so the permit, became charging alone
    core, oracle = Envelope(DC), Oracle(DC)
    codes = []
    for tick in range(60):
        obs = seen(tick * TICK_NS, current_a=-5.0 if tick else 0.0)
        if tick < 3:
            oracle.facts = None  # its readings are new; later ones repeat what these prove
        request = EITHER_WAY if tick < 2 else CHARGE
        permit = core.judge(obs, request).permit
        answer = oracle.judge(obs, request, {})
        assert (permit is not None) is answer.permitted
        assert core.latched.keys() == answer.codes
        codes.append(sorted(answer.codes))
    # the look that ends the permit to discharge is itself still held against it
    lasted = 3 + LIMITS.current_excess_ns // TICK_NS
    assert codes == [[]] * lasted + [["ERR_OVERCURRENT"]] * (60 - lasted)


def test_the_oracle_sees_a_rule_that_is_broken() -> None:
    rule = Break(Envelope._blocked, "self._refused or not", "not")
    with broken(rule), pytest.raises(pytest.fail.Exception, match="and the oracle"):
        twenty_histories()


def twenty_histories() -> None:
    for seed in range(20):
        Duel(seed).run(JUDGEMENTS)
