"""The command `silverpin duty`: make days of each use, reckon each, say them side by side."""

import json
import os
import random
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from silverpin.apps.exits import Exit
from silverpin.apps.life.pages import write_page
from silverpin.drivers.signal_demand import Droop, wanted_power_w
from silverpin.drivers.signal_synthetic import synthetic_frequency, synthetic_regd
from silverpin.drivers.signal_tables import SignalError
from silverpin.drivers.signals import Asked, Signal, SignalKind, read_signal

if TYPE_CHECKING:
    from silverpin.apps.duty.days import Use, Vehicle
    from silverpin.apps.duty.options import DutyOptions
    from silverpin.durability.parameters.groups import WearSet

SCHEMA = "silverpin.duty/1"
_DAY_S = 86_400.0


def main(argv: Sequence[str] | None = None) -> int:
    """Compare as *argv* says and return the exit code."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # matrices here are small: threads only wait
    try:
        import numba  # noqa: F401 - what the arithmetic below is made of
    except ImportError as error:
        return _refuse(
            f"{error.name} is not installed: pip install 'silverpin[life]'", Exit.REFUSED
        )
    from silverpin.apps.duty.options import duty_options
    from silverpin.apps.duty.words import table

    options = duty_options(argv)
    try:
        rows = list(_told(options))
        if options.report is not None:
            from silverpin.apps.duty.report import report

            write_page(options.report, report(rows))
    except SignalError as error:
        return _refuse(str(error), Exit.BAD_FILE)
    except PermissionError as error:
        return _refuse(f"{error.filename}: {error.strerror}", Exit.FORBIDDEN)
    except OSError as error:
        return _refuse(f"{error.filename}: {error.strerror}", Exit.BAD_FILE)
    if options.json:
        print("\n".join(json.dumps(row, ensure_ascii=False) for row in rows))
    else:
        print(table(rows))
    return Exit.DONE


def _refuse(text: str, code: Exit) -> int:
    print(f"silverpin duty: {text}", file=sys.stderr)
    return code


def _told(options: "DutyOptions") -> Iterator[dict[str, Any]]:
    from silverpin.apps.duty.days import Vehicle
    from silverpin.durability.parameters.connectors import WEAR_SETS

    wear_set = WEAR_SETS[options.connector]
    vehicle = Vehicle(
        power_w=options.power_w or wear_set.rated_a * wear_set.nominal_v,
        road_kwh=options.road_kwh,
        days=options.days,
    )
    for use in _uses(options, vehicle):
        print(f"silverpin duty: {use.name}, {use.source}", file=sys.stderr)
        yield _row(use, vehicle, wear_set, options.seed)


def _uses(options: "DutyOptions", vehicle: "Vehicle") -> Iterator["Use"]:
    from silverpin.apps.duty import days

    yield days.charging(vehicle)
    yield days.house(vehicle)
    frequency = _frequency(options)
    droop = Droop(share=options.full_hz / frequency.nominal_hz, deadband_hz=options.deadband_hz)
    yield days.following(
        "frequency droop", frequency.name, vehicle,
        wanted_power_w(frequency, vehicle.power_w, droop), frequency.step_s,
    )  # fmt: skip
    regd = _regd(options)
    yield days.following(
        "RegD", regd.name, vehicle,
        wanted_power_w(regd, vehicle.power_w, droop), regd.step_s,
    )  # fmt: skip


def _frequency(options: "DutyOptions") -> Signal:
    if options.frequency is None:
        rng = random.Random(f"frequency {options.seed}")
        return synthetic_frequency(rng, options.days * _DAY_S, options.nominal_hz or 60.0)
    return read_signal(options.frequency, Asked(kind=SignalKind.FREQUENCY, step_s=options.step_s,
                                                nominal_hz=options.nominal_hz))  # fmt: skip


def _regd(options: "DutyOptions") -> Signal:
    if options.regd is None:
        return synthetic_regd(random.Random(f"regd {options.seed}"), options.days * _DAY_S)
    return read_signal(options.regd, Asked(kind=SignalKind.REGD, column=options.column))


def _row(use: "Use", vehicle: "Vehicle", wear_set: "WearSet", seed: int) -> dict[str, Any]:
    """Reckon one use; every use gets the same connectors that may be."""
    import numpy as np

    from silverpin.apps.duty.days import record
    from silverpin.apps.life.left import left
    from silverpin.apps.life.told import mechanisms
    from silverpin.apps.life.values import bands, significant
    from silverpin.durability.study import Study

    study = Study(wear_set)
    study.take(record(use, wear_set.nominal_v))
    found = study.assess(np.random.default_rng(seed))
    exposure, cost = found.exposure, found.cost
    a_year = 365.25 / vehicle.days
    return {
        "schema": SCHEMA,
        "use": use.name,
        "source": use.source,
        "connector": wear_set.name,
        "days": vehicle.days,
        "power_w": vehicle.power_w,
        "charged_kwh_per_day": significant(exposure.charged_kwh / vehicle.days),
        "discharged_kwh_per_day": significant(exposure.discharged_kwh / vehicle.days),
        "reversals_per_day": significant(exposure.reversals / vehicle.days),
        "current_rms_a": significant(float(np.sqrt(np.mean(use.power_w**2))) / wear_set.nominal_v),
        "temp_contact_max_c": bands(exposure.hottest_c),
        "mechanisms": [
            {**row, "consumed_per_year": bands(found.damage[mechanism].consumed * a_year)}
            for mechanism, row in zip(found.damage, mechanisms(found), strict=True)
        ],
        "dominant": found.dominant.value,
        "remaining_years": left(found.remaining, None, exposure.span_h)["years"],
        "wear_cost_eur_per_kwh_discharged": None if cost is None else bands(cost.eur_per_kwh),
        "wear_cost_dominant": None if cost is None else cost.dominant.value,
    }
