"""What a capture's sessions came to, in memory that does not grow with them."""

from typing import Any, TextIO

from silverpin.apps.decode.ending import Ending
from silverpin.apps.decode.output import json_line, reencoded
from silverpin.apps.decode.pace import Pace
from silverpin.apps.decode.physical import Survey
from silverpin.apps.decode.summary_words import in_words
from silverpin.apps.decode.values import Values
from silverpin.apps.decode.wording import utc
from silverpin.domain.quantities import NS_PER_S
from silverpin.protocols.capture.connection import Ended, Event
from silverpin.protocols.capture.conversation import V2gMessage

SCHEMA = "silverpin.v2g_summary/1"
_BESIDE_SESSIONS = ("sdp", "slac", "homeplug")
_IDENTITIES = {"SessionID": "session_id", "EVCCID": "evcc_id", "EVSEID": "evse_id"}
_ERRORS_MAX = 5


class Session:
    """One connection's messages, taken together."""

    def __init__(self, name: str | None) -> None:
        self._told: dict[str, Any] = {
            "session": name, "protocol": None, "tls": None, "session_id": None,
            "evcc_id": None, "evse_id": None,
        }  # fmt: skip
        self._begin_ns: int | None = None
        self._end_ns: int | None = None
        self._messages = {"ev": 0, "evse": 0}
        self._failed: list[dict[str, Any]] = []
        self._failures = 0
        self._stray = 0
        self._last: str | None = None
        self._pace, self._values, self._ending = Pace(), Values(), Ending()

    def take(self, message: V2gMessage) -> None:
        """Take one message of this session."""
        if message.t_ns is not None:
            self._begin_ns = message.t_ns if self._begin_ns is None else self._begin_ns
            self._end_ns = message.t_ns
        if message.sender in self._messages:
            self._messages[message.sender] += 1
        if message.protocol and (message.protocol != "sap" or not self._told["protocol"]):
            self._told["protocol"] = message.protocol.removesuffix("-common")
        self._stray += bool(message.trailing)
        if message.error is not None:
            self._failures += 1
            if len(self._failed) < _ERRORS_MAX:
                self._failed.append({"t": utc(message.t_ns), **message.error._asdict()})
        if message.message is None:
            return
        self._last = message.name
        survey = Survey(message.message)
        self._identify(survey.words)
        self._pace.take(message)
        self._values.take(message, survey)
        self._ending.take(message, survey)

    def told(self, ended: Ended | None) -> dict[str, Any]:
        """Return everything for JSON."""
        how = ended.how if ended else None
        verdict = self._ending.verdict(how)
        begin, end = self._begin_ns, self._end_ns
        seconds = None if begin is None or end is None else (end - begin) / NS_PER_S
        return {
            "schema": SCHEMA,
            **self._told,
            "tls": ended.tls if ended else None,
            "tls_alerts": list(ended.alerts) if ended else [],
            "start": utc(begin),
            "end": utc(end),
            "duration_s": seconds,
            "messages": self._messages,
            "failed": {"n": self._failures, "first": self._failed},
            "trailing": self._stray,
            "loop": self._pace.told(),
            "limits": {side: self._ranges("limits", side) for side in ("ev", "evse")},
            "asked": self._ranges("asked", "ev"),
            "given": self._ranges("given"),
            "soc": next(iter(self._ranges("soc").values()), None),
            "ended": {"by": verdict.by, "why": verdict.why, "how": how, "last": self._last},
            "implausible": [
                {
                    "from": item.sender, "name": item.name, "value": item.value,
                    "unit": item.unit, "why": item.why, "t": utc(item.t_ns), "n": item.times,
                }
                for item in self._values.contradictions.values()
            ],
        }  # fmt: skip

    def _ranges(self, kind: str, sender: str | None = None) -> dict[str, Any]:
        found = self._values.of(kind, sender)
        return {name: values.told() for name, values in found.items()}

    def _identify(self, words: dict[str, Any]) -> None:
        for key, told in _IDENTITIES.items():
            # A session that is not set up yet has the number zero.
            if key in words and str(words[key]).strip("0"):
                self._told[told] = words[key]


class Summary:
    """Takes a capture's messages and writes its sessions as they end."""

    def __init__(self, out: TextIO, *, as_json: bool, verify: bool) -> None:
        self._out = out
        self._as_json = as_json
        self._verify = verify
        self._sessions: dict[str | None, Session] = {}
        self.messages = 0
        self.failed = 0

    def take(self, event: Event) -> None:
        """Take a message, or the end of a session."""
        if isinstance(event, Ended):
            self._write(event.session, event)
            return
        self.messages += 1
        same = reencoded(event) if self._verify else None
        self.failed += event.error is not None or same is False
        if event.protocol not in _BESIDE_SESSIONS:
            self._sessions.setdefault(event.session, Session(event.session)).take(event)

    def close(self) -> None:
        """Write what has not ended: messages that were given without a connection."""
        for name in list(self._sessions):
            self._write(name, None)
        self.flush()

    def flush(self) -> None:
        """Let the sessions out that have ended."""
        self._out.flush()

    def _write(self, name: str | None, ended: Ended | None) -> None:
        session = self._sessions.pop(name, None)
        if session is not None:
            told = session.told(ended)
            self._out.write((json_line(told) if self._as_json else in_words(told)) + "\n")
