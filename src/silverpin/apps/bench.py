"""The bench of a simulated charger: every act that a person can do, as a catalogue to draw.

Groups and what to expect stand here; names, sentences, units and bounds come from the tables of the
acts themselves, so an act that is new there is on the bench, in the last group until it is put
into one.
"""

from typing import Any, NamedTuple

from silverpin.apps.terminal.command_words import ACTS
from silverpin.apps.world_bolt import SECOND_NAMES
from silverpin.apps.world_nature import FIGURES, SENSOR_FAULTS, SWITCHES
from silverpin.domain.limits import LIMITS
from silverpin.domain.quantities import NS_PER_S
from silverpin.plant.bay import Bay

SCHEMA = "silverpin.bench/1"


class Group(NamedTuple):
    """Acts on one part of the charger, and what a person should expect of them."""

    name: str
    expect: str
    acts: tuple[str, ...]


_GROUPS = (
    Group("Lock", "Expect a few tries, then ERR_LOCK_FAIL with its likely cause. Power never "
          "starts.",
          ("jam-lock", "misaligned", "gasket", "dry-bolt", "break-lock-switch")),
    Group("Pilot", "Expect an immediate stop and ERR_CP_SIGNAL_LOSS.",
          ("pilot-noise", "pilot-weak", "pilot-loss", "pilot-short", "pilot-diode-missing",
           "pilot-diode-short", "pilot-frequency", "pilot-amplitude", "pilot-resistor")),
    Group("Plug and supplies", "Expect current to zero and no arc, then ERR_PROXIMITY or "
          "ERR_SUPPLY.", ("proximity-open", "supply-12v", "supply-24v")),
    Group("Sensor of a pin", f"A reading outside {LIMITS.temp_low_c:g} to "
          f"{LIMITS.temp_impossible_high_c:g} °C or none at all stops at once. One that stands "
          "still takes the charger up to half an hour of warming to find.",
          ("bypass-ntc", "ntc-open", "ntc-short", "ntc-frozen", "ntc-lost")),
    Group("Contacts and air", "A worn contact warms with the square of the current.",
          ("worn-pin", "ambient")),
    Group("Contactor", "Expect the mirror contact to contradict the command, and no unlocking.",
          ("weld", "weld-one", "stuck-open", "slow-contactor", "chatter", "mirror-open",
           "mirror-stuck")),
    Group("Protection", "Expect the contactor to open at once.",
          ("estop", "earth-loss", "residual-current", "insulation")),
    Group("Inverter", "Expect no write to the inverter, and ERR_INVERTER_MAP.", ("shift-modbus",)),
    Group("Converter", "More than was asked for stops after "
          f"{LIMITS.current_excess_ns / NS_PER_S:g} s: current to zero, then open, and "
          "ERR_OVERCURRENT.", ("ignore-limit",)),
    Group("Conversation", "Expect current to zero, then open, and ERR_ISO_HANDSHAKE: under power "
          "within a second, before it within a minute.", ("vehicle-silent",)),
    Group("Grid", "Outside its profile expect ERR_REV_FLOW_TRIP, then the reconnect delay.",
          ("grid-push", "grid-volts")),
)  # fmt: skip
_OWN_CONTROLS = frozenset({"plug", "unplug", "pull", "stop", "set-power", "heat-pin", "healthy"})
"""Acts of people, for which the page draws controls of their own."""


def catalogue(bay: Bay) -> dict[str, Any]:
    """Return every fault of the bench by group (`silverpin.bench/1`)."""
    placed = {act for group in _GROUPS for act in group.acts} | _OWN_CONTROLS | SECOND_NAMES.keys()
    more = Group("More", "", tuple(act for act in ACTS if act not in placed))
    groups = [*_GROUPS, more] if more.acts else _GROUPS
    return {
        "schema": SCHEMA,
        "groups": [
            {"name": group.name, "expect": group.expect,
             "acts": [_act(act, bay) for act in group.acts]}
            for group in groups
        ],
    }  # fmt: skip


def _act(act: str, bay: Bay) -> dict[str, Any]:
    does = ACTS[act].does.partition(":")[0]  # what follows tells how it is typed
    told: dict[str, Any] = {"act": act, "does": does[0].upper() + does[1:], "kind": "switch"}
    if act in SENSOR_FAULTS or act not in SWITCHES | FIGURES:
        told["kind"] = "pin"
    elif act in FIGURES:
        row = FIGURES[act]
        told |= {"kind": "figure", "unit": row.unit.value, "low": row.low, "high": row.high,
                 "usual": row.usual(bay)}  # fmt: skip
    return told
