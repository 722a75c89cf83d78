"""The vehicle as status tells it: its battery, and the conversation it is in; unknown is None."""

from types import MappingProxyType
from typing import Any

from silverpin.apps.ev_link.stage_words import STAGE_WORDS
from silverpin.apps.ev_link.talk import Talk
from silverpin.protocols.iso15118.sides import VehicleSide

PROTOCOLS = MappingProxyType({"din": "DIN 70121", "iso2": "ISO 15118-2", "iso20": "ISO 15118-20"})


def vehicle_frame(soc: float | None, talk: Talk | None) -> dict[str, Any]:
    """Return what is known of the vehicle."""
    told = talk.told if talk else None
    arrival = talk.arrival if talk else None
    return {
        "soc": None if soc is None else round(soc, 4),
        "protocol": told.protocol if told else None,
        "service": told.service.value if told and told.service else None,
        "control": told.control.value if told and told.control else None,
        "stage": told.stage.value if told else None,
        "transport": arrival.how if arrival else None,
        "certificate": arrival.certificate if arrival else None,
        "evcc_id": told.evcc_id if told else None,
        "session_id": told.session_id if told else None,
        "refused": talk.last_refusal if talk else None,
        "shut": talk.shut if talk else None,
        "words": _words(told) if told else None,
    }


def _words(told: VehicleSide) -> str:
    """Return the conversation in a few words, as page and terminal have it."""
    speaks = PROTOCOLS.get(told.protocol or "", "no protocol yet")
    service = f" {told.service.value}" if told.service else ""
    return f"{speaks}{service}, {STAGE_WORDS[told.stage]}"
