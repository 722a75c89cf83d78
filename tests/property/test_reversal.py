"""Whatever is ordered and whenever, a change of direction keeps its rules."""

from hypothesis import given
from hypothesis import strategies as st

from silverpin.control.reversal import Reversal
from silverpin.domain.limits import LIMITS
from silverpin.domain.quantities import NS_PER_MS

TICK_NS = 20 * NS_PER_MS
ZERO_A = LIMITS.reversal_zero_a
ORDERS = st.lists(
    st.tuples(
        st.one_of(st.just(0.0), st.floats(-40.0, 40.0), st.floats(-2.0, 2.0)),
        st.integers(1, 60),
    ),
    min_size=1,
    max_size=30,
)
"""Set-points and for how many ticks each stands."""


@given(orders=ORDERS, slew_a=st.floats(0.05, 30.0))
def test_against_the_current_nothing_is_asked_and_what_flowed_is_what_is_counted(
    orders: list[tuple[float, int]], slew_a: float
) -> None:
    reversal, now_ns, amps = Reversal(), 0, 0.0
    flowed: list[int] = []
    counted: list[int] = []
    for target_a, ticks in orders:
        for _ in range(ticks):
            asked_a = reversal.step(now_ns, target_a, amps, 100.0)
            assert asked_a == 0.0 or (asked_a > 0.0) is (target_a > 0.0), "nobody wanted that"
            assert abs(asked_a) <= abs(target_a)
            assert asked_a * amps >= 0.0 or abs(amps) < ZERO_A, "against the current"
            if abs(amps) >= ZERO_A and flowed[-1:] != [1 if amps > 0 else -1]:
                flowed.append(1 if amps > 0 else -1)
            amps += max(-slew_a, min(slew_a, asked_a - amps))
            now_ns += TICK_NS
            done = reversal.take()
            if done is not None:
                counted.append(done.sign)
                assert done.latency_ns >= 0
    assert counted == flowed[1:]


@given(orders=ORDERS, slew_a=st.floats(0.5, 30.0))
def test_an_order_that_stands_long_enough_is_reached_and_nothing_stays_under_way(
    orders: list[tuple[float, int]], slew_a: float
) -> None:
    reversal, now_ns, amps = Reversal(), 0, 0.0
    for target_a, ticks in [*orders, (orders[-1][0], 400)]:
        for _ in range(ticks):
            asked_a = reversal.step(now_ns, target_a, amps, 0.0)
            amps += max(-slew_a, min(slew_a, asked_a - amps))
            now_ns += TICK_NS
    assert abs(amps - orders[-1][0]) < 1e-6
    assert not reversal.under_way
