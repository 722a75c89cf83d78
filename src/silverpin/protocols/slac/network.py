"""A logical network on the power line: its key, and the name that follows from the key."""

import random
from hashlib import sha256
from typing import NamedTuple

_NID_ROUNDS = 5


class Network(NamedTuple):
    """Whoever has the key (NMK) is in; the name (NID) tells networks apart."""

    nid: bytes
    nmk: bytes

    def __repr__(self) -> str:
        """Name the network; its key belongs into no log."""
        return f"Network({self.nid.hex()})"


def new_network(chance: random.Random) -> Network:
    """Draw a key; *chance* has to be the system's where real vehicles are."""
    nmk = chance.randbytes(16)
    return Network(nid_of(nmk), nmk)


def nid_of(nmk: bytes) -> bytes:
    """Return the name: 52 bits of the key hashed five times, security level 0 (HPGP 4.4.3.1)."""
    digest = nmk
    for _ in range(_NID_ROUNDS):
        digest = sha256(digest).digest()
    return digest[:6] + bytes([digest[6] >> 4])
