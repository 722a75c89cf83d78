"""A charger made of scripted states, and a server for it: the page is tested without the daemon."""

import copy
import math
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import uvicorn

from silverpin.apps.bench import catalogue
from silverpin.apps.web.connections import server_config
from silverpin.apps.web.feed import Feed, Reader
from silverpin.apps.web.server import create_app
from silverpin.apps.web.source import ActResult, Frame
from silverpin.apps.world import World
from tests.web_states import STATES

START = datetime(2026, 11, 22, 14, 32, 8, tzinfo=UTC)
STEP_S = 5
ROWS = 720


def stamp(seconds: float) -> str:
    """A time of the fake's own clock, as the status writes it."""
    return (START + timedelta(seconds=seconds)).isoformat(timespec="milliseconds")[:-6] + "Z"


class FakeSource:
    """Shows one scripted state at a time; `pulse` sends one frame and advances its clock."""

    def __init__(self, state: str = "discharge", rows: int = ROWS) -> None:
        self.feed = Feed()
        self.acts: list[tuple[str, Any, bool]] = []
        self.answer = ActResult(ok=True, text="Plugged in.")
        self._rows = rows
        self._elapsed_s = 0.0
        self._events = [event(17 - back, -60.0 * back) for back in range(17)]
        self.show(state)

    def show(self, state: str, **changes: Any) -> None:
        """Change to *state*, with further top-level keys replaced."""
        self._state = {**copy.deepcopy(STATES[state]), **changes}

    def pulse(self, seconds: float = 0.2) -> None:
        """Let time pass and publish a frame."""
        self._elapsed_s += seconds
        self.feed.publish("status", self.status())

    def rewind(self, seconds: float) -> None:
        """Set the charger's clock back."""
        self._elapsed_s -= seconds

    def happen(
        self, text: str, *, kind: str = "fault_raised", level: str = "error", ago_s: float = 0.0
    ) -> None:
        """Publish one more journal event."""
        at_s = self._elapsed_s - ago_s
        new = event(len(self._events) + 1, at_s, kind=kind, level=level, text=text)
        self._events.insert(0, new)
        self.feed.publish("event", new)

    def status(self) -> Frame:
        return {**self._state, "time": stamp(self._elapsed_s)}

    def history(self) -> Frame:
        temps = self._state["temps_c"]
        ago = [STEP_S * (self._rows - 1 - row) for row in range(self._rows)]
        return {
            "schema": "silverpin.history/1",
            "step_s": STEP_S,
            "time": [stamp(self._elapsed_s - s) for s in ago],
            "power_w": [past_power(s, self._state["power_w"] or 0.0) for s in ago],
            "temps_c": {pin: [past_temp(s, temps[pin]["value"]) for s in ago] for pin in temps},
            "marks": [
                {"time": stamp(-2400.0), "kind": "of_a_newer_program", "text": "Not known here"},
                {"time": stamp(-1800.0), "kind": "load_break", "text": "Opened under load"},
            ],
            "temp_trip_c": 85.0,
            "temp_reset_c": 60.0,
        }

    def bench(self) -> Frame:
        return catalogue(World(1).bay)

    def stands(self, *acts: tuple[str, str | None]) -> None:
        """Let these faults stand on the bench."""
        standing = [{"act": act, "value": value} for act, value in acts]
        self._state["bench"] = {"standing": standing}

    def events(self, limit: int) -> Sequence[Frame]:
        return self._events[:limit]

    def subscribe(self) -> Reader:
        return self.feed.subscribe()

    async def act(self, act: str, value: float | str | None, clear: bool) -> ActResult:
        self.acts.append((act, value, clear))
        return self.answer


def event(
    number: int,
    seconds: float,
    *,
    kind: str = "reversed",
    level: str = "info",
    text: str = "To discharge after 812 ms; reactive power at most 120 var",
) -> dict[str, Any]:
    what = "Fault" if kind == "fault_raised" else "Reversal"
    row = {"id": number, "time": stamp(seconds), "kind": kind, "level": level, "what": what}
    return {**row, "text": text, "who": "charger"}


def past_power(ago_s: float, now_w: float) -> float | None:
    """A session that charged, turned at half past, and came to what is now."""
    if ago_s > 3200:
        return None
    wobble = 900 * math.sin(ago_s / 70) + 500 * math.sin(ago_s / 23)
    if ago_s > 1900:
        return 15_000 + wobble
    if ago_s > 1830:
        return 0.0
    return now_w + (wobble if now_w else 0.0) * min(1.0, ago_s / 200)


def past_temp(ago_s: float, now_c: float | None) -> float | None:
    """Warming towards what is now."""
    if now_c is None or ago_s > 3200:
        return None
    rise = 1 - math.exp(-(3200 - ago_s) / 900)
    return 24 + (now_c - 24) * rise + 0.8 * math.sin(ago_s / 110) * min(1.0, ago_s / 100)


class Served:
    """A running server and the port it listens on."""

    def __init__(self, source: FakeSource, simulated: bool, port: int = 0) -> None:
        self.source = source
        app = create_app(source, simulated)
        self._server = uvicorn.Server(server_config(app))
        self._socket = socket.create_server(("127.0.0.1", port))
        self.port = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],))
        self._pulsing = threading.Event()
        self._stopped = threading.Event()
        self._pulse = threading.Thread(target=self._keep_pulsing)
        self._thread.start()
        self._pulse.start()

    def _keep_pulsing(self) -> None:
        while not self._stopped.wait(0.2):
            if not self._pulsing.is_set():
                self.source.pulse()

    def mute(self) -> None:
        """Send no more frames, while the server goes on."""
        self._pulsing.set()

    def unmute(self) -> None:
        """Send frames again."""
        self._pulsing.clear()

    def stop(self) -> None:
        """Go away, as a stopped daemon does."""
        self._stopped.set()
        self._pulse.join()
        self.source.feed.close()
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()


@contextmanager
def serving(
    state: str = "discharge", *, simulated: bool = True, rows: int = ROWS, port: int = 0
) -> Iterator[Served]:
    """Run the page over a fake charger in *state*."""
    source = FakeSource(state, rows)
    source.show(state, simulated=simulated)
    served = Served(source, simulated, port)
    try:
        yield served
    finally:
        served.stop()


def dig(status: Mapping[str, Any], path: str) -> Any:
    """The value at a `data-field` path: keys joined by dots; a pin's name has none."""
    value: Any = status
    for key in path.split("."):
        value = value[int(key)] if isinstance(value, list) else value[key]
    return value
