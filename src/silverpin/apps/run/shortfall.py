"""Where energy went missing between a signal and the meter.

The difference between the energy that was wanted and the energy that came is booked in full: each
second's difference goes to what held the charger back at that second's end. So the reasons add up
to the whole shortfall; a second in which two things happened is booked to one of them.
"""

from array import array
from collections import defaultdict
from dataclasses import dataclass

from silverpin.apps.world import World
from silverpin.control.bounds import tightest
from silverpin.domain.limits import LIMITS
from silverpin.domain.session import SessionState

WS_PER_KWH = 3.6e6
_SHORT_W = 1.0
"""An order that is nearer than this to the set-point is not held back."""
START = "start of session"
_NOT_RUNNING = {
    SessionState.LOW_POWER: "low-power start",
    SessionState.STOPPING: "end of session",
}


@dataclass(frozen=True, slots=True)
class Ways:
    """An amount in each direction, unsigned. [kWh]"""

    charged: float = 0.0
    discharged: float = 0.0

    def __sub__(self, other: "Ways") -> "Ways":
        return Ways(self.charged - other.charged, self.discharged - other.discharged)

    def __add__(self, other: "Ways") -> "Ways":
        return Ways(self.charged + other.charged, self.discharged + other.discharged)


class Shortfall:
    """Books every second of a run to a reason."""

    def __init__(self, world: World, wanted_w: "array[float]") -> None:
        self.refused: str | None = None
        """Why the charger takes no order now, in words; set by who commands it."""
        self._world = world
        self._wanted_w = wanted_w
        self._booked_ws: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
        self._energy_ws = (0.0, 0.0)
        self._reversals = 0
        self._why: str | None = None

    def by_reason(self) -> dict[str, Ways]:
        """Return what was booked so far."""
        return {
            why: Ways(charged_ws / WS_PER_KWH, discharged_ws / WS_PER_KWH)
            for why, (charged_ws, discharged_ws) in self._booked_ws.items()
        }

    def look(self, t_s: float) -> None:
        """Note what holds the charger back, before an order at *t_s* changes it."""
        second = round(t_s)
        if second == t_s and second:
            self._why = self._reason(self._wanted_w[second - 1])

    def book(self, second: int) -> None:
        """Book the second that ends now, the *second*-th of the run."""
        wanted_w = self._wanted_w[second - 1]
        charged_ws, discharged_ws = self._world.charger.ports.meter.energy_ws()
        charged_before_ws, discharged_before_ws = self._energy_ws
        self._energy_ws = (charged_ws, discharged_ws)
        short = self._booked_ws[self._why or self._reason(wanted_w)]
        self._why = None
        short[0] += max(wanted_w, 0.0) - (charged_ws - charged_before_ws)
        short[1] += max(-wanted_w, 0.0) - (discharged_ws - discharged_before_ws)

    def _reason(self, wanted_w: float) -> str:
        """Name what stands between wanted and delivered power now."""
        charger = self._world.charger
        supervisor = charger.supervisor
        if charger.envelope.latched:
            return f"fault {next(iter(charger.envelope.latched))}"
        if self.refused is not None:
            return self.refused
        state = supervisor.session.state
        if state is not SessionState.RUNNING:
            return _NOT_RUNNING.get(state, START)
        reversals = self._world.ledger.reversals
        turned, self._reversals = reversals != self._reversals, reversals
        if abs(wanted_w) < LIMITS.power_min_w:
            return "too small to convert"
        if turned or supervisor.reversal.under_way:
            return "reversals"
        order_w = supervisor.wish.power_w
        if abs(order_w) - abs(supervisor.set_w) > _SHORT_W:
            return _limit(tightest(supervisor.bounds, charge=order_w > 0.0).by)
        return "ramps"


def _limit(by: str) -> str:
    return "derating by heat" if by == "heat" else f"limit: {by}"
