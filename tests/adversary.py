"""Readings that mean harm, by a seed: missing, old, early, no number, on a bound or just past it.

A history is made of stretches: the same readings, looked at again and again while they age, between
deeds of people and of the program. Most stretches are well, or nothing would ever be permitted.
"""

from collections.abc import Iterator
from random import Random
from typing import Any, NamedTuple

from silverpin.domain.connectors import CONNECTOR_SETS, ConnectorSet
from silverpin.domain.faults import FAULTS
from silverpin.domain.observation import CpState, Observation, Reading, Request, Supplies
from silverpin.domain.quantities import NS_PER_MS, NS_PER_S
from tests.observations import CHARGE, EITHER_WAY, INFINITE, NAN, pilot, rest, seen

TICK_NS = 20 * NS_PER_MS
CODES = frozenset(FAULTS)
SETS = tuple(CONNECTOR_SETS.values())
_AGES_NS = (0, 0, 0, 20 * NS_PER_MS, 160 * NS_PER_MS, 200 * NS_PER_MS, 200 * NS_PER_MS + 1,
            1900 * NS_PER_MS, 2 * NS_PER_S, 2 * NS_PER_S + 1, -1, -40 * NS_PER_MS)  # fmt: skip
_AMPS = (0.0, 1.0, -1.1, 4.9, 5.0, -5.0, 20.0, -20.0, 80.0, 91.1, -91.1, 223.1, 400.0, NAN,
         INFINITE, -INFINITE)  # fmt: skip
_OHMS = (0.0, 4.0, 9.99, 10.0, -1.0, 99_999.0, 1e5, 1e6, NAN, INFINITE)
_CELSIUS = (25.0, 40.0, 59.9, 60.0, 84.9, 85.0, 90.0, 120.0, 160.0, 160.1, -40.0, -40.1, 220.0, NAN,
            INFINITE, -INFINITE)  # fmt: skip
_FLAGS = (True, False, False)
_PILOTS = (
    *(pilot(state) for state in CpState),
    *(pilot(state, low_v=level) for state in (CpState.A, CpState.B, CpState.C)
      for level in (-11.4, -11.39, -12.6, -12.61, 0.0, 5.6, NAN)),
    *(pilot(CpState.C, noise_v=noise) for noise in (0.5, 0.51, -0.1, NAN)),
    *(pilot(CpState.C, high_v=high) for high in (-0.1, NAN, INFINITE)),
    *(pilot(CpState.C, hz=hz) for hz in (970.0, 1000.0, 1100.0, NAN)),
    *(pilot(state, high_v=high, low_v=high) for state, high in
      ((CpState.A, 12.0), (CpState.B, 9.0), (CpState.C, 6.0))),
)  # fmt: skip
_SUPPLIES = (Supplies(12.0, 24.0), Supplies(10.0, 24.0), Supplies(12.0, 18.0), Supplies(NAN, 24.0),
             Supplies(12.0, INFINITE))  # fmt: skip
_VALUES: dict[str, tuple[Any, ...]] = {
    "pilot": _PILOTS, "seated": (True, False, None), "lock": _FLAGS, "mirror": _FLAGS,
    "current_a": _AMPS, "voltage_v": (0.0, 60.1, 400.0, NAN, INFINITE), "estop_clear": _FLAGS,
    "earth_ohm": _OHMS, "residual_clear": _FLAGS, "insulation_ohm": _OHMS, "grid_ok": _FLAGS,
    "inverter_ok": _FLAGS, "supplies": _SUPPLIES,
}  # fmt: skip
_NAMES = tuple(_VALUES)
_WISHES = (CHARGE, CHARGE, EITHER_WAY, EITHER_WAY, EITHER_WAY, Request(), Request(reverse=True),
           Request(power_on=True, reverse=True, voltage_alone=True))  # fmt: skip


class Stretch(NamedTuple):
    """Readings that are looked at *looks* times, a tick apart, after *pause_ns*."""

    pause_ns: int
    looks: int
    renewed: int
    """They are read again every so many looks, and age between."""
    closed: tuple[Any, ...]
    """All fields of an observation after its instant, with the contactor commanded closed."""
    open: tuple[Any, ...]
    """The same with the contactor open."""
    request: Request
    deed: str
    codes: frozenset[str]


class Adversary:
    """One history of one connector."""

    def __init__(self, seed: int) -> None:
        self.rng = Random(f"adversary {seed}")
        self.of: ConnectorSet = SETS[seed % len(SETS)]
        self.now_ns = self.rng.choice((0, NS_PER_S, 10**15))
        self.well = seen(0, of=self.of)[1:], rest(0, of=self.of)[1:]

    def stretches(self, looks: int) -> Iterator[Stretch]:
        """Yield stretches of so many looks in all."""
        for stretch in self._endless():
            yield stretch._replace(looks=min(looks, stretch.looks))
            looks -= stretch.looks
            if looks <= 0:
                return

    def _endless(self) -> Iterator[Stretch]:
        while True:
            if self.rng.random() < 0.8:
                yield from self._mended()
            chance = self.rng.random()
            if chance < 0.04:
                yield from self._chattering()
            else:
                yield self._harmed() if chance < 0.7 else self._quiet()

    def _chattering(self) -> Iterator[Stretch]:
        """Yield a contact that falls open now and then, and is back at once."""
        apart = self.rng.choice((1, 4, 20))
        for reads in (True, False) * 4:
            fields = self._fields({"mirror": Reading(reads, 0)})
            looks = apart if reads else self.rng.choice((1, 2))
            yield Stretch(TICK_NS, looks, 9, *fields, CHARGE, "", CODES)

    def _mended(self) -> Iterator[Stretch]:
        """Yield what brings power back, whatever stood before it."""
        well = self._fields({})
        for deed in ("", "reset", "inspect"):
            yield Stretch(TICK_NS, 1, 1, *well, Request(), deed, CODES)
        yield Stretch(TICK_NS, 1, 1, *well, EITHER_WAY, "", CODES)

    def _quiet(self) -> Stretch:
        """Return a stretch in which nothing happens, for long."""
        request = CHARGE if self.rng.random() < 0.3 else EITHER_WAY
        looks = self.rng.choice((12, 60, 240, 600, 1200))
        return Stretch(TICK_NS, looks, 9, *self._fields({}), request, "", CODES)

    def _harmed(self) -> Stretch:
        rng = self.rng
        deed = rng.choice(("", "", "", "", "reset", "reset", "inspect", "accuse", "restart"))
        spoilt = rng.choice((0, 1, 1, 1, 1, 2, 6))
        harms = {name: self._spoilt(name) for name in rng.sample(_NAMES, spoilt)}
        if rng.random() < 0.05:
            harms |= {"voltage_v": Reading(400.0, 0), "pilot": Reading(pilot(CpState.B), 0)}
        return Stretch(
            rng.choice((TICK_NS, TICK_NS, TICK_NS, 5 * TICK_NS, 15 * TICK_NS, 4 * NS_PER_S)),
            rng.choice((1, 3, 3, 12, 12, 12, 60, 120)),
            rng.choice((1, 9, 9, 9, 9, 240)),
            *self._fields(harms),
            rng.choice(_WISHES), deed,
            CODES if rng.random() < 0.5 else frozenset(rng.sample(sorted(CODES), 3)),
        )  # fmt: skip

    def _spoilt(self, name: str) -> Reading[Any] | None:
        return self._aged(self.rng.choice(_VALUES[name]))

    def _aged(self, value: Any) -> Reading[Any] | None:
        if self.rng.random() < 0.15:
            return None
        return Reading(value, -self.rng.choice(_AGES_NS))

    def _fields(self, spoilt: dict[str, Any]) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        """Return the fields for a closed and for an open contactor, stamped by their ages."""
        if not spoilt:
            return self.well
        rng = self.rng
        temps = {}
        if rng.random() < 0.4:
            pins = len(self.of.power_pins) + rng.choice((0, 0, 0, -1, 1))
            temps["pin_temps_c"] = tuple(self._aged(rng.choice(_CELSIUS)) for _ in range(pins))
        both = {**spoilt, **temps}
        return seen(0, of=self.of, **both)[1:], rest(0, of=self.of, **both)[1:]


def stamped(fields: tuple[Any, ...], now_ns: int) -> tuple[Any, ...]:
    """Return *fields* as they were taken before *now_ns*: a stamp is an age so far."""
    new = tuple.__new__
    made = [
        new(Reading, (value[0], value[1] + now_ns)) if type(value) is Reading
        else stamped(value, now_ns) if type(value) is tuple else value
        for value in fields
    ]  # fmt: skip
    return tuple(made)


def observed(now_ns: int, fields: tuple[Any, ...]) -> Observation:
    """Return the observation of these fields at an instant."""
    return tuple.__new__(Observation, (now_ns, *fields))
