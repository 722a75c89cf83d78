"""`python -m tools.interop`: hold sessions with the package `iso15118`, both ways, and count.

Each kind of session is held some times with their vehicle at our charger and with our vehicle at
their charger, over TCP of this machine. The tally says how many ended as both sides wanted, how
long they took, and what was said of those that did not.
"""

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from silverpin.apps.exits import Exit
from tests.interop.flavours import FLAVOURS, Flavour
from tests.interop.rig import Rig, Round, rig
from tools.interop_env import NoPeer, their_python

_HEAD = f"{'session':18} {'our role':9} {'sound':>9} {'median':>9} {'slowest':>9}  said of the rest"


def main() -> int:
    """Hold what was asked for and print the tally; 1 when a session was not sound."""
    parser = argparse.ArgumentParser(prog="python -m tools.interop", description=__doc__)
    parser.add_argument("--times", type=int, default=1, help="sessions of each kind (1)")
    parser.add_argument("--only", metavar="TEXT", default="", help="kinds that have this in them")
    parser.add_argument("--json", action="store_true", help="one object a session")
    options = parser.parse_args()
    flavours = [flavour for flavour in FLAVOURS if options.only in flavour.name]
    if not flavours:
        parser.error(f"no session has {options.only!r} in its name")
    try:
        their_python()
    except NoPeer as error:
        print(f"no environment with the package iso15118: {error}", file=sys.stderr)
        return Exit.UNREACHABLE
    if not options.json:
        print(_HEAD)
    with tempfile.TemporaryDirectory(prefix="pin-") as folder, rig(Path(folder)) as theirs:
        rounds = _rounds(theirs, flavours, options.times)
        sound = [_tell(of, as_json=options.json) for of in rounds]
    return Exit.DONE if all(sound) else Exit.REFUSED


def _rounds(theirs: Rig, flavours: list[Flavour], times: int) -> Iterator[list[Round]]:
    """Give the rounds of one kind and role after the other."""
    for way in (theirs.with_their_vehicle, theirs.with_their_charger):
        for flavour in flavours:
            yield [way(flavour) for _ in range(times)]


def _tell(rounds: list[Round], *, as_json: bool) -> bool:
    """Print the rounds of one kind; return whether all were sound."""
    sound = [of for of in rounds if of.sound]
    if as_json:
        for of in rounds:
            print(json.dumps(_row(of)), flush=True)
        return len(sound) == len(rounds)
    took = [of.held.took_s for of in sound]
    middle = f"{statistics.median(took):.3f} s" if took else ""
    slowest = f"{max(took):.3f} s" if took else ""
    count = f"{len(sound)} of {len(rounds)}"
    said = "; ".join(dict.fromkeys(of.words for of in rounds if not of.sound))
    first = rounds[0]
    line = f"{first.flavour.name:18} {first.our_role:9} {count:>9} {middle:>9} {slowest:>9}  {said}"
    print(line.rstrip(), flush=True)
    return len(sound) == len(rounds)


def _row(of: Round) -> dict[str, object]:
    return {
        "schema": "silverpin.interop/1",
        "session": of.flavour.name,
        "our_role": of.our_role,
        "sound": of.sound,
        "took_s": round(of.held.took_s, 4),
        "words": of.words,
    }


if __name__ == "__main__":
    sys.exit(main())
