"""Connectors by their set name: pins, rating and what is sensed.

A set names what a maker prints on the part. Thermal and wear parameters belong to those who model
them: `plant` for simulated nature, `durability` for estimates. They share no numbers on purpose.
"""

from dataclasses import dataclass, replace
from types import MappingProxyType

from silverpin.domain.limits import LIMITS


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorSet:
    """One kind of connector on one cable."""

    name: str
    kind: str
    power_pins: tuple[str, ...]
    """Pins that carry the load; each has its own temperature sensor."""
    always_loaded: tuple[str, ...]
    """Those that carry the current in every use; a neutral or a further phase may idle."""
    data_pins: tuple[str, ...]
    rating_a: float
    direct_current: bool
    rise_at_rating_min_k: float
    """A healthy pin's sensor warms at least this much at rating with all cooling on. [K]"""
    uncooled_factor: float
    """With all cooling off the same pin warms at most this many times as much."""
    rise_at_rating_max_k: float
    """A contact of ten times the resistance allowed, uncooled, would warm by this. [K]"""
    warming_s: float
    """Slowest time constant of that warming. [s]"""
    warming_fast_s: float
    """Fastest time constant, with all cooling on. [s]"""
    loaded_with: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Pins that may idle, each with those whose warming shows that it does not."""
    matings_rated: int = 10_000
    """Rated mechanical life (IEC 62196-1)."""


_ROWS = (
    ConnectorSet(
        name="ccs2-200a",
        kind="ccs2",
        power_pins=("DC+", "DC-"),
        always_loaded=("DC+", "DC-"),
        data_pins=("PE", "CP", "PP"),
        rating_a=200.0,
        direct_current=True,
        rise_at_rating_min_k=8.0,
        uncooled_factor=3.5,
        rise_at_rating_max_k=500.0,
        warming_s=900.0,
        warming_fast_s=150.0,
    ),
    ConnectorSet(
        name="ccs2-80a",
        kind="ccs2",
        power_pins=("DC+", "DC-"),
        always_loaded=("DC+", "DC-"),
        data_pins=("PE", "CP", "PP"),
        rating_a=80.0,
        direct_current=True,
        rise_at_rating_min_k=10.0,
        uncooled_factor=3.0,
        rise_at_rating_max_k=300.0,
        warming_s=900.0,
        warming_fast_s=150.0,
    ),
    ConnectorSet(
        name="type2-32a",
        kind="type2",
        power_pins=("L1", "L2", "L3", "N"),
        always_loaded=("L1",),
        data_pins=("PE", "CP", "PP"),
        rating_a=32.0,
        direct_current=False,
        rise_at_rating_min_k=8.0,
        uncooled_factor=2.5,
        rise_at_rating_max_k=110.0,
        warming_s=900.0,
        warming_fast_s=150.0,
        # Phases fill in order: a vehicle that loads L1 and L3 loads L2 as well.
        loaded_with=(("L2", ("L1", "L3")),),
    ),
)
CONNECTOR_SETS = MappingProxyType({row.name: row for row in _ROWS})
assert all(set(row.always_loaded) <= set(row.power_pins) for row in _ROWS)


def capped(kind: ConnectorSet, current_max_a: float) -> ConnectorSet:
    """Return the same connector for no more than that, with the warming that goes with it.

    A ceiling above the rating changes nothing.
    """
    if current_max_a >= kind.rating_a:
        return kind
    share = (current_max_a / kind.rating_a) ** 2
    return replace(
        kind,
        rating_a=current_max_a,
        rise_at_rating_min_k=kind.rise_at_rating_min_k * share,
        rise_at_rating_max_k=kind.rise_at_rating_max_k * share,
    )


# A dummy may stand in for a sensor on the bench because no contact can get warm there.
assert all(
    capped(row, LIMITS.bench_current_max_a).rise_at_rating_max_k < LIMITS.sensor_apart_k
    for row in _ROWS
)
