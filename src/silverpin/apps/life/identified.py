"""What the use in a record can tell of a connector at all (Cramér and Rao), in rows and words."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from silverpin.durability.resistance.follow import Found
    from silverpin.durability.resistance.identify import Bound, Identifiability

_TOLD = 0.5
"""An unknown that loses this share of its doubt is one that the record tells."""
_WORDS = {
    "contact": "the contact",
    "pin_ohm": "the crimp's and conductor's resistance",
    "around_ohm": "the cable's resistance",
    "pin_j_per_k": "the pin's heat capacity",
    "around_j_per_k": "the surroundings' heat capacity",
    "pin_around_w_per_k": "the pin's loss to the surroundings",
    "pin_air_w_per_k": "the pin's loss along the inlet",
    "around_air_w_per_k": "the surroundings' loss to the air",
    "sensor_lag_s": "the sensor's lag",
    "offset_k": "the sensor's offset",
}


def identifiability(found: "Found") -> list[dict[str, Any]] | None:
    """Return how well each unknown was known before, and how well its sessions can tell it."""
    if found.identifiability is None:
        return None
    return [
        {
            "name": row.name,
            "sd_before": float(f"{row.before:.3g}"),
            "sd_after": float(f"{row.after:.3g}"),
            "told": row.learned >= _TOLD,
        }
        for row in _rows(found.identifiability)
    ]


def rests_on_heat(found: "Found") -> list[str]:
    """Return which unknowns heat under this use can tell, as a sentence; none without heat."""
    if found.identifiability is None:
        return []
    rows = {_WORDS[row.name]: row for row in _rows(found.identifiability)}
    told = [f"{name} to {_sd(row)}" for name, row in rows.items() if row.learned >= _TOLD]
    silent = [name for name, row in rows.items() if row.learned < _TOLD]
    sentence = f"By its currents, this record can tell {', '.join(told) or 'nothing'} (one sd)"
    return [f"{sentence}; it says little of {', '.join(silent)}." if silent else f"{sentence}."]


def _rows(of: "Identifiability") -> "tuple[Bound, ...]":
    return (of.contact, *of.traits)


def _sd(row: "Bound") -> str:
    """Return a standard deviation: a share, or kelvins."""
    return f"{row.after:.1f} K" if row.name == "offset_k" else f"{100.0 * row.after:.0f} %"
