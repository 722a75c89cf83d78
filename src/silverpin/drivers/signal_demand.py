"""From what a signal says to the watts it asks of one charger."""

import math
from array import array
from dataclasses import dataclass

from silverpin.drivers.signals import Signal, SignalKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Droop:
    """Full power at *share* of the nominal frequency beyond the deadband."""

    share: float = 0.05
    deadband_hz: float = 0.036


def wanted_power_w(signal: Signal, power_w: float, droop: Droop) -> "array[float]":
    """Return the power at the connector that *signal* asks for, never beyond ±*power_w*.

    A low frequency asks for discharge, and so does a positive regulation signal.
    """
    if signal.kind is SignalKind.REGD:
        return array("d", [0.0 - value * power_w for value in signal.values])
    if signal.kind is SignalKind.POWER:
        return array("d", [min(power_w, max(-power_w, value)) for value in signal.values])
    full_hz = droop.share * signal.nominal_hz
    answers = (_answer(hz - signal.nominal_hz, full_hz, droop.deadband_hz) for hz in signal.values)
    return array("d", [power_w * answer for answer in answers])


def _answer(deviation_hz: float, full_hz: float, deadband_hz: float) -> float:
    if abs(deviation_hz) <= deadband_hz:
        return 0.0
    return math.copysign(min(1.0, (abs(deviation_hz) - deadband_hz) / full_hz), deviation_hz)
