"""What docs/iso15118.md shows runs as it stands, and what it lists is all there is."""

import re
from pathlib import Path
from typing import Any

from silverpin.protocols.iso15118.car import Plan
from silverpin.protocols.iso15118.machine import Ending
from silverpin.protocols.iso15118.vehicle_endpoint import VehicleEndpoint

PAGE = (Path(__file__).resolve().parents[2] / "docs/iso15118.md").read_text(encoding="utf-8")
(BLOCK,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


class Connection:
    """Takes what is sent."""

    def __init__(self) -> None:
        self.sent = b""
        self.closed = False

    def send(self, octets: bytes) -> None:
        self.sent += octets

    def close(self) -> None:
        self.closed = True


def test_the_conversation_runs_in_twenty_lines() -> None:
    connection = Connection()
    octets = VehicleEndpoint(Plan()).start(0).send
    names: dict[str, Any] = {"octets": octets, "now_ns": 1, "connection": connection}
    before, _, after = BLOCK.partition("turn = endpoint.tick")
    exec(before + "connection.send(turn.send)\nturn = endpoint.tick" + after, names)
    assert connection.sent
    assert not connection.closed
    assert sum(bool(line.strip()) for line in BLOCK.splitlines()) <= 20


def test_every_ending_is_explained() -> None:
    assert [ending.name for ending in Ending if f"`{ending.name}`" not in PAGE] == []
