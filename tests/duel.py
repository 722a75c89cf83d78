"""One history of harmful readings, judged by the safety core and by its oracle beside it."""

from typing import Any

import pytest

from silverpin.domain.conditions import Condition
from silverpin.domain.limits import LIMITS
from silverpin.domain.observation import Request
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
        self.known: tuple[tuple[Condition, ...], tuple[Condition, ...], Answer | None]
        self.known = (), (), None
        """The conditions and the answer that agreed last."""

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
        taken_ns = self.now_ns
        self.judged += looks
        while looks > 0:
            if self.permitted not in made:
                fields = stretch.closed if self.permitted else stretch.open
                made[self.permitted] = stamped(fields, taken_ns)
            self.renew(taken_ns)
            looks -= self.stay(made[self.permitted], stretch.request, looks, taken_ns)
        self.met |= self.oracle.codes

    def renew(self, taken_ns: int) -> None:
        """Readings were taken: what the same ones proved at their first look, they prove again."""
        self.oracle.facts, for_ns = self.proved.get(self.permitted, (None, 0))
        self.oracle.until_ns = taken_ns + for_ns

    def stay(self, fields: tuple[Any, ...], request: Request, looks: int, taken_ns: int) -> int:
        """Look until the contactor has to follow another answer; return how often that was."""
        envelope, oracle, permitted = self.envelope, self.oracle, self.permitted
        looked, now_ns, doubted = 0, self.now_ns, envelope.doubted
        while looked < looks and self.permitted is permitted:
            obs = observed(now_ns, fields)
            verdict = envelope.judge(obs, request)
            answer = oracle.judge(obs, request, doubted)
            if now_ns == taken_ns and oracle.facts is not None:
                self.proved[permitted] = oracle.facts, oracle.until_ns - taken_ns
            if self.differs(verdict, answer, now_ns):
                pytest.fail(f"{told(envelope, verdict)}\nand the oracle {answer}\nof {obs}")
            self.permitted = answer.permitted
            self.permits += answer.permitted
            self.reverses += answer.reverse
            looked += 1
            now_ns += TICK_NS
        self.now_ns = now_ns
        return looked

    def differs(self, verdict: Verdict, answer: Answer, now_ns: int) -> bool:
        """Return whether the core said or kept anything but what the oracle did."""
        permit, emergency, blocked, reverse_blocked = verdict
        kept = self.envelope.latched
        if len(kept) != len(answer.codes) or kept.keys() != answer.codes:
            return True
        if self.envelope.inspection_due is not answer.inspection_due:
            return True
        if permit is None:
            apart = answer.permitted or emergency is not answer.emergency
        else:
            apart = emergency or permit[0] != now_ns + LIMITS.lease_ns
            apart = apart or permit[1:] != answer.permit_a
        return apart or not self.agreed(blocked, reverse_blocked, answer)

    def agreed(
        self, blocked: tuple[Condition, ...], reverse_blocked: tuple[Condition, ...], answer: Answer
    ) -> bool:
        """Return whether the same conditions are missing; what agreed just now still does."""
        known = self.known
        if answer is known[2] and blocked == known[0] and reverse_blocked == known[1]:
            return True
        self.known = blocked, reverse_blocked, answer
        bars = {row.name for row in reverse_blocked}
        return {row.name for row in blocked} == answer.missing and bars == answer.reverse_missing


def told(envelope: Envelope, verdict: Verdict) -> str:
    blocked = [row.name for row in verdict.blocked]
    return f"said {verdict.permit}, {verdict.emergency}, {blocked}, {sorted(envelope.latched)}"
