"""What one connector has endured, as counters that only grow.

A ledger follows the serial number of a connector, not the socket it hangs on. It changes by events
alone (`apply`), each event once, in the transaction that writes the event to the journal; so the
journal can always be counted again and must give the same ledger.

A connector that hung elsewhere brings what was counted there, in parts: one for each state that
counted it, by that state's origin. The same part brought twice adds nothing, and a newer one adds
what it has more; so a ledger may travel to and fro with its connector. What somebody typed is a
part of its own, the only one that a correction may make smaller.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from types import MappingProxyType
from typing import Any

from silverpin.domain.events import COUNTERS, Event

SUMS = (
    *(name for name in COUNTERS if name != "matings_since_cleaning"),
    "matings_inferred",
    "charged_kwh",
    "discharged_kwh",
    "mated_s",
)
"""What only grows, and adds up over the chargers that counted it."""

TYPED = "typed"
"""Origin of what a person entered; never that of a state."""

Part = Mapping[str, float]
"""`SUMS` as one origin counted them; a missing name is nothing counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """Counters of one connector, named as `domain.events.COUNTERS`, and sums."""

    serial: str
    matings: int = 0
    matings_since_cleaning: int = 0
    load_breaks: int = 0
    reversals: int = 0
    contactor_operations: int = 0
    lock_operations: int = 0
    lock_retries: int = 0
    emergency_stops: int = 0
    thermal_events: int = 0
    charged_kwh: float = 0.0
    discharged_kwh: float = 0.0
    mated_s: float = 0.0
    mated: bool = False
    """Whether the journal's last word is that a plug is in."""
    matings_inferred: int = 0
    """Those of `matings` that nobody saw: the plug was found in after a restart."""
    brought: Mapping[str, Part] = field(default_factory=dict)
    """Parts of these counters that were not counted here, by origin."""

    def apply(self, event: Event) -> "Ledger":
        """Return the ledger after *event*; an event that counts nothing returns it unchanged."""
        given = event.fields
        match event.kind:
            case "mated":
                unseen = self.matings_inferred + (1 if given.get("inferred") else 0)
                return self._counted(event.row.counts, mated=True, matings_inferred=unseen)
            case "unmated" | "connector_fitted":
                return replace(self, mated=False)
            case "energy":
                names = ("charged_kwh", "discharged_kwh", "mated_s")
                return replace(self, **{name: getattr(self, name) + given[name] for name in names})
            case "cleaned":
                return replace(self, matings_since_cleaning=0)
            case "ledger_brought":
                return self._with(given["parts"], given["since_cleaning"])
            case "ledger_corrected":
                return self._corrected(given["matings"])
        return self._counted(event.row.counts) if event.row.counts else self

    def counted_here(self) -> dict[str, float]:
        """Return what this state counted itself: the totals without what was brought."""
        return {
            name: getattr(self, name) - sum(part.get(name, 0) for part in self.brought.values())
            for name in SUMS
        }

    def _counted(self, counters: tuple[str, ...], **changes: Any) -> "Ledger":
        return replace(self, **changes, **{name: getattr(self, name) + 1 for name in counters})

    def _with(self, parts: Mapping[str, Part], since_cleaning: int) -> "Ledger":
        totals: dict[str, Any] = {name: getattr(self, name) for name in SUMS}
        for origin, part in parts.items():
            had = self.brought.get(origin, {})
            for name in SUMS:
                totals[name] += part.get(name, 0) - had.get(name, 0)
        return replace(
            self, brought={**self.brought, **parts},
            matings_since_cleaning=max(self.matings_since_cleaning, since_cleaning), **totals,
        )  # fmt: skip

    def _corrected(self, matings: int) -> "Ledger":
        """Move what was typed so that there are *matings*; unknown ones count as uncleaned."""
        more = matings - self.matings
        typed = {**self.brought.get(TYPED, {})}
        typed["matings"] = typed.get("matings", 0) + more
        since = min(matings, self.matings_since_cleaning + max(0, more))
        return replace(
            self, matings=matings, matings_since_cleaning=since,
            brought={**self.brought, TYPED: typed},
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledgers:
    """The ledgers of every connector that a charger has known, and which of them is on it."""

    serial: str
    """The connector that is on the charger: events are counted for it."""
    by_serial: Mapping[str, Ledger] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def in_force(self) -> Ledger:
        """The ledger of the connector that is on the charger."""
        return self.of(self.serial)

    def of(self, serial: str) -> Ledger:
        """Return a connector's ledger; one never seen has counted nothing."""
        return self.by_serial.get(serial) or Ledger(serial=serial)

    def apply(self, event: Event) -> "Ledgers":
        """Return the ledgers after *event*; a fitting changes which of them the next ones change.

        Unchanged ledgers come back as this very object.
        """
        serial = event.fields["serial"] if event.kind == "connector_fitted" else self.serial
        before = self.of(serial)
        after = before.apply(event)
        if serial == self.serial and after is before:
            return self
        return Ledgers(serial=serial, by_serial={**self.by_serial, serial: after})


assert all(name in {row.name for row in fields(Ledger)} for name in (*COUNTERS, *SUMS))
