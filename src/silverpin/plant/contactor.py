"""A contactor with a mirror contact: it follows its coil late, and can weld."""


class Contactor:
    """The contact over time, as an exact function of when its coil changed."""

    __slots__ = ("_closed", "_coil_ns", "close_delay_ns", "coil", "load_breaks", "open_delay_ns",
                 "stuck_open", "welded")  # fmt: skip

    def __init__(self) -> None:
        self.coil = False
        self.welded = False
        self.stuck_open = False
        self.close_delay_ns = 25_000_000
        self.open_delay_ns = 12_000_000
        self.load_breaks = 0
        """Nature's own count of currents that were interrupted, for tests to compare with."""
        self._closed = False
        self._coil_ns = 0

    def energise(self, now_ns: int, coil: bool) -> None:
        """Switch the coil. Idempotent."""
        if coil != self.coil:
            self._closed = self.closed(now_ns)
            self.coil = coil
            self._coil_ns = now_ns

    def closed(self, now_ns: int) -> bool:
        """Return whether the main contacts are closed; the mirror contact tells the same."""
        if self.welded:
            return True
        if self.stuck_open:
            return False
        delay_ns = self.close_delay_ns if self.coil else self.open_delay_ns
        return self.coil if now_ns - self._coil_ns >= delay_ns else self._closed

    def settled(self, now_ns: int) -> bool:
        """Return whether the contact has followed its coil, or never will."""
        return now_ns - self._coil_ns >= max(self.close_delay_ns, self.open_delay_ns)
