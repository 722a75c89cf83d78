"""Whether a plug is in: what a proximity resistor proves, and what it does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from silverpin.domain.connectors import CONNECTOR_SETS
from silverpin.domain.limits import LIMITS
from silverpin.domain.observation import CpState, PilotLevels
from silverpin.domain.proximity import CODINGS, coding_of
from silverpin.safety.proximity import seated, unproved_words
from tests.observations import AC, DC, INFINITE, NAN, pilot, rest

UNPLUGGED = pilot(CpState.A)
KINDS = st.sampled_from([DC, AC])
OHMS = st.floats(-1e4, 1e7) | st.sampled_from([NAN, INFINITE, -INFINITE])


@pytest.mark.verifies("CP-4")
@pytest.mark.parametrize(
    ("of", "ohm", "proved"),
    [
        (DC, 1_500.0, True),
        (DC, 1_100.0, True),
        (DC, 2_460.0, True),
        (DC, 1_099.0, None),
        (DC, 2_461.0, None),
        (DC, 220.0, None),
        (DC, 0.0, None),
        (DC, -1.0, None),
        (DC, NAN, None),
        (DC, 4_499.0, None),
        (DC, 4_500.0, False),
        (DC, INFINITE, False),
        (AC, 220.0, True),
        (AC, 100.0, True),
        (AC, 680.0, None),
        (AC, 1_500.0, None),
        (AC, 150.0, None),
    ],
)
def test_a_plug_is_proved_by_its_own_resistor_alone(
    of: object, ohm: float, proved: bool | None
) -> None:
    connector = AC if of is AC else DC
    assert seated(ohm, UNPLUGGED, connector, LIMITS) is proved


@pytest.mark.parametrize(
    ("levels", "proved"),
    [
        (None, False),
        (pilot(CpState.A), False),
        (pilot(CpState.B), None),
        (pilot(CpState.C), None),
        (pilot(CpState.D), None),
        (pilot(CpState.E), False),
        (pilot(CpState.B, noise_v=2.0), False),
    ],
)
def test_an_open_line_proves_nothing_while_a_clean_pilot_sees_a_vehicle(
    levels: PilotLevels | None, proved: bool | None
) -> None:
    assert seated(INFINITE, levels, DC, LIMITS) is proved


@pytest.mark.verifies("CP-4")
@given(KINDS, OHMS)
def test_what_lies_outside_every_band_is_never_seated(of: object, ohm: float) -> None:
    connector = AC if of is AC else DC
    inside = any(row.low_ohm <= ohm <= row.high_ohm for row in CODINGS[connector.kind])
    assert (coding_of(connector.kind, ohm) is not None) is inside
    for levels in (None, UNPLUGGED, pilot(CpState.C)):
        assert seated(ohm, levels, connector, LIMITS) is not True or inside


def test_every_connector_has_a_coding_and_bands_lie_apart() -> None:
    for connector in CONNECTOR_SETS.values():
        assert CODINGS[connector.kind]
    for rows in CODINGS.values():
        edges = sorted(edge for row in rows for edge in (row.low_ohm, row.high_ohm))
        assert len(set(edges)) == 2 * len(rows)
        assert edges[-1] < LIMITS.proximity_open_ohm
        assert all(row.low_ohm < row.ohm < row.high_ohm for row in rows)
        assert all(not row.low_ohm <= other.ohm <= row.high_ohm
                   for row in rows for other in rows if row is not other)  # fmt: skip


def test_words_tell_a_short_from_an_open_line() -> None:
    assert "12 Ω" in unproved_words(rest(proximity_ohm=12.0), LIMITS)
    for ohm in (INFINITE, LIMITS.proximity_open_ohm):
        assert "open" in unproved_words(rest(proximity_ohm=ohm), LIMITS)
    assert unproved_words(rest(), LIMITS) == "proximity proves nothing"
