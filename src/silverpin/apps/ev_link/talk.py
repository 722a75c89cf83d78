"""One charger's conversation with the vehicle that is plugged in, whoever carries the octets.

Every turn is made with the charger's side as the last tick had it, and what the vehicle told stands
in the link before the next tick. A conversation that breaks off while it matters is a fault,
ERR_ISO_HANDSHAKE with its number, and says what was awaited; the charger then takes the current to
zero and opens, as for every fault of that action. One that ends in order is an event.

Two clocks: turns are timed by who carries the octets, events and faults by the charger's ticks.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from random import Random
from types import MappingProxyType
from typing import Any

from silverpin.apps.charger import Charger
from silverpin.apps.ev_link.link import TalkLink
from silverpin.control.beginning import Beginning
from silverpin.control.charger_side import State, Terms, side_of
from silverpin.control.obedience import Obedience, Told
from silverpin.domain.asks import Asks
from silverpin.domain.faults import FAULTS
from silverpin.protocols.iso15118.endpoint import ChargerEndpoint
from silverpin.protocols.iso15118.machine import Ending, PausedSession
from silverpin.protocols.iso15118.sides import ChargerSide, Service, Stage, VehicleSide
from silverpin.protocols.iso15118.turn import Turn, What

HANDSHAKE = "ERR_ISO_HANDSHAKE"
WIRE_CODE = f"0x{FAULTS[HANDSHAKE].wire_code or 0:X}"
_BROKEN = (Ending.REFUSED, Ending.TIMED_OUT, Ending.VANISHED, Ending.HOSTILE)
_OVER = (Stage.STOPPING, Stage.PAUSED, Stage.ENDED)
"""Stages after which nothing is lost with the connection."""
_DC = (Service.DC_BPT, Service.DC)
_AC = (Service.AC_BPT, Service.AC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """What a connection may be used for, as the policy has it."""

    protocols: tuple[str, ...]
    """din, iso2, iso20."""
    may_discharge: bool = True
    how: str = "in memory"
    """The transport in words, for log and page."""
    certificate: str | None = None
    """Subject of the vehicle's verified certificate."""


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
        self._utc_s = utc_s
        self._endpoint: ChargerEndpoint | None = None
        self._admitted: Admitted | None = None
        self._paused: PausedSession | None = None
        self._obedience = Obedience(charger.limits)
        self._told_a = Told(0.0, 0.0)
        self._beginning = Beginning(charger.limits)
        self.last_refusal: str | None = None
        """Why the last connection was not admitted, until one is."""

    def serve(self, charger: Charger) -> None:
        """Talk for *charger* from now on: the program began again, and the vehicle must too."""
        self._charger = charger
        self._endpoint = self._admitted = self._paused = None
        self._link.hear(None)

    @property
    def busy(self) -> bool:
        """Whether a conversation is going on."""
        return self._endpoint is not None

    @property
    def told(self) -> VehicleSide | None:
        """What the vehicle has told; None while there is no conversation."""
        return self._link.told

    @property
    def admitted(self) -> Admitted | None:
        """The transport of the conversation that is going on."""
        return self._admitted

    @property
    def deadline_ns(self) -> int | None:
        """When `tick` has something to do at the latest, on the carrier's clock."""
        return self._endpoint.deadline_ns if self._endpoint else None

    def begin(self, admitted: Admitted, now_ns: int) -> None:
        """Begin a conversation on a connection that was admitted."""
        self._endpoint = ChargerEndpoint(
            offered=admitted.protocols, chance=self._chance, now_ns=now_ns, resume=self._paused
        )
        self._admitted = admitted
        self.last_refusal = None
        self._link.hear(self._endpoint.told)
        self._note("v2g_connected", admitted.how)

    def receive(self, octets: bytes, now_ns: int) -> bytes:
        """Take what the vehicle sent; return what is to be sent."""
        endpoint = self._endpoint
        if endpoint is None:
            return b""
        side = self.side()
        return self._take(endpoint, endpoint.receive(octets, side, now_ns), side)

    def tick(self, now_ns: int) -> bytes:
        """Let time pass; return what is to be sent."""
        endpoint = self._endpoint
        if endpoint is None:
            return b""
        side = self.side()
        return self._take(endpoint, endpoint.tick(side, now_ns), side)

    def lost(self) -> None:
        """Note that the connection is gone."""
        if self._endpoint is not None:
            self._take(self._endpoint, self._endpoint.vanished(), None)

    def refuse(self, why: str) -> None:
        """Note a connection that was not admitted."""
        self.last_refusal = why
        self._note("v2g_refused", why)

    def side(self) -> ChargerSide:
        """Return the charger's side as the last tick had it."""
        charger, admitted = self._charger, self._admitted
        discharge = admitted is None or admitted.may_discharge
        offers = _DC if charger.connector.direct_current else _AC
        services = tuple(row for row in offers if discharge or not row.bidirectional)
        terms = Terms(evse_id=self._evse_id, services=services, may_discharge=discharge)
        state = State(
            obs=charger.obs, verdict=charger.verdict, latched=charger.envelope.latched,
            asks=self._link.asks() or Asks(), hz=charger.profile.nominal_hz,
            energy_ws=charger.ports.meter.energy_ws(),
        )  # fmt: skip
        side = side_of(charger.supervisor, state, terms, charger.connector, charger.limits)
        return replace(side, unix_s=self._utc_s(charger.obs.now_ns))

    def watch(self) -> None:
        """Hold the vehicle to what it was told, and to beginning at all; once a tick."""
        charger, link = self._charger, self._link
        if not charger.supervisor.session.plugged:
            self._paused = None
        self._await_beginning()
        told = link.told
        if told is None or told.stage is not Stage.POWER:
            return
        amps = charger.obs.current_a
        asked_a = told.target_a if told.service and told.service.direct_current else None
        found = self._obedience.step(
            charger.obs.now_ns, self._told_a, amps.value if amps else None, asked_a
        )
        if found is not None:
            self._accuse(found.code, found.detail)

    def frame(self) -> Mapping[str, Any]:
        """Return the conversation as status tells it; unknown is None."""
        told, admitted = self._link.told, self._admitted
        return {
            "protocol": told.protocol if told else None,
            "service": told.service.value if told and told.service else None,
            "control": told.control.value if told and told.control else None,
            "stage": told.stage.value if told else None,
            "transport": admitted.how if admitted else None,
            "certificate": admitted.certificate if admitted else None,
            "evcc_id": told.evcc_id if told else None,
            "session_id": told.session_id if told else None,
            "refused": self.last_refusal,
        }

    def _take(self, endpoint: ChargerEndpoint, turn: Turn, side: ChargerSide | None) -> bytes:
        for happening in turn.happenings:
            self._note(_KINDS[happening.what], happening.words)
        if turn.send and side is not None:
            self._told_a = Told(side.charge_max_a, side.discharge_max_a)
        if turn.ending is None:
            self._link.hear(endpoint.told)
        else:
            self._end(endpoint, turn)
        return turn.send

    def _end(self, endpoint: ChargerEndpoint, turn: Turn) -> None:
        stage, self._paused = endpoint.told.stage, endpoint.paused()
        self._endpoint = self._admitted = None
        self._link.hear(None)
        failed = self._charger.envelope.latched  # a charger that has failed ends it as REFUSED
        if turn.ending in _BROKEN and stage not in _OVER and not failed:
            ends = [row.words for row in turn.happenings if row.what is What.ENDED]
            self._accuse(HANDSHAKE, ends[0] if ends else turn.ending.value)

    def _await_beginning(self) -> None:
        """Give up on a plugged vehicle that never opens a conversation; on AC the pilot may do."""
        charger = self._charger
        offered = charger.supervisor.session.offering and charger.connector.direct_current
        if self._beginning.step(charger.obs.now_ns, offered=offered, talks=self.busy):
            last = f"; the last try was refused: {self.last_refusal}" if self.last_refusal else ""
            limit_s = charger.limits.vehicle_begins_s
            self._accuse(HANDSHAKE, f"no vehicle began to talk within {limit_s:g} s{last}")

    def _accuse(self, code: str, detail: str) -> None:
        number = f" ({WIRE_CODE})" if code == HANDSHAKE else ""
        self._charger.envelope.accuse(code, self._charger.obs.now_ns, f"{detail}{number}")

    def _note(self, kind: str, words: str) -> None:
        self._charger.chronicle.add(self._charger.obs.now_ns, kind, words=words)


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
        What.ENDED: "v2g_ended",
    }
)
