"""Matching of one vehicle and one charger, and every message that can be lost."""

import random

import pytest

from silverpin.domain.observation import CpState
from silverpin.domain.quantities import NS_PER_S
from silverpin.domain.slac import SLAC
from silverpin.protocols.slac import messages as mme
from silverpin.protocols.slac.messages import Message
from silverpin.protocols.slac.network import new_network
from silverpin.protocols.slac.states import NoCharger, NoMatch, PilotWish, Stage
from tests.slac_street import Street, station
from tests.slac_words import ended, linked, never, once, stage, wish


def test_a_vehicle_is_matched_within_half_a_second_and_linked() -> None:
    street = Street()
    street.plug(0, 0)
    street.run(3.0, until=lambda: linked(street))
    charger = street.chargers[0]
    assert linked(street)
    match = charger.match
    assert match is not None
    assert match.vehicle == station(0, 0xE0)
    assert match.matched_ns - match.began_ns < NS_PER_S // 2
    assert (match.sounds, match.measured, match.sounds_lost, match.retries) == (10, 10, 0, 0)
    assert match.attenuation_db == pytest.approx(30.0, abs=0.5)
    assert len(match.groups) == mme.GROUPS
    assert not charger.ignored
    assert charger.why is None


def test_messages_stand_in_the_standards_order() -> None:
    street = Street()
    street.plug(0, 0)
    street.run(1.0)
    told = [m.name for _, _, m in street.heard if not isinstance(m, mme.LinkStatusReq)]
    assert told == [
        "CM_SET_KEY.REQ",
        "CM_SLAC_PARM.REQ",
        "CM_SLAC_PARM.CNF",
        *["CM_START_ATTEN_CHAR.IND"] * 3,
        *["CM_MNBC_SOUND.IND"] * 10,
        "CM_ATTEN_CHAR.IND",
        "CM_ATTEN_CHAR.RSP",
        "CM_SLAC_MATCH.REQ",
        "CM_SLAC_MATCH.CNF",
        "CM_SET_KEY.REQ",
    ]


def test_the_pilot_says_five_percent_while_matching_and_nothing_after_the_plug() -> None:
    street = Street()
    assert wish(street) is PilotWish.NOTHING
    street.plug(0, 0)
    assert wish(street) is PilotWish.DIGITAL
    street.run(2.0)
    assert wish(street) is PilotWish.DIGITAL
    street.pull(0)
    assert wish(street) is PilotWish.NOTHING
    assert street.chargers[0].match is None


def test_a_key_that_a_vehicle_knows_is_not_used_again() -> None:
    street = Street()
    keys = []
    for _ in range(3):
        street.plug(0, 0)
        street.run(3.0)
        assert linked(street)
        network = street.chargers[0].key.network
        assert network is not None
        keys.append(network.nmk)
        street.pull(0)
        street.run(1.0)
    assert len(set(keys)) == 3
    network = street.chargers[0].key.network
    assert network is not None
    assert network.nmk not in keys, "the modem has the next one before the next plug"


def test_a_key_that_nobody_saw_stays_while_plugs_come_and_go() -> None:
    street = Street()
    street.run(1.0)
    for _ in range(5):
        street.chargers[0].pilot_is(CpState.B, street.now_ns)
        street.run(0.3)
        street.chargers[0].pilot_is(CpState.A, street.now_ns)
        street.run(0.3)
    assert len(street.sent(mme.SetKeyReq)) == 1


def test_a_key_shows_in_no_text_of_a_network() -> None:
    network = new_network(random.Random(3))
    assert network.nmk.hex() not in repr(network)
    assert network.nid.hex() in repr(network)


LOST_ONCE: list[type[Message]] = [
    mme.SetKeyReq,
    mme.SlacParmReq,
    mme.SlacParmCnf,
    mme.StartAttenCharInd,
    mme.MnbcSoundInd,
    mme.AttenCharInd,
    mme.AttenCharRsp,
    mme.SlacMatchReq,
    mme.SlacMatchCnf,
    mme.LinkStatusReq,
]


@pytest.mark.parametrize("kind", LOST_ONCE, ids=lambda kind: kind.__name__)
def test_any_message_may_be_lost_once(kind: type[Message]) -> None:
    street = Street()
    street.drops = once(kind)
    street.run(2.0)
    street.plug(0, 0)
    street.run(12.0, until=lambda: linked(street))
    assert linked(street)


def test_what_had_to_be_sent_again_is_counted() -> None:
    street = Street()
    street.run(1.0)
    street.drops = once(mme.AttenCharRsp)
    street.plug(0, 0)
    street.run(4.0)
    match = street.chargers[0].match
    assert match is not None
    assert match.retries == 0, "the choice itself proves that the vehicle heard"
    street.pull(0)
    street.run(1.0)
    street.drops = once(mme.AttenCharInd, times=2)
    street.plug(0, 0)
    street.run(4.0)
    match = street.chargers[0].match
    assert match is not None
    assert match.retries == 2


def test_a_confirmation_is_repeated_for_a_vehicle_that_missed_it() -> None:
    street = Street()
    street.run(1.0)
    street.drops = once(mme.SlacMatchCnf, times=2)
    street.plug(0, 0)
    street.run(4.0)
    assert linked(street)
    confirmations = street.sent(mme.SlacMatchCnf)
    assert len(confirmations) == 3
    assert len(set(confirmations)) == 1


@pytest.mark.parametrize("lost", [1, 3, 9])
def test_sounds_may_be_lost_and_are_counted(lost: int) -> None:
    street = Street()
    street.run(1.0)
    street.drops = once(mme.MnbcSoundInd, times=lost)
    street.plug(0, 0)
    street.run(4.0)
    assert linked(street)
    match = street.chargers[0].match
    assert match is not None
    assert match.sounds_lost == lost
    told = street.sent(mme.AttenCharInd)[0]
    assert isinstance(told, mme.AttenCharInd)
    assert told.sounds == 10 - lost


@pytest.mark.parametrize(
    ("kind", "charger", "vehicle"),
    [
        (mme.SlacParmReq, NoMatch.NOBODY_SPOKE, NoCharger.NOBODY_ANSWERED),
        (mme.SlacParmCnf, NoMatch.NO_START, NoCharger.NOBODY_ANSWERED),
        (mme.StartAttenCharInd, NoMatch.NO_START, NoCharger.NO_ATTENUATION),
        (mme.MnbcSoundInd, NoMatch.NO_SOUND, NoCharger.NO_ATTENUATION),
        (mme.AttenCharInd, NoMatch.NO_RESPONSE, NoCharger.NO_ATTENUATION),
        (mme.SlacMatchReq, NoMatch.NO_CHOICE, NoCharger.NOT_CONFIRMED),
        (mme.SlacMatchCnf, NoMatch.NO_LINK, NoCharger.NOT_CONFIRMED),
    ],
    ids=lambda value: getattr(value, "__name__", None) or value.name,
)
def test_a_message_that_never_comes_ends_in_a_named_reason(
    kind: type[Message], charger: NoMatch, vehicle: NoCharger
) -> None:
    street = Street()
    street.run(1.0)
    street.drops = never(kind)
    street.plug(0, 0)
    street.run(400.0, until=ended(street))
    assert stage(street) is Stage.FAILED
    assert street.chargers[0].why is charger
    assert wish(street) is PilotWish.NOMINAL
    assert street.vehicles[0].why is vehicle
    assert street.chargers[0].steps_left == 0
    street.run(5.0)
    assert street.chargers[0].next_ns is None, "nothing is left to do"


def test_a_vehicle_without_words_gets_the_nominal_pilot_after_two_steps() -> None:
    street = Street()
    street.run(1.0)
    charger = street.chargers[0]
    began_ns = street.now_ns
    wishes: list[tuple[PilotWish, float]] = []
    charger.pilot_is(CpState.B, street.now_ns)

    def note() -> bool:
        if not wishes or wishes[-1][0] is not charger.wish:
            wishes.append((charger.wish, (street.now_ns - began_ns) / NS_PER_S))
        return charger.stage is Stage.FAILED

    street.run(400.0, until=note)
    assert wishes == [
        (PilotWish.DIGITAL, 0.0),
        (PilotWish.STATE_E, 50.0),
        (PilotWish.DIGITAL, 54.0),
        (PilotWish.STATE_E, 104.0),
        (PilotWish.DIGITAL, 108.0),
        (PilotWish.NOMINAL, 158.0),
    ]
    assert charger.why is NoMatch.NOBODY_SPOKE


def test_a_vehicle_that_wakes_late_is_still_matched() -> None:
    street = Street()
    street.run(1.0)
    street.plugs[0] = 0
    street.line.between(0, 1, 30.0)
    street.chargers[0].pilot_is(CpState.B, street.now_ns)
    street.run(49.0)
    street.vehicles[0].begin(street.now_ns)
    street.run(3.0)
    assert linked(street)


def test_the_step_of_the_pilot_wakes_a_vehicle_that_had_given_up() -> None:
    street = Street()
    street.run(1.0)
    street.drops = never(mme.AttenCharInd)
    street.plug(0, 0)
    street.run(20.0, until=lambda: stage(street) is Stage.STEPPING)
    assert street.chargers[0].why is NoMatch.NO_RESPONSE
    assert wish(street) is PilotWish.STATE_E
    street.drops = lambda *_: False
    street.run(8.0)
    assert linked(street)
    assert street.chargers[0].steps_left == SLAC.steps, "a success sets the counters back"


def test_a_broken_line_is_found_in_ten_seconds_and_not_in_fifty() -> None:
    street = Street()
    street.run(1.0)
    street.drops = never(mme.MnbcSoundInd)
    street.plug(0, 0)
    street.run(50.0, until=lambda: stage(street) is Stage.STEPPING)
    assert street.now_ns < 13 * NS_PER_S
