"""The session: from a plug that goes in to power that flows, and back.

The machine reads what was observed and what was permitted, and says what it would like: bolt,
pilot, power. It closes nothing itself. States and their way on:

    UNPLUGGED -> PLUGGED        proximity reads seated for the debounce
    PLUGGED   -> LOCKING        somebody wants power, or the lock
    LOCKING   -> READY          LOCK_STATUS; else bounded retries, then ERR_LOCK_FAIL
    READY     -> CLOSING        the vehicle is in state C or D, and power is wanted
    CLOSING   -> LOW_POWER      the mirror contact reads closed
    LOW_POWER -> RUNNING        after the low-power time
    any power -> STOPPING       power no longer wanted or permitted; current to zero, then open
    STOPPING  -> READY | PLUGGED    open; the bolt is freed if the stop asked for it
    any       -> FAULTED        a latched fault; left when none is latched any more
    any       -> UNPLUGGED      the plug is out for the debounce
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from silverpin.domain.limits import LIMITS, Limits
from silverpin.domain.observation import CpState
from silverpin.domain.quantities import NS_PER_S, seconds_to_ns
from silverpin.domain.session import SessionState

_READY_CP = (CpState.C, CpState.D)
_POWERED = frozenset(
    {SessionState.CLOSING, SessionState.LOW_POWER, SessionState.RUNNING, SessionState.STOPPING}
)
DEBOUNCE_NS = NS_PER_S
"""A plug counts as in, or out, after this long without a change."""
_STOP_MAX_NS = 5 * NS_PER_S
"""A normal stop waits this long for zero current before it lets the permit go."""


class Seen(NamedTuple):
    """What the machine needs of an observation, already judged for freshness."""

    now_ns: int
    seated: bool | None
    cp: CpState | None
    locked: bool
    closed: bool
    current_a: float
    faulted: bool


@dataclass(slots=True)
class Session:
    """State and wishes of one charger's session."""

    limits: Limits = LIMITS
    state: SessionState = SessionState.UNPLUGGED
    wanted: bool = False
    """Power is wanted: the standing order."""
    lock_held: bool = False
    """A person asked for the lock without power."""
    bolt: bool = False
    """The bolt is commanded home."""
    attempt: int = 0
    failed_lock: bool = False
    """All tries are spent; the caller accuses and this goes false with the next plug."""
    entered_ns: int = 0
    _changed_ns: int | None = None
    _driven_ns: int = 0
    _free_bolt: bool = False
    _notes: list[tuple[str, int]] = field(default_factory=list)

    @property
    def power_on(self) -> bool:
        """Whether a permit is wanted now."""
        return self.state in _POWERED

    @property
    def offering(self) -> bool:
        """Whether the pilot offers power to the vehicle."""
        return (self.wanted or self.power_on) and self.bolt

    def want(self, power: bool, free_bolt: bool = False) -> None:
        """Take the standing order; *free_bolt* lets the plug go once power is off."""
        self.wanted = power
        self._free_bolt = free_bolt and not power
        if power:
            self.lock_held = False

    def notes(self) -> list[tuple[str, int]]:
        """Return and forget what happened to the bolt: driven or retried, with the try."""
        notes, self._notes = self._notes, []
        return notes

    def wake_ns(self) -> int | None:
        """Return when the machine next acts without any input changing."""
        if self.state is SessionState.LOW_POWER:
            return self.entered_ns + seconds_to_ns(self.limits.low_power_s)
        if self.state is SessionState.LOCKING:
            return self._driven_ns + seconds_to_ns(self.limits.lock_travel_max_s)
        return None if self._changed_ns is None else self._changed_ns + DEBOUNCE_NS

    def settled(self) -> bool:
        """Return whether nothing is under way."""
        steady = (SessionState.UNPLUGGED, SessionState.PLUGGED, SessionState.FAULTED,
                  SessionState.RUNNING, SessionState.READY)  # fmt: skip
        return self.state in steady and self._changed_ns is None

    def step(self, seen: Seen) -> None:
        """Move on by at most one state."""
        if self._plug_changed(seen):
            return
        if seen.faulted:
            self.wanted = False
            if self.state is not SessionState.FAULTED:
                self._enter(SessionState.FAULTED, seen.now_ns)
        elif self.state is SessionState.FAULTED:
            plugged = bool(seen.seated)
            self._enter(SessionState.PLUGGED if plugged else SessionState.UNPLUGGED, seen.now_ns)
        else:
            self._move(seen)

    def _plug_changed(self, seen: Seen) -> bool:
        """Debounce proximity; return whether the plug was just found in or out."""
        plugged = self.state is not SessionState.UNPLUGGED
        if (
            seen.seated is None
            or seen.seated == plugged
            or (self.state is SessionState.FAULTED and seen.faulted)
        ):
            self._changed_ns = None
            return False
        if self._changed_ns is None:
            self._changed_ns = seen.now_ns
        if seen.now_ns - self._changed_ns < DEBOUNCE_NS:
            return False
        self._changed_ns = None
        if plugged:
            self.wanted = self.lock_held = self.bolt = self.failed_lock = False
            self.attempt = 0
        self._enter(SessionState.UNPLUGGED if plugged else SessionState.PLUGGED, seen.now_ns)
        return True

    def _enter(self, state: SessionState, now_ns: int) -> None:
        self.state = state
        self.entered_ns = now_ns

    def _move(self, seen: Seen) -> None:
        match self.state:
            case SessionState.PLUGGED:
                self._plugged(seen)
            case SessionState.LOCKING:
                self._locking(seen)
            case SessionState.READY:
                self._ready(seen)
            case SessionState.CLOSING if seen.closed:
                self._enter(SessionState.LOW_POWER, seen.now_ns)
            case SessionState.LOW_POWER if seen.now_ns >= (self.wake_ns() or 0):
                self._enter(SessionState.RUNNING, seen.now_ns)
            case SessionState.STOPPING:
                self._stopping(seen)
            case _:
                pass
        ends = not self.wanted or seen.cp not in _READY_CP
        if self.power_on and self.state is not SessionState.STOPPING and ends:
            self._enter(SessionState.STOPPING, seen.now_ns)

    def _plugged(self, seen: Seen) -> None:
        if self.wanted or self.lock_held:
            self._drive_bolt(seen.now_ns)
            self._enter(SessionState.LOCKING, seen.now_ns)
        else:
            self.bolt = self.bolt and not self._free_bolt

    def _drive_bolt(self, now_ns: int) -> None:
        self.bolt = True
        self.attempt += 1
        self._driven_ns = now_ns
        self._notes.append(("driven" if self.attempt == 1 else "retried", self.attempt))

    def _locking(self, seen: Seen) -> None:
        if seen.locked:
            self.attempt = 0
            self._notes.append(("locked", seen.now_ns - self._driven_ns))
            self._enter(SessionState.READY, seen.now_ns)
            return
        waited = seen.now_ns - self._driven_ns
        if waited < seconds_to_ns(self.limits.lock_travel_max_s):
            return
        self.bolt = False
        if self.attempt >= self.limits.lock_tries_max:
            self.failed_lock = True
            self.attempt = 0
            self._enter(SessionState.PLUGGED, seen.now_ns)
        elif waited >= seconds_to_ns(self.limits.lock_retry_s):
            self._drive_bolt(seen.now_ns)

    def _ready(self, seen: Seen) -> None:
        if not seen.locked:
            self._enter(SessionState.PLUGGED, seen.now_ns)
        elif self.wanted and seen.cp in _READY_CP:
            self._enter(SessionState.CLOSING, seen.now_ns)
        elif not self.wanted and self._free_bolt and not self.lock_held:
            self.bolt = False
            self._enter(SessionState.PLUGGED, seen.now_ns)

    def _stopping(self, seen: Seen) -> None:
        if not seen.closed:
            free = self._free_bolt and not self.lock_held
            self.bolt = self.bolt and not free
            self._enter(SessionState.PLUGGED if free else SessionState.READY, seen.now_ns)

    def stop_now(self, seen: Seen) -> bool:
        """Return whether a stop in progress may let the permit go: current is zero, or waited."""
        if self.state is not SessionState.STOPPING:
            return False
        waited = seen.now_ns - self.entered_ns >= _STOP_MAX_NS
        return abs(seen.current_a) < self.limits.reversal_zero_a or waited
