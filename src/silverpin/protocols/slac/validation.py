"""Validation: the vehicle toggles the pilot, and the charger tells how often it saw that.

Few vehicles ask for it, and most chargers refuse. It is what proves the cable where two chargers
hear a vehicle alike: only the pilot of one of them is on its plug.
"""

from silverpin.domain.observation import CpState
from silverpin.domain.slac import SlacTimes
from silverpin.protocols.slac.messages import ValidateCnf, ValidateReq, Validation


class Toggles:
    """Counts B to C on the pilot for one vehicle at a time."""

    def __init__(self, times: SlacTimes) -> None:
        self._times = times
        self._state: CpState | None = None
        self._count = 0
        self.vehicle: bytes | None = None
        self.due_ns: int | None = None
        """When the count is told."""

    def pilot(self, state: CpState) -> None:
        """Take the pilot as it is now."""
        if self.due_ns is not None and (self._state, state) == (CpState.B, CpState.C):
            self._count += 1
        self._state = state

    def ask(self, message: ValidateReq, vehicle: bytes, now_ns: int) -> ValidateCnf | None:
        """Answer a request, or begin to count; a time of 0 is too short for any toggle."""
        if self.vehicle not in (None, vehicle):
            return ValidateCnf(toggles=0, result=Validation.NOT_READY)
        if message.signal != 0 or message.result != Validation.READY:
            return ValidateCnf(toggles=0, result=Validation.FAILURE)
        self.vehicle = vehicle
        if message.timer == 0:
            return ValidateCnf(toggles=0, result=Validation.READY)
        if self.due_ns is None:
            asked_ns = (message.timer + 1) * self._times.toggle_unit_ns
            self.due_ns = now_ns + min(asked_ns, self._times.toggle_ns)
            self._count = 0
        return None

    def tick(self, now_ns: int) -> ValidateCnf | None:
        """Return the count when its time is over."""
        if self.due_ns is None or now_ns < self.due_ns:
            return None
        count = min(self._count, 255)
        self.drop()
        return ValidateCnf(
            toggles=count, result=Validation.SUCCESS if count else Validation.FAILURE
        )

    def drop(self) -> None:
        """Forget the vehicle."""
        self.vehicle = self.due_ns = None
