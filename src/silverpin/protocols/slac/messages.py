"""The messages of SLAC and of the modem's own control, with every field, octet for octet.

A message is its fields in the order of the wire, each fixed in length; where a count stands before
a list, the list follows the fixed fields. `rest` is what came behind: padding, or octets that mean
nothing. Names and values are those of HomePlug Green PHY 1.1 and ISO 15118-3 annex A as others have
implemented them, checked against recorded matches of 14 vehicles.
"""

import struct
from dataclasses import dataclass, fields
from enum import IntEnum
from typing import ClassVar, NamedTuple, Self

from silverpin.protocols.slac.frames import Frame, SlacError

STATION_ID = bytes(17)
MODEM_OUI = bytes.fromhex("00b052")
GROUPS = 58
"""Carrier groups of a Green PHY modem."""
MATCH_REQ_LENGTH, MATCH_CNF_LENGTH = 0x3E, 0x56
OTHER_STATION = 1
"""`resp_type`: the charger, not the modem, tells the attenuation."""


class Validation(IntEnum):
    """Result of CM_VALIDATE."""

    NOT_READY = 0
    READY = 1
    SUCCESS = 2
    FAILURE = 3
    NOT_REQUIRED = 4


class _Layout(NamedTuple):
    octets: struct.Struct
    names: tuple[str, ...]
    listed: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What all messages share."""

    KIND: ClassVar[int]
    LAYOUT: ClassVar[str]
    VERSION: ClassVar[int] = 1
    LISTED: ClassVar[str | None] = None
    """Field whose length the layout's octet `count` tells."""

    rest: bytes = b""

    @property
    def name(self) -> str:
        """The standard's name."""
        return NAMES[self.KIND]

    def frame(self, destination: bytes, source: bytes) -> Frame:
        """Return the message on its way."""
        fragment = b"\0\0" if self.VERSION else b""
        body = self.encode()
        return Frame(destination, source, self.KIND, body, self.VERSION, fragment)

    def encode(self) -> bytes:
        """Return the body's octets; a field of a wrong length is a SlacError."""
        layout = _LAYOUTS[type(self)]
        listed = b"" if layout.listed is None else getattr(self, layout.listed)
        told = [len(listed) if name == "count" else getattr(self, name) for name in layout.names]
        try:
            octets = layout.octets.pack(*told)
        except struct.error as error:
            raise SlacError(f"{self.name}: {error}") from None
        if layout.octets.unpack(octets) != tuple(told):
            raise SlacError(f"{self.name}: a field has not its length")
        return octets + listed + self.rest

    @classmethod
    def decode(cls, body: bytes) -> Self:
        """Read a body; what follows the last field is `rest`."""
        layout = _LAYOUTS[cls]
        at = layout.octets.size
        if len(body) < at:
            raise SlacError(f"{NAMES[cls.KIND]} is cut: {len(body)} of {at} octets")
        told = dict(zip(layout.names, layout.octets.unpack_from(body), strict=True))
        count = told.pop("count", 0)
        if layout.listed is not None:
            if len(body) < at + count:
                raise SlacError(f"{NAMES[cls.KIND]} is cut: {len(body) - at} of {count} groups")
            told[layout.listed] = body[at : at + count]
            at += count
        return cls(**told, rest=body[at:])


@dataclass(frozen=True, slots=True, kw_only=True)
class SlacParmReq(Message):
    """A vehicle asks who can hear it."""

    KIND = 0x6064
    LAYOUT = "<BB8s"
    application: int = 0
    security: int = 0
    run_id: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class SlacParmCnf(Message):
    """A charger has heard, and says how it wants to be sounded."""

    KIND = 0x6065
    LAYOUT = "<6sBBB6sBB8s"
    sound_target: bytes = b"\xff" * 6
    sounds: int
    timeout: int
    """In units of 100 ms."""
    resp_type: int = OTHER_STATION
    forwarding: bytes
    """The vehicle's address."""
    application: int = 0
    security: int = 0
    run_id: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class StartAttenCharInd(Message):
    """A vehicle announces its sounds."""

    KIND = 0x606A
    LAYOUT = "<BBBBB6s8s"
    application: int = 0
    security: int = 0
    sounds: int
    timeout: int
    resp_type: int = OTHER_STATION
    forwarding: bytes
    run_id: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class MnbcSoundInd(Message):
    """One sound."""

    KIND = 0x6076
    LAYOUT = "<BB17sB8s8s16s"
    application: int = 0
    security: int = 0
    sender_id: bytes = STATION_ID
    remaining: int
    run_id: bytes
    reserved: bytes = bytes(8)
    random: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class AttenProfileInd(Message):
    """The charger's modem tells its host how loud one sound was, in dB of attenuation."""

    KIND = 0x6086
    LAYOUT = "<6sBB"
    LISTED = "groups"
    vehicle: bytes
    reserved: int = 0
    groups: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class AttenCharInd(Message):
    """The charger tells the vehicle how loud its sounds were, on average. [dB]"""

    KIND = 0x606E
    LAYOUT = "<BB6s8s17s17sBB"
    LISTED = "groups"
    application: int = 0
    security: int = 0
    vehicle: bytes
    run_id: bytes
    source_id: bytes = STATION_ID
    resp_id: bytes = STATION_ID
    sounds: int
    groups: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class AttenCharRsp(Message):
    """The vehicle has heard; what it makes of it follows later."""

    KIND = 0x606F
    LAYOUT = "<BB6s8s17s17sB"
    application: int = 0
    security: int = 0
    vehicle: bytes
    run_id: bytes
    source_id: bytes = STATION_ID
    resp_id: bytes = STATION_ID
    result: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidateReq(Message):
    """The vehicle wants the charger to count how often it toggles the pilot."""

    KIND = 0x6078
    LAYOUT = "<BBB"
    signal: int = 0
    timer: int
    result: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidateCnf(Message):
    """The charger's count."""

    KIND = 0x6079
    LAYOUT = "<BBB"
    signal: int = 0
    toggles: int
    result: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SlacMatchReq(Message):
    """The vehicle has chosen this charger."""

    KIND = 0x607C
    LAYOUT = "<BBH17s6s17s6s8s8s"
    application: int = 0
    security: int = 0
    length: int = MATCH_REQ_LENGTH
    vehicle_id: bytes = STATION_ID
    vehicle: bytes
    charger_id: bytes = STATION_ID
    charger: bytes
    run_id: bytes
    reserved: bytes = bytes(8)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlacMatchCnf(Message):
    """The charger hands over its network: the key is as secret as the pilot's wire is short."""

    KIND = 0x607D
    LAYOUT = "<BBH17s6s17s6s8s8s7sB16s"
    application: int = 0
    security: int = 0
    length: int = MATCH_CNF_LENGTH
    vehicle_id: bytes = STATION_ID
    vehicle: bytes
    charger_id: bytes = STATION_ID
    charger: bytes
    run_id: bytes
    reserved: bytes = bytes(8)
    nid: bytes
    reserved_2: int = 0
    nmk: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class SetKeyReq(Message):
    """A host gives its own modem the network to form or to join."""

    KIND = 0x6008
    LAYOUT = "<B4s4sBHBB7sB16s"
    key_type: int = 1
    my_nonce: bytes = bytes(4)
    your_nonce: bytes = bytes(4)
    protocol: int = 4
    run: int = 0
    number: int = 0
    capability: int = 0
    nid: bytes
    select: int = 1
    nmk: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class SetKeyCnf(Message):
    """The modem has taken the key, or not."""

    KIND = 0x6009
    LAYOUT = "<B4s4sBHBB"
    result: int
    my_nonce: bytes = bytes(4)
    your_nonce: bytes = bytes(4)
    protocol: int = 4
    run: int = 0
    number: int = 0
    capability: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AmpMapReq(Message):
    """One side asks the other to speak more softly on some carriers, four bits each."""

    KIND = 0x601C
    LAYOUT = "<H"
    carriers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AmpMapCnf(Message):
    """It does (0), or cannot (1)."""

    KIND = 0x601D
    LAYOUT = "<B"
    result: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkStatusReq(Message):
    """A host asks its Qualcomm modem whether another modem is in its network."""

    KIND = 0xA0B8
    LAYOUT = "<3s"
    VERSION = 0
    oui: bytes = MODEM_OUI


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkStatusCnf(Message):
    """It is (1), or not (0)."""

    KIND = 0xA0B9
    LAYOUT = "<3sBB"
    VERSION = 0
    oui: bytes = MODEM_OUI
    status: int = 0
    link: int


MESSAGES: tuple[type[Message], ...] = (
    SlacParmReq, SlacParmCnf, StartAttenCharInd, MnbcSoundInd, AttenProfileInd, AttenCharInd,
    AttenCharRsp, ValidateReq, ValidateCnf, SlacMatchReq, SlacMatchCnf, SetKeyReq, SetKeyCnf,
    AmpMapReq, AmpMapCnf, LinkStatusReq, LinkStatusCnf,
)  # fmt: skip
NAMES = {
    SlacParmReq.KIND: "CM_SLAC_PARM.REQ",
    SlacParmCnf.KIND: "CM_SLAC_PARM.CNF",
    StartAttenCharInd.KIND: "CM_START_ATTEN_CHAR.IND",
    MnbcSoundInd.KIND: "CM_MNBC_SOUND.IND",
    AttenProfileInd.KIND: "CM_ATTEN_PROFILE.IND",
    AttenCharInd.KIND: "CM_ATTEN_CHAR.IND",
    AttenCharRsp.KIND: "CM_ATTEN_CHAR.RSP",
    ValidateReq.KIND: "CM_VALIDATE.REQ",
    ValidateCnf.KIND: "CM_VALIDATE.CNF",
    SlacMatchReq.KIND: "CM_SLAC_MATCH.REQ",
    SlacMatchCnf.KIND: "CM_SLAC_MATCH.CNF",
    SetKeyReq.KIND: "CM_SET_KEY.REQ",
    SetKeyCnf.KIND: "CM_SET_KEY.CNF",
    AmpMapReq.KIND: "CM_AMP_MAP.REQ",
    AmpMapCnf.KIND: "CM_AMP_MAP.CNF",
    LinkStatusReq.KIND: "VS_LINK_STATUS.REQ",
    LinkStatusCnf.KIND: "VS_LINK_STATUS.CNF",
}
_BY_KIND = {(kind.VERSION, kind.KIND): kind for kind in MESSAGES}


def _layout(kind: type[Message]) -> _Layout:
    names = [row.name for row in fields(kind) if row.name not in ("rest", kind.LISTED)]
    if kind.LISTED is not None:
        # In both messages that list groups, the count is the last octet but those reserved.
        names.insert(names.index("reserved") if "reserved" in names else len(names), "count")
    return _Layout(struct.Struct(kind.LAYOUT), tuple(names), kind.LISTED)


_LAYOUTS = {kind: _layout(kind) for kind in MESSAGES}


def read(frame: Frame) -> Message | None:
    """Return the frame's message, None for one that is none of ours; a cut one is a SlacError."""
    kind = _BY_KIND.get((min(frame.version, 1), frame.kind))
    return None if kind is None else kind.decode(frame.body)
