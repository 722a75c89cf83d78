"""Why the bolt does not come home: causes ranked from what the charger can observe of its tries.

Each try of the drive is a signature (`lock_signature`); each cause expects certain figures of it,
with a spread that is this module's own opinion of actuators of this build. Likelihoods of all tries
are multiplied and the causes' weights are their shares. The way home is learned from healthy
strokes of this very lock; until there was one, the build's own figure stands in, with doubt. Where
a position is measured it is used, and nothing needs it.
"""

from collections.abc import Callable
from math import exp, log
from typing import NamedTuple

from silverpin.control.lock_signature import Signature, signature
from silverpin.control.session import Session
from silverpin.domain.causes import LockCause, Suspect
from silverpin.domain.session import SessionState
from silverpin.ports import Stroke

_HOME_VS, _HOME_MM = 1.1, 11.0
"""The build's way home, as its data sheet has it."""
_LEARNED, _UNLEARNED, _MEASURED = 0.03, 0.055, 0.03
"""How well a way is known, as a share of the way home: with and without healthy strokes; in mm."""
_LEARN = 0.3
"""Weight of a new healthy stroke beside those before it."""
_USUAL = {LockCause.DEBRIS: 1.5, LockCause.SWITCH: 0.5}
"""How often causes are met beside the others, before anything is seen; the rest are 1."""
_TOLD = 0.1
"""A second cause is named from this weight on."""
_SUREST = 0.99
"""No more is claimed in words: the model behind a weight may be wrong as well."""
_DOUBT = 1e-3
"""Likelihood that is left to figures which a cause does not expect at all."""
_FREE_LOAD, _FREE_SPREAD = 0.24, 0.08
_DRAGS = (0.40, 1.0)
"""Load on the free way of a healthy bolt, and of a dry one."""
_MOUTH, _MOUTH_SPREAD = 0.42, 0.035
"""Where a bolt meets the inlet's hole, as a share of the way home."""
_HOLE = (0.38, 0.96)
"""The part of the way within the hole and short of home."""
_HARD, _EDGE, _SOFT, _CLAMPED = 0.009, (0.034, 0.014), (0.03, 0.23), (0.10, 0.60)
"""Way from what is met to standing: hard debris, the edge of a hole that gives a little, soft
debris, a gasket."""
_SOFT_SHARE = 0.4
_REPEATS, _VARIES = 0.025, 0.035
"""How tries differ in way: met at one and the same place, or with the plug's play."""
_SPRINGS_BACK, _FLASHES = 0.3, 0.01
"""Chance that LOCK_STATUS comes and goes, with a gasket and otherwise."""


_PROVED = (SessionState.READY, SessionState.CLOSING, SessionState.LOW_POWER, SessionState.RUNNING)


class Ranked(NamedTuple):
    """One cause with its share of the weight."""

    cause: LockCause
    weight: float


class Try(NamedTuple):
    """One failed try: its signature, and whether LOCK_STATUS was seen before it was lost."""

    seen: Signature
    flashed: bool
    rest_mm: float | None


class LockDiagnosis:
    """What is known of one lock, and the tries that failed since it last held."""

    __slots__ = ("_home_vs", "_learned", "_taken", "_tries", "ranking")

    def __init__(self) -> None:
        self._home_vs = _HOME_VS
        self._learned = False
        self._tries: list[Try] = []
        self._taken = False
        """The stroke of the bolt that is home was learned from."""
        self.ranking: tuple[Ranked, ...] = ()
        """Causes by weight, since tries failed; empty when nothing is known."""

    def step(self, session: Session, stroke: Callable[[], Stroke | None]) -> None:
        """Follow the session's tries; *stroke* reads the latest one."""
        if session.failed_try:
            if session.failed_try == 1:
                self.forget()
            self.failed(stroke(), session.flashed)
        elif not session.bolt:
            self._taken = False
        elif not self._taken and session.state in _PROVED:
            told = stroke()
            if told is not None:
                self._taken = True
                self.held(told)

    def words(self, tries: int) -> str:
        """Return what is told when all *tries* are spent: the likely cause first, with advice."""
        spent = f"the bolt did not seat in {tries} {'try' if tries == 1 else 'tries'}"
        if not self.ranking:
            return f"{spent}, and no current of its drive was measured to tell why"
        (first, weight), second = self.ranking[:2]
        other = f", or else {second.cause.row.what}" if second.weight >= _TOLD else ""
        sure = min(weight, _SUREST)
        return f"{spent}: likely {first.row.what} ({sure:.0%}){other}; {first.row.advice}"

    def suspects(self) -> tuple[Suspect, ...]:
        """Return the ranking in words."""
        return tuple(Suspect(cause.row, weight) for cause, weight in self.ranking)

    def held(self, stroke: Stroke) -> None:
        """Learn from the stroke of a bolt that proved itself; forget what failed before."""
        self.forget()
        seen = signature(stroke, self._home_vs)
        if seen is None or not seen.stood:
            return
        share = _LEARN if self._learned else 1.0
        self._home_vs += share * (seen.way_vs - self._home_vs)
        self._learned = True

    def failed(self, stroke: Stroke | None, flashed: bool) -> None:
        """Take a try that failed; *flashed* says that LOCK_STATUS came and went."""
        seen = None if stroke is None else signature(stroke, self._home_vs)
        if stroke is not None and seen is not None:
            self._tries.append(Try(seen, flashed, stroke.rest_mm))
            self.ranking = self._ranked()

    def forget(self) -> None:
        """Begin anew: another plug, or a bolt that held."""
        self._tries.clear()
        self.ranking = ()

    def _ranked(self) -> tuple[Ranked, ...]:
        doubt = _LEARNED if self._learned else _UNLEARNED
        reach = [row.seen.way_vs / self._home_vs for row in self._tries]
        score = {cause: log(_USUAL.get(cause, 1.0)) for cause in LockCause}
        for row in self._tries:
            for cause, likelihood in _expected(row, self._home_vs, doubt).items():
                # Tries of one bolt are alike: three of them tell less than thrice one.
                score[cause] += log(likelihood + _DOUBT) / len(self._tries) ** 0.5
        if len(reach) > 1:
            apart = max(reach) - min(reach)
            for cause in LockCause:
                spread = _VARIES if cause in (LockCause.MISALIGNED, LockCause.DRY) else _REPEATS
                score[cause] += log(2.0 * _bell(apart, 0.0, spread) + _DOUBT)
        best = max(score.values())
        shares = {cause: exp(value - best) for cause, value in score.items()}
        total = sum(shares.values())
        rows = [Ranked(cause, share / total) for cause, share in shares.items()]
        return tuple(sorted(rows, key=lambda row: -row.weight))


def _expected(row: Try, home_vs: float, doubt: float) -> dict[LockCause, float]:
    """Return how likely each cause makes the figures of one try."""
    seen = row.seen
    reach, met = seen.way_vs / home_vs, seen.met_vs / home_vs
    gap = max(0.0, reach - met)
    if row.rest_mm is not None and not row.flashed:
        reach, doubt = row.rest_mm / _HOME_MM, _MEASURED
    free = _bell(seen.free_load, _FREE_LOAD, _FREE_SPREAD)
    flash = _FLASHES if row.flashed else 1.0 - _FLASHES
    hard, edge = _bell(gap, 0.0, _HARD), _bell(gap, *_EDGE)
    soft = (1.0 - _SOFT_SHARE) * hard + _SOFT_SHARE * _flat(gap, _SOFT, 0.02)
    # What is not known of the whole way is not known of its part in proportion.
    mouth = (_MOUTH_SPREAD**2 + (_MOUTH * doubt) ** 2) ** 0.5
    sprung = _SPRINGS_BACK if row.flashed else 1.0 - _SPRINGS_BACK
    return {
        LockCause.DEBRIS: free * flash * soft * _flat(reach, _HOLE, doubt),
        LockCause.MISALIGNED: free * flash * edge * _bell(met, _MOUTH, mouth),
        LockCause.GASKET: free * sprung * _flat(gap, _CLAMPED, 0.02) * _bell(met, _MOUTH, mouth)
        * _flat(reach, (_MOUTH, 1.0), doubt),
        LockCause.SWITCH: free * flash * hard * _bell(reach, 1.0, doubt),
        LockCause.DRY: _flat(seen.free_load, _DRAGS, 0.04) * flash,
    }  # fmt: skip


def _bell(value: float, mean: float, spread: float) -> float:
    return exp(-0.5 * ((value - mean) / spread) ** 2) / (spread * 2.5066)


def _flat(value: float, between: tuple[float, float], edge: float) -> float:
    """Return an even density with soft edges."""
    low, high = between
    beyond = max(low - value, value - high, 0.0) / edge
    return exp(-0.5 * beyond**2) / (high - low + edge * 2.5066)
