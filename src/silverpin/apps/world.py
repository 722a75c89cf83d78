"""`World(seed)`: one charger and its nature on one virtual clock. One seed is one run.

Stepping: every tick the nature moves on by the period, then the charger ticks.

Skipping: while nothing is under way (no moving bolt or contact, no reversal, no debounce, no act
just now) ticks at which nothing would change are left out, up to the next whole second, and to the
one after it while no pin warms. The lease is not broken by that: the ticks left out would each
have renewed it. As soon as anything moves, ticks are close again. Nature's motion is integrated in
closed form, so both ways agree (a test compares them). Whoever commands the charger advances the
world next, and each advance begins with a tick.

Order within an instant: acts that are due, then the charger's tick, then a sample.
"""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count
from random import Random
from typing import NamedTuple

from silverpin.apps.charger import Charger
from silverpin.apps.ev_link.link import TalkLink
from silverpin.apps.ev_link.talk import Talk
from silverpin.apps.world_acts import ActRefused, Acts, Value
from silverpin.apps.world_chance import FAULTS, PEOPLE, fates
from silverpin.apps.world_ev import MemoryLink, SimulatedCar, plan_for
from silverpin.control.supervisor import Answer
from silverpin.domain.connectors import CONNECTOR_SETS, capped
from silverpin.domain.events import Event
from silverpin.domain.grid_profiles import GRID_PROFILES
from silverpin.domain.ledger import Ledger, Ledgers
from silverpin.domain.limits import LIMITS, Limits
from silverpin.domain.quantities import NS_PER_S, seconds_to_ns
from silverpin.domain.session import IDLE_WISH, Mode, Wish
from silverpin.drivers.sim import sim_ports
from silverpin.drivers.sim.instrument import SimVoltmeter
from silverpin.plant.bay import Bay

_STIRRED_NS = 2 * NS_PER_S
"""Ticks stay close for this long after an act: what it set going may take a moment to show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldSetup:
    """What a world starts from."""

    connector: str = "ccs2-80a"
    power_max_w: float = 22_000.0
    ambient_c: float = 25.0
    battery_kwh: float = 60.0
    state_of_charge: float = 0.5
    slew_a_per_s: float = 50.0
    profile: str = "eu-50hz"
    tick_ns: int = LIMITS.judge_period_ns
    skip: bool = False
    limits: Limits = LIMITS
    serial: str = "SIM-0001"
    grid_watched_s: float = 3600.0
    """How long the charger has watched a grid in its band when the world begins."""
    ceiling_a: float | None = None
    """The charger takes its connector for one of no more than this; nature does not care."""
    forecast: bool = True
    """The charger's cooling looks ahead."""
    evse_id: str = "DE*SIL*E1"
    """What the vehicle is told that the charger is."""
    talks: bool = False
    """The vehicle talks ISO 15118, and nothing closes before it has asked for it."""
    speaks: str = "iso20"
    """The protocol that it talks: iso20, iso2 or din."""
    vehicle_phases: int = 3
    """Of an AC vehicle's own charger, which it tells: 3 or 1."""


class Sample(NamedTuple):
    """One second of a run: what was measured, and what only nature knows (hottest pin)."""

    t_s: float
    power_w: float
    current_a: float
    voltage_v: float
    temp_hot_c: float
    temp_ntc_c: float
    ambient_c: float
    soc: float
    derate: float
    contactor_closed: bool
    lock_confirmed: bool


class World:
    """A charger, its nature and their clock."""

    def __init__(
        self, seed: int, setup: WorldSetup | None = None, ledger: Ledger | None = None,
        *, resumed: bool = False,
    ) -> None:  # fmt: skip
        self.setup = setup = setup or WorldSetup()
        self.seed = seed
        kind = CONNECTOR_SETS[setup.connector]
        profile = GRID_PROFILES[setup.profile]
        rng = Random(seed)
        self.bay = Bay(
            kind, Random(rng.getrandbits(64)), ambient_c=setup.ambient_c,
            battery_kwh=setup.battery_kwh, state_of_charge=setup.state_of_charge,
            slew_a_per_s=setup.slew_a_per_s, nominal_hz=profile.nominal_hz,
            phases=setup.vehicle_phases,
        )  # fmt: skip
        ports = sim_ports(self.bay, Random(rng.getrandbits(64)), setup.limits)
        self._fate_rng = Random(rng.getrandbits(64))
        self.instrument = SimVoltmeter(self.bay, Random(rng.getrandbits(64)))
        """What a technician measures the pins with."""
        link = TalkLink(kind.direct_current) if setup.talks else None
        ledger = ledger or Ledger(serial=setup.serial)
        self.ledgers = Ledgers(serial=ledger.serial, by_serial={ledger.serial: ledger})
        rated = kind if setup.ceiling_a is None else capped(kind, setup.ceiling_a)
        self.charger = Charger(
            ports if link is None else ports._replace(vehicle=link),
            rated, profile, setup.power_max_w, setup.limits,
            ledger=ledger, resumed=resumed,
            forecast=setup.forecast,
            grid_since_ns=-seconds_to_ns(setup.grid_watched_s) if setup.grid_watched_s else None,
        )  # fmt: skip
        self.acts = Acts(self.bay, self.charger)
        self.talk: Talk | None = None
        self.car: SimulatedCar | None = None
        self.ev: MemoryLink | None = None
        """Carries the conversation, until somebody else does."""
        if link is not None:
            self._let_talk(link, Random(rng.getrandbits(64)))
        self.journal: list[Event] = []
        self.on_event: Callable[[Event], None] | None = None
        self.ticks = 0
        self.alive = True
        """A dead controller ticks no more; its permit lapses and the output stage opens."""
        self._due: list[tuple[int, int, str, Value, bool]] = []
        self._order = count()
        self._stirred_ns = -_STIRRED_NS
        self._next_tick_ns = 0
        self._next_sample_ns = 0

    def _let_talk(self, link: TalkLink, chance: Random) -> None:
        self.talk = Talk(
            self.charger, link, chance, self.setup.evse_id, lambda now_ns: now_ns / NS_PER_S
        )
        plan = replace(plan_for(self.bay), protocols=(self.setup.speaks,))
        self.car = SimulatedCar(self.bay, plan)
        self.ev = MemoryLink(self.car, self.talk, skip=self.setup.skip)

    @property
    def ledger(self) -> Ledger:
        """The ledger of the connector that is on the charger."""
        return self.ledgers.in_force

    @property
    def now_ns(self) -> int:
        """The virtual instant."""
        return self.bay.now_ns

    def schedule(self, t_s: float, act: str, value: Value = None, clear: bool = False) -> None:
        """Let *act* happen at a virtual instant; unknown acts and values are refused at once."""
        self.acts.check(act, value, clear)
        heapq.heappush(self._due, (seconds_to_ns(t_s), next(self._order), act, value, clear))

    def chance(
        self, rate_per_hour: float, hours: float, acts: frozenset[str] = PEOPLE | FAULTS
    ) -> None:
        """Let *acts* happen at random in the next *hours*, as this world's seed has it."""
        now_s = self.now_ns / NS_PER_S
        pins = self.bay.kind.power_pins
        for fate in fates(self._fate_rng, rate_per_hour, 3600.0 * hours, pins, acts):
            self.schedule(now_s + fate.t_s, fate.act, fate.value, fate.clear)

    def act(self, act: str, value: Value = None, clear: bool = False) -> str:
        """Do something to nature now; return what was done in words."""
        text = self.acts.do(act, value, clear)
        self._stirred_ns = self._next_tick_ns = self.now_ns
        self.charger.chronicle.add(self.now_ns, "act", text=text)
        return text

    def command_power(self, power_w: float, mode: Mode = Mode.V2X) -> Answer:
        """Give the charger a standing order, signed."""
        return self.charger.command(Wish(mode=mode, power_w=power_w))

    def stop(self) -> Answer:
        """End the session."""
        return self.charger.command(IDLE_WISH)

    def run(self, seconds: float) -> "World":
        """Advance by *seconds* of virtual time."""
        self.advance(self.now_ns + seconds_to_ns(seconds))
        return self

    def advance(self, until_ns: int, sample: Callable[[Sample], None] | None = None) -> None:
        """Advance to *until_ns*, calling *sample* at every whole second on the way."""
        bay = self.bay
        self._next_tick_ns = bay.now_ns
        while bay.now_ns < until_ns:
            self._do_due()
            if bay.now_ns >= self._next_tick_ns:
                self.tick()
                self._next_tick_ns = bay.now_ns + self._pause_ns()
            end_ns = min(until_ns, self._next_tick_ns)
            if sample is not None:
                if bay.now_ns >= self._next_sample_ns:
                    sample(self.sample())
                    self._next_sample_ns = (bay.now_ns // NS_PER_S + 1) * NS_PER_S
                end_ns = min(end_ns, self._next_sample_ns)
            if self._due:
                end_ns = min(end_ns, max(self._due[0][0], bay.now_ns + 1))
            bay.step(end_ns - bay.now_ns)

    def tick(self) -> None:
        """One tick of the charger at this instant."""
        self.ticks += 1
        if not self.alive:
            self.charger.ports.switch.poll(self.now_ns)
            return
        if self.ev is not None:
            self.ev.step(self.bay.now_ns)
        self.charger.tick(self.bay.now_ns)
        if self.talk is not None:
            self.talk.watch()
        if self.charger.chronicle.events:
            self.collect()

    def restart(self) -> None:
        """Let the program begin again beside the same nature, knowing its ledger and no more."""
        old = self.charger
        self.collect()
        self.charger = Charger(
            old.ports, old.connector, old.profile, old.power_max_w, old.limits,
            ledger=self.ledger, resumed=True,
        )  # fmt: skip
        self.acts.serve(self.charger)
        if self.talk is not None and self.car is not None:
            self.talk.serve(self.charger)
            self.car.lost()

    def collect(self) -> None:
        """Take what the charger noted into journal and ledger."""
        for event in self.charger.events():
            self.ledgers = self.ledgers.apply(event)
            self.journal.append(event)
            if self.on_event is not None:
                self.on_event(event)

    def _do_due(self) -> None:
        """Do the acts that are due; one that cannot be now is noted, as a person would find it."""
        while self._due and self._due[0][0] <= self.bay.now_ns:
            _, _, act, value, clear = heapq.heappop(self._due)
            try:
                self.act(act, value, clear)
            except ActRefused as refused:
                self.charger.chronicle.add(self.now_ns, "act", text=f"Not done: {refused}")
                self._next_tick_ns = self.now_ns

    def _pause_ns(self) -> int:
        """Return how long the charger need not tick."""
        if not self._quiet():
            return self.setup.tick_ns
        pause_ns = 2 * NS_PER_S if self.charger.supervisor.calm() else NS_PER_S
        return pause_ns - self.bay.now_ns % NS_PER_S

    def _quiet(self) -> bool:
        """Return whether the ticks before the next whole second would change nothing."""
        return (
            self.setup.skip
            and self.alive
            and self.bay.now_ns - self._stirred_ns >= _STIRRED_NS
            and self.charger.settled()
            and self.bay.settled()
            and (self.ev is None or self.ev.quiet())
        )

    def sample(self) -> Sample:
        """Return this instant's row of a run."""
        bay, charger = self.bay, self.charger
        now_ns, connector, amps = bay.now_ns, bay.connector, bay.converter.current_a
        volts = bay.voltage_v()
        readings = [row.value for row in charger.ports.thermometer.read() if row is not None]
        return Sample(
            round(now_ns / NS_PER_S, 3), bay.phases * volts * amps, amps, volts,
            connector.hottest_c(), max(readings, default=float("nan")), connector.ambient_c,
            bay.vehicle.state_of_charge, charger.supervisor.derating.factor,
            bay.contactor.closed(now_ns), bay.lock.switch(now_ns),
        )  # fmt: skip
