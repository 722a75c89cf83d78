"""What a person or a dispatcher may ask of a charger, and where it stands in answering."""

from dataclasses import dataclass
from enum import Enum


class Mode(Enum):
    """Who the energy is for.

    CHARGE fills the vehicle. V2G exports to the grid. V2H follows the load of the house and never
    exports. V2X takes either sign: the dispatcher decides from moment to moment.
    """

    IDLE = "idle"
    CHARGE = "charge"
    V2G = "V2G"
    V2H = "V2H"
    V2X = "V2X"


class Direction(Enum):
    """Which way energy flows through the connector."""

    NONE = "none"
    CHARGE = "charge"
    DISCHARGE = "discharge"

    @classmethod
    def of(cls, signed: float, deadband: float = 0.0) -> "Direction":
        """Return the direction of a signed power or current."""
        if signed > deadband:
            return cls.CHARGE
        if signed < -deadband:
            return cls.DISCHARGE
        return cls.NONE


class SessionState(Enum):
    """The charger's own states; the IEC 61851 letter is the vehicle's side of them."""

    UNPLUGGED = "unplugged"
    PLUGGED = "plugged"
    LOCKING = "locking"
    READY = "ready"
    CLOSING = "closing"
    TESTING = "insulation_test"
    PRECHARGING = "precharging"
    LOW_POWER = "low_power"
    RUNNING = "running"
    REVERSING = "reversing"
    STOPPING = "stopping"
    FAULTED = "faulted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """The standing order of a session. A second equal order changes nothing.

    `power_w` is signed at the connector: positive charges the vehicle. For V2H it is the most that
    may be discharged; the house load decides how much is.
    """

    mode: Mode = Mode.IDLE
    power_w: float = 0.0
    current_max_a: float | None = None
    """A bound on the current beside all others, for a test of the pins."""


IDLE_WISH = Wish()
