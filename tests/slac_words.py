"""What is said of a street of chargers and vehicles, in scenarios of matching."""

from collections.abc import Callable

from silverpin.protocols.slac.frames import Frame
from silverpin.protocols.slac.messages import Message
from silverpin.protocols.slac.states import PilotWish, Stage, VehicleStage
from tests.slac_street import Drops, Street

CHARGER, VEHICLE = 0, 1
"""Ports of a street with one of each."""


def once(kind: type[Message], port: int | None = None, times: int = 1) -> Drops:
    """Lose the first messages of a kind."""
    left = [times]

    def drops(at: int, message: Message, _frame: Frame) -> bool:
        if not isinstance(message, kind) or port not in (None, at) or left[0] == 0:
            return False
        left[0] -= 1
        return True

    return drops


def never(kind: type[Message]) -> Drops:
    """Lose every message of a kind."""
    return once(kind, times=-1)


def linked(street: Street, vehicle: int = 0) -> bool:
    """Whether vehicle and charger say so, and hold the same key."""
    charger = street.chargers[street.plugs[vehicle]]
    car = street.vehicles[vehicle]
    return (
        charger.stage is Stage.LINKED
        and car.stage is VehicleStage.LINKED
        and charger.key.network == car.network
    )


def stage(street: Street) -> Stage:
    return street.chargers[0].stage


def wish(street: Street) -> PilotWish:
    return street.chargers[0].wish


def ended(street: Street) -> Callable[[], bool]:
    return lambda: stage(street) is Stage.FAILED
