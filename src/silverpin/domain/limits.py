"""Every number of the manual, of a standard or of ours that bounds the charger, once.

The unit ends the name; the source stands beside the value: *manual* is the system's manual, a
standard is named, *ours* is a choice with its reason. A site's configuration may tighten a limit
and never loosen one (`domain.tightening`); which way is tighter is said by the field's `tighter`,
and its `least` or `most` is as far as it can go: beyond that it would watch nothing any more.
Relations between limits are asserted when this module is imported.
"""

from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from math import inf
from typing import Any

from silverpin.domain.quantities import NS_PER_MS, NS_PER_S

LOWER = "lower"
HIGHER = "higher"
FIXED = "fixed"


def _limit(
    value: float, tighter: str, source: str, what: str, least: float = -inf, most: float = inf
) -> Any:
    row = {"tighter": tighter, "source": source, "what": what, "least": least, "most": most}
    return field(default=value, metadata=row)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits in force; `LIMITS` is the widest set that any site may use."""

    # Heat
    temp_trip_c: float = _limit(85.0, LOWER, "manual, step 3", "this hot stops power")
    temp_reset_c: float = _limit(60.0, LOWER, "manual, Admin Desk", "a thermal trip clears below")
    temp_low_c: float = _limit(-40.0, HIGHER, "manual, specification table", "coldest operation")
    temp_impossible_high_c: float = _limit(160.0, LOWER, "ours: NTC short", "no NTC survives this")
    temp_rise_c_per_min: float = _limit(5.0, LOWER, "manual, Performance Tuning", "fast heating")
    slope_window_s: float = _limit(60.0, FIXED, "requirement THM-4", "slope is taken over this")
    derate_step: float = _limit(
        0.10, HIGHER, "manual, Performance Tuning", "one cut of current", most=0.9
    )
    derate_interval_s: float = _limit(
        30.0, LOWER, "requirement THM-4", "one step per interval", least=2.0
    )
    derate_recovery_s: float = _limit(
        120.0, HIGHER, "ours: two slope windows", "calm needed before a step is given back"
    )
    derate_floor: float = _limit(0.10, LOWER, "ours", "no cut goes below this share")
    temp_open_c: float = _limit(-50.0, FIXED, "ours: 10 kΩ NTC above 0.6 MΩ", "colder is open")
    sensor_dummy_c: float = _limit(25.0, FIXED, "manual: 10 kΩ on the bench", "a dummy reads this")
    sensor_dummy_k: float = _limit(1.5, FIXED, "ours: a 5 % resistor", "give or take this")
    sensor_fall_k: float = _limit(3.0, FIXED, "ours: twice a noisy reading", "no fall by so little")
    sensor_fall_k_per_s: float = _limit(
        3.0, FIXED, "ours: ten times the fastest pin with all cooling on", "no pin cools faster"
    )
    sensor_still_k: float = _limit(
        0.3, FIXED, "ours: wander of a resistor and its reading", "less is standing still"
    )
    sensor_swing_k: float = _limit(
        0.6, FIXED, "ours: twice standing still", "smallest warming or cooling that counts"
    )
    sensor_once_k: float = _limit(
        4.0, FIXED, "ours: a cold inlet or the air hides less to 0.3 K", "one swing that convicts"
    )
    sensor_alone_k: float = _limit(
        6.0, FIXED, "ours: twice what air moves in half an hour", "the same where no pin moved"
    )
    sensor_swings_n: int = _limit(
        3, FIXED, "ours: chance hides one, not three", "swings that convict"
    )
    sensor_often_k: float = _limit(3.0, FIXED, "ours: ten times standing still", "their whole way")
    sensor_long_s: float = _limit(
        10800.0, FIXED, "ours: a cold inlet has warmed by then", "a small swing convicts after"
    )
    sensor_witness_k: float = _limit(
        1.2, FIXED, "ours: four times standing still", "smallest swing, and witness, that convict"
    )
    sensor_air_k: float = _limit(
        4.0, FIXED, "ours: air at a plug in half an hour", "what the air may hide in the window"
    )
    sensor_follow_s: float = _limit(1800.0, FIXED, "ours: air drifts", "window of the check")
    sensor_apart_k: float = _limit(
        5.0, FIXED, "ours: two NTC of 5 % and sun on one side", "sensors of one plug agree within"
    )
    sensor_apart_s: float = _limit(
        2700.0, FIXED, "ours: three times the slowest warming", "heat from outside is gone after"
    )
    sensor_moved_k: float = _limit(
        1.5, FIXED, "ours: five times standing still", "a still sensor that moves so far is whole"
    )
    temp_age_max_ns: int = _limit(
        2 * NS_PER_S, LOWER, "ours: four reads at 2 Hz", "older is unread"
    )

    bench_current_max_a: float = _limit(
        6.0, LOWER, "IEC 61851-1: no vehicle takes less, and it heats no contact", "on the bench"
    )

    # Time and lease
    lease_ns: int = _limit(500 * NS_PER_MS, LOWER, "design: a dead controller opens", "permit life")
    judge_period_ns: int = _limit(
        20 * NS_PER_MS, LOWER, "design: 50 Hz", "judged at least this often", least=NS_PER_MS
    )
    input_age_max_ns: int = _limit(
        200 * NS_PER_MS, LOWER, "ours: ten ticks at 50 Hz", "older inputs are unread"
    )
    inhibit_max_ns: int = _limit(
        100 * NS_PER_MS,
        LOWER,
        "IEC 61851-1 sequence 8.1: open within 100 ms",
        "wait for zero current",
    )
    start_grace_ns: int = _limit(
        3 * NS_PER_S, LOWER, "ours: all sensors read twice", "silence allowed after start"
    )

    # Connector, lock, contactor
    current_break_max_a: float = _limit(
        5.0, LOWER, "design: no arc to speak of", "no load-break below"
    )
    current_unlock_max_a: float = _limit(1.0, LOWER, "ours: meter offset", "unlock below this")
    voltage_touch_max_v: float = _limit(
        60.0, LOWER, "IEC 61851-23: touch voltage", "unlock below this"
    )
    current_excess_share: float = _limit(
        0.10, LOWER, "ours: meter class and overshoot", "above permit"
    )
    current_excess_a: float = _limit(3.0, LOWER, "ours: meter offset", "above permit, absolute")
    current_excess_ns: int = _limit(NS_PER_S, LOWER, "ours: one ramp", "excess lasts at most")
    mirror_lag_ns: int = _limit(
        250 * NS_PER_MS, LOWER, "ours: slow contactor", "mirror must follow"
    )
    contactor_falls_max: int = _limit(
        3, LOWER, "ours: one is a glitch", "falls open under hold", least=1
    )
    contactor_falls_s: float = _limit(1.0, HIGHER, "ours", "falls count for")
    pins_live_ns: int = _limit(
        2 * NS_PER_S, LOWER, "ours: bleed resistors", "pins live without anybody's doing"
    )
    offer_heard_ns: int = _limit(
        300 * NS_PER_MS, HIGHER, "ours: a vehicle hears the pilot end and its switches move",
        "after an offer ended, the pins' voltage proves a dead plug",
    )  # fmt: skip
    lock_travel_max_s: float = _limit(1.5, LOWER, "ours: slow bolt", "bolt home within")
    lock_settle_s: float = _limit(
        0.8, HIGHER, "ours: the drive has let go", "bolt driven before power"
    )
    lock_retry_s: float = _limit(3.0, HIGHER, "ours: coil cools", "between two tries")
    lock_tries_max: int = _limit(
        3, LOWER, "ours: bounded retries", "tries before ERR_LOCK_FAIL", least=1
    )
    cleaning_matings: int = _limit(500, LOWER, "manual, Admin Desk", "clean the pins every")
    contact_max_ohm: float = _limit(0.5e-3, LOWER, "manual, step 1", "per power pin")

    # The technician's work
    contact_drop_warn_v: float = _limit(
        0.030, LOWER, "requirement CON-3", "drop of a pin at rated current: warn above"
    )
    contact_drop_max_v: float = _limit(
        0.060, LOWER, "requirement CON-3: below the softening of silver", "drop: reject above"
    )
    pull_out_min_n: float = _limit(200.0, HIGHER, "manual, step 4", "the bolt holds at least")
    cleaning_soon_share: float = _limit(
        0.90, LOWER, "ours: weeks ahead", "share of the interval at which cleaning is announced"
    )
    inspection_interval_days: float = _limit(
        365.0, LOWER, "ours: yearly, as installers inspect", "inspect the pins every"
    )
    calibration_interval_days: float = _limit(
        365.0, LOWER, "ours: yearly, with the inspection", "calibrate sensors and pilot every"
    )
    instrument_interval_days: float = _limit(
        365.0, LOWER, "ours: usual for test instruments", "an instrument's calibration is good for"
    )
    ahead_days: float = _limit(30.0, HIGHER, "ours: time to send somebody", "announce dated work")
    load_breaks_max: int = _limit(
        10, LOWER, "ours: a fifth of the 50 that an accessory must stand", "then inspect the pins",
        least=1,
    )  # fmt: skip
    ntc_points_apart_k: float = _limit(
        20.0, HIGHER, "ours: a slope from closer points is noise", "between calibration points"
    )
    ntc_correction_max_k: float = _limit(
        5.0, LOWER, "ours: beyond it the sensor is broken", "largest correction of a sensor"
    )
    ntc_steady_k: float = _limit(
        0.5, LOWER, "ours: scatter and a slow drift", "a sensor held at a point moves at most"
    )
    pin_test_settle_s: float = _limit(
        5.0, HIGHER, "ours: converter and meter", "test current is steady for, before a reading"
    )
    pin_test_hold_s: float = _limit(
        900.0, LOWER, "ours: time to probe every pin", "test current is held at most"
    )
    pin_test_alone_s: float = _limit(
        180.0, LOWER, "ours: somebody probes a pin", "test current without word from the technician"
    )
    pin_drop_min_v: float = _limit(
        0.1e-3, HIGHER, "ours: 3 µΩ at 32 A, less than any plug", "a smaller drop is no contact"
    )

    # Pilot, supplies, proximity
    cp_low_min_v: float = _limit(-12.6, HIGHER, "SAE J1772 table A1", "negative half-wave")
    cp_low_max_v: float = _limit(-11.4, LOWER, "SAE J1772 table A1", "negative half-wave")
    cp_noise_max_v: float = _limit(
        0.5, LOWER, "ours: half a band between states", "scatter of peaks"
    )
    cp_low_hz: float = _limit(980.0, HIGHER, "SAE J1772: what a vehicle takes", "in service")
    cp_high_hz: float = _limit(1020.0, LOWER, "SAE J1772: what a vehicle takes", "in service")
    cp_generator_low_hz: float = _limit(
        995.0, HIGHER, "IEC 61851-1 annex A: ±0.5 %", "what a verified charger makes"
    )
    cp_generator_high_hz: float = _limit(
        1005.0, LOWER, "IEC 61851-1 annex A: ±0.5 %", "what a verified charger makes"
    )
    cp_duty_error_share: float = _limit(
        0.01, LOWER, "IEC 61851-1 annex A: one point", "duty beside what was set"
    )
    cp_rise_max_s: float = _limit(
        10e-6, LOWER, "IEC 61851-1 annex A: 1 kΩ into cable and vehicle", "10 to 90 % of an edge"
    )
    cp_fall_max_s: float = _limit(
        13e-6, LOWER, "IEC 61851-1 annex A: 1 kΩ into cable and vehicle", "90 to 10 % of an edge"
    )
    cp_settle_ns: int = _limit(
        500 * NS_PER_MS, LOWER, "ours: contacts bounce while a plug moves", "pilot and plug agree"
    )
    cp_trim_gain_share: float = _limit(
        0.02, LOWER, "ours: parts of 1 %", "a calibration may stretch the front end by"
    )
    cp_trim_offset_v: float = _limit(
        0.15, LOWER, "ours: a third of the room beside a state", "a calibration may shift it by"
    )
    cp_trim_residual_v: float = _limit(
        0.1, LOWER, "ours: the box's diode, 0.55 to 0.85 V", "what a calibration may leave over"
    )
    supply_12_low_v: float = _limit(10.8, HIGHER, "ours: less 10 %, relays hold", "12 V supply")
    supply_12_high_v: float = _limit(13.2, LOWER, "ours: and 10 %", "12 V supply")
    supply_24_low_v: float = _limit(20.4, HIGHER, "IEC 61131-2: less 15 %", "24 V supply")
    supply_24_high_v: float = _limit(28.8, LOWER, "IEC 61131-2: and 20 %", "24 V supply")
    proximity_open_ohm: float = _limit(
        4_500.0, HIGHER, "IEC 61851-1 annex B", "no plug from here on"
    )

    # Protective inputs
    earth_max_ohm: float = _limit(10.0, LOWER, "manual, prerequisites", "protective earth")
    insulation_min_ohm: float = _limit(100e3, HIGHER, "IEC 61851-23", "either pole to earth")
    insulation_warn_ohm: float = _limit(
        250e3, HIGHER, "IEC 61851-23: 500 Ω for each volt", "the vehicle is warned below"
    )
    insulation_test_v: float = _limit(
        500.0, LOWER, "IEC 61851-23: at the output's highest voltage", "pins are tested at"
    )
    insulation_test_s: float = _limit(
        1.0, HIGHER, "ours: fifty readings", "insulation is read under voltage for"
    )

    # Direct current before power
    dc_low_v: float = _limit(150.0, HIGHER, "ours: what the modules hold", "lowest output")
    dc_high_v: float = _limit(500.0, LOWER, "ours: what the modules hold", "highest output")
    precharge_max_a: float = _limit(
        2.0, LOWER, "IEC 61851-23: inrush at pre-charge", "current before power is asked for"
    )
    precharge_near_v: float = _limit(
        20.0, LOWER, "IEC 61851-23: before the vehicle closes", "pins agree with its battery within"
    )

    # Power
    low_power_w: float = _limit(1_000.0, LOWER, "ours: manual's low-power start", "first power")
    low_power_s: float = _limit(3.0, HIGHER, "ours: five slope samples", "stay at low power")
    power_min_w: float = _limit(
        60.0, HIGHER, "ours: below it a converter only heats", "smaller is 0"
    )
    reversal_dwell_s: float = _limit(
        0.3, HIGHER, "ours: converter changes over", "still at zero for"
    )
    reversal_zero_a: float = _limit(1.0, LOWER, "ours: meter offset", "counts as zero current")
    reactive_max_var: float = _limit(500.0, LOWER, "ours", "while changing direction")
    duty_follows_s: float = _limit(
        6.0, LOWER, "IEC 61851-1: 5 s, second-hand; 1 s ours", "AC vehicle keeps to a duty within"
    )

    # A vehicle that talks
    vehicle_insists_s: float = _limit(
        10.0, LOWER, "ours: it is answered ten times a second", "it may ask for too much for"
    )
    vehicle_begins_s: float = _limit(
        60.0, LOWER, "ours: three tries to match", "a plugged vehicle begins to talk within"
    )

    vehicle_stops_s: float = _limit(
        60.0,
        FIXED,
        "ours: twice what a slow ramp takes",
        "a stop is obeyed within",
    )

    # Inverter's word against our own meters
    inverter_voltage_share: float = _limit(
        0.05, LOWER, "ours: two meter classes", "allowed difference"
    )
    inverter_voltage_v: float = _limit(10.0, LOWER, "ours: settling", "allowed difference")
    inverter_hz_low_hz: float = _limit(45.0, HIGHER, "ours", "no grid is slower")
    inverter_hz_high_hz: float = _limit(66.0, LOWER, "ours", "no grid is faster")
    inverter_disagree_ns: int = _limit(
        NS_PER_S, LOWER, "ours: one stale register set", "then refuse"
    )

    # What any vehicle can have; beyond it stands a fault of scale in its message
    vehicle_dc_max_a: float = _limit(
        1_000.0, FIXED, "ours: CCS ends at 800 A, and cars have said 1,400 A", "a vehicle's current"
    )
    vehicle_dc_max_v: float = _limit(1_500.0, FIXED, "IEC 61851-23: DC", "a vehicle's voltage")
    vehicle_dc_max_w: float = _limit(
        1_000_000.0, FIXED, "ours: CCS ends at half of it", "a vehicle's power"
    )
    vehicle_ac_max_a: float = _limit(80.0, FIXED, "SAE J1772: AC", "a vehicle's current per phase")
    vehicle_ac_max_v: float = _limit(
        500.0, FIXED, "IEC 62196-2: 480 V between phases", "a vehicle's voltage"
    )
    vehicle_energy_max_wh: float = _limit(
        1_000_000.0, FIXED, "ours: the largest lorries", "what a battery holds"
    )


LIMITS = Limits()
CONTACT_LIMITS = ("contact_max_ohm", "contact_drop_max_v")
"""What a contact's resistance is held against."""
PIN_TEST_A = 32.0  # manual, troubleshooting matrix: pins are measured at this current


def contact_limit_ohm(rating_a: float, limits: Limits = LIMITS) -> float:
    """Return the resistance at which a contact is rejected: by the ohm, or by its drop."""
    return min(limits.contact_max_ohm, limits.contact_drop_max_v / rating_a)


assert LIMITS.temp_low_c < LIMITS.temp_reset_c < LIMITS.temp_trip_c
assert LIMITS.temp_trip_c < LIMITS.temp_impossible_high_c
assert LIMITS.judge_period_ns * 5 <= LIMITS.lease_ns
assert LIMITS.inhibit_max_ns < LIMITS.lease_ns < LIMITS.temp_age_max_ns
assert LIMITS.judge_period_ns < LIMITS.input_age_max_ns < LIMITS.lease_ns
assert LIMITS.cp_low_hz <= LIMITS.cp_generator_low_hz < LIMITS.cp_generator_high_hz
assert LIMITS.cp_generator_high_hz <= LIMITS.cp_high_hz
assert LIMITS.current_unlock_max_a < LIMITS.current_break_max_a
assert LIMITS.derate_interval_s <= LIMITS.slope_window_s <= LIMITS.derate_recovery_s
assert LIMITS.insulation_test_v >= LIMITS.dc_high_v


def limit_fields() -> Mapping[str, Field[Any]]:
    """Return the rows of the table by name; `metadata` holds tighter, source and what."""
    return {row.name: row for row in fields(Limits)}
