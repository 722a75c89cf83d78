"""A vehicle's sounds, as it sends them."""

import random

from silverpin.domain.quantities import NS_PER_MS
from silverpin.domain.slac import SlacTimes
from silverpin.protocols.slac.messages import MnbcSoundInd, StartAttenCharInd


class Sounding:
    """Three announcements, ten sounds, one at a call."""

    def __init__(self, mac: bytes, chance: random.Random, times: SlacTimes) -> None:
        self._mac = mac
        self._chance = chance
        self._times = times
        self._run_id = bytes(8)
        self._sent = 0
        self.results_ns = 0
        """How long to wait for what the chargers heard."""

    def begin(self, run_id: bytes, now_ns: int) -> None:
        """Begin a run's sounds."""
        self._run_id, self._sent = run_id, 0
        self.results_ns = now_ns + self._times.results_ns

    def next(self) -> StartAttenCharInd | MnbcSoundInd | None:
        """Return what comes next, None after the last sound."""
        times, sent = self._times, self._sent
        self._sent += 1
        if sent < times.starts:
            return StartAttenCharInd(
                sounds=times.sounds,
                timeout=times.sounding_ns // (100 * NS_PER_MS),
                forwarding=self._mac,
                run_id=self._run_id,
            )
        remaining = times.sounds - 1 - (sent - times.starts)
        if remaining < 0:
            return None
        noise = self._chance.randbytes(16)
        return MnbcSoundInd(remaining=remaining, run_id=self._run_id, random=noise)
