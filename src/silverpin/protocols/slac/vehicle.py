"""Matching, the vehicle's side: who hears me best is the charger that I am plugged into.

The same way of use as `charger`: `begin` when the pilot says 5 %, `receive`, `tick`, `output`. A
match that fails is begun anew within the standard's time, and then the vehicle is silent until it
is told to begin again.
"""

import random
from collections.abc import Callable
from typing import Any

from silverpin.domain.observation import CpState
from silverpin.domain.slac import SLAC, SlacTimes
from silverpin.protocols.slac import messages as mme
from silverpin.protocols.slac.candidates import Candidate, Candidates
from silverpin.protocols.slac.frames import BROADCAST, LOCAL_MODEM, Frame, SlacError, unpack
from silverpin.protocols.slac.keying import LinkWatch, ModemKey
from silverpin.protocols.slac.messages import Message, Validation
from silverpin.protocols.slac.network import Network
from silverpin.protocols.slac.sounding import Sounding
from silverpin.protocols.slac.states import NoCharger, VehicleStage
from silverpin.protocols.slac.toggling import Toggling

_QUIET = (VehicleStage.IDLE, VehicleStage.FAILED)


class VehicleMatching:
    """The vehicle's side of one inlet."""

    def __init__(self, mac: bytes, chance: random.Random, times: SlacTimes = SLAC) -> None:
        self._mac = mac
        self._chance = chance
        self._times = times
        self._out: list[bytes] = []
        self._key = ModemKey(times)
        self._link = LinkWatch(times)
        self._candidates = Candidates()
        self._sounding = Sounding(mac, chance, times)
        self._toggling = Toggling(times)
        self._tries = 0
        self._due_ns: int | None = None
        self._ends_ns = 0
        self.stage = VehicleStage.IDLE
        self.run_id = bytes(8)
        self.charger: Candidate | None = None
        self.why: NoCharger | None = None
        """Why the last run found none."""
        self._due: dict[VehicleStage, Callable[[int], None]] = {
            VehicleStage.ASKING: self._ask_again,
            VehicleStage.SOUNDING: self._sound_on,
            VehicleStage.WAITING: self._decide,
            VehicleStage.VALIDATING: self._validate_on,
            VehicleStage.CHOOSING: self._choose_again,
            VehicleStage.RESTING: self._ask,
        }
        self._handlers: dict[type[Message], Callable[[Any, Frame, int], None]] = {
            mme.SlacParmCnf: self._answered,
            mme.AttenCharInd: self._attenuation,
            mme.ValidateCnf: self._validated,
            mme.SlacMatchCnf: self._confirmed,
            mme.SetKeyCnf: self._keyed,
            mme.LinkStatusCnf: self._link_told,
        }

    @property
    def network(self) -> Network | None:
        """The network that was handed over."""
        return self._key.network

    @property
    def next_ns(self) -> int | None:
        """When `tick` has something to do."""
        due = (self._due_ns, self._key.due_ns, self._link.due_ns)
        return min((instant for instant in due if instant is not None), default=None)

    def pilot(self, now_ns: int) -> CpState:
        """Return what the vehicle has to put on the pilot now."""
        return self._toggling.state(now_ns)

    def output(self) -> list[bytes]:
        """Take the frames that are to be sent."""
        out, self._out = self._out, []
        return out

    def begin(self, now_ns: int) -> None:
        """The pilot asks for words."""
        self.stop()
        self._ends_ns = now_ns + self._times.repetition_ns
        self._ask(now_ns)

    def stop(self) -> None:
        """The plug was pulled, or the pilot no longer asks."""
        self._link.end()
        self._key.drop()
        self._toggling.end()
        self.stage, self._due_ns, self.charger = VehicleStage.IDLE, None, None

    def link_seen(self) -> None:
        """Data came over the link."""
        if self.stage is VehicleStage.JOINING and self._key.taken:
            self._link.seen()
            self.stage = VehicleStage.LINKED

    def receive(self, octets: bytes, now_ns: int) -> None:
        """Take a frame of the modem's interface; what does not fit is ignored."""
        self.tick(now_ns)
        try:
            frame = unpack(octets)
            message = mme.read(frame)
        except SlacError:
            return
        if message is None or self.stage in _QUIET or frame.source == self._mac:
            return
        handler = self._handlers.get(type(message))
        if handler is not None:
            handler(message, frame, now_ns)

    def tick(self, now_ns: int) -> None:
        """Do what is due."""
        if self.stage in _QUIET:
            return
        if self._due_ns is not None and now_ns >= self._due_ns:
            self._due[self.stage](now_ns)
        if self.stage is VehicleStage.JOINING:
            self._send(self._key.tick(now_ns), LOCAL_MODEM)
            if self._key.problem is not None:
                self._fail(NoCharger.NO_MODEM, now_ns)
            elif self._key.taken and self._link.too_late(now_ns):
                self._fail(NoCharger.NO_LINK, now_ns)
        if self.stage in (VehicleStage.JOINING, VehicleStage.LINKED):
            self._send(self._link.tick(now_ns), LOCAL_MODEM)

    # Who hears me

    def _ask(self, now_ns: int) -> None:
        self.run_id = self._chance.randbytes(8)
        self._candidates.clear()
        self.charger, self._tries = None, 0
        self.stage = VehicleStage.ASKING
        self._ask_once(now_ns)

    def _ask_once(self, now_ns: int) -> None:
        self._tries += 1
        self._due_ns = now_ns + self._times.response_ns
        self._send(mme.SlacParmReq(run_id=self.run_id), BROADCAST)

    def _ask_again(self, now_ns: int) -> None:
        if self._candidates.asked:
            self.stage = VehicleStage.SOUNDING
            self._sounding.begin(self.run_id, now_ns)
            self._sound_on(now_ns)
        elif self._tries > self._times.retries:
            self._fail(NoCharger.NOBODY_ANSWERED, now_ns)
        else:
            self._ask_once(now_ns)

    def _answered(self, message: mme.SlacParmCnf, frame: Frame, now_ns: int) -> None:
        if self.stage is VehicleStage.ASKING and message.run_id == self.run_id:
            self._candidates.add(frame.source)

    def _sound_on(self, now_ns: int) -> None:
        sound = self._sounding.next()
        if sound is None:
            self.stage = VehicleStage.WAITING
            self._due_ns = self._sounding.results_ns
        else:
            self._send(sound, BROADCAST)
            self._due_ns = now_ns + self._times.batch_ns

    def _attenuation(self, message: mme.AttenCharInd, frame: Frame, now_ns: int) -> None:
        if message.run_id != self.run_id or frame.destination != self._mac:
            return
        if not self._candidates.told(frame.source, message.groups):
            return
        answer = mme.AttenCharRsp(vehicle=self._mac, run_id=self.run_id)
        self._send(answer, frame.source)
        if self.stage is VehicleStage.WAITING and self._candidates.all_told:
            self._decide(now_ns)

    def _decide(self, now_ns: int) -> None:
        best = self._candidates.best
        if best is None:
            self._fail(NoCharger.NO_ATTENUATION, now_ns)
        elif best.attenuation_db > self._times.lost_db:
            self._fail(NoCharger.TOO_FAINT, now_ns)
        elif best.attenuation_db > self._times.found_db:
            self.charger, self._tries = best, 0
            self.stage = VehicleStage.VALIDATING
            self._validate_on(now_ns)
        else:
            self._choose(best, now_ns)

    # Is it really that one

    def _validate_on(self, now_ns: int) -> None:
        charger = self.charger
        if charger is None or self._tries > self._times.retries:
            self._fail(NoCharger.NOT_VALIDATED, now_ns)
            return
        self._tries += 1
        timer = self._toggling.timer if self._toggling.running else 0
        self._due_ns = now_ns + self._times.response_ns
        if self._toggling.running:
            self._due_ns += (timer + 1) * self._times.toggle_unit_ns
        self._send(mme.ValidateReq(timer=timer, result=Validation.READY), charger.charger)

    def _validated(self, message: mme.ValidateCnf, frame: Frame, now_ns: int) -> None:
        charger = self.charger
        if self.stage is not VehicleStage.VALIDATING or charger is None:
            return
        if frame.source != charger.charger:
            return
        if message.result == Validation.READY and not self._toggling.running:
            self._tries = 0
            self._toggling.begin(now_ns)
            self._validate_on(now_ns)
        elif message.result in (Validation.SUCCESS, Validation.NOT_REQUIRED):
            right = message.toggles == self._toggling.count
            if right or message.result == Validation.NOT_REQUIRED:
                self._choose(charger, now_ns)
            else:
                self._refused(charger, now_ns)
        elif message.result == Validation.FAILURE:
            self._refused(charger, now_ns)

    def _refused(self, charger: Candidate, now_ns: int) -> None:
        # The pilot of another charger is on the plug: ask the next best.
        self._toggling.end()
        self._candidates.drop(charger.charger)
        if self._candidates.best is None:
            self._fail(NoCharger.NOT_VALIDATED, now_ns)
        else:
            self._decide(now_ns)

    # Then join it

    def _choose(self, charger: Candidate, now_ns: int) -> None:
        self._toggling.end()
        self.charger, self._tries = charger, 0
        self.stage = VehicleStage.CHOOSING
        self._choose_again(now_ns)

    def _choose_again(self, now_ns: int) -> None:
        charger = self.charger
        if charger is None or self._tries > self._times.retries:
            self._fail(NoCharger.NOT_CONFIRMED, now_ns)
            return
        self._tries += 1
        self._due_ns = now_ns + self._times.response_ns
        request = mme.SlacMatchReq(vehicle=self._mac, charger=charger.charger, run_id=self.run_id)
        self._send(request, charger.charger)

    def _confirmed(self, message: mme.SlacMatchCnf, frame: Frame, now_ns: int) -> None:
        charger = self.charger
        if self.stage is not VehicleStage.CHOOSING or charger is None:
            return
        if message.run_id != self.run_id or frame.source != charger.charger:
            return
        self.stage, self._due_ns = VehicleStage.JOINING, None
        self._key.give(Network(message.nid, message.nmk), now_ns)
        self.tick(now_ns)

    def _keyed(self, message: mme.SetKeyCnf, frame: Frame, now_ns: int) -> None:
        if self.stage is not VehicleStage.JOINING:
            return
        if self._key.confirm(message, frame.source):
            self._link.begin(now_ns)
        self.tick(now_ns)

    def _link_told(self, message: mme.LinkStatusCnf, frame: Frame, now_ns: int) -> None:
        if self._link.due_ns is None or frame.source != self._key.modem:
            return
        self._link.confirm(message)
        if self._link.lost:
            self._fail(NoCharger.LINK_LOST, now_ns)
        elif self._link.up:
            self.stage = VehicleStage.LINKED

    def _fail(self, why: NoCharger, now_ns: int) -> None:
        self._link.end()
        self._key.drop()
        self._toggling.end()
        self.charger, self.why = None, why
        self.stage, self._due_ns = VehicleStage.FAILED, None
        if now_ns + self._times.rate_ns < self._ends_ns:
            self.stage, self._due_ns = VehicleStage.RESTING, now_ns + self._times.rate_ns

    def _send(self, message: Message | None, destination: bytes) -> None:
        if message is not None:
            self._out.append(message.frame(destination, self._mac).pack())
