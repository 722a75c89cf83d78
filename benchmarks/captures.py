"""How fast `v2g-tool decode` reads a capture, and in how much memory, beside tshark where it is.

tshark reads the same file in the same run and prints a line a packet, as it does unasked; it does
not open EXI. Both times are those of the processor, so that other work beside them counts little.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.figures import Better, Figure
from silverpin.protocols.capture.records import Record
from silverpin.protocols.exi import encode
from silverpin.protocols.v2gtp import EXI, frame
from tests.captures import Talk, pcap

_LOOPS = 10_000
_TIMES_LONGER = 10
_DECODE = "import sys; from silverpin.apps.terminal.v2g_tool import main; sys.exit(main())"
# The process tells its own peak: what the system tells of a child includes us, whom it came from.
_PEAK = """
import sys
from silverpin.apps.terminal.v2g_tool import main
main()
sys.stdout.close()
told = open("/proc/self/status").read().partition("VmHWM:")[2].split()[0]
print(told, file=sys.stderr)
"""
_MEMORY_MAX_MB = 64.0


def figures() -> Iterator[Figure]:
    """Yield packets a second as lines and as a summary, and the memory of a long capture."""
    records = _charging(_LOOPS)
    packets = len(records)
    with tempfile.TemporaryDirectory() as folder:
        path, long = Path(folder) / "short.pcap", Path(folder) / "long.pcap"
        octets = pcap(records)
        path.write_bytes(octets)
        with long.open("wb") as file:
            file.write(octets)
            for _ in range(_TIMES_LONGER - 1):
                file.write(octets[24:])
        peer = _tshark(path)
        aim = packets / peer if peer else 40_000
        beside = "tshark's own in this run" if peer else "tshark is not here: a fixed aim"
        for words in (["--json"], ["--summary", "--json"]):
            took = _cpu_s([sys.executable, "-c", _DECODE, "decode", str(path), *words])
            yield Figure(
                name=f"capture decoded, {words[0][2:]}",
                value=packets / took,
                unit="packets/s",
                aim=round(aim),
                better=Better.MORE,
                note=f"{packets:,} packets, start included; the aim is {beside}",
            )
        yield Figure(
            name=f"memory for {long.stat().st_size / 1e6:.0f} MB of capture",
            value=_peak_mb(long),
            unit="MB",
            aim=_MEMORY_MAX_MB,
            better=Better.LESS,
        )


def _charging(loops: int) -> list[Record]:
    """Return the packets of a charge loop: a request, a response, and their acknowledgements."""
    request, response = frame(EXI, _exi(_demand())), frame(EXI, _exi(_answer()))
    talk = Talk()
    for _ in range(loops):
        talk.say([request], from_ev=True).say([b""], from_ev=False)
        talk.say([response], from_ev=False).say([b""], from_ev=True)
    return talk.end().records


def _exi(body: dict[str, Any]) -> bytes:
    header = {"SessionID": "0102030405060708"}
    return encode("iso2", {"V2G_Message": {"Header": header, "Body": body}})


def _value(unit: str, value: int) -> dict[str, Any]:
    return {"Multiplier": -1, "Unit": unit, "Value": value}


def _demand() -> dict[str, Any]:
    status = {"EVReady": True, "EVErrorCode": "NO_ERROR", "EVRESSSOC": 55}
    return {"CurrentDemandReq": {
        "DC_EVStatus": status, "EVTargetCurrent": _value("A", 300), "ChargingComplete": False,
        "EVTargetVoltage": _value("V", 4080), "EVMaximumCurrentLimit": _value("A", 5000),
    }}  # fmt: skip


def _answer() -> dict[str, Any]:
    status = {"NotificationMaxDelay": 0, "EVSENotification": "None", "EVSEStatusCode": "EVSE_Ready"}
    return {"CurrentDemandRes": {
        "ResponseCode": "OK", "DC_EVSEStatus": status, "EVSEPresentVoltage": _value("V", 3900),
        "EVSEPresentCurrent": _value("A", 298), "EVSECurrentLimitAchieved": False,
        "EVSEVoltageLimitAchieved": False, "EVSEPowerLimitAchieved": False,
        "EVSEID": "DE*PNX*E12345*1", "SAScheduleTupleID": 1,
    }}  # fmt: skip


def _tshark(path: Path) -> float | None:
    program = shutil.which("tshark")
    return _cpu_s([program, "-n", "-r", str(path)]) if program else None


def _cpu_s(command: Sequence[str]) -> float:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command[0]} ended with {process.returncode}")
    return usage.ru_utime + usage.ru_stime


def _peak_mb(path: Path) -> float:
    done = subprocess.run(
        [sys.executable, "-c", _PEAK, "decode", str(path), "--json"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=True,
    )
    return int(done.stderr.split()[-1]) / 1024
