"""How much of a record has been read, on stderr: a line that renews itself for people."""

import time
from typing import TextIO

_RENEW_S = 0.2
_QUIET_S = 5.0


class Progress:
    """Tells rows and days; a terminal sees them change, a file gets a line every few seconds."""

    def __init__(self, sink: TextIO) -> None:
        self._sink = sink
        self._live = sink.isatty()
        self._told_s = time.monotonic()
        self._begun = False

    def at(self, rows: int, t_s: float) -> None:
        """Take how far the reading is."""
        now_s = time.monotonic()
        if now_s - self._told_s < (_RENEW_S if self._live else _QUIET_S):
            return
        self._told_s, self._begun = now_s, True
        words = f"{rows:,} rows read, {t_s / 86_400.0:,.1f} days"
        ends = ("\r", "\x1b[K") if self._live else ("", "\n")
        print(ends[0] + words, end=ends[1], file=self._sink, flush=True)

    def done(self) -> None:
        """Leave a clean line behind."""
        if self._live and self._begun:
            print(end="\r\x1b[K", file=self._sink, flush=True)
