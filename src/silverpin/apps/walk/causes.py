"""Which fault a thing in nature is the cause of, so that its answer can be timed.

Two kinds: an act that is at work (`BY_ACT`), and a state of nature that one can see (`BY_SIGHT`).
A silent input is the cause of `ERR_INPUT_LOST`, but for those in `SILENT_AS`.
tests/unit/test_walk_tables.py wants every fault of the table here, or among `UNTIMED`.
"""

from collections.abc import Callable, Iterator
from types import MappingProxyType
from typing import NamedTuple

from silverpin.apps.walk.hush import INPUTS
from silverpin.apps.walk.sight import Sight
from silverpin.apps.world_nature import SENSOR_FAULTS
from silverpin.domain.connectors import ConnectorSet
from silverpin.domain.grid_profiles import GridProfile
from silverpin.domain.limits import Limits
from silverpin.plant.bay import Bay


class Scene(NamedTuple):
    """What stays the same while a leg is walked, and nature to look at."""

    bay: Bay
    limits: Limits
    profile: GridProfile
    connector: ConnectorSet
    power_max_w: float
    slew_a_per_s: float


BY_ACT = MappingProxyType(
    {
        "pilot-loss": "ERR_CP_SIGNAL_LOSS",
        "pilot-weak": "ERR_CP_SIGNAL_LOSS",
        "pilot-noise": "ERR_CP_SIGNAL_LOSS",
        "pilot-short": "ERR_CP_SIGNAL_LOSS",
        "pilot-diode-missing": "ERR_CP_SIGNAL_LOSS",
        "pilot-diode-short": "ERR_CP_SIGNAL_LOSS",
        "pilot-frequency": "ERR_CP_SIGNAL_LOSS",
        "pilot-amplitude": "ERR_CP_SIGNAL_LOSS",
        "proximity-open": "ERR_PROXIMITY",
        "supply-12v": "ERR_SUPPLY",
        "supply-24v": "ERR_SUPPLY",
        "estop": "ERR_EMERGENCY_STOP",
        "earth-loss": "ERR_EARTH_LOSS",
        "residual-current": "ERR_RESIDUAL_CURRENT",
        "insulation": "ERR_INSULATION",
        "shift-modbus": "ERR_INVERTER_MAP",
        "ntc-open": "ERR_THERM_SENSOR",
        "ntc-short": "ERR_THERM_SENSOR",
        "ntc-lost": "ERR_THERM_SENSOR",
    }
)
DIRECT_CURRENT_ONLY = frozenset({"insulation", "inputs.insulation_ohm"})
HIDES_HEAT = frozenset(SENSOR_FAULTS)
"""Acts under which a pin's own sensor does not tell its heat."""
SHOWS_MODULATED = frozenset(
    {"pilot-frequency", "pilot-diode-missing", "pilot-diode-short", "pilot-weak", "pilot-amplitude"}
)
"""Acts that nobody can see while the pilot is steady, so that a reset then finds nothing."""
SHOWS_PLUGGED = SHOWS_MODULATED | {"pilot-loss"}
"""Acts that nobody can see without a vehicle: an open line has no resistor at its end either."""
LOOKS_UNPLUGGED = frozenset({"proximity-open"})
"""Acts under which a plug that is in looks as if it were out, once the pilot fails as well.

Nobody sees them but against a pilot that shows a vehicle: without a plug an open line is right.
"""
SPOILS_PILOT = frozenset(name for name, code in BY_ACT.items() if code == "ERR_CP_SIGNAL_LOSS")
CONTACT_ACTS = frozenset({"weld", "weld-one", "stuck-open", "slow-contactor", "chatter"})
"""Acts under which the contact does not follow its coil: an answer is the coil's command then."""
RUNAWAY = "ignore-limit"
"""The act under which something else flows than was asked for."""
MIRROR_ACTS = frozenset({"mirror-open", "mirror-stuck"})
"""Acts under which the mirror contact does not tell the contact."""
SILENT_AS = MappingProxyType(
    {"thermometer.read": "ERR_THERM_SENSOR", "converter.report": "ERR_INVERTER_MAP"}
)
"""Inputs whose silence is another fault than `ERR_INPUT_LOST`."""
SEEN_BY = MappingProxyType(
    {
        "ERR_CP_SIGNAL_LOSS": frozenset({"pilot.peaks"}),
        "ERR_EMERGENCY_STOP": frozenset({"inputs.estop_clear"}),
        "ERR_EARTH_LOSS": frozenset({"inputs.earth_ohm"}),
        "ERR_RESIDUAL_CURRENT": frozenset({"inputs.residual_clear"}),
        "ERR_INSULATION": frozenset({"inputs.insulation_ohm"}),
        "ERR_INVERTER_MAP": frozenset({"meter.voltage_v", "grid.read"}),
        "ERR_THERM_SENSOR": frozenset({"thermometer.read"}),
        "ERR_THERM_OVERLOAD": frozenset({"thermometer.read"}),
        "ERR_LOCK_FAIL": frozenset({"lock.status"}),
        "ERR_UNPLUGGED_LIVE": frozenset({"pilot.proximity_ohm"}),
        "ERR_PROXIMITY": frozenset({"pilot.proximity_ohm"}),
        "ERR_SUPPLY": frozenset({"inputs.supplies"}),
        "ERR_OVERCURRENT": frozenset({"meter.current_a"}),
        # One welded pole keeps the mirror contact at closed, whatever the armature does.
        "ERR_CONTACTOR_OPEN": MIRROR_ACTS | {"switch.mirror", "weld-one"},
        "ERR_CONTACTOR_WELD": MIRROR_ACTS | {"switch.mirror"},
    }
)
"""Inputs through which a cause is seen, and acts that hide it: at work, they stop its clock.

The silence of an input has a time of its own.
"""
TOLD_ALWAYS = frozenset(
    {"ERR_EMERGENCY_STOP", "ERR_EARTH_LOSS", "ERR_RESIDUAL_CURRENT", "ERR_INSULATION", "ERR_SUPPLY"}
)
"""Faults of one input alone: closed or open, people are told them by their name."""
STOPS_NOTHING = frozenset({"switch.across_v"})
"""Inputs whose silence leaves power alone: voltages across the poles serve a diagnosis."""
UNTIMED = MappingProxyType(
    {
        "ERR_REV_FLOW_TRIP": "each stage of the profile has its own time, see `invariants.reverse`",
        "ERR_ISO_HANDSHAKE": "a silence ends with the timer of its message, in tests of their own",
    }
)
_SILENT = frozenset(INPUTS) - STOPS_NOTHING
_HEAT_MARGIN_K = 0.3
"""A sensor's scatter: a pin this little above the trip may be read below it."""
_METER_MARGIN_A = 1.0
"""The same of the meter."""


def _too_hot(scene: Scene, sight: Sight) -> bool:
    connector = scene.bay.connector
    least_c = scene.limits.temp_trip_c + _HEAT_MARGIN_K
    hot = any(
        ntc_c + offset_k >= least_c
        for ntc_c, offset_k in zip(connector.ntc_c, connector.ntc_offset_k, strict=True)
    )
    return hot and HIDES_HEAT.isdisjoint(sight.standing)


def _too_much(scene: Scene, sight: Sight) -> bool:
    """Return whether more flows than the permit leaves, or a runaway's set-point."""
    permit, limits, asked_a = sight.permit, scene.limits, scene.bay.converter.target_a
    if permit is None:
        return False
    bound_a = permit.charge_max_a if sight.amps > 0.0 else permit.discharge_max_a
    obeys = RUNAWAY not in sight.standing or not scene.connector.direct_current
    if not obeys and sight.amps * asked_a > 0.0:
        bound_a = min(bound_a, abs(asked_a))
    excess_a = abs(sight.amps) - bound_a * (1.0 + limits.current_excess_share)
    return excess_a > limits.current_excess_a + _METER_MARGIN_A


BY_SIGHT: tuple[tuple[str, Callable[[Scene, Sight], bool]], ...] = (
    ("ERR_THERM_OVERLOAD", _too_hot),
    ("ERR_LOCK_FAIL", lambda scene, sight: not sight.bolt),
    ("ERR_UNPLUGGED_LIVE", lambda scene, sight: not sight.plugged),
    ("ERR_CONTACTOR_OPEN", lambda scene, sight: sight.coil and not sight.closed),
    ("ERR_CONTACTOR_WELD", lambda scene, sight: sight.closed and not sight.coil),
    ("ERR_OVERCURRENT", _too_much),
)


def causes(scene: Scene, sight: Sight) -> Iterator[str]:
    """Yield the code of every fault that has its cause in nature now, and can be seen."""
    standing = sight.standing
    for code in _standing(scene, sight):
        if standing.isdisjoint(SEEN_BY.get(code, ())):
            yield code
    for name in standing & _SILENT:
        if name not in DIRECT_CURRENT_ONLY or scene.connector.direct_current:
            yield SILENT_AS.get(name, "ERR_INPUT_LOST")


def _standing(scene: Scene, sight: Sight) -> Iterator[str]:
    for name in sight.standing:
        if name in BY_ACT and (name not in DIRECT_CURRENT_ONLY or scene.connector.direct_current):
            yield BY_ACT[name]
    for code, stands in BY_SIGHT:
        if stands(scene, sight):
            yield code
