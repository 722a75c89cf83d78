"""What the pilot says while power is offered, with and without a modem that matches vehicles."""

import pytest

from silverpin.control.pilot_offer import OUT_OF_SERVICE, STEADY, PilotOffer
from silverpin.domain.connectors import ConnectorSet
from silverpin.domain.quantities import NS_PER_S
from silverpin.domain.slac import SLAC
from silverpin.protocols.pilot.offer import HIGH_LEVEL_DUTY, duty_for
from silverpin.protocols.slac.states import PilotWish
from tests.observations import AC, DC

NOMINAL = duty_for(AC.rating_a)
W = PilotWish


def said(of: ConnectorSet, *lines: PilotWish | None, held: bool = False) -> PilotOffer:
    """An offer that has heard these wishes of the power line, a second apart."""
    offer = PilotOffer(of)
    for second, line in enumerate(lines):
        offer.line = line
        offer.step(second * NS_PER_S, offered=True, held=held)
    return offer


@pytest.mark.parametrize("line", [None, *W])
@pytest.mark.parametrize("of", [AC, DC], ids=lambda row: row.name)
def test_without_an_offer_the_pilot_is_steady(of: ConnectorSet, line: PilotWish | None) -> None:
    offer = PilotOffer(of)
    offer.line = line
    assert offer.step(0, offered=False, held=False) == STEADY
    assert not offer.offered
    assert not offer.for_words


@pytest.mark.parametrize(
    ("of", "line", "duty", "for_words"),
    [
        (AC, None, NOMINAL, False),
        (AC, W.NOTHING, HIGH_LEVEL_DUTY, True),
        (AC, W.DIGITAL, HIGH_LEVEL_DUTY, True),
        (AC, W.STATE_E, OUT_OF_SERVICE, True),
        (AC, W.NOMINAL, NOMINAL, False),
        (DC, None, HIGH_LEVEL_DUTY, False),
        (DC, W.DIGITAL, HIGH_LEVEL_DUTY, True),
        (DC, W.STATE_E, OUT_OF_SERVICE, True),
        (DC, W.NOMINAL, HIGH_LEVEL_DUTY, False),
    ],
)
def test_an_offer_follows_the_line(
    of: ConnectorSet, line: PilotWish | None, duty: float, for_words: bool
) -> None:
    offer = PilotOffer(of)
    offer.line = line
    assert offer.step(0, offered=True, held=False) == duty
    assert offer.for_words is for_words


@pytest.mark.parametrize("gone", [W.NOMINAL, None], ids=["given up", "modem gone"])
def test_between_words_and_a_nominal_duty_it_is_steady_for_a_moment(gone: W | None) -> None:
    offer = said(AC, W.DIGITAL)
    offer.line = gone
    assert offer.step(NS_PER_S, offered=True, held=False) == STEADY
    late_ns = NS_PER_S + SLAC.steady_ns
    assert offer.step(late_ns - 1, offered=True, held=False) == STEADY
    waits = offer.for_words
    assert waits, "who is in state C still means what the pilot said before"
    assert offer.step(late_ns, offered=True, held=False) == NOMINAL
    assert not offer.for_words
    assert said(DC, W.DIGITAL, gone).step(0, offered=True, held=False) == HIGH_LEVEL_DUTY


def test_between_a_nominal_duty_and_words_it_is_steady_as_long() -> None:
    offer = said(AC, None, W.DIGITAL)
    assert offer.for_words
    late_ns = NS_PER_S + SLAC.steady_ns
    assert offer.step(late_ns - 1, offered=True, held=False) == STEADY
    assert offer.step(late_ns, offered=True, held=False) == HIGH_LEVEL_DUTY


def test_who_changes_its_mind_at_once_waits_anew_the_next_time() -> None:
    offer = said(AC, W.DIGITAL, None, W.DIGITAL, None)
    offer.line = None
    late_ns = 3 * NS_PER_S + SLAC.steady_ns
    assert offer.step(late_ns - 1, offered=True, held=False) == STEADY
    assert offer.step(late_ns, offered=True, held=False) == NOMINAL


def test_who_is_given_up_is_spoken_to_again_with_the_next_offer_only() -> None:
    offer = said(AC, W.DIGITAL)
    offer.give_up()
    assert offer.step(NS_PER_S, offered=True, held=False) == STEADY
    assert offer.step(9 * NS_PER_S, offered=True, held=False) == NOMINAL
    offer.step(10 * NS_PER_S, offered=False, held=False)
    assert offer.step(11 * NS_PER_S, offered=True, held=False) == HIGH_LEVEL_DUTY


@pytest.mark.parametrize("line", [None, *W])
@pytest.mark.parametrize("before", [W.DIGITAL, None])
def test_nothing_changes_under_power(before: W | None, line: W | None) -> None:
    offer = said(AC, before)
    duty = HIGH_LEVEL_DUTY if before is W.DIGITAL else NOMINAL
    offer.line = line
    assert offer.step(NS_PER_S, offered=True, held=True) == duty
    assert offer.step(2 * NS_PER_S, offered=False, held=True) == duty
    assert offer.step(3 * NS_PER_S, offered=False, held=False) == STEADY
