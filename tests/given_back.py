"""What a vehicle's request owes to the charger it talks to, put right for another charger.

The numbers of session, schedule and parameter set are the charger's: a recorded vehicle that talks
to ours gives back ours. Of parameter sets it takes the one that means what its choice meant then;
where it paid by contract and ours does not offer that, it takes the other way.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from silverpin.protocols.capture.conversation import message_name

# What a request gives back -> what the answer calls it that made it up.
_NUMBERS = {
    "SessionID": "SessionID",
    "SelectedScheduleTupleID": "ScheduleTupleID",
    "SAScheduleTupleID": "SAScheduleTupleID",
    "ParameterSetID": "ParameterSetID",
}
_MEANING = ("ControlMode", "MobilityNeedsMode")
NO_SESSION = "0" * 16


class Exchange(NamedTuple):
    """A request, and the answer of the recorded charger."""

    protocol: str
    """Schema of the request."""
    name: str
    asked: dict[str, Any]
    answered: dict[str, Any] | None


def content(message: dict[str, Any]) -> dict[str, Any]:
    """Return what is inside the element that names a message."""
    root = message[next(iter(message))]
    inner = root.get("Body", {}).get(message_name(message), root)
    return inner if isinstance(inner, dict) else {}


class GivenBack:
    """Remembers what our charger made up in one session."""

    def __init__(self, session: str = NO_SESSION) -> None:
        self._given: dict[str, Any] = {"SessionID": session}
        self._sets: dict[int, int] = {}
        """Number of a parameter set then -> number of ours that means the same."""

    def asked(self, exchange: Exchange) -> dict[str, Any]:
        """Return the request as the vehicle would put it to our charger."""
        asked: dict[str, Any] = self._renumbered(exchange.asked)
        inside = content(asked)
        if inside.get("SelectedAuthorizationService") == "PnC":
            header = inside["Header"] | {"Signature": None}
            del header["Signature"]
            asked["AuthorizationReq"] = {
                "Header": header,
                "SelectedAuthorizationService": "EIM",
                "EIM_AReqAuthorizationMode": {},
            }
        return asked

    def answered(self, exchange: Exchange, answer: dict[str, Any]) -> None:
        """Learn from what our charger answered."""
        self._given |= dict(_made_up(answer))
        if exchange.answered and exchange.name == "ServiceDetailReq":
            ours = {meaning: number for number, meaning in _meanings(answer)}
            then = _meanings(exchange.answered)
            self._sets = {number: ours[meaning] for number, meaning in then if meaning in ours}

    def _renumbered(self, asked: Any) -> Any:
        if isinstance(asked, list):
            return [self._renumbered(item) for item in asked]
        if not isinstance(asked, dict):
            return asked
        return {name: self._value(name, value) for name, value in asked.items()}

    def _value(self, name: str, value: Any) -> Any:
        if name == "ParameterSetID":
            return self._sets.get(value, value)
        made_up = self._given.get(_NUMBERS.get(name, ""))
        if made_up is None or (name == "SessionID" and not value.strip("0")):
            # A vehicle that begins anew says zero for the session, in one octet or in eight.
            return self._renumbered(value)
        return made_up


def _made_up(answer: Any) -> Iterator[tuple[str, Any]]:
    """Give the numbers that the charger made up; of several schedules the first counts."""
    if isinstance(answer, list):
        for item in answer[:1]:
            yield from _made_up(item)
    elif isinstance(answer, dict):
        for name, value in answer.items():
            if name in _NUMBERS.values():
                yield name, value
            else:
                yield from _made_up(value)


def _meanings(answer: dict[str, Any]) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Give number and meaning of each parameter set, those that come first last."""
    sets = content(answer).get("ServiceParameterList", {}).get("ParameterSet", [])
    for each in reversed(sets):
        values = {row["Name"]: row.get("intValue") for row in each["Parameter"]}
        yield each["ParameterSetID"], tuple(values.get(name) for name in _MEANING)
