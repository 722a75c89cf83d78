"""What matching can be at, what it may want of the pilot, and why there is no match."""

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple


class Stage(Enum):
    """How far the charger's side is; the value reads on within a sentence."""

    IDLE = "no vehicle is plugged in and offered power"
    LISTENING = "waiting for the vehicle's first word"
    MATCHING = "finding out which vehicle is on this cable"
    MATCHED = "key handed over, waiting for the link"
    LINKED = "linked"
    STEPPING = "pilot in state E or F, to begin anew"
    FAILED = "no match"


class PilotWish(Enum):
    """What matching wants the pilot to say; only the charger's control may fulfil it."""

    NOTHING = "nothing"
    DIGITAL = "5 % duty: speak to me"
    STATE_E = "state E or F: begin anew"
    NOMINAL = "nominal duty: charge without words"


class _Words(NamedTuple):
    words: str
    look: str


class NoMatch(Enum):
    """Why a vehicle, or a charger, was not matched, and where to look."""

    MODEM_SILENT = _Words(
        "the modem does not answer", "check the modem's supply and its cable to the controller"
    )
    MODEM_REFUSED = _Words("the modem refused the key", "check that the modem is set up as EVSE")
    NOBODY_SPOKE = _Words(
        "no vehicle spoke", "a vehicle without ISO 15118 charges by the pilot alone; try another"
    )
    NO_START = _Words(
        "the vehicle fell silent after its first word", "check the pilot's wire for noise"
    )
    NO_SOUND = _Words("none of the vehicle's sounds was heard", "check the pilot's wire and shield")
    NO_PROFILE = _Words(
        "the modem heard sounds and told no attenuation",
        "the modem's firmware does not measure: it must be one for chargers",
    )
    NO_RESPONSE = _Words(
        "the vehicle did not answer the attenuation", "check the pilot's wire for noise"
    )
    NO_CHOICE = _Words(
        "the vehicle chose nobody in time",
        "nothing if it is a neighbour's; if it is ours, check the wire",
    )
    CHOSE_ANOTHER = _Words(
        "the vehicle chose another charger", "if it is on this cable, check the pilot's wire"
    )
    BEGAN_ANEW = _Words("the vehicle began anew", "wait")
    TAKEN = _Words("another vehicle was matched", "nothing: it was a neighbour's")
    NO_LINK = _Words(
        "the modems did not find each other after the match", "check the pilot's wire and shield"
    )
    LINK_LOST = _Words("the link was lost", "check the pilot's wire and shield")
    UNPLUGGED = _Words("the plug was pulled", "nothing")

    @property
    def words(self) -> str:
        """What happened, as a sentence without its full stop."""
        return self.value.words

    @property
    def look(self) -> str:
        """What to do first."""
        return self.value.look


class VehicleStage(Enum):
    """How far the vehicle's side is."""

    IDLE = "no charger wants to speak"
    ASKING = "asking who can hear"
    SOUNDING = "sounding"
    WAITING = "waiting for attenuations"
    VALIDATING = "toggling the pilot"
    CHOOSING = "asking the best charger for the match"
    JOINING = "joining the charger's network"
    LINKED = "linked"
    RESTING = "waiting before it begins anew"
    FAILED = "no match"


class NoCharger(Enum):
    """Why a vehicle found no charger."""

    NOBODY_ANSWERED = "no charger answered"
    NO_ATTENUATION = "no charger told how loud the sounds were"
    TOO_FAINT = "no charger hears the vehicle well enough"
    NOT_VALIDATED = "no charger saw the pilot toggle"
    NOT_CONFIRMED = "the charger did not confirm the match"
    NO_MODEM = "the vehicle's modem did not take the key"
    NO_LINK = "the modems did not find each other"
    LINK_LOST = "the link was lost"


BROKEN = (NoMatch.NO_START, NoMatch.NO_SOUND, NoMatch.NO_PROFILE, NoMatch.NO_RESPONSE)
"""Endings that only a vehicle within reach and a spoiled line have, the gravest last."""
MODEM = (NoMatch.MODEM_SILENT, NoMatch.MODEM_REFUSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A vehicle that was given the key, and how well its sounds were heard."""

    vehicle: bytes
    run_id: bytes
    groups: tuple[float, ...]
    """Mean attenuation of each carrier group. [dB]"""
    sounds: int
    """Announced by the vehicle."""
    measured: int
    """Of which the modem told the attenuation."""
    retries: int
    """Messages that had to be sent again, by either side."""
    began_ns: int
    matched_ns: int

    @property
    def attenuation_db(self) -> float:
        """Mean over all carrier groups."""
        return sum(self.groups) / len(self.groups)

    @property
    def sounds_lost(self) -> int:
        """Sounds without a measurement."""
        return max(0, self.sounds - self.measured)
