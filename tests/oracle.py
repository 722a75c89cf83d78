"""What the safety core must answer, said once more in the plainest way and in other words.

No line of it comes from `safety/`, and nothing is shared but the tables of `domain/`. It asks every
rule at every instant, with one exception: the answer is the last one where readings, wish and
command are those of the last look, nothing has grown too old, and that look neither changed what is
remembered nor left a clock running. `forgetful` asks without exception. What the history of a
sensor speaks against it is taken from the core (`doubted`); `safety.sensors` has tests of its own.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from silverpin.domain.connectors import ConnectorSet
from silverpin.domain.faults import FAULTS, Action, Reset
from silverpin.domain.limits import LIMITS, Limits
from silverpin.domain.observation import CpState, Observation, Request
from tests.oracle_facts import Facts, ages, facts_of

HEAT = "ERR_THERM_OVERLOAD"
GO_UNPLUGGED = {code for code, row in FAULTS.items() if row.reset is Reset.UNPLUGGED}
GO_GRID_BACK = {code for code, row in FAULTS.items() if row.reset is Reset.GRID_BACK}
BARS_REVERSE = {
    (grid, due): frozenset({"GRID"} if not grid else ()) | ({"INSPECTION"} if due else set())
    for grid in (True, False) for due in (True, False)
}  # fmt: skip
"""Conditions of discharge, by whether the grid is well and whether an inspection is due."""


class Answer(NamedTuple):
    """What the core must have said and kept."""

    permitted: bool
    reverse: bool
    permit_a: tuple[float, float] | None
    """The most that may flow into the vehicle and out of it, if anything may."""
    emergency: bool
    missing: frozenset[str]
    """Names of the conditions that do not hold."""
    reverse_missing: frozenset[str]
    """Names of those that bar discharge alone."""
    codes: frozenset[str]
    inspection_due: bool


@cache
def actions_of(codes: frozenset[str]) -> tuple[Action, ...]:
    return tuple(FAULTS[code].action for code in codes)


class Spell:
    """Something that may be so for a while: its beginning counts until it was long away."""

    def __init__(self, allowed_ns: int) -> None:
        self.allowed_ns = allowed_ns
        self.begun_ns: int | None = None
        self.left_ns: int | None = None

    def lasts(self, now_ns: int, so: bool) -> bool:
        if so:
            self.begun_ns = now_ns if self.begun_ns is None else self.begun_ns
            self.left_ns = None
            return now_ns - self.begun_ns >= self.allowed_ns
        self.left_ns = now_ns if self.left_ns is None else self.left_ns
        if now_ns - self.left_ns >= self.allowed_ns:
            self.begun_ns = None
        return False


class Oracle:
    """The rules of SAFETY.md, followed instant by instant."""

    def __init__(
        self, of: ConnectorSet, limits: Limits = LIMITS, *, forgetful: bool = False
    ) -> None:
        self.of, self.limits, self.forgetful = of, limits, forgetful
        self.codes: frozenset[str] = frozenset()
        self.due = False
        self.refused = False
        self.started_ns: int | None = None
        self.permit_a: tuple[float, float] | None = None
        """Charge and discharge of the last answer, if it was a permit."""
        self.commanded = False
        self.spells = {
            "contact": Spell(limits.mirror_lag_ns), "excess": Spell(limits.current_excess_ns),
            "open": Spell(limits.cp_settle_ns), "unproved": Spell(limits.cp_settle_ns),
            "live": Spell(limits.pins_live_ns),
        }  # fmt: skip
        self.held = False
        """The contact read closed at the last look under this command."""
        self.falls_ns: list[int] = []
        self.facts: Facts | None = None
        self.until_ns: float = 0
        """The last instant at which the readings prove `facts`."""
        self.last: Answer | None = None
        """The last answer, if the same facts and the same wish must get it again."""
        self.known: Facts | None = None
        self.request: Request | None = None
        self.doubts: frozenset[int] = frozenset()

    def latch(self, *codes: str) -> None:
        self.last = None
        self.codes = self.codes.union(codes)
        self.due = self.due or HEAT in codes

    def inspected(self) -> None:
        self.last, self.due = None, False

    def judge(self, obs: Observation, request: Request, doubted: Mapping[int, Any]) -> Answer:
        """Answer for one instant; `facts` are what these readings are known to prove, if any."""
        if self.started_ns is None:
            self.started_ns = obs.now_ns
        facts, last = self.facts, self.last
        if facts is None or self.forgetful or obs.now_ns > self.until_ns:
            facts = self.facts = facts_of(obs, self.of, self.limits)
            self.until_ns = ages(obs, self.limits)
        elif (
            last is not None and facts is self.known and request is self.request
            and obs.contactor_commanded is self.commanded and doubted.keys() == self.doubts
        ):  # fmt: skip
            return last
        before, patient = self.remembered(), self.is_patient(obs.now_ns)
        answer = self.answer(obs, request, facts, facts.strangers | doubted.keys(), patient)
        still = before is not None and before == self.remembered()
        self.last = answer if still and not patient and not self.forgetful else None
        self.known, self.request, self.doubts = facts, request, frozenset(doubted)
        return answer

    def is_patient(self, now_ns: int) -> bool:
        since_ns = now_ns - (self.started_ns or 0)
        return self.permit_a is None and since_ns < self.limits.start_grace_ns

    def remembered(self) -> tuple[Any, ...] | None:
        """Return all that a later answer may follow from; None while a clock runs."""
        for spell in self.spells.values():
            if spell.begun_ns is not None:
                return None
        return self.permit_a, self.codes, self.due, self.refused, self.commanded, self.held

    def answer(
        self, obs: Observation, request: Request, facts: Facts, strangers: frozenset[int],
        patient: bool,
    ) -> Answer:  # fmt: skip
        self.accuse(obs, request, facts, strangers, patient)
        self.forgive(facts)
        missing = self.missing(obs, request, facts, strangers)
        permitted = not missing
        reverse = permitted and request.reverse and facts.grid and not self.due
        most_a = self.limits.precharge_max_a if request.voltage_alone else self.of.rating_a
        self.permit_a = (most_a, most_a if reverse else 0.0) if permitted else None
        emergency = Action.EMERGENCY in actions_of(self.codes) and not permitted
        bars = BARS_REVERSE[facts.grid, self.due]
        return Answer(permitted, reverse, self.permit_a, emergency, frozenset(missing), bars,
                      self.codes, self.due)  # fmt: skip

    def accuse(
        self, obs: Observation, request: Request, facts: Facts, strangers: frozenset[int],
        patient: bool,
    ) -> None:  # fmt: skip
        if facts.hottest_c >= self.limits.temp_trip_c:
            self.latch(HEAT)
        if strangers and not patient:
            self.latch(HEAT, "ERR_THERM_SENSOR")
        self.latch(*facts.tripped, *self.disagreements(obs, facts))
        if facts.silent and not patient:
            self.latch("ERR_INPUT_LOST")
        if request.reverse and not facts.grid and not patient:
            self.latch("ERR_REV_FLOW_TRIP")

    def disagreements(self, obs: Observation, facts: Facts) -> Iterator[str]:
        now_ns, commanded = obs.now_ns, obs.contactor_commanded
        if facts.contact is not None and self.contact_differs(now_ns, facts.contact, commanded):
            yield "ERR_CONTACTOR_OPEN" if commanded else "ERR_CONTACTOR_WELD"
        if self.spells["live"].lasts(now_ns, facts.stray and not commanded):
            yield "ERR_CONTACTOR_WELD"
        if facts.amps is not None and self.spells["excess"].lasts(
            now_ns, abs(facts.amps) > self.allowed_a(facts.amps)
        ):
            yield "ERR_OVERCURRENT"
        if commanded and facts.contact is not False:
            yield from self.while_closed(facts)
        elif not facts.clean and facts.state not in (None, CpState.F):
            yield "ERR_CP_SIGNAL_LOSS"
        if self.spells["unproved"].lasts(now_ns, facts.unproved):
            yield "ERR_PROXIMITY"
        alone = facts.plug is True and facts.state is CpState.A
        if self.spells["open"].lasts(now_ns, alone):
            yield "ERR_CP_SIGNAL_LOSS"

    def contact_differs(self, now_ns: int, contact: bool, commanded: bool) -> bool:
        if commanded is not self.commanded:
            self.commanded = commanded
            self.spells["contact"] = Spell(self.limits.mirror_lag_ns)
            self.held, self.falls_ns = False, []
        late = self.spells["contact"].lasts(now_ns, contact is not commanded)
        return late or (commanded and self.falls_too_often(now_ns, contact))

    def falls_too_often(self, now_ns: int, contact: bool) -> bool:
        fell, self.held = self.held and not contact, contact
        if not fell:
            return False
        most, window_ns = self.limits.contactor_falls_max, self.limits.contactor_falls_s * 1e9
        self.falls_ns.append(now_ns)
        lately = [at_ns for at_ns in self.falls_ns[-most:] if now_ns - at_ns <= window_ns]
        return len(lately) >= most

    def allowed_a(self, amps: float) -> float:
        charge_a, discharge_a = self.permit_a or (0.0, 0.0)
        bound_a = charge_a if amps > 0 else discharge_a
        return bound_a + bound_a * self.limits.current_excess_share + self.limits.current_excess_a

    def while_closed(self, facts: Facts) -> Iterator[str]:
        amps = float("inf") if facts.amps is None else abs(facts.amps)
        loaded = amps >= self.limits.current_break_max_a
        no_vehicle = facts.state is CpState.A
        lines_broken = facts.bolt and not no_vehicle and not facts.clean
        if (facts.plug is False and not lines_broken) or (
            no_vehicle and loaded and not (facts.plug is True and facts.bolt)
        ):
            yield "ERR_UNPLUGGED_LIVE"
        elif no_vehicle or not facts.clean:
            yield "ERR_CP_SIGNAL_LOSS"
        if not facts.bolt:
            yield "ERR_LOCK_FAIL"

    def forgive(self, facts: Facts) -> None:
        away = facts.plug is False and facts.contact is False
        if away:
            self.codes -= GO_UNPLUGGED
        if facts.grid:
            self.codes -= GO_GRID_BACK

    def missing(
        self, obs: Observation, request: Request, facts: Facts, strangers: frozenset[int]
    ) -> set[str]:
        stopping = any(
            request.reverse or action is not Action.NO_REVERSE for action in actions_of(self.codes)
        )
        self.refused = request.power_on and (self.refused or stopping)
        missing = set(facts.missing)
        if facts.contact is True and not obs.contactor_commanded:
            missing.add("CONTACTOR")
        if strangers or facts.hottest_c >= self.limits.temp_trip_c:
            missing.add("TEMPERATURE")
        if stopping:
            missing.add("NO_FAULT")
        if facts.state not in (CpState.C, CpState.D):
            missing.add("VEHICLE_READY")
        if self.refused or not request.power_on:
            missing.add("ASKED")
        return missing

    def reset(
        self, codes: frozenset[str], obs: Observation, doubted: Mapping[int, Any]
    ) -> frozenset[str]:
        """Return which of *codes* a reset clears."""
        facts = facts_of(obs, self.of, self.limits)
        strangers = facts.strangers | doubted.keys()
        cleared = {code for code in codes & self.codes if self.may_go(code, obs, facts, strangers)}
        self.last, self.codes = None, self.codes - cleared
        return frozenset(cleared)

    def may_go(self, code: str, obs: Observation, facts: Facts, strangers: frozenset[int]) -> bool:
        reset = FAULTS[code].reset
        if reset is Reset.GRID_BACK:
            return facts.grid
        if obs.contactor_commanded:
            return False
        if code == "ERR_CONTACTOR_WELD" and facts.stray:
            return False
        if reset is Reset.COOLED:
            return not strangers and facts.hottest_c < self.limits.temp_reset_c
        flows = facts.amps is not None and abs(facts.amps) > self.limits.current_excess_a
        still = facts.missing - {"PLUGGED", "LOCK"}
        return not (facts.silent or facts.contact or flows or facts.unproved or still)
