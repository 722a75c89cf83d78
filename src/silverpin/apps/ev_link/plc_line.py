"""What is known of the power line: by its modem where there is one, by TLS handshakes always.

Without a modem of its own (`[v2g] modem = "none"`) somebody else matches, or nobody has to, as on
loopback; what TCP had to send again is then all that tells of the line.
"""

from typing import Any

from silverpin.apps.config.sections import NO_MODEM, SLAC_MODEM
from silverpin.drivers.v2g.connection import Shaken
from silverpin.protocols.slac.desk import SlacDesk
from silverpin.protocols.slac.quality import judge
from silverpin.protocols.slac.states import PilotWish


class PlcLine:
    """The line of one connector, as status and page show it."""

    def __init__(self) -> None:
        self._shaken: Shaken | None = None
        self.desk: SlacDesk | None = None
        """The matching, while the modem's interface is open."""
        self.trouble: str | None = None
        """Why the modem's interface cannot be used."""

    @property
    def matching(self) -> bool:
        """Whether vehicle and charger are still finding each other on the line."""
        desk = self.desk
        return desk is not None and not desk.linked and desk.wish is not PilotWish.NOMINAL

    def talked(self, shaken: Shaken | None, now_ns: int) -> None:
        """A vehicle has come over the line; its handshake, where there was one."""
        self._shaken = shaken or self._shaken
        if self.desk is not None:
            self.desk.discovered(now_ns)
            if shaken is not None:
                self.desk.shaken_hands(shaken.took_s, shaken.sent_again)

    def frame(self) -> dict[str, Any]:
        """Return the line's part of the status."""
        if self.desk is not None:
            wish = self.desk.wish.value
            return {"modem": SLAC_MODEM, "wish": wish} | self.desk.status()
        shaken = self._shaken
        quality = judge(
            None,
            retransmits=shaken.sent_again if shaken else None,
            handshake_s=shaken.took_s if shaken else None,
        )
        modem = NO_MODEM if self.trouble is None else SLAC_MODEM
        return {"modem": modem, "why": self.trouble, "quality": quality.frame()}
