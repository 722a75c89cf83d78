"""What one connector has endured, as counters that only grow.

A ledger follows the serial number of a connector, not the socket it hangs on. It changes by events
alone (`apply`), each event once, in the transaction that writes the event to the journal; so the
journal can always be counted again and must give the same ledger.
"""

from dataclasses import dataclass, fields, replace

from silverpin.domain.events import COUNTERS, Event


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

    def apply(self, event: Event) -> "Ledger":
        """Return the ledger after *event*; an event that counts nothing returns it unchanged."""
        row = event.row
        if event.kind == "mated":
            ledger = self._counted(row.counts)
            return replace(ledger, mated=True)
        if event.kind == "unmated":
            return replace(self, mated=False)
        if event.kind == "energy":
            return replace(
                self,
                charged_kwh=self.charged_kwh + event.fields["charged_kwh"],
                discharged_kwh=self.discharged_kwh + event.fields["discharged_kwh"],
                mated_s=self.mated_s + event.fields["mated_s"],
            )
        if event.kind == "cleaned":
            return replace(self, matings_since_cleaning=0)
        return self._counted(row.counts) if row.counts else self

    def _counted(self, counters: tuple[str, ...]) -> "Ledger":
        return replace(self, **{name: getattr(self, name) + 1 for name in counters})


assert all(name in {row.name for row in fields(Ledger)} for name in COUNTERS)
