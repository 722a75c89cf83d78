"""The contactor against its command, fall by fall, and pins against everybody who may feed them."""

from typing import Any

import pytest

from silverpin.domain.limits import LIMITS
from silverpin.domain.observation import CpState, Observation
from silverpin.domain.quantities import NS_PER_MS, NS_PER_S
from silverpin.domain.tightening import tighten
from silverpin.safety.chatter import Chatter
from silverpin.safety.contactor import ContactorWatch
from silverpin.safety.inputs import read_inputs
from tests.observations import NAN, Bench, pilot, rest, seen


def ms(amount: float) -> int:
    return NS_PER_S + round(amount * NS_PER_MS)


def found(watch: ContactorWatch, obs: Observation) -> list[tuple[str, str]]:
    return watch.step(obs, read_inputs(obs, LIMITS, True))


def fallen(chatter: Chatter, *steps: tuple[float, bool]) -> list[float]:
    """When a fall was one too many."""
    return [at for at, closed in steps if chatter.step(ms(at), closed)]


def test_the_third_fall_within_a_second_is_one_too_many() -> None:
    steps = [(0, True), (20, False), (40, True), (500, False), (700, True), (1020, False)]
    assert fallen(Chatter(LIMITS), *steps) == [1020]


def test_falls_that_are_further_apart_are_glitches() -> None:
    steps = [(0, True), (20, False), (40, True), (500, False), (700, True), (1021, False),
             (1040, True), (1600, False)]  # fmt: skip
    assert fallen(Chatter(LIMITS), *steps) == []


def test_a_contact_that_never_closed_cannot_fall() -> None:
    assert fallen(Chatter(LIMITS), *((at, False) for at in range(0, 300, 20))) == []


def test_another_command_begins_anew() -> None:
    chatter = Chatter(LIMITS)
    assert fallen(chatter, (0, True), (20, False), (40, True), (60, False)) == []
    chatter.forget()
    assert fallen(chatter, (80, False), (100, True), (120, False)) == []


def test_a_site_may_want_the_first_fall() -> None:
    strict = tighten(LIMITS, {"contactor_falls_max": 1})
    assert fallen(Chatter(strict), (0, True), (20, False), (40, True), (60, False)) == [20, 60]


def test_chatter_is_a_fault_however_short_each_fall_is() -> None:
    watch = ContactorWatch(LIMITS)
    told = {}
    for at in range(0, 1000, 20):
        codes = found(watch, seen(ms(at), mirror=at % 300 != 280))
        if codes:
            told[at] = codes
    words = "mirror contact fell open 3 times within 1 s while the command was closed"
    assert told == {880: [("ERR_CONTACTOR_OPEN", words)]}


@pytest.mark.parametrize("away", [CpState.A, CpState.B])
def test_live_pins_that_nobody_should_feed_are_a_weld_after_two_seconds(away: CpState) -> None:
    watch = ContactorWatch(LIMITS)
    live: dict[str, Any] = {"voltage_v": -230.0, "pilot": pilot(away)}
    for at in (0, 1000, 1999):
        assert found(watch, rest(ms(at), **live)) == []
        assert watch.remembers
    words = "230 V on pins that nobody should feed"
    assert found(watch, rest(ms(2000), **live)) == [("ERR_CONTACTOR_WELD", words)]


@pytest.mark.parametrize(
    "but",
    [
        {"voltage_v": 60.0},
        {"voltage_v": NAN},
        {"voltage_v": None},
        {"pilot": pilot(CpState.C)},
        {"pilot": pilot(CpState.B, noise_v=0.7)},
        {"pilot": None},
        {"contactor_commanded": True, "mirror": True},
    ],
    ids=["touchable", "no number", "unread", "vehicle ready", "pilot ill", "no pilot", "commanded"],
)
def test_pins_that_somebody_may_feed_are_no_weld(but: dict[str, Any]) -> None:
    watch = ContactorWatch(LIMITS)
    live: dict[str, Any] = {"voltage_v": 230.0, "pilot": pilot(CpState.B)} | but
    for at in range(0, 3000, 100):
        assert found(watch, rest(ms(at), **live)) == []


def test_live_pins_without_a_plug_are_a_weld_whatever_the_pilot_says() -> None:
    watch = ContactorWatch(LIMITS)
    live: dict[str, Any] = {"voltage_v": 400.0, "pilot": pilot(CpState.C), "seated": False}
    assert found(watch, rest(ms(0), **live)) == []
    assert [code for code, _ in found(watch, rest(ms(2000), **live))] == ["ERR_CONTACTOR_WELD"]


def test_a_contact_that_followed_at_once_and_falls_three_times_is_not_held() -> None:
    bench = Bench().powered()
    for fall in range(LIMITS.contactor_falls_max):
        assert bench.codes == set()
        bench.judge(mirror=False)
        if fall < LIMITS.contactor_falls_max - 1:
            bench.run(0.1)
    assert bench.codes == {"ERR_CONTACTOR_OPEN"}


def test_live_pins_that_come_and_go_are_no_rest() -> None:
    watch = ContactorWatch(LIMITS)
    for at in range(0, 2000, 500):
        assert found(watch, rest(ms(at), voltage_v=400.0, pilot=pilot(CpState.B))) == []
        assert found(watch, rest(ms(at + 250), voltage_v=0.0, pilot=pilot(CpState.B))) == []
    assert found(watch, rest(ms(2000), voltage_v=400.0, pilot=pilot(CpState.B)))


def test_a_late_mirror_contact_is_remembered_and_a_right_one_is_not() -> None:
    watch = ContactorWatch(LIMITS)
    told = []
    for at, closed in ((0, True), (20, False), (270, False)):
        codes = [code for code, _ in found(watch, seen(ms(at), mirror=closed))]
        told.append((codes, watch.remembers))
    assert told == [([], False), ([], True), (["ERR_CONTACTOR_OPEN"], True)]


def test_every_further_fall_is_one_too_many() -> None:
    closing_and_falling = [(at, at % 40 == 0) for at in range(0, 160, 20)]
    assert fallen(Chatter(LIMITS), *closing_and_falling) == [100, 140]
    twice = tighten(LIMITS, {"contactor_falls_max": 2})
    assert fallen(Chatter(twice), *closing_and_falling) == [60, 100, 140]
    once = tighten(LIMITS, {"contactor_falls_max": 1})
    assert fallen(Chatter(once), (0, False), (20, False)) == []
    again = Chatter(once)
    again.step(ms(0), True)
    again.forget()
    assert fallen(again, (20, False)) == []


def test_falls_under_one_command_are_not_held_against_the_next() -> None:
    watch = ContactorWatch(LIMITS)
    for at in (0, 20, 40, 60):
        assert found(watch, seen(ms(at), mirror=at % 40 == 0)) == []
    assert found(watch, rest(ms(80))) == []
    for at in (100, 120):
        assert found(watch, seen(ms(at), mirror=at == 100)) == []


def test_a_site_may_call_less_than_a_volt_live() -> None:
    strict = tighten(LIMITS, {"voltage_touch_max_v": 0.5})
    watch = ContactorWatch(strict)
    for at in (0, 2000):
        obs = rest(ms(at), voltage_v=0.9, pilot=pilot(CpState.B))
        codes = [code for code, _ in watch.step(obs, read_inputs(obs, strict, True))]
    assert codes == ["ERR_CONTACTOR_WELD"]
