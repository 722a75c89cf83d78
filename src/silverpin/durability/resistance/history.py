"""One connector through its sessions: resistance wanders or jumps, traits stay what they are.

Nobody knows beforehand how fast a contact ages or when it jumps. So several paces are followed side
by side, and at every session each may have jumped; the likeliest of these stories are kept, each a
Kalman filter, weighed by how well it foretold. Answers are mixtures of all of them.
"""

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr

from silverpin.durability.life import Band
from silverpin.durability.prior import SCORE_95
from silverpin.durability.resistance.alike import EARLY, Alike, Session, as_rows, of_rows
from silverpin.durability.resistance.evidence import (
    LOOP,
    LOOP_SD_OHM,
    MATING_SD,
    WIDE,
    Loop,
    at_first,
    wide,
)
from silverpin.durability.resistance.session import CONTACT, STATE, Belief, Evidence, fresh

if TYPE_CHECKING:
    from collections.abc import Mapping

    from silverpin.durability.record import FloatArray
    from silverpin.durability.resistance.thermal_type import ThermalType

FIRST = WIDE
"""The contact as it was at the first session, beside the wide state."""
RATE = WIDE + 1
"""What every session adds to the contact, beside what chance does."""
SIZE = WIDE + 2
PACES = (0.001, 0.006, 0.03, 0.001)
"""Standard deviation of what a session changes, of the logarithm; the last drifts steadily."""
_RATE_SDS = (1e-6, 1e-6, 1e-6, 0.004)
"""How fast it drifts, of the logarithm a session."""
_RATE_WANDERS = (0.0, 0.0, 0.0, 0.0002)
"""How much of that a session changes."""
_STEADY = 3
_PACE_SHARES = (0.45, 0.27, 0.18, 0.1)
JUMPS = ((0.997, 0.0), (0.0025, 0.25), (0.0005, 1.0))
"""Share of sessions at which a contact jumps, and how far: not, as wear does, or as damage does."""
_UNIT_SD = 0.02
"""What two lumps make of a unit that has more, each time the same: no session tells it apart."""
_SURE_SD = 0.2
"""A contact that heat knows as well as this may take its slope along."""
_NEAR, _FAR = 0.03, 0.5
"""So far the contact moves before the loop's slope is taken anew."""
_LEAST_OHM = 1e-6
_STORIES = 6
"""Kept of each pace."""
_HALVINGS = 40
_ONWARD, _BACKWARD = np.eye(SIZE), np.eye(SIZE)
_ONWARD[CONTACT, RATE], _BACKWARD[CONTACT, RATE] = 1.0, -1.0


@dataclass(frozen=True, slots=True)
class _Stories:
    """Many filters side by side."""

    mean: "FloatArray"
    cov: "FloatArray"
    log_weight: "FloatArray"
    pace: "np.ndarray[tuple[int], np.dtype[np.int64]]"
    parent: "np.ndarray[tuple[int], np.dtype[np.int64]]"
    added: "FloatArray"
    """Variance that was added to each unknown before the newest session."""
    still: "np.ndarray[tuple[int], np.dtype[np.bool_]]"
    """The one story in which nothing ever changed."""

    @property
    def share(self) -> "FloatArray":
        """Weight of each, 1 in all."""
        weight = np.exp(self.log_weight - self.log_weight.max())
        shares: FloatArray = weight / weight.sum()
        return shares


_STORY = tuple(field.name for field in fields(_Stories))


class History:
    """Takes the evidence of session after session."""

    def __init__(self, kind: "ThermalType") -> None:
        self._kind = kind
        self._gone = 0
        """Steps that were let go; what they told is in the next one."""
        self._alike = Alike(kind)
        self._early: list[Session] | None = []
        """The first sessions; each that comes tells more of what is common to all of them."""
        self._begin()

    def _begin(self) -> None:
        self._steps: list[_Stories] = []
        self._heated = 0
        """Sessions that heat told of."""
        self.tangent = self._kind.contact
        """Logarithm of the contact where the loop's slope is taken."""

    @property
    def sessions(self) -> int:
        """How many were taken."""
        return self._gone + len(self._steps)

    def forget(self, keep: int) -> None:
        """Let go all but the newest steps: sessions before them are told no more."""
        gone = max(0, len(self._steps) - keep)
        self._early = None if gone else self._early
        self._steps = self._steps[gone:]
        self._gone += gone

    def memory(self) -> "dict[str, FloatArray]":
        """Return what goes on from here needs, and nothing of the sessions before."""
        now = self._steps[-1]
        stories = {name: np.asarray(getattr(now, name), dtype=np.float64) for name in _STORY}
        beside = np.array([self.sessions, self._heated, self.tangent])
        alike = {"alike": self._alike.memory(), "early": as_rows(self._early or [])}
        return {**stories, "history": beside, **alike}

    def resume(self, memory: "Mapping[str, FloatArray]") -> None:
        """Go on from a memory, or from an older one that knows of no drift nor what is alike."""
        told = {name: memory[name] for name in _STORY}
        whole = {name: told[name].astype(np.int64) for name in ("pace", "parent")}
        still = told["still"].astype(np.bool_)
        stories = _Stories(**{**told, **whole, "still": still})  # type: ignore[arg-type]
        sessions, heated, self.tangent = map(float, memory["history"])
        self._gone, self._heated, self._early = int(sessions) - 1, int(heated), None
        if "alike" in memory:
            self._alike.resume(memory["alike"])
            if len(memory["early"]):
                self._gone, self._early = 0, of_rows(memory["early"])
                self._take_again(self._early)
                return
        else:
            stories = _with_rates(stories)
            self._heated = int(sessions * heated)
        self._steps = [stories]

    def belief(self) -> Belief:
        """Return what is believed of the state before the next session, as one normal."""
        if not self._steps:
            return fresh(self._kind)
        now = self._steps[-1]
        share, mean, cov = now.share, now.mean[:, :STATE], now.cov[:, :STATE, :STATE]
        middle = share @ mean
        apart = mean - middle
        spread = np.einsum("h,hi,hj->ij", share, apart, apart)
        return Belief(middle, np.einsum("h,hij->ij", share, cov) + spread)

    def outlook(self) -> Belief:
        """Return from where the next session is to be looked at.

        Always from the same place, if the type is known: from where a drift has led the belief to,
        the next drift seems larger. A type that nobody benched lies too far away for that.
        """
        return fresh(self._kind) if self._kind.bench_runs else self.belief()

    def take(self, evidence: Evidence | None, loop: Loop | None = None) -> None:
        """Add a session: what heat says of it, what voltage says, either, both or nothing."""
        if evidence is not None:
            self._alike.learn(evidence, self.belief().mean)
        if self._early is None or len(self._early) == EARLY:
            self._early = None
            self._add(evidence, loop)
            return
        self._early.append((evidence, loop))
        self._take_again(self._early)

    def _take_again(self, early: list[Session]) -> None:
        self._begin()
        for session in early:
            self._add(*session)

    def _add(self, evidence: Evidence | None, loop: Loop | None) -> None:
        if evidence is not None:
            evidence = self._alike.made(evidence, self._heated)
        moved = self._move_tangent(evidence)
        before = self._branched(moved) if self._steps else self._begun()
        told = wide(evidence, loop, self.tangent)
        weight, push = np.zeros((SIZE, SIZE)), np.zeros(SIZE)
        weight[:WIDE, :WIDE], push[:WIDE] = told
        self._steps.append(_kept(_updated(before, weight, push)))

    def _move_tangent(self, evidence: Evidence | None) -> bool:
        """Take the slope where heat shows the contact to be; whether the loop starts anew."""
        self._heated += evidence is not None
        before = self.belief()
        moved = abs(float(before.mean[CONTACT]) - self.tangent)
        sure = float(before.cov[CONTACT, CONTACT]) < _SURE_SD**2
        if not self._heated or moved < (_NEAR if sure else _FAR):
            return False
        self.tangent = float(before.mean[CONTACT])
        return not sure

    def now(self) -> Band:
        """Return the contact's resistance at the last session. [ohm]"""
        return self.sessions_ohm(1)[0]

    def sessions_ohm(self, last: int | None = None) -> list[Band]:
        """Return the resistance of each session, or of the last few, by all that is known."""
        count = len(self._steps) if last is None else min(last, len(self._steps))
        smoothed = _smoothed(self._steps, count)
        share = self._steps[-1].share
        if not self._heated:
            return self._by_changes(smoothed[0] @ share)
        mean = smoothed[0] - self._kind.bias
        sd = np.sqrt(smoothed[1] + MATING_SD**2 + _UNIT_SD**2)
        rows = np.exp([_quantile(share, mean, sd, level) for level in (0.05, 0.5, 0.95)])
        return [Band(*map(float, row)) for row in rows.T]

    def _by_changes(self, contact: "FloatArray") -> list[Band]:
        """Return what voltage alone tells: any contact that a new one may be, and its changes."""
        before = fresh(self._kind)
        sd = float(np.sqrt(before.cov[CONTACT, CONTACT]))
        first = self._steps[-1].share @ self._steps[-1].mean[:, FIRST]
        ohm = float(np.exp(self.tangent))
        least, new, most = (ohm * float(np.exp(score * sd)) for score in (-SCORE_95, 0.0, SCORE_95))
        changes = ohm * (contact - first)
        return [
            Band(*(max(_LEAST_OHM, row + float(change)) for row in (least, new, most)))
            for change in changes
        ]

    def rise(self) -> Band:
        """Return how much higher the contact is than at the first session, as a share."""
        share, mean, sd = self._rise()
        levels = [_quantile(share, mean, sd, level)[0] for level in (0.05, 0.5, 0.95)]
        return Band(*(float(np.expm1(row)) for row in levels))

    def risen(self, least: float) -> float:
        """Return how likely the contact rose by at least a share since the first session."""
        share, mean, sd = self._rise()
        return float(share @ ndtr((mean[0] - np.log1p(least)) / sd[0]))

    def log_odds_of_change(self) -> float:
        """Return the logarithm of the odds that the contact changed at all."""
        now = self._steps[-1]
        return float(np.logaddexp.reduce(now.log_weight[~now.still]) - now.log_weight[now.still][0])

    def _rise(self) -> "tuple[FloatArray, FloatArray, FloatArray]":
        now = self._steps[-1]
        mean = now.mean[:, CONTACT] - now.mean[:, FIRST]
        var = (
            now.cov[:, CONTACT, CONTACT] + now.cov[:, FIRST, FIRST] - 2.0 * now.cov[:, CONTACT,
                                                                                    FIRST]
        )  # fmt: skip
        return now.share, mean[None], np.sqrt(np.maximum(var, 1e-12))[None]

    def _begun(self) -> _Stories:
        own = at_first(self._kind)
        mean: FloatArray = np.zeros((len(PACES), SIZE))
        mean[:, :WIDE], mean[:, FIRST] = own.mean, own.mean[CONTACT]
        cov: FloatArray = np.zeros((len(PACES), SIZE, SIZE))
        cov[:, :WIDE, :WIDE] = own.cov
        cov[:, FIRST, :] = cov[:, CONTACT, :]
        cov[:, :, FIRST] = cov[:, :, CONTACT]
        cov[:, RATE, RATE] = np.square(_RATE_SDS)
        places = np.arange(len(PACES))
        return _Stories(
            mean, cov, np.log(_PACE_SHARES), places, places,
            np.zeros(len(PACES)), places == 0,
        )  # fmt: skip

    def _branched(self, moved: bool) -> _Stories:
        """Return every story as it goes on at its pace, and as it goes on after a jump.

        Where the tangent *moved*, the loop is as unknown as at first.
        """
        now = self._steps[-1]
        count = len(now.mean)
        shares, sizes = np.array(JUMPS).T
        pace = np.tile(now.pace, len(JUMPS))
        added: FloatArray = np.zeros((len(pace), SIZE))
        added[:, CONTACT] = np.square(PACES)[pace] + np.repeat(sizes**2, count)
        added[:, RATE] = np.square(_RATE_WANDERS)[pace]
        added[:, LOOP] = LOOP_SD_OHM**2 if moved else 0.0
        return _Stories(
            np.tile(now.mean @ _ONWARD.T, (len(JUMPS), 1)),
            np.tile(_ONWARD @ now.cov @ _ONWARD.T, (len(JUMPS), 1, 1))
            + added[:, :, None] * np.eye(SIZE),
            np.tile(now.log_weight, len(JUMPS)) + np.repeat(np.log(shares), count),
            pace,
            np.tile(np.arange(count), len(JUMPS)),
            added,
            np.concatenate([now.still, np.zeros(2 * count, dtype=np.bool_)]),
        )


def _with_rates(older: _Stories) -> _Stories:
    """Return stories that know of no steady drift, and beside them such as drift from now on."""
    more = SIZE - older.mean.shape[1]
    drifting = older.pace == 0
    cov = np.pad(older.cov, ((0, 0), (0, more), (0, more)))
    cov[:, RATE, RATE] = _RATE_SDS[0] ** 2
    onward = cov[drifting]
    onward[:, RATE, RATE] = _RATE_SDS[_STEADY] ** 2
    mean, parent = np.pad(older.mean, ((0, 0), (0, more))), older.parent
    less = float(np.log(_PACE_SHARES[_STEADY] / _PACE_SHARES[0]))
    return _Stories(
        np.concatenate([mean, mean[drifting]]),
        np.concatenate([cov, onward]),
        np.concatenate([older.log_weight, older.log_weight[drifting] + less]),
        np.concatenate([older.pace, np.full(len(onward), _STEADY)]),
        np.concatenate([parent, parent[drifting]]),
        older.added,
        np.concatenate([older.still, np.zeros(len(onward), dtype=np.bool_)]),
    )


def _updated(before: _Stories, weight: "FloatArray", push: "FloatArray") -> _Stories:
    """Return the stories after a session's evidence, weighed by how well they foretold it."""
    spread = np.eye(SIZE) + before.cov @ weight
    surprise = push - before.mean @ weight
    cov = np.linalg.solve(spread, before.cov)
    cov = 0.5 * (cov + cov.transpose(0, 2, 1))
    move = np.einsum("hij,hj->hi", cov, surprise)
    foretold = (
        0.5 * np.einsum("hi,hi->h", surprise, move)
        + before.mean @ push
        - 0.5 * np.einsum("hi,ij,hj->h", before.mean, weight, before.mean)
        - 0.5 * np.linalg.slogdet(spread)[1]
    )
    return _Stories(
        before.mean + move, cov, before.log_weight + foretold, before.pace, before.parent,
        before.added, before.still,
    )  # fmt: skip


def _kept(stories: _Stories) -> _Stories:
    """Return the likeliest stories of each pace."""
    order = np.argsort(-stories.log_weight, kind="stable")
    kept = np.concatenate(
        [order[stories.pace[order] == pace][:_STORIES] for pace in range(len(PACES))]
    )
    if not stories.still[kept].any():  # it is what all others are held against
        kept = np.append(kept, np.flatnonzero(stories.still))
    return _Stories(
        stories.mean[kept], stories.cov[kept],
        stories.log_weight[kept] - stories.log_weight[kept].max(), stories.pace[kept],
        stories.parent[kept], stories.added[kept], stories.still[kept],
    )  # fmt: skip


def _smoothed(steps: list[_Stories], last: int) -> "tuple[FloatArray, FloatArray]":
    """Return mean and variance of the contact at the last sessions by each of today's stories."""
    mean, cov = steps[-1].mean, steps[-1].cov
    place = np.arange(len(mean))
    means, variances = [mean[:, CONTACT]], [cov[:, CONTACT, CONTACT]]
    for at in range(len(steps) - 1, len(steps) - last, -1):
        step, past = steps[at], steps[at - 1]
        origin, added = step.parent[place], step.added[place]
        was, was_cov = past.mean[origin], past.cov[origin]
        foretold = _ONWARD @ was_cov @ _ONWARD.T + added[:, :, None] * np.eye(SIZE)
        back = _BACKWARD @ (np.eye(SIZE) - added[:, :, None] * np.linalg.inv(foretold))
        mean = was + np.einsum("hij,hj->hi", back, mean - was @ _ONWARD.T)
        cov = was_cov + back @ (cov - foretold) @ back.transpose(0, 2, 1)
        place = origin
        means.append(mean[:, CONTACT])
        variances.append(cov[:, CONTACT, CONTACT])
    return np.array(means[::-1]), np.array(variances[::-1])


def _quantile(
    share: "FloatArray", mean: "FloatArray", sd: "FloatArray", level: float
) -> "FloatArray":
    """Return where a mixture of normals, one a row, reaches a level."""
    low, high = (mean - 6.0 * sd).min(axis=1), (mean + 6.0 * sd).max(axis=1)
    for _ in range(_HALVINGS):
        tried = 0.5 * (low + high)
        below = ndtr((tried[:, None] - mean) / sd) @ share < level
        low, high = np.where(below, tried, low), np.where(below, high, tried)
    middle: FloatArray = 0.5 * (low + high)
    return middle
