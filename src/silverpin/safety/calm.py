"""The usual instant, told cheaply: power flows, and every input is fresh and well.

Rule: it says yes only where the full path (`inputs`, `thermal`, `watch`) finds nothing. What that
path judges stands here once more, as one proof; whatever falls short of it takes the full path,
which alone finds names for it. tests/property/test_envelope.py holds the two together.
"""

from silverpin.domain.limits import Limits
from silverpin.domain.observation import CpState, Observation
from silverpin.safety.freshness import INFINITE
from silverpin.safety.lease import Permit
from silverpin.safety.thermal import Temps


def all_well(
    obs: Observation, permit: Permit, limits: Limits, pins: int, direct_current: bool
) -> bool:
    """Return whether *obs* proves that *permit*, under which current flows now, may be renewed."""
    # Taken apart at once: by name, each of some thirty fields would be looked up on its own.
    (now_ns, pilot, seated, lock, mirror, current, voltage, temps, estop, earth, residual,
     insulation, supplies, grid, inverter, commanded, _, _) = obs  # fmt: skip
    if (
        pilot is None or seated is None or lock is None or mirror is None or current is None
        or voltage is None or estop is None or earth is None or residual is None or grid is None
        or inverter is None or supplies is None
    ):  # fmt: skip
        return False
    oldest_ns = now_ns - limits.input_age_max_ns
    (state, high_v, low_v, noise_v, hz), pilot_ns = pilot
    (plug, plug_ns), (bolt, bolt_ns), (contact, contact_ns) = seated, lock, mirror
    (amps, amps_ns), (volts, volts_ns) = current, voltage
    released, estop_ns = estop
    earth_ohm, earth_ns = earth
    tight, residual_ns = residual
    (rail_12_v, rail_24_v), supplies_ns = supplies
    fed, grid_ns = grid
    agrees, inverter_ns = inverter
    if direct_current:
        if insulation is None:
            return False
        ohm, ohm_ns = insulation
        if not (limits.insulation_min_ohm <= ohm < INFINITE and oldest_ns <= ohm_ns <= now_ns):
            return False
    return (
        (state is CpState.C or state is CpState.D)
        and 0.0 <= noise_v <= limits.cp_noise_max_v
        and limits.cp_low_min_v <= low_v <= limits.cp_low_max_v
        and 0.0 <= high_v < INFINITE
        and (hz is None or limits.cp_low_hz <= hz <= limits.cp_high_hz)
        and plug is True and bolt is True and contact is True and commanded is True
        and released is True and tight is True and fed is True and agrees is True
        and 0.0 <= earth_ohm < limits.earth_max_ohm
        and limits.supply_12_low_v <= rail_12_v <= limits.supply_12_high_v
        and limits.supply_24_low_v <= rail_24_v <= limits.supply_24_high_v
        and -INFINITE < volts < INFINITE
        and -permit.discharge_max_a <= amps <= permit.charge_max_a
        and _young(
            (pilot_ns, plug_ns, bolt_ns, contact_ns, amps_ns, volts_ns, estop_ns, earth_ns,
             residual_ns, supplies_ns, grid_ns, inverter_ns), oldest_ns, now_ns,
        )
        and _cool(temps, now_ns, limits, pins)
    )  # fmt: skip


def _young(stamps: tuple[int, ...], oldest_ns: int, now_ns: int) -> bool:
    # Inputs of one scan carry one stamp, which is told at once.
    if stamps.count(now_ns) == len(stamps):
        return True
    return oldest_ns <= min(stamps) and max(stamps) <= now_ns


def _cool(temps: Temps, now_ns: int, limits: Limits, pins: int) -> bool:
    oldest_ns = now_ns - limits.temp_age_max_ns
    low_c, trip_c = limits.temp_low_c, limits.temp_trip_c
    for reading in temps:
        if reading is None:
            return False
        value_c, taken_ns = reading
        if not (low_c <= value_c < trip_c and oldest_ns <= taken_ns <= now_ns):
            return False
    return len(temps) == pins
