"""Ten thousand conversations, most of which end badly: nothing of them is left behind."""

import gc
import sys
from random import Random

import pytest

from silverpin.domain.quantities import NS_PER_S
from silverpin.protocols.iso15118.machine import Ending
from tests.spoken_sessions import KINDS, SEED, Talk, spoken

SESSIONS = 10_000
SETTLED = 4_000
"""Sessions after which all that is kept on purpose, such as the codec's tables, is there."""
BLOCKS_MAX = 300
AN_HOUR_NS = 3600 * NS_PER_S
"""What the interpreter itself may have gained, of some hundred thousand blocks."""


def hold(chance: Random) -> Ending:
    """Hold one conversation, with or without an accident on the way."""
    kind = chance.choice(KINDS)
    requests = spoken(kind)
    accident = chance.choice(("none", "vanished", "silence", "damage", "said on another day"))
    last = len(requests) if accident == "none" else chance.randrange(1, len(requests))
    talk = Talk(kind, SEED + (accident == "said on another day"))
    for request in requests[:last]:
        talk.ask(request)
    if accident == "vanished":
        talk.end.vanished()
    elif accident == "damage":
        talk.hear(chance.randbytes(chance.randint(1, 400)))
    talk.wait(talk.now_ns + AN_HOUR_NS)
    assert talk.ending is not None
    return talk.ending


@pytest.mark.long
def test_nothing_hangs_and_nothing_leaks() -> None:
    chance = Random(1)
    endings = {hold(chance) for _ in range(SETTLED)}
    before = blocks()
    endings |= {hold(chance) for _ in range(SESSIONS)}
    assert blocks() - before < BLOCKS_MAX
    assert {Ending.BY_VEHICLE, Ending.VANISHED, Ending.TIMED_OUT, Ending.REFUSED} <= endings


def blocks() -> int:
    """Memory blocks that are in use once everything unreachable is gone."""
    for _ in range(3):
        gc.collect()
    return sys.getallocatedblocks()
