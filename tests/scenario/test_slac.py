"""Matching as it goes on a street: vehicles, chargers, and everything that can go wrong."""

import random
from collections.abc import Callable
from dataclasses import replace

import pytest

from silverpin.domain.observation import CpState
from silverpin.domain.quantities import NS_PER_MS, NS_PER_S
from silverpin.domain.slac import SLAC
from silverpin.protocols.slac import messages as mme
from silverpin.protocols.slac.charger import ChargerMatching
from silverpin.protocols.slac.crowd import HEARD_MAX
from silverpin.protocols.slac.frames import BROADCAST, LOCAL_MODEM, Frame
from silverpin.protocols.slac.messages import Message
from silverpin.protocols.slac.network import new_network
from silverpin.protocols.slac.states import (
    NoCharger,
    NoMatch,
    PilotWish,
    Stage,
    VehicleStage,
)
from tests.slac_street import NEXT_CABLE_DB, Drops, Street, station

CHARGER, VEHICLE = 0, 1
"""Ports of a street with one of each."""


def once(kind: type[Message], port: int | None = None, times: int = 1) -> Drops:
    """Lose the first messages of a kind."""
    left = [times]

    def drops(at: int, message: Message, _frame: Frame) -> bool:
        if not isinstance(message, kind) or port not in (None, at) or left[0] == 0:
            return False
        left[0] -= 1
        return True

    return drops


def never(kind: type[Message]) -> Drops:
    """Lose every message of a kind."""
    return once(kind, times=-1)


def linked(street: Street, vehicle: int = 0) -> bool:
    """Whether vehicle and charger say so, and hold the same key."""
    charger = street.chargers[street.plugs[vehicle]]
    car = street.vehicles[vehicle]
    return (
        charger.stage is Stage.LINKED
        and car.stage is VehicleStage.LINKED
        and charger.key.network == car.network
    )


def stage(street: Street) -> Stage:
    return street.chargers[0].stage


def wish(street: Street) -> PilotWish:
    return street.chargers[0].wish


def ended(street: Street) -> Callable[[], bool]:
    return lambda: stage(street) is Stage.FAILED


# Alone


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


# One message lost


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


# One message never comes


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


# The vehicle goes


def test_a_vehicle_that_vanishes_at_any_moment_leaves_nothing_behind() -> None:
    for tenths in range(1, 30):
        street = Street(seed=tenths)
        street.run(1.0)
        street.plug(0, 0)
        street.run(tenths / 20)
        street.pull(0)
        assert stage(street) is Stage.IDLE
        assert street.chargers[0].match is None
        street.run(1.0)
        assert not street.chargers[0].crowd.runs
        street.plug(0, 0)
        street.run(3.0)
        assert linked(street), tenths


def test_a_lost_link_steps_the_pilot_and_a_new_match_follows() -> None:
    street = Street()
    street.plug(0, 0)
    street.run(3.0)
    assert linked(street)
    old = street.chargers[0].key.network
    street.line.modems[VEHICLE].nmk = None
    street.run(3.0, until=lambda: stage(street) is Stage.STEPPING)
    assert street.chargers[0].why is NoMatch.LINK_LOST
    street.run(8.0)
    assert linked(street)
    assert street.chargers[0].key.network != old


def test_one_odd_look_at_the_link_is_no_lost_link() -> None:
    street = Street()
    street.plug(0, 0)
    street.run(3.0)
    modem = street.line.modems[CHARGER].mac
    down = mme.LinkStatusCnf(link=0).frame(station(0, 0xC0), modem).pack()
    street.chargers[0].receive(down, street.now_ns)
    assert stage(street) is Stage.LINKED
    street.run(2.0)
    assert linked(street)


def test_a_session_that_ends_gives_up_the_key_and_may_ask_for_another() -> None:
    street = Street()
    street.plug(0, 0)
    street.run(3.0)
    street.chargers[0].end_link(street.now_ns, again=True)
    assert wish(street) is PilotWish.STATE_E
    street.run(8.0)
    assert linked(street)
    street.chargers[0].end_link(street.now_ns, again=False)
    assert wish(street) is PilotWish.NOMINAL
    assert street.chargers[0].why is None
    street.chargers[0].end_link(street.now_ns, again=True)
    assert stage(street) is Stage.FAILED, "no link, nothing to end"


# The modem


def test_a_dead_modem_is_named_and_asked_for_as_long_as_the_vehicle_waits() -> None:
    street = Street()
    street.line.modems[CHARGER].alive = False
    street.run(10.0)
    charger = street.chargers[0]
    assert charger.key.problem is NoMatch.MODEM_SILENT
    assert len(street.sent(mme.SetKeyReq)) == SLAC.modem_tries
    assert charger.next_ns is None, "nobody is plugged in: nothing to try for"
    street.plug(0, 0)
    street.run(100.0, until=ended(street))
    assert charger.why is NoMatch.MODEM_SILENT
    assert charger.next_ns is None
    assert street.now_ns == 60 * NS_PER_S, "the pilot is not stepped: it mends no modem"


def test_a_modem_that_boots_late_is_keyed_in_time() -> None:
    street = Street()
    street.line.modems[CHARGER].alive = False
    street.run(10.0)
    street.plug(0, 0)
    street.run(5.0)
    street.line.modems[CHARGER].alive = True
    street.run(6.0)
    assert linked(street)


def test_a_modem_that_refuses_the_key_is_named() -> None:
    street = Street()
    street.line.modems[CHARGER].set_key_result = 2
    street.run(10.0)
    assert street.chargers[0].key.problem is NoMatch.MODEM_REFUSED
    street.plug(0, 0)
    street.run(100.0, until=ended(street))
    assert street.chargers[0].why is NoMatch.MODEM_REFUSED


def test_a_modem_that_hears_and_does_not_measure_is_named() -> None:
    street = Street()
    street.line.modems[CHARGER].measures = False
    street.run(1.0)
    street.plug(0, 0)
    street.run(100.0, until=lambda: stage(street) is Stage.STEPPING)
    assert street.chargers[0].why is NoMatch.NO_PROFILE
    assert not street.sent(mme.AttenCharInd), "no attenuation is made up"


def test_a_modem_that_says_no_link_is_believed_after_twelve_seconds() -> None:
    street = Street()
    street.line.modems[VEHICLE].joins = False
    street.run(1.0)
    street.plug(0, 0)
    street.run(60.0, until=lambda: stage(street) is Stage.STEPPING)
    assert street.chargers[0].why is NoMatch.NO_LINK
    assert 12 * NS_PER_S < street.now_ns - NS_PER_S < 14 * NS_PER_S


def test_where_the_modem_tells_no_link_the_vehicles_data_does() -> None:
    street = Street()
    for modem in street.line.modems:
        modem.tells_link = False
    street.run(1.0)
    street.plug(0, 0)
    street.run(23.0)
    assert stage(street) is Stage.MATCHED, "a recorded vehicle spoke after 23 s"
    street.chargers[0].link_seen(street.now_ns)
    assert stage(street) is Stage.LINKED
    street.run(100.0)
    assert stage(street) is Stage.LINKED


def test_without_any_sign_of_a_link_a_minute_is_enough() -> None:
    street = Street()
    for modem in street.line.modems:
        modem.tells_link = False
    street.run(1.0)
    street.plug(0, 0)
    street.run(100.0, until=lambda: stage(street) is Stage.STEPPING)
    assert street.chargers[0].why is NoMatch.NO_LINK
    assert 60 * NS_PER_S < street.now_ns - NS_PER_S < 62 * NS_PER_S


# Several


def test_two_chargers_and_two_vehicles_each_find_their_own() -> None:
    for seed in range(10):
        street = Street(seed, chargers=2, vehicles=2)
        street.run(1.0)
        street.plug(0, 1)
        street.plug(1, 0)
        street.run(5.0)
        assert linked(street, 0)
        assert linked(street, 1)
        matches = [charger.match for charger in street.chargers]
        assert [match and match.vehicle for match in matches] == [
            station(1, 0xE0),
            station(0, 0xE0),
        ]
        keys = {charger.key.network for charger in street.chargers}
        assert len(keys) == 2


def test_three_vehicles_in_hearing_range_end_on_their_own_cables() -> None:
    street = Street(3, chargers=3, vehicles=3)
    street.run(1.0)
    for number, attenuation_db in enumerate((24.0, 33.0, 42.0)):
        street.plug(number, number, attenuation_db)
        street.run(0.15)
    street.run(15.0)
    for number in range(3):
        assert linked(street, number)
        match = street.chargers[number].match
        assert match is not None
        assert match.vehicle == station(number, 0xE0)
    heard = street.chargers[0].crowd.endings
    assert heard[NoMatch.TAKEN] + heard[NoMatch.CHOSE_ANOTHER] + heard[NoMatch.NO_CHOICE] == len(
        list(heard.elements())
    )


def test_a_vehicle_at_the_neighbour_is_heard_and_takes_nothing_from_ours() -> None:
    street = Street(chargers=2, vehicles=2)
    street.run(1.0)
    charger = street.chargers[0]
    charger.pilot_is(CpState.B, street.now_ns)
    street.plug(1, 1)
    street.run(12.0)
    assert linked(street, 1)
    assert charger.stage is Stage.MATCHING
    assert charger.crowd.endings == {NoMatch.NO_CHOICE: 1}
    street.plugs[0] = 0
    street.line.between(0, 2, 30.0)
    street.vehicles[0].begin(street.now_ns)
    street.run(3.0)
    assert linked(street, 0)
    assert linked(street, 1)


def test_a_choice_overheard_for_another_charger_ends_the_run_at_once() -> None:
    street = Street()
    street.run(1.0)
    charger = street.chargers[0]
    charger.pilot_is(CpState.B, street.now_ns)
    stranger, run_id = station(9, 0xE0), bytes(range(8))
    street.say(1, mme.SlacParmReq(run_id=run_id), BROADCAST, stranger)
    street.run(0.05)
    choice = mme.SlacMatchReq(vehicle=stranger, charger=station(7, 0xC0), run_id=run_id)
    frame = choice.frame(station(7, 0xC0), stranger)
    charger.receive(frame.pack(), street.now_ns)
    assert charger.crowd.endings == {NoMatch.CHOSE_ANOTHER: 1}


def test_a_matched_charger_answers_no_other_vehicle() -> None:
    street = Street(chargers=1, vehicles=2)
    street.run(1.0)
    street.plug(0, 0)
    street.run(3.0)
    street.line.between(0, 2, 20.0)
    street.vehicles[1].begin(street.now_ns)
    street.run(15.0)
    assert linked(street, 0)
    assert street.vehicles[1].why is NoCharger.NOBODY_ANSWERED
    assert street.chargers[0].ignored["no match wanted now"] > 1


def test_a_sixth_vehicle_at_a_time_waits() -> None:
    street = Street(chargers=1, vehicles=0)
    street.line.add(street.line.modems[0].__class__(mac=station(5, 0xEA)))
    street.line.between(0, 1, 50.0)
    street.run(1.0)
    charger = street.chargers[0]
    charger.pilot_is(CpState.B, street.now_ns)
    for number in range(SLAC.parallel + 1):
        asked = mme.SlacParmReq(run_id=bytes([number] * 8))
        street.say(1, asked, BROADCAST, station(number, 0xE0))
    street.run(0.1)
    assert len(street.sent(mme.SlacParmCnf)) == SLAC.parallel
    assert charger.ignored == {"too many vehicles at a time": 1}


def test_a_car_park_that_never_stops_speaking_is_bounded() -> None:
    street = Street(chargers=1, vehicles=0)
    street.line.add(street.line.modems[0].__class__(mac=station(5, 0xEA)))
    street.line.between(0, 1, 50.0)
    street.run(1.0)
    charger = street.chargers[0]
    charger.pilot_is(CpState.B, street.now_ns)
    number = 0
    while charger.stage is not Stage.FAILED:
        number += 1
        vehicle = b"\x02\xee" + number.to_bytes(4, "big")
        street.say(1, mme.SlacParmReq(run_id=bytes(8)), BROADCAST, vehicle)
        street.run(0.25)
        assert len(charger.crowd.runs) <= SLAC.parallel
        assert len(charger.crowd) <= HEARD_MAX
        assert street.now_ns < 250 * NS_PER_S
    assert charger.why is NoMatch.NO_START


def test_a_vehicle_that_begins_anew_is_one_vehicle() -> None:
    street = Street()
    street.run(1.0)
    street.plug(0, 0)
    street.run(0.35)
    street.vehicles[0].begin(street.now_ns)
    street.run(3.0)
    assert linked(street)
    assert street.chargers[0].crowd.endings == {NoMatch.BEGAN_ANEW: 1}


def test_a_vehicle_that_repeats_its_question_restarts_its_run() -> None:
    # Recorded: a Kona asks 37 times with one run id, 210 ms apart.
    street = Street(vehicles=0)
    street.line.add(street.line.modems[0].__class__(mac=station(5, 0xEA)))
    street.line.between(0, 1, 30.0)
    street.run(1.0)
    charger = street.chargers[0]
    charger.pilot_is(CpState.B, street.now_ns)
    for _ in range(37):
        street.say(1, mme.SlacParmReq(run_id=bytes(8)), BROADCAST, station(0, 0xE0))
        street.run(0.21)
    assert len(street.sent(mme.SlacParmCnf)) == 37
    (run,) = charger.crowd.runs.values()
    assert run.retries == 36


# Strangers' words


def test_a_wrong_run_id_is_ignored_and_counted() -> None:
    street = Street()
    street.run(1.0)
    street.plug(0, 0)
    street.run(0.25)
    for message in (
        mme.StartAttenCharInd(sounds=1, timeout=6, forwarding=bytes(6), run_id=b"nobodys."),
        mme.MnbcSoundInd(remaining=0, run_id=b"nobodys.", random=bytes(16)),
        mme.AttenCharRsp(vehicle=station(0, 0xE0), run_id=b"nobodys."),
        mme.SlacMatchReq(vehicle=station(0, 0xE0), charger=station(0, 0xC0), run_id=b"nobodys."),
    ):
        street.say(VEHICLE, message, station(0, 0xC0), station(0, 0xE0))
    street.run(3.0)
    assert street.chargers[0].ignored == {"of no run": 4}
    assert linked(street)


def test_another_application_or_security_is_ignored() -> None:
    street = Street()
    street.run(1.0)
    charger = street.chargers[0]
    charger.pilot_is(CpState.B, street.now_ns)
    asked = mme.SlacParmReq(run_id=bytes(8))
    for wrong in (replace(asked, application=1), replace(asked, security=1)):
        street.say(VEHICLE, wrong, BROADCAST, station(0, 0xE0))
    street.run(0.1)
    assert not street.sent(mme.SlacParmCnf)
    assert charger.ignored == {"another application or security": 2}


def test_a_measurement_of_the_neighbours_modem_is_not_ours() -> None:
    # Recorded: two modems on one Ethernet both tell what they heard.
    street = Street()
    street.run(1.0)
    street.plug(0, 0)

    def overhear() -> bool:
        told = mme.AttenProfileInd(vehicle=station(0, 0xE0), groups=bytes([90] * 58))
        frame = told.frame(BROADCAST, station(1, 0xCA))
        street.chargers[0].receive(frame.pack(), street.now_ns)
        return False

    street.run(3.0, until=overhear)
    assert linked(street)
    match = street.chargers[0].match
    assert match is not None
    assert match.attenuation_db == pytest.approx(30.0, abs=0.5)
    assert street.chargers[0].ignored["another modem's measurement"] > 10


@pytest.mark.parametrize("level", [0, 127, 255])
def test_the_lowest_and_the_highest_attenuation_are_told_as_they_are(level: int) -> None:
    charger = ChargerMatching(station(0, 0xC0), random.Random(1), 0)
    vehicle, modem, run_id = station(0, 0xE0), station(0, 0xCA), bytes(8)

    def hear(message: Message, source: bytes, now_ns: int) -> None:
        charger.receive(message.frame(BROADCAST, source).pack(), now_ns)

    hear(mme.SetKeyCnf(result=1), modem, 0)
    charger.pilot_is(CpState.B, 0)
    hear(mme.SlacParmReq(run_id=run_id), vehicle, 0)
    hear(mme.StartAttenCharInd(sounds=3, timeout=6, forwarding=vehicle, run_id=run_id), vehicle, 0)
    for _ in range(3):
        hear(mme.AttenProfileInd(vehicle=vehicle, groups=bytes([level] * 58)), modem, 0)
    charger.output()
    charger.tick(100 * NS_PER_MS)
    (told,) = [mme.AttenCharInd.decode(octets[19:]) for octets in charger.output()]
    assert told.groups == bytes([level] * 58)
    assert told.sounds == 3


def test_a_vehicle_that_is_too_faint_everywhere_is_silent() -> None:
    street = Street()
    street.run(1.0)
    street.plug(0, 0, 80.0)
    street.run(12.0)
    assert street.vehicles[0].why is NoCharger.TOO_FAINT
    assert stage(street) is not Stage.LINKED


# Validation


def test_a_faint_vehicle_has_its_toggles_counted_and_is_matched() -> None:
    street = Street()
    street.run(1.0)
    street.plug(0, 0, NEXT_CABLE_DB)
    street.run(8.0, until=lambda: linked(street))
    assert linked(street)
    confirmations = street.sent(mme.ValidateCnf)
    assert [(m.result, m.toggles) for m in confirmations if isinstance(m, mme.ValidateCnf)] == [
        (mme.Validation.READY, 0),
        (mme.Validation.SUCCESS, SLAC.toggles),
    ]


def test_validation_finds_the_cable_where_attenuation_lies() -> None:
    # The neighbour hears the vehicle better than its own charger does.
    street = Street(chargers=2, vehicles=1)
    street.run(1.0)
    street.plug(0, 0, 58.0)
    street.line.between(1, 2, 50.0)
    street.chargers[1].pilot_is(CpState.B, street.now_ns)
    street.run(12.0, until=lambda: linked(street))
    assert linked(street)
    assert street.chargers[0].match is not None
    assert street.chargers[1].match is None


def test_one_vehicle_is_validated_at_a_time() -> None:
    street = Street(chargers=1, vehicles=2)
    street.run(1.0)
    street.plug(0, 0, NEXT_CABLE_DB)
    street.vehicles[1].begin(street.now_ns)
    street.run(4.0, until=lambda: linked(street))
    results = {m.result for m in street.sent(mme.ValidateCnf) if isinstance(m, mme.ValidateCnf)}
    assert mme.Validation.NOT_READY in results
    assert linked(street)


# Amplitude map


def test_an_amplitude_map_is_passed_to_the_modem_and_confirmed() -> None:
    street = Street()
    street.plug(0, 0)
    street.run(3.0)

    def confirmed() -> list[mme.AmpMapCnf]:
        return [m for m in street.sent(mme.AmpMapCnf, CHARGER) if isinstance(m, mme.AmpMapCnf)]

    wanted = mme.AmpMapReq(carriers=4, rest=b"\x12\x34" + bytes(37))
    street.say(VEHICLE, wanted, station(0, 0xC0), station(0, 0xE0))
    street.run(1.0)
    assert wanted in street.line.modems[CHARGER].told
    assert [m.result for m in confirmed()] == [0]
    street.drops = once(mme.AmpMapReq, CHARGER)
    street.say(VEHICLE, wanted, station(0, 0xC0), station(0, 0xE0))
    street.run(1.0)
    assert [m.result for m in confirmed()] == [0, 1], "the modem is silent: it cannot"


def test_a_strangers_amplitude_map_is_refused() -> None:
    street = Street()
    street.plug(0, 0)
    street.run(3.0)
    street.say(VEHICLE, mme.AmpMapReq(carriers=0), station(0, 0xC0), station(9, 0xE0))
    street.run(1.0)
    assert street.chargers[0].ignored == {"an amplitude map of a stranger": 1}


def test_the_modem_is_spoken_to_at_the_address_that_only_it_hears() -> None:
    charger = ChargerMatching(station(0, 0xC0), random.Random(1), 0)
    (octets,) = charger.output()
    assert octets[:6] == LOCAL_MODEM
    assert octets[6:12] == station(0, 0xC0)
