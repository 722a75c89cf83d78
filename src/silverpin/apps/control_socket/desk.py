"""What becomes of one request line: read, permitted, answered by the daemon and recorded.

Every way in ends in an answer of the same shape; none raises.
"""

from collections.abc import Callable
from typing import Any, Protocol

from silverpin.apps.control_socket.audit import Audit
from silverpin.apps.control_socket.peers import Admission, Peer
from silverpin.apps.control_socket.request_base import Request
from silverpin.apps.control_socket.requests import (
    RequestError,
    Watch,
    answer,
    read_request,
)
from silverpin.apps.exits import Exit

_RECORDED_MAX = 300
Failed = Callable[[str, Exception], None]
"""Takes the command and the exception of a handler that failed."""


class CommandHandler(Protocol):
    """The daemon's answer to a request that was read and is permitted."""

    def handle(self, request: dict[str, Any], peer: Peer) -> dict[str, Any]:
        """Return the answer (see `requests.answer`) at once; called in the event loop."""


class CommandDesk:
    """Stands between the peers of the control socket and the daemon's handler."""

    def __init__(
        self, handler: CommandHandler, admission: Admission, audit: Audit, failed: Failed
    ) -> None:
        self._handler = handler
        self._admission = admission
        self._audit = audit
        self._failed = failed

    def answer(self, line: bytes, peer: Peer) -> tuple[dict[str, Any], Request | None]:
        """Return the answer to one line, and its request when it was read and permitted."""
        try:
            request = read_request(line)
        except RequestError as error:
            return self.refuse(error.command, Exit.USAGE, str(error), peer), None
        if not peer.allowed:
            return self.refuse(request.command, Exit.FORBIDDEN, "", peer), None
        if isinstance(request, Watch):
            return self.status(peer), request
        told = self._ask(request.as_dict(), peer)
        if not request.reads:
            record = self._audit.refused if told["exit"] else self._audit.accepted
            record(request.sentence()[:_RECORDED_MAX], told["text"], peer)
        return told, request

    def refuse(self, command: str, code: Exit, text: str, peer: Peer) -> dict[str, Any]:
        """Return a recorded refusal; a peer that may not command learns that and no more."""
        if not peer.allowed:
            code, text = Exit.FORBIDDEN, self._admission.refusal
        self._audit.refused(command, text, peer)
        return answer(code, text)

    def status(self, peer: Peer) -> dict[str, Any]:
        """Return the answer to `status`, which nobody records."""
        return self._ask({"command": "status"}, peer)

    def _ask(self, request: dict[str, Any], peer: Peer) -> dict[str, Any]:
        try:
            told = self._handler.handle(request, peer)
            return answer(
                Exit(told["exit"]),
                told["text"],
                changed=told.get("changed", False),
                blocked_by=told.get("blocked_by", ()),
                data=told.get("data"),
            )
        except Exception as error:
            self._failed(request["command"], error)
            return answer(
                Exit.REFUSED, "The charger failed to answer and promises nothing: see its log"
            )
