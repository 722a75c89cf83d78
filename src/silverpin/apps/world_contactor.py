"""What can happen to a simulated contactor: how each act turns it on and off, and its words."""

from collections.abc import Callable
from types import MappingProxyType

from silverpin.domain.quantities import NS_PER_S
from silverpin.plant.bay import Bay
from silverpin.plant.contactor import USUAL_CLOSE_NS, USUAL_OPEN_NS, Mirror


def _weld(bay: Bay, on: bool) -> None:
    bay.contactor.welded = frozenset(range(bay.contactor.poles)) if on else frozenset()


def _weld_one(bay: Bay, on: bool) -> None:
    bay.contactor.welded = frozenset({0}) if on else frozenset()


def _stick_open(bay: Bay, on: bool) -> None:
    bay.contactor.stuck_open = on


def _chatter(bay: Bay, on: bool) -> None:
    bay.contactor.chatters = on


def _mirror(fault: Mirror) -> Callable[[Bay, bool], None]:
    def turn(bay: Bay, on: bool) -> None:
        bay.contactor.mirror_fault = fault if on else Mirror.TRUE

    return turn


def slow(bay: Bay, delay_s: float | None) -> None:
    """Let the contactor take that long either way; None gives it back to nature."""
    contactor = bay.contactor
    contactor.close_delay_ns, contactor.open_delay_ns = USUAL_CLOSE_NS, USUAL_OPEN_NS
    if delay_s is not None:
        contactor.close_delay_ns = contactor.open_delay_ns = round(delay_s * NS_PER_S)


_MIRROR_WELL = "The mirror contact tells the truth."
CONTACTOR_ACTS: MappingProxyType[str, tuple[Callable[[Bay, bool], None], str, str]] = (
    MappingProxyType(
        {
            "weld": (_weld, "The contactor is welded closed.", "The contactor is free."),
            "weld-one": (
                _weld_one,
                "One pole of the contactor is welded closed.",
                "The contactor is free.",
            ),
            "stuck-open": (
                _stick_open,
                "The contactor does not close any more.",
                "The contactor closes again.",
            ),
            "chatter": (_chatter, "The contactor chatters.", "The contactor holds."),
            "mirror-open": (
                _mirror(Mirror.OPEN),
                "The mirror contact reads open, whatever is so.",
                _MIRROR_WELL,
            ),
            "mirror-stuck": (
                _mirror(Mirror.STUCK),
                "The mirror contact reads closed, whatever is so.",
                _MIRROR_WELL,
            ),
        }
    )
)
