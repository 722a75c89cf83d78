"""What the daemon answers to each command of the control socket, in simulation and on hardware.

Every command is idempotent: what is already so is said, exit 0, nothing changed. A refusal names
the first unmet condition with its value and the next step; `blocked_by` lists them all.
"""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from silverpin.apps.charger import THERMAL
from silverpin.apps.control_socket.peers import Peer
from silverpin.apps.control_socket.requests import answer
from silverpin.apps.daemon.calibration_desk import CalibrationDesk
from silverpin.apps.daemon.checks import refusals
from silverpin.apps.daemon.connector_change import Shelf
from silverpin.apps.daemon.connector_desk import ConnectorDesk
from silverpin.apps.daemon.grid_desk import GridDesk
from silverpin.apps.daemon.heat_desk import HeatDesk
from silverpin.apps.daemon.inspection_desk import InspectionDesk
from silverpin.apps.daemon.ledger_desk import LedgerDesk
from silverpin.apps.daemon.pilot_desk import PilotDesk
from silverpin.apps.daemon.pin_test_desk import PinTestDesk
from silverpin.apps.daemon.readings import seen
from silverpin.apps.daemon.technician_office import NOT_KEPT, Office
from silverpin.apps.daemon.upkeep_desk import UpkeepDesk
from silverpin.apps.exits import Exit
from silverpin.apps.terminal.command_words import GPIO_LINES
from silverpin.apps.world_acts import ActError, ActRefused
from silverpin.domain.conditions import Condition
from silverpin.domain.faults import FAULTS, MOST_URGENT_FIRST
from silverpin.domain.session import IDLE_WISH, Direction, Mode, Wish
from silverpin.drivers.state_file import StateError

RESET_THERMAL = "reset-thermal"
"""A command that the bench offers beside its acts."""

_NEVER = {
    Mode.CHARGE: Direction.DISCHARGE,
    Mode.V2G: Direction.CHARGE,
    Mode.V2H: Direction.CHARGE,
}
"""What a mode never does; an order for it is a slip of the sign."""

Reply = dict[str, Any]
Request = dict[str, Any]


class Station(Office, Protocol):
    """What commands need of the running daemon beside its charger."""

    @property
    def shelf(self) -> Shelf:
        """The ledgers of every connector that this charger has known."""

    def status(self) -> dict[str, Any]:
        """Return the newest status."""

    def recent(self, limit: int) -> list[dict[str, Any]]:
        """Return the newest journal events. Raises `StateError`."""

    def config(self) -> dict[str, Any]:
        """Return the configuration in force."""

    def act(self, act: str, value: float | str | None, clear: bool) -> str:
        """Do something to simulated nature; raise `ActError` on hardware."""


class Commands:
    """The handler behind the control socket."""

    def __init__(self, station: Station) -> None:
        self._station = station
        inspections, upkeep = InspectionDesk(station), UpkeepDesk(station)
        pins = PinTestDesk(station)
        self._table: dict[str, Callable[[Request, str], Reply]] = {
            "status": self._status,
            "faults": self._faults,
            "config": self._config,
            "events": self._events,
            "set": self._set,
            "stop": self._stop,
            "reset": self._reset,
            "lock": self._lock,
            "unlock": self._unlock,
            "gpio": self._gpio,
            "inspect": inspections.inspect,
            "clean": upkeep.clean,
            "calibrate": CalibrationDesk(station).calibrate,
            "pin-test": pins.answer,
            "pin-test-look": pins.look,
            "history": upkeep.history,
            "act": self._act,
        }
        desks = (ConnectorDesk(station), LedgerDesk(station), GridDesk(station), HeatDesk(station),
                 PilotDesk(station))  # fmt: skip
        for desk in desks:
            self._table |= desk.handlers

    def handle(self, request: Request, peer: Peer) -> Reply:
        """Return the answer to a request that was read and is permitted."""
        return self._table[request["command"]](request, peer.name)

    def _status(self, request: Request, who: str) -> Reply:
        return answer(Exit.DONE, "", data=self._station.status())

    def _faults(self, request: Request, who: str) -> Reply:
        faults = self._station.status()["faults"]
        text = f"{len(faults)} latched" if faults else "No fault is latched"
        return answer(Exit.DONE, text, data={"faults": faults})

    def _config(self, request: Request, who: str) -> Reply:
        return answer(Exit.DONE, "", data=self._station.config())

    def _events(self, request: Request, who: str) -> Reply:
        try:
            events = self._station.recent(request["limit"])
        except StateError as error:
            return answer(Exit.BAD_FILE, str(error))
        return answer(Exit.DONE, "", data={"events": events})

    def _set(self, request: Request, who: str) -> Reply:
        charger = self._station.charger
        wish = Wish(mode=Mode(request["mode"]), power_w=float(request["power_w"]))
        if Direction.of(wish.power_w) is _NEVER.get(wish.mode):
            way = _NEVER[wish.mode].value
            return answer(Exit.USAGE, f"{wish.mode.value} does not {way} the vehicle: turn the "
                                      f"sign of {wish.power_w:+g} W, or use V2X")  # fmt: skip
        told = charger.command(wish)
        if told.refused:
            return _refused(refusals(told.refused, charger))
        what = f"{wish.mode.value} at {wish.power_w / 1e3:+.1f} kW"
        text = f"{what}: accepted" if told.changed else f"{what}: already so"
        if abs(wish.power_w) > charger.power_max_w:
            text += f", held to the {charger.power_max_w / 1e3:.1f} kW that this charger can do"
        return answer(Exit.DONE, text, changed=told.changed, data={"power_set_w": wish.power_w})

    def _stop(self, request: Request, who: str) -> Reply:
        charger = self._station.charger
        if not charger.command(IDLE_WISH).changed:
            return answer(Exit.DONE, "Already stopped")
        powered = charger.obs.contactor_commanded
        text = "Stopping: current to zero, then open" if powered else "Stopped; the plug is let go"
        return answer(Exit.DONE, text, changed=True)

    def _reset(self, request: Request, who: str) -> Reply:
        charger = self._station.charger
        code = request.get("code")
        if code is not None and code not in FAULTS:
            return answer(Exit.USAGE, f"There is no fault {code}: see evse-cli faults --table")
        asked = THERMAL if request.get("thermal") else FAULTS.keys() if code is None else {code}
        cleared: list[str] = []
        kept: list[str] = []
        # One by one: a refusal holds a sentence for each fault that stays.
        for latched in [row for row in MOST_URGENT_FIRST if row in charger.envelope.latched]:
            if latched in asked:
                told = charger.reset(frozenset({latched}), who)
                cleared += told.cleared
                kept += [told.refusal] if told.refusal else []
        if kept:
            return _refused(kept, changed=bool(cleared))
        if not cleared:
            return answer(Exit.DONE, "Already clear: nothing of that is latched")
        text = f"Cleared {', '.join(cleared)}; power stays off until it is started{self._kept()}"
        if charger.envelope.inspection_due:
            text += ". Discharge waits for an inspection of the pins: evse-cli inspect"
        return answer(Exit.DONE, text, changed=True)

    def _lock(self, request: Request, who: str) -> Reply:
        charger = self._station.charger
        proven = seen(charger, charger.obs.lock)
        if charger.supervisor.session.bolt:
            text = "Already locked" if proven else "Already driven; LOCK_STATUS has yet to prove it"
            return answer(Exit.DONE, text)
        wanting = [Condition.PLUGGED] if not seen(charger, charger.obs.seated) else []
        wanting += [Condition.NO_FAULT] if charger.envelope.latched else []
        if wanting:
            return _refused(refusals(wanting, charger))
        changed, _ = charger.lock(True)
        text = "Bolt driven; LOCK_STATUS proves it in a moment" if changed else "Already driven"
        return answer(Exit.DONE, text, changed=changed)

    def _unlock(self, request: Request, who: str) -> Reply:
        changed, reasons = self._station.charger.lock(False)
        if reasons:
            return _refused(reasons)
        return answer(Exit.DONE, "Bolt released" if changed else "Already released",
                      changed=changed)  # fmt: skip

    def _gpio(self, request: Request, who: str) -> Reply:
        line, level = request["line"], request["level"]
        if line not in GPIO_LINES:
            known = ", ".join(map(str, GPIO_LINES))
            return answer(Exit.USAGE, f"GPIO {line} is no output of this charger: use {known}")
        told = self._lock(request, who) if level else self._unlock(request, who)
        if told["exit"] == Exit.DONE:
            now, before = ("low", "high")[level], ("high", "low")[level]
            moved = f"{before} -> {now}" if told["changed"] else f"already {now}"
            told["text"] = f"GPIO {line} {moved}. {told['text']}"
        return told

    def _kept(self) -> str:
        """Wait for the disk to have what a person is told is done; return words if it does not."""
        return "" if self._station.keep() else NOT_KEPT

    def _act(self, request: Request, who: str) -> Reply:
        if request["act"] == RESET_THERMAL:
            return self._reset({"thermal": True}, who)
        try:
            text = self._station.act(request["act"], request.get("value"), request["clear"])
        except ActError as error:
            return answer(Exit.USAGE, str(error))
        except ActRefused as error:
            reasons = refusals(error.conditions, self._station.charger)
            return _refused(reasons) if reasons else answer(
                Exit.REFUSED, str(error), blocked_by=[str(error)]
            )  # fmt: skip
        return answer(Exit.DONE, text, changed=True)


def _refused(reasons: Sequence[str], *, changed: bool = False) -> Reply:
    """Return a refusal for *reasons*, first thing to mend first."""
    text = f"Refused: {reasons[0]}"
    return answer(Exit.REFUSED, text, changed=changed, blocked_by=reasons)
