"""The whole way: a daemon's session, its journal, the process beside it, and what people are told.

One process is a real daemon with its clock sped up; nothing of it stands in for another.
"""

from typing import Any

import pytest

pytest.importorskip("numba", reason="resistance is estimated by numba: install the extra life")

from tests.daemon_process import Daemon, Home, a_home, running

CONFIG = """[charger]
id = "demo-1"
serial = "SIM-0001"
connector = "ccs2-80a"
power_max_w = 40000.0
"""
POWER_W = 31_000.0
CHARGED_KWH = 12.0


def words_of(home: Home) -> tuple[str, ...]:
    config = home.folder / "evse.toml"
    config.write_text(CONFIG, encoding="utf-8")
    return ("--config", str(config), "--speed", "60", "--pilot-only")


def serve(daemon: Daemon) -> dict[str, Any]:
    """Let a vehicle charge near the rated current for long enough to warm the pins, and leave."""
    before_kwh = daemon.status()["energy_kwh"]["charged"]
    daemon.act("plug")
    daemon.until(lambda s: s["state"] == "plugged", "plugged")
    assert daemon.ask("set", mode="V2X", power_w=POWER_W).exit == 0
    enough_kwh = before_kwh + CHARGED_KWH
    daemon.until(lambda s: s["energy_kwh"]["charged"] > enough_kwh, "charged", within_s=300.0)
    daemon.ask("stop")
    daemon.until(lambda s: s["lock"]["position"] == "out", "let go")
    daemon.act("unplug")
    told: dict[str, Any] = daemon.until(lambda s: not s["plugged"], "unplugged")
    return told


def sessions(status: dict[str, Any]) -> int:
    return len(status["resistance"]["sessions"])


@pytest.mark.long
@pytest.mark.verifies("DUR-1")
def test_a_daemon_tells_its_contact_after_the_session_and_after_a_power_cut() -> None:
    with a_home() as home:
        words = words_of(home)
        with running(home, *words) as daemon:
            assert daemon.status()["resistance"]["now_mohm"]["p50"] is None
            serve(daemon)
            told = daemon.until(lambda s: sessions(s) == 1, "told", within_s=300.0)["resistance"]
            band = told["now_mohm"]
            assert 0.0 < band["p05"] < band["p50"] < band["p95"]
            assert (told["channel"], told["reason"]) == ("temperature", None)
            said = home.cli("evse-cli status").stdout
            assert f"{band['p50']:.2g}" in said
            daemon.kill()
        with running(home, *words) as daemon:
            again = daemon.until(lambda s: sessions(s) == 1, "told again", within_s=300.0)
            assert again["resistance"]["now_mohm"] == band
            serve(daemon)
            daemon.until(lambda s: sessions(s) == 2, "told twice", within_s=300.0)
