"""What was walked so far, in one file: a walk that ends goes on from here the next time.

Sums are kept by the digest of the sources that were walked, for a tick of another program proves
nothing about this one. The file is replaced whole, so it is never half written.
"""

import json
import os
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import silverpin
from silverpin.apps.walk.leg import Finding, Walked
from silverpin.apps.walk.reach import Reach

SCHEMA = "silverpin.walk-tally/1"


class TallyError(ValueError):
    """A tally that cannot be read; the message is a whole sentence."""


@cache
def sources() -> str:
    """Return a digest of every source file of this package: which program is walked."""
    root = Path(silverpin.__file__).parent
    told = sha256()
    for path in sorted(root.rglob("*.py")):
        told.update(path.relative_to(root).as_posix().encode())
        told.update(path.read_bytes())
    return told.hexdigest()[:16]


@dataclass(slots=True, kw_only=True)
class Tally:
    """Sums over all legs of one program, and where the next walk begins."""

    program: str = field(default_factory=sources)
    next_seed: int = 0
    reach: Reach = field(default_factory=Reach)
    wall_s: float = 0.0
    """Seconds of all processes together."""
    findings: list[Finding] = field(default_factory=list)
    ticks_before: int = 0
    """Ticks of earlier programs."""

    @property
    def ticks(self) -> int:
        """Ticks of this program."""
        return self.reach.ticks

    def add(self, walked: Walked, took_s: float) -> None:
        """Add a leg; legs are added in the order of their seeds."""
        self.next_seed = walked.leg.seed + 1
        self.reach.add(walked.reach)
        self.wall_s += took_s
        if walked.finding is not None:
            self.findings.append(walked.finding)

    def save(self, path: Path) -> None:
        """Write the tally; a reader sees the old one or the new one."""
        told = {
            "schema": SCHEMA, "program": self.program, "next_seed": self.next_seed,
            "ticks_before": self.ticks_before, "wall_s": round(self.wall_s, 1),
            "reach": self.reach.told(), "findings": [row._asdict() for row in self.findings],
        }  # fmt: skip
        beside = path.with_name(f".{path.name}.{os.getpid()}")
        beside.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
        beside.replace(path)


def load(path: Path) -> Tally:
    """Return the tally in *path*; a new one where there is none, or for another program."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Tally()
    try:
        return _tally(json.loads(text))
    except (ValueError, KeyError, TypeError) as error:
        raise TallyError(f"{path} is no tally of a walk: move it away to begin anew") from error


def _tally(told: dict[str, Any]) -> Tally:
    if told["schema"] != SCHEMA:
        raise ValueError(told["schema"])
    reach = dict(told["reach"])
    walked = Reach(**{**reach, "faults": Counter(reach["faults"])})
    tally = Tally(program=told["program"], next_seed=int(told["next_seed"]),
                  reach=walked, wall_s=float(told["wall_s"]),
                  findings=[Finding(**row) for row in told["findings"]],
                  ticks_before=int(told["ticks_before"]))  # fmt: skip
    if tally.program == sources():
        return tally
    return Tally(next_seed=tally.next_seed, ticks_before=tally.ticks_before + tally.ticks)
