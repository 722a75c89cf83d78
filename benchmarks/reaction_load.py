"""`python -m benchmarks.reaction_load URL SOCKET`: keeps one daemon busy until it is killed."""

import sys
import threading
from contextlib import suppress
from pathlib import Path
from urllib.parse import urljoin
from urllib.request import urlopen

from silverpin.apps.control_socket.client import ClientError, ask

_READERS = 4


def main() -> None:
    """Read the stream, fetch the page and ask for the status, all at once."""
    url, control = sys.argv[1], Path(sys.argv[2])
    jobs = [threading.Thread(target=_read, args=(url,), daemon=True) for _ in range(_READERS)]
    jobs.append(threading.Thread(target=_fetch, args=(url,), daemon=True))
    for job in jobs:
        job.start()
    while True:
        with suppress(ClientError):
            ask(control, {"command": "status"})


def _read(url: str) -> None:
    with urlopen(urljoin(url, "/api/stream")) as stream:
        for _ in stream:
            pass


def _fetch(url: str) -> None:
    while True:
        with suppress(OSError), urlopen(urljoin(url, "/api/status")) as answer:
            answer.read()


if __name__ == "__main__":
    main()
