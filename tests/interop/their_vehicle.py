"""The vehicle of the package `iso15118`, to run by the Python that has it.

Each line on standard input orders one session: `{"port", "config", "as_shipped"}`, with TLS its
version `tls` and the folder `pki`, and `battery_v` where the battery is another one. Each session
answers with one line `{"successful", "reason"}` as soon as it knows. Discovery by UDP is left out,
so that no network interface is needed; from the first octet of TCP on all is theirs.

Their simulated vehicle says that its battery has 20,000 V and that it can give back 300,000 A.
`as_shipped` leaves that so; otherwise a battery of 400 V stands in for it.
"""

import asyncio
import json
import os
import sys
from typing import Any, TextIO

from iso15118.evcc.comm_session_handler import EVCCCommunicationSession
from iso15118.evcc.controller.simulator import SimEVController
from iso15118.evcc.evcc_config import EVCCConfig
from iso15118.shared.exi_codec import EXI
from iso15118.shared.messages.datatypes import PVEVTargetVoltage
from iso15118.shared.messages.iso15118_20.common_types import RationalNumber
from iso15118.shared.messages.iso15118_20.dc import (
    BPTDynamicDCChargeLoopReqParams,
    BPTScheduledDCChargeLoopReqParams,
    DynamicDCChargeLoopReqParams,
    ScheduledDCChargeLoopReqParams,
)
from iso15118.shared.messages.timeouts import Timeouts
from iso15118.shared.security import get_ssl_context
from iso15118.shared.settings import SettingKey, load_shared_settings, shared_settings

from tests.interop.their_codec import codec

BATTERY_V = 400
WITHIN_V = 20.0


def rational(value: int) -> RationalNumber:
    return RationalNumber(exponent=0, value=value)


class Vehicle(SimEVController):
    """Their simulated vehicle with a battery that exists."""

    def __init__(self, config: EVCCConfig, battery_v: int = BATTERY_V) -> None:
        super().__init__(config)
        self.battery_v = battery_v
        # DIN and -2. Their target current stays 1 A: they send the same while pre-charging, where
        # more than 2 A is an error.
        voltage = PVEVTargetVoltage(multiplier=0, value=battery_v, unit="V")
        self.dc_ev_charge_params.dc_target_voltage = voltage

    async def get_present_voltage(self) -> RationalNumber:
        return rational(self.battery_v)

    async def get_target_voltage(self) -> RationalNumber:
        return rational(self.battery_v)

    async def is_precharged(self, present_voltage_evse: Any) -> bool:
        return bool(abs(present_voltage_evse.get_decimal_value() - self.battery_v) <= WITHIN_V)

    async def get_scheduled_dc_charge_loop_params(self) -> ScheduledDCChargeLoopReqParams:
        return ScheduledDCChargeLoopReqParams(
            ev_target_current=rational(20), ev_target_voltage=rational(self.battery_v + 10)
        )

    async def get_bpt_scheduled_dc_charge_loop_params(self) -> BPTScheduledDCChargeLoopReqParams:
        """Take current in even turns and give it back in odd ones."""
        current_a = 20 if self.charging_loop_cycles % 2 == 0 else -15
        return BPTScheduledDCChargeLoopReqParams(
            ev_target_current=rational(current_a), ev_target_voltage=rational(self.battery_v + 10)
        )

    async def get_dynamic_dc_charge_loop_params(self) -> DynamicDCChargeLoopReqParams:
        return DynamicDCChargeLoopReqParams(**self._dynamic())

    async def get_bpt_dynamic_dc_charge_loop_params(self) -> BPTDynamicDCChargeLoopReqParams:
        return BPTDynamicDCChargeLoopReqParams(
            **self._dynamic(),
            ev_max_discharge_power=rational(11_000),
            ev_min_discharge_power=rational(100),
            ev_max_discharge_current=rational(30),
        )

    async def get_ac_charge_loop_params_v20(self, control_mode: Any, selected_service: Any) -> Any:
        params = await super().get_ac_charge_loop_params_v20(control_mode, selected_service)
        params.ev_present_active_power = rational(7_000)
        return params

    def _dynamic(self) -> dict[str, RationalNumber]:
        return {
            "ev_target_energy_request": rational(20_000),
            "ev_max_energy_request": rational(30_000),
            "ev_min_energy_request": rational(-10_000),
            "ev_max_charge_power": rational(20_000),
            "ev_min_charge_power": rational(100),
            "ev_max_charge_current": rational(50),
            "ev_max_voltage": rational(self.battery_v + 50),
            "ev_min_voltage": rational(self.battery_v - 100),
        }


class Session(EVCCCommunicationSession):
    """A session that tells its outcome before it waits the five seconds that theirs waits."""

    out: TextIO

    async def stop(self, reason: str) -> None:
        outcome = self.stop_reason is not None and self.stop_reason.successful
        print(json.dumps({"successful": outcome, "reason": reason}), file=self.out, flush=True)
        await super().stop(reason)


def their_tls(version: str, pki: str) -> Any:
    shared_settings[SettingKey.ENABLE_TLS_1_3] = version == "1.3"
    shared_settings[SettingKey.PKI_PATH] = pki
    return get_ssl_context(False)


async def run(order: dict[str, Any], out: TextIO) -> None:
    config = EVCCConfig(**order["config"])
    config.load_raw_values()
    context = their_tls(order["tls"], order["pki"]) if order["tls"] else None
    try:
        streams = await asyncio.open_connection("::1", order["port"], ssl=context)
    except OSError as error:
        told = {"successful": False, "reason": f"no connection: {error}"}
        print(json.dumps(told), file=out, flush=True)
        return
    shipped, battery_v = order["as_shipped"], order.get("battery_v", BATTERY_V)
    vehicle = SimEVController(config) if shipped else Vehicle(config, battery_v)
    session = Session(streams, asyncio.Queue(), config, "lo", vehicle)
    session.out, session.is_tls = out, context is not None
    await session.send_sap()
    await session.start(Timeouts.SUPPORTED_APP_PROTOCOL_REQ)


async def main() -> None:
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what they print is no answer
    load_shared_settings()
    EXI().set_exi_codec(codec())
    print(json.dumps({"ready": True}), file=out, flush=True)
    tasks = set()
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        task = asyncio.create_task(run(json.loads(line), out))
        tasks.add(task)
        task.add_done_callback(tasks.discard)


if __name__ == "__main__":
    asyncio.run(main())
