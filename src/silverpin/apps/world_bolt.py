"""What can happen to a simulated bolt: how each act turns its cause on and off, and its words."""

from collections.abc import Callable
from types import MappingProxyType

from silverpin.plant.bay import Bay
from silverpin.plant.bolt_way import Debris, Gasket, Misalignment

_DEBRIS = Debris(at_mm=6.0)
_BESIDE = Misalignment(offset_mm=1.6, play_mm=0.5, entry_mm=3.6)
_DEFORMED = Gasket(clamp_n=50.0, clamp_n_per_mm=15.0, push_share=0.8, entry_mm=3.6)
_DRY = 16.0
"""Friction of a bolt that no drive moves far, as a multiple of a lubricated one's."""


def _lay_debris(bay: Bay, on: bool) -> None:
    bay.lock.debris = _DEBRIS if on else None


def _misalign(bay: Bay, on: bool) -> None:
    bay.lock.misaligned = _BESIDE if on else None


def _deform(bay: Bay, on: bool) -> None:
    bay.lock.gasket = _DEFORMED if on else None


def _dry(bay: Bay, on: bool) -> None:
    bay.lock.dryness = _DRY if on else 1.0


def _break_switch(bay: Bay, on: bool) -> None:
    bay.lock.switch_broken = on


_DEBRIS_WORDS = ("Something is in the bolt's way at 6 mm.", "The bolt is free again.")
BOLT_ACTS: MappingProxyType[str, tuple[Callable[[Bay, bool], None], str, str]] = MappingProxyType(
    {
        "jam-lock": (_lay_debris, *_DEBRIS_WORDS),
        "debris": (_lay_debris, *_DEBRIS_WORDS),
        "misaligned": (
            _misalign,
            "The inlet stands beside the bolt from its next stroke on.",
            "The inlet is in line with the bolt.",
        ),
        "gasket": (
            _deform,
            "The gasket is deformed and clamps the bolt from its next stroke on.",
            "The gasket is whole.",
        ),
        "dry-bolt": (
            _dry,
            "The bolt is dry and drags from its next stroke on.",
            "The bolt is lubricated.",
        ),
        "break-lock-switch": (
            _break_switch,
            "The bolt's switch is broken.",
            "The bolt's switch works.",
        ),
    }
)
SECOND_NAMES = MappingProxyType({"debris": "jam-lock"})
"""Acts that are another one by another name: `jam-lock` came first and stays."""
