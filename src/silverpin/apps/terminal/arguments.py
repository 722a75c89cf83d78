"""Command lines as people paste them, and the parser that all programs share.

A text program turns `--mode` into `–mode` and `"V2X"` into `“V2X”`, and a web page puts no-break
spaces between words. `normalise` takes that back, word by word:

* A dash of any kind before a word is `--`, before a single letter or a number it is `-`.
* Curly quotes round a word vanish; a phrase that the shell parted at its spaces is joined again.
* A no-break space parts words in an option or in the first word; inside a value it is a space.
* A word without any of these, and every word after a bare `--`, stays as it is.
"""

import argparse
import re
import sys
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, NoReturn

from silverpin import __version__
from silverpin.apps.exits import Exit
from silverpin.domain.quantities import QuantityError, Unit, parse

_DASH = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_DASHES = re.compile(f"[-{_DASH}]+")
_ODD_DASH = re.compile(f"[{_DASH}]")
_NUMBER = re.compile(r"\.?\d")
_OPENING = "\u2018\u201a\u201b\u201c\u201d\u201e\u201f\u00ab\u2039"
_QUOTES = _OPENING + "\u2019\u00bb\u203a"
_SPACE = re.compile("[\u00a0\u2007\u202f]+")
_UNIT = re.compile(r"[kMmuµ]?(?:Wh|W|A|V|N|Hz|[Oo]hm|Ω|s)|min|h|°?C|%")


class Normalised(NamedTuple):
    """A command line to parse, and every word that was read otherwise than it was written."""

    argv: list[str]
    read_as: list[tuple[str, str]]


def normalise(argv: Sequence[str]) -> Normalised:
    """Return *argv* as its author meant it; normalising the result again changes nothing."""
    words, read_as = list(argv), []
    while True:
        passed, changes = _pass(words)
        read_as += changes
        if passed == words:
            return Normalised(words, read_as)
        words = passed


def _pass(words: list[str]) -> tuple[list[str], list[tuple[str, str]]]:
    """Read every word once. A change takes away at least one odd mark, so passes come to an end."""
    end = words.index("--") if "--" in words else len(words)
    passed: list[str] = []
    changes: list[tuple[str, str]] = []
    at = 0
    while at < end:
        phrase = _phrase_length(words[at:end])
        before = " ".join(words[at : at + phrase])
        after = _read_word(before, first=at == 0)
        if after != [before]:
            changes.append((before, " ".join(after)))
        passed += after
        at += phrase
    return passed + words[end:], changes


def _phrase_length(words: list[str]) -> int:
    """Return how many words stand between one pair of curly quotes, at least one."""
    if words[0][:1] and words[0][0] in _OPENING:
        for count, word in enumerate(words, start=1):
            if len(word) + count > 2 and word[-1:] and word[-1] in _QUOTES:
                return count
    return 1


def _read_word(word: str, *, first: bool) -> list[str]:
    word = _unquoted(word)
    if not _SPACE.search(word):
        return [_read_dashes(word)]
    pieces = [piece for piece in _SPACE.split(word) if piece]
    if first or any(_DASHES.match(piece) for piece in pieces):
        return [_read_dashes(_unquoted(piece)) for piece in _with_units(pieces)]
    return [_SPACE.sub(" ", word)]


def _unquoted(word: str) -> str:
    while len(word) > 1 and word[0] in _QUOTES and word[-1] in _QUOTES:
        word = word[1:-1]
    return word


def _with_units(pieces: list[str]) -> list[str]:
    """Join a number and the unit after it: `--power 5 kW` has one value."""
    joined = pieces[:1]
    for piece in pieces[1:]:
        if joined[-1][-1:].isdigit() and _UNIT.fullmatch(piece):
            joined[-1] += f" {piece}"
        else:
            joined.append(piece)
    return joined


def _read_dashes(word: str) -> str:
    lead = _DASHES.match(word)
    if lead is None:
        return word
    run, rest = lead.group(), word[lead.end() :]
    if _ODD_DASH.search(run):
        run = "--" if len(run) > 1 or _stands_for_two(run, rest) else "-"
    if _NUMBER.match(rest):
        return run + rest
    name, equals, value = rest.partition("=")
    return run + _ODD_DASH.sub("-", name) + equals + _read_value(value)


def _stands_for_two(dash: str, rest: str) -> bool:
    """Tell whether one pasted dash was two: before a word, or alone as a dash of full length."""
    if not rest:
        return dash in "\u2014\u2015"
    return not _NUMBER.match(rest) and len(rest.partition("=")[0]) > 1


def _read_value(value: str) -> str:
    value = _unquoted(value)
    lead = _ODD_DASH.match(value)
    if lead and _NUMBER.match(value, lead.end()):
        return "-" + value[lead.end() :]
    return value


class Parser(argparse.ArgumentParser):
    """An argument parser with our exit code, one sentence for an error, and values like `-5kW`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_abbrev=False, **options)
        # argparse takes -5 for a value and -5kW for an option; Python 3.14 reads both our way.
        self._negative_number_matcher = re.compile(r"-\.?\d")

    def error(self, message: str) -> NoReturn:
        """End the program with one sentence and where to look."""
        self.exit(Exit.USAGE, f"{self.prog}: {message}; see {self.prog} --help\n")


class OncePerName(argparse.Action):
    """Collect pairs of a name and its value; the same name twice says two things of one."""

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: Any,
        option_string: str | None = None,
    ) -> None:  # fmt: skip
        """Take one more pair."""
        taken = getattr(namespace, self.dest) or []
        if any(name == values[0] for name, _ in taken):
            parser.error(f"{option_string} {values[0]} is given twice: leave one of them out")
        setattr(namespace, self.dest, [*taken, values])


def add_version(parser: argparse.ArgumentParser) -> None:
    """Let the program tell its version."""
    parser.add_argument("--version", action="version", version=f"{parser.prog} {__version__}")


def add_shared(*parsers: argparse.ArgumentParser) -> None:
    """Give `--json` and `--socket` to every parser of a program, before and after its command."""
    for parser in parsers:
        parser.add_argument(
            "--json",
            action="store_true",
            default=argparse.SUPPRESS,
            help="print one object a line, for programs",
        )
        parser.add_argument(
            "--socket",
            metavar="PATH",
            default=argparse.SUPPRESS,
            help="control socket of the charger (default: $SILVERPIN_SOCKET, or its usual place)",
        )


def as_meant(program: str, argv: Sequence[str] | None) -> list[str]:
    """Return *argv* (of this process for None) as it was meant; say what was read otherwise."""
    words, read_as = normalise(sys.argv[1:] if argv is None else argv)
    if read_as:
        said = ", ".join(f"{before} as {after}" for before, after in read_as)
        print(f"{program}: read {said}", file=sys.stderr)
    return words


def read(parser: argparse.ArgumentParser, argv: Sequence[str] | None) -> argparse.Namespace:
    """Return the options of *argv*, read as it was meant."""
    words = as_meant(parser.prog, argv)
    return parser.parse_args(words, argparse.Namespace(json=False, socket=None))


def quantity(unit: Unit) -> Callable[[str], float]:
    """Return an argparse type that reads a number with a unit, such as `10kW` or `50%`."""

    def read_quantity(text: str) -> float:
        try:
            return parse(text, unit)
        except QuantityError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return read_quantity


def bounded(unit: Unit, low: float, high: float) -> Callable[[str], float]:
    """Return an argparse type that reads a quantity between two bounds."""
    words = quantity(unit)

    def read_bounded(text: str) -> float:
        value = words(text)
        if not low <= value <= high:
            ends = "" if unit is Unit.SHARE else f" {unit.value}"
            raise argparse.ArgumentTypeError(f"{text} is outside {low:g} to {high:g}{ends}")
        return value

    return read_bounded


def seed(text: str) -> int:
    """Read the seed of all chance, for argparse."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no seed: give a whole number from 0")
    return int(text)
