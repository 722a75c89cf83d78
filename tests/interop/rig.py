"""Sessions with the programs of the package `iso15118`, and what both sides say of them."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from silverpin.protocols.admission import Policy
from silverpin.protocols.iso15118.machine import Ending
from tests.bench_charger import BenchCharger
from tests.bench_vehicle import BenchVehicle
from tests.interop.certificates import Certificates, certificates
from tests.interop.flavours import Flavour
from tests.interop.held import Held
from tests.interop.our_charger import our_charger
from tests.interop.our_vehicle import our_vehicle, plan
from tests.interop.peers import Peer, their_charger, their_vehicle


class Round(NamedTuple):
    """A session that is over."""

    flavour: Flavour
    our_role: str
    held: Held
    theirs: dict[str, object]
    """`successful` and `reason`, as their side tells."""

    @property
    def sound(self) -> bool:
        """Both sides call it a success."""
        return self.held.ending is Ending.BY_VEHICLE and bool(self.theirs["successful"])

    @property
    def words(self) -> str:
        """What either side says of its end."""
        return f"{self.held.words}; they say: {self.theirs['reason']}"


class Rig(NamedTuple):
    """Their two programs, running, and certificates for both sides."""

    vehicle: Peer
    charger: Peer
    ports: dict[str, int]
    """Of their charger: `plain`, and each version of TLS."""
    tls: dict[str, Certificates]

    def with_their_vehicle(
        self, flavour: Flavour, *, as_shipped: bool = False, policy: Policy | None = None
    ) -> Round:
        """Let their vehicle charge at our charger."""
        at_ours = self._at_ours(flavour, as_shipped, policy or flavour.policy)
        return Round(flavour, "charger", *asyncio.run(at_ours))

    def with_their_charger(self, flavour: Flavour, bench: BenchVehicle | None = None) -> Round:
        """Let our vehicle charge at their charger."""
        side = self.tls[flavour.tls].vehicle if flavour.tls else None
        port = self.ports[flavour.tls or "plain"]
        bench = bench or BenchVehicle()
        held = asyncio.run(our_vehicle(port, side, plan(flavour), bench))
        return Round(flavour, "vehicle", held, self.charger.hear())

    def among_themselves(self, flavour: Flavour, *, as_shipped: bool = False) -> tuple[bool, str]:
        """Let their vehicle charge at their charger; whether both call it a success."""
        order = flavour.order(self.ports[flavour.tls or "plain"], as_shipped=as_shipped)
        self.vehicle.tell(order | self._theirs(flavour))
        told = self.vehicle.hear(), self.charger.hear()
        return all(each["successful"] for each in told), "; ".join(t["reason"] for t in told)

    async def _at_ours(
        self, flavour: Flavour, as_shipped: bool, policy: Policy
    ) -> tuple[Held, dict[str, object]]:
        sides = [each.charger for each in self.tls.values()]
        bench = BenchCharger((flavour.service,), controls=(flavour.control,))
        async with our_charger(bench, sides, policy) as charger:
            order = flavour.order(charger.port, as_shipped=as_shipped)
            self.vehicle.tell(order | self._theirs(flavour))
            held = await asyncio.wait_for(charger.held.get(), 90.0)
        return held, self.vehicle.hear()

    def _theirs(self, flavour: Flavour) -> dict[str, object]:
        return {"pki": str(self.tls[flavour.tls].theirs)} if flavour.tls else {}


@contextmanager
def rig(folder: Path, **settings: str) -> Iterator[Rig]:
    """Start their programs with certificates of ours."""
    tls = certificates(folder)
    pki = {f"PKI_{version[-1]}": str(of.theirs) for version, of in tls.items()}
    with (
        their_charger(folder, **pki, **settings) as (charger, ports),
        their_vehicle(folder, **settings) as vehicle,
    ):
        yield Rig(vehicle, charger, ports, tls)
