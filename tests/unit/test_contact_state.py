"""What is left of a contact by its sessions, tried on contacts that age by ways of their own."""

from dataclasses import dataclass

import numpy as np
import pytest

pytest.importorskip("numba", reason="heat is followed by numba: install the extra life")

from silverpin.durability.life import band
from silverpin.durability.parameters.connectors import WEAR_SETS
from silverpin.durability.prognosis.contact_state import contact_left
from silverpin.durability.resistance.follow import Own
from silverpin.durability.resistance.own_values import OwnValues
from silverpin.durability.resistance.pieces import Piece, Pieces
from silverpin.durability.study import Assessment, Study
from tests.ageing_contacts import Aged, aged
from tests.resistance_plant import DC_200
from tests.resistance_trials import benched


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Errors at half life against what was truly left."""

    error: float
    """Mean."""
    middle: float
    """Median."""
    by_age: float
    """Of the predictor that knows the lives of the others and the age, and no state."""
    inside: float
    """Share within the 90 % band, of those whose record told."""
    told: float


def read(connector: Aged) -> tuple[Own, Assessment]:
    """Return what the command makes of a record."""
    kind = benched(DC_200)
    own, pieces, study = OwnValues(kind), Pieces(), Study(WEAR_SETS[DC_200.wear_set])
    ended: list[Piece] = []
    for chunk in connector.chunks:
        study.take(chunk)
        ended += pieces.take(chunk)
    for piece in (*ended, *pieces.rest()):
        own.take(piece.end_s, piece.blocks, piece.loop)
    values = Own(tuple(own.values()), own.scale_sd(), kind.bias)
    return values, study.assess(np.random.default_rng(1))


def judged(count: int, sessions: int, seed: int) -> Judged:
    connectors = list(aged(DC_200, count, sessions, seed))
    usual_days = float(np.median([2.0 * row.left_days for row in connectors]))
    rows = []
    for connector in connectors:
        own, found = read(connector)
        state = contact_left(own, found, None, np.random.default_rng(1))
        if state is None:
            continue
        low, middle, high = (hours / 24.0 for hours in band(state.left_h * found.use))
        true = connector.left_days
        rows.append([abs(middle - true) / true, abs(usual_days - 2.0 * true) / true,
                     low <= true <= high])  # fmt: skip
    errors, by_age, inside = np.array(rows).T
    return Judged(
        error=float(np.mean(errors)), middle=float(np.median(errors)),
        by_age=float(np.mean(by_age)), inside=float(np.mean(inside)), told=len(rows) / count,
    )  # fmt: skip


@pytest.mark.long
def test_values_of_sessions_rise_as_the_contact_does() -> None:
    (connector,) = aged(DC_200, 1, 40, 3)
    own, _ = read(connector)
    logs = np.array([row.log_ohm for row in own.values])
    assert len(logs) == 40
    assert logs[-10:].mean() - logs[:10].mean() == pytest.approx(0.16, abs=0.08)
    assert np.std(np.diff(logs)) < 0.15


@pytest.mark.long
@pytest.mark.verifies("DUR-5")
def test_at_half_life_the_band_holds_over_many_contacts() -> None:
    found = judged(20, 120, 9)
    assert found.told >= 0.9, found
    assert found.inside >= 0.86, found
    assert found.error <= 0.30, found
    assert found.middle <= 0.25, found
    assert found.error < 0.6 * found.by_age, found
