"""The sessions held with the package `iso15118`, as its example configurations have them."""

from typing import Any, NamedTuple

from silverpin.protocols.admission import Policy
from silverpin.protocols.iso15118.sides import ControlMode, Service


class Flavour(NamedTuple):
    """One kind of session."""

    name: str
    protocol: str
    """As our side names it."""
    service: Service
    their_protocol: str
    energy_transfer: str = "AC_three_phase_core"
    """What their vehicle asks for where the protocol is not -20."""
    tls: str = ""
    """Version of TLS; empty in clear."""
    control: ControlMode = ControlMode.SCHEDULED

    @property
    def policy(self) -> Policy:
        """The strictest policy under which our charger holds it."""
        if self.protocol == "iso20":
            return Policy.TLS13_ONLY if self.tls == "1.3" else Policy.OPEN
        return Policy.MIXED

    def order(self, port: int, *, as_shipped: bool = False, loops: int = 10) -> dict[str, Any]:
        """Return what tells their vehicle to hold this session."""
        config = self._config(loops)
        return {"port": port, "tls": self.tls, "config": config, "as_shipped": as_shipped}

    def _config(self, loops: int) -> dict[str, Any]:
        return {
            "supportedProtocols": [self.their_protocol],
            "supportedEnergyServices": [self.service.value],
            "energyTransferMode": self.energy_transfer,
            "useTls": bool(self.tls),
            "chargeLoopCycle": loops,
        }


FLAVOURS = (
    Flavour("-20 DC_BPT", "iso20", Service.DC_BPT, "ISO_15118_20_DC"),
    Flavour("-20 AC_BPT", "iso20", Service.AC_BPT, "ISO_15118_20_AC"),
    Flavour("-20 DC", "iso20", Service.DC, "ISO_15118_20_DC"),
    Flavour("-20 AC", "iso20", Service.AC, "ISO_15118_20_AC"),
    Flavour(
        "-20 DC_BPT dynamic",
        "iso20",
        Service.DC_BPT,
        "ISO_15118_20_DC",
        control=ControlMode.DYNAMIC,
    ),
    Flavour(
        "-20 AC_BPT dynamic",
        "iso20",
        Service.AC_BPT,
        "ISO_15118_20_AC",
        control=ControlMode.DYNAMIC,
    ),
    Flavour("-20 DC dynamic", "iso20", Service.DC, "ISO_15118_20_DC", control=ControlMode.DYNAMIC),
    Flavour("-20 AC dynamic", "iso20", Service.AC, "ISO_15118_20_AC", control=ControlMode.DYNAMIC),
    Flavour("-2 DC", "iso2", Service.DC, "ISO_15118_2", "DC_extended"),
    Flavour("-2 AC", "iso2", Service.AC, "ISO_15118_2"),
    Flavour("DIN", "din", Service.DC, "DIN_SPEC_70121", "DC_extended"),
    Flavour("-20 DC_BPT TLS", "iso20", Service.DC_BPT, "ISO_15118_20_DC", tls="1.3"),
    Flavour("-20 AC_BPT TLS", "iso20", Service.AC_BPT, "ISO_15118_20_AC", tls="1.3"),
    Flavour("-2 DC TLS", "iso2", Service.DC, "ISO_15118_2", "DC_extended", tls="1.2"),
    Flavour("-2 AC TLS", "iso2", Service.AC, "ISO_15118_2", tls="1.2"),
)
