"""`evse-cli calibrate ntc`: two temperatures that are known, and what the sensor reads there."""

import argparse
import sys
from typing import Any

from silverpin.apps.control_socket.client import Answer
from silverpin.apps.exits import Exit
from silverpin.apps.terminal.answers import send, show
from silverpin.apps.terminal.arguments import quantity
from silverpin.apps.terminal.command_tree import command, group
from silverpin.apps.terminal.dialogue import asked, on_terminal, say
from silverpin.apps.terminal.form import (
    BACK,
    Answers,
    Entry,
    FormError,
    FormLeft,
    Path,
    fill_in,
    one_of,
)
from silverpin.apps.terminal.form import quantity as typed
from silverpin.apps.terminal.inspect_command import NOT_RECORDED, add_signing, connector_of
from silverpin.apps.terminal.inspection_form import signing
from silverpin.domain.quantities import Unit

Options = argparse.Namespace
_NAMES = ("technician", "certificate", "certificate_level", "certificate_expires", "instrument",
          "instrument_calibrated", "note")  # fmt: skip
_PIN: Path = ("pin",)


def add(commands: Any) -> None:
    """Add the command to a program."""
    calibrate = group(commands, "calibrate", "calibrate the charger's sensors")
    _add_ntc(command(calibrate, "ntc", _ntc, "calibrate a pin's temperature sensor at two points"))


def _add_ntc(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Hold the sensor at a known temperature and give it as a point; do that again at least "
        "20 K away. The charger takes the sensor's reading itself, or is told one that was taken "
        "elsewhere. What comes out may lower the trip and never raises it."
    )
    parser.add_argument("--pin", metavar="PIN", help="whose sensor, such as DC+")
    parser.add_argument("--point", metavar="REFERENCE[=READING]", action="append", type=_point,
                        help="in °C; without a reading it is taken now")  # fmt: skip
    add_signing(parser)


def _point(told: str) -> dict[str, float | None]:
    reference, equals, reading = told.partition("=")
    read = quantity(Unit.TEMPERATURE)
    return {"reference_c": read(_reference(reference)),
            "reading_c": read(reading) if equals else None}  # fmt: skip


def _reference(told: str) -> str:
    """Return what stands before the equals sign; nothing at all is no temperature."""
    if not told:
        raise argparse.ArgumentTypeError("a point is a temperature: write it like 25 or 25=24.6")
    return told


def _ntc(options: Options) -> int:
    given: Answers = {(name,): getattr(options, name) for name in _NAMES
                      if getattr(options, name) is not None}  # fmt: skip
    if options.pin is not None:
        given[_PIN] = options.pin
    lacking = [f"--{name}" for name in ("pin", "technician", "certificate", "instrument")
               if (name,) not in given]  # fmt: skip
    if len(options.point or ()) > 2:
        print("evse-cli calibrate ntc: give one or two points", file=sys.stderr)
        return Exit.USAGE
    if not lacking and options.point:
        return show(options, _send(options, given, options.point))
    if not on_terminal():
        needed = lacking if options.point else [*lacking, "--point"]
        print(f"evse-cli calibrate ntc: the following arguments are required: {', '.join(needed)}",
              file=sys.stderr)  # fmt: skip
        return Exit.USAGE
    try:
        return _guided(options, given)
    except FormLeft:
        say(NOT_RECORDED)
        return Exit.REFUSED
    except FormError as error:
        print(f"evse-cli calibrate ntc: {error}", file=sys.stderr)
        return Exit.USAGE


def _send(options: Options, answers: Answers, points: Any) -> Answer:
    fields = {path[0]: value for path, value in answers.items()}
    return send(options, "calibrate", points=points, **fields)


def _guided(options: Options, given: Answers) -> int:
    pins = connector_of(options).power_pins
    form = [
        *signing(),
        Entry(path=_PIN, question="Which sensor?", example=" or ".join(pins), needed=True,
              read=lambda told: one_of(*map(str.lower, pins))(told.lower()).upper()),
    ]  # fmt: skip
    answers = fill_in(form, given, asked, say)
    if options.point:
        return show(options, _send(options, answers, options.point))
    pin = answers[_PIN]
    while True:
        say(f"\nHold the sensor of {pin} at a temperature you know, and wait until it stands still")
        told = asked("What does the reference read? (such as 25.0C): ")
        if told is None or told.lower() == BACK:
            raise FormLeft
        try:
            reference_c = typed(Unit.TEMPERATURE)(f"{told}C" if told[-1:].isdigit() else told)
        except FormError as error:
            say(f"  {error}")
            continue
        answer = _send(options, answers, [{"reference_c": reference_c, "reading_c": None}])
        done = answer.exit is Exit.DONE and (answer.data or {}).get("done")
        if done or answer.exit not in (Exit.DONE, Exit.REFUSED):
            return show(options, answer)
        say(answer.text)
