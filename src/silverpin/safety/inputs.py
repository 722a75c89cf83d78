"""The envelope's inputs, each reduced to what may be concluded from it.

Rule: a conclusion is drawn from a fresh reading only. A silent input is listed as silent and its
condition does not hold; nothing is assumed from its last value. A value holds only if it is proved
to be well, so what is no number never does.
"""

from typing import NamedTuple

from silverpin.domain.conditions import Condition
from silverpin.domain.limits import Limits
from silverpin.domain.observation import CpState, Observation, Supplies
from silverpin.safety.freshness import INFINITE, flagged, fresh, measured
from silverpin.safety.pilot import clean as clean_pilot

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
    plug_unproved: bool
    """Proximity was read, and what it reads proves neither."""
    pilot_open: bool
    """The pilot sees no vehicle behind a plug that is proved to be in."""
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
    clean = levels is not None and clean_pilot(levels, limits)
    unproved = _unproved(obs, now_ns - age_ns)
    open_line = plug is True and levels is not None and levels.state is CpState.A
    follows = contact is False or obs.contactor_commanded
    silent: list[str] = []
    blocked: list[Condition] = []
    for name, condition, value, holds in (
        ("pilot", Condition.PILOT, levels, clean and not open_line),
        ("proximity", Condition.PLUGGED, plug, plug is True),
        ("LOCK_STATUS", Condition.LOCK, bolt, bolt is True),
        ("mirror contact", Condition.CONTACTOR, contact, follows),
        ("current meter", Condition.METER, amps, True),
        ("voltage meter", Condition.METER, volts, True),
    ):
        if value is None and not (unproved and condition is Condition.PLUGGED):
            silent.append(name)
        if value is None or not holds:
            blocked.append(condition)
    tripped = _protective(obs, limits, direct_current, silent, blocked)
    return Inputs(
        tuple(blocked), tuple(silent), tripped, levels.state if levels is not None else None,
        clean, plug, unproved, open_line, bolt is True, contact, amps,
        flagged(obs.grid_ok, now_ns, age_ns) is True,
    )  # fmt: skip


def _unproved(obs: Observation, oldest_ns: int) -> bool:
    """Return whether proximity was read and proves nothing, which is not silence."""
    reading = obs.seated
    return (
        reading is not None
        and reading.value is None
        and oldest_ns <= reading.taken_ns <= obs.now_ns
    )


class _Row(NamedTuple):
    """A protective input: what it is called, what it bars and which fault it reports."""

    name: str
    condition: Condition
    code: str
    words: str


_ESTOP = _Row("emergency stop", Condition.ESTOP, "ERR_EMERGENCY_STOP",
              "button pressed or loop open")  # fmt: skip
_EARTH = _Row("protective earth", Condition.EARTH, "ERR_EARTH_LOSS", "earth reads {:.4g} Ω")
_SUPPLY = _Row("supplies", Condition.SUPPLY, "ERR_SUPPLY", "supplies read {}")
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
    """Judge emergency stop, earth, supplies, residual current, insulation, the inverter's word."""
    now_ns, age_ns = obs.now_ns, limits.input_age_max_ns
    estop = flagged(obs.estop_clear, now_ns, age_ns)
    earth_ohm = fresh(obs.earth_ohm, now_ns, age_ns)
    supplies = fresh(obs.supplies, now_ns, age_ns)
    residual = flagged(obs.residual_clear, now_ns, age_ns)
    agrees = flagged(obs.inverter_ok, now_ns, age_ns)
    rows = [
        (_ESTOP, estop, estop is True),
        (_EARTH, earth_ohm, earth_ohm is not None and 0.0 <= earth_ohm < limits.earth_max_ohm),
        (_SUPPLY, supplies, supplies is not None and _supplied(supplies, limits)),
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
        if value is not None:
            tripped.append((row.code, row.words.format(value)))
            continue
        if row is _INVERTER and flagged(obs.grid_ok, now_ns, age_ns) is None:
            silent.append("grid meter")  # against which nothing proves the inverter
        silent.append(row.name)
    return tuple(tripped)


def _supplied(supplies: Supplies, limits: Limits) -> bool:
    return (
        limits.supply_12_low_v <= supplies.rail_12_v <= limits.supply_12_high_v
        and limits.supply_24_low_v <= supplies.rail_24_v <= limits.supply_24_high_v
    )
