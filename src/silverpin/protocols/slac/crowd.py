"""The vehicles in hearing range of one attempt, and when that attempt is over."""

from collections import Counter
from dataclasses import dataclass

from silverpin.domain.slac import SlacTimes
from silverpin.protocols.slac.runs import Run
from silverpin.protocols.slac.states import BROKEN, NoMatch

HEARD_MAX = 64
"""Vehicles that are remembered; a car park has fewer within a cable's hearing."""


@dataclass(slots=True)
class _Heard:
    first_ns: int
    last: NoMatch | None = None


class Crowd:
    """Who has spoken since the charger began to listen, and the runs that are under way."""

    def __init__(self, times: SlacTimes) -> None:
        self._times = times
        self._heard: dict[bytes, _Heard] = {}
        self._closes_ns = 0
        self.runs: dict[bytes, Run] = {}
        self.endings: Counter[NoMatch] = Counter()
        """How runs ended that were no match, since the start."""

    def open(self, now_ns: int) -> None:
        """A new attempt begins: the vehicle has its time to say a first word."""
        self._heard.clear()
        self._closes_ns = now_ns + self._times.init_ns

    def __len__(self) -> int:
        """Vehicles heard in this attempt."""
        return len(self._heard)

    def refusal(self, vehicle: bytes, now_ns: int) -> str | None:
        """Return why this vehicle may not begin now."""
        heard = self._heard.get(vehicle)
        if now_ns >= self._closes_ns and (heard is None or now_ns >= self._window_ns(heard)):
            return "too late"
        if vehicle not in self.runs and len(self.runs) >= self._times.parallel:
            return "too many vehicles at a time"
        return "too many vehicles" if heard is None and len(self._heard) >= HEARD_MAX else None

    def begin(self, vehicle: bytes, run_id: bytes, now_ns: int) -> Run:
        """Begin a vehicle's run; the same once more is its run begun again."""
        run = Run(vehicle, run_id, now_ns, self._times)
        old = self.runs.get(vehicle)
        if old is not None and old.run_id == run_id:
            run.retries = old.retries + 1
        elif old is not None:
            self.end(old, NoMatch.BEGAN_ANEW)
        self._heard.setdefault(vehicle, _Heard(now_ns))
        self.runs[vehicle] = run
        return run

    def find(self, vehicle: bytes, run_id: bytes) -> Run | None:
        """Return the run to which a message belongs."""
        run = self.runs.get(vehicle)
        return run if run is not None and run.run_id == run_id else None

    def end(self, run: Run, why: NoMatch) -> None:
        """End a run without a match."""
        self.runs.pop(run.vehicle, None)
        self.endings[why] += 1
        if run.vehicle in self._heard:
            self._heard[run.vehicle].last = why

    def end_all(self, why: NoMatch) -> None:
        """End all runs that are under way."""
        for run in list(self.runs.values()):
            self.end(run, why)

    def over_ns(self) -> int | None:
        """When the attempt is over, as long as nothing new comes; None while a run lives."""
        if self.runs:
            return None
        windows = [self._window_ns(heard) for heard in self._heard.values()]
        # A vehicle whose messages were lost is likely ours: it will not speak again by itself.
        if any(heard.last in BROKEN for heard in self._heard.values()):
            return max(windows)
        return max([self._closes_ns, *windows])

    def reason(self) -> NoMatch:
        """Return why nobody was matched, the most telling ending first."""
        endings = [heard.last for heard in self._heard.values() if heard.last is not None]
        broken = [ending for ending in endings if ending in BROKEN]
        if broken:
            return max(broken, key=BROKEN.index)
        return endings[-1] if endings else NoMatch.NOBODY_SPOKE

    def _window_ns(self, heard: _Heard) -> int:
        return heard.first_ns + self._times.repetition_ns
