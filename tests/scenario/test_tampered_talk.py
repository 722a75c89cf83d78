"""What a vehicle says is tampered with on the way, at any point of a session with a whole charger.

However it goes on: no contact breaks a current, no fault is raised but that of the handshake, and
once the plug was out the next session goes as if nothing had been.
"""

from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from silverpin.apps.ev_link.talk import Talk
from silverpin.protocols import v2gtp
from tests.stage import Stage as Scene
from tests.stage import a_charger

HANDSHAKE = "ERR_ISO_HANDSHAKE"
MESSAGES = 60
"""A session that comes to power has said so many within some seconds of its charge loop."""

Tamper = Callable[[bytes, bytes, Random], list[bytes]]


def damaged(said: bytes, _before: bytes, chance: Random) -> list[bytes]:
    octets = bytearray(said)
    for _ in range(3):
        octets[chance.randrange(8, len(octets))] ^= 1 << chance.randrange(8)
    return [bytes(octets)]


def strange(_said: bytes, _before: bytes, chance: Random) -> list[bytes]:
    body = b"\x80" + chance.randbytes(chance.randint(1, 200))
    return [v2gtp.frame(chance.choice((v2gtp.EXI, v2gtp.COMMON, v2gtp.DC)), body)]


HOW: dict[str, Tamper] = {
    "damaged": damaged,
    "strange": strange,
    "lost": lambda said, before, chance: [],
    "half": lambda said, before, chance: [said[: len(said) // 2]],
    "twice": lambda said, before, chance: [said, said],
    "that of before again": lambda said, before, chance: [before],
}


class Tampered:
    """A conversation of which one message is not what the vehicle said."""

    def __init__(self, talk: Talk, tamper: Tamper, at: int, chance: Random) -> None:
        self._talk = talk
        self._tamper = tamper
        self._left = at
        self._chance = chance
        self._before = b""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._talk, name)

    def receive(self, octets: bytes, now_ns: int) -> bytes:
        """Take what the vehicle sent, or what was made of it."""
        self._left -= 1
        heard = [octets]
        if self._left == 0:
            heard = self._tamper(octets, self._before, self._chance)
        self._before = octets
        return b"".join(self._talk.receive(each, now_ns) for each in heard)


def tampered(how: str, at: int) -> Scene:
    scene = a_charger(talks=True).plug_in()
    link = scene.world.ev
    assert link is not None
    link.talk = Tampered(link.talk, HOW[how], at, Random(at))  # type: ignore[assignment]
    return scene.asks(10)


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("at", [2, 9, 14, 40])
def test_it_ends_in_order_and_the_next_session_is_whole(how: str, at: int) -> None:
    assert_in_order(tampered(how, at))


@pytest.mark.long
@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("at", range(1, MESSAGES, 9))
def test_all_along_a_session(how: str, at: int) -> None:
    assert_in_order(tampered(how, at))


def assert_in_order(scene: Scene) -> None:
    scene.wait(70)
    assert scene.faults <= {HANDSHAKE}
    assert scene.counts.load_breaks == 0
    assert scene.closed is not bool(scene.faults)
    scene.stop().wait(5).does("unplug").wait(3)
    assert scene.faults == set()
    scene.charge(5)
    assert scene.faults == set()
    assert scene.counts.load_breaks == 0
