"""The page's own files, read once at start: no path from outside ever reaches the disk.

Comments and indentation are for readers of the source, so they stay here: a browser gets lines
without them. Comments therefore stand on lines of their own or behind a comma, semicolon or brace,
and no text of ours spans lines. In a style sheet the blanks beside punctuation stay here as well.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

_TYPES = {
    "css": "text/css; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """One file with what a browser must know about it."""

    body: bytes
    media_type: str
    etag: str


_BLANK = re.compile(r"(?<=[:;,{}])\s+|\s+(?=\{)")
_COMMENT = {
    "css": re.compile(r"/\*.*?\*/", re.DOTALL),
    "js": re.compile(r"(?:^|(?<=[;,{])) *//(?: .*)?$", re.MULTILINE),
}


def _slim(text: str, kind: str) -> str:
    bare = _COMMENT[kind].sub("", text) if kind in _COMMENT else text
    lines = "\n".join(filter(None, map(str.strip, bare.splitlines()))) + "\n"
    return _BLANK.sub("", lines) if kind == "css" else lines


def load_assets() -> Mapping[str, Asset]:
    """Read every file of the page by name."""
    found = {}
    for entry in files("silverpin.apps.web").joinpath("static").iterdir():
        kind = entry.name.rpartition(".")[2]
        if kind in _TYPES:
            body = _slim(entry.read_text(encoding="utf-8"), kind).encode()
            etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            found[entry.name] = Asset(body=body, media_type=_TYPES[kind], etag=etag)
    return found


def serve(asset: Asset | None, request: Request) -> Response:
    """Answer with the file, with "not changed", or with a sentence when there is none."""
    if asset is None:
        return PlainTextResponse("There is no such file. The page is at /.\n", status_code=404)
    headers = {"etag": asset.etag, "cache-control": "no-cache"}
    if request.headers.get("if-none-match") == asset.etag:
        return Response(status_code=304, headers=headers)
    return Response(asset.body, media_type=asset.media_type, headers=headers)
