"""A site may make any limit as strict as the table lets it: power may end, the program goes on."""

import pytest

from silverpin.domain.limits import FIXED, LIMITS, LOWER, limit_fields
from silverpin.domain.tightening import LimitError, tighten
from tests.stage import a_charger

_FAR = 1e12


def strictest(name: str) -> float:
    row, now = limit_fields()[name].metadata, getattr(LIMITS, name)
    if row["tighter"] == LOWER:
        most = max(row["least"], 0.0 if now >= 0.0 else now - 1e3)
    else:
        most = min(row["most"], _FAR)
    return int(most) if isinstance(now, int) else float(most)


STRICTEST = {
    name: strictest(name)
    for name, row in limit_fields().items() if row.metadata["tighter"] != FIXED
}  # fmt: skip
MAKE_NO_SENSE_ALONE = {"temp_trip_c", "temp_low_c", "lease_ns", "insulation_test_v"}


@pytest.mark.verifies("SEC-2")
@pytest.mark.parametrize("name", sorted(MAKE_NO_SENSE_ALONE))
def test_what_makes_no_sense_alone_is_refused(name: str) -> None:
    with pytest.raises(LimitError):
        tighten(LIMITS, {name: STRICTEST[name]})


@pytest.mark.verifies("SEC-2")
@pytest.mark.parametrize("connector", ["ccs2-80a", "type2-32a"])
@pytest.mark.parametrize(
    "name",
    [
        "voltage_touch_max_v",
        *(
            pytest.param(name, marks=pytest.mark.long)
            for name in sorted(STRICTEST.keys() - MAKE_NO_SENSE_ALONE - {"voltage_touch_max_v"})
        ),
    ],
)
def test_no_limit_is_strict_enough_to_end_the_program(name: str, connector: str) -> None:
    limits = tighten(LIMITS, {name: STRICTEST[name]})
    charger = a_charger(connector=connector, limits=limits).plug_in()
    for kw in (10.0, -10.0):
        charger.world.command_power(1e3 * kw)
        assert all(abs(watts) < 1.1e4 for watts in charger.watch(lambda s: 1e3 * s.kw, seconds=8))
    charger.does("heat-pin", "+12").wait(3).does("debris").stop().wait(4)
    charger.does("healthy").technician_resets()
    charger.world.command_power(5e3)
    charger.wait(8).does("heat-pin", "trip").wait(2)
    assert not charger.closed
