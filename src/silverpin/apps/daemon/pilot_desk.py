"""The control pilot as the control socket asks for it: a verdict now, a calibration to keep.

The calibration belongs to the front end, which is the charger's and not the connector's. The newest
record is in force; it is taken up when the program starts, as far as the limits of today allow it.
"""

from collections.abc import Callable, Mapping
from typing import Any

from silverpin.apps.charger import Charger
from silverpin.apps.control_socket.requests import answer
from silverpin.apps.daemon.readings import seen
from silverpin.apps.daemon.technician_office import (
    NOT_KEPT,
    Office,
    WorkRefused,
    admit,
    newest_id,
)
from silverpin.apps.daemon.work_book import PILOT, WorkBook
from silverpin.apps.exits import Exit
from silverpin.apps.terminal.pilot_object import verdict_object
from silverpin.protocols.pilot.calibration import (
    Calibration,
    CalibrationError,
    allowed,
    calibrate,
)
from silverpin.protocols.pilot.levels import AS_READ, Trim
from silverpin.protocols.pilot.measured import Measured, by_peaks
from silverpin.protocols.pilot.verdict import judge
from silverpin.protocols.pilot.waveform import SamplesError, measure

Reply = dict[str, Any]
Handler = Callable[[dict[str, Any], str], Reply]
_SIGNED = ("technician", "certificate", "certificate_level", "certificate_expires", "instrument",
           "instrument_calibrated", "note")  # fmt: skip


def take_up(charger: Charger, work: WorkBook) -> None:
    """Let *charger* correct its pilot as the newest record says. Raises `StateError`."""
    for row in work.rows((PILOT,), 1):
        trim = Trim(float(row.event.fields["gain"]), float(row.event.fields["offset_v"]))
        if allowed(trim, charger.limits):
            charger.trim = trim


class PilotDesk:
    """Answers `pilot-verify` and `pilot-calibrate`."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self.handlers: dict[str, Handler] = {
            "pilot-verify": self._verify,
            "pilot-calibrate": self._calibrate,
        }

    def _verify(self, request: Mapping[str, Any], who: str) -> Reply:
        """Judge the pilot as it is now."""
        charger = self._office.charger
        told = self._measured(charger)
        if told is None:
            return answer(Exit.REFUSED, "The pilot is unread: see to its front end first",
                          blocked_by=["pilot unread"])  # fmt: skip
        source, figures = told
        plug = seen(charger, charger.obs.seated)
        verdict = judge(
            figures, duty=charger.duty, plug=plug, trim=charger.trim, limits=charger.limits
        )
        trim = charger.trim
        data = verdict_object(verdict, source) | {
            "duty_set": charger.duty,
            "read_v": round(figures.high_v, 3),
            "calibration": None if trim is AS_READ
            else {"gain": round(trim.gain, 5), "offset_v": round(trim.offset_v, 4)},
        }  # fmt: skip
        return answer(Exit.DONE, "", data=data)

    def _measured(self, charger: Charger) -> tuple[str, Measured] | None:
        """Return what can be told of the pilot, from its waveform or else from its peaks."""
        waveform = charger.ports.pilot.waveform()
        if waveform is not None:
            try:
                return "waveform", measure(waveform)
            except SamplesError:
                pass  # a converter that tells nonsense tells nothing; the peaks stand beside it
        reading = charger.ports.pilot.peaks()
        oldest_ns = charger.obs.now_ns - charger.limits.input_age_max_ns
        if reading is None or reading.taken_ns < oldest_ns:
            return None
        return "peaks", by_peaks(reading.value)

    def _calibrate(self, request: Mapping[str, Any], who: str) -> Reply:
        """Fit, judge, record and take up a calibration."""
        office, charger = self._office, self._office.charger
        try:
            admit(office, request)
            if charger.obs.contactor_commanded:
                raise WorkRefused("power is on: stop the session first", Exit.REFUSED)
            made = calibrate(request["points"], charger.limits)
        except (CalibrationError, WorkRefused) as error:
            why = str(error)
            return answer(Exit.REFUSED, f"Not calibrated: {why}", blocked_by=[why])
        return self._record(request, made)

    def _record(self, request: Mapping[str, Any], made: Calibration) -> Reply:
        office, charger, trim = self._office, self._office.charger, made.trim
        told = (
            f"gain {trim.gain:.4f}, offset {trim.offset_v:+.3f} V, largest residual "
            f"{1e3 * made.residual_v:.0f} mV of {1e3 * charger.limits.cp_trim_residual_v:.0f}"
        )
        signed = {name: _plain(request[name]) for name in _SIGNED if request[name] is not None}
        points = [
            {name: round(value, 4) if isinstance(value, float) else value
             for name, value in row._asdict().items()}
            for row in made.residuals
        ]  # fmt: skip
        charger.chronicle.add(
            charger.obs.now_ns, PILOT, words=told, gain=trim.gain, offset_v=trim.offset_v,
            points=points, **signed,
        )  # fmt: skip
        kept = office.keep()
        charger.trim = trim
        number = newest_id(office, PILOT) if kept else None
        text = f"Calibrated the pilot: {told}" + (f". Record {number}" if kept else NOT_KEPT)
        data = {
            "record": number, "gain": round(trim.gain, 5), "offset_v": round(trim.offset_v, 4),
            "residuals": points,
        }  # fmt: skip
        return answer(Exit.DONE, text, changed=True, data=data)


def _plain(value: Any) -> Any:
    """Return a value as the journal keeps it: a day as it is written."""
    return value.isoformat() if hasattr(value, "isoformat") else value
