"""Matching for a daemon that ticks: frames and the pilot in, frames, wish and status out."""

import random
from collections.abc import Iterable
from typing import Any

from silverpin.domain.observation import CpState
from silverpin.domain.quantities import NS_PER_S
from silverpin.protocols.slac.charger import ChargerMatching
from silverpin.protocols.slac.quality import PlcQuality, judge
from silverpin.protocols.slac.states import Match, PilotWish, Stage


class SlacDesk:
    """One connector's matching and the quality of its line.

    The last match stays for the status after the plug is pulled: that is when somebody looks.
    """

    def __init__(self, mac: bytes, chance: random.Random, now_ns: int) -> None:
        self._matching = ChargerMatching(mac, chance, now_ns)
        self._last: Match | None = None
        self._retransmits: int | None = None
        self._handshake_s: float | None = None

    @property
    def wish(self) -> PilotWish:
        """What matching wants of the pilot; control decides."""
        return self._matching.wish

    @property
    def next_ns(self) -> int | None:
        """When `step` has something to do without a frame or a new pilot."""
        return self._matching.next_ns

    @property
    def modem(self) -> str | None:
        """The modem's own address, once it has answered."""
        modem = self._matching.key.modem
        return modem.hex(":") if modem else None

    @property
    def linked(self) -> bool:
        """Whether vehicle and charger share a network."""
        return self._matching.stage is Stage.LINKED

    def step(
        self, now_ns: int, frames: Iterable[bytes] = (), pilot: CpState | None = None
    ) -> list[bytes]:
        """Take what came and the pilot, where it is known, and return what is to be sent."""
        if pilot is not None:
            self.pilot_is(pilot, now_ns)
        for octets in frames:
            self.receive(octets, now_ns)
        self.tick(now_ns)
        return self.output()

    def pilot_is(self, state: CpState, now_ns: int) -> None:
        """Take the pilot as the vehicle sets it."""
        self._matching.pilot_is(state, now_ns)

    def receive(self, octets: bytes, now_ns: int) -> None:
        """Take a frame of the modem's interface."""
        self._matching.receive(octets, now_ns)

    def tick(self, now_ns: int) -> None:
        """Do what is due."""
        self._matching.tick(now_ns)

    def output(self) -> list[bytes]:
        """Take the frames that are to be sent."""
        match = self._matching.match
        if match is not None and match is not self._last:
            self._last = match
            self._retransmits = self._handshake_s = None
        return self._matching.output()

    def discovered(self, now_ns: int) -> None:
        """The vehicle's discovery (SDP) came: the link is there."""
        self._matching.link_seen(now_ns)

    def shaken_hands(self, duration_s: float, retransmits: int | None) -> None:
        """The TLS handshake is through; *retransmits* is TCP's own count, where it tells."""
        self._handshake_s, self._retransmits = duration_s, retransmits

    def session_ended(self, now_ns: int, *, again: bool) -> None:
        """The session is over; *again* asks the vehicle for another."""
        self._matching.end_link(now_ns, again=again)

    @property
    def quality(self) -> PlcQuality:
        """The line as the last match and handshake showed it."""
        return judge(self._last, retransmits=self._retransmits, handshake_s=self._handshake_s)

    def status(self) -> dict[str, Any]:
        """Return all that status and page show; no key is among it."""
        matching, last = self._matching, self._last
        why = matching.key.problem or (None if matching.stage is Stage.IDLE else matching.why)
        network = matching.key.network
        return {
            "stage": matching.stage.name.lower(),
            "words": matching.stage.value,
            "modem_address": self.modem,
            "network": network.nid.hex() if network and matching.key.taken else None,
            "vehicles_heard": len(matching.crowd),
            "why": why.words if why else None,
            "look": why.look if why else None,
            "steps_left": matching.steps_left,
            "ignored": dict(matching.ignored),
            "no_match": {ending.words: n for ending, n in matching.crowd.endings.items()},
            "last": None if last is None else _told(last),
            "quality": self.quality.frame(),
        }


def _told(match: Match) -> dict[str, Any]:
    return {
        "vehicle": match.vehicle.hex(":"),
        "attenuation_db": round(match.attenuation_db, 1),
        "sounds": match.sounds,
        "sounds_lost": match.sounds_lost,
        "retries": match.retries,
        "took_s": round((match.matched_ns - match.began_ns) / NS_PER_S, 3),
    }
