"""What every set of drivers owes the charger, whatever is behind it.

Drivers for hardware join as one more rig of `tests.rigs`; nothing here changes.
"""

from typing import Any

import pytest

from silverpin.domain.asks import Ask
from silverpin.domain.limits import LIMITS
from silverpin.domain.observation import CpState, Reading
from silverpin.domain.proximity import coding_of
from silverpin.domain.quantities import NS_PER_MS, NS_PER_S
from silverpin.ports import Ports
from silverpin.protocols.pilot.levels import AS_READ, levels_of
from silverpin.safety.lease import Permit
from tests.rigs import RIGS, Rig

TICK_MS = 20


@pytest.fixture(params=RIGS)
def rig(request: pytest.FixtureRequest) -> Rig:
    return RIGS[request.param]()


def permit(rig: Rig, ms: int = LIMITS.lease_ns // NS_PER_MS) -> Permit:
    return Permit(rig.now_ns() + ms * NS_PER_MS, 20.0, 10.0)


def polls(rig: Rig, ms: int) -> list[float]:
    """Let time pass as a loop would, and return the currents that were broken."""
    broken = []
    for _ in range(ms // TICK_MS):
        broken.append(rig.ports.switch.poll(rig.now_ns()))
        rig.wait(TICK_MS)
    return [amps for amps in broken if amps is not None]


def holds(rig: Rig, ms: int, current_a: float = 0.0) -> list[float]:
    """Hold the switch for a while as a charger does, and ask for a current."""
    broken = []
    for _ in range(ms // TICK_MS):
        now = permit(rig)
        rig.ports.switch.hold(now)
        rig.ports.converter.set_current(now, current_a)
        broken += polls(rig, TICK_MS)
    return broken


def conducting(rig: Rig, current_a: float) -> None:
    """A vehicle that takes the offer, a closed contactor and a current."""
    rig.plug()
    rig.ports.pilot.set_duty(0.05)
    rig.wait(1000)
    assert holds(rig, 2000, current_a) == []
    assert mirror(rig) is True
    assert rig_current_a(rig) == pytest.approx(current_a, abs=0.5)


def mirror(rig: Rig) -> bool | None:
    reading = rig.ports.switch.mirror()
    return reading.value if reading else None


def rig_current_a(rig: Rig) -> float:
    reading = rig.ports.meter.current_a()
    assert reading is not None
    return reading.value


# Readings


def readings(ports: Ports) -> dict[str, Reading[Any] | None]:
    """Every reading that carries an instant and is judged by the input age."""
    return {
        "pilot": ports.pilot.peaks(),
        "proximity": ports.pilot.proximity_ohm(),
        "supplies": ports.inputs.supplies(),
        "lock": ports.lock.status(),
        "mirror": ports.switch.mirror(),
        "current": ports.meter.current_a(),
        "voltage": ports.meter.voltage_v(),
        "estop": ports.inputs.estop_clear(),
        "earth": ports.inputs.earth_ohm(),
        "residual": ports.inputs.residual_clear(),
        "insulation": ports.inputs.insulation_ohm(),
        "inverter": ports.converter.report(),
        "grid": ports.grid.read(),
    }


def test_readings_are_fresh_and_never_from_the_future(rig: Rig) -> None:
    for ms in (0, 20, 480, 5000):
        rig.wait(ms)
        for name, reading in readings(rig.ports).items():
            assert reading is not None, name
            age_ns = rig.now_ns() - reading.taken_ns
            assert 0 <= age_ns <= LIMITS.input_age_max_ns, name


def test_stamps_never_go_back(rig: Rig) -> None:
    before = readings(rig.ports)
    for _ in range(10):
        rig.wait(50)
        now = readings(rig.ports)
        for name, reading in now.items():
            earlier = before[name]
            assert reading is not None
            assert earlier is not None
            assert reading.taken_ns >= earlier.taken_ns, name
        before = now


def test_looking_twice_changes_nothing(rig: Rig) -> None:
    rig.plug()
    rig.wait(100)
    first, second = readings(rig.ports), readings(rig.ports)
    assert {name: row.taken_ns for name, row in first.items() if row} == {
        name: row.taken_ns for name, row in second.items() if row
    }
    assert rig.ports.thermometer.read() == rig.ports.thermometer.read()
    assert rig.ports.meter.energy_ws() == rig.ports.meter.energy_ws()


def test_there_is_a_temperature_a_pin_no_older_than_allowed(rig: Rig) -> None:
    for ms in (0, 300, 700, 3000):
        rig.wait(ms)
        temps = rig.ports.thermometer.read()
        assert len(temps) == rig.pins
        for reading in temps:
            assert reading is not None
            assert 0 <= rig.now_ns() - reading.taken_ns <= LIMITS.temp_age_max_ns
            assert LIMITS.temp_low_c < reading.value < LIMITS.temp_trip_c


def test_energy_is_unsigned_and_only_grows(rig: Rig) -> None:
    conducting(rig, 10.0)
    charged_ws, discharged_ws = rig.ports.meter.energy_ws()
    assert charged_ws > 0.0
    assert discharged_ws == 0.0
    assert holds(rig, 1000, -5.0) == []
    later = rig.ports.meter.energy_ws()
    assert later[0] >= charged_ws
    assert later[1] > 0.0


# Contactor and lease


def test_a_permit_closes_and_the_mirror_follows_in_time(rig: Rig) -> None:
    assert (rig.ports.switch.commanded(), mirror(rig)) == (False, False)
    rig.ports.switch.hold(permit(rig))
    assert rig.ports.switch.poll(rig.now_ns()) is None
    assert rig.ports.switch.commanded() is True
    assert holds(rig, LIMITS.mirror_lag_ns // NS_PER_MS) == []
    assert mirror(rig) is True


def test_a_switch_that_nobody_holds_stays_open(rig: Rig) -> None:
    assert polls(rig, 1000) == []
    assert (rig.ports.switch.commanded(), mirror(rig)) == (False, False)


def test_a_lapsed_permit_closes_nothing(rig: Rig) -> None:
    stale = permit(rig, ms=100)
    rig.wait(100)
    rig.ports.switch.hold(stale)
    assert polls(rig, 200) == []
    assert (rig.ports.switch.commanded(), mirror(rig)) == (False, False)


def test_a_permit_that_outlives_the_lease_closes_nothing(rig: Rig) -> None:
    rig.ports.switch.hold(permit(rig, ms=LIMITS.lease_ns // NS_PER_MS + 1000))
    assert polls(rig, TICK_MS) == []
    assert rig.ports.switch.commanded() is False


def test_a_permit_that_lapses_takes_the_current_to_zero_and_then_opens(rig: Rig) -> None:
    conducting(rig, 15.0)
    lease_ms = LIMITS.lease_ns // NS_PER_MS
    assert polls(rig, lease_ms - 2 * TICK_MS) == []
    assert rig.ports.switch.commanded() is True
    assert polls(rig, 200 + 2 * TICK_MS) == []
    assert (rig.ports.switch.commanded(), mirror(rig)) == (False, False)
    assert abs(rig_current_a(rig)) < 1.0


def test_a_release_takes_the_current_to_zero_and_then_opens(rig: Rig) -> None:
    conducting(rig, 15.0)
    rig.ports.switch.release(emergency=False)
    assert rig.ports.switch.poll(rig.now_ns()) is None
    assert rig.ports.switch.commanded() is True, "the modules are inhibited first"
    rig.wait(TICK_MS)
    assert abs(rig_current_a(rig)) < LIMITS.current_break_max_a
    assert polls(rig, 200) == []
    assert (rig.ports.switch.commanded(), mirror(rig)) == (False, False)


def test_an_emergency_opens_in_the_same_poll_and_tells_what_it_broke(rig: Rig) -> None:
    conducting(rig, 15.0)
    rig.ports.switch.release(emergency=True)
    assert rig.ports.switch.poll(rig.now_ns()) == pytest.approx(15.0, abs=0.5)
    assert rig.ports.switch.commanded() is False
    assert polls(rig, 200) == []
    assert mirror(rig) is False


@pytest.mark.parametrize("emergency", [False, True])
def test_a_release_never_raises_and_can_be_repeated(rig: Rig, emergency: bool) -> None:
    for _ in range(3):
        rig.ports.switch.release(emergency=emergency)
        assert polls(rig, TICK_MS) == []
    conducting(rig, 3.0)
    for _ in range(3):
        rig.ports.switch.release(emergency=emergency)
        assert polls(rig, 2 * TICK_MS) == []
    assert rig.ports.switch.commanded() is False


def test_a_new_permit_after_a_release_closes_again(rig: Rig) -> None:
    rig.ports.switch.release(emergency=True)
    polls(rig, TICK_MS)
    assert holds(rig, 300) == []
    assert (rig.ports.switch.commanded(), mirror(rig)) == (True, True)


# Converter


@pytest.mark.verifies("CP-5")
def test_the_pins_are_brought_to_a_voltage_and_let_go_with_the_permit(rig: Rig) -> None:
    if rig.kind != "ccs2":
        return
    rig.plug()

    def volts_after(ms: int, wanted_v: float | None) -> float:
        for _ in range(ms // 10):
            if wanted_v is not None:
                rig.ports.switch.hold(permit(rig))
                rig.ports.converter.hold_voltage(permit(rig), wanted_v)
            rig.ports.switch.poll(rig.now_ns())
            rig.wait(10)
        reading = rig.ports.meter.voltage_v()
        assert reading is not None
        return reading.value

    assert volts_after(1_000, 500.0) == pytest.approx(500.0, abs=5.0)
    assert volts_after(1_500, 380.0) == pytest.approx(380.0, abs=5.0)
    current = rig.ports.meter.current_a()
    assert current is not None
    assert abs(current.value) < LIMITS.precharge_max_a
    assert volts_after(2_500, None) < LIMITS.voltage_touch_max_v


@pytest.mark.parametrize(
    ("wanted_a", "asked_a"), [(5.0, 5.0), (50.0, 20.0), (-5.0, -5.0), (-50.0, -10.0), (0.0, 0.0)]
)
def test_a_set_point_is_clamped_to_its_permit(rig: Rig, wanted_a: float, asked_a: float) -> None:
    assert rig.ports.converter.set_current(permit(rig), wanted_a) == asked_a


def test_what_is_no_number_asks_for_nothing(rig: Rig) -> None:
    assert rig.ports.converter.set_current(permit(rig), float("nan")) == 0.0


def test_an_open_contactor_carries_nothing_whatever_is_asked(rig: Rig) -> None:
    rig.plug()
    rig.ports.converter.set_current(permit(rig), 10.0)
    assert polls(rig, 1000) == []
    assert abs(rig_current_a(rig)) < 1.0
    assert rig.ports.meter.energy_ws() == (0.0, 0.0)


def test_the_report_tells_what_the_meters_see(rig: Rig) -> None:
    conducting(rig, 10.0)
    told, volts = rig.ports.converter.report(), rig.ports.meter.voltage_v()
    grid = rig.ports.grid.read()
    assert told is not None
    assert volts is not None
    assert grid is not None
    assert told.value.dc_v == pytest.approx(volts.value, rel=0.05)
    assert told.value.dc_a == pytest.approx(10.0, rel=0.05)
    assert told.value.hz == pytest.approx(grid.value.hz, abs=0.1)
    assert told.value.grid_v == pytest.approx(grid.value.volts, rel=0.05)


# Lock


def lock_status(rig: Rig) -> bool:
    reading = rig.ports.lock.status()
    assert reading is not None
    return reading.value


def test_lock_status_is_the_bolt_s_and_not_the_command_s(rig: Rig) -> None:
    rig.plug()
    assert lock_status(rig) is False
    rig.ports.lock.engage()
    assert lock_status(rig) is False, "a bolt needs its time"
    rig.wait(round(LIMITS.lock_travel_max_s * 1000))
    assert lock_status(rig) is True
    rig.ports.lock.release()
    rig.wait(round(LIMITS.lock_travel_max_s * 1000))
    assert lock_status(rig) is False


def test_driving_the_bolt_twice_is_driving_it_once(rig: Rig) -> None:
    rig.plug()
    rig.ports.lock.engage()
    rig.wait(20)
    rig.ports.lock.engage()
    rig.wait(round(LIMITS.lock_travel_max_s * 1000) - 20)
    assert lock_status(rig) is True
    position_mm = rig.ports.lock.position_mm()
    rig.ports.lock.engage()
    assert rig.ports.lock.position_mm() == position_mm


# Pilot


def test_the_pilot_reads_what_the_vehicle_does(rig: Rig) -> None:
    assert state(rig) is CpState.A
    rig.plug()
    assert state(rig) is CpState.B
    for duty, reads in ((0.05, CpState.C), (0.0, CpState.F), (1.0, CpState.B)):
        rig.ports.pilot.set_duty(duty)
        rig.wait(4000)
        assert state(rig) is reads
    rig.unplug()
    assert state(rig) is CpState.A


def state(rig: Rig) -> CpState:
    reading = rig.ports.pilot.peaks()
    assert reading is not None
    return levels_of(reading.value, AS_READ).state


def test_the_negative_half_wave_is_there_only_while_something_is_offered(rig: Rig) -> None:
    rig.plug()
    for duty, low_v in ((0.05, -12.0), (1.0, 9.0)):
        rig.ports.pilot.set_duty(duty)
        reading = rig.ports.pilot.peaks()
        assert reading is not None
        assert reading.value.low_v == pytest.approx(low_v, abs=0.6)


def test_a_waveform_shows_the_levels_that_the_peaks_tell(rig: Rig) -> None:
    rig.plug()
    rig.ports.pilot.set_duty(0.5)
    waveform, peaks = rig.ports.pilot.waveform(), rig.ports.pilot.peaks()
    assert peaks is not None
    if waveform is None:
        return
    assert waveform.rate_hz > 0.0
    assert max(waveform.volts) == pytest.approx(peaks.value.high_v, abs=0.3)
    assert min(waveform.volts) == pytest.approx(peaks.value.low_v, abs=0.3)


def test_proximity_tells_whether_the_plug_is_in(rig: Rig) -> None:
    for plugged in (False, True, False):
        (rig.plug if plugged else rig.unplug)()
        reading = rig.ports.pilot.proximity_ohm()
        assert reading is not None
        assert (coding_of(rig.kind, reading.value) is not None) is plugged
        assert (reading.value >= LIMITS.proximity_open_ohm) is not plugged


# The rest


def test_a_vehicle_that_has_not_begun_to_talk_asks_for_nothing(rig: Rig) -> None:
    rig.plug()
    asks = rig.ports.vehicle.asks()
    assert asks is None or asks.ask is Ask.NOTHING


def test_what_the_vehicle_tells_goes_with_the_plug(rig: Rig) -> None:
    assert rig.ports.vehicle.limits_a() is None
    assert rig.ports.vehicle.state_of_charge() is None
    rig.plug()
    limits = rig.ports.vehicle.limits_a()
    assert limits is None or min(limits) >= 0.0
    charge = rig.ports.vehicle.state_of_charge()
    assert charge is None or 0.0 <= charge <= 1.0


def test_cooling_takes_any_level_again_and_again(rig: Rig) -> None:
    for levels in ((0.0, 0.0), (0.4, 1.0), (0.4, 1.0), (1.0, 0.0)):
        rig.ports.cooling.set_levels(*levels)
    rig.wait(NS_PER_S // NS_PER_MS)
    ambient_c = rig.ports.ambient.read_c()
    assert ambient_c is None or -50.0 < ambient_c < 85.0
