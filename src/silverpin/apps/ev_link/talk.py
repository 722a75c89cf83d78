"""One charger's conversation with the vehicle that is plugged in, whoever carries the octets.

Every turn is made with the charger's side as the last tick had it, and what the vehicle told stands
in the link before the next tick. A conversation that breaks off while it matters is a fault,
ERR_ISO_HANDSHAKE with its number, and says what was awaited; the charger then takes the current to
zero and opens, as for every fault of that action. One that ends in order is an event.

Two clocks: turns are timed by who carries the octets, events and faults by the charger's ticks.
"""

from collections.abc import Callable
from dataclasses import replace
from random import Random
from types import MappingProxyType
from typing import NamedTuple

from silverpin.apps.charger import Charger
from silverpin.apps.ev_link.link import TalkLink
from silverpin.apps.ev_link.stage_words import stage_sentence
from silverpin.control.beginning import Beginning
from silverpin.control.charger_side import State, Terms, side_of, told_w
from silverpin.control.obedience import Obedience, Told
from silverpin.control.vehicle_asks import HANDSHAKE, misunderstanding
from silverpin.domain.asks import Asks
from silverpin.protocols.admission import Admitted
from silverpin.protocols.iso15118.endpoint import ChargerEndpoint
from silverpin.protocols.iso15118.machine import Ending, PausedSession
from silverpin.protocols.iso15118.sides import (
    ChargerSide,
    ControlMode,
    Service,
    Stage,
    VehicleSide,
)
from silverpin.protocols.iso15118.turn import Turn, What
from silverpin.safety.freshness import fresh

_BROKEN = (Ending.REFUSED, Ending.TIMED_OUT, Ending.VANISHED, Ending.HOSTILE)
_OVER = (Stage.STOPPING, Stage.PAUSED, Stage.ENDED)
"""Stages after which nothing is lost with the connection."""
_DC = (Service.DC_BPT, Service.DC)
_AC = (Service.AC_BPT, Service.AC)


class Arrival(NamedTuple):
    """A connection that was let in."""

    admitted: Admitted
    how: str
    """The transport in words, for log and page."""
    certificate: str | None = None
    """Subject of the vehicle's verified certificate."""
    identity: bytes | None = None
    """Digest of that certificate, which a paused session is bound to."""


class Talk:
    """The conversation of now, if there is one, and what is kept between two of them."""

    def __init__(
        self, charger: Charger, link: TalkLink, chance: Random, evse_id: str,
        utc_s: Callable[[int], float],
    ) -> None:  # fmt: skip
        self._charger = charger
        self._link = link
        self._chance = chance
        self._evse_id = evse_id
        self.utc_s = utc_s
        """Wall time of a charger's instant, for the time stamps of messages."""
        self._endpoint: ChargerEndpoint | None = None
        self._arrival: Arrival | None = None
        self._paused: PausedSession | None = None
        self._obedience = Obedience(charger.limits)
        self._told_a = Told(0.0, 0.0)
        self._last = 0
        self._beginning = Beginning(charger.limits)
        self.clock: Callable[[], int] | None = None
        """The carrier's, where that is not the charger's."""
        self.matches: Callable[[], bool] = lambda: False
        """Whether both are still finding each other on the power line, which has its own times."""
        self.last_refusal: str | None = None
        """Why the last connection was not admitted, until one is."""
        self.shut: str | None = None
        """Why no vehicle can be met at all, until one can."""

    def serve(self, charger: Charger) -> None:
        """Talk for *charger* from now on: the program began again, and the vehicle must too."""
        self._charger = charger
        self._endpoint = self._arrival = self._paused = None
        self._link.hear(None)

    @property
    def busy(self) -> bool:
        """Whether a conversation is going on."""
        return self._endpoint is not None

    @property
    def number(self) -> int | None:
        """The number of the conversation that is going on."""
        return self._last if self._endpoint is not None else None

    @property
    def told(self) -> VehicleSide | None:
        """What the vehicle has told; None while there is no conversation."""
        return self._link.told

    @property
    def keeps(self) -> PausedSession | None:
        """The session that was paused and that its vehicle may take up again."""
        return self._paused

    @property
    def deadline_ns(self) -> int | None:
        """When `tick` has something to do at the latest, on the carrier's clock."""
        return self._endpoint.deadline_ns if self._endpoint else None

    def opened(self, words: str) -> None:
        """Note how vehicles are met from now on: where, and what they have to prove."""
        self.shut = None
        self._note("v2g_open", words)

    def unmet(self, why: str) -> None:
        """Note that no vehicle can be met, until it is noted how they are."""
        self.shut = why
        self._note("v2g_unmet", why)

    def expiring(self, words: str) -> None:
        """Note that a certificate of the charger's ends soon."""
        self._note("v2g_expiring", words)

    def begin(self, arrival: Arrival, now_ns: int) -> int:
        """Begin a conversation on a connection that was let in; return its number."""
        self._endpoint = ChargerEndpoint(
            offered=arrival.admitted.charging, chance=self._chance, now_ns=now_ns,
            resume=self._paused, identity=arrival.identity,
        )  # fmt: skip
        self._arrival = arrival
        self.last_refusal = None
        self._last += 1
        self._link.hear(self._endpoint.told)
        self._note("v2g_connected", arrival.how)
        return self._last

    def receive(self, octets: bytes, now_ns: int) -> bytes:
        """Take what the vehicle sent; return what is to be sent."""
        endpoint = self._endpoint
        if endpoint is None:
            return b""
        side = self.side()
        told = self._take(endpoint, endpoint.receive(octets, side, now_ns))
        self._judge(side, now_ns)
        return told

    def tick(self, now_ns: int) -> bytes:
        """Let time pass; return what is to be sent."""
        endpoint = self._endpoint
        if endpoint is None:
            return b""
        return self._take(endpoint, endpoint.tick(self.side(), now_ns))

    def lost(self, number: int) -> None:
        """Note that the connection of a conversation is gone. Idempotent."""
        if self._endpoint is not None and number == self._last:
            self._take(self._endpoint, self._endpoint.vanished())

    def close(self) -> None:
        """Let go of the vehicle because the program ends: no fault of anybody's. Idempotent."""
        if self._endpoint is not None:
            self._endpoint = self._arrival = None
            self._link.hear(None)
            self._note("v2g_ended", "the charger's program ends")

    def refuse(self, why: str) -> None:
        """Note a connection that was not admitted."""
        self.last_refusal = why
        self._note("v2g_refused", why)

    def trouble(self, why: str) -> None:
        """Note that a session's capture is not written."""
        self._charger.chronicle.add(self._charger.obs.now_ns, "disk_trouble", trouble=why)

    def side(self) -> ChargerSide:
        """Return the charger's side as the last tick had it."""
        charger, discharge = self._charger, self._may_discharge()
        offers = _DC if charger.connector.direct_current else _AC
        services = tuple(row for row in offers if discharge or not row.bidirectional)
        terms = Terms(evse_id=self._evse_id, services=services, may_discharge=discharge)
        state = State(
            obs=charger.obs, verdict=charger.verdict, latched=charger.envelope.latched,
            asks=self._link.asks() or Asks(), hz=charger.profile.nominal_hz,
            energy_ws=charger.ports.meter.energy_ws(), decides=self._decides(),
        )  # fmt: skip
        side = side_of(charger.supervisor, state, terms, charger.connector, charger.limits)
        return replace(side, unix_s=self.utc_s(charger.obs.now_ns))

    def gist(self) -> tuple[object, ...]:
        """Return what is worth telling the vehicle before its turn, as coarse as it matters."""
        supervisor = self._charger.supervisor
        most_w = told_w(supervisor, self._may_discharge())
        wish_w = supervisor.wish.power_w if self._decides() else 0.0
        coarse = (round(row, -2) for row in (*most_w, wish_w))
        return (supervisor.session.wanted, bool(self._charger.envelope.latched), *coarse)

    def _may_discharge(self) -> bool:
        """Return whether the policy lets energy back over what was, or may be, agreed on."""
        told = self._link.told
        if self._arrival is None or told is None:
            return False
        over = self._arrival.admitted.discharging
        return bool(over) if told.protocol is None else told.protocol in over

    def _decides(self) -> bool:
        told = self._link.told
        if told is None or told.stage is not Stage.POWER:
            return False
        return told.control is ControlMode.SCHEDULED

    def plug_is_in(self) -> bool:
        """Return whether a plug is in, or goes in: a vehicle may talk before it counts as in."""
        charger, obs = self._charger, self._charger.obs
        if charger.supervisor.session.plugged:
            return True
        return fresh(obs.seated, obs.now_ns, charger.limits.input_age_max_ns) is True

    def watch(self) -> None:
        """Give up on a plugged vehicle that never begins; on AC the pilot may do. Once a tick."""
        charger, supervisor = self._charger, self._charger.supervisor
        waited_for = charger.connector.direct_current or supervisor.offer.for_words
        offered = supervisor.session.offering and waited_for
        if not self.plug_is_in():
            self._paused = None
            self.lost(self._last)
        now_ns = charger.obs.now_ns if self.clock is None else self.clock()
        if self._beginning.step(now_ns, offered=offered, talks=self.busy, matches=self.matches()):
            last = f"; the last try was refused: {self.last_refusal}" if self.last_refusal else ""
            last = f"; {self.shut}" if self.shut else last
            limit_s = charger.limits.vehicle_begins_s
            self._never_begins(f"no vehicle began to talk within {limit_s:g} s{last}")

    def _never_begins(self, words: str) -> None:
        if self._charger.connector.direct_current:
            self._accuse(words)
            return
        self._charger.supervisor.offer.give_up()
        self._note("v2g_refused", f"{words}; power is offered by the pilot alone")

    def _judge(self, side: ChargerSide, now_ns: int) -> None:
        """Hold the vehicle to what it was told; a limit that has just been raised holds at once."""
        told, before = self._link.told, self._told_a
        now = self._told_a = Told(side.charge_max_a, side.discharge_max_a)
        if told is None or told.stage is not Stage.POWER:
            return
        allowed = Told(max(before.charge_a, now.charge_a), max(before.discharge_a, now.discharge_a))
        asked_a = told.target_a if told.service and told.service.direct_current else None
        words = self._obedience.step(now_ns, allowed, asked_a)
        if words is not None:
            self._accuse(words)

    @property
    def arrival(self) -> Arrival | None:
        """How the vehicle that is talked to has come."""
        return self._arrival

    def _take(self, endpoint: ChargerEndpoint, turn: Turn) -> bytes:
        for happening in turn.happenings:
            kind, words = _KINDS[happening.what], happening.words
            if happening.what is What.STAGE:
                self._note(kind, stage_sentence(words), stage=words)
            else:
                self._note(kind, words)
        if turn.ending is None:
            self._link.hear(endpoint.told)
        else:
            self._end(endpoint, turn)
        return turn.send

    def _end(self, endpoint: ChargerEndpoint, turn: Turn) -> None:
        stage, begun = endpoint.told.stage, endpoint.told.session_id is not None
        # Who breaks off before its session is no word of the vehicle that has paused.
        self._paused = endpoint.paused() if begun else self._paused
        self._endpoint = self._arrival = None
        self._link.hear(None)
        failed = self._charger.envelope.latched  # a charger that has failed ends it as REFUSED
        plugged = self._charger.supervisor.session.plugged
        if turn.ending in _BROKEN and stage not in _OVER and plugged and not failed:
            ends = [row.words for row in turn.happenings if row.what is What.ENDED]
            self._accuse(ends[0] if ends else turn.ending.value)

    def _accuse(self, detail: str) -> None:
        now_ns = self._charger.obs.now_ns
        self._charger.envelope.accuse(HANDSHAKE, now_ns, misunderstanding(detail))

    def _note(self, kind: str, words: str, **more: str) -> None:
        self._charger.chronicle.add(self._charger.obs.now_ns, kind, words=words, **more)


_KINDS = MappingProxyType(
    {
        What.AGREED: "v2g_agreed",
        What.MISMATCH: "v2g_refused",
        What.SESSION: "v2g_agreed",
        What.RESUMED: "v2g_agreed",
        What.SERVICE: "v2g_agreed",
        What.STAGE: "v2g_stage",
        What.REFUSED: "v2g_refused",
        What.DOUBT: "v2g_doubt",
        What.SKIPPED: "v2g_doubt",
        What.TROUBLE: "v2g_trouble",
        What.ENDED: "v2g_ended",
    }
)
