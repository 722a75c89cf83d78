"""One station of a power line as a process of its own, on a real network interface.

``python -m tests.plc_station charger eth0`` and ``vehicle eth0`` match and print a line of JSON
once they are linked, or after a minute; ``line PLAN`` is the power line itself, with a modem for
each interface named in the plan, and runs until it is ended.
"""

import asyncio
import json
import random
import sys
import time
from typing import Any

from silverpin.domain.observation import CpState
from silverpin.drivers.plc.interface import PlcError, PlcInterface
from silverpin.drivers.plc.pump import PlcPump
from silverpin.protocols.slac.charger import ChargerMatching
from silverpin.protocols.slac.states import Stage, VehicleStage
from silverpin.protocols.slac.vehicle import VehicleMatching
from tests.power_line import Modem, PowerLine

GIVE_UP_S = 60.0


def fail(error: PlcError) -> None:
    raise SystemExit(str(error))


async def charger(name: str) -> dict[str, Any]:
    with PlcInterface(name) as interface:
        machine = ChargerMatching(interface.mac, random.SystemRandom(), time.monotonic_ns())
        machine.pilot_is(CpState.B, time.monotonic_ns())
        await until(interface, machine, lambda: machine.stage is Stage.LINKED)
        match, network = machine.match, machine.key.network
        return {
            "stage": machine.stage.name,
            "mac": interface.mac.hex(),
            "peer": match and match.vehicle.hex(),
            "attenuation_db": match and round(match.attenuation_db, 1),
            "sounds_lost": match and match.sounds_lost,
            "nid": network and network.nid.hex(),
            "vehicles": len(machine.crowd),
        }


async def vehicle(name: str) -> dict[str, Any]:
    with PlcInterface(name) as interface:
        machine = VehicleMatching(interface.mac, random.SystemRandom())
        machine.begin(time.monotonic_ns())

        def linked() -> bool:
            # A busy machine may miss the standard's times; a driver would plug in again.
            if machine.stage is VehicleStage.FAILED:
                machine.begin(time.monotonic_ns())
            return machine.stage is VehicleStage.LINKED

        await until(interface, machine, linked)
        network = machine.network
        return {
            "stage": machine.stage.name,
            "mac": interface.mac.hex(),
            "peer": machine.charger and machine.charger.charger.hex(),
            "nid": network and network.nid.hex(),
            "why": machine.why and machine.why.value,
        }


async def until(interface: PlcInterface, machine: Any, done: Any) -> None:
    over = asyncio.Event()
    pump = PlcPump(interface, machine, lambda: over.set() if done() else None, fail)
    try:
        async with asyncio.timeout(GIVE_UP_S):
            await over.wait()
    except TimeoutError:
        print(f"{interface.name}: still {machine.stage}", file=sys.stderr)
    finally:
        pump.close()


async def line(plan: dict[str, Any]) -> None:
    """Carry frames between the interfaces, as the attenuations of the plan allow."""
    power_line = PowerLine(random.Random(plan["seed"]))
    interfaces = [PlcInterface(name) for name in plan["interfaces"]]
    for number in range(len(interfaces)):
        power_line.add(Modem(mac=bytes([2, 0xAA, 0, 0, 0, number])))
    for one, other, level in plan["attenuations"]:
        power_line.between(one, other, level)
    loop = asyncio.get_running_loop()

    def carry(port: int) -> None:
        for octets in interfaces[port].receive():
            for other, arrived in power_line.send(port, octets):
                interfaces[other].send(arrived)

    for port, interface in enumerate(interfaces):
        loop.add_reader(interface.fileno(), carry, port)
    print("ready", flush=True)
    await asyncio.Event().wait()


def main() -> None:
    role, argument = sys.argv[1:]
    if role == "line":
        asyncio.run(line(json.loads(argument)))
    else:
        told = asyncio.run(charger(argument) if role == "charger" else vehicle(argument))
        print(json.dumps({"role": role, **told}))


if __name__ == "__main__":
    main()
