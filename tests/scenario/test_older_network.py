"""Vehicles of DIN 70121 and ISO 15118-2 at a charger over real TCP."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from tests.network_bay import a_networked_charger


@pytest.mark.parametrize("protocol", ["din", "iso2"])
def test_an_older_vehicle_charges_over_tcp_in_clear(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, protocol: str
) -> None:
    # As it is where the packages for TLS are not installed: the bench then meets anybody in clear.
    monkeypatch.setattr("silverpin.apps.daemon.vehicle_service._bench_sides", lambda *_: None)

    async def play() -> None:
        async with a_networked_charger(tmp_path) as scene:
            car = scene.stage.world.car
            assert car is not None
            car.plan = replace(car.plan, protocols=(protocol,))
            await scene.flow(10)
            talk = scene.stage.world.talk
            assert talk is not None
            assert talk.told is not None
            assert talk.told.protocol == protocol
            scene.stage.stop()
            await scene.until(lambda s: not (s.bolt_home or talk.busy), within_s=10)
            await scene.wait(0.2)
            assert scene.stage.faults == set()
            assert scene.stage.counts.load_breaks == 0
            assert scene.story()[-1] == "Conversation over: the charger stopped"

    asyncio.run(play())
