"""What may be asked about the control pilot: a verdict, and a calibration of its front end."""

from typing import Annotated

import msgspec

from silverpin.apps.control_socket.request_base import Named, Request
from silverpin.apps.control_socket.technician_requests import Signed

Volt = Annotated[float, msgspec.Meta(ge=-30.0, le=30.0)]


class PilotVerify(Request, frozen=True, tag="pilot-verify"):
    """The pilot's figures beside their limits, as finely as the front end can tell them."""

    reads = True


class PilotCalibrate(Signed, frozen=True, kw_only=True, tag="pilot-calibrate"):
    """What the front end read of known resistors. [V]"""

    points: Annotated[dict[Named, Volt], msgspec.Meta(min_length=1, max_length=8)]


PILOT_REQUESTS: tuple[type[Request], ...] = (PilotVerify, PilotCalibrate)
