"""What raises each fault, and a charger's safety core on which it was raised."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from silverpin.domain.observation import CpState, Request, Supplies
from tests.observations import CHARGE, EITHER_WAY, UNPROVED, Bench, pilot


class Case(NamedTuple):
    """What raises a fault, and what of it still stands when the contactor has opened."""

    cause: Mapping[str, Any]
    seconds: float = 0.02
    request: Request = CHARGE
    still: Mapping[str, Any] | None = None
    """The cause as a reset meets it, where that is not the cause itself."""


_CLOSED = {"mirror": True, "contactor_commanded": True}
CASES = {
    "ERR_THERM_OVERLOAD": Case({"pin_temps_c": (85.0, 40.0)}, still={"pin_temps_c": (60.0, 40.0)}),
    "ERR_THERM_SENSOR": Case({"pin_temps_c": (40.0, None)}),
    "ERR_CP_SIGNAL_LOSS": Case({"pilot": pilot(CpState.C, noise_v=0.51)}),
    "ERR_PROXIMITY": Case({"seated": UNPROVED, "proximity_ohm": 12.0}, 0.6),
    "ERR_SUPPLY": Case({"supplies": Supplies(10.7, 24.0)}),
    "ERR_LOCK_FAIL": Case({"lock": False}, still=_CLOSED),
    "ERR_REV_FLOW_TRIP": Case({"grid_ok": False}, request=EITHER_WAY),
    "ERR_CONTACTOR_WELD": Case(
        {"mirror": True, "contactor_commanded": False, "current_a": 0.0}, 0.3
    ),
    "ERR_CONTACTOR_OPEN": Case(
        {"mirror": False, "contactor_commanded": True, "current_a": 0.0}, 0.3
    ),
    "ERR_EMERGENCY_STOP": Case({"estop_clear": False}),
    "ERR_EARTH_LOSS": Case({"earth_ohm": 10.0}),
    "ERR_RESIDUAL_CURRENT": Case({"residual_clear": False}),
    "ERR_INSULATION": Case({"insulation_ohm": 99_999.0}),
    "ERR_UNPLUGGED_LIVE": Case({"seated": False}, still=_CLOSED),
    "ERR_INPUT_LOST": Case({"residual_clear": None}),
    "ERR_OVERCURRENT": Case({"current_a": 223.1}, 1.04),
    "ERR_INVERTER_MAP": Case({"inverter_ok": False}),
}


def tripped(code: str) -> Bench:
    """A bench on which power flowed until the cause of *code* came."""
    case = CASES[code]
    bench = Bench().powered(case.request)
    bench.run(case.seconds, **case.cause)
    return bench
