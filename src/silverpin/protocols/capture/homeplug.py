"""Names and content of the power line's management messages, SLAC's above all (ISO 15118-3)."""

from dataclasses import fields
from typing import Any, NamedTuple

from silverpin.protocols.capture.frames import HomePlugFrame
from silverpin.protocols.slac.frames import SlacError, open_payload
from silverpin.protocols.slac.messages import Message, read

_STEPS = ("REQ", "CNF", "IND", "RSP")
_SLAC = {
    0x6064: "CM_SLAC_PARM",
    0x6068: "CM_START_ATTEN_CHAR",
    0x606C: "CM_ATTEN_CHAR",
    0x6070: "CM_PKCS_CERT",
    0x6074: "CM_MNBC_SOUND",
    0x6078: "CM_VALIDATE",
    0x607C: "CM_SLAC_MATCH",
    0x6080: "CM_SLAC_USER_DATA",
    0x6084: "CM_ATTEN_PROFILE",
}
_STATION = {
    0x0014: "CC_DISCOVER_LIST",
    0x6000: "CM_UNASSOCIATED_STA",
    0x6004: "CM_ENCRYPTED_PAYLOAD",
    0x6008: "CM_SET_KEY",
    0x600C: "CM_GET_KEY",
    0x6010: "CM_SC_JOIN",
    0x6014: "CM_CHAN_EST",
    0x6018: "CM_TM_UPDATE",
    0x601C: "CM_AMP_MAP",
    0x6020: "CM_BRG_INFO",
    0x6034: "CM_STA_CAP",
    0x6038: "CM_NW_INFO",
    0x6048: "CM_NW_STATS",
    0x604C: "CM_LINK_STATS",
    0xA000: "VS_SW_VER",
    0xA008: "VS_RD_MOD",
    0xA01C: "VS_RS_DEV",
    0xA038: "VS_NW_INFO",
    0xA048: "VS_NW_INFO_STATS",
    0xA058: "VS_HOST_ACTION",
    0xA060: "VS_OP_ATTRIBUTES",
}
# Who sends a SLAC message; ATTEN_PROFILE comes from the charger's own modem.
_FROM_VEHICLE = {
    "CM_SLAC_PARM.REQ", "CM_START_ATTEN_CHAR.IND", "CM_ATTEN_CHAR.RSP", "CM_MNBC_SOUND.IND",
    "CM_VALIDATE.REQ", "CM_SLAC_MATCH.REQ",
}  # fmt: skip
_FROM_CHARGER = {
    "CM_SLAC_PARM.CNF", "CM_ATTEN_CHAR.IND", "CM_VALIDATE.CNF", "CM_SLAC_MATCH.CNF",
}  # fmt: skip


class HomePlugMessage(NamedTuple):
    """A management message by name; *sender* is None where either side may send it."""

    protocol: str
    name: str
    sender: str | None
    message: dict[str, Any]
    trailing: bytes = b""
    """Octets that mean nothing; padding is none of them."""
    error: str | None = None


def name_message(frame: HomePlugFrame) -> HomePlugMessage | None:
    """Return the message's name and addresses; None for a frame cut before its type."""
    if len(frame.payload) < 3:
        return None
    kind = int.from_bytes(frame.payload[1:3], "little")
    base, step = kind & ~3, _STEPS[kind & 3]
    slac = base in _SLAC
    name = f"{_SLAC.get(base) or _STATION.get(base) or f'MME_{base:04X}'}.{step}"
    sender = "ev" if name in _FROM_VEHICLE else "evse" if name in _FROM_CHARGER else None
    ends = {"Source": _mac(frame.source), "Destination": _mac(frame.destination)}
    protocol = "slac" if slac else "homeplug"
    try:
        told = read(open_payload(frame.source, frame.destination, frame.payload))
    except SlacError as error:
        return HomePlugMessage(protocol, name, sender, ends, error=str(error))
    if told is None:
        return HomePlugMessage(protocol, name, sender, ends)
    trailing = told.rest if any(told.rest) else b""
    return HomePlugMessage(protocol, name, sender, ends | _fields(told), trailing)


def _fields(message: Message) -> dict[str, Any]:
    """Return the fields by their names, octets as hex, attenuations as numbers and their mean."""
    told: dict[str, Any] = {}
    for row in fields(message):
        value = getattr(message, row.name)
        if row.name == message.LISTED:
            told["attenuation_db"] = round(sum(value) / len(value), 1) if value else None
            told["groups_db"] = list(value)
        elif row.name != "rest":
            told[row.name] = value.hex() if isinstance(value, bytes) else value
    return told


def _mac(octets: bytes) -> str | None:
    return octets.hex(":") or None
