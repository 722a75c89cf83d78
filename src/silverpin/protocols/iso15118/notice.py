"""What is worth telling between two states of a vehicle's side."""

from collections.abc import Iterator

from silverpin.protocols.iso15118.sides import VehicleSide
from silverpin.protocols.iso15118.turn import Happening, What


def noticed(before: VehicleSide, after: VehicleSide) -> Iterator[Happening]:
    """Give what has changed from *before* to *after*."""
    if after is before:
        return
    if after.session_id and after.session_id != before.session_id:
        what = What.RESUMED if after.resumed else What.SESSION
        again = " is taken up again" if after.resumed else ""
        yield Happening(what, f"session {after.session_id} of {after.evcc_id}{again}")
    if after.service and (after.service, after.control) != (before.service, before.control):
        control = f", {after.control.value}" if after.control else ""
        yield Happening(What.SERVICE, f"{after.service.value}{control}")
    if after.stage is not before.stage:
        yield Happening(What.STAGE, after.stage.value)
    if after.trouble and after.trouble != before.trouble:
        yield Happening(What.TROUBLE, after.trouble)
    for doubt in after.doubts:
        if doubt not in before.doubts:
            yield Happening(What.DOUBT, doubt)
