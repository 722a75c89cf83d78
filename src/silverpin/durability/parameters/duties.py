"""What is assumed about site and use where a record is silent: climates and duties, as priors."""

from dataclasses import dataclass
from types import MappingProxyType

from silverpin.durability.prior import Prior

SIX_WALL_CHARGERS = "lifetime counters of six wall chargers, shared by their owners"
EPFL = "DESL-EPFL Level-3 charging data set, 1878 sessions on two CCS plugs"
ACN = "ACN-Data, Caltech: 3235 sessions on 45 stations"


@dataclass(frozen=True, slots=True, kw_only=True)
class Climate:
    """The air around a connector."""

    name: str
    ambient_c: Prior
    """Yearly mean; the swing of the seasons is part of its spread."""
    humidity_pct: Prior


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """How often a connector is used and switched."""

    name: str
    matings_per_day: Prior
    mated_h_per_day: Prior
    contactor_per_mating: Prior
    loaded_share: Prior
    """Share of the contactor's openings that break current."""


_CLIMATES = (
    Climate(
        name="temperate-outdoor",
        ambient_c=Prior(4.0, 13.0, 26.0),
        humidity_pct=Prior(45.0, 72.0, 92.0),
    ),
    Climate(
        name="indoor",
        ambient_c=Prior(12.0, 19.0, 27.0),
        humidity_pct=Prior(30.0, 48.0, 70.0),
    ),
)
_HOME = Duty(
    name="home-ac",
    matings_per_day=Prior(0.22, 1.0, 1.3, SIX_WALL_CHARGERS),
    mated_h_per_day=Prior(3.0, 10.0, 20.0),
    contactor_per_mating=Prior(1.8, 4.1, 7.6, SIX_WALL_CHARGERS),
    loaded_share=Prior(0.001, 0.017, 0.05, SIX_WALL_CHARGERS),
)
_DUTIES = (
    _HOME,
    Duty(
        name="workplace-ac",
        matings_per_day=Prior(0.1, 0.25, 0.8, ACN),
        mated_h_per_day=Prior(0.3, 0.75, 2.4, ACN),
        contactor_per_mating=_HOME.contactor_per_mating,
        loaded_share=_HOME.loaded_share,
    ),
    Duty(
        name="public-dc",
        matings_per_day=Prior(1.0, 2.1, 6.0, EPFL),
        mated_h_per_day=Prior(0.5, 1.15, 3.5, EPFL),
        contactor_per_mating=Prior(1.0, 1.1, 2.0),
        loaded_share=Prior(0.0005, 0.01, 0.05),
    ),
)
CLIMATES = MappingProxyType({row.name: row for row in _CLIMATES})
DUTIES = MappingProxyType({row.name: row for row in _DUTIES})
