"""How long something has been so, when it may come and go.

A contact that chatters, or a current that swings about its bound, is not well each time it happens
to be; what was so must stay away for as long as it was allowed to last before it is forgotten.
"""


class Lasting:
    """One thing that may be so for a while, and no longer."""

    __slots__ = ("_allowed_ns", "_gone_ns", "_since_ns")

    def __init__(self, allowed_ns: int) -> None:
        self._allowed_ns = allowed_ns
        self._since_ns: int | None = None
        self._gone_ns: int | None = None

    def step(self, now_ns: int, so: bool) -> bool:
        """Return whether it is so now and has been for as long as is allowed."""
        if so:
            self._gone_ns = None
            if self._since_ns is None:
                self._since_ns = now_ns
            return now_ns - self._since_ns >= self._allowed_ns
        if self._gone_ns is None:
            self._gone_ns = now_ns
        if now_ns - self._gone_ns >= self._allowed_ns:
            self._since_ns = None
        return False

    def forget(self) -> None:
        """Begin anew."""
        self._since_ns = self._gone_ns = None

    @property
    def remembers(self) -> bool:
        """Whether it was so lately."""
        return self._since_ns is not None
