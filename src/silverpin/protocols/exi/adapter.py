"""Our codec where the Python package `iso15118` would start a Java process for its own.

    from silverpin.protocols.exi.adapter import JsonCodec
    handler = SECCHandler(exi_codec=JsonCodec(), evse_controller=controller, config=config)

It has the three methods of that package's `IEXICodec` and needs nothing of it.
"""

import json

from silverpin.protocols.exi.codec import decode, encode
from silverpin.protocols.exi.errors import ExiError
from silverpin.protocols.exi.fragments import decode_fragment, encode_fragment

PROTOCOL_OF = {
    "urn:iso:15118:2:2010:AppProtocol": "sap",
    "urn:din:70121:2012:MsgDef": "din",
    "urn:iso:15118:2:2013:MsgDef": "iso2",
    "urn:iso:std:iso:15118:-20:CommonMessages": "iso20-common",
    "urn:iso:std:iso:15118:-20:AC": "iso20-ac",
    "urn:iso:std:iso:15118:-20:DC": "iso20-dc",
    "urn:iso:std:iso:15118:-20:ACDP": "iso20-acdp",
    "urn:iso:std:iso:15118:-20:WPT": "iso20-wpt",
    "http://www.w3.org/2000/09/xmldsig#": "xmldsig",
}


def protocol_of(namespace: str) -> str:
    protocol = PROTOCOL_OF.get(namespace)
    if protocol is None:
        raise ExiError(f"no protocol has the namespace {namespace!r}")
    return protocol


def is_message(protocol: str, name: str) -> bool:
    """Return whether *name* is sent; any other element is only ever signed, as a fragment."""
    if protocol in ("din", "iso2"):
        return name == "V2G_Message"
    return protocol != "xmldsig" and name.endswith(("Req", "Res"))


class JsonCodec:
    """Messages as JSON text, their schema by its namespace."""

    def encode(self, message: str, namespace: str) -> bytes:
        """Return the octets of *message*, or of an element that is to be signed."""
        protocol, content = protocol_of(namespace), json.loads(message)
        name = next(iter(content), "") if isinstance(content, dict) else ""
        write = encode if is_message(protocol, name) else encode_fragment
        return write(protocol, content)

    def decode(self, stream: bytes, namespace: str) -> str:
        """Return the message in *stream*; octets behind it, as some cars send them, are left."""
        protocol = protocol_of(namespace)
        read = decode_fragment if protocol == "xmldsig" else decode
        return json.dumps(read(protocol, stream).message)

    def get_version(self) -> str:
        """Return the words that `iso15118` logs."""
        return "silverpin"
