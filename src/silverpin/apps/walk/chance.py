"""What happens on a leg, all of it by the leg's seed: moods of work and of trouble in turn.

At work people mend, plug in, order power and change their minds, and what moves in nature is
harmless; only so does power flow for long enough that something can go wrong with it. In trouble
everything may happen at once. Over both a deed comes every twenty ticks.
"""

from collections.abc import Callable, Iterator
from random import Random
from typing import NamedTuple

from silverpin.apps.walk.deeds import Deed, Verb
from silverpin.apps.walk.hush import INPUTS, KINDS
from silverpin.apps.walk.setup import Leg
from silverpin.apps.world_chance import FAULTS, draw
from silverpin.domain.connectors import CONNECTOR_SETS
from silverpin.domain.faults import FAULTS as CODES
from silverpin.domain.grid_profiles import GRID_PROFILES
from silverpin.domain.session import Mode

_MODES = (Mode.V2X, Mode.V2X, Mode.V2X, Mode.CHARGE, Mode.V2G, Mode.V2H)
_GRID_ACTS = frozenset(name for name in FAULTS if name.startswith("grid-"))
_NOT_THE_GRID = tuple(name for name in INPUTS if not name.startswith("grid."))
_ROUGH_EVERY = 4
_BROKEN_AGAIN = 0.2
_MENDING_TICKS = 45
"""From the last trouble to an order: the contactor opens, the plug is seated."""


class _Mood(NamedTuple):
    """A stretch of a leg."""

    ticks: tuple[int, int]
    gap: float
    """Mean ticks between two deeds."""
    weights: tuple[float, ...]
    """Of `_KINDS`, in their order."""


class _Chance(NamedTuple):
    """Where deeds come from: the leg and its chance."""

    rng: Random
    leg: Leg
    pins: tuple[str, ...]
    rough: bool
    """The grid strays and programs die: discharge then waits for the reconnect delay."""

    def of(self, mood: _Mood) -> tuple[float, ...]:
        """Return how likely each kind of deed is; who does not talk cannot fall silent."""
        return mood.weights if self.leg.setup.talks else (*mood.weights[:-1], 0.0)


def _order(chance: _Chance, tick: int) -> Deed:
    rng = chance.rng
    most_w = 1.2 * chance.leg.setup.power_max_w
    power_w = rng.choice((-1.0, -1.0, 1.0)) * most_w * rng.random() ** 2
    return Deed(tick, Verb.ORDER, rng.choice(_MODES).value, round(power_w, 1))


def _again(chance: _Chance, tick: int) -> Deed:
    """Return a command that mostly changes nothing, or ends what was."""
    rng = chance.rng
    verb = rng.choice((Verb.LOCK, Verb.UNLOCK, Verb.RESET, Verb.RESET, Verb.INSPECT))
    if verb is Verb.RESET and rng.random() < 0.5:
        return Deed(tick, verb, rng.choice(sorted(CODES)))
    return Deed(tick, verb)


def _nudge(chance: _Chance, tick: int) -> Deed:
    """Return a reading that moves within what is well."""
    rng, row = chance.rng, GRID_PROFILES[chance.leg.setup.profile]
    match rng.randrange(6):
        case 0:
            band = row.reconnect
            hz = rng.uniform(band.low_hz, band.high_hz)
            if chance.rough:
                hz = row.nominal_hz + rng.uniform(-2.0, 2.0)
            return Deed(tick, Verb.ACT, "grid-push", f"{hz:.2f}Hz")
        case 1:
            volts = row.nominal_v * rng.uniform(0.95, 1.05 if not chance.rough else 1.3)
            return Deed(tick, Verb.ACT, "grid-volts", f"{volts:.1f}V")
        case 2:
            return Deed(tick, Verb.ACT, "ambient", f"{rng.uniform(-25.0, 45.0):.1f}")
        case 3:
            return Deed(tick, Verb.HOUSE, value=round(rng.uniform(80.0, 8000.0), 1))
        case 4:
            return Deed(tick, Verb.VEHICLE, value=round(rng.uniform(0.05, 1.0), 3))
        case _:
            warming = f"{rng.choice(chance.pins)}=+{rng.uniform(0.1, 4.0):.1f}"
            return Deed(tick, Verb.ACT, "heat-pin", warming)


def _blink(chance: _Chance, tick: int) -> Deed:
    """Return an input that is late, at most for as long as it may be."""
    return _hushed(chance, tick, 1 + chance.rng.randrange(9), ("old",))


def _silence(chance: _Chance, tick: int) -> Deed:
    return _hushed(chance, tick, 1 + int(chance.rng.expovariate(1.0 / 30.0)), KINDS)


def _hushed(chance: _Chance, tick: int, lasts: int, kinds: tuple[str, ...]) -> Deed:
    inputs = INPUTS if chance.rough else _NOT_THE_GRID
    return Deed(tick, Verb.HUSH, chance.rng.choice(inputs), chance.rng.choice(kinds), lasts)


def _fault(chance: _Chance, tick: int) -> Deed:
    rng = chance.rng
    acts = FAULTS if chance.rough else FAULTS - _GRID_ACTS
    act, value, mended = draw(rng, chance.pins, acts)
    lasts = 1 + int(rng.expovariate(1.0 / 60.0)) if mended else 0
    return Deed(tick, Verb.ACT, act, value, lasts)


def _person(chance: _Chance, tick: int) -> Deed:
    rng = chance.rng
    verb = rng.choice((Verb.STOP, Verb.TEAR, *(Verb.ACT,) * 4))
    if verb is not Verb.ACT:
        return Deed(tick, verb)
    return Deed(tick, verb, rng.choice(("plug", "plug", "unplug", "pull")))


def _machine(chance: _Chance, tick: int) -> Deed:
    rng = chance.rng
    verb = Verb.RESTART if rng.random() < (0.5 if chance.rough else 0.05) else Verb.STALL
    return Deed(tick, verb, lasts=1 + int(rng.expovariate(1.0 / 15.0)))


def _talk(chance: _Chance, tick: int) -> Deed:
    """Return a conversation that breaks, or a vehicle that is silent for some time."""
    rng = chance.rng
    if rng.random() < 0.5:
        return Deed(tick, Verb.HANG_UP)
    return Deed(tick, Verb.ACT, "vehicle-silent", lasts=1 + int(rng.expovariate(1.0 / 60.0)))


_KINDS: tuple[Callable[[_Chance, int], Deed], ...] = (
    _order, _again, _nudge, _blink, _silence, _fault, _person, _machine, _talk,
)  # fmt: skip
_WORK = _Mood((800, 2400), 22.0, (8.0, 1.0, 10.0, 0.7, 0.0, 0.25, 0.05, 0.15, 0.05))
_TROUBLE = _Mood((40, 260), 9.0, (4.0, 2.0, 2.0, 1.0, 3.0, 5.0, 2.0, 1.0, 1.0))


def deeds(leg: Leg) -> list[Deed]:
    """Return everything that happens on *leg*, in its order."""
    chance = _Chance(Random(f"deeds of {leg.seed}"), leg,
                     CONNECTOR_SETS[leg.setup.connector].power_pins,
                     rough=leg.seed % _ROUGH_EVERY == 0)  # fmt: skip
    return sorted(_all(chance, leg.ticks), key=lambda deed: deed.tick)


def _all(chance: _Chance, ticks: int) -> Iterator[Deed]:
    tick = 1
    while tick < ticks:
        yield from _mended(chance, tick)
        tick += _MENDING_TICKS
        for mood in (_WORK, _TROUBLE):
            end = tick + chance.rng.randint(*mood.ticks)
            weights = chance.of(mood)
            while (tick := tick + 1 + int(chance.rng.expovariate(1.0 / mood.gap))) < end:
                yield chance.rng.choices(_KINDS, weights)[0](chance, tick)


def _mended(chance: _Chance, tick: int) -> Iterator[Deed]:
    """Yield what brings power back; sometimes a part is forgotten, or another breaks again."""
    rows = (
        Deed(tick, Verb.STOP), Deed(tick, Verb.MEND),
        Deed(tick + 30, Verb.RESET), Deed(tick + 31, Verb.INSPECT),
        Deed(tick + 32, Verb.ACT, "plug"), _order(chance, tick + _MENDING_TICKS - 3),
    )  # fmt: skip
    forgets = {Verb.INSPECT: 0.25}
    yield from (row for row in rows if chance.rng.random() > forgets.get(row.verb, 0.04))
    if chance.rng.random() < _BROKEN_AGAIN:
        fault = _fault(chance, tick + _MENDING_TICKS - 5)
        yield fault._replace(lasts=2 * _MENDING_TICKS) if fault.lasts else fault
