"""What the status tells of the power line, with a modem and without one."""

import asyncio
import random
from pathlib import Path

import pytest

from silverpin.apps.config import ConfigError, load_config
from silverpin.apps.config.sections import V2gSection
from silverpin.apps.daemon import plc_service
from silverpin.apps.daemon.plc_service import plc_modem
from silverpin.apps.ev_link.plc_line import PlcLine
from silverpin.drivers.plc.interface import PlcError
from silverpin.drivers.v2g.connection import Shaken
from silverpin.protocols.slac.desk import SlacDesk
from tests.slac_street import station


@pytest.mark.verifies("COM-4")
def test_without_a_modem_the_handshake_tells_of_the_line() -> None:
    line = PlcLine()
    assert line.frame()["quality"]["grade"] == "unknown"
    line.talked(Shaken(0.2, 6), 0)
    told = line.frame()
    assert (told["modem"], told["why"]) == ("none", None)
    assert told["quality"]["grade"] == "poor"
    assert "TCP segments sent again during TLS 6" in told["quality"]["sentence"]
    assert told["quality"]["advice"]
    line.talked(None, 1)
    assert line.frame() == told, "a connection in clear tells nothing new"


def test_a_vehicles_connection_is_told_to_the_matching() -> None:
    line = PlcLine()
    line.desk = SlacDesk(station(0, 0xC0), random.Random(1), 0)
    line.talked(Shaken(0.2, None), 0)
    told = line.frame()
    assert told["modem"] == "slac"
    assert told["quality"]["measures"] == {"TLS handshake": 0.2}
    assert told["wish"] == "nothing"


def test_no_modem_is_opened_unless_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(_name: str) -> None:
        raise AssertionError("opened")

    monkeypatch.setattr(plc_service, "PlcInterface", forbidden)

    async def serve() -> None:
        async with plc_modem(PlcLine(), V2gSection(), lambda: None, lambda _: None):
            pass

    asyncio.run(serve())


def test_an_interface_that_fails_is_told_once_and_tried_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tried: list[str] = []
    monkeypatch.setattr(plc_service, "_AGAIN_S", 0.0)

    async def serve() -> None:
        line, often = PlcLine(), asyncio.Event()

        def missing(name: str) -> None:
            tried.append(name)
            if len(tried) > 2:
                often.set()
            raise PlcError(name, OSError(19, "No such device"))

        monkeypatch.setattr(plc_service, "PlcInterface", missing)
        async with plc_modem(line, V2gSection(modem="slac"), lambda: None, lambda _: None):
            await often.wait()
        assert line.trouble is not None
        assert line.frame()["why"] == line.trouble

    asyncio.run(serve())
    assert tried[:2] == ["eth1", "eth1"]
    assert capsys.readouterr().err.count("no matching with vehicles") == 1


def test_matching_that_ends_by_a_mistake_of_ours_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def mistaken(_name: str) -> None:
        raise ZeroDivisionError("of ours")

    monkeypatch.setattr(plc_service, "PlcInterface", mistaken)
    line = PlcLine()

    async def serve() -> None:
        ended = asyncio.Event()
        async with plc_modem(line, V2gSection(modem="slac"), lambda: None, lambda _: ended.set()):
            await ended.wait()

    asyncio.run(serve())
    said = "matching on the power line has ended and the charger goes on: ZeroDivisionError"
    assert (line.frame()["why"] or "").startswith(said)
    assert said in capsys.readouterr().err


def test_a_modem_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "evse.toml"
    path.write_text(
        '[charger]\nid = "a"\nserial = "B1"\nconnector = "ccs2-80a"\npower_max_w = 1e4\n'
        '[v2g]\nmodem = "pigeon"\n',
        encoding="utf-8",
    )
    with pytest.raises(ConfigError, match=r"v2g\.modem must be one of none, slac"):
        load_config(str(path), True, False)
