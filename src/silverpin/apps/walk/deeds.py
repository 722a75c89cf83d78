"""Deeds: what people, fate and the machine itself do during a walk, each told in one line.

A deed happens just after the tick that it names, which is the worst moment: nobody looks before
the next tick. One that lasts takes itself back; so each can be left out without the others.
"""

from enum import Enum
from typing import NamedTuple


class Verb(Enum):
    """The kinds of deeds; the value is how a story tells them."""

    ACT = "{name}"
    """An act of `world_acts`, by its name and value."""
    ORDER = "somebody orders {value:+.0f} W, mode {name}"
    STOP = "somebody stops the session"
    LOCK = "somebody asks for the bolt"
    UNLOCK = "somebody asks for the plug"
    RESET = "a technician resets {name}"
    INSPECT = "a technician records a passed inspection"
    MEND = "everything is mended, and the pins have cooled"
    TEAR = "the vehicle drives off, and the plug is torn out against its bolt"
    HOUSE = "the house draws {value:.0f} W"
    VEHICLE = "the vehicle takes and gives {value:.0%} of the connector's rating"
    HUSH = "the input {name} is {value}"
    STALL = "the program does nothing"
    RESTART = "the program dies and begins again"
    HANG_UP = "the connection with the vehicle breaks"


class Deed(NamedTuple):
    """One deed. Equal deeds on equal seeds do the same."""

    tick: int
    verb: Verb
    name: str = ""
    value: float | str | None = None
    lasts: int = 0
    """Ticks until it takes itself back; 0 for one that stays, or is done at once."""

    def words(self) -> str:
        """Return the deed as a story tells it."""
        told = self.verb.value.format(name=self.name or "everything", value=self.value)
        if self.verb is Verb.ACT and self.value is not None:
            told += f" {self.value}"
        return f"{told}, for {self.lasts} ticks" if self.lasts else told

    def source(self) -> str:
        """Return the deed as a test writes it."""
        told = [str(self.tick), str(self.verb)]
        if self.name or self.value is not None or self.lasts:
            told.append(repr(self.name))
        if self.value is not None or self.lasts:
            told.append(repr(self.value))
        return f"Deed({', '.join(told)}{f', lasts={self.lasts}' if self.lasts else ''})"
