"""What `silverpin run` is told on its command line."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from silverpin.apps.terminal.arguments import Parser, bounded, read, seed
from silverpin.domain.connectors import CONNECTOR_SETS
from silverpin.domain.quantities import QuantityError, Unit, parse_time_of_run_s
from silverpin.drivers.signal_demand import Droop
from silverpin.drivers.signals import STEP_LEAST_S, Asked, SignalKind
from silverpin.protocols.iso15118.sap import NAMES

HOURS = 24.0


@dataclass(frozen=True, slots=True)
class Planned:
    """An act that `--fault` puts on a time."""

    t_s: float
    act: str
    value: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """One run, as it was asked for."""

    signal: str
    asked: Asked
    droop: Droop
    power_w: float
    plug_in_s: float
    plug_out_s: float | None
    hours: float | None
    seed: int
    connector: str
    ambient_c: float
    battery_kwh: float
    state_of_charge: float
    faults: tuple[Planned, ...]
    out: Path
    force: bool
    skip: bool
    talks: bool
    """The vehicle talks; without it, it asks with its pilot alone."""
    speaks: str
    """The protocol that a vehicle talks."""
    vehicle_phases: int
    """AC: of the vehicle's own charger."""
    json: bool


def run_options(argv: Sequence[str] | None) -> RunOptions:
    """Read the command line; a wrong one ends the program with one sentence."""
    parser = _parser()
    told = read(parser, argv)
    plug_out_s = told.plug_out
    if told.vehicle_speaks == "din" and not CONNECTOR_SETS[told.connector].direct_current:
        parser.error(f"DIN 70121 knows DC alone, and {told.connector} is AC: choose iso2 or iso20")
    if told.vehicle_phases == 1 and told.pilot_only:
        parser.error("a pilot tells no phases, and --vehicle-phases 1 wants that: "
                     "leave --pilot-only out")  # fmt: skip
    if plug_out_s is not None and plug_out_s <= told.plug_in:
        parser.error("--plug-out is not after --plug-in: give a later time")
    return RunOptions(
        signal=told.signal,
        asked=Asked(
            kind=SignalKind(told.kind) if told.kind else None,
            column=told.column,
            step_s=told.step,
            nominal_hz=told.nominal_hz,
        ),
        droop=Droop(share=told.droop, deadband_hz=told.deadband),
        power_w=told.power,
        plug_in_s=told.plug_in,
        plug_out_s=plug_out_s,
        hours=told.hours,
        seed=told.seed,
        connector=told.connector,
        ambient_c=told.ambient,
        battery_kwh=told.battery,
        state_of_charge=told.soc,
        faults=tuple(told.fault),
        out=told.out,
        force=told.force,
        skip=told.skip,
        talks=not told.pilot_only,
        speaks=told.vehicle_speaks,
        vehicle_phases=told.vehicle_phases,
        json=told.json,
    )


def _parser() -> Parser:
    parser = Parser(
        prog="silverpin run",
        description="Run a simulated charger through a signal and keep what happened in a folder: "
        "summary.json, events.jsonl, samples.parquet and plot.svg.",
    )
    _add_signal(parser.add_argument_group("signal"))
    _add_charger(parser.add_argument_group("charger and vehicle"))
    group = parser.add_argument_group("run")
    add = group.add_argument
    add("--hours", metavar="H", type=bounded(Unit.SHARE, 1.0 / 3600.0, 8784.0),
        help="how long (default: 24, or as long as the file lasts if that is less)")  # fmt: skip
    add("--seed", type=seed, default=1, help="one seed is one run (default: %(default)s)")
    add("--fault", metavar="T:NAME[=VALUE]", type=_planned, action="append", default=[],
        help="let something happen, such as 14:30:jam-lock or 90s:worn-pin=DC+=3mOhm; repeatable, "
        "an unknown name lists them all")  # fmt: skip
    add("--out", metavar="DIR", type=Path, required=True, help="folder to make")
    add("--force", action="store_true", help="replace DIR if it holds a run")
    add(
        "--pilot-only",
        action="store_true",
        help="the vehicle asks with its pilot alone (default: it talks)",
    )
    add("--vehicle-speaks", choices=tuple(NAMES), default="iso20",
        help="its protocol: ISO 15118-20, -2 or DIN 70121; the older ones only charge")  # fmt: skip
    add("--vehicle-phases", type=int, choices=(1, 3), default=3,
        help="of an AC vehicle's own charger (default: %(default)s)")  # fmt: skip
    add("--no-skip", dest="skip", action="store_false", help="tick ten times a second throughout")
    add("--json", action="store_true", help="print the summary as one object")
    return parser


def _add_signal(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add("--signal", metavar="FILE", required=True,
        help="Parquet, CSV or CSV.gz file, or synthetic:regd")  # fmt: skip
    add("--kind", choices=[kind.value for kind in SignalKind],
        help="what its numbers mean (default: told by the file)")  # fmt: skip
    add("--column", metavar="NAME", help="the column to follow")
    add("--step", metavar="T", type=bounded(Unit.DURATION, STEP_LEAST_S, 86_400.0),
        help="time between rows of a file without a time axis (regd: 2s)")  # fmt: skip
    add("--nominal-hz", metavar="HZ", type=bounded(Unit.FREQUENCY, 40.0, 70.0),
        help="the grid's nominal frequency (default: told by the file, else 60)")  # fmt: skip
    add("--droop", metavar="SHARE", type=bounded(Unit.SHARE, 1e-4, 1.0), default=0.05,
        help="deviation that asks for full power (default: 5%%)")  # fmt: skip
    add("--deadband", metavar="HZ", type=bounded(Unit.FREQUENCY, 0.0, 5.0), default=0.036,
        help="deviation that asks for nothing (default: %(default)s)")  # fmt: skip


def _add_charger(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add("--power", metavar="P", type=bounded(Unit.POWER, 100.0, 1e6), default=10_000.0,
        help="power that the full signal asks for (default: 10kW)")  # fmt: skip
    add("--plug-in", metavar="T", type=time_of_run, default=0.0,
        help="when the vehicle comes, as 07:30, 90s, 15min or 2h (default: 00:00)")  # fmt: skip
    add("--plug-out", metavar="T", type=time_of_run, help="when it leaves (default: it stays)")
    add("--connector", choices=sorted(CONNECTOR_SETS), default="ccs2-200a",
        help="connector (default: %(default)s)")  # fmt: skip
    add("--ambient", metavar="C", type=bounded(Unit.TEMPERATURE, -40.0, 85.0), default=25.0,
        help="air in °C (default: %(default)s)")  # fmt: skip
    add("--battery", metavar="E", type=bounded(Unit.ENERGY, 1.0, 2000.0), default=60.0,
        help="size of the vehicle's battery (default: 60kWh)")  # fmt: skip
    add("--soc", metavar="SHARE", type=bounded(Unit.SHARE, 0.0, 1.0), default=0.5,
        help="its charge at the start (default: 50%%)")  # fmt: skip


def time_of_run(text: str) -> float:
    """Read an instant of a run, for argparse. [s]"""
    try:
        t_s = parse_time_of_run_s(text)
    except QuantityError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    if t_s < 0.0:
        raise argparse.ArgumentTypeError(f"{text} is before the run")
    return t_s


def _planned(text: str) -> Planned:
    head, equals, value = text.partition("=")
    time, colon, act = head.rpartition(":")
    if not colon or not act:
        raise argparse.ArgumentTypeError(f"{text!r} is no fault: write it like 14:30:jam-lock")
    return Planned(time_of_run(time), act, value if equals else None)
