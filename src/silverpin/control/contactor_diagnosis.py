"""Why a contactor does not do as it was told, or does not say so: causes ranked from evidence.

`safety.contactor` raises the fault within its time and knows no cause. Evidence comes later: the
converter's capacitors empty, the vehicle lets go of the pins, a slow contact follows after all. The
cause is told when it is proved, or after a while with what there is. One mirror contact says that
some pole is closed; which one, and whether it is the mirror that errs, takes voltages.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from silverpin.control.contactor_evidence import Evidence, Sides
from silverpin.control.contactor_timing import ContactorTiming
from silverpin.domain.causes import ContactorCause, Suspect
from silverpin.domain.limits import Limits
from silverpin.domain.observation import Observation
from silverpin.domain.quantities import NS_PER_S
from silverpin.safety.envelope import Latch
from silverpin.safety.freshness import flagged, measured

_WELD, _OPEN = "ERR_CONTACTOR_WELD", "ERR_CONTACTOR_OPEN"
_ALIKE_MS = 200.0
"""Sides that are still alike after the mirror contact read open for so long, or should, are joined.

An inhibited converter's capacitors have lost half of their voltage by then."""
_FLOWS_MS = 50.0
"""A meter may lag so far behind a contact that opened."""
_SLOW_NS, _PATIENCE_NS = NS_PER_S, 2 * NS_PER_S
"""A contact that reads closed may still follow; the cause is told by then, proved or not."""
_PROVED = 0.95
_TOLD = 0.25
"""A second cause is named from this weight on."""
_CLOSED = {ContactorCause.WELDED: 0.4, ContactorCause.ONE_POLE: 0.25,
           ContactorCause.MIRROR_STUCK: 0.25, ContactorCause.SLOW: 0.1}  # fmt: skip
_PARTED = {ContactorCause.ONE_POLE: 0.5, ContactorCause.MIRROR_STUCK: 0.5}
_STILL_OPEN = {ContactorCause.COIL: 0.6, ContactorCause.SLOW: 0.2, ContactorCause.MIRROR_OPEN: 0.15,
               ContactorCause.CHATTER: 0.05}  # fmt: skip
"""What causes weigh where nothing is proved: of a contact that reads closed, of one whose path is
open all the same, and of one that reads open."""

Weights = Mapping[ContactorCause, float]


class Told(NamedTuple):
    """A cause for a fault that stands, in words."""

    code: str
    detail: str


class ContactorDiagnosis:
    """What one contactor did, and what is behind its faults."""

    __slots__ = ("_evidence", "_found", "_limits", "_names", "_told", "rankings", "timing")

    def __init__(self, names: tuple[str, ...], limits: Limits) -> None:
        self._names = names
        self._limits = limits
        self.timing = ContactorTiming(limits)
        self._evidence = {False: Evidence(), True: Evidence()}
        """Since the latest command to open, and to close."""
        self._found: dict[str, str] = {}
        """What safety saw, by code; later words build on it."""
        self._told: dict[str, ContactorCause] = {}
        self.rankings: dict[str, tuple[tuple[ContactorCause, float], ...]] = {}
        """Causes by weight, by the code of the fault that stands."""

    def step(
        self, obs: Observation, latched: Mapping[str, Latch], sides: Callable[[], Sides]
    ) -> tuple[Told, ...]:
        """Look at one instant; return causes that are news. *sides* is read only in doubt."""
        timing = self.timing
        if obs.contactor_commanded is not timing.command:
            timing.turn(obs.now_ns, obs.contactor_commanded)
            self._evidence[timing.command] = Evidence()
        contact = flagged(obs.mirror, obs.now_ns, self._limits.input_age_max_ns)
        if contact is not None:
            timing.see(obs.now_ns, contact)
            self._evidence[timing.command].falls = timing.falls
            if contact is not timing.command or _WELD in latched:
                self._look(obs, sides())
        if not (self._found or _WELD in latched or _OPEN in latched):
            return ()
        return tuple(self._tell(obs.now_ns, latched))

    def suspects(self, code: str) -> tuple[Suspect, ...]:
        """Return what may be behind a fault, likeliest first; empty where nothing is known."""
        return tuple(Suspect(cause.row, weight) for cause, weight in self.rankings.get(code, ()))

    def take_up(self, codes: Iterable[str]) -> None:
        """Leave faults alone whose cause an earlier process has told."""
        self._found |= dict.fromkeys(codes, "")

    def _look(self, obs: Observation, sides: Sides) -> None:
        evidence, away_ms = self._evidence[self.timing.command], self.timing.away_ms(obs.now_ns)
        evidence.look(sides, self._limits, rested=away_ms >= _ALIKE_MS)
        amps = measured(obs.current_a, obs.now_ns, self._limits.input_age_max_ns) or 0.0
        if abs(amps) >= self._limits.current_break_max_a and away_ms >= _FLOWS_MS:
            evidence.path_closed = True

    def _tell(self, now_ns: int, latched: Mapping[str, Latch]) -> Iterator[Told]:
        for code in (_WELD, _OPEN):
            latch = latched.get(code)
            if latch is None:
                for memory in (self._found, self._told, self.rankings):
                    memory.pop(code, None)
                continue
            found = self._found.setdefault(code, latch.detail)
            if not found:
                continue
            weights = self._closed() if code == _WELD else self._open()
            ranking = tuple(sorted(weights.items(), key=lambda row: -row[1]))
            self.rankings[code] = ranking
            cause, weight = ranking[0]
            waited_ns = now_ns - latch.since_ns
            known = weight >= _PROVED and not (code == _WELD and self._may_follow(cause, waited_ns))
            due = known or waited_ns >= _PATIENCE_NS
            if due and self._told.get(code) is not cause:
                self._told[code] = cause
                yield Told(code, f"{found}: {self._words(ranking)}")

    @staticmethod
    def _may_follow(cause: ContactorCause, waited_ns: int) -> bool:
        """Return whether a contact that reads closed may still turn out to be slow."""
        return cause is not ContactorCause.SLOW and waited_ns < _SLOW_NS

    def _closed(self) -> Weights:
        """Return what a contact that should be open and reads closed weighs."""
        evidence = self._evidence[False]
        if self.timing.followed and self.timing.slow(closing=False):
            return _proved(ContactorCause.SLOW, _CLOSED)
        if evidence.parted >= self._all():
            return _proved(ContactorCause.MIRROR_STUCK, _CLOSED)
        if evidence.parted and evidence.joined:
            return _proved(ContactorCause.ONE_POLE, _CLOSED)
        if evidence.path_open:
            return _PARTED
        return _proved(ContactorCause.WELDED, _CLOSED) if evidence.path_closed else _CLOSED

    def _open(self) -> Weights:
        """Return what a contact that should be closed and reads open weighs."""
        evidence = self._evidence[True]
        if evidence.path_closed:
            return _proved(ContactorCause.MIRROR_OPEN, _STILL_OPEN)
        if evidence.falls >= self._limits.contactor_falls_max:
            return _proved(ContactorCause.CHATTER, _STILL_OPEN)
        if self.timing.slow(closing=True):
            return _proved(ContactorCause.SLOW, _STILL_OPEN)
        if evidence.parted or evidence.path_open:
            return {ContactorCause.COIL: 0.75, ContactorCause.SLOW: 0.25}
        return _STILL_OPEN

    def _all(self) -> frozenset[int]:
        return frozenset(range(len(self._names)))

    def _words(self, ranking: tuple[tuple[ContactorCause, float], ...]) -> str:
        (first, _), (second, weight), *_ = ranking
        where = ""
        if first is ContactorCause.ONE_POLE and self._evidence[False].joined:
            where = f", {', '.join(self._names[at] for at in sorted(self._evidence[False].joined))}"
        other = f", or else {second.row.what}" if weight >= _TOLD else ""
        return f"likely {first.row.what}{where}{other}; {first.row.advice}"


def _proved(cause: ContactorCause, before: Weights) -> Weights:
    """Return the weights once one cause is proved; what is left is for a proof that errs."""
    rest = sum(before.values()) - before.get(cause, 0.0)
    left = {other: (1.0 - _PROVED) * weight / rest for other, weight in before.items()}
    return left | {cause: _PROVED}
