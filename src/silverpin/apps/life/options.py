"""What `silverpin life` is told on its command line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path

from silverpin.apps.terminal.arguments import Parser, read, seed
from silverpin.drivers.duty_columns import DutyError, map_of
from silverpin.drivers.duty_time import zone_of
from silverpin.durability.parameters.connectors import WEAR_SETS


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeOptions:
    """One evaluation, as it was asked for."""

    files: tuple[Path, ...]
    connector: str | None
    mapped: dict[str, str]
    zone: tzinfo
    type_tests: Path | None
    report: Path | None
    fleet: Path | None
    serial: str | None
    seed: int
    json: bool


def life_options(argv: Sequence[str] | None) -> LifeOptions:
    """Read the command line; a wrong one ends the program with one sentence."""
    parser = _parser()
    told = read(parser, argv)
    try:
        mapped, zone = map_of(told.map), zone_of(told.tz)
    except DutyError as error:
        parser.error(str(error))
    if told.type_tests is not None and not told.type_tests.is_dir():
        parser.error(f"--type-tests {told.type_tests} is no folder: name one with bench runs")
    if told.report is not None and told.report.resolve() in {row.resolve() for row in told.files}:
        parser.error(f"--report {told.report} is an input: name another file")
    if not told.files and told.fleet is None:
        parser.error("the following arguments are required: FILE, or --fleet FILE")
    if not told.files and told.report is not None:
        parser.error("--report needs a record: name its FILE as well")
    return LifeOptions(
        files=tuple(told.files),
        connector=told.connector,
        mapped=mapped,
        zone=zone,
        type_tests=told.type_tests,
        report=told.report,
        fleet=told.fleet,
        serial=told.serial,
        seed=told.seed,
        json=told.json,
    )


def _parser() -> Parser:
    parser = Parser(
        prog="silverpin life",
        description="Tell what use has taken of a connector's life, what is left of it, what each "
        "kilowatt-hour discharged costs in wear, and which work comes due.",
    )
    add = parser.add_argument
    sets = ", ".join(sorted(WEAR_SETS))
    add("files", metavar="FILE", type=Path, nargs="*",
        help="a run's folder, a charger's journal, or CSV or Parquet with time, current and any "
        "of temp, ambient, cable, voltage, v_evse, v_ev; several are joined in time")  # fmt: skip
    add("--connector", choices=sorted(WEAR_SETS), metavar="SET",
        help=f"kind of connector: {sets} (default: told by the input)")  # fmt: skip
    add("--map", metavar="NAME=COLUMN,…", default="", help="columns that have other names")
    add("--tz", metavar="ZONE", default="UTC",
        help="zone of times that name none (default: %(default)s)")  # fmt: skip
    add("--type-tests", metavar="FOLDER", type=Path,
        help="bench runs of this type of connector: the same columns and r_contact_mohm, known and "
        "the same throughout a file")  # fmt: skip
    add("--fleet", metavar="FILE", type=Path,
        help="how connectors like it lived: CSV or Parquet with serial, site, part, "
        "matings_per_day, mated_h_per_day, days, watched_days and ended_by, empty "
        "for those that live; without another FILE, what is left of each of them")  # fmt: skip
    add("--serial", metavar="SERIAL", help="which connector of a journal and of the fleet it is")
    add("--report", metavar="OUT.html", type=Path, help="write a page with plots, for print too")
    add("--seed", type=seed, default=1, help="one seed is one answer (default: %(default)s)")
    add("--json", action="store_true", help="print one object, for programs")
    return parser
