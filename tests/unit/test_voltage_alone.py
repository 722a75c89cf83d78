"""The permit for pins that are tested or brought to a voltage: next to no current."""

import pytest

from silverpin.domain.limits import LIMITS
from silverpin.domain.observation import Request
from tests.observations import CHARGE, DC, Bench


@pytest.mark.verifies("CP-5")
def test_a_voltage_alone_gets_a_permit_for_next_to_no_current() -> None:
    bench = Bench().powered(Request(power_on=True, reverse=True, voltage_alone=True))
    verdict = bench.judge(current_a=0.0)
    assert verdict.permit is not None
    most_a = LIMITS.precharge_max_a
    assert verdict.permit[1:] == (most_a, most_a)
    allowed_a = most_a * (1.0 + LIMITS.current_excess_share) + LIMITS.current_excess_a
    bench.run(1.5, current_a=allowed_a)
    assert bench.codes == set()
    assert bench.run(1.1, current_a=allowed_a + 0.1).permit is None
    assert bench.codes == {"ERR_OVERCURRENT"}


def test_the_permit_grows_when_current_is_wanted_too() -> None:
    bench = Bench().powered(Request(power_on=True, voltage_alone=True))
    bench.judge(current_a=0.0)
    bench.request = CHARGE
    permit = bench.judge(current_a=0.0).permit
    assert permit is not None
    assert permit[1:] == (DC.rating_a, 0.0)
