"""The conditions of power: what must hold before the envelope signs a permit.

A refusal names the first that does not hold, with its value and the next step; `status.blocked_by`
lists them all and `status.checks` shows every one. The order is the order in which a person can do
something about them.
"""

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class ConditionRow:
    """What a condition is called, what its failing means and what to do then."""

    check: str
    failing: str
    next_step: str


class Condition(Enum):
    """One thing that must be so before power may flow; the value is its row."""

    PLUGGED = ConditionRow("plug seated", "no vehicle plugged in", "plug in to begin")
    NO_FAULT = ConditionRow(
        "no latched fault", "a fault is latched", "follow its steps, then reset"
    )
    ESTOP = ConditionRow("emergency stop", "emergency stop pressed or unread", "release the button")
    EARTH = ConditionRow("protective earth", "protective earth missing", "measure the earth")
    SUPPLY = ConditionRow("supplies", "a supply is out of range or unread", "measure 12 V and 24 V")
    RESIDUAL = ConditionRow("residual current", "residual-current device tripped", "find the leak")
    INSULATION = ConditionRow("insulation", "insulation too low or unmeasured", "dry the connector")
    TEMPERATURE = ConditionRow("pin temperature", "a pin is too hot or unread", "let it cool down")
    INVERTER = ConditionRow("inverter figures", "inverter figures not plausible", "check its map")
    PILOT = ConditionRow("pilot signal", "control pilot not clean", "check the pilot line")
    LOCK = ConditionRow("lock proof", "LOCK_STATUS does not prove the lock", "push the plug home")
    VEHICLE_READY = ConditionRow("vehicle ready", "vehicle is not ready", "wait for the vehicle")
    CONTACTOR = ConditionRow("contactor", "contactor does not follow", "see the contactor's fault")
    METER = ConditionRow("current meter", "current or voltage unread", "check the meter")
    GRID = ConditionRow(
        "grid in profile",
        "grid outside its profile or not yet watched for long enough",
        "wait for the grid; grid-monitor shows how long",
    )
    INSPECTION = ConditionRow(
        "inspection after heat",
        "no inspection since the last thermal trip",
        "measure the pins and record it with evse-cli inspect",
    )
    ASKED = ConditionRow("start wanted", "nobody asked for power", "start a session")

    @property
    def row(self) -> ConditionRow:
        """The condition's row of words."""
        return self.value


REVERSE_ONLY = frozenset({Condition.GRID, Condition.INSPECTION})
"""Conditions that bar discharge and leave charging alone."""
