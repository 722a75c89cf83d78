"""Several vehicles and chargers in hearing range, strangers, and the proof of the cable."""

import random
from dataclasses import replace

import pytest

from silverpin.domain.observation import CpState
from silverpin.domain.quantities import NS_PER_MS, NS_PER_S
from silverpin.domain.slac import SLAC
from silverpin.protocols.slac import messages as mme
from silverpin.protocols.slac.charger import ChargerMatching
from silverpin.protocols.slac.crowd import HEARD_MAX
from silverpin.protocols.slac.frames import BROADCAST
from silverpin.protocols.slac.messages import Message
from silverpin.protocols.slac.states import NoCharger, NoMatch, Stage
from tests.slac_street import NEXT_CABLE_DB, Street, station
from tests.slac_words import VEHICLE, linked, stage


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
