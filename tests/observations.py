"""What the safety core is shown in its tests: all is well, but for what a test says.

A bare value is a reading of this very instant; a `Reading` keeps its own, `None` was never read.
"""

from typing import Any

from silverpin.domain.connectors import CONNECTOR_SETS, ConnectorSet
from silverpin.domain.limits import LIMITS, Limits
from silverpin.domain.observation import (
    CpState,
    Observation,
    PilotLevels,
    Reading,
    Request,
    Supplies,
)
from silverpin.domain.quantities import NS_PER_MS, NS_PER_S
from silverpin.safety.envelope import Envelope, ResetAnswer, Verdict

DC = CONNECTOR_SETS["ccs2-200a"]
AC = CONNECTOR_SETS["type2-32a"]
TICK_NS = 20 * NS_PER_MS
CHARGE = Request(power_on=True)
EITHER_WAY = Request(power_on=True, reverse=True)
UNPROVED = object()
"""A proximity line that was read at this instant and proves nothing."""
NAN, INFINITE = float("nan"), float("inf")
NO_NUMBERS = (NAN, INFINITE, -INFINITE)

_PEAKS_V = {CpState.A: 12.0, CpState.B: 9.0, CpState.C: 6.0, CpState.D: 3.0, CpState.E: 0.0,
            CpState.F: -12.0}  # fmt: skip
_BARE = {"contactor_commanded", "pin_temps_c"}


def pilot(state: CpState, **levels: Any) -> PilotLevels:
    """The clean pilot of a state; name a level to spoil it."""
    clean = PilotLevels(state, _PEAKS_V[state], -12.0, 0.02)
    return clean._replace(**levels)


def seen(now_ns: int = NS_PER_S, *, of: ConnectorSet = DC, **but: Any) -> Observation:
    """A closed contactor carrying 20 A into a vehicle, everything fresh and well, *but* that."""
    values: dict[str, Any] = {
        "pilot": pilot(CpState.C), "seated": True, "lock": True, "mirror": True, "current_a": 20.0,
        "voltage_v": 400.0, "pin_temps_c": (40.0,) * len(of.power_pins), "estop_clear": True,
        "earth_ohm": 4.0, "residual_clear": True, "supplies": Supplies(12.0, 24.0),
        "insulation_ohm": 1e6 if of.direct_current else None, "grid_ok": True, "inverter_ok": True,
        "contactor_commanded": True,
    } | but  # fmt: skip
    for name in values.keys() - _BARE:
        values[name] = _reading(values[name], now_ns)
    values["pin_temps_c"] = tuple(_reading(value, now_ns) for value in values["pin_temps_c"])
    return Observation(now_ns=now_ns, **values)


def _reading(value: Any, now_ns: int) -> Reading[Any] | None:
    if value is UNPROVED:
        return Reading(None, now_ns)
    return value if value is None or isinstance(value, Reading) else Reading(value, now_ns)


def rest(now_ns: int = NS_PER_S, *, of: ConnectorSet = DC, **but: Any) -> Observation:
    """The same with the contactor open and no current."""
    still = {"mirror": False, "current_a": 0.0, "voltage_v": 0.0, "contactor_commanded": False}
    return seen(now_ns, of=of, **(still | but))


class Bench:
    """An envelope, its clock and a contactor that follows every verdict at once."""

    def __init__(self, of: ConnectorSet = DC, limits: Limits = LIMITS) -> None:
        self.of = of
        self.envelope = Envelope(of, limits)
        self.now_ns = 0
        self.request = Request()
        self.closed = False

    def observe(self, **but: Any) -> Observation:
        """What there is to see now."""
        return (seen if self.closed else rest)(self.now_ns, of=self.of, **but)

    def judge(self, **but: Any) -> Verdict:
        """Judge the next instant."""
        self.now_ns += TICK_NS
        verdict = self.envelope.judge(self.observe(**but), self.request)
        self.closed = verdict.permit is not None
        return verdict

    def run(self, seconds: float, **but: Any) -> Verdict:
        """Judge every instant for that long; return the last verdict."""
        for _ in range(round(seconds * NS_PER_S / TICK_NS)):
            verdict = self.judge(**but)
        return verdict

    def powered(self, request: Request = CHARGE) -> "Bench":
        """Bring it from its start to power that flows."""
        self.run(LIMITS.start_grace_ns / NS_PER_S + 1)
        self.request = request
        self.judge()
        assert self.judge().permit is not None
        return self

    def reset(self, *codes: str, **but: Any) -> ResetAnswer:
        """Reset *codes* at this instant."""
        return self.envelope.reset(frozenset(codes), self.observe(**but))

    @property
    def codes(self) -> set[str]:
        """Codes that stand."""
        return set(self.envelope.latched)
