"""Efficient XML Interchange for every message of DIN 70121 and ISO 15118-2 and -20."""

from silverpin.protocols.exi.codec import Decoded, decode, encode
from silverpin.protocols.exi.errors import ExiError
from silverpin.protocols.exi.fragments import decode_fragment, encode_fragment
from silverpin.protocols.exi.grammar import PROTOCOLS
from silverpin.protocols.exi.messages import Messages, Typed, messages

__all__ = [
    "PROTOCOLS",
    "Decoded",
    "ExiError",
    "Messages",
    "Typed",
    "decode",
    "decode_fragment",
    "encode",
    "encode_fragment",
    "messages",
]
