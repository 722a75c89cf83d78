"""The envelope's inputs, each reduced to what may be concluded from it.

Rule: a conclusion is drawn from a fresh reading only. A silent input is listed as silent and its
condition does not hold; nothing is assumed from its last value. A value holds only if it is proved
to be well, so what is no number never does.
"""

from typing import NamedTuple

from silverpin.domain.conditions import Condition
from silverpin.domain.limits import Limits
from silverpin.domain.observation import CpState, Observation, PilotLevels
from silverpin.safety.freshness import INFINITE, flagged, fresh, measured

Finding = tuple[str, str]
"""A fault's code and what was seen."""


class Inputs(NamedTuple):
    """What an observation proves."""

    blocked: tuple[Condition, ...]
    """Conditions of the inputs that do not hold."""
    silent: tuple[str, ...]
    """Names of inputs that are missing, stale, from the future or no number."""
    tripped: tuple[Finding, ...]
    """Faults that a protective input reports by itself."""
    cp: CpState | None
    pilot_clean: bool
    plug: bool | None
    """True is proved in, False proved out."""
    locked: bool
    contact: bool | None
    """What the mirror contact reads; None may be closed."""
    amps: float | None
    grid: bool


def read_inputs(obs: Observation, limits: Limits, direct_current: bool) -> Inputs:
    """Return what *obs* proves at its own instant."""
    now_ns, age_ns = obs.now_ns, limits.input_age_max_ns
    levels = fresh(obs.pilot, now_ns, age_ns)
    plug = flagged(obs.seated, now_ns, age_ns)
    bolt = flagged(obs.lock, now_ns, age_ns)
    contact = flagged(obs.mirror, now_ns, age_ns)
    amps = measured(obs.current_a, now_ns, age_ns)
    volts = measured(obs.voltage_v, now_ns, age_ns)
    clean = levels is not None and _clean(levels, limits)
    follows = contact is False or obs.contactor_commanded
    silent: list[str] = []
    blocked: list[Condition] = []
    for name, condition, value, holds in (
        ("pilot", Condition.PILOT, levels, clean),
        ("proximity", Condition.PLUGGED, plug, plug is True),
        ("LOCK_STATUS", Condition.LOCK, bolt, bolt is True),
        ("mirror contact", Condition.CONTACTOR, contact, follows),
        ("current meter", Condition.METER, amps, True),
        ("voltage meter", Condition.METER, volts, True),
    ):
        if value is None:
            silent.append(name)
        if value is None or not holds:
            blocked.append(condition)
    tripped = _protective(obs, limits, direct_current, silent, blocked)
    return Inputs(
        tuple(blocked), tuple(silent), tripped, levels.state if levels is not None else None,
        clean, plug, bolt is True, contact, amps, flagged(obs.grid_ok, now_ns, age_ns) is True,
    )  # fmt: skip


class _Row(NamedTuple):
    """A protective input: what it is called, what it bars and which fault it reports."""

    name: str
    condition: Condition
    code: str
    words: str


_ESTOP = _Row("emergency stop", Condition.ESTOP, "ERR_EMERGENCY_STOP",
              "button pressed or loop open")  # fmt: skip
_EARTH = _Row("protective earth", Condition.EARTH, "ERR_EARTH_LOSS", "earth reads {:.4g} Ω")
_RESIDUAL = _Row("residual-current device", Condition.RESIDUAL, "ERR_RESIDUAL_CURRENT",
                 "residual-current device tripped")  # fmt: skip
_INSULATION = _Row("insulation monitor", Condition.INSULATION, "ERR_INSULATION",
                   "insulation reads {:.4g} Ω")  # fmt: skip
_INVERTER = _Row("inverter figures", Condition.INVERTER, "ERR_INVERTER_MAP",
                 "they disagree with our own meters")  # fmt: skip


def _protective(
    obs: Observation, limits: Limits, direct_current: bool,
    silent: list[str], blocked: list[Condition],
) -> tuple[Finding, ...]:  # fmt: skip
    """Judge emergency stop, earth, residual current, insulation and the inverter's word."""
    now_ns, age_ns = obs.now_ns, limits.input_age_max_ns
    estop = flagged(obs.estop_clear, now_ns, age_ns)
    earth_ohm = fresh(obs.earth_ohm, now_ns, age_ns)
    residual = flagged(obs.residual_clear, now_ns, age_ns)
    agrees = flagged(obs.inverter_ok, now_ns, age_ns)
    rows = [
        (_ESTOP, estop, estop is True),
        (_EARTH, earth_ohm, earth_ohm is not None and 0.0 <= earth_ohm < limits.earth_max_ohm),
        (_RESIDUAL, residual, residual is True),
        (_INVERTER, agrees, agrees is True),
    ]
    if direct_current:
        ohm = fresh(obs.insulation_ohm, now_ns, age_ns)
        well = ohm is not None and limits.insulation_min_ohm <= ohm < INFINITE
        rows.append((_INSULATION, ohm, well))
    tripped: list[Finding] = []
    for row, value, well in rows:
        if well:
            continue
        blocked.append(row.condition)
        if value is None:
            silent.append(row.name)
        else:
            tripped.append((row.code, row.words.format(value)))
    return tuple(tripped)


def _clean(levels: PilotLevels, limits: Limits) -> bool:
    """Return whether the pilot is in a known state, quiet, and its negative half-wave whole.

    Without modulation there is no negative half-wave, and both peaks are the same.
    """
    state, high_v, low_v, noise_v = levels
    if state is CpState.E or state is CpState.F:
        return False
    if not (0.0 <= noise_v <= limits.cp_noise_max_v and 0.0 <= high_v < INFINITE):
        return False
    if limits.cp_low_min_v <= low_v <= limits.cp_low_max_v:
        return True
    return 0.0 <= low_v <= high_v <= low_v + limits.cp_noise_max_v
