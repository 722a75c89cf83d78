"""Whether the inverter's own figures can be true: a shifted register map must not move power.

The connector is never proved by the inverter; only the inverter is proved by our own meters. Only
what is connected is compared: across an open contactor the inverter's DC side has a voltage of its
own. A disagreement must last, for the two are not read at the same instant. What is no finite
number, on either side, agrees with nothing. Before the two agreed once, or disagreed for that long,
nothing is known: a program that just started must not take a shifted map for a right one.
"""

from silverpin.domain.limits import LIMITS, Limits
from silverpin.safety.freshness import INFINITE
from silverpin.safety.lasting import Lasting


class InverterWatch:
    """Compare the inverter's word with our own meters."""

    __slots__ = ("_disagrees", "_limits", "ok")

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._limits = limits
        self._disagrees = Lasting(limits.inverter_disagree_ns)
        self.ok: bool | None = None

    def step(
        self, now_ns: int, inverter: tuple[float, float, float], own: tuple[float, float | None]
    ) -> bool | None:
        """Return whether (hz, grid V, DC V) of the inverter agree with our (grid V, DC V).

        Our DC voltage is None while the contactor does not join it to the inverter's.
        """
        agrees = self._plausible(inverter, own)
        if self._disagrees.step(now_ns, not agrees):
            self.ok = False
        elif agrees:
            self.ok = True
        return self.ok

    def _plausible(
        self, inverter: tuple[float, float, float], own: tuple[float, float | None]
    ) -> bool:
        hz, grid_v, dc_v = inverter
        own_grid_v, own_dc_v = own
        limits = self._limits
        if not limits.inverter_hz_low_hz <= hz <= limits.inverter_hz_high_hz:
            return False
        if not self._near(grid_v, own_grid_v):
            return False
        return own_dc_v is None or self._near(dc_v, own_dc_v)

    def _near(self, told_v: float, own_v: float) -> bool:
        limits = self._limits
        allowed_v = limits.inverter_voltage_share * abs(own_v) + limits.inverter_voltage_v
        return abs(told_v - own_v) <= allowed_v < INFINITE
