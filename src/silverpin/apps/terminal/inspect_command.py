"""`evse-cli inspect`: an inspection by options, by a filled-in file, or by questions."""

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import Any

from silverpin.apps.control_socket.client import Answer
from silverpin.apps.exits import Exit
from silverpin.apps.terminal.answers import send, show
from silverpin.apps.terminal.arguments import OncePerName
from silverpin.apps.terminal.command_tree import command
from silverpin.apps.terminal.dialogue import guide, on_terminal, say
from silverpin.apps.terminal.form import (
    Answers,
    FormError,
    day,
    instant,
    missing,
    quantity,
    whole,
)
from silverpin.apps.terminal.form_file import FileError, read_form, template
from silverpin.apps.terminal.inspection_form import entries, request, tick_all
from silverpin.apps.terminal.screen_text import table
from silverpin.domain.connectors import CONNECTOR_SETS, ConnectorSet
from silverpin.domain.inspection import LEVEL_MIN
from silverpin.domain.installation_checklist import CHECKLIST
from silverpin.domain.limits import LIMITS
from silverpin.domain.quantities import Unit

Options = argparse.Namespace
NOT_RECORDED = "Nothing was recorded"
_SURFACES = ("none", "light", "heavy")
_SEAL = {
    "sound": {"deformed": False, "moisture": False},
    "deformed": {"deformed": True},
    "moist": {"moisture": True},
}
_SCALARS = (
    "technician", "certificate", "certificate_level", "certificate_expires", "instrument",
    "instrument_calibrated", "pull_out", "earth", "measured", "corrects", "note",
)  # fmt: skip


def add(commands: Any) -> None:
    """Add the command to a program."""
    _add_inspect(command(commands, "inspect", _inspect, "record an inspection of the connector"))


def _inspect(options: Options) -> int:
    try:
        if options.template is not None:
            return _template(options)
        answers = _answers(options)
    except FileError as error:
        print(f"evse-cli: {error}", file=sys.stderr)
        return Exit.BAD_FILE
    except FormError as error:
        print(f"evse-cli inspect: {error}", file=sys.stderr)
        return Exit.USAGE
    if answers is None:
        say(NOT_RECORDED)
        return Exit.REFUSED
    told = send(options, "inspect", **request(answers))
    show_findings(options, told)
    return show(options, told)


def show_findings(options: Options, told: Answer) -> None:
    """Print every finding of an inspection with its number beside its limit."""
    findings = (told.data or {}).get("findings", ())
    checked = [row for row in findings if row["grade"] != "not checked"]
    if checked and not options.json:
        rows = [(row["what"], row["value"], row["limit"], row["grade"]) for row in checked]
        print(*table(("what", "value", "limit", "verdict"), rows), "", sep="\n")


def _answers(options: Options) -> Answers | None:
    """Return the form from options, file and questions; None if it is not to be recorded."""
    given = _given(options)
    lacking = _lacking(given)
    if options.file is None and not lacking:
        return given  # nothing more is needed, so nothing is asked
    if options.file is None and not on_terminal():
        raise FormError(
            f"the following arguments are required: {', '.join(lacking)}; see evse-cli inspect"
            " --help, or fill in a file: evse-cli inspect --template"
        )
    kind = connector_of(options)
    form = entries(kind.power_pins, kind.data_pins)
    answers = given if options.file is None else read_form(options.file, form) | given
    if not missing(form, answers):
        return answers
    if not on_terminal():
        raise FileError(f"{options.file} lacks {', '.join(e.name for e in missing(form, answers))}")
    return guide(form, answers, f"Inspection of a {kind.name} connector")


def _lacking(given: Answers) -> list[str]:
    """Return the options that an inspection by options alone lacks."""
    names = {path[0] for path in given}
    rows = (("pins", "--pin"), ("instrument", "--instrument"), ("technician", "--technician"),
            ("certificate", "--certificate"))  # fmt: skip
    return [option for name, option in rows if name not in names]


def _given(options: Options) -> Answers:
    """Return what the options answer."""
    given: Answers = {
        (name,): getattr(options, name) for name in _SCALARS if getattr(options, name) is not None
    }
    for pin, ohm in options.pin or ():
        given["pins", pin, "resistance"] = ohm
    for what in ("oxidation", "pitting"):
        for pin, surface in getattr(options, what) or ():
            given["pins", pin, what] = surface
    given |= _seal(options.seal or ())
    for item, tick in options.tick or ():
        if item == "all":
            tick_all(given)
        else:
            given["checklist", item] = tick
    return given


def _seal(words: Sequence[str]) -> Answers:
    """Return what was found on the seal."""
    if "sound" in words and len(set(words)) > 1:
        raise FormError("--seal sound contradicts the other one: say what is so")
    return {("seal", what): found for word in words for what, found in _SEAL[word].items()}


def connector_of(options: Options) -> ConnectorSet:
    """Return the kind of the charger's connector."""
    told = send(options, "status")
    name = (told.data or {}).get("connector", {}).get("set")
    if name not in CONNECTOR_SETS:
        raise FormError(told.text or "the charger does not say which connector it has")
    return CONNECTOR_SETS[name]


def _template(options: Options) -> int:
    kind = CONNECTOR_SETS[options.template] if options.template else connector_of(options)
    form = entries(kind.power_pins, kind.data_pins)
    print(*template(form, f"Inspection of a {kind.name} connector"), sep="\n")
    return Exit.DONE


def add_signing(parser: argparse.ArgumentParser, *, instrument: bool = True) -> None:
    """Let *parser* take who answers for a record, and with what it was measured."""
    parser.add_argument("--technician", metavar="NAME", help="who did it")
    parser.add_argument("--certificate", metavar="NUMBER", help="of the technician")
    parser.add_argument("--certificate-level", metavar="N", type=reads(whole(1, 9)),
                        help=f"of the certificate; below {LEVEL_MIN} fails")  # fmt: skip
    parser.add_argument("--certificate-expires", metavar="DAY", type=reads(day),
                        help="such as 2028-01-31; what is measured later fails")  # fmt: skip
    if instrument:
        parser.add_argument("--instrument", metavar="NAME", help="what measured")
        parser.add_argument("--instrument-calibrated", metavar="DAY", type=reads(day),
                            help="such as 2026-03-01")  # fmt: skip
    parser.add_argument("--note", metavar="TEXT", help="anything worth knowing")


def _add_inspect(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Record an inspection of the connector. On a terminal it asks for what is not given; what "
        "is left out is recorded as not checked."
    )
    parser.add_argument("--pin", metavar="PIN=OHM", action=OncePerName, type=measured_pin,
                        help="such as DC+=0.31mOhm; once a pin")  # fmt: skip
    add_signing(parser)
    for what in ("oxidation", "pitting"):
        parser.add_argument(f"--{what}", metavar="PIN=HOW", action=OncePerName, type=_surface,
                            help="none, light or heavy")  # fmt: skip
    parser.add_argument("--seal", action="append", choices=list(_SEAL),
                        help="how it looks; deformed and moist may both be said")  # fmt: skip
    parser.add_argument("--pull-out", metavar="N", type=reads(quantity(Unit.FORCE)),
                        help="withstood with the bolt in, such as 220N")  # fmt: skip
    earth = f"protective earth, such as 4.2Ohm; below {LIMITS.earth_max_ohm:g}"
    parser.add_argument("--earth", metavar="OHM", type=_read_ohm, help=earth)
    ticked = f"of the NFPA 70 checklist: yes, no or n/a; all, or {', '.join(CHECKLIST)}"
    parser.add_argument("--tick", metavar="ITEM[=ANSWER]", action=OncePerName, type=_ticked,
                        help=ticked)  # fmt: skip
    parser.add_argument("--measured", metavar="TIME", type=reads(instant),
                        help="such as 2026-11-22T14:30, if not now")  # fmt: skip
    parser.add_argument("--corrects", metavar="NUMBER", type=reads(whole(1, 2**53)),
                        help="of the record that this one corrects")  # fmt: skip
    parser.add_argument("--file", metavar="FILE", help="a filled-in form (TOML)")
    parser.add_argument("--template", metavar="CONNECTOR", nargs="?", const="",
                        type=_connector_set, help="print an empty form")  # fmt: skip


def reads(read: Callable[[str], Any]) -> Callable[[str], Any]:
    """Return an argparse type of a form's reader."""

    def read_option(told: str) -> Any:
        try:
            return read(told)
        except FormError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return read_option


_read_ohm = reads(quantity(Unit.RESISTANCE))


def measured_pin(told: str) -> tuple[str, float]:
    """Read a pin with its resistance, as an argparse type."""
    pin, equals, resistance = told.partition("=")
    if not equals or not pin:
        raise argparse.ArgumentTypeError(f"{told!r} is no pin: write it like DC+=0.31mOhm")
    return pin, _read_ohm(resistance)


def _surface(told: str) -> tuple[str, str]:
    pin, _, how = told.partition("=")
    if not pin or how not in _SURFACES:
        raise argparse.ArgumentTypeError(f"{told!r}: write it like DC+=none, light or heavy")
    return pin, how


def _ticked(told: str) -> tuple[str, str]:
    item, _, tick = told.partition("=")
    if item != "all" and item not in CHECKLIST:
        raise argparse.ArgumentTypeError(
            f"{item!r} is not on the checklist: all, {', '.join(CHECKLIST)}"
        )
    if tick not in ("", "yes", "no", "n/a"):
        raise argparse.ArgumentTypeError(f"{told!r}: the answer is yes, no or n/a")
    return item, tick or "yes"


def _connector_set(told: str) -> str:
    if told and told not in CONNECTOR_SETS:
        raise argparse.ArgumentTypeError(f"{told!r} is none of {', '.join(CONNECTOR_SETS)}")
    return told
