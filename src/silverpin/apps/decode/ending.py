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
        self._failed: Verdict | None = None
        self._stop: Verdict | None = None
        self._complete = False

    def take(self, message: V2gMessage, survey: Survey) -> None:
        """Look at one message."""
        look = self._charger if message.sender == "evse" else self._vehicle
        look(message.name or "", survey.words)

    def verdict(self, how: str | None) -> Verdict:
        """Return the judgement; *how* the connection ended counts where nothing was said."""
        found = self._failed or self._first or self._stop
        if found is not None:
            return found
        if how is None or not how.startswith("the "):
            return Verdict(None, None)
        by = {"the vehicle": "ev", "the charger": "evse"}.get(" ".join(how.split()[:2]))
        return Verdict(by, "no stop was asked for" if by else None)

    def _charger(self, name: str, words: dict[str, Any]) -> None:
        code = str(words.get("ResponseCode", ""))
        if code.upper().startswith("FAILED") and self._failed is None:
            self._failed = Verdict("evse", f"the charger answered {code} in {name}")
        if self._first is not None or self._stop is not None:
            return
        status, notice = words.get("EVSEStatusCode"), words.get("EVSENotification")
        if status in _STOPPED:
            self._first = Verdict("evse", f"the charger told {status} in {name}")
        elif notice in _NOTICES:
            self._first = Verdict("evse", f"the charger told {notice} in {name}")

    def _vehicle(self, name: str, words: dict[str, Any]) -> None:
        self._complete |= words.get("ChargingComplete") is True
        error = words.get("EVErrorCode", "NO_ERROR")
        if error != "NO_ERROR" and self._first is None:
            self._first = Verdict("ev", f"the vehicle told {error} in {name}")
        if self._stop is None and _asks_to_stop(name, words):
            self._stop = Verdict("ev", f"the vehicle asked for it in {name}{self._because(words)}")

    def _because(self, words: dict[str, Any]) -> str:
        reasons = ["charging complete"] if self._complete else []
        reasons += [str(words[key]) for key in ("EVTerminationExplanation",) if key in words]
        pause = words.get("ChargingSession") == "Pause"
        return "".join(f": {reason}" for reason in [*reasons, *(["to pause"] if pause else [])])


def _asks_to_stop(name: str, words: dict[str, Any]) -> bool:
    if name == "SessionStopReq":
        return True
    if name != "PowerDeliveryReq":
        return False
    return words.get("ChargeProgress") == "Stop" or words.get("ReadyToChargeState") is False
