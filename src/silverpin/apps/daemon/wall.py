"""Wall time for monotonic instants: one anchor, so that a step of the wall clock moves nothing."""

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Wall:
    """UTC of one monotonic instant; every other follows by its distance."""

    utc_ns: int
    at_ns: int = 0

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
        """Return an instant as a clock beside the charger reads: local time, as the page's."""
        moment = datetime.fromtimestamp(self.utc_of(t_ns) // 1_000_000_000, UTC)
        return f"{moment.astimezone():%H:%M:%S}"


def iso(utc_ns: int) -> str:
    """Return a UTC instant as ISO 8601 with milliseconds and Z."""
    moment = datetime.fromtimestamp(utc_ns // 1_000_000_000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{utc_ns // 1_000_000 % 1000:03d}Z"
