"""A vehicle's power side as far as a conversation can see it: a battery, and what it is asked for.

After `loops` answers of the charge loop it wants what `then` says.
"""

from silverpin.protocols.iso15118.car import Car, CarWish, ChargerTold, Hands
from silverpin.protocols.iso15118.sides import Stage

BATTERY_V = 400.0


class BenchVehicle:
    """Gives the vehicle for each turn."""

    def __init__(
        self, *, loops: int = 10, wanted_a: float = 20.0, then: CarWish = CarWish.STOP
    ) -> None:
        self._left = loops
        self._wanted_a = wanted_a
        self._then = then

    def heard(self, told: ChargerTold) -> None:
        """Count an answer of the charger."""
        if told.stage is Stage.POWER:
            self._left -= 1

    def car(self, hands: Hands, told: ChargerTold) -> Car:
        """Return the vehicle as it is after what the charger has told so far."""
        done = self._left <= 0
        return Car(
            inlet_v=BATTERY_V if hands.contactor else told.voltage_v or 0.0,
            battery_v=BATTERY_V,
            current_a=told.current_a or 0.0,
            power_w=0.0 if done else (told.target_w or 7_000.0),
            wanted_a=0.0 if done else self._wanted_a,
            contactor_closed=hands.contactor,
            wish=self._then if done else CarWish.GO_ON,
        )
