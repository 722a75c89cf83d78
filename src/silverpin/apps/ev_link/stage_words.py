"""How far a conversation is, as page, terminal and log say it."""

from types import MappingProxyType

from silverpin.protocols.iso15118.sides import Stage

STAGE_WORDS = MappingProxyType(
    {
        Stage.OPENING: "begins to talk",
        Stage.AUTHORIZING: "asks whether it may charge",
        Stage.AGREEING: "agrees on terms",
        Stage.CABLE_CHECK: "waits for the insulation test",
        Stage.PRE_CHARGE: "waits for its voltage",
        Stage.STARTING: "joins its battery",
        Stage.POWER: "in the charge loop",
        Stage.STOPPING: "ends power",
        Stage.PAUSED: "pauses",
        Stage.ENDED: "has ended",
        Stage.FAILED: "was refused",
    }
)


def stage_sentence(value: str) -> str:
    """Return the words of a stage by its value, as an event begins."""
    words = STAGE_WORDS[Stage(value)]
    return f"{words[0].upper()}{words[1:]}"
