"""Tells the story of matches from what is heard of them: on a live interface, or in a capture.

A witness has no part in it: it hears both sides, each message perhaps twice, and perhaps from the
middle on.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from silverpin.domain.quantities import NS_PER_MS, NS_PER_S
from silverpin.protocols.slac import messages as mme
from silverpin.protocols.slac.frames import Frame, SlacError
from silverpin.protocols.slac.messages import Message
from silverpin.protocols.slac.quality import judge
from silverpin.protocols.slac.states import Match

_TWICE_NS = 50 * NS_PER_MS
"""The same message again within this time is one that was captured twice."""
_RUNS_MAX = 256


class Told(NamedTuple):
    """One sentence of the story, and its figures."""

    at_ns: int
    kind: str
    text: str
    figures: dict[str, Any]


@dataclass(slots=True)
class _Seen:
    """One vehicle's run."""

    vehicle: bytes
    run_id: bytes
    began_ns: int
    sounds: int = 10
    again: int = 0
    last_ns: dict[tuple[type[Message], bytes], int] = field(default_factory=dict)
    heard: dict[bytes, mme.AttenCharInd] = field(default_factory=dict)
    matched: bytes | None = None

    def is_first(self, message: Message, sender: bytes, at_ns: int) -> bool:
        """Whether this is new; the same some time later was sent again."""
        key = (type(message), sender)
        before_ns = self.last_ns.get(key)
        self.last_ns[key] = at_ns
        self.again += before_ns is not None and at_ns - before_ns > _TWICE_NS
        return before_ns is None

    def rank(self, charger: bytes) -> str:
        """Return how the chosen charger stands among those that heard the vehicle."""
        levels = {mac: sum(told.groups) / len(told.groups) for mac, told in self.heard.items()}
        if len(levels) < 2 or charger not in levels:
            return ""
        best = min(levels.values())
        if levels[charger] > best:
            return f", though another of {len(levels)} heard it better"
        return f", which of {len(levels)} heard it best"


class Witness:
    """Takes frames in order and tells what they mean."""

    def __init__(self) -> None:
        self._runs: dict[tuple[bytes, bytes], _Seen] = {}
        self.matches = 0
        self.damaged = 0

    def hear(self, frame: Frame, at_ns: int) -> Iterator[Told]:
        """Give the sentences that this frame adds."""
        try:
            message = mme.read(frame)
        except SlacError:
            self.damaged += 1
            return
        match message:
            case mme.SlacParmReq():
                yield from self._asked(message, frame.source, at_ns)
            case mme.StartAttenCharInd():
                run = self._runs.get((frame.source, message.run_id))
                if run is not None:
                    run.sounds = message.sounds
            case mme.AttenCharInd():
                yield from self._attenuated(message, frame.source, at_ns)
            case mme.SlacMatchReq():
                yield from self._chose(message, frame.source, at_ns)
            case mme.SlacMatchCnf():
                yield from self._matched(message, frame.source, at_ns)

    def _asked(self, message: mme.SlacParmReq, vehicle: bytes, at_ns: int) -> Iterator[Told]:
        known = self._runs.get((vehicle, message.run_id))
        if known is None or known.matched is not None:
            known = self._new(vehicle, message.run_id, at_ns)
        if known.is_first(message, vehicle, at_ns):
            text = f"vehicle {_mac(vehicle)} asks who hears it"
            yield Told(at_ns, "asked", text, {"vehicle": _mac(vehicle)})

    def _attenuated(self, message: mme.AttenCharInd, charger: bytes, at_ns: int) -> Iterator[Told]:
        run = self._known(message.vehicle, message.run_id, at_ns)
        if not run.is_first(message, charger, at_ns) or not message.groups:
            return
        run.heard[charger] = message
        level = sum(message.groups) / len(message.groups)
        text = (
            f"charger {_mac(charger)} heard {message.sounds} of {run.sounds} sounds of "
            f"{_mac(run.vehicle)} at {level:.1f} dB"
        )
        figures = {"attenuation_db": round(level, 1), "sounds": message.sounds}
        yield Told(at_ns, "heard", text, _both(run.vehicle, charger) | figures)

    def _chose(self, message: mme.SlacMatchReq, vehicle: bytes, at_ns: int) -> Iterator[Told]:
        run = self._known(vehicle, message.run_id, at_ns)
        if run.is_first(message, message.charger, at_ns):
            among = run.rank(message.charger)
            text = f"vehicle {_mac(vehicle)} chose charger {_mac(message.charger)}{among}"
            yield Told(at_ns, "chose", text, _both(vehicle, message.charger))

    def _matched(self, message: mme.SlacMatchCnf, charger: bytes, at_ns: int) -> Iterator[Told]:
        run = self._known(message.vehicle, message.run_id, at_ns)
        if not run.is_first(message, charger, at_ns):
            return
        run.matched = charger
        self.matches += 1
        took_s = (at_ns - run.began_ns) / NS_PER_S
        text = (
            f"charger {_mac(charger)} gave vehicle {_mac(run.vehicle)} the key of network "
            f"{message.nid.hex()}, {took_s:.2f} s after its first word"
        )
        figures = {"network": message.nid.hex(), "took_s": round(took_s, 3)}
        yield Told(at_ns, "matched", text, _both(run.vehicle, charger) | figures)
        yield self._judged(run, charger, at_ns)

    def _judged(self, run: _Seen, charger: bytes, at_ns: int) -> Told:
        heard = run.heard.get(charger)
        match = None
        if heard is not None:
            match = Match(
                vehicle=run.vehicle,
                run_id=run.run_id,
                groups=tuple(float(level) for level in heard.groups),
                sounds=run.sounds,
                measured=heard.sounds,
                retries=run.again,
                began_ns=run.began_ns,
                matched_ns=at_ns,
            )
        quality = judge(match)
        text = " ".join([quality.sentence, *(f"Next: {step}." for step in quality.advice)])
        measures = {row.name: round(row.value, 3) for row in quality.measures}
        figures = {
            "grade": quality.grade.name.lower(),
            "measures": measures,
            "advice": quality.advice,
        }
        return Told(at_ns, "quality", text, _both(run.vehicle, charger) | figures)

    def _known(self, vehicle: bytes, run_id: bytes, at_ns: int) -> _Seen:
        return self._runs.get((vehicle, run_id)) or self._new(vehicle, run_id, at_ns)

    def _new(self, vehicle: bytes, run_id: bytes, at_ns: int) -> _Seen:
        if len(self._runs) >= _RUNS_MAX:
            del self._runs[next(iter(self._runs))]
        run = self._runs[vehicle, run_id] = _Seen(vehicle, run_id, at_ns)
        return run


def _mac(octets: bytes) -> str:
    return octets.hex(":")


def _both(vehicle: bytes, charger: bytes) -> dict[str, Any]:
    return {"vehicle": _mac(vehicle), "charger": _mac(charger)}
