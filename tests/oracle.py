"""What the safety core must answer, said once more in the plainest way and in other words.

No line of it comes from `safety/`, and nothing is shared but the tables of `domain/`. It asks every
rule at every instant; where readings and wish are those of the last look, nothing has grown too old
and no fault or spell is under way, the answer is the last one. What the history of a sensor speaks
against it is taken from the core (`doubted`); `safety.sensors` has tests of its own.
"""

from collections.abc import Iterator, Mapping
from math import isfinite
from typing import Any, NamedTuple

from silverpin.domain.connectors import ConnectorSet
from silverpin.domain.faults import FAULTS, Action, Reset
from silverpin.domain.limits import LIMITS, Limits
from silverpin.domain.observation import CpState, Observation, PilotLevels, Reading, Request

NOTHING = object()
"""What a reading is worth that is missing, too old or from the future."""
HEAT = "ERR_THERM_OVERLOAD"


class Answer(NamedTuple):
    """What the core must have said and kept."""

    permitted: bool
    reverse: bool
    emergency: bool
    missing: frozenset[str]
    """Names of the conditions that do not hold."""
    codes: frozenset[str]
    inspection_due: bool


class Facts(NamedTuple):
    """What the readings prove, until they have aged any further."""

    until_ns: float
    missing: frozenset[str]
    silent: bool
    tripped: frozenset[str]
    state: CpState | None
    clean: bool
    plug: bool | None
    unproved: bool
    bolt: bool
    contact: bool | None
    amps: float | None
    grid: bool
    stray: bool
    """The pins carry a dangerous voltage that no vehicle can hold there."""
    hottest_c: float
    strangers: frozenset[int]
    """Pins whose temperature nobody knows."""


def worth(reading: Reading[Any] | None, now_ns: int, age_ns: int) -> Any:
    if reading is None or reading.taken_ns > now_ns or now_ns - reading.taken_ns > age_ns:
        return NOTHING
    return reading.value


def facts_of(obs: Observation, of: ConnectorSet, limits: Limits) -> Facts:
    now_ns, age_ns = obs.now_ns, limits.input_age_max_ns
    pilot, plug, bolt, contact, amps, volts, grid = (
        worth(reading, now_ns, age_ns)
        for reading in (obs.pilot, obs.seated, obs.lock, obs.mirror, obs.current_a, obs.voltage_v,
                        obs.grid_ok)
    )  # fmt: skip
    clean = pilot is not NOTHING and is_clean(pilot, limits)
    state = None if pilot is NOTHING else pilot.state
    unread = {
        "PILOT": pilot is NOTHING,
        "PLUGGED": plug is NOTHING or not isinstance(plug, bool | None),
        "LOCK": not isinstance(bolt, bool),
        "CONTACTOR": not isinstance(contact, bool),
        "METER": not (is_number(amps) and is_number(volts)),
    }
    missing = {condition for condition, silent in unread.items() if silent}
    if not clean or (state is CpState.A and plug is True):
        missing.add("PILOT")
    missing |= {row for row, so in (("PLUGGED", plug), ("LOCK", bolt))
                if so is not True}  # fmt: skip
    tripped, quiet = set[str](), False
    for condition, code, told, well in protective(obs, of, limits):
        if not well:
            missing.add(condition)
            quiet = quiet or told is NOTHING
            tripped |= set() if told is NOTHING else {code}
    hottest_c, strangers = heat_of(obs, of, limits)
    nobody = plug is False or (clean and state in (CpState.A, CpState.B))
    stray = nobody and is_number(volts) and abs(volts) > limits.voltage_touch_max_v
    return Facts(
        ages(obs, limits), frozenset(missing), quiet or any(unread.values()), frozenset(tripped),
        state, clean, plug if isinstance(plug, bool) else None, plug is None, bolt is True,
        contact if isinstance(contact, bool) else None, amps if is_number(amps) else None,
        grid is True, stray, hottest_c, strangers,
    )  # fmt: skip


def is_number(value: Any) -> bool:
    return value is not NOTHING and isfinite(float(value))


def is_clean(levels: PilotLevels, limits: Limits) -> bool:
    if levels.state in (CpState.E, CpState.F) or not isfinite(levels.high_v) or levels.high_v < 0:
        return False
    quiet = levels.noise_v >= 0 and levels.noise_v <= limits.cp_noise_max_v
    swings = levels.hz is None or (levels.hz >= limits.cp_low_hz and levels.hz <= limits.cp_high_hz)
    whole = levels.low_v >= limits.cp_low_min_v and levels.low_v <= limits.cp_low_max_v
    apart_v = levels.high_v - levels.low_v
    steady = levels.low_v >= 0 and apart_v >= 0
    steady = steady and levels.high_v <= levels.low_v + limits.cp_noise_max_v
    return quiet and swings and (whole or steady)


def protective(
    obs: Observation, of: ConnectorSet, limits: Limits
) -> Iterator[tuple[str, str, Any, bool]]:
    """Yield each protective input: what it bars, its fault, what it told, whether that is well."""

    def told(reading: Reading[Any] | None) -> Any:
        return worth(reading, obs.now_ns, limits.input_age_max_ns)

    for condition, code, flag in (
        ("ESTOP", "ERR_EMERGENCY_STOP", told(obs.estop_clear)),
        ("RESIDUAL", "ERR_RESIDUAL_CURRENT", told(obs.residual_clear)),
        ("INVERTER", "ERR_INVERTER_MAP", told(obs.inverter_ok)),
    ):
        yield condition, code, flag if isinstance(flag, bool) else NOTHING, flag is True
    ohm = told(obs.earth_ohm)
    held = ohm is not NOTHING and ohm >= 0 and ohm < limits.earth_max_ohm
    yield "EARTH", "ERR_EARTH_LOSS", ohm, held
    volts = told(obs.supplies)
    fed = volts is not NOTHING and all(
        low_v <= value_v and value_v <= high_v
        for value_v, low_v, high_v in (
            (volts.rail_12_v, limits.supply_12_low_v, limits.supply_12_high_v),
            (volts.rail_24_v, limits.supply_24_low_v, limits.supply_24_high_v),
        )
    )
    yield "SUPPLY", "ERR_SUPPLY", volts, fed
    if of.direct_current:
        ohm = told(obs.insulation_ohm)
        dry = is_number(ohm) and ohm >= limits.insulation_min_ohm
        yield "INSULATION", "ERR_INSULATION", ohm, dry


def heat_of(obs: Observation, of: ConnectorSet, limits: Limits) -> tuple[float, frozenset[int]]:
    """Return the hottest reading that can be, and the pins without one."""
    known: dict[int, float] = {}
    for index, reading in enumerate(obs.pin_temps_c):
        value_c = worth(reading, obs.now_ns, limits.temp_age_max_ns)
        if value_c is NOTHING or value_c != value_c:
            continue
        if limits.temp_low_c <= value_c and value_c <= limits.temp_impossible_high_c:
            known[index] = value_c
    pins = range(len(of.power_pins))
    strangers = set(pins) - known.keys() if len(obs.pin_temps_c) == len(pins) else set(pins)
    return max(known.values(), default=float("-inf")), frozenset(strangers)


def ages(obs: Observation, limits: Limits) -> float:
    """Return the last instant at which no reading has grown any older than it counts now."""
    last_ns = float("inf")
    plain = [row for row in obs[1:] if isinstance(row, Reading)]
    for row, age_ns in (
        *((row, limits.input_age_max_ns) for row in plain),
        *((row, limits.temp_age_max_ns) for row in obs.pin_temps_c if row is not None),
    ):
        if row.taken_ns > obs.now_ns:
            last_ns = min(last_ns, row.taken_ns - 1)
        elif obs.now_ns - row.taken_ns <= age_ns:
            last_ns = min(last_ns, row.taken_ns + age_ns)
    return last_ns


class Spell:
    """Something that may be so for a while: its beginning counts until it was long away."""

    def __init__(self, allowed_ns: int) -> None:
        self.allowed_ns = allowed_ns
        self.begun_ns: int | None = None
        self.left_ns: int | None = None

    @property
    def quiet(self) -> bool:
        return self.begun_ns is None

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

    def __init__(self, of: ConnectorSet, limits: Limits = LIMITS) -> None:
        self.of, self.limits = of, limits
        self.codes: set[str] = set()
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
        self.last: Answer | None = None
        """The last answer, if the same readings and the same wish must get it again."""
        self.request: Request | None = None

    def latch(self, *codes: str) -> None:
        self.last = None
        self.codes.update(codes)
        self.due = self.due or HEAT in codes

    def judge(self, obs: Observation, request: Request, doubted: Mapping[int, Any]) -> Answer:
        """Answer for one instant; `facts` are what these readings are known to prove, if any."""
        if self.started_ns is None:
            self.started_ns = obs.now_ns
        facts, last = self.facts, self.last
        if not doubted and last is not None and facts is not None:
            same = request is self.request and obs.contactor_commanded is self.commanded
            if same and obs.now_ns <= facts.until_ns:
                return last
        if facts is None or obs.now_ns > facts.until_ns:
            facts = self.facts = facts_of(obs, self.of, self.limits)
        strangers = facts.strangers | doubted.keys()
        self.accuse(obs, request, facts, strangers)
        self.forgive(facts)
        missing = self.missing(obs, request, facts, strangers)
        permitted = not missing
        reverse = permitted and request.reverse and facts.grid and not self.due
        rating_a = self.of.rating_a
        self.permit_a = (rating_a, rating_a if reverse else 0.0) if permitted else None
        emergency = any(FAULTS[code].action is Action.EMERGENCY for code in self.codes)
        answer = Answer(permitted, reverse, emergency and not permitted, frozenset(missing),
                        frozenset(self.codes), self.due)  # fmt: skip
        quiet = permitted and not self.codes and all(row.quiet for row in self.spells.values())
        quiet = quiet and facts.contact is self.held
        self.last, self.request = (answer if quiet else None), request
        return answer

    def accuse(
        self, obs: Observation, request: Request, facts: Facts, strangers: frozenset[int]
    ) -> None:
        since_ns = obs.now_ns - (self.started_ns or 0)
        patient = self.permit_a is None and since_ns < self.limits.start_grace_ns
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
        if facts.plug is False or (
            no_vehicle and loaded and not (facts.plug is True and facts.bolt)
        ):
            yield "ERR_UNPLUGGED_LIVE"
        elif no_vehicle or not facts.clean:
            yield "ERR_CP_SIGNAL_LOSS"
        if not facts.bolt:
            yield "ERR_LOCK_FAIL"

    def forgive(self, facts: Facts) -> None:
        away = facts.plug is False and facts.contact is False
        goes = {Reset.UNPLUGGED: away, Reset.GRID_BACK: facts.grid}
        if not self.codes:
            return
        self.codes = {code for code in self.codes if not goes.get(FAULTS[code].reset, False)}

    def missing(
        self, obs: Observation, request: Request, facts: Facts, strangers: frozenset[int]
    ) -> set[str]:
        stopping = any(
            request.reverse or FAULTS[code].action is not Action.NO_REVERSE for code in self.codes
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
        self.codes -= cleared
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
