"""The fault table: every fault once, with what people need to know about it.

Log lines, `evse-cli faults`, the page, docs/generated/faults.md and later OCPP are printed from
`FAULTS`; none of them may restate it. Causes and verification steps of the manual's five codes
follow its troubleshooting matrix in our own words.
"""

from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from silverpin.domain.limits import LIMITS, PIN_TEST_A

_COOL = f"below {LIMITS.temp_reset_c:g} °C"
_DROP = f"{PIN_TEST_A:g} A; it must stay below {LIMITS.contact_max_ohm * PIN_TEST_A * 1e3:g} mV"


class Action(Enum):
    """What the charger does the moment a fault is raised."""

    STOP = "current to zero, then open"
    EMERGENCY = "open at once"
    NO_REVERSE = "current to zero, then open; discharge refused"


class Reset(Enum):
    """When a latched fault may be cleared. `safety.envelope` evaluates it.

    A reset clears the latch and nothing else: power returns only with a new start.
    """

    COOLED = f"every pin reads {_COOL}, then evse-cli reset --thermal"
    CAUSE_GONE = "the cause is gone, then evse-cli reset"
    UNPLUGGED = "clears when the plug is taken out, or the cause is gone and evse-cli reset"
    GRID_BACK = "clears by itself once the grid stayed inside its profile for the reconnect delay"


class Found(Enum):
    """How long the cause may stand before its fault is raised; the value is the limit that says so.

    `domain.answers` adds what the charger then does about it.
    """

    AT_ONCE = None
    SILENCE = "input_age_max_ns"
    SENSOR = "temp_age_max_ns"
    MIRROR = "mirror_lag_ns"
    EXCESS = "current_excess_ns"
    DISAGREES = "inverter_disagree_ns"
    STAGE = "a stage of the grid profile"


class Who(Enum):
    """Who acts next."""

    CHARGER = "charger"
    DRIVER = "driver"
    OPERATOR = "operator"
    TECHNICIAN = "technician"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One row: how the charger reacts and what a person does about it."""

    code: str
    title: str
    """What happened, as the headline of a page: no code, no jargon."""
    action: Action
    cause: str
    verify: str
    reset: Reset
    who: Who
    next_step: str
    impact: int
    """1 to 10; the manual's impact column of the part concerned, or ours beside it."""
    chargex: str | None
    """ChargeX minimum required error code, or None with the reason in `chargex_note`."""
    chargex_note: str = ""
    manual: bool = False
    wire_code: int | None = None
    waits_for: str | None = None
    """Later work that raises it; None when something here does."""
    found: Found = Found.AT_ONCE


CHARGEX = MappingProxyType(
    {
        "CX001": "ConnectorLockFailure",
        "CX002": "GroundFailure",
        "CX004": "OverCurrentFailure",
        "CX008": "EmergencyStop",
        "CX014": "PilotFault",
        "CX017": "EVSEContactorFault",
        "CX019": "CableOverTempStop",
        "CX022": "ResistanceFault",
    }
)
"""Names of the ChargeX codes in use (minimum required error codes, Idaho National Laboratory)."""

_ROWS = (
    Fault(
        code="ERR_THERM_OVERLOAD",
        title="a contact got too hot",
        action=Action.STOP,
        cause="High contact resistance: worn, dirty or loose contact",
        verify=f"Measure the voltage drop of each power pin at {_DROP}: evse-cli test voltage-drop",
        reset=Reset.COOLED,
        who=Who.TECHNICIAN,
        next_step=f"Let it cool {_COOL}, reset, then record an inspection before discharging",
        found=Found.SENSOR,
        impact=10,
        chargex="CX019",
        manual=True,
    ),
    Fault(
        code="ERR_CP_SIGNAL_LOSS",
        title="the control pilot is lost or noisy",
        action=Action.EMERGENCY,
        cause="Broken shield or conductor of the pilot line",
        verify="Check the shielded pair end to end, and look for ground loops",
        reset=Reset.CAUSE_GONE,
        who=Who.TECHNICIAN,
        next_step="Repair the pilot line, then reset",
        impact=8,
        chargex="CX014",
        manual=True,
    ),
    Fault(
        code="ERR_PROXIMITY",
        title="the plug's proximity line cannot be believed",
        action=Action.STOP,
        cause="Proximity contact dirty, its line broken or shorted, or a cable of another kind",
        verify="Measure PP to PE in the plug and compare it with the connector's coding",
        reset=Reset.CAUSE_GONE,
        who=Who.TECHNICIAN,
        next_step="Clean or repair the proximity line, then reset",
        impact=8,
        chargex=None,
        chargex_note="CX025 is a broken latch; no code is a proximity line that says nothing",
    ),
    Fault(
        code="ERR_SUPPLY",
        title="a logic supply is out of its range",
        action=Action.STOP,
        cause="Supply overloaded or failing, or its wiring loose",
        verify="Measure 12 V and 24 V at the controller with the coils on and off",
        reset=Reset.CAUSE_GONE,
        who=Who.TECHNICIAN,
        next_step="Repair the supply, then reset",
        impact=6,
        chargex=None,
        chargex_note="ChargeX numbers a lost grid (CX015), not a supply inside the charger",
    ),
    Fault(
        code="ERR_LOCK_FAIL",
        title="the plug is not locked",
        action=Action.STOP,
        cause="Debris in the bolt's way, a misaligned inlet or a deformed gasket",
        verify="Look at the bolt and its hole; a bolt that drags wants dry silicone spray",
        reset=Reset.UNPLUGGED,
        who=Who.DRIVER,
        next_step="Push the plug fully home; if it stays, a technician looks at the bolt",
        impact=9,
        chargex="CX001",
        manual=True,
    ),
    Fault(
        code="ERR_ISO_HANDSHAKE",
        title="vehicle and charger do not understand each other",
        action=Action.STOP,
        cause="Protocols that do not match, or a time-out between vehicle and charger",
        verify="Capture the V2G packets on the vehicle's interface (eth1) and decode them",
        reset=Reset.UNPLUGGED,
        who=Who.OPERATOR,
        next_step="End the session and plug in again; if it repeats, decode the kept capture",
        impact=8,
        chargex=None,
        chargex_note="CX010 is a car in the wrong mode; no code is a protocol that does not match",
        manual=True,
        wire_code=0xDEADC0DE,
    ),
    Fault(
        code="ERR_REV_FLOW_TRIP",
        title="the grid is outside its limits",
        action=Action.NO_REVERSE,
        cause="Grid frequency or voltage outside the profile; inverter not in step with it",
        verify="Compare frequency and voltage with the profile in force: grid-monitor",
        reset=Reset.GRID_BACK,
        who=Who.CHARGER,
        next_step="Wait for the reconnect delay; then start again",
        found=Found.STAGE,
        impact=8,
        chargex=None,
        chargex_note="ChargeX numbers a lost supply (CX015), not a grid outside its profile",
        manual=True,
    ),
    Fault(
        code="ERR_THERM_SENSOR",
        title="a temperature sensor cannot be believed",
        action=Action.STOP,
        cause="Sensor open, shorted, frozen, drifting, unread, off its pin or bypassed",
        verify="Read the sensor's resistance unplugged and warm the pin by hand",
        reset=Reset.COOLED,
        who=Who.TECHNICIAN,
        next_step="Repair the sensor or its wiring, then reset",
        found=Found.SENSOR,
        impact=10,
        chargex=None,
        chargex_note="ChargeX numbers hot cables, not sensors that stopped telling",
    ),
    Fault(
        code="ERR_CONTACTOR_WELD",
        title="a contactor is stuck closed",
        action=Action.STOP,
        cause="Contacts welded by opening or closing under load",
        verify="Switch off the feeder, measure across the contactor's poles",
        reset=Reset.CAUSE_GONE,
        who=Who.OPERATOR,
        next_step="Switch off the feeder; a technician replaces the contactor",
        found=Found.MIRROR,
        impact=10,
        chargex="CX017",
    ),
    Fault(
        code="ERR_CONTACTOR_OPEN",
        title="the contactor does not close",
        action=Action.STOP,
        cause="Coil supply missing, contactor worn out, or mirror contact broken",
        verify="Measure the coil voltage while closing and the mirror contact by hand",
        reset=Reset.CAUSE_GONE,
        who=Who.TECHNICIAN,
        next_step="Repair the contactor circuit, then reset",
        found=Found.MIRROR,
        impact=8,
        chargex="CX017",
    ),
    Fault(
        code="ERR_EMERGENCY_STOP",
        title="the emergency stop was pressed",
        action=Action.EMERGENCY,
        cause="Somebody pressed the emergency stop, or its loop is broken",
        verify="Ask why it was pressed, then pull the button out and test the loop",
        reset=Reset.CAUSE_GONE,
        who=Who.OPERATOR,
        next_step="Release the button, then reset",
        impact=9,
        chargex="CX008",
    ),
    Fault(
        code="ERR_EARTH_LOSS",
        title="the protective earth is lost",
        action=Action.EMERGENCY,
        cause="Earth conductor broken or its resistance too high",
        verify=f"Measure the earth resistance; it must be below {LIMITS.earth_max_ohm:g} Ω",
        reset=Reset.CAUSE_GONE,
        who=Who.TECHNICIAN,
        next_step="Repair the earth conductor, then reset",
        impact=10,
        chargex=None,
        chargex_note="CX002 is a tripped ground-fault device; a missing earth has no code",
    ),
    Fault(
        code="ERR_RESIDUAL_CURRENT",
        title="current leaks to earth",
        action=Action.EMERGENCY,
        cause="Insulation damaged in cable, plug or vehicle",
        verify="Measure insulation of cable and plug without the vehicle",
        reset=Reset.CAUSE_GONE,
        who=Who.TECHNICIAN,
        next_step="Find the leak, reset the device, then reset here",
        impact=10,
        chargex="CX002",
    ),
    Fault(
        code="ERR_INSULATION",
        title="the DC insulation is too low",
        action=Action.EMERGENCY,
        cause="Moisture in the connector or damaged insulation of a DC pole",
        verify="Measure both poles against earth, first without, then with the vehicle",
        reset=Reset.CAUSE_GONE,
        who=Who.TECHNICIAN,
        next_step="Dry or replace the connector, then reset",
        impact=10,
        chargex="CX022",
    ),
    Fault(
        code="ERR_UNPLUGGED_LIVE",
        title="the plug came out under load",
        action=Action.EMERGENCY,
        cause="Plug pulled while current flowed: the lock did not hold, or nothing held it",
        verify="Look at the pins for arc marks and test the bolt with 200 N",
        reset=Reset.CAUSE_GONE,
        who=Who.TECHNICIAN,
        next_step="Inspect the pins, then reset",
        impact=9,
        chargex=None,
        chargex_note="CX025 is a broken latch, one cause among several; no code is a pulled plug",
    ),
    Fault(
        code="ERR_INPUT_LOST",
        title="a safety input is silent",
        action=Action.STOP,
        cause="An input of the safety core stopped being read, or its source is missing",
        verify="Find the silent input among the checks, then its wiring and its driver",
        reset=Reset.CAUSE_GONE,
        who=Who.TECHNICIAN,
        next_step="Restore the input, then reset",
        found=Found.SILENCE,
        impact=9,
        chargex=None,
        chargex_note="ChargeX has no code for an input that is missing rather than tripped",
    ),
    Fault(
        code="ERR_OVERCURRENT",
        title="more current flows than is permitted",
        action=Action.STOP,
        cause="Converter or vehicle ignores the limit it was told",
        verify="Compare the meter with the converter's and the vehicle's own figures",
        reset=Reset.CAUSE_GONE,
        who=Who.OPERATOR,
        next_step="Reset and start low; if it repeats, this vehicle or converter stays out of use",
        found=Found.EXCESS,
        impact=9,
        chargex="CX004",
    ),
    Fault(
        code="ERR_INVERTER_MAP",
        title="the inverter's figures make no sense",
        action=Action.STOP,
        cause="Modbus map of the inverter shifted, swapped or of another device",
        verify="Compare the inverter's voltage and frequency with our own meters",
        reset=Reset.CAUSE_GONE,
        who=Who.TECHNICIAN,
        next_step="Correct the map; nothing is written to the inverter until it agrees",
        found=Found.DISAGREES,
        impact=8,
        chargex=None,
        chargex_note="ChargeX does not look behind the converter",
    ),
)
FAULTS = MappingProxyType({row.code: row for row in _ROWS})
assert len(FAULTS) == len(_ROWS), "two rows with one code"
assert all(1 <= row.impact <= 10 for row in _ROWS)
assert all((row.chargex is None) == bool(row.chargex_note) for row in _ROWS)
assert CHARGEX.keys() == {row.chargex for row in _ROWS if row.chargex}
MOST_URGENT_FIRST = tuple(row.code for row in sorted(_ROWS, key=lambda row: -row.impact))
