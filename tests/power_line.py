"""A power line and its modems: what hosts send comes out at other hosts, as far as it carries.

Each host has a modem of its own. A modem answers its host (key, link), carries management messages
to every other host that it can be heard by, and measures sounds. Data goes only between modems that
have the same key. `plc_line` puts the same line between real network interfaces.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from silverpin.protocols.slac import messages as mme
from silverpin.protocols.slac.frames import BROADCAST, LOCAL_MODEM, SlacError, unpack
from silverpin.protocols.slac.messages import GROUPS, Message

DEAF_DB = 110.0
"""Fainter than this is not heard."""


@dataclass(kw_only=True)
class Modem:
    """One modem and what may be wrong with it."""

    mac: bytes
    host: bytes = b""
    """Learned from what the host sends."""
    nmk: bytes | None = None
    alive: bool = True
    set_key_result: int = 1
    measures: bool = True
    tells_link: bool = True
    joins: bool = True
    told: list[Message] = field(default_factory=list)
    """What the host told its own modem."""


class PowerLine:
    """The cables of a car park, with crosstalk between them."""

    def __init__(self, chance: random.Random, *, loss: float = 0.0) -> None:
        self._chance = chance
        self.loss = loss
        self.modems: list[Modem] = []
        self._attenuation: dict[frozenset[int], float] = {}

    def add(self, modem: Modem) -> int:
        self.modems.append(modem)
        return len(self.modems) - 1

    def between(self, one: int, other: int, attenuation_db: float) -> None:
        self._attenuation[frozenset((one, other))] = attenuation_db

    def attenuation(self, one: int, other: int) -> float:
        return self._attenuation.get(frozenset((one, other)), DEAF_DB)

    def linked(self, one: int) -> bool:
        """Whether another modem within hearing has the same key."""
        mine = self.modems[one]
        return mine.nmk is not None and any(
            other != one and modem.nmk == mine.nmk and modem.joins and mine.joins
            for other, modem in enumerate(self.modems)
            if modem.alive and self.attenuation(one, other) < DEAF_DB
        )

    def send(self, port: int, octets: bytes) -> Iterator[tuple[int, bytes]]:
        """Give what comes out, and at which host, when the host at *port* sends this."""
        modem = self.modems[port]
        modem.host = octets[6:12]
        if not modem.alive:
            return
        try:
            frame = unpack(octets)
            message = mme.read(frame)
        except SlacError:
            yield from self._data(port, octets)
            return
        if frame.destination in (LOCAL_MODEM, modem.mac) and message is not None:
            modem.told.append(message)
            answer = self._answer(port, message)
            if answer is not None:
                yield port, answer.frame(modem.host, modem.mac).pack()
            return
        for other in range(len(self.modems)):
            if other != port and self._carries(port, other, frame.destination):
                yield other, octets
                if isinstance(message, mme.MnbcSoundInd) and self.modems[other].measures:
                    yield other, self._measured(port, other)

    def _answer(self, port: int, message: Message) -> Message | None:
        modem = self.modems[port]
        match message:
            case mme.SetKeyReq():
                if modem.set_key_result < 2:
                    modem.nmk = message.nmk
                return mme.SetKeyCnf(result=modem.set_key_result, your_nonce=message.my_nonce)
            case mme.LinkStatusReq() if modem.tells_link:
                return mme.LinkStatusCnf(link=int(self.linked(port)))
            case mme.AmpMapReq():
                return mme.AmpMapCnf(result=0)
        return None

    def _carries(self, port: int, other: int, destination: bytes) -> bool:
        to = self.modems[other]
        if not to.alive or self.attenuation(port, other) >= DEAF_DB:
            return False
        if destination not in (BROADCAST, to.host):
            return False
        return self._chance.random() >= self.loss

    def _measured(self, port: int, other: int) -> bytes:
        level = self.attenuation(port, other)
        groups = bytes(
            max(0, min(127, round(level + self._chance.gauss(0.0, 2.0)))) for _ in range(GROUPS)
        )
        told = mme.AttenProfileInd(vehicle=self.modems[port].host, groups=groups)
        return told.frame(BROADCAST, self.modems[other].mac).pack()

    def _data(self, port: int, octets: bytes) -> Iterator[tuple[int, bytes]]:
        mine = self.modems[port]
        for other, modem in enumerate(self.modems):
            same = mine.nmk is not None and modem.nmk == mine.nmk
            if other != port and same and self._carries(port, other, BROADCAST):
                yield other, octets
