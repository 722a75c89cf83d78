"""The shortest answer to each request of ISO 15118-20 that can carry a response code.

A refusal has the type of the answer that was asked for, so every mandatory field holds something:
the least that the schema allows, and no figures of the charger.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

from silverpin.protocols.exi import messages
from silverpin.protocols.exi.least import least

SCHEMAS = ("iso20-common", "iso20-ac", "iso20-dc")
UNANSWERED = "SessionStopReq"
"""A message that is no request of these schemas is refused as this one would be."""


def refusal(request: str, code: str, header: Callable[[str], Any]) -> tuple[str, Any]:
    """Return schema and message of the answer to *request* with *code*."""
    schema, shortest = _shortest(request)
    return schema, replace(shortest, Header=header(schema), ResponseCode=code)


@cache
def _shortest(request: str) -> tuple[str, Any]:
    if request.endswith("Req"):
        answer = request.removesuffix("Req") + "ResType"
        for schema in SCHEMAS:
            if hasattr(messages(schema), answer):
                return schema, least(schema, answer)
    return _shortest(UNANSWERED)
