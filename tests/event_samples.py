"""Events with every field that their sentence, the ledger and the inspections ask for."""

from string import Formatter
from typing import Any

from silverpin.domain.events import EVENTS, Event

BEYOND_THE_SENTENCE: dict[str, dict[str, Any]] = {
    "energy": {"mated_s": 90.0},
    "inspected": {
        "pins": {"DC+": 0.00031, "DC-": 0.00029},
        "instrument": "bridge 17",
        "certificate": "L2-4711, to 2028-01",
    },
    "connector_fitted": {"serial": "SN-1"},
    "ledger_brought": {
        "matings": 7,
        "parts": {"elsewhere": {"matings": 7, "charged_kwh": 2.5}},
        "since_cleaning": 3,
    },
    "ledger_corrected": {"matings": 1_000_000},
}


def sample(kind: str, t_ns: int = 0, **given: Any) -> Event:
    """Return a plausible event of *kind*; *given* fields stand."""
    parsed = [part for part in Formatter().parse(EVENTS[kind].text) if part[1] is not None]
    said = {str(name): 1.5 if spec else f"some {name}" for _, name, spec, _ in parsed}
    return Event(t_ns, kind, said | BEYOND_THE_SENTENCE.get(kind, {}) | given)
