"""What a person, or fate, can do to a simulated charger: plug, pull, heat, jam, weld, push.

One table for the page's bench, `silverpin act` and the faults of `silverpin run`. An act changes
nature only; the charger decides what it does about it. Values are checked before anything changes.
"""

from collections.abc import Callable

from silverpin.apps.charger import Charger
from silverpin.domain.conditions import Condition
from silverpin.domain.quantities import QuantityError, Unit, parse
from silverpin.domain.session import Mode, Wish
from silverpin.plant.bay import Bay

_RISE_K = 10.0


class ActError(ValueError):
    """An act that does not exist, or a value it cannot take."""


class ActRefused(RuntimeError):
    """An act that cannot be now: a locked plug does not come out, a hot charger does not start."""

    def __init__(self, text: str, conditions: tuple[Condition, ...] = ()) -> None:
        super().__init__(text)
        self.conditions = conditions
        """What the charger refused for, where it was the charger who refused."""


class Acts:
    """The acts on one bay."""

    def __init__(self, bay: Bay, charger: Charger) -> None:
        self._bay = bay
        self._charger = charger
        self._table: dict[str, Callable[[str | None, bool], str]] = {
            "plug": self._plug,
            "unplug": self._unplug,
            "pull": self._pull,
            "stop": self._stop,
            "set-power": self._set_power,
            "heat-pin": self._heat_pin,
            "worn-pin": self._worn_pin,
            "jam-lock": self._jam_lock,
            "break-lock-switch": self._break_switch,
            "pilot-noise": self._pilot_noise,
            "pilot-loss": self._pilot_loss,
            "bypass-ntc": self._ntc("bypassed", "bypassed with 10 kΩ"),
            "ntc-open": self._ntc("open", "open"),
            "ntc-short": self._ntc("short", "shorted"),
            "ntc-frozen": self._ntc("frozen", "frozen"),
            "ntc-lost": self._ntc("lost", "no longer read"),
            "weld": self._weld,
            "stuck-open": self._stuck_open,
            "estop": self._estop,
            "earth-loss": self._earth_loss,
            "residual-current": self._residual,
            "insulation": self._insulation,
            "shift-modbus": self._shift_modbus,
            "grid-push": self._grid_push,
            "ambient": self._ambient,
            "healthy": self._healthy,
        }
        self._healthy_ohm = bay.connector.resistance_ohm

    @property
    def names(self) -> tuple[str, ...]:
        """Every act."""
        return tuple(self._table)

    def check(self, act: str, value: str | None) -> None:
        """Raise `ActError` if *act* or its *value* cannot be, without doing anything."""
        if act not in self._table:
            raise ActError(f"unknown act {act!r}: one of {', '.join(self._table)}")
        if act in _NUMBERS and value is not None:
            self._number(value, _NUMBERS[act])
        if act in _PINNED:
            self._pin_and_rest(value)

    def do(self, act: str, value: str | None = None, clear: bool = False) -> str:
        """Do *act*, or undo it with *clear*; return what was done in words."""
        self.check(act, value)
        return self._table[act](value, clear)

    def _number(self, value: str, unit: Unit) -> float:
        try:
            return parse(value, unit)
        except QuantityError as error:
            raise ActError(str(error)) from error

    def _pin_and_rest(self, value: str | None) -> tuple[int, str | None]:
        """Split ``PIN``, ``PIN=REST`` or ``REST`` into the pin's index and the rest."""
        pins = self._bay.kind.power_pins
        if value is None:
            return 0, None
        head, _, rest = value.replace("−", "-").partition("=")
        if head in pins:
            return pins.index(head), rest or None
        if "=" in value or (head[:1].isalpha() and head not in ("trip",)):
            raise ActError(f"{value!r} names no power pin: one of {', '.join(pins)}")
        return 0, head

    def _plug(self, value: str | None, clear: bool) -> str:
        if self._bay.vehicle.plugged:
            return "A vehicle is already plugged in."
        self._bay.vehicle.plug(self._bay.now_ns)
        return "Plugged in."

    def _unplug(self, value: str | None, clear: bool) -> str:
        bay = self._bay
        if not bay.vehicle.plugged:
            return "No vehicle is plugged in."
        if bay.lock.holds(bay.now_ns):
            raise ActRefused("The bolt holds the plug: stop the session first, then pull.")
        bay.vehicle.unplug()
        return "Unplugged."

    def _pull(self, value: str | None, clear: bool) -> str:
        """Pull with all strength: a driven bolt holds 200 N, anything less does not."""
        bay = self._bay
        if bay.vehicle.plugged and bay.lock.holds(bay.now_ns):
            return "Pulled; the bolt holds."
        bay.vehicle.unplug()
        return "The plug came out."

    def _stop(self, value: str | None, clear: bool) -> str:
        changed = self._charger.supervisor.stop()
        return "Session stopped; the plug will be free." if changed else "Already stopped."

    def _set_power(self, value: str | None, clear: bool) -> str:
        watts = 0.0 if value is None or clear else self._number(value, Unit.POWER)
        answer = self._charger.command(Wish(mode=Mode.V2X, power_w=watts))
        if answer.refused:
            row = answer.refused[0].row
            raise ActRefused(f"Refused, {row.failing}: {row.next_step}.", answer.refused)
        if watts == 0.0:
            return "Holding at 0 kW."
        way = "to the vehicle" if watts > 0.0 else "to the grid"
        return f"{abs(watts) / 1e3:.1f} kW {way} asked for."

    def _heat_pin(self, value: str | None, clear: bool) -> str:
        index, rest = self._pin_and_rest(value)
        connector = self._bay.connector
        pin = self._bay.kind.power_pins[index]
        if rest == "trip":
            target_c = self._charger.limits.temp_trip_c + 3.0
        elif rest is None or rest.startswith("+"):
            rise_k = _RISE_K if rest is None else self._number(rest, Unit.TEMPERATURE)
            target_c = connector.pin_c[index] + rise_k
        else:
            target_c = self._number(rest, Unit.TEMPERATURE)
        if not -60.0 <= target_c <= 400.0:
            raise ActError(f"{target_c:g} °C is no temperature a pin survives: -60 to 400")
        connector.heat(index, target_c)
        return f"{pin} brought to {target_c:.1f} °C."

    def _worn_pin(self, value: str | None, clear: bool) -> str:
        index, rest = self._pin_and_rest(value)
        ohm = 3e-3 if rest is None else self._number(rest, Unit.RESISTANCE)
        if clear:
            ohm = self._healthy_ohm[index]
        connector = self._bay.connector
        connector.wear([ohm if pin == index else now for pin, now in
                        enumerate(connector.resistance_ohm)])  # fmt: skip
        return f"{self._bay.kind.power_pins[index]} now has {ohm * 1e3:.2f} mΩ."

    def _jam_lock(self, value: str | None, clear: bool) -> str:
        self._bay.lock.jam_mm = None if clear else 6.0
        return "The bolt is free again." if clear else "Something is in the bolt's way at 6 mm."

    def _break_switch(self, value: str | None, clear: bool) -> str:
        self._bay.lock.switch_broken = not clear
        return f"The bolt's switch {'works' if clear else 'is broken'}."

    def _pilot_noise(self, value: str | None, clear: bool) -> str:
        noisy_v = 1.5 if value is None else self._number(value, Unit.VOLTAGE)
        self._bay.pilot_noise_v = 0.02 if clear else noisy_v
        return "The pilot is quiet." if clear else f"The pilot carries {noisy_v:g} V of noise."

    def _pilot_loss(self, value: str | None, clear: bool) -> str:
        self._bay.pilot_lost = not clear
        return f"The pilot line is {'whole' if clear else 'broken'}."

    def _ntc(self, kind: str, words: str) -> Callable[[str | None, bool], str]:
        def act(value: str | None, clear: bool) -> str:
            index, _ = self._pin_and_rest(value)
            pin = self._bay.kind.power_pins[index]
            if clear:
                self._bay.ntc_faults.pop(index, None)
                return f"The sensor of {pin} is whole."
            self._bay.ntc_faults[index] = (kind, self._bay.connector.ntc_c[index])
            return f"The sensor of {pin} is {words}."

        return act

    def _weld(self, value: str | None, clear: bool) -> str:
        self._bay.contactor.welded = not clear
        return f"The contactor is {'free' if clear else 'welded closed'}."

    def _stuck_open(self, value: str | None, clear: bool) -> str:
        self._bay.contactor.stuck_open = not clear
        return f"The contactor {'closes again' if clear else 'does not close any more'}."

    def _estop(self, value: str | None, clear: bool) -> str:
        self._bay.estop_pressed = not clear
        return f"The emergency stop is {'released' if clear else 'pressed'}."

    def _earth_loss(self, value: str | None, clear: bool) -> str:
        self._bay.earth_ohm = 4.2 if clear else 1e6
        return f"The protective earth is {'whole' if clear else 'broken'}."

    def _residual(self, value: str | None, clear: bool) -> str:
        self._bay.residual_tripped = not clear
        return f"The residual-current device is {'set' if clear else 'tripped'}."

    def _insulation(self, value: str | None, clear: bool) -> str:
        ohm = 20e3 if value is None else self._number(value, Unit.RESISTANCE)
        self._bay.insulation_ohm = 2e6 if clear else ohm
        return f"Insulation is {self._bay.insulation_ohm / 1e3:.0f} kΩ."

    def _shift_modbus(self, value: str | None, clear: bool) -> str:
        self._bay.converter.map_shifted = not clear
        return f"The inverter's register map is {'right' if clear else 'shifted by one'}."

    def _grid_push(self, value: str | None, clear: bool) -> str:
        grid = self._bay.grid
        hz = grid.nominal_hz + 2.0 if value is None else self._number(value, Unit.FREQUENCY)
        if not 40.0 <= hz <= 70.0:
            raise ActError(f"{hz:g} Hz is no grid frequency: 40 to 70")
        grid.pushed_hz = None if clear else hz
        return f"The grid {'wanders by itself again' if clear else f'is at {hz:.2f} Hz'}."

    def _ambient(self, value: str | None, clear: bool) -> str:
        ambient_c = 25.0 if value is None else self._number(value, Unit.TEMPERATURE)
        self._bay.connector.ambient_c = ambient_c
        return f"The air is at {ambient_c:.1f} °C."

    def _healthy(self, value: str | None, clear: bool) -> str:
        for name in _CURED:
            self._table[name](None, True)
        self._bay.connector.wear(self._healthy_ohm)
        self._bay.ntc_faults.clear()
        return "Nature is healthy again; latched faults still want their reset."


_NUMBERS = {
    "set-power": Unit.POWER,
    "pilot-noise": Unit.VOLTAGE,
    "insulation": Unit.RESISTANCE,
    "grid-push": Unit.FREQUENCY,
    "ambient": Unit.TEMPERATURE,
}
_PINNED = frozenset(
    {"heat-pin", "worn-pin", "bypass-ntc", "ntc-open", "ntc-short", "ntc-frozen", "ntc-lost"}
)
_CURED = (
    "jam-lock", "break-lock-switch", "pilot-noise", "pilot-loss", "weld", "stuck-open", "estop",
    "earth-loss", "residual-current", "insulation", "shift-modbus", "grid-push",
)  # fmt: skip
