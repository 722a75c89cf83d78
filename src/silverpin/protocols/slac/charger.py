"""Matching, the charger's side: from the key to the link, without sockets and clocks.

Put in what the modem's interface receives (`receive`), the pilot (`pilot_is`) and the time
(`tick`); take out frames (`output`) and what matching wants of the pilot (`wish`). Everything ends:
a plugged-in vehicle has its time, vehicles in hearing range have theirs, the pilot is stepped
twice, and then the charger goes on without words. What does not fit is ignored and counted by its
reason, never raised: anybody can send anything on a power line.
"""

import random
from collections import Counter
from collections.abc import Callable
from typing import Any

from silverpin.domain.observation import CpState
from silverpin.domain.slac import SLAC, SlacTimes
from silverpin.protocols.slac import messages as mme
from silverpin.protocols.slac.crowd import Crowd
from silverpin.protocols.slac.frames import LOCAL_MODEM, Frame, SlacError, unpack
from silverpin.protocols.slac.keying import LinkWatch, ModemKey
from silverpin.protocols.slac.messages import Message
from silverpin.protocols.slac.network import new_network
from silverpin.protocols.slac.runs import Run, Step
from silverpin.protocols.slac.states import MODEM, Match, NoMatch, PilotWish, Stage
from silverpin.protocols.slac.validation import Toggles

_PLUGGED = (CpState.B, CpState.C, CpState.D)
_OPEN = (Stage.LISTENING, Stage.MATCHING)
_JOINING = (Stage.MATCHED, Stage.LINKED)
_WISHES = {
    Stage.IDLE: PilotWish.NOTHING,
    Stage.STEPPING: PilotWish.STATE_E,
    Stage.FAILED: PilotWish.NOMINAL,
}


class ChargerMatching:
    """The charger's side of one connector."""

    def __init__(
        self, mac: bytes, chance: random.Random, now_ns: int, times: SlacTimes = SLAC
    ) -> None:
        self._mac = mac
        self._chance = chance
        self._times = times
        self._out: list[bytes] = []
        self._plugged = False
        self._key = ModemKey(times)
        self._link = LinkWatch(times)
        self._toggles = Toggles(times)
        self._crowd = Crowd(times)
        self._step_ends_ns: int | None = None
        self._steps_left = times.steps
        self._given = False
        self._map_due_ns: int | None = None
        self.stage = Stage.IDLE
        self.match: Match | None = None
        self.why: NoMatch | None = None
        """Why the last attempt found no match."""
        self.ignored: Counter[str] = Counter()
        self._handlers: dict[type[Message], Callable[[Any, Frame, int], None]] = {
            mme.SlacParmReq: self._begin,
            mme.StartAttenCharInd: self._start,
            mme.MnbcSoundInd: self._sound,
            mme.AttenProfileInd: self._profile,
            mme.AttenCharRsp: self._response,
            mme.ValidateReq: self._validate,
            mme.SlacMatchReq: self._choice,
            mme.SetKeyCnf: self._keyed,
            mme.LinkStatusCnf: self._link_told,
            mme.AmpMapReq: self._amplitude,
            mme.AmpMapCnf: self._amplitude_told,
        }
        self._key.give(new_network(chance), now_ns)
        self.tick(now_ns)

    @property
    def wish(self) -> PilotWish:
        """What matching wants of the pilot now."""
        return _WISHES.get(self.stage, PilotWish.DIGITAL)

    @property
    def steps_left(self) -> int:
        """How often the pilot may still be stepped."""
        return self._steps_left

    @property
    def key(self) -> ModemKey:
        """The modem's key, and whether the modem has it."""
        return self._key

    @property
    def crowd(self) -> Crowd:
        """The vehicles in hearing range."""
        return self._crowd

    @property
    def next_ns(self) -> int | None:
        """When `tick` has something to do, None when only the world can move matching on."""
        due = [self._key.due_ns, self._link.due_ns, self._toggles.due_ns, self._step_ends_ns]
        due += [self._map_due_ns, *(run.due_ns for run in self._crowd.runs.values())]
        if self.stage in _OPEN:
            due.append(self._crowd.over_ns())
        return min((instant for instant in due if instant is not None), default=None)

    def output(self) -> list[bytes]:
        """Take the frames that are to be sent."""
        out, self._out = self._out, []
        return out

    def pilot_is(self, state: CpState, now_ns: int) -> None:
        """Take the pilot as the vehicle sets it; while it is stepped, only a pulled plug counts."""
        self._toggles.pilot(state)
        plugged = state in _PLUGGED
        if self.stage is Stage.STEPPING and state is not CpState.A:
            return
        if plugged and not self._plugged:
            self._steps_left = self._times.steps
            self._listen(now_ns)
        elif self._plugged and not plugged:
            self._leave(NoMatch.UNPLUGGED, now_ns)
            self.stage = Stage.IDLE
        self._plugged = plugged
        self.tick(now_ns)

    def link_seen(self, now_ns: int) -> None:
        """The vehicle's data came over the link: where a modem tells nothing, this proves it."""
        if self.stage in _JOINING:
            self._link.seen()
            self._watch_link(now_ns)

    def end_link(self, now_ns: int, *, again: bool) -> None:
        """The session is over; *again* asks the vehicle to begin anew, by the pilot."""
        if self.stage in _JOINING:
            (self._restart if again else self._fail)(None, now_ns)

    def receive(self, octets: bytes, now_ns: int) -> None:
        """Take a frame of the modem's interface."""
        self.tick(now_ns)
        try:
            frame = unpack(octets)
            message = mme.read(frame)
        except SlacError:
            return self._ignore("damaged")
        if frame.source == self._mac:
            return None
        if message is None:
            return self._ignore("not of SLAC")
        if getattr(message, "application", 0) or getattr(message, "security", 0):
            return self._ignore("another application or security")
        handler = self._handlers.get(type(message))
        return handler(message, frame, now_ns) if handler else self._ignore("a charger's")

    def tick(self, now_ns: int) -> None:
        """Do what is due."""
        if self.stage in _OPEN and not self._key.taken and self._key.due_ns is None:
            self._key.retry(now_ns)
        self._send(self._key.tick(now_ns), LOCAL_MODEM)
        for run in list(self._crowd.runs.values()):
            told = run.tick(now_ns)
            if isinstance(told, NoMatch):
                self._end_run(run, told)
            else:
                self._send(told, run.vehicle)
        self._validated(now_ns)
        if self._map_due_ns is not None and now_ns >= self._map_due_ns:
            self._amplitude_done(1)
        self._go_on(now_ns)

    def _begin(self, message: mme.SlacParmReq, frame: Frame, now_ns: int) -> None:
        if self.stage is Stage.MATCHED and self.match and self.match.vehicle == frame.source:
            # It never got the key, or cannot use it. Being matched, the charger has to be silent.
            return self._restart(NoMatch.NO_LINK, now_ns)
        if self.stage not in _OPEN:
            return self._ignore("no match wanted now")
        if not self._key.taken:
            return self._ignore("the modem has no key yet")
        refusal = self._crowd.refusal(frame.source, now_ns)
        if refusal is not None:
            return self._ignore(refusal)
        run = self._crowd.begin(frame.source, message.run_id, now_ns)
        if self._toggles.vehicle == frame.source:
            self._toggles.drop()
        self.stage = Stage.MATCHING
        return self._send(run.parameters(), frame.source)

    def _start(self, message: mme.StartAttenCharInd, frame: Frame, now_ns: int) -> None:
        run = self._run(frame.source, message.run_id)
        if run is None:
            return None
        if not message.sounds or not message.timeout:
            return self._ignore("sounds announced without number or time")
        return run.start(message, now_ns)

    def _sound(self, message: mme.MnbcSoundInd, frame: Frame, now_ns: int) -> None:
        run = self._run(frame.source, message.run_id)
        if run is not None:
            run.heard += run.step is Step.SOUNDS

    def _profile(self, message: mme.AttenProfileInd, frame: Frame, now_ns: int) -> None:
        # On a shared Ethernet a neighbour's modem is heard as well: it tells of another cable.
        if frame.source != self._key.modem:
            return self._ignore("another modem's measurement")
        run = self._crowd.runs.get(message.vehicle)
        return run.profile(message.groups, now_ns) if run else self._ignore("of no run")

    def _response(self, message: mme.AttenCharRsp, frame: Frame, now_ns: int) -> None:
        run = self._run(frame.source, message.run_id)
        if run is None:
            return None
        if frame.destination != self._mac:
            return self._ignore("for another charger")
        return run.respond(now_ns) if message.result == 0 else self._ignore("a result of no use")

    def _validate(self, message: mme.ValidateReq, frame: Frame, now_ns: int) -> None:
        run = self._crowd.runs.get(frame.source)
        if run is None or not run.may_match or frame.destination != self._mac:
            return self._ignore("of no run")
        run.respond(now_ns)
        return self._send(self._toggles.ask(message, frame.source, now_ns), frame.source)

    def _validated(self, now_ns: int) -> None:
        vehicle = self._toggles.vehicle
        confirmation = self._toggles.tick(now_ns)
        if confirmation is not None and vehicle is not None:
            self._send(confirmation, vehicle)

    def _choice(self, message: mme.SlacMatchReq, frame: Frame, now_ns: int) -> None:
        ours = message.charger == self._mac == frame.destination
        match = self.match
        if match is not None and self.stage in _JOINING:
            if ours and (match.vehicle, match.run_id) == (frame.source, message.run_id):
                return self._hand_over(message)
            return self._ignore("no match wanted now")
        run = self._run(frame.source, message.run_id)
        if run is None:
            return None
        if not ours:
            return self._end_run(run, NoMatch.CHOSE_ANOTHER)
        if message.length != mme.MATCH_REQ_LENGTH or not run.may_match:
            return self._ignore("a choice before it was time")
        self.match = run.matched(now_ns)
        del self._crowd.runs[run.vehicle]
        self._crowd.end_all(NoMatch.TAKEN)
        self._toggles.drop()
        self._hand_over(message)
        self.stage, self.why = Stage.MATCHED, None
        self._link.begin(now_ns)
        return self._watch_link(now_ns)

    def _hand_over(self, message: mme.SlacMatchReq) -> None:
        network = self._key.network
        if network is None:
            return
        self._given = True
        confirmation = mme.SlacMatchCnf(
            vehicle_id=message.vehicle_id,
            vehicle=message.vehicle,
            charger_id=message.charger_id,
            charger=self._mac,
            run_id=message.run_id,
            nid=network.nid,
            nmk=network.nmk,
        )
        self._send(confirmation, message.vehicle)

    def _keyed(self, message: mme.SetKeyCnf, frame: Frame, now_ns: int) -> None:
        self._key.confirm(message, frame.source)

    def _link_told(self, message: mme.LinkStatusCnf, frame: Frame, now_ns: int) -> None:
        if self.stage in _JOINING and frame.source == self._key.modem:
            self._link.confirm(message)
            self._watch_link(now_ns)

    def _amplitude(self, message: mme.AmpMapReq, frame: Frame, now_ns: int) -> None:
        if self.match is None or self.match.vehicle != frame.source or self._map_due_ns:
            return self._ignore("an amplitude map of a stranger")
        self._map_due_ns = now_ns + self._times.amplitude_ns
        return self._send(message, LOCAL_MODEM)

    def _amplitude_told(self, message: mme.AmpMapCnf, frame: Frame, now_ns: int) -> None:
        if self._map_due_ns is not None and frame.source == self._key.modem:
            self._amplitude_done(message.result)

    def _amplitude_done(self, result: int) -> None:
        self._map_due_ns = None
        if self.match is not None:
            self._send(mme.AmpMapCnf(result=result), self.match.vehicle)

    def _go_on(self, now_ns: int) -> None:
        if self._step_ends_ns is not None and now_ns >= self._step_ends_ns:
            self._listen(now_ns)
        elif self.stage in _OPEN:
            over_ns = self._crowd.over_ns()
            if over_ns is not None and now_ns >= over_ns:
                taken, problem = self._key.taken, self._key.problem
                modem = None if taken else problem or NoMatch.MODEM_SILENT
                self._restart(modem or self._crowd.reason(), now_ns)
        elif self.stage in _JOINING:
            self._watch_link(now_ns)

    def _listen(self, now_ns: int) -> None:
        self._crowd.open(now_ns)
        self._step_ends_ns = None
        self.stage = Stage.LISTENING

    def _watch_link(self, now_ns: int) -> None:
        if self._link.up and self.stage is Stage.MATCHED:
            # A success sets all counters back.
            self.stage, self._steps_left = Stage.LINKED, self._times.steps
        if self._link.lost:
            self._restart(NoMatch.LINK_LOST, now_ns)
        elif self._link.too_late(now_ns):
            self._restart(NoMatch.NO_LINK, now_ns)
        else:
            self._send(self._link.tick(now_ns), LOCAL_MODEM)

    def _restart(self, why: NoMatch | None, now_ns: int) -> None:
        if self._steps_left == 0 or why in MODEM:
            return self._fail(why, now_ns)
        self._leave(why, now_ns)
        self._steps_left -= 1
        self._step_ends_ns = now_ns + self._times.step_ns
        self.stage = Stage.STEPPING
        return None

    def _fail(self, why: NoMatch | None, now_ns: int) -> None:
        self._leave(why, now_ns)
        self.stage = Stage.FAILED

    def _leave(self, why: NoMatch | None, now_ns: int) -> None:
        self._crowd.end_all(why or NoMatch.TAKEN)
        self._toggles.drop()
        self._link.end()
        self._step_ends_ns = self._map_due_ns = None
        self.match, self.why = None, why
        # A key that a vehicle knows is never used for the next one.
        if self._given:
            self._given = False
            self._key.give(new_network(self._chance), now_ns)

    def _run(self, vehicle: bytes, run_id: bytes) -> Run | None:
        run = self._crowd.find(vehicle, run_id)
        if run is None:
            self._ignore("of no run")
        return run

    def _end_run(self, run: Run, why: NoMatch) -> None:
        self._crowd.end(run, why)
        if self._toggles.vehicle == run.vehicle:
            self._toggles.drop()

    def _ignore(self, reason: str) -> None:
        self.ignored[reason] += 1

    def _send(self, message: Message | None, destination: bytes) -> None:
        if message is not None:
            self._out.append(message.frame(destination, self._mac).pack())
