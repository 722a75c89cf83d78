"""Acts that come by chance: who plugs, pulls and commands when, and what breaks and is mended.

Acts follow a Poisson process of a mean rate; each is drawn from a table of weights with a value
that fits it. What can be taken back is, after some minutes. The `Random` is the caller's, so the
same seed meets the same fate.
"""

from collections.abc import Callable, Iterator
from random import Random
from typing import NamedTuple

_MENDED_AFTER_S = 300.0
"""Mean time for which a fault stays."""


class Fate(NamedTuple):
    """One act that chance has chosen."""

    t_s: float
    act: str
    value: str | None
    clear: bool


class _Row(NamedTuple):
    weight: float
    value: Callable[[Random, tuple[str, ...]], str | None]
    mended: bool


def _none(rng: Random, pins: tuple[str, ...]) -> str | None:
    return None


def _pin(rng: Random, pins: tuple[str, ...]) -> str | None:
    return rng.choice(pins)


def _power(rng: Random, pins: tuple[str, ...]) -> str | None:
    return f"{rng.uniform(-22.0, 22.0):.2f}kW"


def _heat(rng: Random, pins: tuple[str, ...]) -> str | None:
    return f"{rng.choice(pins)}=+{rng.uniform(2.0, 70.0):.0f}"


def _wear(rng: Random, pins: tuple[str, ...]) -> str | None:
    return f"{rng.choice(pins)}={rng.uniform(0.3, 3.0):.2f}mOhm"


def _drift(rng: Random, pins: tuple[str, ...]) -> str | None:
    return f"{rng.choice(pins)}={rng.uniform(-20.0, 20.0):.1f}K/h"


def _scale(rng: Random, pins: tuple[str, ...]) -> str | None:
    return f"{rng.choice(pins)}={rng.uniform(0.0, 2.0):.2f}"


def _hertz(rng: Random, pins: tuple[str, ...]) -> str | None:
    return f"{rng.uniform(46.0, 53.0):.2f}"


def _amps(rng: Random, pins: tuple[str, ...]) -> str | None:
    return f"{rng.uniform(5.0, 260.0):.0f}A"


def _delay(rng: Random, pins: tuple[str, ...]) -> str | None:
    return f"{rng.uniform(50.0, 600.0):.0f}ms"


_PEOPLE = {
    "plug": _Row(8.0, _none, False),
    "unplug": _Row(3.0, _none, False),
    "pull": _Row(1.0, _none, False),
    "stop": _Row(4.0, _none, False),
    "set-power": _Row(24.0, _power, False),
}
_FAULTS = {
    "heat-pin": _Row(1.0, _heat, False),
    "worn-pin": _Row(1.0, _wear, True),
    "debris": _Row(0.4, _none, True),
    "misaligned": _Row(0.3, _none, True),
    "gasket": _Row(0.2, _none, True),
    "dry-bolt": _Row(0.1, _none, True),
    "break-lock-switch": _Row(0.5, _none, True),
    "pilot-noise": _Row(0.5, _none, True),
    "pilot-weak": _Row(0.5, _none, True),
    "pilot-loss": _Row(0.5, _none, True),
    "pilot-short": _Row(0.2, _none, True),
    "pilot-diode-missing": _Row(0.2, _none, True),
    "pilot-diode-short": _Row(0.2, _none, True),
    "pilot-frequency": _Row(0.2, _none, True),
    "pilot-amplitude": _Row(0.2, _none, True),
    "proximity-open": _Row(0.3, _none, True),
    "supply-12v": _Row(0.3, _none, True),
    "supply-24v": _Row(0.3, _none, True),
    "bypass-ntc": _Row(0.5, _pin, True),
    "ntc-open": _Row(0.5, _pin, True),
    "ntc-lost": _Row(0.5, _pin, True),
    "ntc-short": _Row(0.3, _pin, True),
    "ntc-frozen": _Row(0.3, _pin, True),
    "ntc-drift": _Row(0.3, _drift, True),
    "ntc-scaled": _Row(0.3, _scale, True),
    "weld": _Row(0.3, _none, True),
    "weld-one": _Row(0.2, _none, True),
    "stuck-open": _Row(0.3, _none, True),
    "slow-contactor": _Row(0.3, _delay, True),
    "chatter": _Row(0.2, _none, True),
    "mirror-open": _Row(0.2, _none, True),
    "mirror-stuck": _Row(0.2, _none, True),
    "estop": _Row(0.7, _none, True),
    "earth-loss": _Row(0.5, _none, True),
    "residual-current": _Row(0.5, _none, True),
    "insulation": _Row(0.5, _none, True),
    "shift-modbus": _Row(0.5, _none, True),
    "ignore-limit": _Row(0.5, _amps, True),
    "grid-push": _Row(1.0, _hertz, True),
}
PEOPLE, FAULTS = frozenset(_PEOPLE), frozenset(_FAULTS)
_ROWS = _PEOPLE | _FAULTS


class Drawn(NamedTuple):
    """An act that chance has chosen, and whether it is mended some time later."""

    act: str
    value: str | None
    mended: bool


def draw(rng: Random, pins: tuple[str, ...], acts: frozenset[str]) -> Drawn:
    """Choose one of *acts* by the weights of the table."""
    names = [name for name in _ROWS if name in acts]
    act = rng.choices(names, [_ROWS[name].weight for name in names])[0]
    return Drawn(act, _ROWS[act].value(rng, pins), _ROWS[act].mended)


def fates(
    rng: Random, rate_per_hour: float, until_s: float, pins: tuple[str, ...], acts: frozenset[str]
) -> Iterator[Fate]:
    """Yield acts of the names given, up to *until_s* from now; mending may come later."""
    t_s = rng.expovariate(rate_per_hour / 3600.0)
    while t_s < until_s:
        act, value, mended = draw(rng, pins, acts)
        yield Fate(t_s, act, value, clear=False)
        if mended:
            yield Fate(t_s + rng.expovariate(1.0 / _MENDED_AFTER_S), act, value, clear=True)
        t_s += rng.expovariate(rate_per_hour / 3600.0)
