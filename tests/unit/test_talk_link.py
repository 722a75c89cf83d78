"""What a vehicle that talks tells, as amperes at its connector."""

from math import inf

import pytest

from silverpin.apps.ev_link.link import TalkLink
from silverpin.protocols.iso15118.sides import Service, VehicleSide


@pytest.mark.parametrize(("phases", "amps"), [(None, 16.0), (3, 16.0), (1, 48.0)])
def test_a_power_over_ac_is_shared_by_the_phases_that_the_vehicle_uses(
    phases: int | None, amps: float
) -> None:
    link = TalkLink(direct_current=False)
    link.hear(VehicleSide(service=Service.AC, phases=phases, charge_max_w=11_040.0))
    assert link.limits_a() == (amps, 0.0)


def test_a_power_over_dc_is_taken_at_the_voltage_of_the_pins() -> None:
    link = TalkLink(direct_current=True)
    both = {"service": Service.DC_BPT, "charge_max_w": 40_000.0, "discharge_max_w": 20_000.0}
    link.hear(VehicleSide(**both, present_v=400.0, charge_max_a=90.0))  # type: ignore[arg-type]
    assert link.limits_a() == (90.0, 50.0)


def test_a_vehicle_that_has_told_nothing_gives_nothing() -> None:
    link = TalkLink(direct_current=True)
    assert link.limits_a() is None
    link.hear(VehicleSide(service=Service.DC_BPT))
    assert link.limits_a() == (inf, 0.0)
    link.hear(VehicleSide(service=Service.DC, discharge_max_a=50.0))
    assert link.limits_a() == (inf, 0.0)
