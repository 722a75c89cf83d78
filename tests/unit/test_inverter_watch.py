"""The inverter is believed while its figures agree with our own meters."""

import pytest

from silverpin.domain.quantities import NS_PER_MS
from silverpin.safety.inverter import InverterWatch
from tests.observations import INFINITE, NO_NUMBERS

TRUE = (50.0, 230.0, 400.0)
OWN = (230.0, 400.0)


def after(
    seconds: float, inverter: tuple[float, float, float], own: tuple[float, float | None] = OWN
) -> bool:
    """Whether it is still believed after it said so for that long."""
    watch = InverterWatch()
    assert watch.step(-NS_PER_MS, TRUE, OWN)
    assert watch.step(0, inverter, own)
    return watch.step(round(seconds * 1000) * NS_PER_MS, inverter, own) is True


@pytest.mark.parametrize(
    ("inverter", "own"),
    [
        (TRUE, OWN),
        ((45.0, 230.0, 400.0), OWN),
        ((66.0, 230.0, 400.0), OWN),
        ((50.0, 251.5, 400.0), OWN),
        ((50.0, 208.5, 400.0), OWN),
        ((50.0, 230.0, 430.0), OWN),
        ((50.0, 230.0, 370.0), OWN),
        ((50.0, 230.0, 0.0), (230.0, 10.0)),
        ((50.0, 230.0, 999.0), (230.0, None)),
        ((50.0, 230.0, INFINITE), (230.0, None)),
    ],
)
def test_figures_that_agree_are_believed(
    inverter: tuple[float, float, float], own: tuple[float, float | None]
) -> None:
    assert after(100, inverter, own)


@pytest.mark.parametrize(
    ("inverter", "own"),
    [
        ((44.9, 230.0, 400.0), OWN),
        ((66.1, 230.0, 400.0), OWN),
        ((50.0, 251.6, 400.0), OWN),
        ((50.0, 208.4, 400.0), OWN),
        ((50.0, 230.0, 430.1), OWN),
        ((50.0, 230.0, 369.9), OWN),
        ((230.0, 400.0, 50.0), OWN),
        ((50.0, 230.0, 0.0), (230.0, 10.6)),
        ((50.0, 230.0, 999.0), (230.0, 0.0)),
        ((50.0, 230.0, 0.0), (230.0, -400.0)),
        ((50.0, -230.0, 400.0), OWN),
    ]
    + [((value, 230.0, 400.0), OWN) for value in NO_NUMBERS]
    + [((50.0, value, 400.0), OWN) for value in NO_NUMBERS]
    + [((50.0, 230.0, value), OWN) for value in NO_NUMBERS]
    + [(TRUE, (value, 400.0)) for value in NO_NUMBERS]
    + [(TRUE, (230.0, value)) for value in NO_NUMBERS]
    + [((50.0, value, value), (value, value)) for value in NO_NUMBERS],
)
def test_figures_that_disagree_for_a_second_are_not(
    inverter: tuple[float, float, float], own: tuple[float, float | None]
) -> None:
    assert after(0.999, inverter, own)
    assert not after(1.0, inverter, own)


def test_one_stale_set_of_registers_is_forgiven_and_a_map_that_comes_and_goes_is_not() -> None:
    shifted = (230.0, 400.0, 50.0)
    watch = InverterWatch()
    assert watch.step(-NS_PER_MS, TRUE, OWN)
    assert watch.step(0, shifted, OWN)
    assert watch.step(500 * NS_PER_MS, TRUE, OWN)
    assert watch.step(1500 * NS_PER_MS, TRUE, OWN)
    assert watch.step(1600 * NS_PER_MS, shifted, OWN)
    assert watch.step(2000 * NS_PER_MS, TRUE, OWN)
    assert not watch.step(2600 * NS_PER_MS, shifted, OWN)
    assert watch.step(2700 * NS_PER_MS, TRUE, OWN)
    assert watch.ok


def test_a_program_that_just_started_takes_nothing_for_granted() -> None:
    shifted = (230.0, 400.0, 50.0)
    watch = InverterWatch()
    assert watch.step(0, shifted, OWN) is None
    assert watch.step(999 * NS_PER_MS, shifted, OWN) is None
    assert watch.step(1000 * NS_PER_MS, shifted, OWN) is False
    assert watch.step(1001 * NS_PER_MS, TRUE, OWN) is True
