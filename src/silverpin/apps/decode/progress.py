"""How far a long decoding is, on stderr: a line that renews itself for people, few for files."""

import time
from typing import TextIO

_QUIET_S = 2.0
_RENEW_S = 0.5
_LINE_S = 10.0


class Progress:
    """Tells how much of a capture was read; says nothing of what is done in two seconds."""

    def __init__(self, sink: TextIO, size: int | None) -> None:
        self._sink = sink
        self._size = size
        self._live = sink.isatty()
        self._started_s = time.monotonic()
        self._next_s = self._started_s + (_QUIET_S if self._live else _LINE_S)
        self._told = False

    def at(self, read: int, messages: int) -> None:
        """Take how far the file was read; say something when it is worth a line."""
        now_s = time.monotonic()
        if now_s < self._next_s:
            return
        self._next_s = now_s + (_RENEW_S if self._live else _LINE_S)
        self._told = True
        share = f"{100 * read / self._size:3.0f} %  " if self._size else ""
        rate = read / max(1e-9, now_s - self._started_s) / 1e6
        words = f"{share}{read / 1e6:,.0f} MB read, {rate:,.1f} MB/s, {messages:,} messages"
        start, end = ("\r", "\x1b[K") if self._live else ("", "\n")
        print(start + words, end=end, file=self._sink, flush=True)

    def done(self) -> None:
        """Leave a clean line behind."""
        if self._live and self._told:
            print(end="\r\x1b[K", file=self._sink, flush=True)
