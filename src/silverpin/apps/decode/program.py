"""The program: its options, and the way from octets to lines or to a summary."""

import argparse
import itertools
import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from io import BufferedReader
from pathlib import Path

from silverpin.apps.decode.output import Lines, Sink, tell
from silverpin.apps.decode.progress import Progress
from silverpin.apps.decode.source import (
    CannotRead,
    chunks,
    first_octets,
    hex_messages,
    is_capture,
    open_input,
)
from silverpin.apps.decode.summary import Summary
from silverpin.apps.exits import Exit
from silverpin.apps.terminal.answers import guarded
from silverpin.apps.terminal.arguments import Parser, as_meant
from silverpin.protocols.capture.decoder import CaptureDecoder
from silverpin.protocols.capture.key_log import KeyLog
from silverpin.protocols.capture.records import NotACapture, RecordReader
from silverpin.protocols.exi import PROTOCOLS


def main(argv: Sequence[str] | None = None) -> int:
    """Run `v2g-tool decode` and return its exit code."""
    parser = _parser()
    options = parser.parse_args(as_meant(parser.prog, argv))
    return guarded(parser.prog, lambda: _run(options))


def _run(options: argparse.Namespace) -> int:
    sink: Sink = (
        Summary(sys.stdout, as_json=options.json, verify=options.verify)
        if options.summary
        else Lines(sys.stdout, as_json=options.json, verify=options.verify)
    )
    try:
        keys = _keys(options.keylog)
        sound = _decode(options, keys, sink)
    except CannotRead as error:
        tell(str(error))
        return Exit.BAD_FILE
    return Exit.DONE if sound and not sink.failed else Exit.REFUSED if sound else Exit.BAD_FILE


def _decode(options: argparse.Namespace, keys: KeyLog, sink: Sink) -> bool:
    """Decode the input into *sink*; tell whether it could be read to its end."""
    forced = None if options.protocol == "auto" else options.protocol
    file = open_input(options.input)
    if file is None:
        return _hex([options.input], forced, sink)
    with file:
        start = first_octets(file)
        if options.input == "-" and not is_capture(start):
            return _hex(_lines(start, file), forced, sink)
        return _capture(file, start, CaptureDecoder(keys, forced), sink, options.input)


def _hex(lines: Sequence[str] | Iterator[str], forced: str | None, sink: Sink) -> bool:
    for message in hex_messages(lines, forced):
        sink.take(message)
        sink.flush()
    sink.close()
    return True


def _lines(start: bytes, file: BufferedReader) -> Iterator[str]:
    """Give the lines as they come: another program may be writing them."""
    head, found, tail = start.rpartition(b"\n")
    if found:
        yield from head.decode("utf-8", "replace").splitlines()
    for line in itertools.chain([tail + file.readline()], file):
        yield line.decode("utf-8", "replace")


def _capture(
    file: BufferedReader, start: bytes, decoder: CaptureDecoder, sink: Sink, name: str
) -> bool:
    reader = RecordReader()
    progress = Progress(sys.stderr, _size(file))
    problem = None
    try:
        for octets, read in chunks(file, start):
            for item in reader.feed(octets):
                for event in decoder.take(item):
                    sink.take(event)
            sink.flush()
            progress.at(read, sink.messages)
        reader.close()
    except NotACapture as error:
        raise CannotRead(f"{name} is no capture: {error}; give a pcap or pcapng file") from None
    except CannotRead as error:
        if not decoder.packets:
            raise
        problem = str(error)
    finally:
        progress.done()
    for event in decoder.close():
        sink.take(event)
    sink.close()
    _tell_the_rest(reader, decoder, sink, problem)
    return True


def _tell_the_rest(
    reader: RecordReader, decoder: CaptureDecoder, sink: Sink, problem: str | None
) -> None:
    for what in (problem, reader.damage):
        if what:
            tell(what)
    if reader.damaged_blocks:
        tell(f"{reader.damaged_blocks} blocks of the capture contradict themselves: left out")
    counts: Counter[str] = decoder.counts
    also = ", ".join(f"{count:,} {name}" for name, count in counts.most_common())
    tell(
        f"{sink.messages:,} messages in {decoder.packets:,} packets"
        + (f", {sink.failed:,} failed" if sink.failed else "")
        + (f"; also {also}" if also else "")
    )


def _keys(path: Path | None) -> KeyLog:
    keys = KeyLog()
    if path is None:
        return keys
    try:
        bad = keys.add(path.read_bytes())
    except OSError as error:
        raise CannotRead(f"the key log {path} cannot be read: {error.strerror}") from None
    if not len(keys):
        raise CannotRead(f"{path} is no key log: no line is LABEL, client random, secret")
    for line in bad[:3]:
        tell(f"{path} line {line.number} is left out: {line.reason}")
    return keys


def _size(file: BufferedReader) -> int | None:
    size = os.fstat(file.fileno()).st_size
    return size or None


def _parser() -> Parser:
    parser = Parser(
        prog="v2g-tool decode",
        description="Decode what vehicle and charger said: DIN 70121, ISO 15118-2 and -20.",
        epilog="exit: 0 every message was decoded, 1 a message failed, 3 the file is no capture",
    )
    parser.add_argument(
        "input",
        metavar="FILE|HEX|-",
        help="a pcap or pcapng file (gzip too), hex of V2GTP frames, or - for either on stdin",
    )
    parser.add_argument("--json", action="store_true", help="print one object a line")
    parser.add_argument("--keylog", metavar="FILE", type=Path, help="TLS secrets (SSLKEYLOGFILE)")
    parser.add_argument(
        "--protocol",
        choices=("auto", *PROTOCOLS),
        default="auto",
        metavar="NAME",
        help=f"schema of bare EXI, or where nothing tells it: auto, {', '.join(PROTOCOLS)}",
    )
    parser.add_argument(
        "--summary", action="store_true", help="print timing, limits and the end of each session"
    )
    parser.add_argument(
        "--verify", action="store_true", help="encode every message again and compare"
    )
    return parser
