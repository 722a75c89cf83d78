"""What any vehicle of ISO 15118-20 can have, by the field of `VehicleSide` that holds it.

Limits are magnitudes, whatever sign they were sent with: some vehicles send the limits of discharge
below zero, others above. Targets and energies keep their sign.
"""

from collections.abc import Mapping

from silverpin.domain.limits import LIMITS
from silverpin.protocols.iso15118.plausible import Span

_AC_MAX_W = 3 * LIMITS.vehicle_ac_max_a * LIMITS.vehicle_ac_max_v
_ENERGY_WH = LIMITS.vehicle_energy_max_wh


def _both_ways(what: str, unit: str, most: float) -> Span:
    return Span(what, unit, -most, most)


_ENERGIES: Mapping[str, Span] = {
    "energy_min_wh": _both_ways("least energy", "Wh", _ENERGY_WH),
    "energy_target_wh": _both_ways("wanted energy", "Wh", _ENERGY_WH),
    "energy_max_wh": _both_ways("most energy", "Wh", _ENERGY_WH),
}
DC_SPANS: Mapping[str, Span] = {
    **_ENERGIES,
    "charge_max_a": Span("highest current", "A", 0.0, LIMITS.vehicle_dc_max_a),
    "discharge_max_a": Span("highest discharge current", "A", 0.0, LIMITS.vehicle_dc_max_a),
    "charge_max_w": Span("highest power", "W", 0.0, LIMITS.vehicle_dc_max_w),
    "discharge_max_w": Span("highest discharge power", "W", 0.0, LIMITS.vehicle_dc_max_w),
    "voltage_min_v": Span("lowest voltage", "V", 0.0, LIMITS.vehicle_dc_max_v),
    "voltage_max_v": Span("highest voltage", "V", 0.0, LIMITS.vehicle_dc_max_v),
    "present_v": Span("voltage", "V", 0.0, LIMITS.vehicle_dc_max_v),
    "target_v": Span("wanted voltage", "V", 0.0, LIMITS.vehicle_dc_max_v),
    "target_a": _both_ways("wanted current", "A", LIMITS.vehicle_dc_max_a),
}
AC_SPANS: Mapping[str, Span] = {
    **_ENERGIES,
    "charge_max_w": Span("highest power", "W", 0.0, _AC_MAX_W),
    "discharge_max_w": Span("highest discharge power", "W", 0.0, _AC_MAX_W),
    "target_w": _both_ways("power", "W", _AC_MAX_W),
}
