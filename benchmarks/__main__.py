"""`python -m benchmarks`: every figure beside its aim. A ratio of 1 or more meets the aim."""

import argparse
import json
import platform
import sys
from collections.abc import Callable, Iterator

from benchmarks import (
    captures,
    contact,
    core,
    days,
    durability,
    exi,
    heat,
    iso15118,
    ledger,
    life,
    page,
    programs,
    reaction,
    v2g_handshake,
    walk,
)
from benchmarks.figures import HEAD, Figure

_PARTS: dict[str, Callable[[], Iterator[Figure]]] = {
    "captures": captures.figures,
    "contact": contact.figures,
    "core": core.figures,
    "days": days.figures,
    "durability": durability.figures,
    "exi": exi.figures,
    "heat": heat.figures,
    "iso15118": iso15118.figures,
    "ledger": ledger.figures,
    "life": life.figures,
    "page": page.figures,
    "programs": programs.figures,
    "reaction": reaction.figures,
    "v2g_handshake": v2g_handshake.figures,
    "walk": walk.figures,
}


def main() -> int:
    """Measure the parts that were asked for and print each figure as it is known."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(_PARTS)}")
    parser.add_argument("--json", action="store_true", help="one object a line")
    options = parser.parse_args()
    unknown = set(options.parts) - set(_PARTS)
    if unknown:
        parser.error(f"no part {sorted(unknown)[0]!r}: there are {', '.join(_PARTS)}")
    if not options.json:
        print(f"Python {platform.python_version()}, {platform.machine()}\n{HEAD}")
    for part in options.parts or _PARTS:
        for figure in _PARTS[part]():
            _tell(figure, options.json)
    return 0


def _tell(figure: Figure, as_json: bool) -> None:
    if not as_json:
        print(figure.line(), flush=True)
        return
    told = {
        "schema": "silverpin.benchmark/1",
        "name": figure.name,
        "value": figure.value,
        "unit": figure.unit,
        "aim": figure.aim,
        "better": figure.better.value,
        "ratio": figure.ratio,
        "note": figure.note,
    }
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    sys.exit(main())
