"""Who may talk to the page: only what is reached by its own address, and only from itself.

Two attacks come through a visitor's browser. DNS rebinding makes another site's name point here:
its requests carry that name in Host, so names other than our own are refused. A cross-site form or
script posts here with the visitor's reach: it carries another Origin, or none of the JSON type that
a browser sends across sites only after asking, and we never say yes to such a question.
"""

from collections.abc import Mapping
from ipaddress import ip_address

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'none'",
    )
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}


def host_name(host: str) -> str:
    """Return the name in a Host header, without port and brackets."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.partition(":")[0].rstrip(".").lower()


def _is_loopback(name: str) -> bool:
    if name == "localhost":
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def is_own_host(host: str, own: frozenset[str]) -> bool:
    """Return whether a Host header names this machine's loopback or one of *own*."""
    name = host_name(host)
    return _is_loopback(name) or name in own


def is_own_page(headers: Mapping[str, str]) -> bool:
    """Return whether a request comes from this page, or from no page at all."""
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = headers.get("origin")
    return origin is None or origin.partition("://")[2] == headers.get("host")


class Guard:
    """Refuses foreign names before any handler runs, and adds the policy to every answer."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str]) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_policy(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", "no-store")
            await send(message)

        host = Headers(scope=scope).get("host", "")
        own = self._hosts | _address_reached(scope)
        app = self._app if is_own_host(host, own) else _foreign(host)
        await app(scope, receive, send_with_policy)


def _address_reached(scope: Scope) -> frozenset[str]:
    """Return the local address that the client connected to; rebinding can not forge it."""
    server = scope.get("server")
    return frozenset((str(server[0]).lower(),)) if server else frozenset()


def _foreign(host: str) -> ASGIApp:
    text = f"This charger does not answer to the name {host!r}: open it by its own address."
    return JSONResponse({"ok": False, "text": text}, status_code=403)
