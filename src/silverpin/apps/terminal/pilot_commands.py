"""`evse-cli pilot`: the control pilot's figures beside their limits, and its calibration."""

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from silverpin.apps.control_socket.client import Answer
from silverpin.apps.exits import Exit
from silverpin.apps.terminal.answers import refused, send, show, show_json
from silverpin.apps.terminal.arguments import OncePerName, quantity
from silverpin.apps.terminal.command_tree import command, group
from silverpin.apps.terminal.dialogue import asked, confirmed, on_terminal, say
from silverpin.apps.terminal.form import BACK, Answers, FormError, FormLeft, fill_in
from silverpin.apps.terminal.inspect_command import NOT_RECORDED, add_signing
from silverpin.apps.terminal.inspection_form import signing
from silverpin.apps.terminal.screen_text import table
from silverpin.domain.quantities import Unit

Options = argparse.Namespace
_NAMES = ("technician", "certificate", "certificate_level", "certificate_expires", "instrument",
          "instrument_calibrated", "note")  # fmt: skip
_NEEDED = ("technician", "certificate", "instrument")
_BOXES = {
    "open": "Take the resistor box off, so that the line is open",
    "2740": "Set the box to state B: 2.74 kΩ behind its diode",
    "882": "Set the box to state C: 1.3 kΩ beside the 2.74 kΩ (882 Ω together)",
    "246": "Set the box to state D: 270 Ω beside the 2.74 kΩ (246 Ω together)",
}
"""What a person does for each setting of the table of known resistors."""
_OUTCOMES = {
    "passed": "The pilot is as it must be",
    "failed": "The pilot is not as it must be",
    "not measured": "Nothing was found against the pilot; some figures were not measured",
}


def add(commands: Any) -> None:
    """Add the commands to a program."""
    pilot = group(commands, "pilot", "the control pilot")
    verify = command(pilot, "verify", _verify, "tell its figures beside their limits")
    verify.add_argument("--samples", metavar="FILE", type=Path,
                        help="an oscilloscope's table: volts, or seconds and volts")  # fmt: skip
    verify.add_argument("--rate", metavar="HZ", type=quantity(Unit.FREQUENCY),
                        help="samples a second, for a table of volts alone")  # fmt: skip
    verify.add_argument("--duty", metavar="SHARE", type=quantity(Unit.SHARE),
                        help="that was set, such as 5%%; for --samples")  # fmt: skip
    _add_calibrate(
        command(pilot, "calibrate", _calibrate, "calibrate its front end by known resistors")
    )


def _add_calibrate(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Put a vehicle simulator's known resistors on the line, one after the other, and give what "
        "the charger's front end reads of each (read_v of evse-cli pilot verify --json). On a "
        "terminal the charger takes the readings itself. What comes out corrects small errors of "
        "the front end; a weak pilot stays a weak pilot."
    )
    parser.add_argument("--point", metavar="RESISTOR=VOLT", action=OncePerName, type=_point,
                        help="open, 2740, 1300 (882) or 270 (246), such as 1300=5.98")  # fmt: skip
    add_signing(parser)


def _point(told: str) -> tuple[str, float]:
    resistor, equals, volts = told.partition("=")
    if not equals or not resistor:
        raise argparse.ArgumentTypeError(f"{told!r} is no point: write it like 1300=5.98")
    return resistor, quantity(Unit.VOLTAGE)(volts)


def _verify(options: Options) -> int:
    if options.samples is not None:
        return _verify_samples(options)
    if options.rate is not None or options.duty is not None:
        print("evse-cli pilot verify: --rate and --duty go with --samples", file=sys.stderr)
        return Exit.USAGE
    told = send(options, "pilot-verify")
    if told.exit is not Exit.DONE or told.data is None:
        return refused(options, told)
    return _show_verdict(options, told.data)


def _verify_samples(options: Options) -> int:
    # Loaded here, for no other command judges samples.
    from silverpin.apps.terminal.pilot_object import verdict_object
    from silverpin.protocols.pilot.samples import read_samples
    from silverpin.protocols.pilot.verdict import judge
    from silverpin.protocols.pilot.waveform import SamplesError, measure

    path: Path = options.samples
    try:
        with path.open(encoding="utf-8", errors="replace") as lines:
            waveform = read_samples(lines, path.name, options.rate)
        verdict = judge(measure(waveform), duty=options.duty)
    except OSError as error:
        print(f"evse-cli: {path} cannot be read: {error.strerror}", file=sys.stderr)
        return Exit.BAD_FILE
    except SamplesError as error:
        print(f"evse-cli: {error}", file=sys.stderr)
        return Exit.BAD_FILE
    return _show_verdict(options, verdict_object(verdict, "samples"))


def _show_verdict(options: Options, data: Mapping[str, Any]) -> int:
    if options.json:
        show_json("pilot", data)
    else:
        rows = [(row["name"], _value(row), _limits(row), row["outcome"], row["why"])
                for row in data["figures"]]  # fmt: skip
        lines = table(("figure", "value", "limits", "verdict", ""), rows)
        print(*(line.rstrip() for line in lines), sep="\n")
        print(f"\nState {data['state']}, judged from {data['source']}")
        for cause in data["causes"]:
            words = cause["words"]
            print(f"{words[:1].upper()}{words[1:]}; {cause['look']}")
        print(_OUTCOMES[data["outcome"]])
    return Exit.REFUSED if data["outcome"] == "failed" else Exit.DONE


def _value(row: Mapping[str, Any]) -> str:
    return "-" if row["value"] is None else f"{row['value']:.4g} {row['unit']}"


def _limits(row: Mapping[str, Any]) -> str:
    return f"{row['low']:.4g} to {row['high']:.4g} {row['unit']}"


def _calibrate(options: Options) -> int:
    given: Answers = {(name,): getattr(options, name) for name in _NAMES
                      if getattr(options, name) is not None}  # fmt: skip
    lacking = [f"--{name}" for name in _NEEDED if (name,) not in given]
    if options.point and not lacking:
        return _send(options, given, dict(options.point))
    if not on_terminal():
        needed = lacking if options.point else [*lacking, "--point"]
        print(f"evse-cli pilot calibrate: the following arguments are required: "
              f"{', '.join(needed)}", file=sys.stderr)  # fmt: skip
        return Exit.USAGE
    try:
        answers = fill_in(list(signing()), given, asked, say)
        points = dict(options.point) if options.point else _taken(options)
        if not confirmed("Calibrate with these?"):
            raise FormLeft
        return _send(options, answers, points)
    except FormLeft:
        say(NOT_RECORDED)
        return Exit.REFUSED
    except FormError as error:
        print(f"evse-cli pilot calibrate: {error}", file=sys.stderr)
        return Exit.USAGE


def _taken(options: Options) -> dict[str, float]:
    """Lead through the resistors and return what the front end read of each."""
    points: dict[str, float] = {}
    for name, todo in _BOXES.items():
        told = asked(f"{todo}, then press Enter: ")
        if told is None or told.lower() == BACK:
            raise FormLeft
        answer = send(options, "pilot-verify")
        if answer.exit is not Exit.DONE or answer.data is None:
            raise FormError(answer.text)
        points[name] = answer.data["read_v"]
        say(f"  reads {points[name]:.3f} V")
    return points


def _send(options: Options, signed: Answers, points: Mapping[str, float]) -> int:
    fields = {path[0]: value for path, value in signed.items()}
    told = send(options, "pilot-calibrate", points=dict(points), **fields)
    if not options.json:
        _show_residuals(told)
    return show(options, told)


def _show_residuals(told: Answer) -> None:
    rows = [
        (row["name"], f"{row['read_v']:.3f} V", f"{row['level_v']:.3f} V",
         f"{1e3 * row['residual_v']:+.0f} mV")
        for row in (told.data or {}).get("residuals", ())
    ]  # fmt: skip
    if rows:
        print(*table(("resistor", "read", "level", "left over"), rows), "", sep="\n")
