"""Coverage-guided fuzzing: python tools/exi_fuzz_coverage.py CORPUS -runs=10000000

Needs atheris, which the locks do not hold: on some machines it wants a compiler of its own. The
first octet of an input chooses the schema. Readers are compiled on first use, so each
schema is used once before every function is instrumented. Whatever decodes must encode, and decode
again to the same message; anything but a message or an ExiError is a crash, with its input kept.
"""

import gc
import sys
from pathlib import Path
from random import Random
from types import FunctionType

import atheris  # type: ignore[import-untyped]

from silverpin.protocols.exi import PROTOCOLS, ExiError, decode, encode
from tests.v2g_values import message

NAMES = tuple(PROTOCOLS)


def one_input(data: bytes) -> None:
    """Judge one input."""
    if not data:
        return
    protocol = NAMES[data[0] % len(NAMES)]
    try:
        decoded = decode(protocol, data[1:]).message
    except ExiError:
        return
    again = decode(protocol, encode(protocol, decoded)).message
    if again != decoded:
        raise AssertionError(f"{protocol}: another message after encoding")


def warm(corpus: Path) -> None:
    """Compile every reader that messages of each schema reach, and leave them as seeds."""
    chance = Random(1)
    for number, protocol in enumerate(NAMES):
        for index in range(60):
            data = bytes([number]) + encode(protocol, message(protocol, chance))
            one_input(data)
            (corpus / f"{protocol}-{index}").write_bytes(data[:4096])


def instrument() -> None:
    """Watch the branches of the codec, also of the readers that it compiled from its tables."""
    atheris.instrument_all()
    for found in gc.get_objects():
        if isinstance(found, FunctionType) and found.__code__.co_filename.startswith("<exi"):
            atheris.instrument_func(found)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    warm(folder)
    instrument()
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
