"""A charger and a vehicle over real TCP, in clear and sealed: power, policy, and one at a time."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from silverpin.apps.daemon.vehicle_frame import vehicle_frame
from silverpin.domain.limits import LIMITS
from silverpin.domain.tightening import tighten
from silverpin.drivers.v2g.vehicle import meet
from silverpin.protocols.capture.conversation import V2gMessage
from silverpin.protocols.capture.decoder import CaptureDecoder
from silverpin.protocols.capture.records import RecordReader
from silverpin.protocols.iso15118.car import Plan
from silverpin.protocols.iso15118.sides import Stage
from silverpin.protocols.iso15118.vehicle_endpoint import VehicleEndpoint
from tests.network_bay import NetworkStage, a_networked_charger
from tests.stage import Stage as Scene

TLS = "silverpin.drivers.v2g.tls"
QUICK = tighten(LIMITS, {"vehicle_begins_s": 2.0})
IN_CLEAR = pytest.mark.usefixtures("in_clear")


@pytest.fixture
def in_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    """As it is where the packages for TLS are not installed."""
    monkeypatch.setattr("silverpin.apps.daemon.vehicle_service._bench_sides", lambda *_: None)


def frame(scene: NetworkStage) -> dict[str, Any]:
    talk = scene.stage.world.talk
    assert talk is not None
    return vehicle_frame(None, talk)


def talking(scene: Scene) -> bool:
    return scene.world.talk is not None and scene.world.talk.busy


def kept_messages(folder: Path) -> list[str | None]:
    """Names of the messages in the one session that was kept, opened with the keys in it."""
    (kept,) = folder.glob("*-session.pcapng")
    assert kept.stat().st_mode & 0o777 == 0o600
    decoder, reader = CaptureDecoder(), RecordReader()
    found = [event for item in reader.feed(kept.read_bytes()) for event in decoder.take(item)]
    return [row.name for row in [*found, *decoder.close()] if isinstance(row, V2gMessage)]


@IN_CLEAR
def test_from_the_plug_to_power_and_back_over_tcp_in_clear(tmp_path: Path) -> None:
    async def play() -> None:
        async with a_networked_charger(tmp_path) as scene:
            await scene.flow(-10)
            told = frame(scene)
            assert (told["protocol"], told["service"]) == ("iso20", "DC_BPT")
            assert told["transport"].endswith("no TLS")
            scene.stage.stop()
            await scene.until(lambda s: not (s.bolt_home or talking(s)), within_s=10)
            await scene.wait(0.2)
            assert scene.stage.faults == set()
            assert scene.story()[-1] == "Conversation over: the charger stopped"

    asyncio.run(play())


@IN_CLEAR
def test_a_program_that_ends_blames_no_vehicle(tmp_path: Path) -> None:
    async def play() -> None:
        async with a_networked_charger(tmp_path) as scene:
            await scene.flow(-10)
        scene.stage.wait(0.1)
        assert scene.stage.faults == set()
        assert "Conversation over: the charger's program ends" in scene.story()
        assert scene.story()[-1] == "Conversation over: the charger's program ends"

    asyncio.run(play())


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({}, "by policy tls13-only, TLS by profile iso20"),
        ({"policy": "mixed", "profile": "interop-p256", "key_log": True},
         "by policy mixed, TLS by profile interop-p256 and iso2, their keys are kept"),
    ],
)  # fmt: skip
def test_how_vehicles_are_met_stands_in_the_journal(
    tmp_path: Path, asked: dict[str, Any], says: str
) -> None:
    pytest.importorskip(TLS, exc_type=ImportError)

    async def play() -> None:
        async with a_networked_charger(tmp_path, **asked) as scene:
            await scene.until(lambda s: bool(scene.story()), within_s=60)
            assert scene.story() == [f"Vehicles are met on [::1]:{scene.port}, {says}"]

    asyncio.run(play())


def test_from_the_plug_to_power_over_tls_with_certificates_on_both_sides(tmp_path: Path) -> None:
    pytest.importorskip(TLS, exc_type=ImportError)

    async def play() -> None:
        async with a_networked_charger(tmp_path) as scene:
            await scene.flow(10)
            told = frame(scene)
            assert "TLS 1.3 with a verified vehicle certificate" in told["transport"]
            assert "Silverpin bench" in told["certificate"]
            scene.stage.stop()
            await scene.until(lambda s: not talking(s), within_s=10)
            assert scene.stage.faults == set()

    asyncio.run(play())


@pytest.mark.verifies("COM-3")
@IN_CLEAR
def test_what_was_said_until_a_connection_broke_is_kept(tmp_path: Path) -> None:
    async def play() -> None:
        async with a_networked_charger(tmp_path) as scene:
            await scene.flow(10)
            car = scene.stage.world.car
            assert car is not None
            car.endpoint = None
            await scene.wait(2)
            assert scene.stage.faults == {"ERR_ISO_HANDSHAKE"}

    asyncio.run(play())
    names = kept_messages(tmp_path)
    assert names[0] == "supportedAppProtocolReq"
    assert names[-1] == "DC_ChargeLoopRes"


def test_the_session_is_kept_and_can_be_read_when_its_keys_are_kept_too(tmp_path: Path) -> None:
    pytest.importorskip(TLS, exc_type=ImportError)

    async def play() -> None:
        async with a_networked_charger(tmp_path, key_log=True) as scene:
            await scene.flow(10)
            scene.stage.stop()
            await scene.until(lambda s: not talking(s), within_s=10)

    asyncio.run(play())
    names = kept_messages(tmp_path)
    assert names[0] == "supportedAppProtocolReq"
    assert "DC_ChargeLoopReq" in names
    assert names[-1] == "SessionStopRes"


@IN_CLEAR
def test_a_second_vehicle_is_told_off_while_the_first_is_talked_to(tmp_path: Path) -> None:
    async def play() -> None:
        async with a_networked_charger(tmp_path) as scene:
            await scene.flow(10)
            connection = await meet("::1", scene.port, None)
            await connection.write(VehicleEndpoint(Plan()).start(0).send)
            assert await connection.read() == b""
            await connection.close()
            await scene.wait(1)
            assert any("another vehicle is being talked to" in row for row in scene.story())
            assert scene.stage.faults == set()
            assert scene.stage.kw == pytest.approx(10, rel=0.05)

    asyncio.run(play())


@IN_CLEAR
def test_who_comes_without_a_plug_is_told_off_and_fills_no_journal(tmp_path: Path) -> None:
    async def play() -> None:
        async with a_networked_charger(tmp_path) as scene:
            await scene.until(lambda s: bool(scene.story()), within_s=60)
            opened = len(scene.story())
            for _ in range(50):
                connection = await meet("::1", scene.port, None)
                await connection.write(VehicleEndpoint(Plan()).start(0).send)
                assert await connection.read() == b""
                await connection.close()
            await scene.wait(1)
            (told,) = scene.story()[opened:]
            assert told.endswith("no plug is in")
            assert scene.stage.faults == set()

    asyncio.run(play())


@IN_CLEAR
def test_a_plug_that_is_pulled_takes_the_conversation_with_it(tmp_path: Path) -> None:
    async def play() -> None:
        async with a_networked_charger(tmp_path) as scene:
            await scene.flow(10)
            scene.stage.does("jam-lock").world.bay.vehicle.unplug()
            await scene.wait(3)
            assert not talking(scene.stage)
            assert not scene.stage.closed

    asyncio.run(play())


@IN_CLEAR
def test_a_charger_that_fails_tells_the_vehicle_and_opens_in_order(
    tmp_path: Path,
) -> None:
    async def play() -> None:
        async with a_networked_charger(tmp_path) as scene:
            await scene.flow(10)
            car = scene.stage.world.car
            assert car is not None
            scene.stage.does("heat-pin", "DC+=trip")
            await scene.wait(3)
            assert scene.stage.faults == {"ERR_THERM_OVERLOAD"}
            assert not scene.stage.closed
            assert not scene.stage.world.bay.vehicle.ready
            assert scene.stage.counts.load_breaks == 0
            assert not talking(scene.stage)

    asyncio.run(play())


def test_a_vehicle_that_proves_too_little_is_turned_away_and_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes in clear, and the policy wants TLS 1.3 on both sides."""
    monkeypatch.setattr("silverpin.apps.daemon.vehicle_service._bench_sides", lambda *_: ((), ()))

    async def play() -> None:
        async with a_networked_charger(tmp_path, limits=QUICK) as scene:
            scene.stage.does("plug")
            await scene.wait(2)
            scene.stage.asks(10)
            await scene.until(lambda s: bool(s.faults), within_s=60)
            latch = scene.stage.charger.envelope.latched["ERR_ISO_HANDSHAKE"]
            assert "no vehicle began to talk" in latch.detail
            assert "policy tls13-only admits only TLS 1.3" in latch.detail
            assert "the vehicle came with no TLS" in str(frame(scene)["refused"])
            assert any(row.startswith("Refused: ") for row in scene.story())
            assert not scene.stage.closed

    asyncio.run(play())


@IN_CLEAR
@pytest.mark.parametrize("stage", [Stage.AGREEING, Stage.POWER], ids=lambda row: row.value)
def test_a_connection_that_breaks_is_a_handshake_that_failed(stage: Stage, tmp_path: Path) -> None:
    async def play() -> None:
        async with a_networked_charger(tmp_path) as scene:
            car = scene.stage.world.car
            assert car is not None
            if stage is Stage.POWER:
                await scene.flow(10)
            else:
                scene.stage.does("plug")
                await scene.wait(2)
                scene.stage.asks(10)
                await scene.until(talking, within_s=10)
            car.endpoint = None
            await scene.wait(2)
            assert scene.stage.faults == {"ERR_ISO_HANDSHAKE"}
            assert not scene.stage.closed

    asyncio.run(play())
