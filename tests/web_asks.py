"""What a test asks of the page's server, over a real socket."""

import http.client
import json
import threading
from collections.abc import Callable
from typing import Any

from tests.web_fake import Served


class Answer:
    """One response, read to its end."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.body = response.read()

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def ask(
    served: Served,
    path: str,
    method: str = "GET",
    body: str | bytes | None = None,
    headers: dict[str, str] | None = None,
) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=10)
    try:
        connection.request(method, path, body, headers or {})
        return Answer(connection.getresponse())
    finally:
        connection.close()


def eventually(condition: Callable[[], bool]) -> bool:
    """Whether *condition* comes true within five seconds."""
    pause = threading.Event()
    return any(condition() or pause.wait(0.02) for _ in range(250))


class Stream:
    """An open event stream, read frame by frame."""

    def __init__(self, served: Served) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=10)
        self._connection.request("GET", "/api/stream")
        self.response = self._connection.getresponse()

    def frame(self) -> dict[str, str]:
        lines = iter(lambda: self.response.readline().decode().rstrip("\n"), "")
        return dict(line.split(": ", 1) for line in lines)

    def close(self) -> None:
        self.response.close()
        self._connection.close()
