"""The envelope's inputs, each reduced to what may be concluded from it.

Rule: a conclusion is drawn from a fresh reading only. A silent input is listed as silent and its
condition does not hold; nothing is assumed from its last value.
"""

from typing import NamedTuple

from silverpin.domain.conditions import Condition
from silverpin.domain.limits import Limits
from silverpin.domain.observation import CpState, Observation, PilotLevels, Reading


class Inputs(NamedTuple):
    """What an observation proves."""

    blocked: tuple[Condition, ...]
    """Conditions of the inputs that do not hold."""
    silent: tuple[str, ...]
    """Names of protective inputs and meters that are missing, stale or from the future."""
    tripped: tuple[str, ...]
    """Codes of faults that an input reports by itself."""
    cp: CpState | None
    pilot_clean: bool
    seated: bool
    unplugged: bool
    """Proved, not merely unproved to be seated."""
    locked: bool
    closed: bool
    """The mirror contact reads closed, or cannot be read."""
    amps: float | None
    grid: bool


def read_inputs(obs: Observation, limits: Limits, direct_current: bool) -> Inputs:
    """Return what *obs* proves at its own instant."""
    now_ns = obs.now_ns
    oldest_ns = now_ns - limits.input_age_max_ns
    silent: list[str] = []
    blocked: list[Condition] = []
    tripped: list[str] = []
    _protective(obs, limits, direct_current, (silent, blocked, tripped))
    pilot, seated, lock, mirror = obs.pilot, obs.seated, obs.lock, obs.mirror
    current, grid = obs.current_a, obs.grid_ok
    none: tuple[()] = ()
    levels = pilot.value if pilot and oldest_ns <= pilot.taken_ns <= now_ns else None
    clean = levels is not None and _clean(levels, limits)
    if not clean:
        blocked.append(Condition.PILOT)
    plug = seated.value if seated and oldest_ns <= seated.taken_ns <= now_ns else None
    if plug is not True:
        blocked.append(Condition.PLUGGED)
    locked = bool(lock and oldest_ns <= lock.taken_ns <= now_ns and lock.value)
    if not locked:
        blocked.append(Condition.LOCK)
    contact = mirror.value if mirror and oldest_ns <= mirror.taken_ns <= now_ns else None
    if contact is None:
        silent.append("mirror contact")
        blocked.append(Condition.CONTACTOR)
    amps = current.value if current and oldest_ns <= current.taken_ns <= now_ns else None
    if amps is None:
        silent.append("current meter")
        blocked.append(Condition.METER)
    return Inputs(
        tuple(blocked) if blocked else none, tuple(silent) if silent else none,
        tuple(tripped) if tripped else none,
        levels.state if levels is not None else None, clean, plug is True, plug is False, locked,
        contact is not False, amps,
        bool(grid and oldest_ns <= grid.taken_ns <= now_ns and grid.value),
    )  # fmt: skip


Found = tuple[list[str], list[Condition], list[str]]


def _protective(obs: Observation, limits: Limits, direct_current: bool, found: Found) -> None:
    """Judge emergency stop, earth, residual current, insulation and the inverter's word."""
    estop, earth, residual = obs.estop_clear, obs.earth_ohm, obs.residual_clear
    insulation, inverter = obs.insulation_ohm, obs.inverter_ok
    _judge(obs, limits, found, _ESTOP, estop, estop is not None and estop.value)
    well = earth is not None and earth.value < limits.earth_max_ohm
    _judge(obs, limits, found, _EARTH, earth, well)
    _judge(obs, limits, found, _RESIDUAL, residual, residual is not None and residual.value)
    if direct_current:
        well = insulation is not None and insulation.value >= limits.insulation_min_ohm
        _judge(obs, limits, found, _INSULATION, insulation, well)
    _judge(obs, limits, found, _INVERTER, inverter, inverter is not None and inverter.value)


Row = tuple[str, Condition, str]
_ESTOP: Row = ("emergency stop", Condition.ESTOP, "ERR_EMERGENCY_STOP")
_EARTH: Row = ("protective earth", Condition.EARTH, "ERR_EARTH_LOSS")
_RESIDUAL: Row = ("residual-current device", Condition.RESIDUAL, "ERR_RESIDUAL_CURRENT")
_INSULATION: Row = ("insulation monitor", Condition.INSULATION, "ERR_INSULATION")
_INVERTER: Row = ("inverter figures", Condition.INVERTER, "ERR_INVERTER_MAP")


def _judge(
    obs: Observation, limits: Limits, found: Found, row: Row,
    reading: Reading[bool] | Reading[float] | None, well: bool,
) -> None:  # fmt: skip
    """Note one input's row as silent or tripped; a fresh, well one leaves nothing."""
    now_ns = obs.now_ns
    if reading is None or not now_ns - limits.input_age_max_ns <= reading.taken_ns <= now_ns:
        found[0].append(row[0])
        found[1].append(row[1])
    elif not well:
        found[1].append(row[1])
        found[2].append(row[2])


def _clean(levels: PilotLevels, limits: Limits) -> bool:
    """Return whether the pilot is in a known state, quiet, and its negative half-wave whole."""
    state, _high_v, low_v, noise_v = levels
    if state is CpState.E or state is CpState.F or not noise_v <= limits.cp_noise_max_v:
        return False
    return low_v >= 0.0 or bool(limits.cp_low_min_v <= low_v <= limits.cp_low_max_v)
