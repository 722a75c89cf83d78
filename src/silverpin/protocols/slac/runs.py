"""One vehicle's run through matching, as the charger hears it.

A charger hears every vehicle near it. Each of their runs is kept by itself, and only the vehicle
decides: it asks the charger that heard it best for the match.
"""

from enum import Enum

from silverpin.domain.quantities import NS_PER_MS
from silverpin.domain.slac import SlacTimes
from silverpin.protocols.slac.messages import AttenCharInd, SlacParmCnf, StartAttenCharInd
from silverpin.protocols.slac.states import Match, NoMatch


class Step(Enum):
    """What the run waits for."""

    START = "the announcement of the sounds"
    SOUNDS = "sounds"
    AVERAGE = "the average"
    RESPONSE = "the vehicle's answer"
    CHOICE = "the vehicle's choice"


class Run:
    """One run; `due_ns` is when `tick` has something to say."""

    def __init__(self, vehicle: bytes, run_id: bytes, now_ns: int, times: SlacTimes) -> None:
        self._times = times
        self._sums: list[int] = []
        self._tries = 0
        self.vehicle, self.run_id, self.began_ns = vehicle, run_id, now_ns
        self.step = Step.START
        self.due_ns = now_ns + times.sequence_ns
        self.announced = times.sounds
        self.heard = 0
        self.measured = 0
        self.retries = 0

    def parameters(self) -> SlacParmCnf:
        """Return how the charger wants to be sounded."""
        return SlacParmCnf(
            sounds=self._times.sounds,
            timeout=self._times.sounding_ns // (100 * NS_PER_MS),
            forwarding=self.vehicle,
            run_id=self.run_id,
        )

    def start(self, message: StartAttenCharInd, now_ns: int) -> None:
        """The vehicle announces its sounds; it does so three times, and the first counts."""
        if self.step is Step.START:
            self.step = Step.SOUNDS
            self.announced = message.sounds
            self.due_ns = now_ns + self._times.sounding_ns

    def profile(self, groups: bytes, now_ns: int) -> None:
        """The modem has measured a sound."""
        if self.step is not Step.SOUNDS or not groups:
            return
        if self.measured and len(groups) != len(self._sums):
            return
        self._sums = [a + b for a, b in zip(self._sums or [0] * len(groups), groups, strict=True)]
        self.measured += 1
        if self.measured >= self.announced:
            self._average(now_ns)

    def respond(self, now_ns: int) -> None:
        """The vehicle knows its attenuation here."""
        if self.step is Step.RESPONSE:
            self.step = Step.CHOICE
            self.due_ns = now_ns + self._times.session_ns

    @property
    def may_match(self) -> bool:
        """Whether the vehicle may choose: its request proves that it heard, answer lost or not."""
        return self.step in (Step.RESPONSE, Step.CHOICE)

    def tick(self, now_ns: int) -> AttenCharInd | NoMatch | None:
        """Return what is due: the attenuation, or why the run ends."""
        if now_ns < self.due_ns:
            return None
        if self.step is Step.START:
            return NoMatch.NO_START
        if self.step is Step.SOUNDS:
            return self._silence(now_ns)
        if self.step is Step.CHOICE:
            return NoMatch.NO_CHOICE
        if self._tries > self._times.retries:
            return NoMatch.NO_RESPONSE
        self.retries += self._tries > 0
        self._tries += 1
        self.step = Step.RESPONSE
        self.due_ns = now_ns + self._times.response_ns
        return AttenCharInd(
            vehicle=self.vehicle,
            run_id=self.run_id,
            sounds=self.measured,
            groups=bytes(round(level) for level in self.groups),
        )

    @property
    def groups(self) -> tuple[float, ...]:
        """Mean attenuation of each carrier group. [dB]"""
        return tuple(total / self.measured for total in self._sums)

    def matched(self, now_ns: int) -> Match:
        """Return the run as a match."""
        return Match(
            vehicle=self.vehicle,
            run_id=self.run_id,
            groups=self.groups,
            sounds=self.announced,
            measured=self.measured,
            retries=self.retries,
            began_ns=self.began_ns,
            matched_ns=now_ns,
        )

    def _silence(self, now_ns: int) -> NoMatch | None:
        # No average of nothing: a made-up one could win a vehicle that is on another cable.
        if not self.measured:
            return NoMatch.NO_PROFILE if self.heard else NoMatch.NO_SOUND
        self._average(now_ns)
        return None

    def _average(self, now_ns: int) -> None:
        self.step = Step.AVERAGE
        self.due_ns = now_ns + self._times.averaging_ns
