"""Over arbitrary histories: no power that was not proved safe, no latch that goes by itself.

What is proved is said here once more, in other words than the envelope's, so that both would have
to be wrong in the same way.
"""

from unittest.mock import patch

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from silverpin.domain.connectors import ConnectorSet
from silverpin.domain.faults import FAULTS, Action, Reset
from silverpin.domain.limits import LIMITS
from silverpin.domain.observation import CpState, Observation, PilotLevels, Supplies
from silverpin.safety.interlock import unlock_refusals
from tests.histories import HISTORIES, MANY, MOMENTS, SETS, Moment, Stage, young
from tests.observations import INFINITE


def proved_safe(obs: Observation, of: ConnectorSet) -> bool:
    """Whether every input says, freshly and in numbers, that current may flow."""
    now_ns = obs.now_ns
    levels = young(obs.pilot, now_ns)
    temps_c = [young(reading, now_ns, LIMITS.temp_age_max_ns) for reading in obs.pin_temps_c]
    flags = (obs.seated, obs.lock, obs.estop_clear, obs.residual_clear, obs.inverter_ok)
    ohm = young(obs.insulation_ohm, now_ns)
    supplies = young(obs.supplies, now_ns)
    return (
        isinstance(levels, PilotLevels)
        and isinstance(supplies, Supplies)
        and levels.state in (CpState.C, CpState.D)
        and abs(levels.noise_v) <= LIMITS.cp_noise_max_v
        and (abs(levels.low_v + 12.0) < 0.601 or abs(levels.low_v - levels.high_v) <= 0.5)
        and (levels.hz is None or abs(levels.hz - 1000.0) <= 20.0)
        and abs(supplies.rail_12_v - 12.0) <= 1.2 + 1e-9
        and abs(supplies.rail_24_v - 24.6) <= 4.2 + 1e-9
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
