"""The session: from a plug that goes in to power that flows, and back.

The machine reads what was observed and what is latched, and says what it would like: bolt, pilot,
power. It closes nothing itself. States and their way on:

    UNPLUGGED -> PLUGGED        proximity reads seated for the debounce
    PLUGGED   -> LOCKING        somebody wants power, or the lock
    LOCKING   -> READY          LOCK_STATUS; else bounded tries, then ERR_LOCK_FAIL; after a try
                                that failed the coil rests, whoever wants the next one
    READY     -> CLOSING        the vehicle is in state C or D, power is wanted, and the bolt stayed
                                home when its drive let go
    CLOSING   -> LOW_POWER      the mirror contact reads closed
    LOW_POWER -> RUNNING        after the low-power time
    any power -> CLOSING        the contactor was let go meanwhile: its permit lapsed in a stall
    any power -> STOPPING       power no longer wanted, or the vehicle not ready: current to zero
    STOPPING  -> READY | PLUGGED    open; the bolt is let go if somebody stopped the session
    any       -> FAULTED        a latched fault; left when none is latched any more
    any       -> UNPLUGGED      the plug is out for the debounce

A vehicle that talks (`Seen.ask`) is waited for: READY lasts until it asks for something. On direct
current it asks for an insulation test, then for its battery's voltage, then for power, and between
CLOSING and LOW_POWER lie

    CLOSING     -> TESTING      the mirror contact reads closed
    TESTING     -> PRECHARGING  insulation has passed, and the vehicle asks for its voltage
    PRECHARGING -> LOW_POWER    the vehicle asks for power: its battery is on the pins

STOPPING then waits until the vehicle has left state C as well, so that it opens its switches
without current and before us. A stall that opened the contactor under a battery ends the session:
nothing closes onto it.

Whether a plug is in (`plugged`) is debounced beside the states: a plug that comes or goes while a
fault stands is seen, and counted. A stop lets the plug go, also from a faulted session; a fault
alone does not. LOCK_STATUS proves the bolt only while the bolt is commanded home.
"""

from dataclasses import dataclass
from typing import NamedTuple

from silverpin.domain.asks import Ask, wants_pins
from silverpin.domain.limits import LIMITS, Limits
from silverpin.domain.observation import CpState
from silverpin.domain.quantities import NS_PER_S, seconds_to_ns
from silverpin.domain.session import SessionState

_READY_CP = (CpState.C, CpState.D)
_BEFORE = (SessionState.TESTING, SessionState.PRECHARGING)
_FLOWING = (SessionState.LOW_POWER, SessionState.RUNNING)
_STARTING = (SessionState.CLOSING, *_BEFORE, *_FLOWING)
_POWERED = (*_STARTING, SessionState.STOPPING)
_STEADY = (SessionState.RUNNING, SessionState.READY, SessionState.PLUGGED, SessionState.UNPLUGGED,
           SessionState.FAULTED)  # fmt: skip
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
    """The mirror contact reads closed."""
    commanded: bool
    """The contactor is commanded closed."""
    current_a: float
    faulted: bool
    ask: Ask | None = None
    """What a vehicle that talks asks for; None where the pilot alone says it."""
    insulated: bool = False
    """The insulation test has passed, and the pins are dead again."""


@dataclass(slots=True)
class Session:
    """State and wishes of one charger's session."""

    limits: Limits = LIMITS
    direct_current: bool = False
    state: SessionState = SessionState.UNPLUGGED
    plugged: bool = False
    """A plug is in, debounced."""
    wanted: bool = False
    """Power is wanted: the standing order."""
    lock_held: bool = False
    """A person asked for the lock without power."""
    bolt: bool = False
    """The bolt is commanded home."""
    attempt: int = 0
    """Which try to lock this is, 1 to `lock_tries_max`; 0 when none is under way."""
    failed_try: int = 0
    """Which try has failed at this step; 0 when none has."""
    flashed: bool = False
    """LOCK_STATUS was proved in this try; if it fails all the same, the bolt did not stay."""
    failed_lock: bool = False
    """All tries are spent at this step."""
    entered_ns: int = 0
    _changed_ns: int | None = None
    _driven_ns: int = 0
    _rests_until_ns: int = 0
    _freeing: bool = False
    _settling: bool = False
    _talked: bool = False
    """The vehicle asked for what is under way, and has to go on asking."""

    @property
    def power_on(self) -> bool:
        """Whether a permit is wanted now."""
        return self.state in _POWERED

    @property
    def voltage_alone(self) -> bool:
        """Whether no current is wanted yet: the pins are tested, or brought to a voltage."""
        first = self.state is SessionState.CLOSING and self._talked and self.direct_current
        return first or self.state in _BEFORE

    @property
    def offering(self) -> bool:
        """Whether the pilot offers power to the vehicle."""
        return self.bolt and (self.wanted or self.state in _POWERED)

    def start(self) -> None:
        """Want power from now on. Idempotent."""
        self.wanted = True
        self.lock_held = self._freeing = False

    def stop(self) -> bool:
        """Want no power, and let the plug go once it is off; return whether that is news."""
        news = self.wanted or (self.bolt and not (self._freeing or self.lock_held))
        self.wanted = False
        self._freeing = True
        return news

    def hold(self) -> bool:
        """Want the lock without power; return whether that is news."""
        news = not (self.bolt or self.lock_held)
        self.lock_held = not self.wanted
        return news

    def let_go(self) -> None:
        """Want the plug free, at once; the caller asked `safety.interlock` first."""
        self.lock_held = self.bolt = False
        self.attempt = 0
        if self.state in (SessionState.READY, SessionState.LOCKING):
            self.state = SessionState.PLUGGED

    def settled(self) -> bool:
        """Return whether nothing is under way."""
        rests = self.state is SessionState.PLUGGED and (self.wanted or self.lock_held)
        still = self._changed_ns is None and not (rests or self._settling)
        return self.state in _STEADY and still

    def stop_now(self, seen: Seen) -> bool:
        """Return whether a stop in progress may let the permit go: current is zero, or waited.

        A contactor that is not held any more, or was not yet, is not closed for a stop.
        """
        if self.state is not SessionState.STOPPING:
            return False
        if not seen.commanded:
            return True
        if seen.now_ns - self.entered_ns >= _STOP_MAX_NS:
            return True
        joined = self._talked and seen.cp in _READY_CP
        return abs(seen.current_a) < self.limits.reversal_zero_a and not joined

    def step(self, seen: Seen) -> None:
        """Move on by at most one state."""
        self.failed_lock = False
        self.failed_try = 0
        self._settling = False
        if seen.seated is None or seen.seated == self.plugged:
            self._changed_ns = None
        else:
            self._debounce(seen.now_ns, seen.seated)
        if seen.faulted:
            self._faulted(seen)
        elif self.state is SessionState.FAULTED or (
            self.plugged != (self.state is not SessionState.UNPLUGGED)
        ):
            back = SessionState.PLUGGED if self.plugged else SessionState.UNPLUGGED
            self._enter(back, seen.now_ns)
        else:
            self._move(seen)

    def _debounce(self, now_ns: int, seated: bool) -> None:
        if self._changed_ns is None:
            self._changed_ns = now_ns
        if now_ns - self._changed_ns < DEBOUNCE_NS:
            return
        self._changed_ns = None
        self.plugged = seated
        if not seated:
            self.wanted = self.lock_held = self.bolt = self._freeing = False
            self.attempt = 0

    def _enter(self, state: SessionState, now_ns: int) -> None:
        self.state = state
        self.entered_ns = now_ns

    def _faulted(self, seen: Seen) -> None:
        """Keep power off; the bolt follows people still, for the lock may be what is tested."""
        self.wanted = False
        if self.state is not SessionState.FAULTED:
            self.attempt = 0
            self._enter(SessionState.FAULTED, seen.now_ns)
        if self.lock_held:
            self.bolt = True
        elif self._freeing:
            self.bolt = False

    def _move(self, seen: Seen) -> None:
        if self.state in (*_BEFORE, *_FLOWING) and not seen.commanded:
            again = SessionState.STOPPING if self._talked else SessionState.CLOSING
            self._enter(again, seen.now_ns)
        elif self.state is not SessionState.RUNNING:
            self._move_on(seen)
        if self.state in _STARTING and self._ends(seen):
            self._enter(SessionState.STOPPING, seen.now_ns)

    def _move_on(self, seen: Seen) -> None:
        match self.state:
            case SessionState.PLUGGED:
                self._plugged(seen)
            case SessionState.LOCKING:
                self._locking(seen)
            case SessionState.READY:
                self._ready(seen)
            case SessionState.CLOSING | SessionState.TESTING | SessionState.PRECHARGING:
                self._joining(seen)
            case SessionState.LOW_POWER if self._low_long_enough(seen.now_ns):
                self._enter(SessionState.RUNNING, seen.now_ns)
            case SessionState.STOPPING if not (seen.closed or seen.commanded):
                self._stopped(seen)
            case _:
                pass

    def _joining(self, seen: Seen) -> None:
        """Move on from a contactor that closes towards power, as far as the vehicle asks for it."""
        if self.state is SessionState.CLOSING:
            if seen.closed:
                self.attempt = 0
                after = SessionState.TESTING if self.voltage_alone else SessionState.LOW_POWER
                self._enter(after, seen.now_ns)
        elif self.state is SessionState.PRECHARGING:
            if seen.ask is Ask.POWER:
                self._enter(SessionState.LOW_POWER, seen.now_ns)
        elif seen.insulated and seen.ask is Ask.VOLTAGE:
            self._enter(SessionState.PRECHARGING, seen.now_ns)

    def _low_long_enough(self, now_ns: int) -> bool:
        return now_ns - self.entered_ns >= seconds_to_ns(self.limits.low_power_s)

    def _ends(self, seen: Seen) -> bool:
        """Return whether power has to end; a lock lost under load is for safety to say."""
        unlocked = self.state is SessionState.CLOSING and not seen.locked
        silent = self._talked and (seen.ask is None or not wants_pins(seen.ask))
        return not self.wanted or seen.cp not in _READY_CP or unlocked or silent

    def _plugged(self, seen: Seen) -> None:
        if self.wanted or self.lock_held:
            if seen.now_ns >= self._rests_until_ns:
                self._drive_bolt(seen.now_ns)
                self._enter(SessionState.LOCKING, seen.now_ns)
        elif self._freeing:
            self.bolt = False

    def _drive_bolt(self, now_ns: int) -> None:
        self.bolt = True
        self.flashed = False
        self.attempt += 1
        self._driven_ns = now_ns

    def _fails_try(self) -> None:
        self.bolt = False
        self.failed_try = self.attempt
        self._rests_until_ns = self._driven_ns + seconds_to_ns(self.limits.lock_retry_s)

    def _locking(self, seen: Seen) -> None:
        waited_ns = seen.now_ns - self._driven_ns
        if not (self.wanted or self.lock_held):
            self.attempt = 0
            self._enter(SessionState.PLUGGED, seen.now_ns)
            return
        if self.bolt and seen.locked:
            self.flashed = True
            self._enter(SessionState.READY, seen.now_ns)
            return
        if waited_ns < seconds_to_ns(self.limits.lock_travel_max_s):
            return
        if self.bolt:
            self._fails_try()
        if self.attempt >= self.limits.lock_tries_max:
            self.wanted = self.lock_held = False
            self.attempt = 0
            self.failed_lock = True
            self._enter(SessionState.PLUGGED, seen.now_ns)
        elif waited_ns >= seconds_to_ns(self.limits.lock_retry_s):
            self._drive_bolt(seen.now_ns)

    def _ready(self, seen: Seen) -> None:
        if not seen.locked:
            # The try that brought us here has failed after all.
            self._fails_try()
            self._driven_ns = seen.now_ns - seconds_to_ns(self.limits.lock_travel_max_s)
            self._enter(SessionState.LOCKING, seen.now_ns)
        elif self.wanted and seen.cp in _READY_CP and self._asked(seen.ask):
            settle_ns = seconds_to_ns(self.limits.lock_settle_s)
            self._settling = seen.now_ns - self._driven_ns < settle_ns
            if not self._settling:
                self._talked = seen.ask is not None
                self._enter(SessionState.CLOSING, seen.now_ns)
        elif self._freeing and not self.lock_held:
            self.let_go()

    def _asked(self, ask: Ask | None) -> bool:
        """Return whether the vehicle asks for the first thing that it may ask for."""
        return ask in (None, Ask.INSULATION if self.direct_current else Ask.POWER)

    def _stopped(self, seen: Seen) -> None:
        if self._freeing and not self.lock_held:
            self.bolt = False
            self._enter(SessionState.PLUGGED, seen.now_ns)
        else:
            self._enter(SessionState.READY, seen.now_ns)
