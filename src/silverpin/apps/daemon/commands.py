"""What the daemon answers to each command of the control socket, in simulation and on hardware.

Every command is idempotent: what is already so is said, exit 0, nothing changed. A refusal names
the first unmet condition with its value and the next step; `blocked_by` lists them all.
"""

from collections.abc import Callable
from typing import Any, Protocol

from silverpin.apps.charger import THERMAL, Charger
from silverpin.apps.command_words import GPIO_LINES
from silverpin.apps.daemon.checks import refusal
from silverpin.apps.exits import Exit
from silverpin.apps.peers import Peer
from silverpin.apps.requests import answer
from silverpin.apps.world_acts import ActError, ActRefused
from silverpin.domain.session import IDLE_WISH, Mode, Wish

Reply = dict[str, Any]
Request = dict[str, Any]


class Station(Protocol):
    """What commands need of the running daemon beside its charger."""

    @property
    def charger(self) -> Charger:
        """The charger that is commanded."""

    def status(self) -> dict[str, Any]:
        """Return the newest status."""

    def recent(self, limit: int) -> list[dict[str, Any]]:
        """Return the newest journal events."""

    def config(self) -> dict[str, Any]:
        """Return the configuration in force."""

    def act(self, act: str, value: float | str | None, clear: bool) -> str:
        """Do something to simulated nature; raise `ActError` on hardware."""


class Commands:
    """The handler behind the control socket."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self._table: dict[str, Callable[[Request, str], Reply]] = {
            "status": self._status,
            "faults": self._faults,
            "connector": self._connector,
            "config": self._config,
            "events": self._events,
            "set": self._set,
            "stop": self._stop,
            "reset": self._reset,
            "lock": self._lock,
            "unlock": self._unlock,
            "gpio": self._gpio,
            "inspect": self._inspect,
            "act": self._act,
        }

    def handle(self, request: Request, peer: Peer) -> Reply:
        """Return the answer to a request that was read and is permitted."""
        return self._table[request["command"]](request, peer.name)

    def _status(self, request: Request, who: str) -> Reply:
        return answer(Exit.DONE, "", data=self._station.status())

    def _faults(self, request: Request, who: str) -> Reply:
        faults = self._station.status()["faults"]
        text = f"{len(faults)} latched" if faults else "No fault is latched"
        return answer(Exit.DONE, text, data={"faults": faults})

    def _connector(self, request: Request, who: str) -> Reply:
        status = self._station.status()
        names = ("connector_id", "connector", "counts", "life_consumed", "energy_kwh",
                 "mated_hours", "due")  # fmt: skip
        return answer(Exit.DONE, "", data={name: status[name] for name in names})

    def _config(self, request: Request, who: str) -> Reply:
        return answer(Exit.DONE, "", data=self._station.config())

    def _events(self, request: Request, who: str) -> Reply:
        return answer(Exit.DONE, "", data={"events": self._station.recent(request["limit"])})

    def _set(self, request: Request, who: str) -> Reply:
        wish = Wish(mode=Mode(request["mode"]), power_w=float(request["power_w"]))
        told = self._station.charger.command(wish)
        if told.refused:
            reasons = [refusal(row, self._station.charger) for row in told.refused]
            return answer(Exit.REFUSED, f"Refused: {reasons[0]}", blocked_by=reasons)
        what = f"{wish.mode.value} at {wish.power_w / 1e3:+.1f} kW"
        text = f"{what}: accepted" if told.changed else f"{what}: already so"
        return answer(Exit.DONE, text, changed=told.changed, data={"power_set_w": wish.power_w})

    def _stop(self, request: Request, who: str) -> Reply:
        changed = self._station.charger.command(IDLE_WISH).changed
        text = "Stopping: current to zero, then open" if changed else "Already stopped"
        return answer(Exit.DONE, text, changed=changed)

    def _reset(self, request: Request, who: str) -> Reply:
        charger = self._station.charger
        code = request.get("code")
        codes = THERMAL if request.get("thermal") else None if code is None else frozenset({code})
        told = charger.reset(codes, who)
        if told.refusal:
            reasons = told.refusal.split("; ")
            return answer(Exit.REFUSED, f"Refused: {told.refusal}", changed=bool(told.cleared),
                          blocked_by=reasons)  # fmt: skip
        if not told.cleared:
            return answer(Exit.DONE, "Already clear: nothing of that is latched")
        text = f"Cleared {', '.join(told.cleared)}; power stays off until it is started"
        if charger.envelope.inspection_due:
            text += ". Discharge waits for an inspection of the pins: evse-cli inspect"
        return answer(Exit.DONE, text, changed=True)

    def _lock(self, request: Request, who: str) -> Reply:
        charger = self._station.charger
        if not charger.obs.seated or not charger.obs.seated.value:
            reason = "no vehicle plugged in (proximity open): plug in first"
            return answer(Exit.REFUSED, f"Refused: {reason}", blocked_by=[reason])
        changed, _ = charger.lock(True)
        text = "Bolt driven; LOCK_STATUS proves it in a moment" if changed else "Already locked"
        return answer(Exit.DONE, text, changed=changed)

    def _unlock(self, request: Request, who: str) -> Reply:
        changed, refusals = self._station.charger.lock(False)
        if refusals:
            return answer(Exit.REFUSED, f"Refused: {refusals[0]}", blocked_by=refusals)
        return answer(Exit.DONE, "Bolt released" if changed else "Already released",
                      changed=changed)  # fmt: skip

    def _gpio(self, request: Request, who: str) -> Reply:
        line, level = request["line"], request["level"]
        if line not in GPIO_LINES:
            known = ", ".join(map(str, GPIO_LINES))
            return answer(Exit.USAGE, f"GPIO {line} is no output of this charger: use {known}")
        told = self._lock(request, who) if level else self._unlock(request, who)
        words = {0: "low", 1: "high"}
        if told["exit"] == Exit.DONE:
            now, before = words[level], words[1 - level]
            changed = told["changed"]
            told["text"] = (
                f"GPIO {line} {before} -> {now}: {told['text'].lower()}" if changed
                else f"GPIO {line} already {now}"
            )  # fmt: skip
        return told

    def _inspect(self, request: Request, who: str) -> Reply:
        charger = self._station.charger
        pins: dict[str, float] = request["pins"]
        power_pins = charger.connector.power_pins
        missing = [pin for pin in power_pins if pin not in pins]
        unknown = [pin for pin in pins if pin not in power_pins]
        if missing or unknown:
            which = f"{missing[0]} is missing" if missing else f"{unknown[0]} is no power pin"
            return answer(Exit.USAGE, f"{which}: give each of {', '.join(power_pins)}")
        limit_ohm = charger.limits.contact_max_ohm
        worst = max(pins, key=lambda pin: pins[pin])
        passed = pins[worst] < limit_ohm
        verdict = "passed" if passed else "failed"
        charger.chronicle.add(
            charger.obs.now_ns, "inspected", pins=pins, instrument=request["instrument"],
            technician=request["technician"], certificate=request["certificate"],
            worst_pin=worst, worst_mohm=pins[worst] * 1e3, verdict=verdict,
        )  # fmt: skip
        told = f"worst pin {worst} {pins[worst] * 1e3:.2f} mΩ, limit {limit_ohm * 1e3:g}"
        if not passed:
            return answer(Exit.REFUSED, f"Recorded as failed: {told}; clean or replace it",
                          changed=True, blocked_by=[told])  # fmt: skip
        was_due = charger.envelope.inspection_due
        charger.envelope.inspected()
        freed = "; discharge is allowed again" if was_due else ""
        return answer(Exit.DONE, f"Recorded as passed: {told}{freed}", changed=True)

    def _act(self, request: Request, who: str) -> Reply:
        try:
            text = self._station.act(request["act"], request.get("value"), request["clear"])
        except ActError as error:
            return answer(Exit.USAGE, str(error))
        except ActRefused as error:
            return answer(Exit.REFUSED, str(error), blocked_by=[str(error)])
        return answer(Exit.DONE, text, changed=True)
