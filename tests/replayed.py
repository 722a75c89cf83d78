"""Our charger in virtual time, for a vehicle whose requests were recorded."""

from random import Random

from silverpin.domain.quantities import NS_PER_MS
from silverpin.protocols.iso15118.endpoint import ChargerEndpoint
from silverpin.protocols.iso15118.machine import Ending, PausedSession
from silverpin.protocols.iso15118.turn import Happening
from tests.bench_charger import BenchCharger

STEP_NS = 20 * NS_PER_MS
PATIENCE = 500
"""Steps within which an answer that was held back has to come."""


class OurCharger:
    """Answers one recorded vehicle; `bench` is what it does in between."""

    def __init__(
        self, bench: BenchCharger, *protocols: str, resume: PausedSession | None = None
    ) -> None:
        self.bench = bench
        self.endpoint = ChargerEndpoint(
            offered=protocols, chance=Random(1), now_ns=0, resume=resume
        )
        self.happenings: list[Happening] = []
        self._now_ns = 0

    @property
    def ending(self) -> Ending | None:
        """How it ended."""
        return self.endpoint.ending

    def ask(self, octets: bytes) -> bytes:
        """Take one request and return what is answered, at once or when it is so far."""
        for step in range(PATIENCE):
            self._now_ns += STEP_NS
            side = self.bench.side(self.endpoint.told)
            if step == 0:
                turn = self.endpoint.receive(octets, side, self._now_ns)
            else:
                turn = self.endpoint.tick(side, self._now_ns)
            self.happenings += turn.happenings
            if turn.send or turn.ending:
                return turn.send
        raise AssertionError(f"no answer to {octets.hex()}")
