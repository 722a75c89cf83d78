"""V2G messages of real sessions, out of the data folder, without any code of ours in between."""

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

V2GTP = re.compile(rb"\x01\xfe\x80[\x01-\x06]\x00\x00")
BY_PAYLOAD = {2: "iso20-common", 3: "iso20-ac", 4: "iso20-dc"}
BY_NAMESPACE = {
    "urn:iso:15118:2:2010:AppProtocol": "sap",
    "urn:din:70121:2012:MsgDef": "din",
    "urn:iso:15118:2:2013:MsgDef": "iso2",
    "urn:iso:std:iso:15118:-20:CommonMessages": "iso20-common",
    "urn:iso:std:iso:15118:-20:AC": "iso20-ac",
    "urn:iso:std:iso:15118:-20:DC": "iso20-dc",
    "http://www.w3.org/2000/09/xmldsig#": "xmldsig",
}
FRAGMENTS = {"AbsolutePriceSchedule", "PnC_AReqAuthorizationMode", "SalesTariff", "SignedInfo"}
CAPTURED = 27_113


class Pair(NamedTuple):
    """One message as an independent codec wrote it, in both forms."""

    protocol: str
    message: dict[str, Any]
    exi: bytes

    @property
    def is_fragment(self) -> bool:
        return next(iter(self.message)) in FRAGMENTS


def pairs(data: Path) -> Iterator[Pair]:
    """Every pair of the data folder, each once."""
    seen = set()
    for path in sorted((data / "v2g_captures/exi_pairs").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            key = (row.get("ns"), row.get("hex"), row.get("json"))
            if "json" in row and key not in seen:
                seen.add(key)
                protocol = BY_NAMESPACE[row["ns"]]
                yield Pair(protocol, json.loads(row["json"]), bytes.fromhex(row["hex"]))


def captured(data: Path) -> Iterator[tuple[str, list[tuple[int, bytes]]]]:
    """Name and messages in clear of every capture: payload type and octets, repeats included."""
    for path in sorted((data / "v2g_captures").glob("*/*.gz")):
        if not path.name.endswith(".csv.gz"):
            raw = gzip.decompress(path.read_bytes())
            yield path.name, list(messages_in(raw))


def messages_in(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """What follows a V2GTP header. Cars send a message in one segment, so nothing lies between."""
    for match in V2GTP.finditer(raw):
        start = match.end() + 2
        length = int.from_bytes(raw[match.start() + 4 : start], "big")
        body = raw[start : start + length]
        if length > 2 and body[:1] == b"\x80":
            yield raw[match.start() + 3], body
