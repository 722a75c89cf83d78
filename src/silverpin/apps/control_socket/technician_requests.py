"""What a technician asks of the charger: records to keep, sensors to calibrate, pins to test.

A day is `2026-11-22`; an instant has a time and a zone, `2026-11-22T14:30:00Z`. What is left out
was not checked.
"""

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec

from silverpin.apps.control_socket.request_base import Named, Ohm, Request, Text

Pins = Annotated[dict[Named, Ohm], msgspec.Meta(min_length=1, max_length=16)]
Instant = Annotated[datetime, msgspec.Meta(tz=True)]
Newton = Annotated[float, msgspec.Meta(ge=0.0, le=1e5)]
Degrees = Annotated[float, msgspec.Meta(ge=-60.0, le=200.0)]
Volt = Annotated[float, msgspec.Meta(ge=0.0, le=10.0)]
RecordId = Annotated[int, msgspec.Meta(ge=1)]
SurfaceWord = Literal["none", "light", "heavy"]


class Surface(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a pin looks like."""

    oxidation: SurfaceWord | None = None
    pitting: SurfaceWord | None = None


class Seal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was found on the seal; true is found."""

    deformed: bool | None = None
    moisture: bool | None = None


class Signed(Request, frozen=True, kw_only=True):
    """A record that somebody answers for."""

    technician: Named
    certificate: Named
    certificate_level: Annotated[int, msgspec.Meta(ge=1, le=9)] | None = None
    certificate_expires: date | None = None
    instrument: Named
    instrument_calibrated: date | None = None
    note: Text | None = None


class Inspect(Signed, frozen=True, kw_only=True):
    """What a technician measured and saw on the connector. [ohm, N]"""

    pins: Pins
    surfaces: Annotated[dict[Named, Surface], msgspec.Meta(max_length=16)] = msgspec.field(
        default_factory=dict
    )
    seal: Seal = Seal()
    pull_out_n: Newton | None = None
    earth_ohm: Ohm | None = None
    checklist: Annotated[dict[Named, Literal["yes", "no", "n/a"]], msgspec.Meta(max_length=64)] = (
        msgspec.field(default_factory=dict)
    )
    measured: Instant | None = None
    """When, where that is not now."""
    corrects: RecordId | None = None


class Clean(Request, frozen=True, kw_only=True):
    """The pins were cleaned."""

    technician: Named
    certificate: Named | None = None
    skipped: Annotated[tuple[Named, ...], msgspec.Meta(max_length=16)] = ()
    """Steps of the method that were not followed."""
    note: Text | None = None


class Point(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A known temperature, and what a sensor read there; None takes the reading now. [°C]"""

    reference_c: Degrees
    reading_c: Degrees | None = None


class Calibrate(Signed, frozen=True, kw_only=True):
    """Points of one pin's temperature sensor."""

    pin: Named
    points: Annotated[tuple[Point, ...], msgspec.Meta(min_length=1, max_length=2)]


class PinTest(Request, frozen=True, kw_only=True, tag="pin-test"):
    """A test of the pins under a known current: begun, recorded or given up."""

    action: Literal["begin", "record", "end"]
    technician: Named | None = None
    certificate: Named | None = None
    certificate_level: Annotated[int, msgspec.Meta(ge=1, le=9)] | None = None
    certificate_expires: date | None = None
    instrument: Named | None = None
    instrument_calibrated: date | None = None
    note: Text | None = None
    drops_v: Annotated[dict[Named, Volt], msgspec.Meta(max_length=16)] | None = None
    """As read; None takes them from an instrument that the charger can read."""
    pins: Annotated[dict[Named, Ohm], msgspec.Meta(max_length=16)] = msgspec.field(
        default_factory=dict
    )
    """Pins that carry no current in the test, measured otherwise."""


class PinTestLook(Request, frozen=True, kw_only=True, tag="pin-test-look"):
    """How far the test of the pins is; asked again and again, it says that somebody is there."""

    reads = True


class History(Request, frozen=True, kw_only=True):
    """The technician's records, newest first."""

    reads = True
    kind: Named | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 50


TECHNICIAN_REQUESTS: tuple[type[Request], ...] = (
    Inspect,
    Clean,
    Calibrate,
    PinTest,
    PinTestLook,
    History,
)
