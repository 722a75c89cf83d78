"""Recorded sessions as requests with their answers, and a replay of the requests at our charger.

A request goes out as it was recorded, save for what `given_back` says.
"""

import gzip
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from silverpin.protocols import v2gtp
from silverpin.protocols.capture.conversation import V2gMessage, message_name
from silverpin.protocols.capture.decoder import CaptureDecoder
from silverpin.protocols.capture.key_log import KeyLog
from silverpin.protocols.capture.records import RecordReader
from silverpin.protocols.exi import decode, encode
from tests.given_back import NO_SESSION, GivenBack
from tests.given_back import Exchange as Exchange
from tests.given_back import content as content
from tests.v2g_data import BY_NAMESPACE

PAYLOADS = {"iso20-common": v2gtp.COMMON, "iso20-ac": v2gtp.AC, "iso20-dc": v2gtp.DC}


class Replayed(NamedTuple):
    """A recorded exchange, and what our charger answers."""

    recorded: Exchange
    name: str
    """Of our answer."""
    answered: dict[str, Any]

    @property
    def code(self) -> str:
        """Our response code."""
        return str(content(self.answered).get("ResponseCode", ""))

    @property
    def recorded_code(self) -> str:
        """Response code of the recorded charger."""
        answered = self.recorded.answered
        return str(content(answered).get("ResponseCode", "")) if answered else ""


class Asked(Protocol):
    """A charger that can be asked one thing after another."""

    def ask(self, octets: bytes) -> bytes:
        """Return all that the charger sends until it waits for the next request."""


def captured_sessions(path: Path) -> dict[str, list[Exchange]]:
    """Return the sessions of a capture by name; a key log beside it opens TLS."""
    log = path.with_suffix(".keylog")
    keys = KeyLog()
    if log.exists():
        keys.add(log.read_bytes())
    decoder, reader = CaptureDecoder(keys), RecordReader()
    octets = gzip.decompress(path.read_bytes())
    events = [e for item in reader.feed(octets) for e in decoder.take(item)] + [*decoder.close()]
    found: dict[str, list[V2gMessage]] = {}
    for event in events:
        if isinstance(event, V2gMessage) and event.session and event.message:
            found.setdefault(event.session, []).append(event)
    return {name: list(_exchanges(of)) for name, of in found.items()}


def paired_session(path: Path) -> list[Exchange]:
    """Return the session that one file of `exi_pairs` holds."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
    messages = []
    for row in rows:
        if "json" in row:
            message = json.loads(row["json"])
            protocol, name = BY_NAMESPACE[row["ns"]], message_name(message)
            if name.endswith(("Req", "Res")):
                messages.append(V2gMessage(protocol=protocol, name=name, message=message))
    return list(_exchanges(messages))


def _exchanges(messages: Iterable[V2gMessage]) -> Iterator[Exchange]:
    waiting: V2gMessage | None = None
    for told in messages:
        assert told.name is not None
        if told.name.endswith("Req"):
            if waiting:
                yield _exchange(waiting, None)
            waiting = told
        elif waiting:
            yield _exchange(waiting, told.message)
            waiting = None
    if waiting:
        yield _exchange(waiting, None)


def _exchange(told: V2gMessage, answered: dict[str, Any] | None) -> Exchange:
    assert told.protocol
    assert told.name
    assert told.message
    return Exchange(told.protocol, told.name, told.message, answered)


def replay(
    exchanges: Iterable[Exchange], charger: Asked, session: str = NO_SESSION
) -> Iterator[Replayed]:
    """Ask *charger* what was asked then, until it is done with the vehicle.

    *session* is the one of ours that a vehicle may take up again.
    """
    given = GivenBack(session)
    reader = v2gtp.FrameReader()
    for exchange in exchanges:
        body = encode(exchange.protocol, given.asked(exchange))
        kind = PAYLOADS.get(exchange.protocol, v2gtp.EXI)
        frames = list(reader.feed(charger.ask(v2gtp.frame(kind, body))))
        if not frames:
            return
        (frame,) = frames
        assert isinstance(frame, v2gtp.Frame)
        schema = v2gtp.SCHEMAS.get(frame.payload_type, exchange.protocol)
        _, answer, trailing = decode(schema, frame.body)
        assert trailing == b""
        given.answered(exchange, answer)
        yield Replayed(exchange, message_name(answer), answer)
