"""Their vehicle charges at the whole charger, and everything moves in its order."""

import asyncio

import pytest

from silverpin.protocols.iso15118.sides import ControlMode, Stage
from tests.interop.flavours import FLAVOURS, Flavour
from tests.interop.rig import Rig
from tests.interop.whole_charger import charge
from tests.stage import a_charger

pytestmark = pytest.mark.long
IN_CLEAR = [
    flavour for flavour in FLAVOURS if not flavour.tls and flavour.control is ControlMode.SCHEDULED
]


@pytest.mark.parametrize("flavour", IN_CLEAR, ids=lambda flavour: flavour.name)
def test_their_vehicle_charges_at_the_whole_charger(theirs: Rig, flavour: Flavour) -> None:
    connector = "ccs2-80a" if flavour.service.direct_current else "type2-32a"
    scene = a_charger(talks=True, connector=connector).plug_in().asks(8)
    told = asyncio.run(charge(scene, theirs.vehicle, flavour))
    assert told["successful"], f"{told['reason']}\n{theirs.vehicle.log()}"
    assert scene.faults == set()
    scene.wait(3)
    assert scene.story("mated", "v2g_connected", "contactor_closed", "contactor_opened") == [
        "mated", "v2g_connected", "contactor_closed", "contactor_opened",
    ]  # fmt: skip
    assert scene.counts.load_breaks == 0
    stages = [event.fields["stage"] for event in scene.events("v2g_stage")]
    assert stages[-3:] == [Stage.POWER.value, Stage.STOPPING.value, Stage.ENDED.value]
