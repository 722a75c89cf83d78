"""Energy services of ISO 15118-20 and their parameter sets, as a charger offers them.

A parameter set fixes control mode, who knows the driver's needs, prices, and for energy in both
directions the channel and whether the vehicle follows the grid. Numbers are those of the standard's
tables 204 to 207 (second-hand).
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from silverpin.protocols.exi import messages
from silverpin.protocols.iso15118.sides import ChargerSide, ControlMode, Service

SERVICE_IDS = {Service.AC: 1, Service.DC: 2, Service.AC_BPT: 5, Service.DC_BPT: 6}
SERVICES = {number: service for service, number in SERVICE_IDS.items()}
CONTROL_MODES = {ControlMode.SCHEDULED: 1, ControlMode.DYNAMIC: 2}

DC_EXTENDED = 2
"""Connector of DC: the pins below the AC inlet, CCS."""
NEEDS_OF_VEHICLE, NEEDS_OF_CHARGER = 1, 2
"""MobilityNeedsMode: who knows when the vehicle leaves and how full it has to be."""
WITHOUT_PRICES = 0
UNIFIED_CHANNEL = 1
"""BPTChannel: energy goes both ways through the same conductors."""
GRID_FOLLOWING = 1
PASSIVE_DETECTION = 2
"""GridCodeIslandingDetectionMethod: grid and voltage are watched, not nudged."""


class Choice(NamedTuple):
    """What choosing a parameter set means."""

    service: Service
    control: ControlMode
    phases: int | None
    """AC: how many the vehicle uses."""
    needs_of_charger: bool
    """Whether the charger tells when the vehicle leaves and how full it has to be."""
    parameters: dict[str, int]


def choices(service: Service, side: ChargerSide) -> dict[int, Choice]:
    """Return the parameter sets of *service* by their numbers, which count from 1.

    Every set of a charger with three phases is there once more for a vehicle that uses one.
    """
    narrower = () if service.direct_current or side.phases == 1 else (1,)
    found = (
        _choice(service, control, needs, phases, side)
        for phases in (side.phases, *narrower)
        for control, needs in _modes(side)
    )
    return dict(enumerate(found, start=1))


def _modes(side: ChargerSide) -> Iterator[tuple[ControlMode, int]]:
    for control in side.controls:
        yield control, NEEDS_OF_VEHICLE
    knows = side.departure_s is not None or side.target_state_of_charge is not None
    if knows and ControlMode.DYNAMIC in side.controls:
        yield ControlMode.DYNAMIC, NEEDS_OF_CHARGER


def _choice(
    service: Service, control: ControlMode, needs: int, phases: int, side: ChargerSide
) -> Choice:
    parameters = {
        "Connector": DC_EXTENDED if service.direct_current else phases,
        "ControlMode": CONTROL_MODES[control],
        "MobilityNeedsMode": needs,
        "Pricing": WITHOUT_PRICES,
    }
    if not service.direct_current:
        parameters["EVSENominalVoltage"] = round(side.nominal_v)
    if service.bidirectional:
        parameters["BPTChannel"] = UNIFIED_CHANNEL
        parameters["GeneratorMode"] = GRID_FOLLOWING
    if service is Service.AC_BPT:
        parameters["GridCodeIslandingDetectionMethod"] = PASSIVE_DETECTION
    used = None if service.direct_current else phases
    return Choice(service, control, used, needs == NEEDS_OF_CHARGER, parameters)


def parameter_list(offered: dict[int, Choice]) -> Any:
    """Return *offered* as the message has it."""
    common = messages("iso20-common")
    sets = tuple(
        common.ParameterSetType(
            ParameterSetID=number,
            Parameter=tuple(
                common.ParameterType(Name=name, intValue=value)
                for name, value in choice.parameters.items()
            ),
        )
        for number, choice in offered.items()
    )
    return common.ServiceParameterListType(ParameterSet=sets)
