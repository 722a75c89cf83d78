"""The event table: everything the journal can say, and what each event counts.

An event is written once and read by the ledger (which counts by it), the log (ECS names), the page
and `events.jsonl` of a run. Its sentence is made from the row's template and the event's fields.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import Any

COUNTERS = (
    "matings",
    "matings_since_cleaning",
    "load_breaks",
    "reversals",
    "contactor_operations",
    "lock_operations",
    "lock_retries",
    "emergency_stops",
    "thermal_events",
)
"""Counters of a connector's ledger, in the order of its columns. They never go back."""


class Level(Enum):
    """How loud an event is; the value is ECS `log.level`."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """One kind of event."""

    kind: str
    what: str
    """One word or two for the page's table."""
    text: str
    """Template of its sentence; names in braces are fields of the event."""
    level: Level = Level.INFO
    who: str = "charger"
    category: str = "host"
    """ECS `event.category`."""
    type: str = "info"
    """ECS `event.type`."""
    counts: tuple[str, ...] = ()
    record: str = ""
    """Which record of the technician's work it is, for `evse-cli history`; empty for none."""


_ROWS = (
    EventRow(kind="started", what="Start", text="Charger program started, {simulated}",
             type="start", category="process"),
    EventRow(kind="stopped", what="Stop", text="Charger program stopped", type="end",
             category="process"),
    EventRow(kind="mated", what="Mating", text="Mating number {number}{inferred}", who="driver",
             type="connection", counts=("matings", "matings_since_cleaning")),
    EventRow(kind="unmated", what="Unplugged", text="Plug taken out after {mated_min:.0f} min",
             who="driver", type="connection"),
    EventRow(kind="pilot", what="Pilot", text="Vehicle state {before} to {after}", who="vehicle",
             type="change"),
    EventRow(kind="lock_driven", what="Lock", text="Bolt driven, try {attempt}",
             counts=("lock_operations",)),
    EventRow(kind="lock_retried", what="Lock", text="Bolt did not seat, try {attempt} of {tries}",
             level=Level.WARNING, counts=("lock_retries",)),
    EventRow(kind="locked", what="Lock", text="Engaged after {travel_ms:.0f} ms"),
    EventRow(kind="unlocked", what="Lock", text="Released", counts=("lock_operations",)),
    EventRow(kind="contactor_closed", what="Contactor", text="Closed",
             counts=("contactor_operations",)),
    EventRow(kind="contactor_opened", what="Contactor", text="Opened at {current_a:.1f} A"),
    EventRow(kind="contactor_late", what="Contactor", text="Took {took_ms:.0f} ms to {way}; "
             "{allowed_ms:.0f} ms are allowed", level=Level.WARNING),
    EventRow(kind="load_break", what="Load-break", text="Opened under load: {current_a:.1f} A at "
             "{voltage_v:.0f} V", level=Level.WARNING, counts=("load_breaks",)),
    EventRow(kind="emergency_stop", what="Emergency", text="Opened at once: {code}",
             level=Level.ERROR, counts=("emergency_stops",)),
    EventRow(kind="wish", what="Set-point", text="{mode}, {power_kw:+.1f} kW wanted",
             who="operator", type="change"),
    EventRow(kind="running", what="Power", text="Past the low-power start", type="start"),
    EventRow(kind="reversed", what="Reversal", text="To {direction} after {latency_ms:.0f} ms; "
             "reactive power at most {reactive_var:.0f} var", type="change", counts=("reversals",)),
    EventRow(kind="derated", what="Limit", text="Current to {factor_pct:.0f} %: {reason}",
             level=Level.WARNING, type="change"),
    EventRow(kind="recovered", what="Limit", text="Current back to {factor_pct:.0f} %",
             type="change"),
    EventRow(kind="cooling", what="Cooling", text="Loop 1 {primary_pct:.0f} %, loop 2 "
             "{secondary_pct:.0f} %: {reason}", type="change"),
    EventRow(kind="fault_raised", what="Fault", text="{code}: {detail}. Latched",
             level=Level.ERROR, type="error"),
    EventRow(kind="cause_found", what="Fault", text="{code}: {detail}", level=Level.WARNING),
    EventRow(kind="thermal_trip", what="Heat", text="{pin} reached {temp_c:.1f} °C",
             level=Level.ERROR, type="error", counts=("thermal_events",)),
    EventRow(kind="fault_cleared", what="Fault", text="{code} cleared by {who}", type="change"),
    EventRow(kind="energy", what="Energy", text="{charged_kwh:.3f} kWh in, "
             "{discharged_kwh:.3f} kWh out", category="host"),
    EventRow(kind="inspected", what="Inspection", text="Pins measured by {technician}: worst "
             "{worst_mohm:.2f} mΩ on {worst_pin}, {verdict}", who="technician", category="host",
             record="inspection"),
    EventRow(kind="cleaned", what="Cleaning", text="Pins cleaned by {technician}",
             who="technician", record="cleaning"),
    EventRow(kind="ntc_calibrated", what="Calibration", text="Sensor of {pin} calibrated by "
             "{technician}: {words}", who="technician", record="calibration"),
    EventRow(kind="pilot_calibrated", what="Calibration", text="Pilot calibrated by {technician}: "
             "{words}", who="technician", record="calibration"),
    EventRow(kind="pin_test", what="Pin test", text="{text}", who="technician", type="change"),
    EventRow(kind="connector_fitted", what="Connector", text="Connector {serial} is on, in place "
             "of {before}: {how} by {by}", who="technician", type="change",
             record="connector change"),
    EventRow(kind="ledger_brought", what="Ledger", text="{matings} matings of {serial} brought "
             "from {source} by {by}", who="technician", level=Level.WARNING, type="change",
             record="connector change"),
    EventRow(kind="ledger_corrected", what="Ledger", text="Matings of {serial} corrected from "
             "{was} to {matings} by {by}: {reason}", who="technician", level=Level.WARNING,
             type="change", record="correction"),
    EventRow(kind="v2g_open", what="Vehicles", text="Vehicles are met {words}",
             category="network", type="start"),
    EventRow(kind="v2g_unmet", what="Vehicles", text="No vehicle can be met: {words}",
             level=Level.ERROR, category="network", type="info"),
    EventRow(kind="v2g_expiring", what="Vehicles", text="{words}", level=Level.WARNING,
             category="network", type="info"),
    EventRow(kind="v2g_connected", what="Vehicle", text="Connected, {words}", who="vehicle",
             category="network", type="start"),
    EventRow(kind="v2g_agreed", what="Vehicle", text="Agreed: {words}", who="vehicle",
             category="network"),
    EventRow(kind="v2g_stage", what="Vehicle", text="{words}", who="vehicle",
             category="network"),
    EventRow(kind="v2g_doubt", what="Vehicle", text="Not believed: {words}", who="vehicle",
             level=Level.WARNING, category="network"),
    EventRow(kind="v2g_trouble", what="Vehicle", text="The vehicle has trouble: {words}",
             who="vehicle", level=Level.WARNING, category="network"),
    EventRow(kind="v2g_refused", what="Vehicle", text="Refused: {words}", level=Level.WARNING,
             category="network", type="denied"),
    EventRow(kind="v2g_ended", what="Vehicle", text="Conversation over: {words}", who="vehicle",
             category="network", type="end"),
    EventRow(kind="command", what="Command", text="{command}: {answer}", who="operator",
             category="iam", type="allowed"),
    EventRow(kind="command_refused", what="Refused", text="{command}: {answer}", who="operator",
             level=Level.WARNING, category="iam", type="denied"),
    EventRow(kind="disk_trouble", what="Disk", text="{trouble}", level=Level.ERROR,
             category="file", type="error"),
    EventRow(kind="disk_well", what="Disk", text="Journal and log are written again",
             category="file", type="info"),
    EventRow(kind="act", what="Bench", text="{text}", who="bench", type="change"),
)  # fmt: skip
EVENTS = MappingProxyType({row.kind: row for row in _ROWS})
assert len(EVENTS) == len(_ROWS), "two rows with one kind"
assert all(counter in COUNTERS for row in _ROWS for counter in row.counts)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened at a monotonic instant, with the fields its row's sentence needs."""

    t_ns: int
    kind: str
    fields: Mapping[str, Any] = field(default_factory=dict)

    @property
    def row(self) -> EventRow:
        """The event's row of the table."""
        return EVENTS[self.kind]

    def sentence(self) -> str:
        """Return the event in words."""
        return self.row.text.format_map(self.fields)

    def told(self) -> str:
        """Return its sentence, or what it is about where a field is not what the words need.

        A journal outlives the program that wrote it, and its words with it.
        """
        try:
            return self.sentence()
        except (KeyError, ValueError, TypeError):
            return self.row.what
