"""What readings prove at one instant, in the oracle's words: half of `tests.oracle`."""

from collections.abc import Iterator
from math import isfinite
from typing import Any, NamedTuple

from silverpin.domain.connectors import ConnectorSet
from silverpin.domain.limits import Limits
from silverpin.domain.observation import CpState, Observation, PilotLevels, Reading

NOTHING = object()
"""What a reading is worth that is missing, too old or from the future."""


class Facts(NamedTuple):
    """What the readings prove, until one has aged too far, or has come of age."""

    missing: frozenset[str]
    silent: bool
    tripped: frozenset[str]
    state: CpState | None
    clean: bool
    plug: bool | None
    unproved: bool
    bolt: bool
    contact: bool | None
    amps: float | None
    grid: bool
    stray: bool
    """The pins carry a dangerous voltage that no vehicle can hold there."""
    hottest_c: float
    strangers: frozenset[int]
    """Pins whose temperature nobody knows."""


def worth(reading: Reading[Any] | None, now_ns: int, age_ns: int) -> Any:
    if reading is None or reading.taken_ns > now_ns or now_ns - reading.taken_ns > age_ns:
        return NOTHING
    return reading.value


def facts_of(obs: Observation, of: ConnectorSet, limits: Limits) -> Facts:
    now_ns, age_ns = obs.now_ns, limits.input_age_max_ns
    pilot, plug, bolt, contact, amps, volts, grid = (
        worth(reading, now_ns, age_ns)
        for reading in (obs.pilot, obs.seated, obs.lock, obs.mirror, obs.current_a, obs.voltage_v,
                        obs.grid_ok)
    )  # fmt: skip
    clean = pilot is not NOTHING and is_clean(pilot, limits)
    state = None if pilot is NOTHING else pilot.state
    unread = {
        "PILOT": pilot is NOTHING,
        "PLUGGED": plug is NOTHING or not isinstance(plug, bool | None),
        "LOCK": not isinstance(bolt, bool),
        "CONTACTOR": not isinstance(contact, bool),
        "METER": not (is_number(amps) and is_number(volts)),
    }
    missing = {condition for condition, silent in unread.items() if silent}
    if not clean or (state is CpState.A and plug is True):
        missing.add("PILOT")
    missing |= {row for row, so in (("PLUGGED", plug), ("LOCK", bolt))
                if so is not True}  # fmt: skip
    tripped, quiet = set[str](), False
    for condition, code, told, well in protective(obs, of, limits):
        if not well:
            missing.add(condition)
            quiet = quiet or told is NOTHING
            tripped |= set() if told is NOTHING else {code}
    hottest_c, strangers = heat_of(obs, of, limits)
    nobody = plug is False or (clean and state in (CpState.A, CpState.B))
    stray = nobody and is_number(volts) and abs(volts) > limits.voltage_touch_max_v
    return Facts(
        frozenset(missing), quiet or any(unread.values()), frozenset(tripped),
        state, clean, plug if isinstance(plug, bool) else None, plug is None, bolt is True,
        contact if isinstance(contact, bool) else None, amps if is_number(amps) else None,
        grid is True, stray, hottest_c, strangers,
    )  # fmt: skip


def is_number(value: Any) -> bool:
    return value is not NOTHING and isfinite(float(value))


def is_clean(levels: PilotLevels, limits: Limits) -> bool:
    if levels.state in (CpState.E, CpState.F) or not isfinite(levels.high_v) or levels.high_v < 0:
        return False
    quiet = levels.noise_v >= 0 and levels.noise_v <= limits.cp_noise_max_v
    swings = levels.hz is None or (levels.hz >= limits.cp_low_hz and levels.hz <= limits.cp_high_hz)
    whole = levels.low_v >= limits.cp_low_min_v and levels.low_v <= limits.cp_low_max_v
    apart_v = levels.high_v - levels.low_v
    steady = levels.low_v >= 0 and apart_v >= 0
    steady = steady and levels.high_v <= levels.low_v + limits.cp_noise_max_v
    return quiet and swings and (whole or steady)


def protective(
    obs: Observation, of: ConnectorSet, limits: Limits
) -> Iterator[tuple[str, str, Any, bool]]:
    """Yield each protective input: what it bars, its fault, what it told, whether that is well."""

    def told(reading: Reading[Any] | None) -> Any:
        return worth(reading, obs.now_ns, limits.input_age_max_ns)

    for condition, code, flag in (
        ("ESTOP", "ERR_EMERGENCY_STOP", told(obs.estop_clear)),
        ("RESIDUAL", "ERR_RESIDUAL_CURRENT", told(obs.residual_clear)),
        ("INVERTER", "ERR_INVERTER_MAP", told(obs.inverter_ok)),
    ):
        yield condition, code, flag if isinstance(flag, bool) else NOTHING, flag is True
    ohm = told(obs.earth_ohm)
    held = ohm is not NOTHING and ohm >= 0 and ohm < limits.earth_max_ohm
    yield "EARTH", "ERR_EARTH_LOSS", ohm, held
    volts = told(obs.supplies)
    fed = volts is not NOTHING and all(
        low_v <= value_v and value_v <= high_v
        for value_v, low_v, high_v in (
            (volts.rail_12_v, limits.supply_12_low_v, limits.supply_12_high_v),
            (volts.rail_24_v, limits.supply_24_low_v, limits.supply_24_high_v),
        )
    )
    yield "SUPPLY", "ERR_SUPPLY", volts, fed
    if of.direct_current:
        ohm = told(obs.insulation_ohm)
        dry = is_number(ohm) and ohm >= limits.insulation_min_ohm
        yield "INSULATION", "ERR_INSULATION", ohm, dry


def heat_of(obs: Observation, of: ConnectorSet, limits: Limits) -> tuple[float, frozenset[int]]:
    """Return the hottest reading that can be, and the pins without one."""
    known: dict[int, float] = {}
    for index, reading in enumerate(obs.pin_temps_c):
        value_c = worth(reading, obs.now_ns, limits.temp_age_max_ns)
        if value_c is NOTHING or value_c != value_c:
            continue
        if limits.temp_low_c <= value_c and value_c <= limits.temp_impossible_high_c:
            known[index] = value_c
    pins = range(len(of.power_pins))
    strangers = set(pins) - known.keys() if len(obs.pin_temps_c) == len(pins) else set(pins)
    return max(known.values(), default=float("-inf")), frozenset(strangers)


def ages(obs: Observation, limits: Limits) -> float:
    """Return the last instant at which no reading has grown any older than it counts now."""
    last_ns = float("inf")
    plain = [row for row in obs[1:] if isinstance(row, Reading)]
    for row, age_ns in (
        *((row, limits.input_age_max_ns) for row in plain),
        *((row, limits.temp_age_max_ns) for row in obs.pin_temps_c if row is not None),
    ):
        if row.taken_ns > obs.now_ns:
            last_ns = min(last_ns, row.taken_ns - 1)
        elif obs.now_ns - row.taken_ns <= age_ns:
            last_ns = min(last_ns, row.taken_ns + age_ns)
    return last_ns
