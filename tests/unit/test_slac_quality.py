"""The judgement of a power line, and the desk that shows it."""

import random
import socket
import struct
from dataclasses import fields, replace
from math import nan
from typing import cast

import pytest

from silverpin.domain.observation import CpState
from silverpin.domain.slac import SLAC, PlcLimits, SlacTimes
from silverpin.drivers.plc.tcp_retries import segments_sent_again
from silverpin.protocols.slac import messages as mme
from silverpin.protocols.slac.desk import SlacDesk
from silverpin.protocols.slac.quality import Grade, judge
from silverpin.protocols.slac.states import Match, PilotWish
from tests.slac_street import station

GOOD = Match(
    vehicle=station(0, 0xE0),
    run_id=bytes(8),
    groups=(30.0,) * 58,
    sounds=10,
    measured=10,
    retries=0,
    began_ns=0,
    matched_ns=450_000_000,
)


@pytest.mark.verifies("COM-4")
@pytest.mark.parametrize(
    ("match", "retransmits", "handshake_s", "grade", "cause"),
    [
        (GOOD, 0, 0.4, Grade.GOOD, "attenuation 30 dB"),
        (replace(GOOD, groups=(35.1,) * 58), 0, 0.4, Grade.FAIR, "attenuation 35.1 dB"),
        (replace(GOOD, groups=(40.1,) * 58), 0, 0.4, Grade.POOR, "attenuation 40.1 dB"),
        (replace(GOOD, groups=(5.0, 56.0)), 0, 0.4, Grade.POOR, "spread 51 dB"),
        (replace(GOOD, measured=8), 0, 0.4, Grade.FAIR, "sounds lost 2 of 10"),
        (replace(GOOD, measured=7), 0, 0.4, Grade.POOR, "sounds lost 3 of 10"),
        (replace(GOOD, retries=1), 0, 0.4, Grade.FAIR, "messages sent again 1"),
        (replace(GOOD, retries=3), 0, 0.4, Grade.POOR, "messages sent again 3"),
        (GOOD, 2, 0.4, Grade.FAIR, "TCP segments sent again during TLS 2"),
        (GOOD, 5, 0.4, Grade.POOR, "TCP segments sent again during TLS 5"),
        (GOOD, 0, 1.6, Grade.FAIR, "TLS handshake 1.6 s"),
        (GOOD, 0, 5.1, Grade.POOR, "TLS handshake 5.1 s"),
        (None, 5, None, Grade.POOR, "TCP segments sent again during TLS 5"),
        (replace(GOOD, groups=(nan,) * 58), None, None, Grade.POOR, "attenuation nan dB"),
    ],
)
def test_the_worst_figure_decides_and_is_named(
    match: Match | None,
    retransmits: int | None,
    handshake_s: float | None,
    grade: Grade,
    cause: str,
) -> None:
    quality = judge(match, retransmits=retransmits, handshake_s=handshake_s)
    assert quality.grade is grade
    assert cause in quality.sentence
    assert bool(quality.advice) == (grade > Grade.GOOD)


@pytest.mark.verifies("COM-4")
def test_a_poor_line_comes_with_the_manuals_remedy() -> None:
    quality = judge(replace(GOOD, groups=(44.0,) * 58))
    assert quality.advice == (
        "keep 50 mm or more between power cables and the pilot's wire",
        "connect the shield of the pilot's wire to the chassis",
    )
    swallowed = judge(replace(GOOD, groups=(5.0, 60.0)))
    assert "stub" in swallowed.advice[-1]


def test_of_an_unmeasured_line_nothing_is_said() -> None:
    quality = judge(None)
    assert quality.grade is Grade.UNKNOWN
    assert quality.advice == ()
    assert quality.sentence == "The power line has not been measured yet."


def test_what_was_not_measured_is_not_judged() -> None:
    assert [row.name for row in judge(GOOD).measures] == [
        "attenuation",
        "spread",
        "sounds lost",
        "messages sent again",
    ]


def test_every_number_has_its_source() -> None:
    for row in (*fields(SlacTimes), *fields(PlcLimits)):
        assert row.metadata["source"], row.name
        assert row.metadata["what"], row.name


def matched_desk() -> SlacDesk:
    """A desk whose vehicle has been matched, by hand."""
    charger, vehicle, modem = station(0, 0xC0), station(0, 0xE0), station(0, 0xCA)
    run_id = bytes(range(8))
    desk = SlacDesk(charger, random.Random(1), 0)
    desk.step(0)

    def heard(message: mme.Message, source: bytes) -> bytes:
        return message.frame(charger, source).pack()

    desk.step(1, [heard(mme.SetKeyCnf(result=1), modem)], CpState.B)
    start = mme.StartAttenCharInd(sounds=2, timeout=6, forwarding=vehicle, run_id=run_id)
    sound = mme.AttenProfileInd(vehicle=vehicle, groups=bytes([42] * 58))
    desk.step(2, [heard(mme.SlacParmReq(run_id=run_id), vehicle), heard(start, vehicle)])
    desk.step(3, [heard(sound, modem), heard(sound, modem)])
    desk.step(3 + SLAC.averaging_ns)
    choice = mme.SlacMatchReq(vehicle=vehicle, charger=charger, run_id=run_id)
    desk.step(4 + SLAC.averaging_ns, [heard(choice, vehicle)])
    return desk


@pytest.mark.verifies("COM-4")
def test_the_desk_tells_line_and_remedy_and_no_key() -> None:
    desk = matched_desk()
    desk.discovered(5 + SLAC.averaging_ns)
    assert desk.linked
    desk.shaken_hands(0.4, 7)
    status = desk.status()
    assert status["stage"] == "linked"
    assert status["last"]["attenuation_db"] == 42.0
    assert status["last"]["vehicle"] == "02:e0:00:00:00:00"
    assert status["quality"]["grade"] == "poor"
    assert status["quality"]["measures"]["TCP segments sent again during TLS"] == 7
    assert len(status["quality"]["advice"]) == 2
    keys = [octets[-16:].hex() for octets in desk.step(10**9) if len(octets) == 113]
    assert not any(key in str(status) for key in keys)
    assert desk.wish is PilotWish.DIGITAL


def test_the_last_match_stays_when_the_plug_is_pulled() -> None:
    desk = matched_desk()
    desk.step(10**9, pilot=CpState.A)
    status = desk.status()
    assert status["stage"] == "idle"
    assert status["last"]["attenuation_db"] == 42.0
    assert not desk.linked
    assert desk.next_ns is not None, "the modem is given a new key"


def test_a_session_that_ends_may_ask_for_another() -> None:
    desk = matched_desk()
    desk.session_ended(10**9, again=True)
    assert desk.wish is PilotWish.STATE_E


def test_a_silent_modem_stands_in_the_status_with_the_next_step() -> None:
    desk = SlacDesk(station(0, 0xC0), random.Random(1), 0)
    for second in range(5):
        desk.step(second * 10**9)
    status = desk.status()
    assert status["why"] == "the modem does not answer"
    assert "supply" in status["look"]
    assert status["modem_address"] is None
    assert status["network"] is None
    assert status["last"] is None


class Told:
    """A connection whose TCP_INFO is in the test's hands."""

    def __init__(self, octets: bytes | None) -> None:
        self._octets = octets

    def getsockopt(self, level: int, option: int, length: int) -> bytes:
        assert (level, option) == (socket.IPPROTO_TCP, 11)
        if self._octets is None:
            raise OSError
        return self._octets[:length]


def test_tcps_own_count_is_read() -> None:
    told = bytes(100) + struct.pack("=I", 7) + bytes(100)
    for octets, count in ((told, 7), (told[:103], None), (None, None)):
        assert segments_sent_again(cast("socket.socket", Told(octets))) == count
