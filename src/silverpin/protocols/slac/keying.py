"""A host gives its own modem a network's key, and looks whether another modem has joined it."""

from silverpin.domain.slac import SlacTimes
from silverpin.protocols.slac.messages import LinkStatusCnf, LinkStatusReq, SetKeyCnf, SetKeyReq
from silverpin.protocols.slac.network import Network
from silverpin.protocols.slac.states import NoMatch

_TAKEN = (0, 1)
"""The standard's success is 0; every recorded modem (149 of 149) says 1 and works."""


class ModemKey:
    """Sends CM_SET_KEY until the modem has taken it or the tries are used up."""

    def __init__(self, times: SlacTimes) -> None:
        self._times = times
        self._tries = 0
        self.network: Network | None = None
        self.modem: bytes | None = None
        """The modem's own address, from which it speaks to its host."""
        self.taken = False
        self.problem: NoMatch | None = None
        self.due_ns: int | None = None

    def give(self, network: Network, now_ns: int) -> None:
        """Begin with a new key."""
        self.network = network
        self.taken, self.problem = False, None
        self.retry(now_ns)

    def retry(self, now_ns: int) -> None:
        """Begin again with the same key."""
        self._tries = 0
        self.due_ns = now_ns

    def drop(self) -> None:
        """Try no more."""
        self.due_ns = None

    def tick(self, now_ns: int) -> SetKeyReq | None:
        """Return the request that is due."""
        if self.network is None or self.due_ns is None or now_ns < self.due_ns:
            return None
        if self._tries == self._times.modem_tries:
            self.problem = self.problem or NoMatch.MODEM_SILENT
            self.due_ns = None
            return None
        self._tries += 1
        self.due_ns = now_ns + self._times.modem_ns
        return SetKeyReq(nid=self.network.nid, nmk=self.network.nmk)

    def confirm(self, message: SetKeyCnf, modem: bytes) -> bool:
        """Return whether the modem has just taken the key; a refused one is given again."""
        if self.due_ns is None:
            return False
        if message.result not in _TAKEN:
            self.problem = NoMatch.MODEM_REFUSED
            return False
        self.modem, self.taken, self.problem, self.due_ns = modem, True, None, None
        return True


class LinkWatch:
    """Asks the modem for the link, and knows that some modems never tell."""

    def __init__(self, times: SlacTimes) -> None:
        self._times = times
        self._began_ns = 0
        self._told = False
        self._was_up = False
        self._downs = 0
        self.up = False
        self.due_ns: int | None = None

    def begin(self, now_ns: int) -> None:
        """The key was handed over: from now on there may be a link."""
        self._began_ns = self.due_ns = now_ns
        self._told = self._was_up = self.up = False
        self._downs = 0

    def end(self) -> None:
        """Nobody needs the link any more."""
        self.due_ns = None
        self.up = False

    def tick(self, now_ns: int) -> LinkStatusReq | None:
        """Return the question that is due."""
        if self.due_ns is None or now_ns < self.due_ns:
            return None
        self.due_ns = now_ns + self._times.link_ns
        return LinkStatusReq()

    def confirm(self, message: LinkStatusCnf) -> None:
        """The modem has told; one lost look is not a lost link, two are."""
        self._told = True
        if message.link == 1:
            self.up = self._was_up = True
            self._downs = 0
        else:
            self._downs += 1

    def seen(self) -> None:
        """Data came over the link."""
        self.up = True

    @property
    def lost(self) -> bool:
        """A link that the modem had told of is gone."""
        return self._was_up and self._downs > 1

    def too_late(self, now_ns: int) -> bool:
        """No link came up in time."""
        times = self._times
        limit_ns = times.join_ns if self._told else times.join_unseen_ns
        return not self.up and now_ns - self._began_ns >= limit_ns
