"""Which schema each body has, and the message in it.

`supportedAppProtocol` decides: the vehicle offers namespaces by number, the charger picks one. The
payload types of ISO 15118-20 name their schema themselves. Where a capture begins after the
choice, the first code of the body tells DIN 70121 from ISO 15118-2: each has one root element.
"""

from typing import Any, NamedTuple

from silverpin.protocols.capture.sdp import read_discovery
from silverpin.protocols.exi import ExiError, decode, decode_fragment
from silverpin.protocols.sdp import NoDiscovery
from silverpin.protocols.v2gtp import EXI, SCHEMAS, Frame, Lost

_ROOT_CODES = {0x98: "iso2", 0x9A: "din"}
_SAP_BELOW = 0x80
_NAMESPACES = {
    "urn:din:70121:2012:MsgDef": "din",
    "urn:iso:15118:2:2010:MsgDef": "iso2",
    "urn:iso:15118:2:2013:MsgDef": "iso2",
}
_ISO20 = "urn:iso:std:iso:15118:-20:"


class MessageError(NamedTuple):
    """Why a message could not be read, and at which bit of its body."""

    bit: int | None
    reason: str


class V2gMessage(NamedTuple):
    """One message of a capture; None where it is not known."""

    t_ns: int | None = None
    session: str | None = None
    sender: str | None = None
    protocol: str | None = None
    name: str | None = None
    message: dict[str, Any] | None = None
    exi: bytes | None = None
    trailing: bytes = b""
    error: MessageError | None = None
    fragment: bool = False
    """A single element, as it is signed, and no message."""


class Conversation:
    """Follows one vehicle and one charger.

    *forced* is the schema that the reader asked for; it holds where the frame does not name one.
    """

    def __init__(self, forced: str | None = None) -> None:
        self._forced = forced
        self._offered: dict[int, str] = {}
        self._agreed: str | None = None

    def read(self, found: V2gMessage, item: Frame | Lost) -> V2gMessage:
        """Return *found*, which says when and from whom, with what *item* holds."""
        if isinstance(item, Lost):
            return found._replace(exi=item.octets, error=MessageError(None, item.reason))
        first = None
        for schema in self._schemas(item):
            message = self.read_exi(found, schema, item.body)
            if message.error is None:
                return message
            first = first or message
        why = MessageError(None, self._why_none(item))
        return first or found._replace(exi=item.body, error=why)

    def read_exi(self, found: V2gMessage, protocol: str, body: bytes) -> V2gMessage:
        """Return *found* with the message that *body* holds in the schema *protocol*."""
        try:
            _, message, trailing = decode(protocol, body)
        except ExiError as error:
            place = f" in {' > '.join(error.within)}" if error.within else ""
            reason = MessageError(error.bit, error.reason + place)
            return found._replace(protocol=protocol, exi=body, error=reason)
        name = message_name(message)
        if protocol == "sap":
            self._negotiate(message)
        sender = found.sender or sender_of(name)
        # A constructor, not `_replace`: this is what every message of a capture passes.
        return V2gMessage(
            found.t_ns, found.session, sender, protocol, name, message, body, trailing
        )

    def read_bare(self, found: V2gMessage, protocol: str, body: bytes) -> V2gMessage:
        """Return *found* with the message, or with the one element of a signature, in *body*."""
        message = self.read_exi(found, protocol, body)
        if message.error is None and not message.trailing:
            return message
        try:
            decoded = decode_fragment(protocol, body)
        except ExiError:
            return message
        if decoded.trailing:
            return message
        return found._replace(
            protocol=protocol,
            exi=body,
            name=decoded.name,
            message=decoded.message,
            fragment=True,
        )

    def _schemas(self, item: Frame) -> list[str]:
        """Return the schemas to try, the likeliest first."""
        if item.payload_type != EXI or len(item.body) < 2:
            candidates = [SCHEMAS.get(item.payload_type), self._forced]
        elif item.body[1] < _SAP_BELOW:
            candidates = ["sap", self._forced]
        else:
            candidates = [self._forced, self._agreed, _ROOT_CODES.get(item.body[1])]
        return list(dict.fromkeys(filter(None, candidates)))

    def _why_none(self, item: Frame) -> str:
        if item.payload_type != EXI:
            return f"payload type 0x{item.payload_type:04X} is not known"
        if len(item.body) < 2:
            return f"the body has {len(item.body)} octets, no message is that short"
        return f"no schema's message begins with {item.body[:2].hex(' ')}"

    def _negotiate(self, message: dict[str, Any]) -> None:
        if request := message.get("supportedAppProtocolReq"):
            offers = request.get("AppProtocol", [])
            self._offered = {offer["SchemaID"]: offer["ProtocolNamespace"] for offer in offers}
            return
        answer = message.get("supportedAppProtocolRes", {})
        if str(answer.get("ResponseCode", "")).startswith("OK"):
            chosen = answer.get("SchemaID")
            if chosen is None and len(self._offered) == 1:
                chosen = next(iter(self._offered))
            self._agreed = _protocol(self._offered.get(chosen, "")) or self._agreed


def read_sdp(found: V2gMessage, item: Frame | Lost) -> V2gMessage:
    """Return *found* with the discovery message that *item* holds."""
    found = found._replace(protocol="sdp")
    if isinstance(item, Lost):
        return found._replace(exi=item.octets, error=MessageError(None, item.reason))
    try:
        told = read_discovery(item)
    except NoDiscovery as error:
        return found._replace(exi=item.body, error=MessageError(None, str(error)))
    return found._replace(sender=told.sender, name=told.name, message=told.message)


def message_name(message: dict[str, Any]) -> str:
    """Return the name that people use: of the body's element where a body wraps it."""
    root = next(iter(message))
    body = message[root].get("Body") if isinstance(message[root], dict) else None
    return next(iter(body), root) if isinstance(body, dict) else root


def sender_of(name: str) -> str | None:
    """Who sends a message of this name: the vehicle asks, the charger answers."""
    return "ev" if name.endswith("Req") else "evse" if name.endswith("Res") else None


def _protocol(namespace: str) -> str | None:
    if namespace.startswith(_ISO20):
        return "iso20-common"
    return _NAMESPACES.get(namespace)
