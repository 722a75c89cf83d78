"""The page of `docs.py` about matching: who says what, every time, every reason, every threshold.

The sequence is what both machines say to each other here, over a line that loses nothing.
"""

import random
from collections.abc import Iterator
from dataclasses import fields
from itertools import groupby
from typing import Any, NamedTuple

from silverpin.apps.docs_layout import page, table
from silverpin.domain.observation import CpState
from silverpin.domain.quantities import NS_PER_MS
from silverpin.domain.slac import PLC, SLAC, PlcLimits, SlacTimes
from silverpin.protocols.slac import messages as mme
from silverpin.protocols.slac.charger import ChargerMatching
from silverpin.protocols.slac.frames import LOCAL_MODEM, unpack
from silverpin.protocols.slac.messages import Message
from silverpin.protocols.slac.states import NoMatch, Stage, VehicleStage
from silverpin.protocols.slac.vehicle import VehicleMatching

CHARGER, VEHICLE = bytes.fromhex("02c000000000"), bytes.fromhex("02e000000000")
_MODEM_MAC = {CHARGER: bytes.fromhex("02ca00000000"), VEHICLE: bytes.fromhex("02ea00000000")}
_HOST, _MODEM = {CHARGER: "C", VEHICLE: "V"}, {CHARGER: "CM", VEHICLE: "VM"}
_PARTICIPANTS = {
    "VM": "vehicle's modem", "V": "vehicle", "C": "charger", "CM": "charger's modem",
}  # fmt: skip
_LEVEL_DB = 30


class Spoken(NamedTuple):
    """One message of the sequence."""

    sender: str
    receiver: str
    name: str


def power_line() -> str:
    """Return the page."""
    return page(
        "The power line",
        "`domain/slac.py` and `protocols/slac/states.py`",
        "What vehicle and charger say until they share a network, as both machines here say it.",
        sequence(),
        "## Times and counts\n\nThe standard was read second-hand; nothing here can be configured.",
        table(("name", "value", "what", "source"), _times(SLAC, SlacTimes)),
        "## A good line\n\nThe worst measure decides. Up to the first value a line is good, up to "
        "the second fair, above it poor.",
        table(("limit", "value", "what", "source"), _times(PLC, PlcLimits)),
        "## Why there is no match",
        table(
            ("reason", "what to do first"),
            ((reason.words, reason.look) for reason in NoMatch),
        ),
    )


def sequence() -> str:
    """Return the exchange as a Mermaid sequence diagram; repeated messages share an arrow."""
    lines = ["```mermaid", "sequenceDiagram"]
    lines += [f"  participant {short} as {name}" for short, name in _PARTICIPANTS.items()]
    for spoken, times in groupby(_Exchange().spoken):
        count = len(list(times))
        again = f" ({count} times)" if count > 1 else ""
        lines.append(f"  {spoken.sender}->>{spoken.receiver}: {spoken.name}{again}")
    return "\n".join([*lines, "```"])


class _Exchange:
    """Both sides match over a line that loses nothing; measurements stand behind the sounds."""

    def __init__(self) -> None:
        self.spoken: list[Spoken] = []
        self._measured: list[Spoken] = []
        self._keyed: set[bytes] = set()
        self._charger = ChargerMatching(CHARGER, random.Random(1), 0)
        self._vehicle = VehicleMatching(VEHICLE, random.Random(2))
        self._sides: dict[bytes, Any] = {CHARGER: self._charger, VEHICLE: self._vehicle}
        self._turn(0)
        self._charger.pilot_is(CpState.B, 0)
        self._vehicle.begin(0)
        now_ns = 0
        while not self._linked():
            now_ns += NS_PER_MS
            self._turn(now_ns)

    def _linked(self) -> bool:
        both = (self._charger.stage, self._vehicle.stage)
        return both == (Stage.LINKED, VehicleStage.LINKED)

    def _turn(self, now_ns: int) -> None:
        for side, machine in self._sides.items():
            machine.tick(now_ns)
            for octets in machine.output():
                frame = unpack(octets)
                message = mme.read(frame)
                if message is not None and frame.destination == LOCAL_MODEM:
                    self._ask_modem(side, message, now_ns)
                elif message is not None:
                    self._carry(side, message, octets, now_ns)

    def _carry(self, side: bytes, message: Message, octets: bytes, now_ns: int) -> None:
        other = VEHICLE if side == CHARGER else CHARGER
        if not isinstance(message, mme.MnbcSoundInd):
            self.spoken += self._measured
            self._measured.clear()
        self.spoken.append(Spoken(_HOST[side], _HOST[other], message.name))
        self._sides[other].receive(octets, now_ns)
        if isinstance(message, mme.MnbcSoundInd):
            told = mme.AttenProfileInd(vehicle=side, groups=bytes([_LEVEL_DB] * mme.GROUPS))
            self._sides[other].receive(told.frame(other, _MODEM_MAC[other]).pack(), now_ns)
            self._measured.append(Spoken(_MODEM[other], _HOST[other], told.name))

    def _ask_modem(self, side: bytes, message: Message, now_ns: int) -> None:
        if isinstance(message, mme.SetKeyReq):
            self._keyed.add(side)
            answer: Message = mme.SetKeyCnf(result=1)
        else:
            answer = mme.LinkStatusCnf(link=int(len(self._keyed) == len(self._sides)))
        # Looks that find no link yet are left out.
        if not isinstance(answer, mme.LinkStatusCnf) or answer.link:
            self.spoken.append(Spoken(_HOST[side], _MODEM[side], message.name))
            self.spoken.append(Spoken(_MODEM[side], _HOST[side], answer.name))
        self._sides[side].receive(answer.frame(side, _MODEM_MAC[side]).pack(), now_ns)


def _times(values: Any, kind: type) -> Iterator[tuple[str, ...]]:
    for row in fields(kind):
        value, told = getattr(values, row.name), row.metadata
        name = told["symbol"] or f"`{row.name}`"
        unit = row.name.rpartition("_")[2]
        if unit == "ns":
            text = f"{value / 1e9:g} s"
        else:
            text = f"{value:g} {({'db': 'dB', 's': 's', 'mm': 'mm'}).get(unit, '')}".rstrip()
        yield name, text, told["what"], told["source"]
