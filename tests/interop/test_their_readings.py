"""What is theirs, each with its evidence: what the standards allow and the package refuses."""

import asyncio
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from silverpin.protocols import v2gtp
from silverpin.protocols.exi import messages
from tests.interop.peers import environment
from tests.interop.rig import Rig
from tests.spoken_sessions import KINDS, spoken

pytestmark = pytest.mark.long
COMMON, DC = messages("iso20-common"), messages("iso20-dc")
NAMESPACES = {
    COMMON: "urn:iso:std:iso:15118:-20:CommonMessages",
    DC: "urn:iso:std:iso:15118:-20:DC",
}


def header(schema: Any) -> Any:
    return schema.MessageHeaderType(SessionID=bytes(range(8)), TimeStamp=1_795_331_040)


def schedule(**prices: Any) -> Any:
    """ScheduleExchangeRes with one schedule of power."""
    power = COMMON.RationalNumberType(Exponent=3, Value=11)
    entry = COMMON.PowerScheduleEntryType(Duration=3600, Power=power)
    entries = COMMON.PowerScheduleEntryListType(PowerScheduleEntry=(entry,))
    powers = COMMON.PowerScheduleType(TimeAnchor=0, PowerScheduleEntries=entries)
    only = COMMON.ScheduleTupleType(
        ScheduleTupleID=1,
        ChargingSchedule=COMMON.ChargingScheduleType(PowerSchedule=powers, **prices),
    )
    return COMMON.ScheduleExchangeResType(
        Header=header(COMMON), ResponseCode="OK", EVSEProcessing="Finished",
        Scheduled_SEResControlMode=COMMON.Scheduled_SEResControlModeType(ScheduleTuple=(only,)),
    )  # fmt: skip


def one_level() -> dict[str, Any]:
    entry = COMMON.PriceLevelScheduleEntryType(Duration=3600, PriceLevel=0)
    entries = COMMON.PriceLevelScheduleEntryListType(PriceLevelScheduleEntry=(entry,))
    levels = COMMON.PriceLevelScheduleType(
        TimeAnchor=0, PriceScheduleID=1, NumberOfPriceLevels=1, PriceLevelScheduleEntries=entries
    )
    return {"PriceLevelSchedule": levels}


def start(**accepted: Any) -> Any:
    """PowerDeliveryReq with a profile of power."""
    power = COMMON.RationalNumberType(Exponent=3, Value=11)
    entry = COMMON.PowerScheduleEntryType(Duration=3600, Power=power)
    profile = COMMON.EVPowerProfileType(
        TimeAnchor=0,
        EVPowerProfileEntries=COMMON.EVPowerProfileEntryListType(EVPowerProfileEntry=(entry,)),
        Scheduled_EVPPTControlMode=COMMON.Scheduled_EVPPTControlModeType(
            SelectedScheduleTupleID=1, **accepted
        ),
    )
    return COMMON.PowerDeliveryReqType(
        Header=header(COMMON), EVProcessing="Finished", ChargeProgress="Start",
        EVPowerProfile=profile,
    )  # fmt: skip


def loop(**shown: Any) -> Any:
    """DC_ChargeLoopReq with what a vehicle shows its driver."""
    volts = DC.RationalNumberType(Exponent=0, Value=400)
    return DC.DC_ChargeLoopReqType(
        Header=header(DC), MeterInfoRequested=False, EVPresentVoltage=volts,
        DisplayParameters=DC.DisplayParametersType(PresentSOC=50, **shown),
        Scheduled_DC_CLReqControlMode=DC.Scheduled_DC_CLReqControlModeType(
            EVTargetCurrent=volts, EVTargetVoltage=volts
        ),
    )  # fmt: skip


def read_by_them(python: Path, asked: list[dict[str, Any]]) -> list[bool]:
    program = Path(__file__).parent / "their_reading.py"
    done = subprocess.run(
        [python, program], input="\n".join(map(json.dumps, asked)), env=environment(),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines() if line in ("true", "false")]


@pytest.mark.parametrize(
    ("schema", "message", "field"),
    [
        (COMMON, schedule, one_level()),
        (COMMON, start, {"PowerToleranceAcceptance": "PowerToleranceConfirmed"}),
        (DC, loop, {"ChargingComplete": False}),
    ],
    ids=["a schedule without prices", "a profile without acceptance", "a loop without an end"],
)
def test_they_demand_what_the_schema_has_optional(
    their_package: Path, schema: Any, message: Callable[..., Any], field: dict[str, Any]
) -> None:
    asked = [
        {"namespace": NAMESPACES[schema], "exi": schema.encode(each).hex()}
        for each in (message(), message(**field))
    ]
    assert read_by_them(their_package, asked) == [False, True]


def test_their_vehicle_goes_to_no_port_below_49152(their_package: Path) -> None:
    ports: list[dict[str, Any]] = [{"port": 8042}, {"port": 49_151}, {"port": 49_152}]
    assert read_by_them(their_package, ports) == [False, False, True]


def test_their_charger_reads_no_message_in_two_pieces(theirs: Rig) -> None:
    """TCP may part a message anywhere; ours is answered octet by octet."""
    request = spoken(KINDS[0])[0]

    async def in_two() -> bytes:
        reader, writer = await asyncio.open_connection("::1", theirs.ports["plain"])
        writer.write(request[:8])
        await writer.drain()
        theirs.charger.hear()  # it has given up by now
        writer.write(request[8:])
        answer = await asyncio.wait_for(reader.read(1 << 16), 30.0)
        writer.close()
        return answer

    assert v2gtp.frame(v2gtp.EXI, request[8:]) == request
    assert asyncio.run(in_two()) == b""
