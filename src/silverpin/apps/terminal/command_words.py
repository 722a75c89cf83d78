"""Words that the programs and the daemon share, light enough for a program that only asks.

The manual names line 18 of the controller as the one that drives the locking bolt; no other line
is offered to anybody. An act moves the simulated world and does not exist on hardware; the world
checks its value, this table only names it.
"""

from types import MappingProxyType
from typing import NamedTuple

LOCK_LINE = 18
GPIO_LINES = MappingProxyType({LOCK_LINE: "locking bolt"})


HEAT_RISE_MAX_K = 40
"""`heat-pin` reads a number up to this as a rise, a larger one as the temperature to reach."""


class ActWord(NamedTuple):
    """One act of `silverpin act`: its name, what its value is called, and what it does."""

    name: str
    value: str
    does: str

    @property
    def usage(self) -> str:
        """The act as it is written."""
        return f"{self.name} [{self.value}]" if self.value else self.name


_ROWS = (
    ActWord("plug", "", "put the plug in"),
    ActWord("unplug", "", "take the plug out, as a careful driver does"),
    ActWord("pull", "", "pull at the plug with all strength"),
    ActWord("set-power", "POWER", "ask for power, 5kW or in watts; positive charges the vehicle"),
    ActWord("stop", "", "end the session"),
    ActWord("heat-pin", "PIN=°C", "heat a pin: DC+ by 10 °C, DC+=+15 by 15, DC+=90 to 90 (a bare "
            f"number up to {HEAT_RISE_MAX_K} is a rise), DC+=trip past its limit"),
    ActWord("worn-pin", "PIN=OHM", "wear a contact out: DC+ to 3 mΩ, or DC+=1.5mOhm"),
    ActWord("ambient", "°C", "change the temperature of the air"),
    ActWord("jam-lock", "", "put something in the bolt's way, as debris does"),
    ActWord("debris", "", "put something in the bolt's way"),
    ActWord("misaligned", "", "put the inlet beside the bolt"),
    ActWord("gasket", "", "deform the gasket, so that it clamps the bolt"),
    ActWord("dry-bolt", "", "let the bolt run dry, so that it drags"),
    ActWord("break-lock-switch", "", "break the switch that proves the bolt"),
    ActWord("pilot-noise", "VOLT", "put noise on the control pilot"),
    ActWord("pilot-weak", "", "attenuate the control pilot"),
    ActWord("pilot-loss", "", "break the control pilot"),
    ActWord("pilot-short", "", "short the control pilot to earth"),
    ActWord("pilot-diode-missing", "", "take the vehicle's pilot diode out, leaving a gap"),
    ActWord("pilot-diode-short", "", "bridge the vehicle's pilot diode"),
    ActWord("pilot-frequency", "HZ", "let the pilot's generator swing at another frequency"),
    ActWord("pilot-amplitude", "VOLT", "let the pilot's generator swing to another voltage"),
    ActWord("pilot-resistor", "OHM", "put a known resistor in place of the vehicle's"),
    ActWord("proximity-open", "", "break the proximity line"),
    ActWord("supply-12v", "VOLT", "pull the 12 V supply down, or up"),
    ActWord("supply-24v", "VOLT", "pull the 24 V supply down, or up"),
    ActWord("bypass-ntc", "PIN", "put a resistor in place of a temperature sensor"),
    ActWord("ntc-open", "PIN", "break a temperature sensor open"),
    ActWord("ntc-short", "PIN", "short a temperature sensor"),
    ActWord("ntc-frozen", "PIN", "freeze the reading of a temperature sensor"),
    ActWord("ntc-lost", "PIN", "lose the reading of a temperature sensor"),
    ActWord("ntc-drift", "PIN=K/h", "let a temperature sensor drift: DC+ by 4 K/h, or DC+=-2K/h"),
    ActWord("ntc-scaled", "PIN=FACTOR", "let a temperature sensor show a share of its distance "
            "from 25 °C: DC+ a fifth, or DC+=0.5"),
    ActWord("weld", "", "weld the contactor closed"),
    ActWord("weld-one", "", "weld one pole of the contactor closed"),
    ActWord("stuck-open", "", "keep the contactor from closing"),
    ActWord("slow-contactor", "TIME", "make the contactor slow: 0.4 s either way, or 200ms"),
    ActWord("chatter", "", "let the contactor chatter while it is held closed"),
    ActWord("mirror-open", "", "break the mirror contact, so that it reads open"),
    ActWord("mirror-stuck", "", "jam the mirror contact, so that it reads closed"),
    ActWord("estop", "", "press the emergency stop"),
    ActWord("earth-loss", "", "break the protective earth"),
    ActWord("residual-current", "", "trip the residual-current device"),
    ActWord("insulation", "OHM", "lower the insulation"),
    ActWord("shift-modbus", "", "shift the inverter's register map"),
    ActWord("ignore-limit", "AMPERE", "let the converter drive what it likes: all that it can, "
            "or 100A"),
    ActWord("vehicle-silent", "", "let the vehicle fall silent in its conversation"),
    ActWord("grid-push", "HZ", "push the grid's frequency"),
    ActWord("grid-volts", "VOLT", "push the grid's voltage"),
    ActWord("healthy", "", "make nature healthy again"),
)  # fmt: skip
ACTS = MappingProxyType({row.name: row for row in _ROWS})
