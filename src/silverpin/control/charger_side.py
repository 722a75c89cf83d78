"""The charger as a vehicle that talks is told of it, made new for every turn.

What the vehicle hears is what is in force: the tightest of all bounds but its own, as the last tick
had them. Before power it is told what the charger can do, so that it can plan; what holds power
back just then is told once it flows. Nothing here decides: the permit was given or it was not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from silverpin.control.bounds import OF_THE_VEHICLE
from silverpin.control.insulation_test import Finding
from silverpin.control.supervisor import LIVE_V, Supervisor
from silverpin.domain.asks import Asks
from silverpin.domain.connectors import ConnectorSet
from silverpin.domain.faults import FAULTS, Action
from silverpin.domain.limits import Limits
from silverpin.domain.observation import Observation
from silverpin.domain.session import SessionState
from silverpin.protocols.iso15118.sides import (
    ChargerSide,
    Consent,
    Insulation,
    Service,
    Wanted,
)
from silverpin.safety.envelope import Latch, Verdict
from silverpin.safety.freshness import flagged, measured

_FOUND = MappingProxyType({row: Insulation(row.value) for row in Finding})
_FLOWING = (SessionState.LOW_POWER, SessionState.RUNNING, SessionState.STOPPING)
_LASTING = ("charger rating", "connector rating", "heat")
"""Bounds that hold before power as well; the others come and go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """On what terms this conversation is held: name, services, whether the vehicle may give."""

    evse_id: str
    services: tuple[Service, ...]
    may_discharge: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What the last tick saw and judged."""

    obs: Observation
    verdict: Verdict | None
    latched: Mapping[str, Latch]
    asks: Asks
    hz: float
    energy_ws: tuple[float, float]
    decides: bool = False
    """The vehicle chooses its power itself, so that limits are all that can be told to it."""


def side_of(
    supervisor: Supervisor, state: State, terms: Terms, connector: ConnectorSet, limits: Limits
) -> ChargerSide:
    """Return the charger's side of the next answer."""
    obs, session = state.obs, supervisor.session
    age_ns = limits.input_age_max_ns
    volts = measured(obs.voltage_v, obs.now_ns, age_ns) or 0.0
    amps = measured(obs.current_a, obs.now_ns, age_ns) or 0.0
    phases = supervisor.phases
    told = told_w(supervisor, terms.may_discharge)
    if state.decides:
        told = _wished(told, supervisor.wish.power_w)
    live = volts >= LIVE_V and session.state in _FLOWING
    most_a = [min(connector.rating_a, watts / (volts * phases.used)) if live
              else connector.rating_a for watts in told]  # fmt: skip
    permitted = state.verdict is not None and state.verdict.permit is not None
    fault = _fault(state.latched, session.state)
    return ChargerSide(
        evse_id=terms.evse_id,
        services=terms.services,
        consent=Consent.GRANTED if session.wanted else Consent.PENDING,
        voltage_v=volts,
        current_a=amps,
        power_w=volts * amps * phases.used,
        voltage_min_v=limits.dc_low_v,
        voltage_max_v=limits.dc_high_v,
        charge_max_a=most_a[0],
        discharge_max_a=most_a[1] if told[1] else 0.0,
        charge_max_w=told[0] / phases.share,
        discharge_max_w=told[1] / phases.share,
        set_w=supervisor.set_w,
        nominal_hz=state.hz,
        phases=phases.own,
        insulation=_FOUND[supervisor.insulation.finding],
        voltage_on=_near(volts, state.asks, limits),
        power_on=permitted and session.state in (SessionState.LOW_POWER, SessionState.RUNNING),
        contactor_open=flagged(obs.mirror, obs.now_ns, age_ns) is False,
        wanted=Wanted.GO_ON if session.wanted else Wanted.STOP,
        fault=fault,
        emergency=fault is not None and FAULTS[fault].action is Action.EMERGENCY,
        energy_wh=state.energy_ws[0] / 3600.0,
        energy_out_wh=state.energy_ws[1] / 3600.0,
    )


def told_w(supervisor: Supervisor, may_discharge: bool) -> tuple[float, float]:
    """Return the most power each way that the vehicle is told. [W]"""
    flowing = supervisor.session.state in _FLOWING
    rows = [
        row for row in supervisor.bounds
        if row.by not in OF_THE_VEHICLE and (flowing or row.by in _LASTING)
    ]  # fmt: skip
    charge_w = min((row.charge_w for row in rows), default=0.0)
    discharge_w = min((row.discharge_w for row in rows), default=0.0)
    return charge_w, discharge_w if may_discharge else 0.0


def _wished(told: tuple[float, float], wish_w: float) -> tuple[float, float]:
    """Return what a vehicle that decides itself is told: no more than the standing order. [W]"""
    charge_w, discharge_w = told
    return min(charge_w, max(0.0, wish_w)), min(discharge_w, max(0.0, -wish_w))


def _near(volts: float, asks: Asks, limits: Limits) -> bool:
    """Return whether the pins have the voltage that the vehicle wants to join."""
    target_v = asks.target_v
    return bool(target_v) and abs(volts - (target_v or 0.0)) <= limits.precharge_near_v


def _fault(latched: Mapping[str, Latch], state: SessionState) -> str | None:
    """Return the fault that has ended power; one that leaves charging alone is none."""
    if state is not SessionState.FAULTED or not latched:
        return None
    return max(
        latched, key=lambda code: (FAULTS[code].action is Action.EMERGENCY, FAULTS[code].impact)
    )
