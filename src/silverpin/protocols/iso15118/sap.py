"""supportedAppProtocol: vehicle and charger agree on the protocol of a connection.

The vehicle lists what it speaks with a priority each, 1 the highest. The charger takes the first of
them that it offers on this connection with the same major version. ISO 15118-20 has a namespace of
its own for each kind of current.
"""

from collections.abc import Collection, Iterable
from enum import Enum
from typing import Any, NamedTuple

from silverpin.protocols.exi import messages
from silverpin.protocols.iso15118.sides import Service

SAP = messages("sap")


class Flavour(Enum):
    """A protocol as it is negotiated: name, namespace and major version."""

    DIN = ("din", "urn:din:70121:2012:MsgDef", 2)
    ISO2 = ("iso2", "urn:iso:15118:2:2013:MsgDef", 2)
    ISO20_DC = ("iso20", "urn:iso:std:iso:15118:-20:DC", 1)
    ISO20_AC = ("iso20", "urn:iso:std:iso:15118:-20:AC", 1)

    def __init__(self, protocol: str, namespace: str, major: int) -> None:
        self.protocol = protocol
        self.namespace = namespace
        self.major = major

    @property
    def schema(self) -> str:
        """Schema of what its machine speaks first."""
        return "iso20-common" if self.protocol == "iso20" else self.protocol

    @property
    def words(self) -> str:
        """The name that people know it by."""
        kind = {"ISO20_AC": " AC", "ISO20_DC": " DC"}.get(self.name, "")
        return NAMES[self.protocol] + kind


NAMES = {"din": "DIN 70121", "iso2": "ISO 15118-2", "iso20": "ISO 15118-20"}


class Agreed(NamedTuple):
    """Flavour and the answer that says so."""

    flavour: Flavour
    response: Any


class Mismatch(NamedTuple):
    """Nothing in common: the answer, and a sentence with what either side has."""

    response: Any
    words: str


def flavours(protocols: Iterable[str], services: Collection[Service]) -> tuple[Flavour, ...]:
    """Return what a charger with *services* can offer of *protocols* (din, iso2, iso20)."""
    wanted = set(protocols)
    return tuple(f for f in Flavour if f.protocol in wanted and _serves(f, services))


def _serves(flavour: Flavour, services: Collection[Service]) -> bool:
    has_dc = any(service.direct_current for service in services)
    has_ac = any(not service.direct_current for service in services)
    if flavour is Flavour.ISO2:
        return has_dc or has_ac
    return has_ac if flavour is Flavour.ISO20_AC else has_dc


def request(offers: Iterable[Flavour]) -> Any:
    """Return a vehicle's request, the best first; schema IDs count from 1 as priorities do."""
    rows = tuple(
        SAP.AppProtocolType(
            ProtocolNamespace=flavour.namespace,
            VersionNumberMajor=flavour.major,
            VersionNumberMinor=0,
            SchemaID=number,
            Priority=number,
        )
        for number, flavour in enumerate(offers, start=1)
    )
    return SAP.supportedAppProtocolReq(AppProtocol=rows)


def negotiate(asked: Any, offered: Iterable[Flavour]) -> Agreed | Mismatch:
    """Answer *asked*, a supportedAppProtocolReq, within what is *offered*."""
    offered = tuple(offered)
    by_key = {(flavour.namespace, flavour.major): flavour for flavour in offered}
    for row in sorted(asked.AppProtocol, key=lambda row: int(row.Priority)):
        flavour = by_key.get((row.ProtocolNamespace, row.VersionNumberMajor))
        if flavour:
            exact = row.VersionNumberMinor == 0
            code = "OK_SuccessfulNegotiation" + ("" if exact else "WithMinorDeviation")
            answer = SAP.supportedAppProtocolRes(ResponseCode=code, SchemaID=row.SchemaID)
            return Agreed(flavour, answer)
    has = ", ".join(dict.fromkeys(_told(row) for row in asked.AppProtocol)) or "nothing"
    takes = ", ".join(dict.fromkeys(flavour.words for flavour in offered)) or "nothing"
    answer = SAP.supportedAppProtocolRes(ResponseCode="Failed_NoNegotiation")
    return Mismatch(answer, f"the vehicle speaks {has}; this connection takes {takes}")


def _told(row: Any) -> str:
    known = {flavour.namespace: flavour for flavour in Flavour}
    flavour = known.get(row.ProtocolNamespace)
    version = f"{row.VersionNumberMajor}.{row.VersionNumberMinor}"
    if flavour is None:
        return f"{row.ProtocolNamespace!r:.60} {version}"
    return flavour.words + ("" if row.VersionNumberMajor == flavour.major else f" {version}")
