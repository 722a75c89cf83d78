"""Two-point calibrations of the pins' sensors: points taken, judged, recorded and taken up.

A point is a temperature that the technician knows and what the sensor read there, taken by the
charger or told. The first of two points waits here for the second, for one visit. What a
calibration corrects goes with the connector's serial number: another connector starts uncorrected.
"""

from collections.abc import Mapping
from typing import Any

from silverpin.apps.charger import Charger
from silverpin.apps.control_socket.requests import answer
from silverpin.apps.daemon.technician_office import (
    NOT_KEPT,
    Office,
    WorkRefused,
    admit,
    newest_id,
)
from silverpin.apps.daemon.work_book import CALIBRATED, WorkBook
from silverpin.apps.exits import Exit
from silverpin.domain.calibration import (
    CalibrationError,
    Correction,
    Point,
    correction,
    words,
)
from silverpin.domain.quantities import NS_PER_S
from silverpin.drivers.store import JournalRow

Reply = dict[str, Any]
_VISIT_NS = 4 * 3_600 * NS_PER_S
"""Two points are one calibration when one visit takes them."""
_SIGNED = ("technician", "certificate", "certificate_level", "certificate_expires", "instrument",
           "instrument_calibrated", "note")  # fmt: skip


def take_up(charger: Charger, work: WorkBook, serial: str) -> None:
    """Let *charger* correct its sensors as this connector's records say. Raises `StateError`."""
    pins = charger.connector.power_pins
    rows = work.calibrations(serial)
    charger.thermometer.calibrate(
        {pins.index(pin): _correction_of(row) for pin, row in rows.items() if pin in pins}
    )


def _correction_of(row: JournalRow) -> Correction:
    return Correction(**row.event.fields["correction"])


class CalibrationDesk:
    """Answers `calibrate`."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._first: dict[tuple[str, str], tuple[int, Point]] = {}
        """First points that wait for their second, with their instant, by serial and pin."""

    def calibrate(self, request: Mapping[str, Any], who: str) -> Reply:
        """Take points of one sensor, and calibrate it once there are two."""
        try:
            return self._calibrate(request)
        except CalibrationError as error:
            return _refused(f"{request['pin']}: {error}")
        except WorkRefused as refused:
            if refused.code is Exit.REFUSED:
                return _refused(str(refused))
            return answer(refused.code, str(refused))

    def _calibrate(self, request: Mapping[str, Any]) -> Reply:
        charger, pin = self._office.charger, request["pin"]
        pins = charger.connector.power_pins
        if pin not in pins:
            raise WorkRefused(f"{pin} has no sensor: one of {', '.join(pins)}")
        admit(self._office, request)
        points = [
            Point(row.reference_c, self._taken(pin) if row.reading_c is None else row.reading_c)
            for row in request["points"]
        ]
        key = (self._office.ledger.serial, pin)
        if len(points) == 1:
            first = self._waiting(key)
            apart_k = 0.0 if first is None else abs(points[0].reference_c - first.reference_c)
            if first is None or apart_k < charger.limits.ntc_points_apart_k:
                return self._keep_first(key, points[0])
            points.insert(0, first)
        made = correction(points[0], points[1], charger.limits)
        self._first.pop(key, None)
        return self._record(request, points[0], points[1], made)

    def _waiting(self, key: tuple[str, str]) -> Point | None:
        """Return the first point of this visit; one of an earlier visit is forgotten."""
        taken_ns, point = self._first.get(key, (0, None))
        fresh = self._office.charger.obs.now_ns - taken_ns <= _VISIT_NS
        return point if fresh else None

    def _keep_first(self, key: tuple[str, str], point: Point) -> Reply:
        again = self._waiting(key) is not None
        self._first[key] = (self._office.charger.obs.now_ns, point)
        apart_k = self._office.charger.limits.ntc_points_apart_k
        return answer(
            Exit.DONE,
            f"First point of {key[1]}{' taken again' if again else ''}: reads "
            f"{point.reading_c:.2f} °C at {point.reference_c:g} °C. Bring the sensor to a second "
            f"temperature, {apart_k:g} K or more away, and give that one",
            changed=True, data=_point(point) | {"done": False},
        )  # fmt: skip

    def _taken(self, pin: str) -> float:
        """Return what the sensor of *pin* reads now, uncorrected and standing still."""
        charger = self._office.charger
        if charger.obs.contactor_commanded:
            raise WorkRefused("power is on, and warms the pins: stop the session first",
                              Exit.REFUSED)  # fmt: skip
        taken = charger.thermometer.steady_c(charger.connector.power_pins.index(pin))
        if taken is None:
            raise WorkRefused(f"{pin} is unread or impossible: repair the sensor first",
                              Exit.REFUSED)  # fmt: skip
        mean_c, spread_k = taken
        if spread_k > charger.limits.ntc_steady_k:
            raise WorkRefused(
                f"{pin} moves by {spread_k:.1f} K within two seconds, and "
                f"{charger.limits.ntc_steady_k:g} K are allowed: wait until it stands still",
                Exit.REFUSED,
            )
        return round(mean_c, 2)

    def _record(
        self, request: Mapping[str, Any], first: Point, second: Point, made: Correction
    ) -> Reply:
        office, charger, pin = self._office, self._office.charger, request["pin"]
        told = words(first, second, made, charger.limits)
        signed = {name: request[name] for name in _SIGNED if request[name] is not None}
        charger.chronicle.add(
            charger.obs.now_ns, CALIBRATED, pin=pin, words=told,
            points=[_point(first), _point(second)],
            correction={"lift_k": made.lift_k, "from_c": made.from_c, "slope": made.slope},
            trips_at_c=made.trips_at_c(charger.limits.temp_trip_c), **signed,
        )  # fmt: skip
        kept = office.keep()
        self._take_up_one(pin, made)
        number = newest_id(office, CALIBRATED) if kept else None
        text = f"Calibrated {pin}: {told}" + (f". Record {number}" if kept else NOT_KEPT)
        trips_at_c = made.trips_at_c(charger.limits.temp_trip_c)
        data = {"done": True, "record": number, "trips_at_c": round(trips_at_c, 2)}
        return answer(Exit.DONE, text, changed=True, data=data)

    def _take_up_one(self, pin: str, made: Correction) -> None:
        """Correct by *made* at once; the record, kept or waiting, says the same to the next."""
        charger = self._office.charger
        index = charger.connector.power_pins.index(pin)
        charger.thermometer.calibrate(charger.thermometer.corrections | {index: made})


def _point(point: Point) -> dict[str, float]:
    return {"reference_c": point.reference_c, "reading_c": point.reading_c}


def _refused(why: str) -> Reply:
    return answer(Exit.REFUSED, f"Not calibrated: {why}", blocked_by=[why])
