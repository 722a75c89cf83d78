"""Samples what heats a contact and what its sensor reads, in blocks of ten seconds.

From the first current of a mating until half an hour after the last: more than any session's
pauses. Between two looks the last one holds, so that skipped ticks change no mean. It decides
nothing and accuses nobody; what was not read is left out, and a block that lacks most of it says
None.
"""

from collections import deque
from collections.abc import Container
from dataclasses import dataclass, field
from typing import NamedTuple

from silverpin.domain.contact_trace import BLOCK_NS, IDLE_A, PAUSE_S, ContactBlock
from silverpin.domain.limits import Limits
from silverpin.domain.observation import Observation
from silverpin.domain.quantities import NS_PER_DAY, NS_PER_S
from silverpin.safety.freshness import measured

_LEAST_NS = NS_PER_S
"""A shorter rest of a block is left out."""
_KNOWN_SHARE = 0.5
_WAITING = 1_000
"""Blocks that nobody took are let go, oldest first: a run without a disk has no use for them."""
_PAUSE_NS = int(PAUSE_S * NS_PER_S)
_DAY_NS = NS_PER_DAY + 6 * BLOCK_NS
"""A day is known to be over by a block after it, which has to reach the disk first."""


class Look(NamedTuple):
    """One instant, as far as it was read."""

    now_ns: int
    mating: int | None
    """Number of the mating; None while no plug is in."""
    current_a: float | None
    pin_c: float | None = None
    air_c: float | None = None
    v_evse_v: float | None = None
    v_ev_v: float | None = None
    cable_c: float | None = None

    def figures(self) -> tuple[float | None, ...]:
        """Return what is averaged, in the order of a block."""
        amps = self.current_a
        square_a2 = None if amps is None else amps * amps
        return amps, square_a2, *self[3:]


def look_of(obs: Observation, mating: int | None, doubted: Container[int], limits: Limits) -> Look:
    """Return what an observation shows of the contact; readings that are too old show nothing."""
    if mating is None:
        return Look(obs.now_ns, None, None)
    age_ns = limits.input_age_max_ns
    return Look(
        obs.now_ns,
        mating,
        measured(obs.current_a, obs.now_ns, age_ns),
        _hottest_c(obs, doubted, limits),
        measured(obs.ambient_c, obs.now_ns, age_ns),
        measured(obs.voltage_v, obs.now_ns, age_ns),
    )


def _hottest_c(obs: Observation, doubted: Container[int], limits: Limits) -> float | None:
    """Return the hottest sensor; None where any of them may hide a hotter pin."""
    hottest_c = None
    for place, reading in enumerate(obs.pin_temps_c):
        temp_c = measured(reading, obs.now_ns, limits.temp_age_max_ns)
        if temp_c is None or place in doubted:
            return None
        if hottest_c is None or temp_c > hottest_c:
            hottest_c = temp_c
    return hottest_c


_FIGURES = len(Look(0, None, None).figures())


@dataclass(slots=True)
class ContactTrace:
    """Takes look after look; the blocks that ended wait in it."""

    _last: Look | None = None
    _flowed_ns: int | None = None
    """When current flowed last in this mating."""
    _since_ns: int | None = None
    """When a session began, or the latest day of it."""
    _ended: bool = False
    _begin_ns: int | None = None
    _sums: list[float] = field(default_factory=list)
    _known_ns: list[int] = field(default_factory=list)
    _blocks: deque[ContactBlock] = field(default_factory=lambda: deque(maxlen=_WAITING))

    def step(self, look: Look) -> None:
        """Take the next look."""
        last, self._last = self._last, look
        if last is None or last.mating is None:
            return
        self._hold(last, look.now_ns)
        if last.mating != look.mating:
            self._end(last.mating, look.now_ns)
            self._flowed_ns = self._since_ns = None

    def drain(self) -> list[ContactBlock]:
        """Return and forget the blocks that ended."""
        blocks = list(self._blocks)
        self._blocks.clear()
        return blocks

    def ended(self) -> bool:
        """Return whether a session has ended by its pause, or a day of one; asked once."""
        ended, self._ended = self._ended, False
        return ended

    def _hold(self, last: Look, now_ns: int) -> None:
        """Add what was seen last, which held until now."""
        if not self._in_session(last, now_ns):
            self._begin_ns = None
            return
        if self._begin_ns is None:
            self._begin_ns = last.now_ns
            self._sums, self._known_ns = [0.0] * _FIGURES, [0] * _FIGURES
        held_ns = now_ns - last.now_ns
        for place, figure in enumerate(last.figures()):
            if figure is not None:
                self._sums[place] += figure * held_ns
                self._known_ns[place] += held_ns
        if now_ns - self._begin_ns >= BLOCK_NS:
            self._end(last.mating or 0, now_ns)

    def _in_session(self, last: Look, now_ns: int) -> bool:
        """Return whether current flows, or did a while ago; note what ends."""
        if last.current_a is not None and abs(last.current_a) > IDLE_A:
            self._flowed_ns = now_ns
            self._since_ns = last.now_ns if self._since_ns is None else self._since_ns
        if self._since_ns is None or self._flowed_ns is None:
            return False
        if now_ns - self._flowed_ns > _PAUSE_NS:
            self._since_ns = self._flowed_ns = None
            self._ended = True
            return False
        if now_ns - self._since_ns >= _DAY_NS:
            self._since_ns, self._ended = now_ns, True
        return True

    def _end(self, mating: int, now_ns: int) -> None:
        begin_ns, self._begin_ns = self._begin_ns, None
        if begin_ns is None or now_ns - begin_ns < _LEAST_NS:
            return
        span_ns = now_ns - begin_ns
        means = [
            total / known_ns if known_ns >= _KNOWN_SHARE * span_ns else None
            for total, known_ns in zip(self._sums, self._known_ns, strict=True)
        ]
        self._blocks.append(ContactBlock(begin_ns, mating, span_ns / NS_PER_S, *means))
