"""One history of harmful readings, judged by the safety core and by its oracle beside it."""

from typing import Any

import pytest

from silverpin.domain.limits import LIMITS
from silverpin.safety.envelope import Envelope, Verdict
from tests.adversary import TICK_NS, Adversary, Stretch, observed, stamped
from tests.oracle import Answer, Oracle
from tests.oracle_facts import Facts


class Duel:
    """One history judged twice."""

    def __init__(self, seed: int, *, forgetful: bool = False) -> None:
        self.adversary = Adversary(seed)
        self.now_ns = self.adversary.now_ns
        self.envelope = Envelope(self.adversary.of)
        self.oracle = Oracle(self.adversary.of, forgetful=forgetful)
        self.permitted = False
        self.judged = self.permits = self.reverses = 0
        self.met: set[str] = set()

    def run(self, judgements: int) -> "Duel":
        for stretch in self.adversary.stretches(judgements):
            self.now_ns += stretch.pause_ns
            fields = stretch.closed if self.permitted else stretch.open
            self.do(stretch, stamped(fields, self.now_ns))
            self.proved: dict[bool, tuple[Facts, float]] = {}
            for begun in range(0, stretch.looks, stretch.renewed):
                self.look(stretch, min(stretch.renewed, stretch.looks - begun))
        return self

    def do(self, stretch: Stretch, fields: tuple[Any, ...]) -> None:
        envelope, oracle, codes = self.envelope, self.oracle, stretch.codes
        if stretch.deed == "reset":
            obs = observed(self.now_ns, fields)
            cleared = envelope.reset(codes, obs).cleared
            assert frozenset(cleared) == oracle.reset(codes, obs, envelope.doubted)
        elif stretch.deed == "inspect":
            envelope.inspected()
            oracle.inspected()
        elif stretch.deed == "accuse":
            for code in codes:
                envelope.accuse(code, self.now_ns, "the adversary's word")
            oracle.latch(*codes)
        elif stretch.deed == "restart":
            self.restart()

    def restart(self) -> None:
        """Begin anew with what was remembered; the standing request was refused by what stood."""
        old, of, before = self.envelope, self.adversary.of, self.oracle
        self.envelope, self.oracle = Envelope(of), Oracle(of, forgetful=before.forgetful)
        self.envelope.restore(dict(old.latched), old.inspection_due, dict(old.doubted))
        self.oracle.codes, self.oracle.due = before.codes, before.due
        self.oracle.refused = bool(before.codes)
        self.permitted = False

    def look(self, stretch: Stretch, looks: int) -> None:
        """Look *looks* times at readings of this instant, which age meanwhile."""
        made: dict[bool, tuple[Any, ...]] = {}
        envelope, oracle, request = self.envelope, self.oracle, stretch.request
        was, taken_ns = None, self.now_ns
        for _ in range(looks):
            if self.permitted not in made:
                fields = stretch.closed if self.permitted else stretch.open
                made[self.permitted] = stamped(fields, taken_ns)
            fields = made[self.permitted]
            obs = observed(self.now_ns, fields)
            verdict = envelope.judge(obs, request)
            if fields is not was:
                self.renew(taken_ns)
            answer = oracle.judge(obs, request, envelope.doubted)
            if oracle.facts is not None and self.now_ns == taken_ns:
                self.proved[obs.contactor_commanded] = oracle.facts, oracle.until_ns - taken_ns
            if differs(envelope, verdict, answer, self.now_ns):
                pytest.fail(f"{told(envelope, verdict)}\nand the oracle {answer}\nof {obs}")
            was, self.permitted = fields, answer.permitted
            self.permits += answer.permitted
            self.reverses += answer.reverse
            self.now_ns += TICK_NS
        self.judged += looks
        self.met |= oracle.codes

    def renew(self, taken_ns: int) -> None:
        """Readings were taken: what the same ones proved at their first look, they prove again."""
        self.oracle.facts, for_ns = self.proved.get(self.permitted, (None, 0))
        self.oracle.until_ns = taken_ns + for_ns


def differs(envelope: Envelope, verdict: Verdict, answer: Answer, now_ns: int) -> bool:
    permit = verdict.permit
    if (permit is not None) is not answer.permitted or verdict.emergency is not answer.emergency:
        return True
    if (
        envelope.latched.keys() != answer.codes
        or envelope.inspection_due is not answer.inspection_due
    ):
        return True
    if permit is None:
        return {row.name for row in verdict.blocked} != answer.missing
    rating_a = envelope._connector.rating_a
    return permit != (now_ns + LIMITS.lease_ns, rating_a, rating_a if answer.reverse else 0.0)


def told(envelope: Envelope, verdict: Verdict) -> str:
    blocked = [row.name for row in verdict.blocked]
    return f"said {verdict.permit}, {verdict.emergency}, {blocked}, {sorted(envelope.latched)}"
