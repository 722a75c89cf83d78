"""How far a run is, on stderr: a line that renews itself for people, a line each 10 % for files."""

import time
from typing import TextIO

from silverpin.apps.plot.scale import clock

_RENEW_S = 0.2
_LINE_SHARE = 0.1


class Progress:
    """Tells percent, simulated time and speed; *now_s* of the real clock is read inside."""

    def __init__(self, sink: TextIO, duration_s: float) -> None:
        self._sink = sink
        self._duration_s = duration_s
        self._live = sink.isatty()
        self._started_s = self._told_s = time.monotonic()
        self._next_share = _LINE_SHARE

    def at(self, t_s: float) -> None:
        """Take the run's own time; say something when it is worth a line."""
        if self._live:
            now_s = time.monotonic()
            if now_s - self._told_s >= _RENEW_S:
                self._told_s = now_s
                self._tell(t_s, start="\r", end="\x1b[K")
        elif t_s / self._duration_s >= self._next_share - 1e-9:
            self._next_share += _LINE_SHARE
            self._tell(t_s, start="", end="\n")

    def done(self) -> None:
        """Leave a clean line behind."""
        if self._live:
            print(end="\r\x1b[K", file=self._sink, flush=True)

    def _tell(self, t_s: float, start: str, end: str) -> None:
        speed = t_s / max(1e-9, time.monotonic() - self._started_s)
        share = 100.0 * t_s / self._duration_s
        words = (
            f"{share:3.0f} %  {clock(t_s)} of {clock(self._duration_s)}  {speed:,.0f} times real"
        )
        print(start + words, end=end, file=self._sink, flush=True)
