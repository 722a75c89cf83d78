"""Messages on stdout: JSON for programs, columns for people."""

import json
import shutil
import sys
from typing import Any, Protocol, TextIO

import msgspec

from silverpin.apps.decode.wording import content, utc
from silverpin.protocols.capture.connection import Ended, Event
from silverpin.protocols.capture.conversation import V2gMessage
from silverpin.protocols.exi import ExiError, encode, encode_fragment

SCHEMA = "silverpin.v2g_message/1"


class Sink(Protocol):
    """Takes what a capture holds, in order."""

    failed: int
    messages: int

    def take(self, event: Event) -> None:
        """Take the next message or end of a session."""
        ...

    def flush(self) -> None:
        """Let out what was written: what comes next may take its time."""
        ...

    def close(self) -> None:
        """Nothing more comes."""
        ...


class Lines:
    """Writes one line a message."""

    def __init__(self, out: TextIO, *, as_json: bool, verify: bool) -> None:
        self._out = out
        self._as_json = as_json
        self._verify = verify
        # Only a terminal cuts: a file keeps the whole line.
        self._width = shutil.get_terminal_size().columns if out.isatty() else None
        self.messages = 0
        self.failed = 0

    def take(self, event: Event) -> None:
        """Write a message's line."""
        if isinstance(event, Ended):
            return
        self.messages += 1
        same = reencoded(event) if self._verify else None
        self.failed += event.error is not None or same is False
        if self._as_json:
            line = json_line(self._object(event, same))
        else:
            line = self._columns(event, same)[: self._width]
        self._out.write(line + "\n")

    def flush(self) -> None:
        """Let everything out."""
        self._out.flush()

    def close(self) -> None:
        """Let everything out."""
        self.flush()

    def _object(self, event: V2gMessage, same: bool | None) -> dict[str, Any]:
        told = {
            "schema": SCHEMA,
            "n": self.messages,
            "t": utc(event.t_ns),
            "session": event.session,
            "from": event.sender,
            "protocol": event.protocol,
            "name": event.name,
            "message": event.message,
            "exi": None if event.exi is None else event.exi.hex(),
            "trailing": event.trailing.hex(),
            "error": event.error and event.error._asdict(),
        }
        return told | {"reencoded": same} if self._verify else told

    def _columns(self, event: V2gMessage, same: bool | None) -> str:
        clock = (utc(event.t_ns) or "")[11:23]
        words = [content(event.message)] if event.message else []
        if event.error is not None:
            at = "" if event.error.bit is None else f" at bit {event.error.bit}"
            words.append(f"FAILED{at}: {event.error.reason}")
        if event.trailing:
            words.append(f"[{len(event.trailing)} stray octets: {event.trailing.hex(' ')}]")
        if same is False:
            words.append("[encoding it again gives other octets]")
        return (
            f"{self.messages:6} {clock:12} {event.session or '':4}{event.sender or '':5}"
            f"{event.protocol or '?':13}{event.name or '?':28} {'  '.join(words)}"
        ).rstrip()


def json_line(told: dict[str, Any]) -> str:
    """Return one line of JSON."""
    try:
        return msgspec.json.encode(told).decode()
    except (UnicodeEncodeError, OverflowError):
        # A broken message may hold half a character, or a number of a hundred digits.
        return json.dumps(told)


def reencoded(event: V2gMessage) -> bool | None:
    """Whether encoding the message again gives its octets, stray ones apart; None without EXI."""
    if event.protocol is None or event.exi is None or event.message is None:
        return None
    try:
        write = encode_fragment if event.fragment else encode
        octets = write(event.protocol, event.message)
    except ExiError:
        return False
    return octets + event.trailing == event.exi


def tell(text: str) -> None:
    """Say something about the decoding, on stderr."""
    print(f"v2g-tool decode: {text}", file=sys.stderr)
