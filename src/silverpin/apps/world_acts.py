"""What a person, or fate, can do to a simulated charger: plug, pull, heat, jam, weld, push.

One table for the page's bench, `silverpin act` and the faults of `silverpin run`; the words for
people are in `command_words`. An act changes nature only; the charger decides what it does about
it. Act, value and whether it can be taken back are checked before anything changes.
"""

from collections.abc import Callable

from silverpin.apps.charger import Charger
from silverpin.apps.terminal.command_words import HEAT_RISE_MAX_K
from silverpin.apps.world_bolt import SECOND_NAMES
from silverpin.apps.world_nature import FIGURES, SENSOR_FAULTS, SWITCHES, SensorAct
from silverpin.domain.conditions import Condition
from silverpin.domain.quantities import QuantityError, Unit, parse
from silverpin.domain.session import IDLE_WISH, Mode, Wish
from silverpin.plant.bay import Bay
from silverpin.plant.ntc import NtcFault

Value = float | str | None
_WORN_OHM = 3e-3
_PIN_LOW_C, _PIN_HIGH_C = -60.0, 400.0
_PIN_HIGH_OHM = 1.0
_FINAL = {
    "plug": "use unplug",
    "unplug": "use plug",
    "pull": "use plug",
    "stop": "use set-power",
    "heat-pin": "a pin cools by itself",
    "healthy": "do the fault again",
}
"""Acts that cannot be taken back, and what to do instead."""
_ONE_AT_A_TIME = (
    tuple(SENSOR_FAULTS),
    ("weld", "weld-one"),
    ("mirror-open", "mirror-stuck"),
)
"""A sensor has one fault at a time, and so have a contactor's poles and its mirror contact."""
_VALUELESS = frozenset({"plug", "unplug", "pull", "stop", "healthy", *SWITCHES})


class ActError(ValueError):
    """An act that does not exist, or a value it cannot take."""


class ActRefused(RuntimeError):
    """An act that cannot be now: a locked plug does not come out, a hot charger does not start."""

    def __init__(self, text: str, conditions: tuple[Condition, ...] = ()) -> None:
        super().__init__(text)
        self.conditions = conditions
        """What the charger refused for, where it was the charger who refused."""


class Acts:
    """The acts on one bay and its charger."""

    def __init__(self, bay: Bay, charger: Charger) -> None:
        self._bay = bay
        self._charger = charger
        self._healthy_ohm = bay.connector.resistance_ohm
        self._standing: dict[tuple[str, str | None], str | None] = {}
        self._people: dict[str, Callable[[], str]] = {
            "plug": self._plug,
            "unplug": self._unplug,
            "pull": self._pull,
            "stop": self._stop,
            "healthy": self._heal,
        }
        self._pins: dict[str, Callable[[int, str | None, bool], str]] = {
            "heat-pin": self._heat_pin,
            "worn-pin": self._worn_pin,
            **{act: self._sensor(act, row) for act, row in SENSOR_FAULTS.items()},
        }

    def serve(self, charger: Charger) -> None:
        """Take the commands among the acts to *charger* from now on."""
        self._charger = charger

    @property
    def names(self) -> tuple[str, ...]:
        """Every act."""
        return (*self._people, "set-power", *self._pins, *SWITCHES, *FIGURES)

    def check(self, act: str, value: Value = None, clear: bool = False) -> None:
        """Raise `ActError` if the act or its value cannot be, without doing anything."""
        text = _text(value)
        if act not in self.names:
            raise ActError(f"unknown act {act!r}: one of {', '.join(self.names)}")
        if clear and act in _FINAL:
            raise ActError(f"{act} cannot be taken back: {_FINAL[act]}")
        if act in _VALUELESS and text is not None:
            raise ActError(f"{act} takes no value, and {text!r} is one: leave it out")
        if act in self._pins:
            self._check_pin(act, *self._pin_and_rest(text))
        elif not clear and act == "set-power":
            _number(act, text, Unit.POWER)
        elif not clear and act in FIGURES:
            self._figure(act, text)

    def _check_pin(self, act: str, index: int, rest: str | None) -> None:
        if act == "heat-pin":
            self._target_c(index, rest)
        elif act == "worn-pin":
            _ohm(rest)
        elif SENSOR_FAULTS[act].unit is not None:
            _sensor_figure(act, SENSOR_FAULTS[act], rest)
        elif rest is not None:
            raise ActError(f"{act} takes a pin and nothing else: leave {rest!r} out")

    def do(self, act: str, value: Value = None, clear: bool = False) -> str:
        """Do an act, or undo it with *clear*; return what was done in words."""
        self.check(act, value, clear)
        text = _text(value)
        told = self._do(act, text, clear)
        self._remember(act, text, clear)
        return told

    @property
    def standing(self) -> tuple[tuple[str, str | None], ...]:
        """What was done to nature and not taken back: acts with their values, oldest first."""
        return tuple((act, value) for (act, _), value in self._standing.items())

    def _remember(self, act: str, text: str | None, clear: bool) -> None:
        if act == "healthy":
            self._standing.clear()
        if act in _FINAL or act == "set-power":
            return
        act = SECOND_NAMES.get(act, act)
        pin = None
        if act in self._pins:
            pin = self._bay.kind.power_pins[self._pin_and_rest(text)[0]]
            text = text or pin
        alike = next((group for group in _ONE_AT_A_TIME if act in group), (act,))
        for one in alike:
            self._standing.pop((one, pin), None)
        if not clear:
            self._standing[act, pin] = text

    def _do(self, act: str, text: str | None, clear: bool) -> str:
        if act in self._people:
            return self._people[act]()
        if act == "set-power":
            return self._set_power(0.0 if clear else _number(act, text, Unit.POWER))
        if act in self._pins:
            return self._pins[act](*self._pin_and_rest(text), clear)
        if act in SWITCHES:
            switch = SWITCHES[act]
            switch.turn(self._bay, not clear)
            return switch.off if clear else switch.on
        figure, number = FIGURES[act], None if clear else self._figure(act, text)
        figure.put(self._bay, number)
        return figure.off if number is None else figure.on.format(number)

    def _figure(self, act: str, text: str | None) -> float:
        row = FIGURES[act]
        if text is None:
            return row.usual(self._bay)
        number = _number(act, text, row.unit)
        if not row.low <= number <= row.high:
            raise ActError(f"{act}: {text} is outside {row.low:g} to {row.high:g} {row.unit.value}")
        return number

    def _pin_and_rest(self, text: str | None) -> tuple[int, str | None]:
        """Split ``PIN``, ``PIN=REST`` or ``REST`` into the pin's index and the rest."""
        pins = self._bay.kind.power_pins
        if text is None:
            return 0, None
        head, _, rest = text.replace("−", "-").partition("=")
        if head in pins:
            return pins.index(head), rest or None
        if "=" in text or (head[:1].isalpha() and head != "trip"):
            raise ActError(f"{text!r} names no power pin: one of {', '.join(pins)}")
        return 0, head

    def _plug(self) -> str:
        if self._bay.vehicle.plugged:
            return "A vehicle is already plugged in."
        self._bay.vehicle.plug(self._bay.now_ns)
        return "Plugged in."

    def _unplug(self) -> str:
        bay = self._bay
        if not bay.vehicle.plugged:
            return "No vehicle is plugged in."
        if bay.lock.holds(bay.now_ns):
            raise ActRefused("The bolt holds the plug: stop the session first, then pull.")
        bay.vehicle.unplug()
        return "Unplugged."

    def _pull(self) -> str:
        """Pull with all strength: a bolt that is home holds 200 N, anything less does not."""
        bay = self._bay
        if not bay.vehicle.plugged:
            return "No vehicle is plugged in."
        if bay.lock.holds(bay.now_ns):
            return "Pulled; the bolt holds."
        bay.vehicle.unplug()
        return "The plug came out."

    def _stop(self) -> str:
        changed = self._charger.command(IDLE_WISH).changed
        return "Session stopped; the plug will be free." if changed else "Already stopped."

    def _set_power(self, power_w: float) -> str:
        answer = self._charger.command(Wish(mode=Mode.V2X, power_w=power_w))
        if answer.refused:
            row = answer.refused[0].row
            raise ActRefused(f"Refused, {row.failing}: {row.next_step}.", answer.refused)
        if power_w == 0.0:
            return "Holding at 0 kW."
        way = "to the vehicle" if power_w > 0.0 else "to the grid"
        return f"{abs(power_w) / 1e3:.1f} kW {way} asked for."

    def _target_c(self, index: int, rest: str | None) -> float:
        """Return the temperature that a value of `heat-pin` asks for."""
        now_c = self._bay.connector.pin_c[index]
        if rest == "trip":
            target_c = self._charger.limits.temp_trip_c + 3.0
        elif rest is None:
            target_c = now_c + 10.0
        else:
            target_c = _number("heat-pin", rest, Unit.TEMPERATURE)
            if rest[:1] in "+-" or target_c <= HEAT_RISE_MAX_K:
                target_c += now_c
        if not _PIN_LOW_C <= target_c <= _PIN_HIGH_C:
            raise ActError(
                f"heat-pin: {target_c:g} °C is nothing a pin survives: "
                f"{_PIN_LOW_C:g} to {_PIN_HIGH_C:g}"
            )
        return target_c

    def _heat_pin(self, index: int, rest: str | None, clear: bool) -> str:
        target_c = self._target_c(index, rest)
        self._bay.connector.heat(index, target_c)
        return f"{self._bay.kind.power_pins[index]} brought to {target_c:.1f} °C."

    def _worn_pin(self, index: int, rest: str | None, clear: bool) -> str:
        ohm = self._healthy_ohm[index] if clear else _ohm(rest)
        connector = self._bay.connector
        worn_ohm = list(connector.resistance_ohm)
        worn_ohm[index] = ohm
        connector.wear(worn_ohm)
        return f"{self._bay.kind.power_pins[index]} now has {ohm * 1e3:.2f} mΩ."

    def _sensor(self, name: str, row: SensorAct) -> Callable[[int, str | None, bool], str]:
        def act(index: int, rest: str | None, clear: bool) -> str:
            bay, pin = self._bay, self._bay.kind.power_pins[index]
            if clear:
                bay.ntc_faults.pop(index, None)
                return f"The sensor of {pin} is whole."
            figure = bay.connector.ntc_c[index]
            if row.unit is not None:
                figure = _sensor_figure(name, row, rest)
            bay.ntc_faults[index] = NtcFault(row.kind, figure, bay.now_ns)
            return f"The sensor of {pin} is {row.words.format(figure)}."

        return act

    def _heal(self) -> str:
        for switch in SWITCHES.values():
            switch.turn(self._bay, False)
        for figure in FIGURES.values():
            figure.put(self._bay, None)
        self._bay.connector.wear(self._healthy_ohm)
        self._bay.ntc_faults.clear()
        return "Nature is healthy again; latched faults still want their reset."


def _text(value: Value) -> str | None:
    """Return a value as it would be typed; JSON brings plain numbers as well."""
    return value if value is None or isinstance(value, str) else repr(value)


def _number(act: str, text: str | None, unit: Unit) -> float:
    if text is None:
        raise ActError(f"{act} wants a {unit.name.lower()}: see silverpin act --help")
    try:
        return parse(text, unit)
    except QuantityError as error:
        raise ActError(f"{act}: {error}") from error


def _sensor_figure(act: str, row: SensorAct, rest: str | None) -> float:
    """Return the figure of a sensor's fault. Raises `ActError`."""
    if rest is None or row.unit is None:
        return row.usual
    figure = _number(act, rest, row.unit)
    if not row.low <= figure <= row.high:
        raise ActError(f"{act}: {rest} is outside {row.low:g} to {row.high:g} {row.unit.value}")
    return figure


def _ohm(rest: str | None) -> float:
    ohm = _WORN_OHM if rest is None else _number("worn-pin", rest, Unit.RESISTANCE)
    if not 0.0 < ohm <= _PIN_HIGH_OHM:
        raise ActError(f"worn-pin: {rest} is no contact resistance: above 0, up to 1 ohm")
    return ohm
