"""The vehicle of the package `iso15118` with nothing left out: it asks by SDP on an interface.

`their_whole_vehicle.py INTERFACE CONFIG`, the configuration as JSON; prints a line at its end.
"""

import asyncio
import json
import sys

from iso15118.evcc import EVCCHandler
from iso15118.evcc.evcc_config import EVCCConfig
from iso15118.shared.settings import load_shared_settings

from tests.interop.their_codec import codec
from tests.interop.their_vehicle import Vehicle


async def main() -> None:
    interface, config = sys.argv[1], EVCCConfig(**json.loads(sys.argv[2]))
    load_shared_settings()
    config.load_raw_values()
    handler = EVCCHandler(
        evcc_config=config, iface=interface, exi_codec=codec(), ev_controller=Vehicle(config)
    )
    await handler.start()
    print("the vehicle has charged", flush=True)


if __name__ == "__main__":
    asyncio.run(main())
