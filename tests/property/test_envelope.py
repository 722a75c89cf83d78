"""Over arbitrary histories: no power that was not proved safe, no latch that goes by itself.

What is proved is said here once more, in other words than the envelope's, so that both would have
to be wrong in the same way.
"""

from typing import Any, NamedTuple
from unittest.mock import patch

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from silverpin.domain.connectors import ConnectorSet
from silverpin.domain.faults import FAULTS, Action, Reset
from silverpin.domain.limits import LIMITS
from silverpin.domain.observation import CpState, Observation, PilotLevels, Reading, Request
from silverpin.domain.quantities import NS_PER_MS, NS_PER_S
from silverpin.safety.envelope import Envelope, Verdict
from silverpin.safety.interlock import unlock_refusals
from silverpin.safety.lease import Permit
from silverpin.safety.opening import Opener
from tests.observations import AC, CHARGE, DC, EITHER_WAY, INFINITE, NAN, pilot, rest, seen

_CODES = frozenset(FAULTS)
_AGES_NS = st.sampled_from(
    [0, 0, 0, 0, 20 * NS_PER_MS, 200 * NS_PER_MS, 200 * NS_PER_MS + 1, 2 * NS_PER_S,
     2 * NS_PER_S + 1, -1, -NS_PER_S]
)  # fmt: skip
_FLAGS = st.sampled_from([True, True, False, NAN])
_AMPS = st.sampled_from(
    [0.0, 1.0, 1.1, -1.1, 4.9, 5.0, -5.0, 150.0, -150.0, 230.0, NAN, INFINITE, -INFINITE]
) | st.floats(-400.0, 400.0)
_VOLTS = st.sampled_from([0.0, 60.0, 61.0, -61.0, 400.0, NAN, INFINITE, -INFINITE])
_CELSIUS = st.sampled_from(
    [25.0, 59.9, 60.0, 84.9, 85.0, 120.0, 161.0, -40.0, -41.0, NAN, INFINITE, -INFINITE]
) | st.floats(20.0, 90.0)
_OHMS = st.sampled_from([0.0, 4.0, 10.0, -1.0, 1e5, 99_999.0, 1e6, NAN, INFINITE])
_LEVELS_V = st.sampled_from([6.0, 3.0, 12.0, -12.0, -11.0, 0.0, 0.4, NAN, INFINITE])
_CLEAN_PILOTS = st.sampled_from([pilot(state) for state in CpState])
_PILOTS = _CLEAN_PILOTS | st.builds(
    PilotLevels, st.sampled_from(CpState), _LEVELS_V, _LEVELS_V,
    st.sampled_from([0.02, 0.5, 0.6, -1.0, NAN]),
)  # fmt: skip
_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "pilot": _PILOTS, "seated": _FLAGS, "lock": _FLAGS, "mirror": _FLAGS, "current_a": _AMPS,
    "voltage_v": _VOLTS, "estop_clear": _FLAGS, "earth_ohm": _OHMS, "residual_clear": _FLAGS,
    "insulation_ohm": _OHMS, "grid_ok": _FLAGS, "inverter_ok": _FLAGS,
}  # fmt: skip


class Aged(NamedTuple):
    """A value, and how old it is when it is seen."""

    value: Any
    age_ns: int


class Moment(NamedTuple):
    """What happens next: time passes, some inputs go wrong, somebody asks, somebody mends."""

    after_ns: int
    request: Request
    spoilt: dict[str, Any]
    deed: str | None
    codes: frozenset[str]


def _maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Aged | None]:
    return st.none() | st.builds(Aged, values, _AGES_NS)


_SPOILT = st.fixed_dictionaries(
    {},
    optional={name: _maybe(values) for name, values in _VALUES.items()}
    | {
        "pin_temps_c": st.lists(_maybe(_CELSIUS), max_size=5).map(tuple),
        "contactor_commanded": st.booleans(),
    },
)
_ONE_SPOILT = st.one_of(
    *(st.fixed_dictionaries({name: _maybe(values)}) for name, values in _VALUES.items())
)
_WELL = st.just(dict[str, Any]())
_STEPS_NS = st.sampled_from([20, 20, 20, 20, 100, 300, 1000, 4000]).map(lambda ms: ms * NS_PER_MS)
_ASKED = st.sampled_from([CHARGE, EITHER_WAY, EITHER_WAY, Request(), Request(reverse=True)])
MOMENTS = st.builds(
    Moment,
    _STEPS_NS,
    _ASKED,
    st.one_of(_WELL, _ONE_SPOILT, _SPOILT),
    st.sampled_from([None, None, None, None, "reset", "reset", "inspect", "accuse"]),
    st.just(_CODES) | st.frozensets(st.sampled_from(sorted(_CODES)), max_size=3),
)


def _after(request: Request, deed: str | None = None) -> Moment:
    return Moment(20 * NS_PER_MS, request, {}, deed, _CODES)


_MENDED = st.sampled_from(
    [
        [_after(Request(), deed) for deed in (None, None, "reset", "inspect")] + [_after(asked)] * 3
        for asked in (CHARGE, EITHER_WAY)
    ]
)
"""What brings power back, whatever stood before it."""
_RUNNING = st.builds(
    lambda asked, times: [_after(asked)] * times,
    st.sampled_from([CHARGE, EITHER_WAY]), st.integers(1, 20),
)  # fmt: skip
HISTORIES = st.lists(
    st.one_of(_MENDED, _MENDED, _RUNNING, MOMENTS.map(lambda moment: [moment])),
    min_size=5, max_size=30,
).map(lambda parts: [moment for part in parts for moment in part])  # fmt: skip
SETS = st.sampled_from([DC, AC])
MANY = settings(max_examples=5 * settings().max_examples)
"""Histories are cheap to judge."""


class Stage:
    """A charger's safety core in a loop with its output stage, and nothing else."""

    def __init__(self, of: ConnectorSet) -> None:
        self.of = of
        self.envelope = Envelope(of)
        self.opener = Opener()
        self.now_ns = 0
        self.obs = rest(0, of=of)

    def observe(self, moment: Moment) -> Observation:
        self.now_ns += moment.after_ns
        usual = seen if self.opener.closed else rest
        self.obs = usual(self.now_ns, of=self.of, **self._taken(moment.spoilt))
        return self.obs

    def _taken(self, spoilt: dict[str, Any]) -> dict[str, Any]:
        def taken(value: Any) -> Any:
            if isinstance(value, Aged):
                return Reading(value.value, self.now_ns - value.age_ns)
            return tuple(taken(each) for each in value) if isinstance(value, tuple) else value

        return {name: taken(value) for name, value in spoilt.items()}

    def step(self, moment: Moment) -> Verdict:
        verdict = self.envelope.judge(self.observe(moment), moment.request)
        self.opener.step(self.now_ns, verdict.permit, verdict.emergency, self.obs.current_a)
        return verdict

    def do(self, moment: Moment) -> None:
        if moment.deed == "inspect":
            self.envelope.inspected()
        elif moment.deed == "accuse":
            for code in moment.codes:
                self.envelope.accuse(code, self.now_ns, "the property's word")
        elif moment.deed == "reset":
            self.envelope.reset(moment.codes, self.obs)


def young(reading: Reading[Any] | None, now_ns: int, age_ns: int = LIMITS.input_age_max_ns) -> Any:
    """Return the value, or NaN, which compares well with nothing, when it proves nothing."""
    if reading is None or reading.taken_ns > now_ns or now_ns - reading.taken_ns > age_ns:
        return NAN
    return reading.value


def proved_safe(obs: Observation, of: ConnectorSet) -> bool:
    """Whether every input says, freshly and in numbers, that current may flow."""
    now_ns = obs.now_ns
    levels = young(obs.pilot, now_ns)
    temps_c = [young(reading, now_ns, LIMITS.temp_age_max_ns) for reading in obs.pin_temps_c]
    flags = (obs.seated, obs.lock, obs.estop_clear, obs.residual_clear, obs.inverter_ok)
    ohm = young(obs.insulation_ohm, now_ns)
    return (
        isinstance(levels, PilotLevels)
        and levels.state in (CpState.C, CpState.D)
        and abs(levels.noise_v) <= LIMITS.cp_noise_max_v
        and (abs(levels.low_v + 12.0) < 0.601 or abs(levels.low_v - levels.high_v) <= 0.5)
        and all(young(flag, now_ns) is True for flag in flags)
        and young(obs.mirror, now_ns) in (True, False)
        and abs(young(obs.current_a, now_ns)) < INFINITE
        and abs(young(obs.voltage_v, now_ns)) < INFINITE
        and young(obs.earth_ohm, now_ns) < LIMITS.earth_max_ohm
        and (not of.direct_current or LIMITS.insulation_min_ohm <= ohm < INFINITE)
        and len(temps_c) == len(of.power_pins)
        and all(-40.0 <= temp_c < LIMITS.temp_trip_c for temp_c in temps_c)
    )


@pytest.mark.verifies("LCK-2", "LCK-3", "CP-3", "CP-5", "THM-2")
@MANY
@given(SETS, HISTORIES)
def test_power_flows_only_on_proof(of: ConnectorSet, history: list[Moment]) -> None:
    stage = Stage(of)
    for moment in history:
        stage.do(moment)
        verdict = stage.step(moment)
        assert (verdict.permit is None) is bool(verdict.blocked)
        emergencies = [FAULTS[code].action is Action.EMERGENCY for code in stage.envelope.latched]
        assert verdict.emergency is any(emergencies)
        if verdict.permit is None:
            continue
        event("permitted")
        assert moment.request.power_on
        assert proved_safe(stage.obs, of)
        standing = {FAULTS[code].action for code in stage.envelope.latched}
        assert standing <= {Action.NO_REVERSE}
        assert not (standing and moment.request.reverse)
        assert verdict.permit.expires_ns == stage.now_ns + LIMITS.lease_ns
        assert verdict.permit.charge_max_a == of.rating_a


@pytest.mark.verifies("LCK-3", "THM-3")
@MANY
@given(SETS, HISTORIES)
def test_nothing_is_discharged_unasked_into_a_bad_grid_or_before_an_inspection(
    of: ConnectorSet, history: list[Moment]
) -> None:
    stage = Stage(of)
    hot = False
    for moment in history:
        before = set(stage.envelope.latched)
        stage.do(moment)
        hot = hot and moment.deed != "inspect"
        verdict = stage.step(moment)
        hot = hot or "ERR_THERM_OVERLOAD" in stage.envelope.latched.keys() - before
        allowed_a = 0.0 if verdict.permit is None else verdict.permit.discharge_max_a
        assert allowed_a in (0.0, of.rating_a)
        if allowed_a:
            event("discharge permitted")
            assert moment.request.reverse
            assert young(stage.obs.grid_ok, stage.now_ns) is True
            assert not hot
            assert not stage.envelope.inspection_due
            assert verdict.reverse_blocked == ()


def may_clear_itself(code: str, obs: Observation) -> bool:
    if FAULTS[code].reset is Reset.GRID_BACK:
        return young(obs.grid_ok, obs.now_ns) is True
    out = young(obs.seated, obs.now_ns) is False and young(obs.mirror, obs.now_ns) is False
    return FAULTS[code].reset is Reset.UNPLUGGED and out


@MANY
@given(SETS, HISTORIES)
def test_what_is_latched_stays_until_its_condition_lets_it_go(
    of: ConnectorSet, history: list[Moment]
) -> None:
    stage = Stage(of)
    envelope = stage.envelope
    for moment in history:
        before = dict(envelope.latched)
        if moment.deed == "reset":
            answer = envelope.reset(moment.codes, stage.obs)
            assert set(answer.cleared) == before.keys() - envelope.latched.keys()
            assert set(answer.cleared) <= moment.codes
            stood = sorted(moment.codes & envelope.latched.keys())
            refused = answer.refusal.split("; E") if answer.refusal else []
            assert len(refused) == len(stood)
            again = envelope.reset(moment.codes, stage.obs)
            assert again == ((), answer.refusal)
            if answer.cleared:
                event("cleared by a reset")
        else:
            stage.do(moment)
            assert before.keys() <= envelope.latched.keys()
        before = dict(envelope.latched)
        stage.step(moment)
        for code in before.keys() - envelope.latched.keys():
            event(f"cleared by itself: {code}")
            assert may_clear_itself(code, stage.obs)
        for code in before.keys() & envelope.latched.keys():
            assert envelope.latched[code] == before[code]


@pytest.mark.verifies("THM-3", "PWR-1")
@MANY
@given(SETS, HISTORIES)
def test_a_request_that_a_fault_refused_stays_refused_until_it_is_withdrawn(
    of: ConnectorSet, history: list[Moment]
) -> None:
    stage = Stage(of)
    refused = False
    for moment in history:
        stage.do(moment)
        verdict = stage.step(moment)
        standing = {FAULTS[code].action for code in stage.envelope.latched}
        forbids = bool(standing - {Action.NO_REVERSE}) or (
            bool(standing) and moment.request.reverse
        )
        refused = moment.request.power_on and (refused or forbids)
        if refused:
            event("refused")
            assert verdict.permit is None


@MANY
@given(SETS, HISTORIES)
def test_the_cheap_path_and_the_full_one_agree(of: ConnectorSet, history: list[Moment]) -> None:
    usual, full = Stage(of), Stage(of)
    for moment in history:
        usual.do(moment)
        told = usual.step(moment)
        with patch("silverpin.safety.envelope.all_well", return_value=False) as asked:
            full.do(moment)
            assert full.step(moment) == told
        if asked.called and told.permit is not None:
            event("the cheap path was asked")
        assert dict(full.envelope.latched) == dict(usual.envelope.latched)
        assert full.envelope.inspection_due == usual.envelope.inspection_due


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
        _maybe(_AMPS),
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


@pytest.mark.verifies("LCK-5")
@given(SETS, MOMENTS, st.booleans())
def test_the_bolt_goes_only_beside_pins_that_are_proved_dead(
    of: ConnectorSet, moment: Moment, closed: bool
) -> None:
    stage = Stage(of)
    stage.opener.closed = closed
    obs = stage.observe(moment)
    dead = (
        not obs.contactor_commanded
        and young(obs.mirror, obs.now_ns) is False
        and abs(young(obs.current_a, obs.now_ns)) <= LIMITS.current_unlock_max_a
        and abs(young(obs.voltage_v, obs.now_ns)) <= LIMITS.voltage_touch_max_v
    )
    event("dead" if dead else "live")
    assert (unlock_refusals(obs) == ()) is dead


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
