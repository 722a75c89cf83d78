"""`silverpin demo`: one line on stdout, a charger that moves, and room for a second one."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.daemon_process import BIN, Home, a_home, running

DEMO = ("demo", "--no-browser")
HEAVY = ("asyncio", "http", "msgspec", "sqlite3", "starlette", "uvicorn", "silverpin.plant")


@pytest.fixture
def home() -> Iterator[Home]:
    with a_home() as made:
        yield made


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


@pytest.mark.verifies("UX-1")
def test_the_demo_moves_by_itself_and_says_one_line(home: Home) -> None:
    with running(home, *DEMO, "--port", "0", "--speed", "20", program="silverpin") as daemon:
        port = daemon.url.rstrip("/").rpartition(":")[2]
        assert daemon.first_line == f"ready http://127.0.0.1:{port}/\n"
        daemon.until(lambda s: (s["power_w"] or 0.0) < -10_000.0, "feeding the grid")
        before = daemon.status()["power_w"]
        daemon.until(lambda s: s["power_w"] != before, "moving")
        assert daemon.home.cli("silverpin act stop").returncode == 0
        daemon.until(lambda s: s["state"] == "plugged", "stopped")
        time_s = daemon.status()["time"]
        later = daemon.until(lambda s: s["time"][:16] > time_s[:16], "a minute later")
        assert later["state"] == "plugged", "whoever commands has the word"
        assert daemon.end() == 0
        assert daemon.stdout.read() == ""
        assert daemon.said().startswith("silverpin demo: simulated; stop with Ctrl-C.")
        assert daemon.said().count("\n") == 1


def test_its_vehicle_comes_over_tcp_and_one_that_asks_with_its_pilot_alone_does_not(
    home: Home,
) -> None:
    words = (*DEMO, "--port", "0", "--speed", "20")
    with running(home, *words, program="silverpin") as daemon:
        status = daemon.until(lambda s: s["vehicle"]["stage"] == "power", "in the charge loop")
        vehicle = status["vehicle"]
        assert vehicle["words"] == "ISO 15118-20 DC_BPT, in the charge loop"
        assert vehicle["transport"].startswith("from [::1]:")
        assert "vehicle      ISO 15118-20 DC_BPT" in daemon.home.cli("evse-cli status").stdout
    with a_home() as other, running(other, *words, "--pilot-only", program="silverpin") as daemon:
        status = daemon.until(lambda s: abs(s["power_w"] or 0.0) > 5_000.0, "moving")
        assert status["vehicle"]["words"] is None


@pytest.mark.skipif(not is_free(8080), reason="something else listens on port 8080")
def test_the_usual_port_or_the_next_free_one_unless_one_was_asked_for(home: Home) -> None:
    with running(home, *DEMO, program="silverpin") as first:
        assert first.first_line == "ready http://127.0.0.1:8080/\n"
        with a_home() as other, running(other, *DEMO, program="silverpin") as second:
            assert 8081 <= int(second.url.rstrip("/").rpartition(":")[2]) < 8100
            assert second.get("/api/status")["simulated"]
        asked = home.cli("silverpin demo --no-browser --port 8080")
        assert (asked.returncode, asked.stdout) == (3, "")
        assert asked.stderr.count("\n") == 1
        assert "127.0.0.1:8080 cannot be listened on" in asked.stderr


def test_a_second_demo_has_a_socket_of_its_own_and_says_which(home: Home) -> None:
    words = (*DEMO, "--port", "0")
    with running(home, *words, program="silverpin") as first:
        with running(home, *words, program="silverpin") as second:
            assert second.get("/api/status")["simulated"]
            [told] = [line for line in second.said().splitlines() if "SILVERPIN_SOCKET=" in line]
            path = told.partition("SILVERPIN_SOCKET=")[2]
            assert "another charger has the usual socket" in told
            second.post("/api/act", {"act": "ambient", "value": 31})
            ambient = home.run("evse-cli", "status", "--json", SILVERPIN_SOCKET=path).stdout
            assert '"ambient_c": 31.0' in ambient
            assert first.status()["ambient_c"] != 31.0
            assert second.end() == 0
            assert not Path(path).parent.exists(), "it leaves nothing behind"
        assert first.status()["simulated"]


def test_a_demo_listens_where_it_is_told(home: Home) -> None:
    home.environment["SILVERPIN_SOCKET"] = str(home.socket.with_name("told.sock"))
    with running(home, *DEMO, "--port", "0", "--host", "::1", program="silverpin") as daemon:
        assert daemon.url.startswith("http://[::1]:")
        assert daemon.get("/api/status")["simulated"]
        assert home.socket.with_name("told.sock").is_socket()
        assert home.cli("evse-cli status").returncode == 0


def test_the_browser_is_opened_from_a_process_apart(home: Home) -> None:
    seen = home.folder / "seen"
    browser = home.folder / "browser"
    browser.write_text(f'#!/bin/sh\necho chatter\necho "$1" > {seen}.half\nmv {seen}.half {seen}\n')
    browser.chmod(0o755)
    home.environment["BROWSER"] = str(browser)
    with running(home, "demo", "--port", "0", program="silverpin") as daemon:
        daemon.until(lambda _: seen.exists(), "the browser was asked")
        assert seen.read_text().strip() == daemon.url
        assert daemon.end() == 0
        assert daemon.stdout.read() == "", "what a browser says is not ours to print"


def test_seeds_differ_and_one_seed_is_one_plant(home: Home) -> None:
    def ambient_and_grid(seed: str) -> list[float]:
        with running(home, *DEMO, "--port", "0", "--seed", seed, program="silverpin") as daemon:
            return [row["value"] for row in daemon.status()["temps_c"].values()]

    assert ambient_and_grid("7") == ambient_and_grid("7") != ambient_and_grid("8")


@pytest.mark.parametrize(
    "words",
    ["silverpin --help", "silverpin demo --help", "silverpin act --help", "evse-cli --help",
     "v2g-tool --help", "gpio-cli --help"],
)  # fmt: skip
def test_a_program_that_only_explains_itself_loads_little(words: str) -> None:
    program, *argv = words.split(" ")
    code = (
        "import runpy, sys\n"
        f"sys.argv = {[str(BIN / program), *argv]!r}\n"
        "try:\n    runpy.run_path(sys.argv[0], run_name='__main__')\n"
        "finally:\n    print(*sorted(sys.modules), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    loaded = done.stderr.split()
    assert "argparse" in loaded
    assert [name for name in HEAVY if name in loaded] == []
