"""Contactors by part, with the lives that their makers publish."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, overload

from silverpin.durability.prior import Prior, about
from silverpin.physics.contactor import LifeTable, Switching
from silverpin.physics.elementary import minimum
from silverpin.physics.law import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from silverpin.physics.law import BoolArray, FloatArray, Quantity

REVERSE_PENALTY = Prior(5.0, 35.0, 250.0, "TE EVC 250, 5 at 100 A and 250 at 200 A")
"""How much sooner a polar contactor dies when it breaks current against its polarity."""
SHEET_SCATTER = about(1.0, 2.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contactor:
    """One part, with a table for each way of switching that its maker publishes."""

    name: str
    title: str
    source: str | None
    polar: bool
    """Whether it blows arcs out in one direction of current only."""
    mechanical: float
    tables: "Mapping[Switching, LifeTable]"
    scatter: Prior = SHEET_SCATTER
    """Factor on the published lives; a sheet states a minimum or a typical value, rarely which."""

    @property
    def unsourced(self) -> bool:
        """Whether nobody publishes its lives."""
        return self.source is None

    @overload
    def life(
        self, switching: Switching, current_a: float, voltage_v: float
    ) -> Answer[float, bool]: ...
    @overload
    def life(
        self, switching: Switching, current_a: "FloatArray", voltage_v: "Quantity"
    ) -> "Answer[FloatArray, BoolArray]": ...
    @overload
    def life(
        self, switching: Switching, current_a: float, voltage_v: "FloatArray"
    ) -> "Answer[FloatArray, BoolArray]": ...
    def life(self, switching: Switching, current_a: Any, voltage_v: Any) -> Any:
        """Return the operations of one kind that the part survives at a load.

        Against its polarity a part never outlives its forward life; where the maker is silent about
        that direction, `REVERSE_PENALTY` stands in and the answer is extrapolated.
        """
        if switching is Switching.BREAK_REVERSE and self.polar:
            return self._reverse(current_a, voltage_v)
        table = self._forward if switching is not Switching.MAKE else self._make
        return table.life(current_a, voltage_v)

    def _reverse(self, current_a: Any, voltage_v: Any) -> Any:
        forward = self._forward.life(current_a, voltage_v)
        published = self.tables.get(Switching.BREAK_REVERSE)
        if published is None:
            weak = forward.value / REVERSE_PENALTY.p50
            return Answer(weak, forward.extrapolated | True)
        reverse = published.life(current_a, voltage_v)
        return Answer(minimum(forward.value, reverse.value), reverse.extrapolated)

    @property
    def _forward(self) -> LifeTable:
        tables = self.tables
        return tables.get(Switching.BREAK_FORWARD) or tables[Switching.MAKE_AND_BREAK]

    @property
    def _make(self) -> LifeTable:
        return self.tables.get(Switching.MAKE) or self._forward


_EVC250 = 200_000.0
_EPIC = 1_000_000.0
_ROWS = (
    Contactor(
        name="te-evc250",
        title="TE Connectivity EVC 250",
        source="TE data sheet V23720-A0001-A001",
        polar=True,
        mechanical=_EVC250,
        tables={
            Switching.MAKE: LifeTable(
                voltages_v=(50.0,), currents_a=(250.0,), operations=((50_000,),),
                mechanical=_EVC250,
            ),
            Switching.BREAK_FORWARD: LifeTable(
                voltages_v=(400.0,), currents_a=(100.0, 200.0, 2000.0),
                operations=((50_000, 5_000, 1),), mechanical=_EVC250,
            ),
            # the sheet names no voltage for this direction; that of the other is assumed
            Switching.BREAK_REVERSE: LifeTable(
                voltages_v=(400.0,), currents_a=(100.0, 200.0), operations=((10_000, 20),),
                mechanical=_EVC250,
            ),
        },
    ),
    Contactor(
        name="gigavac-epic-350a",
        title="Gigavac EPIC, 350 A",
        source="Gigavac EPIC 350 A, life against current and voltage",
        polar=True,
        mechanical=_EPIC,
        tables={
            Switching.MAKE_AND_BREAK: LifeTable(
                voltages_v=(24.0, 48.0, 72.0, 120.0, 350.0),
                currents_a=(225.0, 350.0),
                operations=(
                    (100_000, 75_000), (75_000, 56_250), (35_000, 26_250), (20_000, 15_000),
                    (4_000, 3_000),
                ),
                mechanical=_EPIC,
            )
        },
    ),
    Contactor(
        name="generic-ac-32a",
        title="an AC contactor for 32 A",
        source=None,
        polar=False,
        mechanical=1_000_000.0,
        tables={
            Switching.MAKE_AND_BREAK: LifeTable(
                voltages_v=(230.0,), currents_a=(10.0, 32.0), operations=((200_000, 50_000),),
                mechanical=1_000_000.0,
            )
        },
        scatter=about(1.0, 4.0),
    ),
    Contactor(
        name="generic-dc-500a",
        title="a DC contactor for 500 A that switches either direction",
        source=None,
        polar=False,
        mechanical=300_000.0,
        tables={
            Switching.BREAK_FORWARD: LifeTable(
                voltages_v=(900.0,), currents_a=(100.0, 500.0), operations=((10_000, 300),),
                mechanical=300_000.0,
            )
        },
        scatter=about(1.0, 5.0),
    ),
)  # fmt: skip
CONTACTORS = MappingProxyType({row.name: row for row in _ROWS})
