"""Who ended a session and why, from the signs in its messages.

The first reason counts, not the last: a charger that shuts down is obeyed by the vehicle with an
orderly stop, and a vehicle that stops is answered by a charger that says it has stopped.
"""

from typing import Any, NamedTuple

from silverpin.apps.decode.physical import Survey
from silverpin.protocols.capture.conversation import V2gMessage

_STOPPED = {"EVSE_Shutdown", "EVSE_EmergencyShutdown", "EVSE_Malfunction",
            "EVSE_UtilityInterruptEvent"}  # fmt: skip
_NOTICES = {"StopCharging", "Terminate", "Pause"}


class Verdict(NamedTuple):
    """Which side ended it, and why; None where the capture does not tell."""

    by: str | None
    why: str | None


class Ending:
    """Watches a session's messages for the first sign of its end."""

    def __init__(self) -> None:
        self._first: Verdict | None = None
        self._complete = False

    def take(self, message: V2gMessage, survey: Survey) -> None:
        """Look at one message."""
        self._complete |= survey.words.get("ChargingComplete") is True
        if self._first is None:
            look = self._charger if message.sender == "evse" else self._vehicle
            self._first = look(message.name or "", survey.words)

    def verdict(self, how: str | None) -> Verdict:
        """Return the judgement; *how* the connection ended counts where nothing was said."""
        if self._first is not None:
            return self._first
        by = {"the vehicle": "ev", "the charger": "evse"}.get(" ".join((how or "").split()[:2]))
        return Verdict(by, "no stop was asked for" if by else None)

    def _charger(self, name: str, words: dict[str, Any]) -> Verdict | None:
        code = str(words.get("ResponseCode", ""))
        if code.upper().startswith("FAILED"):
            return Verdict("evse", f"the charger answered {code} in {name}")
        status, notice = words.get("EVSEStatusCode"), words.get("EVSENotification")
        told = status if status in _STOPPED else notice if notice in _NOTICES else None
        return Verdict("evse", f"the charger told {told} in {name}") if told else None

    def _vehicle(self, name: str, words: dict[str, Any]) -> Verdict | None:
        error = words.get("EVErrorCode", "NO_ERROR")
        if error != "NO_ERROR":
            return Verdict("ev", f"the vehicle told {error} in {name}")
        if not _asks_to_stop(name, words):
            return None
        return Verdict("ev", f"the vehicle asked for it in {name}{self._because(words)}")

    def _because(self, words: dict[str, Any]) -> str:
        reasons = ["charging complete"] if self._complete else []
        reasons += [str(words[key]) for key in ("EVTerminationExplanation",) if key in words]
        reasons += ["to pause"] if words.get("ChargingSession") == "Pause" else []
        return "".join(f": {reason}" for reason in reasons)


def _asks_to_stop(name: str, words: dict[str, Any]) -> bool:
    if name == "SessionStopReq":
        return True
    if name != "PowerDeliveryReq":
        return False
    return words.get("ChargeProgress") == "Stop" or words.get("ReadyToChargeState") is False
