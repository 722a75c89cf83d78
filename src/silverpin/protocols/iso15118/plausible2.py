"""What a vehicle of the older protocols can have, by the field of `VehicleSide` that holds it.

Beyond that stands a fault of scale somewhere in the vehicle: some of the field speak of 1,400 A.
These protocols only charge, so nought is the lowest of everything.
"""

from collections.abc import Mapping

from silverpin.domain.limits import LIMITS
from silverpin.protocols.iso15118.plausible import Span

DC_SPANS: Mapping[str, Span] = {
    "charge_max_a": Span("highest current", "A", 0.0, LIMITS.vehicle_dc_max_a),
    "charge_max_w": Span("highest power", "W", 0.0, LIMITS.vehicle_dc_max_w),
    "voltage_max_v": Span("highest voltage", "V", 0.0, LIMITS.vehicle_dc_max_v),
    "target_a": Span("wanted current", "A", 0.0, LIMITS.vehicle_dc_max_a),
    "target_v": Span("wanted voltage", "V", 0.0, LIMITS.vehicle_dc_max_v),
    "energy_max_wh": Span("battery", "Wh", 0.0, LIMITS.vehicle_energy_max_wh),
    "energy_target_wh": Span("wanted energy", "Wh", 0.0, LIMITS.vehicle_energy_max_wh),
}

AC_SPANS: Mapping[str, Span] = {
    "charge_max_a": Span("highest current of a phase", "A", 0.0, LIMITS.vehicle_ac_max_a),
    "voltage_max_v": Span("highest AC voltage", "V", 0.0, LIMITS.vehicle_ac_max_v),
    "energy_target_wh": Span("wanted energy", "Wh", 0.0, LIMITS.vehicle_energy_max_wh),
}
