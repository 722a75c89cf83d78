"""`evse-cli test voltage-drop`: the pins under 32 A, drop by drop, on record as an inspection.

The charger holds the current as long as this program asks after it; however this program ends, the
current is let go.
"""

import argparse
import signal
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import Any

from silverpin.apps.exits import Exit
from silverpin.apps.terminal.answers import send, show
from silverpin.apps.terminal.arguments import OncePerName
from silverpin.apps.terminal.command_tree import command, group
from silverpin.apps.terminal.dialogue import asked, on_terminal, say
from silverpin.apps.terminal.form import (
    BACK,
    SKIP,
    Answers,
    FormError,
    FormLeft,
    fill_in,
    missing,
    quantity,
)
from silverpin.apps.terminal.inspect_command import (
    NOT_RECORDED,
    add_signing,
    measured_pin,
    reads,
    show_findings,
)
from silverpin.apps.terminal.inspection_form import signing
from silverpin.domain.limits import PIN_TEST_A
from silverpin.domain.quantities import Unit

Options = argparse.Namespace
Data = Mapping[str, Any]
_NAMES = ("technician", "certificate", "certificate_level", "certificate_expires", "instrument",
          "instrument_calibrated", "note")  # fmt: skip
_LOOK_S = 0.5
_ENDS = (signal.SIGTERM, signal.SIGHUP)
"""A program is told to end, or its terminal went away."""
_SIGNALLED = 128
"""Left with this and the signal's number, as shells expect."""


def add(commands: Any) -> None:
    """Add the command to a program."""
    tests = group(commands, "test", "tests that move power")
    drop = command(tests, "voltage-drop", _voltage_drop, "measure the pins under current")
    drop.description = (
        f"Lets {PIN_TEST_A:g} A flow into the plugged-in vehicle (the connector's rating where "
        "that is less), through every interlock, takes the drop across each power pin, and records "
        "it as an inspection. A simulated charger reads its own instrument; otherwise type what "
        "yours reads."
    )
    add_signing(drop)
    drop.add_argument("--drop", metavar="PIN=VOLT", action=OncePerName, type=_drop,
                      help="such as DC+=9.6mV; once a pin")  # fmt: skip
    drop.add_argument("--pin", metavar="PIN=OHM", action=OncePerName, type=measured_pin,
                      help="of a pin that idles in this test, such as N")  # fmt: skip


def _drop(told: str) -> tuple[str, float]:
    pin, equals, volts = told.partition("=")
    if not equals or not pin:
        raise argparse.ArgumentTypeError(f"{told!r} is no drop: write it like DC+=9.6mV")
    return pin, reads(quantity(Unit.VOLTAGE))(volts)


def _voltage_drop(options: Options) -> int:
    signed: Answers = {(name,): getattr(options, name) for name in _NAMES
                       if getattr(options, name) is not None}  # fmt: skip
    # What the charger reads itself it reads with its own instrument.
    who = [row for row in signing() if options.drop or row.path != ("instrument",)]
    try:
        if missing(who, signed):
            if not on_terminal():
                lacking = ", ".join(f"--{row.name}" for row in missing(who, signed))
                say(f"evse-cli test voltage-drop: the following arguments are required: {lacking}")
                return Exit.USAGE
            signed = fill_in(list(signing()), signed, asked, say)
        with _ends_gently():
            return _run(options, {path[0]: value for path, value in signed.items()})
    except FormLeft:
        say(NOT_RECORDED)
        return Exit.REFUSED


@contextmanager
def _ends_gently() -> Iterator[None]:
    """Turn a signal to end into an exception, so that the current is let go on the way out."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def leave(number: int, frame: FrameType | None) -> None:
        raise SystemExit(_SIGNALLED + number)

    heard = [number for number in _ENDS if signal.getsignal(number) is signal.SIG_DFL]
    for number in heard:
        signal.signal(number, leave)
    try:
        yield
    finally:
        for number in heard:
            signal.signal(number, signal.SIG_DFL)


def _run(options: Options, signed: dict[str, Any]) -> int:
    begun = send(options, "pin-test", action="begin", **signed)
    if begun.exit is not Exit.DONE:
        return show(options, begun)
    say(begun.text)
    recorded = False
    try:
        data = _until_ready(options)
        if data is None:
            return Exit.REFUSED
        drops_v = dict(options.drop or ()) or None  # None: what the charger reads itself
        if drops_v is None and not data["reads_itself"]:
            drops_v = _typed_drops(options, data)
        pins = dict(options.pin or ())
        told = send(options, "pin-test", action="record", drops_v=drops_v, pins=pins, **signed)
        recorded = told.changed
    finally:
        if not recorded:
            send(options, "pin-test", action="end")
    if not options.json:
        for line in _drop_lines(told.data or {}):
            print(line)
    show_findings(options, told)
    return show(options, told)


def _until_ready(options: Options) -> Data | None:
    """Wait for the current to be there and steady; None when the test has ended instead."""
    said = ""
    while True:
        told = send(options, "pin-test-look")
        if told.exit is not Exit.DONE or told.data is None:
            show(options, told)
            return None
        data = told.data
        words = _progress(data)
        if words != said:
            say(words)
            said = words
        if data["phase"] == "ready":
            return data
        time.sleep(_LOOK_S)


def _progress(data: Data) -> str:
    amps = "unread" if data["current_a"] is None else f"{abs(data['current_a']):.0f} A"
    if data["phase"] == "starting":
        state = str(data["state"]).replace("_", " ")
        return f"  {state}: {amps} of {data['target_a']:g} A"
    return f"  {amps}, {'steady' if data['phase'] == 'ready' else 'waiting until it is steady'}"


def _typed_drops(options: Options, data: Data) -> dict[str, float]:
    """Ask for each pin's drop; the charger hears of every answer that somebody is there."""
    if not on_terminal():
        say("No instrument can be read here: give each pin's drop, such as --drop DC+=9.6mV")
        raise FormLeft
    drops_v: dict[str, float] = {}
    for pin in data["pins"]:
        while pin not in drops_v:
            told = asked(f"Drop across the contact of {pin} (such as 9.6mV, Enter if it idles): ")
            send(options, "pin-test-look")
            if told is None or told.lower() == BACK:
                raise FormLeft
            if told == SKIP:
                break
            try:
                drops_v[pin] = quantity(Unit.VOLTAGE)(told)
            except FormError as error:
                say(f"  {error}")
    return drops_v


def _drop_lines(recorded: Data) -> Iterator[str]:
    """Yield the drops as they are on record; of a record that was refused there are none."""
    drops_v = recorded.get("drops_v") or {}
    for pin, volts in drops_v.items():
        yield f"{pin}: {volts * 1e3:.2f} mV at {abs(recorded['test_current_a']):.1f} A"
    if drops_v:
        yield ""
