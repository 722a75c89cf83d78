"""Vehicles of DIN 70121 and ISO 15118-2 at a charger over real TCP."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from silverpin.apps.config.sections import V2gSection
from silverpin.apps.daemon.vehicle_frame import vehicle_frame
from silverpin.protocols.admission import Policy
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


def test_a_vehicle_of_iso2_charges_over_tls_12_beside_those_of_iso20(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trust = pytest.importorskip("silverpin.drivers.v2g.trust", exc_type=ImportError)

    def older_side(policy: Policy, asked: V2gSection) -> tuple[Any, Any]:
        chargers, vehicles = trust.bench_sides(policy, asked.profile)
        return chargers, tuple(each for each in vehicles if each.profile.name == "iso2")

    monkeypatch.setattr("silverpin.apps.daemon.vehicle_service._bench_sides", older_side)

    async def play() -> None:
        async with a_networked_charger(tmp_path, policy="mixed") as scene:
            car = scene.stage.world.car
            assert car is not None
            car.plan = replace(car.plan, protocols=("iso2",))
            await scene.flow(10)
            talk = scene.stage.world.talk
            assert talk is not None
            told = vehicle_frame(None, talk)
            assert told["protocol"] == "iso2"
            assert "TLS 1.2" in told["transport"]
            scene.stage.stop()
            await scene.until(lambda s: not (s.bolt_home or talk.busy), within_s=10)
            assert scene.stage.faults == set()

    asyncio.run(play())
