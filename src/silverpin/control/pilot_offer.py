"""What the pilot says while power is offered: the nominal duty, or 5 % for "speak to me".

Where a modem matches vehicles (`line`), the charger waits for words: 5 %, state F to begin anew,
and the nominal duty once matching has given up, so that a vehicle that never talks is charged after
all. Between 5 % and a nominal duty the pilot is steady for a moment, or a vehicle would take one
for the other; without words nothing closes then. A direct-current charger has no nominal duty.
Under power nothing of this changes.
"""

from silverpin.domain.connectors import ConnectorSet
from silverpin.domain.slac import SLAC
from silverpin.protocols.pilot.offer import HIGH_LEVEL_DUTY, duty_for
from silverpin.protocols.slac.states import PilotWish

STEADY, OUT_OF_SERVICE = 1.0, 0.0
"""Without modulation: +12 V for no offer, -12 V for state F."""


class PilotOffer:
    """One connector's offer."""

    def __init__(self, connector: ConnectorSet) -> None:
        dc = connector.direct_current
        self._nominal = HIGH_LEVEL_DUTY if dc else duty_for(connector.rating_a)
        self._duty = STEADY
        self._said: float | None = None
        """The last duty of this offer that said something."""
        self._left_ns: int | None = None
        self._given_up = False
        self.line: PilotWish | None = None
        """What matching on the power line wants of the pilot; None where nobody matches."""
        self.offered = False
        """Power is offered, whatever the pilot just says of it."""
        self.for_words = False
        """A vehicle gets nothing before it has spoken."""

    def step(self, now_ns: int, *, offered: bool, held: bool) -> float:
        """Return the duty; *held* is a contactor that is commanded closed, or about to be."""
        self.offered = offered or held
        self._duty = self._next(now_ns, held=held) if self.offered else self._withdrawn()
        return self._duty

    def give_up(self) -> None:
        """Wait for no words any more under this offer: the vehicle is matched, and says nothing."""
        self._given_up = True

    def _withdrawn(self) -> float:
        self.for_words, self._given_up = False, False
        self._said = self._left_ns = None
        return STEADY

    def _next(self, now_ns: int, *, held: bool) -> float:
        if held and self._duty not in (STEADY, OUT_OF_SERVICE):
            return self._duty
        words = not self._given_up and self.line not in (None, PilotWish.NOMINAL)
        if words and self.line is PilotWish.STATE_E and not held:
            self.for_words, self._left_ns = True, None
            return OUT_OF_SERVICE
        duty = HIGH_LEVEL_DUTY if words else self._nominal
        turning = self._said not in (None, duty) and self._waits(now_ns)
        # A vehicle in state C while nothing is said has not asked for what comes next.
        self.for_words = words or turning
        if turning:
            return STEADY
        self._said, self._left_ns = duty, None
        return duty

    def _waits(self, now_ns: int) -> bool:
        """Return whether the moment between two duties is not over yet."""
        if self._left_ns is None:
            self._left_ns = now_ns
        return now_ns - self._left_ns < SLAC.steady_ns
