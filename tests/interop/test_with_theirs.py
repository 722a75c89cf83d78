"""Their vehicle at our charger, and our vehicle at their charger: every kind of session once.

`python -m tools.interop --times 20` holds each twenty times and counts.
"""

import pytest

from silverpin.protocols.admission import Policy
from silverpin.protocols.iso15118.machine import Ending
from silverpin.protocols.iso15118.sides import Stage
from tests.interop.flavours import FLAVOURS, Flavour
from tests.interop.rig import Rig, Round

pytestmark = pytest.mark.long
each_flavour = pytest.mark.parametrize("flavour", FLAVOURS, ids=lambda flavour: flavour.name)

OF_AC = [Stage.AGREEING, Stage.STARTING, Stage.POWER, Stage.STOPPING, Stage.ENDED]
OF_DC = [Stage.AGREEING, Stage.CABLE_CHECK, Stage.PRE_CHARGE, *OF_AC[1:]]


@each_flavour
def test_their_vehicle_charges_at_our_charger(theirs: Rig, flavour: Flavour) -> None:
    assert_whole(theirs.with_their_vehicle(flavour))


@each_flavour
def test_their_vehicle_charges_with_its_own_figures(theirs: Rig, flavour: Flavour) -> None:
    """A battery of 20,000 V and 300 kA of discharge are named, and end nothing."""
    assert_whole(theirs.with_their_vehicle(flavour, as_shipped=True))


@each_flavour
def test_our_vehicle_charges_at_their_charger(theirs: Rig, flavour: Flavour) -> None:
    held = theirs.with_their_charger(flavour)
    if held.held.ending is Ending.TIMED_OUT:
        # On a machine that is busy their charger misses the half second of the charge loop.
        held = theirs.with_their_charger(flavour)
    assert_whole(held)


@pytest.mark.parametrize("tls", ["", "1.2"], ids=["in clear", "TLS 1.2"])
def test_their_vehicle_gets_no_iso20_below_tls_1_3(theirs: Rig, tls: str) -> None:
    """Their charger takes it, and the standard does not."""
    below = FLAVOURS[0]._replace(tls=tls)
    assert theirs.among_themselves(below)[0]
    held = theirs.with_their_vehicle(below, policy=Policy.MIXED).held
    assert held.ending is Ending.REFUSED
    assert "the vehicle speaks ISO 15118-20 DC; this connection takes " in held.words


def assert_whole(of: Round) -> None:
    """Both sides call it a success, and it went through every stage in order."""
    assert of.sound, of.words
    wanted = OF_DC if of.flavour.service.direct_current else OF_AC
    stages = of.held.stages
    places = [stages.index(stage) for stage in wanted if stage is not Stage.STARTING]
    assert places == sorted(places), stages
