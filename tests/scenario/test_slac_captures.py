"""Recorded vehicles at our charger: their frames and their modem's, at the instants recorded.

The charger takes the recorded one's address, and is told what the recorded modem measured. It has
to come to the same matches, with the same attenuation. dSPACE's chargers subtract what their own
coupling takes; ours, as EVerest's, tell what the modem measured.
"""

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

import pytest

from silverpin.domain.observation import CpState
from silverpin.domain.quantities import NS_PER_MS, NS_PER_S
from silverpin.protocols.slac import messages as mme
from silverpin.protocols.slac.charger import ChargerMatching
from silverpin.protocols.slac.frames import Frame, unpack
from silverpin.protocols.slac.messages import Message, read
from silverpin.protocols.slac.states import NoMatch, Stage
from tests.slac_data import recorded

Told = list[tuple[int, Frame, Message]]
MATCHES = 57
FROM_VEHICLE = (
    mme.SlacParmReq,
    mme.StartAttenCharInd,
    mme.MnbcSoundInd,
    mme.AttenProfileInd,
    mme.AttenCharRsp,
    mme.SlacMatchReq,
)
DSPACE = ("DIN", "ISO")
FOREIGN = "Mercedes-Benz__EQE__2023-10-04__iso2-AC"


class Session(NamedTuple):
    """What led to one recorded match."""

    capture: str
    told: Told
    confirmed: Frame
    match: mme.SlacMatchCnf


def sessions(data: Path) -> Iterator[Session]:
    """Every recorded match, from the vehicle's question on."""
    for name, frames in recorded(data):
        told = [(at, frame, m) for at, frame in frames if (m := read(frame)) is not None]
        for end, (_, confirmed, match) in enumerate(told):
            if isinstance(match, mme.SlacMatchCnf):
                begin = max(
                    n
                    for n, (_, _, m) in enumerate(told[:end])
                    if isinstance(m, mme.SlacParmReq) and m.run_id == match.run_id
                )
                yield Session(name, told[begin:end], confirmed, match)


def modem_of(told: Told) -> bytes:
    """The modem that hears best is the one on this cable."""
    heard: dict[bytes, list[float]] = {}
    for _, frame, message in told:
        if isinstance(message, mme.AttenProfileInd):
            heard.setdefault(frame.source, []).append(fmean(message.groups))
    return min(heard, key=lambda modem: fmean(heard[modem]))


def keyed(mac: bytes, modem: bytes, now_ns: int) -> ChargerMatching:
    """A charger whose modem has its key, with a vehicle plugged in."""
    charger = ChargerMatching(mac, random.Random(1), now_ns)
    charger.receive(mme.SetKeyCnf(result=1).frame(mac, modem).pack(), now_ns)
    charger.pilot_is(CpState.B, now_ns)
    charger.output()
    return charger


def replay(charger: ChargerMatching, told: Told) -> list[tuple[int, Message]]:
    """Give the charger what was recorded, and return what it says and when.

    A vehicle answers the attenuation when it hears it: what follows moves with ours.
    """
    said: list[tuple[int, Message]] = []
    later_ns = 0

    def told_ns() -> int | None:
        return next((at for at, m in said if isinstance(m, mme.AttenCharInd)), None)

    def pass_to(end_ns: int, *, told_too: bool = False) -> None:
        while (due := charger.next_ns) is not None and due < end_ns:
            if told_too and told_ns() is not None:
                return
            charger.tick(due)
            said.extend((due, m) for m in spoken(charger))

    for recorded_ns, frame, message in told:
        at_ns = recorded_ns + later_ns
        pass_to(at_ns)
        if isinstance(message, FROM_VEHICLE):
            charger.receive(frame.pack(), at_ns)
            said.extend((at_ns, m) for m in spoken(charger))
        elif isinstance(message, mme.AttenCharInd):
            pass_to(at_ns + NS_PER_S // 2, told_too=True)
            later_ns += max(0, (told_ns() or 0) - at_ns)
    return said


def spoken(charger: ChargerMatching) -> Iterator[Message]:
    for octets in charger.output():
        message = read(unpack(octets))
        assert message is not None
        yield message


def test_every_recorded_vehicle_is_matched_by_our_charger_as_well(data_dir: Path) -> None:
    vehicles: Counter[bytes] = Counter()
    for session in sessions(data_dir):
        began_ns = session.told[0][0]
        charger = keyed(session.confirmed.source, modem_of(session.told), began_ns - NS_PER_S)
        said = replay(charger, session.told)
        assert charger.stage is Stage.MATCHED, (session.capture, charger.ignored)
        match = charger.match
        assert match is not None
        assert match.vehicle == session.match.vehicle
        assert (match.sounds_lost, match.retries) == (0, 0)
        # dSPACE recorded each of the vehicle's frames twice: a repeated choice is answered again.
        (confirmed,) = {m for _, m in said if isinstance(m, mme.SlacMatchCnf)}
        assert (confirmed.run_id, confirmed.vehicle) == (match.run_id, match.vehicle)
        assert len(confirmed.encode()) == len(session.match.encode())
        vehicles[match.vehicle] += 1
    assert vehicles.total() == MATCHES
    assert len(vehicles) > 14


def test_our_attenuation_is_the_recorded_chargers(data_dir: Path) -> None:
    biases: Counter[int] = Counter()
    for session in sessions(data_dir):
        theirs = next(
            m
            for _, frame, m in session.told
            if isinstance(m, mme.AttenCharInd) and frame.source == session.confirmed.source
        )
        began_ns = session.told[0][0]
        charger = keyed(session.confirmed.source, modem_of(session.told), began_ns - NS_PER_S)
        said = replay(charger, session.told)
        (at_ns, ours) = next((at, m) for at, m in said if isinstance(m, mme.AttenCharInd))
        differences = [a - b for a, b in zip(ours.groups, theirs.groups, strict=True)]
        spread = 4 if session.capture.startswith(DSPACE) else 1
        assert max(differences) - min(differences) <= spread, (session.capture, differences)
        biases[round(fmean(differences))] += 1
        last_ns = max(at for at, _, m in session.told if isinstance(m, mme.AttenProfileInd))
        assert at_ns - last_ns <= 100 * NS_PER_MS, "the standard's time to average"
    assert biases[0] + biases[1] == 38, biases


def test_a_recorded_vehicle_next_door_is_never_taken(data_dir: Path) -> None:
    # In half an hour it asks for a match again and again, always at another charger.
    told: Told = next(
        [(at, frame, m) for at, frame in frames if (m := read(frame)) is not None]
        for name, frames in recorded(data_dir)
        if name.startswith(FOREIGN)
    )
    own = next(frame.source for _, frame, m in told if isinstance(m, mme.SlacMatchCnf))
    choices = [m for _, _, m in told if isinstance(m, mme.SlacMatchReq)]
    foreign = [m for m in choices if m.charger != own]
    assert len(foreign) > 5
    first_ns = next(at for at, _, m in told if isinstance(m, mme.SlacMatchReq) and m in foreign)
    late = [row for row in told if row[0] > first_ns - NS_PER_S]
    charger = keyed(own, modem_of(told), late[0][0] - 1)
    said = replay(charger, late)
    assert not [m for _, m in said if isinstance(m, mme.SlacMatchCnf)]
    assert charger.match is None
    assert charger.crowd.endings[NoMatch.CHOSE_ANOTHER] >= 1


@pytest.mark.parametrize("missing", range(10))
def test_a_recorded_match_survives_any_lost_measurement(data_dir: Path, missing: int) -> None:
    session = next(s for s in sessions(data_dir) if s.capture.startswith("Hyundai__Kona"))
    profiles = [row for row in session.told if isinstance(row[2], mme.AttenProfileInd)]
    told = [row for row in session.told if row is not profiles[missing]]
    charger = keyed(session.confirmed.source, modem_of(told), told[0][0] - 1)
    said = replay(charger, told)
    indications = [m for _, m in said if isinstance(m, mme.AttenCharInd)]
    assert indications[0].sounds == 9
    assert charger.match is not None
    assert charger.match.sounds_lost == 1
