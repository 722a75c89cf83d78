"""How fast V2G messages are read and written, and how soon the codec is ready."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator

from benchmarks.figures import Better, Figure
from silverpin.protocols.exi import messages
from silverpin.protocols.exi.grammar import PROTOCOLS, load

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
_C_CODEC = "0.5 us in C (libcbv2g), 14,000 to 32,000 us in the Java codec of iso15118"


def figures() -> Iterator[Figure]:
    """Yield the time of one message each way, the best of some rounds, and of getting ready."""
    schema = messages("iso20-dc")
    for name, text in (("request", REQUEST), ("response", RESPONSE)):
        data = bytes.fromhex(text)
        message = schema.decode(data).message
        if schema.encode(message) != data:
            raise RuntimeError(f"the {name} came back changed")
        yield _figure(f"EXI decode, DC charge loop {name}", lambda d=data: schema.decode(d))
        yield _figure(f"EXI encode, DC charge loop {name}", lambda m=message: schema.encode(m))
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


def _figure(name: str, call: Callable[[], object]) -> Figure:
    return Figure(
        name=name,
        value=min(_call_us(call) for _ in range(_ROUNDS)),
        unit="us",
        aim=_AIM_US,
        better=Better.LESS,
        note=f"dataclasses; elsewhere {_C_CODEC}",
    )


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
