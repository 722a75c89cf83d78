"""A start at high power that somebody announced: a dispatcher, a reservation, the day's signal."""

from typing import NamedTuple

from silverpin.domain.quantities import NS_PER_S, seconds_to_ns

_SAME_NS = 30 * NS_PER_S
"""An announcement of the same power for about the same instant is the same one."""
LAPSE_NS = 900 * NS_PER_S
"""Nobody came for this long after the announced instant: it is off."""


class Announcement(NamedTuple):
    """What was announced: a signed power at the connector from an instant on."""

    power_w: float
    at_ns: int
    told_ns: int


class Announced:
    """The announcement that stands, if one does."""

    __slots__ = ("standing",)

    def __init__(self) -> None:
        self.standing: Announcement | None = None

    def announce(self, now_ns: int, power_w: float, in_s: float) -> bool:
        """Take an announcement in place of the one before; return whether it is news."""
        told = Announcement(power_w, now_ns + seconds_to_ns(in_s), now_ns)
        before = self.standing
        if (
            before is not None
            and before.power_w == power_w
            and abs(before.at_ns - told.at_ns) <= _SAME_NS
        ):
            return False
        self.standing = told
        return True

    def cancel(self) -> bool:
        """Take it back; return whether there was one."""
        stood, self.standing = self.standing is not None, None
        return stood

    def step(self, now_ns: int, flows: bool) -> None:
        """Forget what came true, and what nobody came for."""
        told = self.standing
        if told is not None and now_ns >= told.at_ns + (0 if flows else LAPSE_NS):
            self.standing = None
