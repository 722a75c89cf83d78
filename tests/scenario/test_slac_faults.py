"""A vehicle that goes, a modem that fails, a link that breaks: how it ends and begins anew."""

import random

from silverpin.domain.quantities import NS_PER_S
from silverpin.domain.slac import SLAC
from silverpin.protocols.slac import messages as mme
from silverpin.protocols.slac.charger import ChargerMatching
from silverpin.protocols.slac.frames import LOCAL_MODEM
from silverpin.protocols.slac.states import NoMatch, PilotWish, Stage
from tests.slac_street import Street, station
from tests.slac_words import CHARGER, VEHICLE, ended, linked, once, stage, wish


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
