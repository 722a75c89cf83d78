"""`silverpin walk`: walk on over all cores for as long as told, or walk one seed again."""

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from silverpin.apps.exits import Exit
from silverpin.apps.terminal.answers import show_json
from silverpin.apps.terminal.arguments import Parser, quantity, read
from silverpin.apps.walk.chance import deeds as chance_deeds
from silverpin.apps.walk.crowd import cores, legs, timed
from silverpin.apps.walk.leg import Walked
from silverpin.apps.walk.setup import LEG_TICKS
from silverpin.apps.walk.shrink import shrink
from silverpin.apps.walk.story import as_test, story
from silverpin.apps.walk.tally import Tally, TallyError, load
from silverpin.apps.walk.words import leg_words, tally_words
from silverpin.domain.quantities import Unit
from silverpin.drivers.places import tally_path

_USUAL_S = 60.0
_SAVE_S = 10.0
_INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Walk; exit 1 when an invariant broke, now or earlier in this tally."""
    options = read(_parser(), argv)
    try:
        return _again(options) if options.seed is not None else _on(options)
    except (TallyError, OSError) as error:
        print(f"silverpin walk: {error}", file=sys.stderr)
        return Exit.BAD_FILE


def _again(options: argparse.Namespace) -> int:
    """Walk the leg of one seed; the same digest for the same seed and ticks, always."""
    leg = timed(options.seed, options.ticks or LEG_TICKS)
    walked = leg.walked
    if options.json:
        show_json("walk-leg", _leg_fields(walked))
    else:
        print(leg_words(walked))
    if walked.finding is None:
        return Exit.DONE
    _tell(walked, options.shrink)
    return Exit.REFUSED


def _on(options: argparse.Namespace) -> int:
    """Walk on from where the tally ends."""
    path: Path = options.tally or tally_path(os.environ)
    path.parent.mkdir(parents=True, exist_ok=True)
    tally = load(path)
    print(f"Walking from seed {tally.next_seed} on, {options.jobs} at a time; "
          f"the tally is {path}", file=sys.stderr)  # fmt: skip
    code = _walk_on(options, tally, path)
    tally.save(path)
    if options.json:
        show_json("walk", {**tally.reach.told(), "program": tally.program, "wall_s": tally.wall_s,
                           "findings": [row._asdict() for row in tally.findings]})  # fmt: skip
    else:
        print(tally_words(tally))
    return code


def _walk_on(options: argparse.Namespace, tally: Tally, path: Path) -> int:
    saved_s = time.monotonic()
    try:
        for leg in legs(tally.next_seed, options.jobs, _wanted(options)):
            tally.add(*leg)
            if leg.walked.finding is not None:
                tally.save(path)
                _tell(leg.walked, options.shrink)
                return Exit.REFUSED
            if time.monotonic() - saved_s >= _SAVE_S:
                saved_s = time.monotonic()
                tally.save(path)
                print(tally_words(tally), file=sys.stderr, flush=True)
    except KeyboardInterrupt:
        return _INTERRUPTED
    return Exit.REFUSED if tally.findings else Exit.DONE


def _wanted(options: argparse.Namespace) -> Callable[[int], bool]:
    """Return what says whether one more leg is wanted, given how many were begun."""
    if options.ticks is not None:
        most = -(-options.ticks // LEG_TICKS)
        return lambda begun: begun < most
    end_s = time.monotonic() + (options.time or _USUAL_S)
    return lambda begun: time.monotonic() < end_s


def _tell(walked: Walked, shorten: bool) -> None:
    """Print a broken invariant as a short story and as a test."""
    leg, found = walked.leg, walked.finding
    if found is None:
        return
    print(f"\nBroken on seed {found.seed} at tick {found.tick}: {found.invariant}: {found.words}")
    if not shorten:
        print(f"Again, and told short: silverpin walk --seed {found.seed}")
        return
    print("Looking for a short story of it ...", file=sys.stderr)
    short, found = shrink(leg, chance_deeds(leg), found)
    print("\n".join(story(leg, short, found)))
    print("\nAs a test:\n")
    print("\n".join(as_test(leg, short, found)))


def _leg_fields(walked: Walked) -> dict[str, object]:
    found = walked.finding
    return {
        "seed": walked.leg.seed, "ticks": walked.ticks, "digest": walked.digest,
        "finding": None if found is None else found._asdict(), **walked.reach.told(),
    }  # fmt: skip


def _parser() -> Parser:
    parser = Parser(
        prog="silverpin walk",
        description="Walk a simulated charger through plugs, commands, faults, silent inputs and "
        "restarts by chance, and hold every instant against what must never happen.",
    )
    add = parser.add_argument
    add("--for", dest="time", metavar="TIME", type=quantity(Unit.DURATION),
        help="walk for that long, such as 10min (default: 1min)")  # fmt: skip
    add("--ticks", metavar="N", type=_count, help="walk that many ticks, in whole legs")
    add("--seed", metavar="N", type=int, help="walk this one leg again, from its beginning")
    add("--jobs", metavar="N", type=_count, default=cores(),
        help="processes at a time (default: one a core, here %(default)s)")  # fmt: skip
    add("--tally", metavar="FILE", type=Path, help="where the sums are kept and taken up again")
    add("--no-shrink", dest="shrink", action="store_false",
        help="tell of a broken invariant without looking for a short story")  # fmt: skip
    add("--json", action="store_true", help="print one object, for programs")
    return parser


def _count(text: str) -> int:
    number = text.replace("_", "")
    if not number.isdecimal() or int(number) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of them: give 1 or more")
    return int(number)
