"""Reads a bench act from a request, refusing what is foreign, too long or not understood."""

import msgspec
from starlette.requests import ClientDisconnect, Request

from silverpin.apps.web.security import is_own_page
from silverpin.apps.web.source import ActResult

BODY_MAX_BYTES = 4096
_SHAPE = 'send {"act": "plug", "value": null, "clear": false}'


class ActRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `POST /api/act` takes."""

    act: str
    value: float | str | None = None
    clear: bool = False


def _refused(status_code: int, text: str) -> ActResult:
    return ActResult(ok=False, text=text, status_code=status_code)


async def read_act(request: Request) -> ActRequest | ActResult:
    """Return the act that *request* asks for, or the answer that refuses it."""
    if not is_own_page(request.headers):
        return _refused(403, "This request comes from another site: use the charger's own page.")
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        return _refused(415, f"The body must be JSON (content-type application/json): {_SHAPE}.")
    try:
        body = await _bounded_body(request)
    except ClientDisconnect:
        return _refused(400, "The request ended before its body did.")
    if body is None:
        return _refused(413, f"The body is longer than {BODY_MAX_BYTES} bytes: {_SHAPE}.")
    try:
        return msgspec.json.decode(body, type=ActRequest)
    except msgspec.DecodeError as error:
        return _refused(400, f"The body is not an act ({error}): {_SHAPE}.")


async def _bounded_body(request: Request) -> bytes | None:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_MAX_BYTES:
            return None
    return bytes(body)
