"""What is asked of the charger, what it gives, and what holds it back by name."""

import pytest

from silverpin.domain.answers import answered_ns
from silverpin.domain.faults import FAULTS
from silverpin.domain.limits import LIMITS
from silverpin.domain.quantities import NS_PER_S
from silverpin.domain.session import Mode
from tests.stage import Stage, a_charger

CONNECTORS = ("ccs2-80a", "ccs2-200a", "type2-32a")
EXCESS_S = (answered_ns(FAULTS["ERR_OVERCURRENT"], LIMITS) or 0) / NS_PER_S


# PWR-1: idempotent commands


@pytest.mark.verifies("PWR-1")
def test_any_number_of_starts_is_one_start() -> None:
    charger = a_charger().plug_in()
    answers = [charger.world.command_power(-5_000.0).changed for _ in range(10)]
    charger.wait(10)
    answers += [charger.world.command_power(-5_000.0).changed for _ in range(10)]
    charger.wait(10)
    assert answers == [True] + [False] * 19
    assert charger.story("wish", "lock_driven", "contactor_closed", "running") == [
        "wish", "lock_driven", "contactor_closed", "running",
    ]  # fmt: skip


@pytest.mark.verifies("PWR-1")
def test_any_number_of_stops_is_one_stop() -> None:
    charger = a_charger().discharge(kw=5)
    answers = [charger.world.stop().changed for _ in range(10)]
    charger.wait(5)
    answers += [charger.world.stop().changed for _ in range(10)]
    charger.wait(5)
    assert answers == [True] + [False] * 19
    assert charger.story("contactor_opened", "unlocked") == ["contactor_opened", "unlocked"]


@pytest.mark.verifies("PWR-1")
def test_resets_locks_and_plugs_can_be_repeated_too() -> None:
    charger = a_charger().does("plug").does("plug").wait(2)
    for _ in range(3):
        charger.charger.lock(True)
        charger.technician_resets().wait(1)
    assert charger.counts.matings == charger.counts.lock_operations == 1


def test_a_stop_that_is_taken_back_while_it_ramps_ends_in_power_again() -> None:
    charger = a_charger().discharge(kw=15).stop().wait(0.1)
    charger.asks(kw=-15).until(lambda s: s.kw < -14.5, within_s=15)
    assert charger.faults == set()
    assert charger.counts.load_breaks == 0


# PWR-2: modes and their meanings


@pytest.mark.verifies("PWR-2")
@pytest.mark.parametrize("connector", CONNECTORS)
@pytest.mark.parametrize("kw", [5.0, -5.0])
def test_power_starts_low_and_then_follows_the_order(connector: str, kw: float) -> None:
    charger = a_charger(connector=connector).plug_in().asks(kw)
    charger.until(lambda s: s.closed, within_s=5)
    first_kw = [abs(now) for now in charger.watch(lambda s: s.kw, seconds=3)]
    assert max(first_kw) <= 1.001
    assert first_kw[-1] == pytest.approx(1.0, rel=0.01)
    assert charger.wait(3).kw == pytest.approx(kw, rel=0.005)


@pytest.mark.verifies("PWR-2")
@pytest.mark.parametrize(
    ("mode", "kw", "flows"),
    [
        (Mode.CHARGE, 5.0, 5.0),
        (Mode.CHARGE, -5.0, 0.0),
        (Mode.V2G, -5.0, -5.0),
        (Mode.V2G, 5.0, 0.0),
        (Mode.V2H, 5.0, 0.0),
        (Mode.V2X, 5.0, 5.0),
        (Mode.V2X, -5.0, -5.0),
    ],
)
def test_each_mode_flows_its_own_way_only(mode: Mode, kw: float, flows: float) -> None:
    charger = a_charger().plug_in().asks(kw, mode).wait(20)
    assert charger.kw == pytest.approx(flows, rel=0.005, abs=0.05)


@pytest.mark.verifies("PWR-2")
def test_v2h_follows_the_house_and_never_exports() -> None:
    charger = a_charger(tick_ns=100_000_000).plug_in().asks(-5, Mode.V2H).wait(10)
    grid = charger.world.bay.grid
    for house_w in (3000.0, 400.0, 1500.0, 90.0, 2200.0):
        grid.house_mean_w = grid.house_w = house_w
        charger.wait(2)
        for exported_w in charger.watch(export_w, seconds=30):
            assert exported_w < 0.0
        gives_w = -1e3 * charger.kw
        margin_w = max(60.0, 0.05 * grid.house_w)
        expected_w = grid.house_w - margin_w if grid.house_w - margin_w >= 60.0 else 0.0
        assert gives_w == pytest.approx(expected_w, abs=40.0)
    assert "house load" in charger.limits()


def export_w(stage: Stage) -> float:
    """What the house and the charger together send out; negative while they draw."""
    return -1e3 * stage.kw - stage.world.bay.grid.house_w


@pytest.mark.verifies("PWR-2")
def test_v2h_gives_no_more_than_was_asked() -> None:
    charger = a_charger().plug_in().asks(-1, Mode.V2H)
    charger.world.bay.grid.house_mean_w = charger.world.bay.grid.house_w = 5000.0
    assert charger.wait(20).kw == pytest.approx(-1.0, rel=0.01)


@pytest.mark.verifies("PWR-2")
@pytest.mark.parametrize("kw", [9.0, -9.0])
def test_every_limit_has_a_name_and_the_tightest_holds(kw: float) -> None:
    charger = a_charger(power_max_w=8_000.0).plug_in().asks(kw).wait(20)
    assert charger.kw == pytest.approx(8.0 if kw > 0 else -8.0, rel=0.005)
    charger.world.bay.vehicle.charge_max_a = charger.world.bay.vehicle.discharge_max_a = 10.0
    charger.wait(3)
    assert abs(charger.amps) == pytest.approx(10.0, rel=0.005)
    assert set(charger.limits()) == {"charger rating", "connector rating", "vehicle"}


@pytest.mark.verifies("PWR-2")
def test_a_full_battery_takes_nothing_and_an_empty_one_gives_nothing() -> None:
    full = a_charger(state_of_charge=0.999).plug_in().asks(10).wait(30)
    assert 0.0 <= full.amps < 1.0
    empty = a_charger(state_of_charge=0.10).plug_in().asks(-10).wait(30)
    assert empty.amps == pytest.approx(0.0, abs=0.01)
    assert empty.limits()["vehicle"][1] == 0.0


@pytest.mark.parametrize("not_a_power", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_number_moves_nothing_beyond_the_limits(not_a_power: float) -> None:
    charger = a_charger().plug_in()
    charger.world.command_power(not_a_power)
    charger.wait(20)
    assert abs(charger.kw) <= 22.001
    assert abs(charger.kw) == 0.0 or not_a_power == not_a_power


# What does not do as it is told


def test_a_shifted_register_map_stops_power_before_it_is_believed() -> None:
    charger = a_charger().discharge(kw=10).does("shift-modbus").wait(2)
    assert charger.faults == {"ERR_INVERTER_MAP"}
    assert (charger.closed, charger.counts.load_breaks) == (False, 0)
    charger.undoes("shift-modbus").wait(1).technician_resets().wait(1)
    assert charger.discharge(kw=10).faults == set()


@pytest.mark.parametrize("kw", [10.0, -10.0])
@pytest.mark.parametrize(
    ("connector", "share", "within_s"),
    [
        *((connector, 1.3, EXCESS_S) for connector in CONNECTORS),
        *((connector, 0.9, EXCESS_S) for connector in ("ccs2-80a", "ccs2-200a")),
        ("type2-32a", 0.9, LIMITS.duty_follows_s + 0.2),
    ],
)
def test_a_converter_that_ignores_its_limit_is_stopped_beyond_the_rating_and_below_it(
    connector: str, share: float, within_s: float, kw: float
) -> None:
    charger = a_charger(connector=connector).flow(kw)
    runs_a = share * charger.world.bay.kind.rating_a
    charger.does("ignore-limit", f"{runs_a}A").wait(0.5)
    assert abs(charger.amps) == pytest.approx(runs_a)
    assert charger.faults == set()
    charger.wait(within_s)
    assert charger.faults == {"ERR_OVERCURRENT"}
    assert (charger.closed, charger.counts.load_breaks) == (False, 0)
    charger.technician_resets().wait(2)
    assert (charger.faults, charger.closed) == (set(), False)
    assert charger.undoes("ignore-limit").flow(kw).faults == set()


def test_a_contactor_that_does_not_close_is_named() -> None:
    charger = a_charger().does("stuck-open").plug_in().asks(5).wait(5)
    assert charger.faults == {"ERR_CONTACTOR_OPEN"}
    assert charger.counts.contactor_operations == 0


def test_an_unplugged_session_leaves_no_order_behind() -> None:
    charger = a_charger().discharge(kw=5).does("jam-lock").does("pull").wait(3)
    assert charger.charger.mode is Mode.IDLE
    charger.undoes("jam-lock").does("plug").wait(2).technician_resets().wait(20)
    assert charger.kw == 0.0
