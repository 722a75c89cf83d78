"""Wall time for monotonic instants, by one anchor.

A step of the wall clock moves no interval and no timer: instants stay monotonic, and are only
called by other names from then on. A charger without a battery for its clock wakes up in another
year, and a laptop sleeps while its monotonic clock stands still.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

STEP_NS = 200_000_000
"""A wall clock that parts by less goes on by the anchor, so that nothing jitters."""


@dataclass(frozen=True, slots=True)
class Wall:
    """UTC of one monotonic instant; every other follows by its distance."""

    utc_ns: int
    at_ns: int = 0

    def corrected(self, t_ns: int, utc_ns: int) -> "Wall":
        """Return a wall on which *t_ns* is *utc_ns*; this one where they agree."""
        if abs(self.utc_of(t_ns) - utc_ns) <= STEP_NS:
            return self
        return Wall(utc_ns, t_ns)

    def utc_of(self, t_ns: int) -> int:
        """Return the UTC of a monotonic instant. [ns]"""
        return self.utc_ns + t_ns - self.at_ns

    def instant_of(self, utc_ns: int) -> int:
        """Return the instant of something past, even if the clock ran ahead then."""
        return self.at_ns + min(0, utc_ns - self.utc_ns)

    def iso(self, t_ns: int) -> str:
        """Return an instant as ISO 8601 with milliseconds and Z."""
        return iso(self.utc_of(t_ns))

    def clock(self, t_ns: int) -> str:
        """Return an instant as a clock beside the charger reads, as all that the page shows."""
        return f"{self._local(t_ns):%H:%M:%S}"

    def offset_s(self, t_ns: int) -> int:
        """Return how far a clock beside the charger is ahead of UTC at an instant. [s]"""
        offset = self._local(t_ns).utcoffset()
        return round(offset.total_seconds()) if offset is not None else 0

    def _local(self, t_ns: int) -> datetime:
        return datetime.fromtimestamp(self.utc_of(t_ns) // 1_000_000_000, UTC).astimezone()


def iso(utc_ns: int) -> str:
    """Return a UTC instant as ISO 8601 with milliseconds and Z."""
    moment = datetime.fromtimestamp(utc_ns // 1_000_000_000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{utc_ns // 1_000_000 % 1000:03d}Z"
