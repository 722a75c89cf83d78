"""What the charger must do: one row a requirement, tied to the tests that show it.

A test names the rows it shows with ``@pytest.mark.verifies("THM-2")``. A row either has such a test
or says in `waits_for` which work ahead brings it; tests/unit/test_traceability.py holds both ends.
`note` tells how a loose or surprising demand is read. docs/generated/requirements.md is printed
from here.
"""

from dataclasses import dataclass
from enum import Enum, StrEnum
from types import MappingProxyType


class Method(Enum):
    """How a row is shown; the value is a word for it."""

    TEST = "test"
    SIMULATION = "simulation"
    INSPECTION = "inspection"
    ANALYSIS = "analysis"


class Work(StrEnum):
    """Work ahead that rows may wait for."""

    DIAGNOSIS = "diagnosis and the technician's work"
    ELECTRONICS = "power electronics over CAN and SunSpec"
    LINUX = "Linux drivers"
    DEPLOYMENT = "deployment"
    STATION = "OCPP and telemetry"
    ESTIMATION = "life estimation"
    FLEET = "fleet hub"


AREAS = MappingProxyType(
    {
        "CON": "connector",
        "CP": "control pilot",
        "THM": "heat",
        "LCK": "lock",
        "PWR": "power",
        "COM": "communication",
        "OPS": "operation",
        "SEC": "security",
        "FLT": "fleet",
        "DUR": "durability",
        "SIM": "simulation",
        "UX": "first contact",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One demand, in a sentence that a test can be held against."""

    id: str
    shall: str
    methods: frozenset[Method]
    note: str = ""
    waits_for: Work | None = None
    """Work ahead that brings it; None when tests show it now."""

    @property
    def area(self) -> str:
        """The part of the charger concerned, from the letters of the id."""
        return AREAS[self.id.partition("-")[0]]


_LETTERS = {method.name[0]: method for method in Method}


def _row(
    id: str, methods: str, shall: str, *, note: str = "", waits_for: Work | None = None
) -> Requirement:
    letters = frozenset(_LETTERS[letter] for letter in methods)
    return Requirement(id=id, shall=shall, methods=letters, note=note, waits_for=waits_for)


_ROWS = (
    _row("CON-1", "T",
         "A connector's matings are counted under its serial number and survive any power cut; "
         "line noise is no mating, and one made while the charger was off is entered as inferred. "
         "Life used and life ahead of the rated 10,000 (IEC 62196) are shown. Each connector, new "
         "or taken over, has a ledger of its own, and a correction names who made it."),
    _row("CON-2", "T",
         "Pins in bidirectional duty are due for cleaning after each 500 matings; recording it "
         "restarts that count and leaves the count of life alone."),
    _row("CON-3", "IT",
         "An inspection holds for every pin what was measured and seen (oxide, pits), by whom, "
         "with which instrument and under which certificate of level 2 that is still in date, and "
         "the ticked NFPA 70 list. A power pin passes below 0.5 mΩ and, at rated current, below a "
         "drop of 60 mV; above 30 mV it passes with a warning.",
         note="0.5 mΩ alone would allow 16 mV at 32 A and 100 mV at 200 A, so the drop is judged "
         "as well."),
    _row("CON-4", "T",
         "Temperatures between -40 and 85 °C are data; one outside, or one that cannot be, is a "
         "fault."),
    _row("CON-5", "IS",
         "What was found on the seal (EPDM; IP55 mated, IP24 open), deformed or moist, is kept in "
         "the ledger; the seal's ageing is modelled, and moisture quickens the corrosion reckoned.",
         note="How much moisture quickens corrosion is a guess of ours, and wide."),
    _row("CON-6", "I",
         "With the bolt in, the plug withstands a pull of 200 N, and the trial is on record."),
    _row("CON-7", "TS",
         "Current broken by a contactor or a pulled plug is counted with its amperes and volts as "
         "arc damage; bolt movements, repeated tries and emergency stops are counted as wear of "
         "the solenoid."),
    _row("CP-1", "T",
         "The pilot is made and judged as a 1 kHz square wave of ±12 V: frequency, duty, both "
         "amplitudes, edges and noise are printed beside their limits, from samples or from the "
         "front end's peaks."),
    _row("CP-2", "T",
         "The vehicle's resistor reads as one of the states A to F, by a calibration against "
         "known resistors."),
    _row("CP-3", "TS",
         "A pilot that is too noisy or too weak ends power at once as ERR_CP_SIGNAL_LOSS."),
    _row("CP-4", "T",
         "The 12 V and 24 V supplies and the proximity line are watched.",
         note="The manual's 5 V is the front end's logic level; the line itself swings ±12 V."),
    _row("CP-5", "TS",
         "Emergency stop, protective earth, residual current and, on DC, insulation before and "
         "while closed: each forbids power when tripped and when unread."),
    _row("THM-1", "T",
         "Pin sensors are read through hwmon, where `sensors` lists them as connector_temp.",
         waits_for=Work.LINUX),
    _row("THM-2", "TS",
         "A pin at 85 °C ends power and latches ERR_THERM_OVERLOAD. A sensor that is absent, old, "
         "frozen or impossible counts as too hot. A recorded calibration at two points can bring "
         "a sensor's trip down and never up.",
         note="A site can bring the trip down for all sensors together as well. A correction that "
         "would make a sensor read cooler is recorded and held to zero."),
    _row("THM-3", "T",
         "`evse-cli reset --thermal` clears the trip once every pin is below 60 °C, however often "
         "it is typed, and leaves power off; discharge waits until the pins were measured after "
         "the trip."),
    _row("THM-4", "TS",
         "A pin that warms by more than 5 °C/min over the last minute gets the second cooling "
         "loop, or else current falls by 10 % every 30 s for as long as it lasts; a stated rule "
         "gives it back."),
    _row("THM-5", "S",
         "A forecast turns cooling on through sysfs while the pins are still below their limit, "
         "and ahead of an announced start at high power.",
         note="Shown on the simulated loops; the files in sysfs come with Linux drivers."),
    _row("THM-6", "TS",
         "A 10 kΩ resistor in the sensor's place is found out although it reads a perfect 25 °C, "
         "and a good sensor in a cool room is never accused. Bench work has a program of its own "
         "with a small current ceiling; nothing switches the check off.",
         note="docs/sensors.md has the currents from which it is found, and how fast."),
    _row("LCK-1", "T",
         "`gpio-cli set-output 18 high` drives the bolt, once or ten times alike, and prints what "
         "changed; `low` is refused under load, whether the daemon runs or not.",
         note="Shown on the simulated bolt. The line is the daemon's: without one `low` is refused "
         "for want of proof and `high` is not driven; the line itself comes with Linux drivers."),
    _row("LCK-2", "TS",
         "Contactors close on a fresh LOCK_STATUS and nothing less; when it is lost under load, "
         "the current goes to zero and then they open."),
    _row("LCK-3", "TS", "Nothing is discharged without LOCK_STATUS."),
    _row("LCK-4", "T",
         "A bolt that was driven and is not home raises ERR_LOCK_FAIL after a bounded number of "
         "tries. Travel time, coil current and tries decide which cause is named first (debris, a "
         "crooked inlet, a bent gasket), and the advice on lubrication comes with it."),
    _row("LCK-5", "TS",
         "The bolt stays in while current flows or the contactor's mirror contact reads closed."),
    _row("PWR-1", "T", "A command given again changes nothing: many starts are one start."),
    _row("PWR-2", "TS",
         "`v2g-tool --mode V2X --power 5kW` sets a power inside every limit, beginning low. V2G "
         "feeds the grid; V2H follows the house and exports nothing; V2X goes either way."),
    _row("PWR-3", "T",
         "On the modules' CAN bus, frame errors, bus-off and silent or missing modules are seen; "
         "module currents add up to the demand, and the others take a lost one's share as far as "
         "their limits go.",
         waits_for=Work.ELECTRONICS),
    _row("PWR-4", "TS",
         "Power changes sign through zero: ramp, wait, confirm, ramp. The time it takes is "
         "measured, each reversal counted, and reactive power metered and kept within its limit "
         "meanwhile."),
    _row("PWR-5", "T",
         "An inverter's Modbus (SunSpec) map is proved before anything is written to it; one that "
         "is shifted, swapped, foreign, old or implausible is refused. Whether the plug is home "
         "is never learned from it.",
         waits_for=Work.ELECTRONICS),
    _row("PWR-6", "TS",
         "`grid-monitor` holds frequency and voltage against a named profile; outside it "
         "discharge ends as ERR_REV_FLOW_TRIP and returns after the profile's delay.",
         note="A start of the program waits the delay as well: it has not seen the grid yet."),
    _row("PWR-7", "IT",
         "`evse-cli test voltage-drop` leads a technician through the pins at 32 A and files the "
         "figures as an inspection.",
         note="The test charges, through every interlock. A pin without current in it (the neutral "
         "of a balanced load) is measured with a resistance meter."),
    _row("COM-1", "T",
         "ISO 15118-20 runs both ways on AC and DC, scheduled and dynamic, beside ISO 15118-2 and "
         "DIN 70121; cars find it by SDP after SLAC on the PLC modem."),
    _row("COM-2", "T",
         "Cars are met with TLS 1.3 and certificates on both sides, on TCP 8042 unless "
         "configured; a key lives in the TPM where one is fitted. The policy is `tls13-only`; "
         "`mixed` lets older cars charge (-2 on TLS 1.2, DIN in clear), `mixed-discharge` lets "
         "them discharge as well. The choice is audited and shown.",
         note="Cars learn the port from SDP, whatever its number. All but the TPM is shown; -2 and "
         "DIN have no words for a discharge.",
         waits_for=Work.LINUX),
    _row("COM-3", "T",
         "A car that falls silent ends as ERR_ISO_HANDSHAKE with 0xDEADC0DE, a mismatch names the "
         "protocols, and the packets are kept; the car's interface is eth1 unless configured."),
    _row("COM-4", "TI",
         "The PLC line is measured (attenuation, loss, retries during TLS), and poor figures come "
         "with a remedy: 50 mm between the cables, the shield on the chassis.",
         note="Attenuation and lost sounds are the modem's own, told while it matches; what TCP "
         "sends again during TLS is counted by the kernel."),
    _row("COM-5", "T",
         "The charger is an OCPP 2.1 station with the V2X block, a SunSpec device, an MQTT "
         "publisher and a Prometheus target.",
         waits_for=Work.STATION),
    _row("OPS-1", "T",
         "Every event is one JSON line in ECS names at "
         "/var/log/energy-mgmt/connector-durability.log, and the file may be rotated meanwhile."),
    _row("OPS-2", "T",
         "A fault has a cause, a step that proves it, a condition that clears it, an impact for "
         "its rank, and a ChargeX code or the reason why none fits; the manual's five and ours "
         "are declared in one table."),
    _row("OPS-3", "T",
         "Lost arbitration on the I2C bus is found in the kernel log, in every driver's wording, "
         "and tied to the sensor it hit.",
         note="The errno of the failed read counts first: few kernels print the manual's words.",
         waits_for=Work.LINUX),
    _row("OPS-4", "TI",
         "`evse-cli doctor` says before a start whether the earth is on record below 10 Ω, the "
         "user in evse-admin, the V2G and PLC library at 2.4.0 or newer and where that was read, "
         "the VPN up (telemetry spools while it is not), and permissions, clock, TPM and firewall "
         "in order.",
         waits_for=Work.DEPLOYMENT),
    _row("OPS-5", "T",
         "A command of ours copied from the manual works as it was printed, long dashes and curly "
         "quotes included.",
         note="A pipe into `grep` is out of our reach: the shell hands it curly quotes as letters; "
         "docs/manual-and-reality.md says so."),
    _row("SEC-1", "T",
         "The car's interface lets in TCP 8042, SDP on UDP 15118 and neighbour discovery; no SSH, "
         "no page, nothing else."),
    _row("SEC-2", "T",
         "A file in /etc/evse is read only if it is regular, ours and 0600; what it says can "
         "narrow a limit and never widen one."),
    _row("SEC-3", "T",
         "The control socket judges its peer by the kernel's word, lets evse-admin in, and audits "
         "what was commanded, refusals included.",
         note="What an admitted peer merely reads is not audited, or reading would fill the "
         "journal."),
    _row("SEC-4", "T",
         "Keys live in the TPM, units run with the least privilege, and no log holds a secret.",
         waits_for=Work.DEPLOYMENT),
    _row("FLT-1", "T",
         "Fifty chargers and more behind HAProxy ask for discharge at the same time, within a "
         "bound.",
         waits_for=Work.FLEET),
    _row("FLT-2", "TS",
         "Kilowatts are spread by the heat of pins and pods, wear and limits, so that no corner "
         "of a site overheats.",
         note="Spreading the number of requests, as the manual suggests, does not spread heat.",
         waits_for=Work.FLEET),
    _row("FLT-3", "T",
         "What wears reaches Elasticsearch once each, through any outage; a store of our own is "
         "the default.",
         waits_for=Work.FLEET),
    _row("FLT-4", "TS",
         "Counts, the trend of resistance and past failures say what to service, when, and how "
         "sure that is.",
         waits_for=Work.FLEET),
    _row("DUR-1", "TA",
         "Contact resistance is estimated in service from current and temperature, with an "
         "interval, and a drift raises an alarm.",
         note="From records by `silverpin life`; in the charger after each session, from what it "
         "sampled itself."),
    _row("DUR-2", "TA",
         "A second estimate regresses the voltage between charger and vehicle on the current that "
         "regulation asks for, with no added part."),
    _row("DUR-3", "TA",
         "Life consumed is reckoned by mechanism (mating wear, fretting, film, spring relaxation, "
         "arcs, contactor, lock, housing, seal, thermal fatigue) and the leading one named; "
         "outside a law's range the answer says so."),
    _row("DUR-4", "TA",
         "Each kilowatt-hour discharged has a price in wear, p05, p50 and p95, and dispatch hears "
         "it.",
         note="The price and its curve against power are reckoned today; dispatch comes with the "
         "hub.",
         waits_for=Work.FLEET),
    _row("DUR-5", "TA",
         "The interval of the remaining life holds what it promises, although most connectors "
         "were never seen to fail.",
         note="The lower end holds, by a fleet's book; how far the upper end reaches beyond what a "
         "fleet was watched for, laws say and nobody saw. Shown on simulated fleets."),
    _row("SIM-1", "TS",
         "One seed is one run of chargers, vehicles, grid and faults, to the last byte."),
    _row("UX-1", "T",
         "One command shows a charger at work in the browser within seconds and without hardware. "
         "Plug, unplug, heat, a jammed bolt, a lost pilot and a shifted Modbus map can be played "
         "on the page and from the shell."),
)  # fmt: skip
REQUIREMENTS = MappingProxyType({row.id: row for row in _ROWS})
assert len(REQUIREMENTS) == len(_ROWS), "two rows with one id"
assert all(row.methods and row.area for row in _ROWS)
