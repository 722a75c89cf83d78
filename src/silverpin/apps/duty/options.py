"""What `silverpin duty` is told on its command line."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from silverpin.apps.terminal.arguments import Parser, bounded, read, seed
from silverpin.domain.quantities import Unit
from silverpin.drivers.signals import STEP_LEAST_S
from silverpin.durability.parameters.connectors import WEAR_SETS

DAYS_MOST = 366
_DAY_S = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyOptions:
    """One comparison, as it was asked for."""

    connector: str
    power_w: float | None
    road_kwh: float
    days: int
    frequency: Path | None
    step_s: float | None
    nominal_hz: float | None
    full_hz: float
    deadband_hz: float
    regd: Path | None
    column: str | None
    report: Path | None
    seed: int
    json: bool


def duty_options(argv: Sequence[str] | None) -> DutyOptions:
    """Read the command line; a wrong one ends the program with one sentence."""
    parser = _parser()
    told = read(parser, argv)
    if not 1 <= told.days <= DAYS_MOST:
        parser.error(f"--days {told.days} is outside 1 to {DAYS_MOST}")
    if told.report is not None and not told.report.parent.is_dir():
        parser.error(f"--report {told.report}: there is no folder {told.report.parent}, make it")
    return DutyOptions(
        connector=told.connector,
        power_w=told.power,
        road_kwh=told.road,
        days=told.days,
        frequency=told.frequency,
        step_s=told.step,
        nominal_hz=told.nominal_hz,
        full_hz=told.full_hz,
        deadband_hz=told.deadband,
        regd=told.regd,
        column=told.column,
        report=told.report,
        seed=told.seed,
        json=told.json,
    )


def _parser() -> Parser:
    parser = Parser(
        prog="silverpin duty",
        description="Compare what uses take of one connector: charging alone, feeding a house, "
        "answering the grid's frequency, following a regulation signal. The vehicle is in at "
        "night and leaves with the same charge in all of them.",
    )
    add = parser.add_argument
    add("--connector", choices=sorted(WEAR_SETS), default="type2-32a",
        help="connector (default: %(default)s)")  # fmt: skip
    add("--power", metavar="P", type=bounded(Unit.POWER, 100.0, 1e6),
        help="most in either direction (default: the connector's rated power)")  # fmt: skip
    add("--road", metavar="E", type=bounded(Unit.ENERGY, 0.0, 1000.0), default=10.0,
        help="what the vehicle drives a day (default: 10kWh)")  # fmt: skip
    add("--days", type=int, default=7, help="how long (default: %(default)s)")
    add("--frequency", metavar="FILE", type=Path,
        help="the grid's frequency (default: made up)")  # fmt: skip
    add("--regd", metavar="FILE", type=Path, help="a RegD signal (default: made up)")
    add("--column", metavar="NAME", help="of the RegD file, which day to follow")
    add("--step", metavar="T", type=bounded(Unit.DURATION, STEP_LEAST_S, _DAY_S),
        help="time between rows of a frequency file without a time axis")  # fmt: skip
    add("--nominal-hz", metavar="HZ", type=bounded(Unit.FREQUENCY, 40.0, 70.0),
        help="of the frequency file")  # fmt: skip
    add("--full-hz", metavar="HZ", type=bounded(Unit.FREQUENCY, 1e-3, 5.0), default=0.2,
        help="deviation that asks for full power (default: 0.2)")  # fmt: skip
    add("--deadband", metavar="HZ", type=bounded(Unit.FREQUENCY, 0.0, 5.0), default=0.0,
        help="deviation that asks for nothing (default: 0)")  # fmt: skip
    add("--report", metavar="OUT.html", type=Path, help="write a page, for print too")
    add("--seed", type=seed, default=1, help="one seed is one answer (default: %(default)s)")
    add("--json", action="store_true", help="print one object a use, for programs")
    return parser
