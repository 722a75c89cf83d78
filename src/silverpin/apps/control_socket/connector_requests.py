"""What may be asked about the connector on the charger: which one it is, what it has counted."""

from typing import Annotated, Any

import msgspec

from silverpin.apps.control_socket.request_base import Named, Request, Serial

Count = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]


class Connector(Request, frozen=True):
    """A connector and its ledger; the one that is on, where none is named."""

    reads = True
    serial: Serial | None = None


class ConnectorReplace(Request, frozen=True, tag="connector-replace"):
    """A new connector is on; it counts from nothing."""

    serial: Serial


class ConnectorAdopt(Request, frozen=True, tag="connector-adopt"):
    """A connector that hung elsewhere is on, or the count that somebody typed is corrected."""

    serial: Serial
    matings: Count | None = None
    since_cleaning: Count | None = None
    reason: Named | None = None


class LedgerExport(Request, frozen=True, tag="ledger-export"):
    """A connector's ledger, to be kept in a file."""

    reads = True
    serial: Serial | None = None


class LedgerImport(Request, frozen=True, tag="ledger-import"):
    """The ledger in a file, of the connector that is on or of *serial*, which comes on with it."""

    document: dict[str, Any]
    serial: Serial | None = None

    def sentence(self) -> str:
        """Return the request as the journal keeps it; what was brought has an event of its own."""
        return f"{self.command} serial={str(self.document.get('serial'))[:64]}"


CONNECTOR_REQUESTS: tuple[type[Request], ...] = (
    Connector,
    ConnectorReplace,
    ConnectorAdopt,
    LedgerExport,
    LedgerImport,
)
