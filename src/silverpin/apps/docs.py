"""docs/generated, printed from the tables: ``python -m silverpin.apps.docs [--check]``.

A fact that people look up stands in one table under `domain/`; these pages are that table in
another dress. ``--check`` names what is stale and changes nothing; CI runs it.
"""

import argparse
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from silverpin.apps.config import example_toml
from silverpin.apps.docs_layout import page, table
from silverpin.apps.docs_slac import power_line
from silverpin.apps.docs_trust import v2g_tls
from silverpin.apps.docs_v2g import v2g_states, v2g_timers
from silverpin.apps.docs_wear import laws, wear_parameters
from silverpin.apps.exits import Exit
from silverpin.apps.terminal.command_words import ACTS
from silverpin.apps.traceability import Claim, claims
from silverpin.domain.answers import answered_ns
from silverpin.domain.cleaning import CLEANING
from silverpin.domain.conditions import REVERSE_ONLY, Condition
from silverpin.domain.connectors import CONNECTOR_SETS
from silverpin.domain.events import EVENTS
from silverpin.domain.faults import CHARGEX, FAULTS, MOST_URGENT_FIRST, Fault
from silverpin.domain.grid_profiles import GRID_PROFILES, GridProfile
from silverpin.domain.installation_checklist import CHECKLIST
from silverpin.domain.limits import FIXED, HIGHER, LIMITS, LOWER, limit_fields
from silverpin.domain.quantities import NS_PER_MS
from silverpin.domain.requirements import AREAS, REQUIREMENTS, Requirement, Work

FOLDER = Path("docs/generated")
TIGHTER = {LOWER: "lower", HIGHER: "higher", FIXED: "not at all"}


def pages(root: Path) -> dict[str, str]:
    """Return every generated file's text by its name."""
    return {
        "requirements.md": _requirements(claims(root)),
        "faults.md": _faults(),
        "limits.md": _limits(),
        "events.md": _events(),
        "conditions.md": _conditions(),
        "connectors.md": _connectors(),
        "grid-profiles.md": _grid_profiles(),
        "acts.md": _acts(),
        "technician.md": _technician(),
        "laws.md": laws(),
        "wear-parameters.md": wear_parameters(),
        "v2g-states.md": v2g_states(),
        "v2g-timers.md": v2g_timers(),
        "v2g-tls.md": v2g_tls(),
        "power-line.md": power_line(),
        "evse.example.toml": example_toml(),
    }


def stale(root: Path) -> list[str]:
    """Return the names of generated files that are missing, outdated or left over."""
    folder = root / FOLDER
    wanted = pages(root)
    there = {path.name: path for path in folder.glob("*")} if folder.is_dir() else {}
    outdated = [
        name
        for name, text in wanted.items()
        if name not in there or there[name].read_text(encoding="utf-8") != text
    ]
    return sorted(outdated + [name for name in there if name not in wanted])


def write(root: Path) -> None:
    """Write the files that are not as they should be; drop those that no table prints."""
    folder = root / FOLDER
    wanted = pages(root)
    for name in stale(root):
        if name in wanted:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(wanted[name], encoding="utf-8")
        else:
            (folder / name).unlink()
        print(f"wrote {FOLDER / name}" if name in wanted else f"removed {FOLDER / name}")


def main(argv: Sequence[str] | None = None) -> int:
    """Write docs/generated, or tell whether it is fresh."""
    parser = argparse.ArgumentParser(prog="python -m silverpin.apps.docs", description=__doc__)
    parser.add_argument("--check", action="store_true", help="name stale files, write nothing")
    parser.add_argument("--root", type=Path, default=Path(), help="the project's folder")
    options = parser.parse_args(argv)
    root: Path = options.root
    if not (root / "tests").is_dir():
        print(f"{root.resolve()} has no tests folder: run this in the project", file=sys.stderr)
        return Exit.BAD_FILE
    if not options.check:
        write(root)
        return Exit.DONE
    names = stale(root)
    for name in names:
        print(f"{FOLDER / name} is stale: run python -m silverpin.apps.docs", file=sys.stderr)
    return Exit.REFUSED if names else Exit.DONE


def _requirements(found: Sequence[Claim]) -> str:
    shown: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for claim in found:
        shown[claim.id][claim.file].append(claim.test)
    waiting = [row for row in REQUIREMENTS.values() if row.waits_for]
    done = len(REQUIREMENTS) - len(waiting)
    rows = [
        (str(work), ", ".join(row.id for row in waiting if row.waits_for is work)) for work in Work
    ]
    areas = [
        f"## {AREAS[area].capitalize()}\n\n"
        + "\n\n".join(_requirement(row, shown[row.id]) for row in REQUIREMENTS.values()
                      if row.id.startswith(f"{area}-"))
        for area in AREAS
    ]  # fmt: skip
    return page(
        "Requirements",
        "`domain/requirements.py` and the marks of the tests",
        f"{done} of {len(REQUIREMENTS)} rows are done; the others wait for work ahead:",
        table(("work ahead", "rows"), (row for row in rows if row[1])),
        *areas,
    )


def _requirement(row: Requirement, tests: Mapping[str, Sequence[str]]) -> str:
    methods = ", ".join(sorted(method.value for method in row.methods))
    parts = [f"### {row.id}", row.shall]
    if row.note:
        parts.append(f"*{row.note}*")
    parts.append(f"By {methods}." + (f" Waits for {row.waits_for}." if row.waits_for else ""))
    if tests:
        parts.append(
            "\n".join(
                f"- [{file}](../../{file}): {', '.join(names)}" for file, names in tests.items()
            )
        )
    return "\n\n".join(parts)


def _faults() -> str:
    head = ("code", "what happened", "impact", "action", "who acts", "ChargeX")
    rows = [FAULTS[code] for code in MOST_URGENT_FIRST]
    return page(
        "Faults",
        "`domain/faults.py`",
        "The most urgent first. A fault latches; clearing it never brings power back by itself.",
        table(head, (_fault_line(row) for row in rows)),
        *(_fault(row) for row in rows),
    )


def _fault_line(row: Fault) -> tuple[str, ...]:
    code = f"[{row.code}](#{row.code.lower()})"
    chargex = row.chargex or "none"
    return code, row.title, str(row.impact), row.action.value, row.who.value, chargex


def _fault(row: Fault) -> str:
    chargex = (
        f"{row.chargex} {CHARGEX[row.chargex]}" if row.chargex else f"none: {row.chargex_note}"
    )
    facts = {
        "Cause": row.cause,
        "To verify": row.verify,
        "Next": f"{row.who.value}: {row.next_step}",
        "Answered": _answer(row),
        "Clears": row.reset.value,
        "ChargeX": chargex,
        "Source": "the manual's code" if row.manual else "ours",
    }
    if row.wire_code is not None:
        facts["On the wire"] = f"0x{row.wire_code:X}"
    if row.waits_for:
        facts["Raised by"] = f"work ahead: {row.waits_for}"
    lines = "\n".join(f"- {name}: {words}" for name, words in facts.items())
    return f"## {row.code}\n\n{lines}"


def _answer(row: Fault) -> str:
    within_ns = answered_ns(row, LIMITS)
    if within_ns is None:
        return "no power flows back when the stage's clearing time ends"
    return f"{within_ns / NS_PER_MS:g} ms after its cause the contactor is open, at the latest"


def _limits() -> str:
    rows = [
        (f"`{name}`", _number(name), TIGHTER[row.metadata["tighter"]],
         row.metadata["what"], row.metadata["source"])
        for name, row in limit_fields().items()
    ]  # fmt: skip
    return page(
        "Limits",
        "`domain/limits.py`",
        "A configuration may make a limit stricter in the direction named and in no other. The "
        "unit ends the name; nanoseconds are shown in milliseconds.",
        table(("limit", "value", "may be set", "what", "source"), rows),
    )


def _number(name: str) -> str:
    value: float = getattr(LIMITS, name)
    return f"{value / NS_PER_MS:g} ms" if name.endswith("_ns") else f"{value:g}"


def _events() -> str:
    rows = [
        (f"`{row.kind}`", row.what, row.text, row.level.value, f"{row.category}/{row.type}",
         ", ".join(row.counts) or "nothing")
        for row in EVENTS.values()
    ]  # fmt: skip
    return page(
        "Events",
        "`domain/events.py`",
        "What the journal, the log, the page and a run's `events.jsonl` can say. Names in braces "
        "are the event's fields.",
        table(("kind", "short", "sentence", "level", "ECS category/type", "counts"), rows),
    )


def _conditions() -> str:
    rows = [
        (row.row.check, row.row.failing, row.row.next_step,
         "discharge" if row in REVERSE_ONLY else "all power")
        for row in Condition
    ]  # fmt: skip
    return page(
        "Why power may be refused",
        "`domain/conditions.py`",
        "Power flows only while every condition holds. A refusal names the first that does not; "
        "`evse-cli status` lists them all.",
        table(("condition", "refused as", "what to do", "bars"), rows),
    )


def _connectors() -> str:
    rows = [
        (f"`{row.name}`", ", ".join(row.power_pins), ", ".join(row.data_pins),
         f"{row.rating_a:g} A {'DC' if row.direct_current else 'AC'}", f"{row.matings_rated:,}")
        for row in CONNECTOR_SETS.values()
    ]  # fmt: skip
    return page(
        "Connectors",
        "`domain/connectors.py`",
        "A configuration and `silverpin run --connector` name one of these. Every power pin has "
        "its own temperature sensor.",
        table(("set", "power pins", "data pins", "rating", "rated matings"), rows),
    )


def _grid_profiles() -> str:
    return page(
        "Grid profiles",
        "`domain/grid_profiles.py`",
        "Reverse power stops when the grid is beyond a stage's threshold for its clearing time; "
        "what is shorter is ridden through. `grid-monitor` shows the grid against them.",
        *(part for profile in GRID_PROFILES.values() for part in _grid_profile(profile)),
    )


def _grid_profile(profile: GridProfile) -> tuple[str, ...]:
    rows = [(row.name, row.sentence, f"{row.clearing_s:g} s", row.source) for row in profile.stages]
    again = (
        f"Fed, at first and again, after {profile.reconnect_s:g} s within "
        f"{profile.reconnect.sentence}."
    )
    return (
        f"## `{profile.name}`",
        f"{profile.source}. {again}",
        table(("stage", "beyond", "power off within", "source"), rows),
    )


def _acts() -> str:
    rows = [(f"`{row.name}`", row.value or "none", row.does) for row in ACTS.values()]
    return page(
        "What can happen to a simulated charger",
        "`apps/terminal/command_words.py`",
        "Played from the page's bench, by `silverpin act NAME [VALUE]` (`--clear` takes it back), "
        "or on time by `silverpin run --fault T:NAME[=VALUE]`.",
        table(("name", "value", "what it does"), rows),
    )


def _technician() -> str:
    asked = [(f"`{row.id}`", row.article, row.question) for row in CHECKLIST.values()]
    used = [(f"`{step}`", words) for step, words in CLEANING.items()]
    return page(
        "What a technician ticks",
        "`domain/installation_checklist.py` and `domain/cleaning.py`",
        "The installation, by NFPA 70 (`evse-cli inspect --tick ITEM`):",
        table(("item", "article", "question"), asked),
        "A cleaning is done with all of these (`evse-cli clean --without STEP` says what was not):",
        table(("step", "what is used"), used),
    )


if __name__ == "__main__":
    sys.exit(main())
