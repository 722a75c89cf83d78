"""What a figure is, and how it is told."""

from dataclasses import dataclass
from enum import Enum


class Better(Enum):
    """Which way an aim is met."""

    MORE = "at least"
    LESS = "at most"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured number; None could not be measured here, and `note` says why."""

    name: str
    value: float | None
    unit: str
    aim: float
    better: Better
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times better than its aim it is; 1 is met, below 1 is missed."""
        if self.value is None:
            return None
        if self.better is Better.MORE:
            return self.value / self.aim
        return self.aim / self.value if self.value else float("inf")

    def line(self) -> str:
        """Return the figure as a line of the table."""
        ours = "not measured" if self.value is None else f"{self.value:,.3g} {self.unit}"
        if self.value is not None and self.value >= 1000.0:
            ours = f"{self.value:,.0f} {self.unit}"
        aim = f"{self.better.value} {self.aim:,g} {self.unit}"
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        return f"{self.name:44} {ours:>16}  {aim:>22} {ratio:>7}  {self.note}".rstrip()


HEAD = f"{'figure':44} {'ours':>16}  {'aim':>22} {'ratio':>7}"
