"""The charger of the package `iso15118`, to run by the Python that has it.

It listens on ports of ::1, in clear and with TLS 1.2 and 1.3 where PKI_2 and PKI_3 name folders
with certificates, and tells them in one line; no configuration of theirs serves both on one port.
Each session answers with a line `{"successful", "reason"}` as soon as it knows. Discovery by UDP is
left out, so that no network interface is needed.

Their simulated charger says 10 V and 10 A for every limit and 1 V for its pins whatever is asked; a
converter that does what it is told stands in for that.
"""

import asyncio
import json
import os
import socket
import sys
from typing import Any, TextIO

from iso15118.secc.comm_session_handler import SECCCommunicationSession
from iso15118.secc.controller.simulator import SimEVSEController
from iso15118.secc.secc_settings import Config
from iso15118.shared.exi_codec import EXI
from iso15118.shared.messages.enums import Protocol
from iso15118.shared.messages.timeouts import Timeouts
from iso15118.shared.security import get_ssl_context
from iso15118.shared.settings import SettingKey, shared_settings

from tests.interop.their_codec import codec


class Charger(SimEVSEController):
    """Their simulated charger with a converter that has voltage and limits."""

    def __init__(self) -> None:
        super().__init__()
        has = self.evse_data_context
        has.present_voltage = has.present_current = 0
        has.nominal_voltage, has.nominal_frequency = 230, 50
        for limits in (has.session_limits.dc_limits, has.rated_limits.dc_limits):
            limits.max_charge_power = limits.max_discharge_power = 20_000
            limits.min_charge_power = limits.min_discharge_power = 100
            limits.max_charge_current = limits.max_discharge_current = 50
            limits.min_charge_current = limits.min_discharge_current = 1
            limits.max_voltage, limits.min_voltage = 500, 150

    async def send_charging_command(
        self,
        ev_target_voltage: float | None,
        ev_target_current: float | None,
        is_precharge: bool = False,
        is_session_bpt: bool = False,
    ) -> None:
        self.evse_data_context.present_voltage = ev_target_voltage or 0
        self.evse_data_context.present_current = 0 if is_precharge else ev_target_current or 0

    async def stop_charger(self) -> None:
        self.evse_data_context.present_voltage = self.evse_data_context.present_current = 0


class Session(SECCCommunicationSession):
    """A session that tells its outcome before it waits the five seconds that theirs waits."""

    out: TextIO

    async def stop(self, reason: str) -> None:
        outcome = self.stop_reason is not None and self.stop_reason.successful
        print(json.dumps({"successful": outcome, "reason": reason}), file=self.out, flush=True)
        await super().stop(reason)


def their_tls(version: str, pki: str) -> Any:
    shared_settings[SettingKey.ENABLE_TLS_1_3] = version == "1.3"
    shared_settings[SettingKey.PKI_PATH] = pki
    return get_ssl_context(True)


async def listen(config: Config, out: TextIO, context: Any) -> int:
    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        charger = Charger()
        evse_id = await charger.get_evse_id(Protocol.UNKNOWN)
        session = Session((reader, writer), asyncio.Queue(), config, charger, evse_id)
        session.out = out
        await session.start(Timeouts.V2G_EVCC_COMMUNICATION_SETUP_TIMEOUT)

    server = await asyncio.start_server(
        accept, "::1", 0, family=socket.AF_INET6, ssl=context, start_serving=True
    )
    return int(server.sockets[0].getsockname()[1])


async def main() -> None:
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what they print is no answer
    config = Config()
    config.load_envs()
    EXI().set_exi_codec(codec())
    ports = {"plain": await listen(config, out, None)}
    for version in ("1.2", "1.3"):
        if pki := os.environ.get(f"PKI_{version[-1]}"):
            ports[version] = await listen(config, out, their_tls(version, pki))
    print(json.dumps(ports), file=out, flush=True)
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(None, sys.stdin.read)  # until whoever started this is gone


if __name__ == "__main__":
    asyncio.run(main())
