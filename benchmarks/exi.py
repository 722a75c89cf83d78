"""How fast V2G messages are read and written, and how soon the codec is ready."""

import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import repeat

from benchmarks.figures import Better, Figure
from silverpin.protocols.exi import messages
from silverpin.protocols.exi.grammar import PROTOCOLS, load
from tools.interop_env import NoPeer, their_python

REQUEST = "8034041a7d2762862c9c3a0e0a78ad8062005184020c0502c8101404080a10"
"""DC_ChargeLoopReq of a bidirectional session: state of charge, voltage, target current."""
RESPONSE = (
    "8038041a7d2762862c9c3a0e6a78ad80620064000082000040002040074038040032008006401001e80602003a01c0"
    "4003201000c804000500"
)
"""DC_ChargeLoopRes of the same session, all eight limits of both directions in it."""

_AIM_US = 20.0
_ROUNDS = 7
_CALLS = 2_000
_IMPORT = (
    "import time; began = time.process_time(); import silverpin.protocols.exi; "
    "print(time.process_time() - began)"
)
_C_CODEC = "libcbv2g, C: 0.5 us, measured once elsewhere"
_THEIR_CALLS = 200
# For each message in hex, the best of many calls in microseconds: reading, then writing.
_THEIR_SIDE = """
import sys, time
from iso15118.shared.exificient_exi_codec import ExificientEXICodec

codec, namespace = ExificientEXICodec(), "urn:iso:std:iso:15118:-20:DC"

def best_us(call):
    took = []
    for _ in range(CALLS):
        began = time.perf_counter()
        result = call()
        took.append(time.perf_counter() - began)
    return result, min(took) * 1e6

for text in sys.stdin.read().split():
    message, reading = best_us(lambda: codec.decode(bytes.fromhex(text), namespace))
    _, writing = best_us(lambda: codec.encode(message, namespace))
    print(reading, writing)
codec.gateway.shutdown()
"""


def figures() -> Iterator[Figure]:
    """Yield the time of one message each way, the best of some rounds, and of getting ready."""
    schema = messages("iso20-dc")
    theirs = _theirs_us()
    for name, text in (("request", REQUEST), ("response", RESPONSE)):
        data = bytes.fromhex(text)
        message = schema.decode(data).message
        if schema.encode(message) != data:
            raise RuntimeError(f"the {name} came back changed")
        title = f"DC charge loop {name}"
        yield _figure(f"EXI decode, {title}", partial(schema.decode, data), next(theirs))
        yield _figure(f"EXI encode, {title}", partial(schema.encode, message), next(theirs))
    yield Figure(
        name="EXI grammar load, slowest protocol",
        value=max(map(_load_ms, PROTOCOLS)),
        unit="ms",
        aim=10.0,
        better=Better.LESS,
        note="best of three",
    )
    yield Figure(
        name="EXI import",
        value=min(_import_ms() for _ in range(3)),
        unit="ms",
        aim=50.0,
        better=Better.LESS,
        note="processor time in a fresh process, best of three",
    )


def _figure(name: str, call: Callable[[], object], theirs: str) -> Figure:
    return Figure(
        name=name,
        value=min(_call_us(call) for _ in range(_ROUNDS)),
        unit="us",
        aim=_AIM_US,
        better=Better.LESS,
        note=f"dataclasses; {theirs}; {_C_CODEC}",
    )


def _theirs_us() -> Iterator[str]:
    """Say what the Java codec of iso15118 takes here, or how to have it measured."""
    try:
        python = str(their_python())
    except NoPeer as error:
        yield from repeat(f"their Java codec not measured: {error}")
        return
    if not shutil.which("java"):
        yield from repeat("their Java codec not measured, wants java")
        return
    done = subprocess.run(
        [python, "-c", _THEIR_SIDE.replace("CALLS", str(_THEIR_CALLS))],
        input=f"{REQUEST} {RESPONSE}",
        capture_output=True,
        text=True,
        check=True,
    )
    for took in done.stdout.split():
        yield f"their Java codec, warm: {float(took):,.0f} us"


def _call_us(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    for _ in range(_CALLS):
        call()
    return (time.perf_counter() - began) / _CALLS * 1e6


def _load_ms(protocol: str) -> float:
    best = float("inf")
    for _ in range(3):
        began = time.perf_counter()
        load.__wrapped__(protocol)
        best = min(best, (time.perf_counter() - began) * 1e3)
    return best


def _import_ms() -> float:
    done = subprocess.run(
        [sys.executable, "-c", _IMPORT], capture_output=True, text=True, check=True
    )
    return float(done.stdout) * 1e3
