"""Whatever an output stage is given, and whatever set-point is asked for."""

from typing import NamedTuple

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from silverpin.domain.limits import LIMITS
from silverpin.domain.observation import Reading
from silverpin.domain.quantities import NS_PER_MS, NS_PER_S
from silverpin.safety.lease import Permit
from silverpin.safety.opening import Opener
from tests.histories import AMPS, MANY, Aged, maybe, young
from tests.observations import INFINITE


class Drive(NamedTuple):
    """What an output stage is given at one step."""

    after_ms: int
    permit_ms: int | None
    emergency: bool
    current: Aged | None


DRIVES = st.lists(
    st.builds(
        Drive,
        st.sampled_from([1, 20, 20, 99, 100, 101, 600]),
        st.sampled_from([None, None, None, 0, 0, 0, -500, -499, -1, 1, 600]),
        st.sampled_from([False, False, False, True]),
        maybe(AMPS),
    ),
    max_size=30,
)


@pytest.mark.verifies("LCK-2")
@MANY
@given(DRIVES)
def test_the_contactor_opens_without_load_or_late_or_in_an_emergency_and_says_so(
    drives: list[Drive],
) -> None:
    opener, now_ns, inhibited_ns = Opener(), NS_PER_S, 0
    for drive in drives:
        now_ns += drive.after_ms * NS_PER_MS
        minted_ns = now_ns + (drive.permit_ms or 0) * NS_PER_MS
        permit = None
        if drive.permit_ms is not None:
            permit = Permit(minted_ns + LIMITS.lease_ns, 200.0, 200.0)
        current = None
        if drive.current is not None:
            current = Reading(drive.current.value, now_ns - drive.current.age_ns)
        was_closed = opener.closed
        told = opener.step(now_ns, permit, drive.emergency, current)
        assert told.close is opener.closed
        runs = permit is not None and minted_ns <= now_ns < permit.expires_ns
        if runs and not drive.emergency:
            assert told == (True, False, None)
            inhibited_ns = 0
            continue
        assert told.inhibit
        inhibited_ns = inhibited_ns or (now_ns if was_closed else 0)
        if was_closed and not told.close:
            amps = abs(young(current, now_ns))
            in_time = now_ns - inhibited_ns < LIMITS.inhibit_max_ns
            since = current is not None and current.taken_ns >= inhibited_ns
            assert drive.emergency or not in_time or (amps < 5.0 and since)
            unknown = amps != amps or amps == INFINITE
            assert told.broke_a == (INFINITE if unknown else None if amps < 5.0 else amps)
            event("load-break" if told.broke_a else "opened without load")
            inhibited_ns = 0
        else:
            assert told.broke_a is None
            assert was_closed is told.close


@given(st.floats(), st.floats(0.0, 400.0), st.floats(0.0, 400.0))
def test_no_set_point_leaves_its_permit(
    asked_a: float, charge_max_a: float, discharge_max_a: float
) -> None:
    permit = Permit(0, charge_max_a, discharge_max_a)
    given_a = permit.clamp(asked_a)
    assert -discharge_max_a <= given_a <= charge_max_a
    assert permit.clamp(given_a) == given_a
    wanted_a = 0.0 if asked_a != asked_a else asked_a
    assert given_a == max(-discharge_max_a, min(charge_max_a, wanted_a))
