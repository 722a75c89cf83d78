"""What a vehicle has told, as the port that the charger reads; how long it may take to begin."""

from math import inf
from typing import Any

import pytest

from silverpin.apps.ev_link.link import TalkLink
from silverpin.control.beginning import Beginning
from silverpin.control.vehicle_asks import asks_of
from silverpin.domain.asks import Ask
from silverpin.domain.limits import LIMITS
from silverpin.domain.quantities import NS_PER_S, seconds_to_ns
from silverpin.protocols.iso15118.sides import ControlMode, Service, Stage, VehicleSide


def told(**what: Any) -> VehicleSide:
    return VehicleSide(**({"service": Service.DC_BPT, "stage": Stage.POWER} | what))


def limits_a(direct_current: bool = True, **what: Any) -> tuple[float, float] | None:
    link = TalkLink(direct_current)
    link.hear(told(**what))
    return link.limits_a()


def test_nothing_is_known_before_and_after_a_conversation() -> None:
    dc, ac = TalkLink(True), TalkLink(False)
    for _ in range(2):
        asks = dc.asks()
        assert asks is not None
        assert asks.ask is Ask.NOTHING
        assert ac.asks() is None, "its pilot speaks for it"
        assert dc.limits_a() is None
        assert dc.state_of_charge() is None
        dc.hear(told(state_of_charge=0.4))
        assert dc.state_of_charge() == 0.4
        dc.hear(None)


def test_the_smaller_of_current_and_power_counts() -> None:
    figures: dict[str, Any] = {"charge_max_a": 100.0, "discharge_max_a": 50.0, "present_v": 400.0}
    assert limits_a(**figures) == (100.0, 50.0)
    assert limits_a(**figures, charge_max_w=20_000.0, discharge_max_w=4_000.0) == (50.0, 10.0)


def test_what_it_has_not_allowed_it_does_not_give() -> None:
    assert limits_a() == (inf, 0.0)
    assert limits_a(service=Service.DC, discharge_max_a=50.0) == (inf, 0.0)


def test_an_ac_vehicle_tells_watts_of_three_phases() -> None:
    figures: dict[str, Any] = {
        "service": Service.AC_BPT,
        "charge_max_w": 6_900.0,
        "discharge_max_w": 3_450.0,
    }
    assert limits_a(direct_current=False, **figures) == (10.0, 5.0)


def test_phases_are_those_that_a_vehicle_has_told_of() -> None:
    assert asks_of(told(service=Service.AC, phases=1)).phases == 1
    assert asks_of(told()).phases is None
    one_of_one = {"service": Service.AC, "phases": 1, "charge_max_w": 2_300.0}
    assert limits_a(direct_current=False, **one_of_one) == (10.0, 0.0)


@pytest.mark.parametrize(
    ("stage", "ask"),
    [
        (Stage.OPENING, Ask.NOTHING),
        (Stage.AUTHORIZING, Ask.NOTHING),
        (Stage.AGREEING, Ask.NOTHING),
        (Stage.CABLE_CHECK, Ask.INSULATION),
        (Stage.PRE_CHARGE, Ask.VOLTAGE),
        (Stage.STARTING, Ask.VOLTAGE),
        (Stage.POWER, Ask.POWER),
        (Stage.STOPPING, Ask.END),
        (Stage.PAUSED, Ask.END),
        (Stage.ENDED, Ask.END),
        (Stage.FAILED, Ask.END),
    ],
)
def test_every_stage_asks_for_one_thing(stage: Stage, ask: Ask) -> None:
    assert asks_of(told(stage=stage)).ask is ask


def test_an_ac_vehicle_that_starts_wants_its_power() -> None:
    assert asks_of(told(service=Service.AC, stage=Stage.STARTING)).ask is Ask.POWER


def test_only_a_vehicle_that_decides_asks_for_a_current() -> None:
    assert asks_of(told(control=ControlMode.SCHEDULED, target_a=-8.0)).target_a == -8.0
    assert asks_of(told(control=ControlMode.DYNAMIC, target_a=-8.0)).target_a is None
    early = told(control=ControlMode.SCHEDULED, target_a=8.0, stage=Stage.PRE_CHARGE)
    assert asks_of(early).target_a is None


def test_a_vehicle_that_does_not_begin_is_told_of_once_an_offer() -> None:
    wait, limit_ns = Beginning(), seconds_to_ns(LIMITS.vehicle_begins_s)
    for offer_ns in (0, 10 * limit_ns):
        assert not wait.step(offer_ns, offered=True, talks=False)
        assert not wait.step(offer_ns + limit_ns - 1, offered=True, talks=False)
        assert wait.step(offer_ns + limit_ns, offered=True, talks=False)
        assert not wait.step(offer_ns + 2 * limit_ns, offered=True, talks=False)
        assert not wait.step(offer_ns + 3 * limit_ns, offered=False, talks=False)


def test_no_vehicle_is_late_while_both_match_and_then_it_has_all_its_time() -> None:
    wait, limit_ns = Beginning(), seconds_to_ns(LIMITS.vehicle_begins_s)
    assert not wait.step(0, offered=True, talks=False)
    for now_ns in (limit_ns - 1, 5 * limit_ns):
        assert not wait.step(now_ns, offered=True, talks=False, matches=True)
    assert not wait.step(6 * limit_ns, offered=True, talks=False)
    assert not wait.step(7 * limit_ns - 1, offered=True, talks=False)
    assert wait.step(7 * limit_ns, offered=True, talks=False)


def test_a_vehicle_that_has_talked_owes_no_second_beginning() -> None:
    wait = Beginning()
    wait.step(0, offered=True, talks=True)
    for second in range(600):
        assert not wait.step(second * NS_PER_S, offered=True, talks=False)
