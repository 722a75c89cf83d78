"""`evse-cli test voltage-drop` at the daemon: current on through every interlock, drops, record.

The drops come from an instrument that the charger can read (in simulation) or as the technician
typed them; from there on both are the same. Each drop gives a resistance by the current that flows,
and the record is judged as any inspection. Power ends before the record is made.
"""

from collections.abc import Mapping
from typing import Any

from silverpin.apps.control_socket.requests import answer
from silverpin.apps.daemon.checks import refusals
from silverpin.apps.daemon.inspection_desk import InspectionDesk
from silverpin.apps.daemon.inspection_reading import wrong_pins
from silverpin.apps.daemon.technician_office import Office
from silverpin.apps.exits import Exit
from silverpin.control.pin_test import Phase, PinTest
from silverpin.domain.limits import Limits
from silverpin.drivers.state_file import StateError

Reply = dict[str, Any]
_BY = ("technician", "certificate")


class PinTestDesk:
    """Answers `pin-test` and `pin-test-look`."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._inspections = InspectionDesk(office)

    def answer(self, request: Mapping[str, Any], who: str) -> Reply:
        """Do one step of a test."""
        action: str = request["action"]
        test = self._under_way()
        if action == "begin":
            return self._begin(request, test)
        if test is None:
            if action == "end":
                return answer(Exit.DONE, "Already over: no test of the pins is under way")
            return _refused(f"no test of the pins is under way{self._why_not()}")
        if action == "end":
            self._office.charger.end_test("given up by the technician")
            return answer(Exit.DONE, "Test given up: current to zero, nothing recorded",
                          changed=True)  # fmt: skip
        return self._record(request, test)

    def _under_way(self) -> PinTest | None:
        test = self._office.charger.pin_test
        return None if test is None or test.over else test

    def _why_not(self) -> str:
        test = self._office.charger.pin_test
        return "" if test is None else f": {test.ended}"

    def _begin(self, request: Mapping[str, Any], test: PinTest | None) -> Reply:
        charger = self._office.charger
        for name in _BY:
            if request[name] is None:
                return answer(Exit.USAGE, f"A test wants its {name}: who measures answers for it")
        if request["instrument"] is None and self._office.instrument is None:
            return answer(Exit.USAGE, "A test wants its instrument: name what measures")
        if test is not None:
            return answer(Exit.DONE, "Already under way", data=self._data(test))
        if charger.supervisor.session.wanted:
            mode, power_kw = charger.mode.value, charger.supervisor.wish.power_w / 1e3
            return _refused(f"a session is under way ({mode}, {power_kw:+.1f} kW): stop it first")
        told = charger.begin_test(request["technician"])
        if told.refused:
            reasons = refusals(told.refused, charger)
            return answer(Exit.REFUSED, f"Refused: {reasons[0]}", blocked_by=reasons)
        begun = charger.pin_test
        data = None if begun is None else self._data(begun)
        text = "Test begun: the plug locks, then the current comes up"
        return answer(Exit.DONE, text, changed=True, data=data)

    def look(self, request: Mapping[str, Any], who: str) -> Reply:
        """Tell how far the test is."""
        test = self._under_way()
        if test is None:
            return _refused(f"no test of the pins is under way{self._why_not()}")
        test.hear(self._office.charger.obs.now_ns)
        return answer(Exit.DONE, "", data=self._data(test))

    def _data(self, test: PinTest) -> dict[str, Any]:
        charger, instrument = self._office.charger, self._office.instrument
        ready = test.phase is Phase.READY
        amps = charger.obs.current_a
        return {
            "phase": test.phase.value,
            "target_a": test.target_a,
            "current_a": None if amps is None else round(amps.value, 2),
            "state": charger.supervisor.session.state.value,
            "pins": list(charger.connector.power_pins),
            "drops_v": instrument.drops_v() if ready and instrument is not None else None,
            "reads_itself": instrument is not None,
        }

    def _record(self, request: Mapping[str, Any], test: PinTest) -> Reply:
        office, charger, amps = self._office, self._office.charger, test.mean_a
        test.hear(charger.obs.now_ns)
        if amps is None:
            return _refused(f"the current is not steady yet ({test.phase.value}): wait for it")
        drops_v, instrument = request["drops_v"], request["instrument"]
        if drops_v is None and office.instrument is not None:
            drops_v = office.instrument.drops_v()
            instrument = instrument or office.instrument.name
        if not drops_v:
            return answer(Exit.USAGE, "No drop was read: give each pin's, such as DC+=9.6mV")
        if instrument is None:
            return answer(Exit.USAGE, "Drops that were typed want their instrument: name it")
        pins_ohm, idle = _resistances(drops_v, amps, charger.limits)
        pins_ohm |= request["pins"]
        wrong = wrong_pins(pins_ohm, charger.connector, all_of=False)
        if wrong:
            return answer(Exit.USAGE, wrong)
        charger.end_test(f"measured at {amps:.1f} A")
        signed = {**request, "instrument": instrument, "technician": request["technician"],
                  "certificate": request["certificate"]}  # fmt: skip
        extra = {"test_current_a": round(amps, 2), "drops_v": drops_v}
        try:
            told = self._inspections.measured(pins_ohm, signed, f"drop under {amps:.1f} A", extra)
        except StateError as error:
            return answer(Exit.BAD_FILE, str(error))
        told["data"] |= extra
        idle = [pin for pin in idle if pin not in pins_ohm]
        if idle:
            told["text"] += (
                f". {', '.join(idle)} carried no current: measure it with a resistance meter and "
                "give it as --pin PIN=OHM"
            )
        return told


def _resistances(
    drops_v: Mapping[str, float], amps: float, limits: Limits
) -> tuple[dict[str, float], list[str]]:
    """Return each loaded pin's resistance, and the pins whose drop is too small for a contact."""
    loaded = {pin: volts / amps for pin, volts in drops_v.items() if volts >= limits.pin_drop_min_v}
    return loaded, [pin for pin in drops_v if pin not in loaded]


def _refused(why: str) -> Reply:
    return answer(Exit.REFUSED, f"Refused: {why}", blocked_by=[why])
