"""Vehicle and charger of the package `iso15118` with each other: our codec is all that is ours.

What passes here and fails beside our machines is therefore a matter of the machines.
"""

import pytest

from silverpin.protocols.iso15118.sides import ControlMode
from tests.interop.flavours import FLAVOURS, Flavour
from tests.interop.rig import Rig

pytestmark = pytest.mark.long
THEIR_CHOICE = [flavour for flavour in FLAVOURS if flavour.control is ControlMode.SCHEDULED]
"""Their vehicle takes the first parameter set, and their charger offers this one first."""


@pytest.mark.parametrize("as_shipped", [False, True], ids=["figures of ours", "as shipped"])
@pytest.mark.parametrize("flavour", THEIR_CHOICE, ids=lambda flavour: flavour.name)
def test_they_charge_through_our_codec(theirs: Rig, flavour: Flavour, as_shipped: bool) -> None:
    sound, words = theirs.among_themselves(flavour, as_shipped=as_shipped)
    assert sound, f"{words}\n{theirs.vehicle.log()}\n{theirs.charger.log()}"
