"""`v2g-tool slac`: who matches with whom on the power line, live or out of a capture."""

import argparse
import json
import select
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from silverpin.apps.decode.source import CannotRead, chunks, first_octets, open_input
from silverpin.apps.decode.wording import utc
from silverpin.apps.exits import Exit
from silverpin.apps.terminal.answers import guarded
from silverpin.apps.terminal.arguments import Parser, as_meant
from silverpin.drivers.plc.interface import PlcError, PlcInterface
from silverpin.protocols.capture.frames import HomePlugFrame, open_frame
from silverpin.protocols.capture.records import NotACapture, Record, RecordReader
from silverpin.protocols.slac.frames import Frame, SlacError, open_payload, unpack
from silverpin.protocols.slac.witness import Told, Witness

SCHEMA = "silverpin.slac/1"
_TURN_S = 0.5


def slac(words: Sequence[str]) -> int:
    """Run `v2g-tool slac` and return its exit code."""
    parser = _parser()
    options = parser.parse_args(as_meant(parser.prog, words))
    return guarded(parser.prog, lambda: _run(options))


def _run(options: argparse.Namespace) -> int:
    given: str = options.source
    witness = Witness()
    live = given != "-" and not Path(given).exists() and "/" not in given
    try:
        frames = _live(given, options.seconds) if live else _captured(given)
        for at_ns, frame in frames:
            for told in witness.hear(frame, at_ns):
                print(_line(told, options.json), flush=live)
    except (CannotRead, NotACapture) as error:
        return _refuse(str(error), Exit.BAD_FILE)
    except PlcError as error:
        return _refuse(str(error), Exit.FORBIDDEN if error.forbidden else Exit.UNREACHABLE)
    except KeyboardInterrupt:
        pass
    damaged = f"; {witness.damaged} damaged messages" if witness.damaged else ""
    matches = f"{witness.matches} match{'' if witness.matches == 1 else 'es'}"
    print(f"v2g-tool slac: {matches}{damaged}", file=sys.stderr)
    return Exit.DONE


def _live(name: str, seconds: float | None) -> Iterator[tuple[int, Frame]]:
    ends = None if seconds is None else time.monotonic() + seconds
    with PlcInterface(name, both_ways=True) as interface:
        print(f"v2g-tool slac: listening on {name}, Ctrl-C ends", file=sys.stderr, flush=True)
        while ends is None or time.monotonic() < ends:
            if not select.select([interface], [], [], _TURN_S)[0]:
                continue
            for octets in interface.receive():
                try:
                    yield time.time_ns(), unpack(octets)
                except SlacError:
                    continue


def _captured(given: str) -> Iterator[tuple[int, Frame]]:
    neither = f"{given} is neither a file nor an interface: give one of them, or -"
    if given != "-" and not Path(given).exists():
        raise CannotRead(neither)
    file = open_input(given)
    if file is None:
        raise CannotRead(neither)
    reader = RecordReader()
    with file:
        for chunk in chunks(file, first_octets(file)):
            for item in reader.feed(chunk.octets):
                if isinstance(item, Record):
                    yield from _power_line(item)
    reader.close()


def _power_line(record: Record) -> Iterator[tuple[int, Frame]]:
    told = open_frame(record.link, record.data)
    if isinstance(told, HomePlugFrame):
        try:
            yield record.t_ns or 0, open_payload(told.source, told.destination, told.payload)
        except SlacError:
            return


def _line(told: Told, as_json: bool) -> str:
    if as_json:
        head = {"schema": SCHEMA, "t": utc(told.at_ns), "kind": told.kind}
        return json.dumps(head | told.figures | {"text": told.text}, separators=(",", ":"))
    return f"{(utc(told.at_ns) or '')[11:23]}  {told.text}"


def _refuse(why: str, code: Exit) -> int:
    print(f"v2g-tool slac: {why}", file=sys.stderr)
    return code


def _parser() -> Parser:
    parser = Parser(
        prog="v2g-tool slac",
        description="Tell which vehicle matches with which charger on the power line, how well it "
        "is heard, and what to do about a poor line.",
        epilog="It only listens. On an interface it needs CAP_NET_RAW.",
    )
    parser.add_argument(
        "source", metavar="SOURCE", help="an interface such as eth1, or a capture; - reads one"
    )
    parser.add_argument("--seconds", type=float, metavar="S", help="listen no longer than this")
    parser.add_argument("--json", action="store_true", help="one object a line")
    return parser
