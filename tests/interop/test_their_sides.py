"""Vehicle and charger of the package `iso15118` with each other: our codec is all that is ours.

What passes here and fails beside our machines is therefore a matter of the machines.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.interop.flavours import FLAVOURS, Flavour
from tests.interop.peers import Peer, their_charger, their_vehicle

pytestmark = pytest.mark.long
Both = tuple[Peer, Peer, int]


@pytest.fixture(scope="module")
def both(their_package: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    folder = tmp_path_factory.mktemp("both")
    with their_charger(folder) as (charger, ports), their_vehicle(folder) as vehicle:
        yield vehicle, charger, ports["port"]


@pytest.mark.parametrize("as_shipped", [False, True], ids=["figures of ours", "as shipped"])
@pytest.mark.parametrize("flavour", FLAVOURS, ids=lambda flavour: flavour.name)
def test_they_charge_through_our_codec(both: Both, flavour: Flavour, as_shipped: bool) -> None:
    vehicle, charger, port = both
    vehicle.tell(flavour.order(port, as_shipped=as_shipped))
    assert vehicle.hear()["successful"], vehicle.log()
    assert charger.hear()["successful"], charger.log()
