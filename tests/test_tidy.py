"""The house rules that no linter knows; an exception stands here with its reason, or it is none.

Words that may not appear anywhere are put together from parts, so that this file may name them.
"""

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LINES_MAX = 400
FUNCTION_LINES_MAX = 50
COLUMNS_MAX = 100

# path -> why it may be longer
LONG_MODULES: dict[str, str] = {}
# path -> why it waits on the real clock
REAL_WAITS: dict[str, str] = {
    "tests/network_bay.py": "lets octets pass through the kernel while a World goes on",
    "tests/daemon_process.py": "asks a daemon in a process of its own until it is so",
    "tests/scenario/test_power_cut.py": "a process is killed in the middle of a write to a disk",
}

KINDS_OF_TEST = ("contract", "e2e", "interop", "property", "scenario", "unit")
NAMES_THAT_SAY_NOTHING = {"common", "helper", "helpers", "manager", "misc", "util", "utils"}
SLEEPS = {"sleep", "wait_for_timeout"}
MAKES_A_PERMIT = re.compile(r"(^|[._])(Permit|[Pp]ermit\._(make|replace))$")
LEFT_FOR_LATER = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
# Addresses of one machine, and package servers: which one to use is the reader's own setting.
OUT_OF_PLACE = (
    *("/wo" + "rk/", "../sha" + "red"),
    *("py" + "pi.org", "pythonho" + "sted.org", "artifact" + "registry", "pkg" + ".dev"),
    *("npm" + "js.", "jsde" + "livr", "unp" + "kg.com", "deb.deb" + "ian.org", "crates" + ".io"),
)


def project_files() -> Iterator[Path]:
    """Every file of the project that git keeps or would keep."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True)
    paths = (ROOT / name for name in sorted(filter(None, done.stdout.split("\0"))))
    return (path for path in paths if path.is_file())


def texts() -> Iterator[tuple[str, str]]:
    """Name and content of every project file that is text of ours."""
    for path in project_files():
        name = path.relative_to(ROOT).as_posix()
        if "/vendor/" in name:
            continue
        try:
            yield name, path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


@cache
def all_texts() -> dict[str, str]:
    return dict(texts())


@cache
def modules() -> dict[str, str]:
    return {name: text for name, text in all_texts().items() if name.endswith(".py")}


@cache
def trees() -> dict[str, ast.Module]:
    return {name: ast.parse(text, filename=name) for name, text in modules().items()}


def calls(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and dotted name of every call."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node.lineno, ast.unparse(node.func)


def under(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    return ((name, tree) for name, tree in trees().items() if name.startswith(folders))


def test_the_rules_see_the_project() -> None:
    assert {"src/silverpin/__init__.py", "tests/test_tidy.py", "pyproject.toml"} <= set(all_texts())


def test_modules_are_short() -> None:
    long = {name: len(text.splitlines()) for name, text in modules().items()}
    assert {name: n for name, n in long.items() if n > LINES_MAX and name not in LONG_MODULES} == {}


def test_functions_are_short() -> None:
    assert [
        f"{name}:{node.lineno} {node.name}"
        for name, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= FUNCTION_LINES_MAX
    ] == []


def test_lines_are_short() -> None:
    assert [
        f"{name}:{number}"
        for name, text in modules().items()
        for number, line in enumerate(text.splitlines(), start=1)
        if len(line) > COLUMNS_MAX
    ] == []


def test_names_of_modules_say_something() -> None:
    words = {name: set(re.split(r"[/_.]", name)) for name in modules()}
    assert [name for name in modules() if words[name] & NAMES_THAT_SAY_NOTHING] == []


def test_names_of_classes_say_something() -> None:
    last_word = re.compile(r"[A-Z][a-z]+$")
    assert [
        f"{name}:{node.lineno} {node.name}"
        for name, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        and (match := last_word.search(node.name))
        and match.group().lower() in NAMES_THAT_SAY_NOTHING
    ] == []


def test_no_room_is_empty() -> None:
    rooms = {Path(name).parent for name in modules() if name.endswith("/__init__.py")}
    furnished = {
        parent
        for name in all_texts()
        if not name.endswith("/__init__.py")
        for parent in Path(name).parents
    }
    assert sorted(rooms - furnished) == []


def test_every_source_module_opens_with_what_it_is() -> None:
    modules = under("src/", "tools/")
    assert [name for name, tree in modules if not ast.get_docstring(tree)] == []


def test_only_the_safety_core_mints_permits() -> None:
    elsewhere = (pair for pair in under("src/") if "/safety/" not in pair[0])
    assert [
        f"{name}:{line} {callee}"
        for name, tree in elsewhere
        for line, callee in calls(tree)
        if MAKES_A_PERMIT.search(callee)
    ] == []


def test_tests_do_not_sleep() -> None:
    assert [
        f"{name}:{line} {callee}"
        for name, tree in under("tests/")
        for line, callee in calls(tree)
        if callee.rpartition(".")[2] in SLEEPS and name not in REAL_WAITS
    ] == []


def test_exceptions_are_still_needed() -> None:
    still_long = {name for name, text in modules().items() if len(text.splitlines()) > LINES_MAX}
    assert set(LONG_MODULES) - still_long == set()
    waiting = {
        name
        for name, tree in under("tests/")
        if any(callee.rpartition(".")[2] in SLEEPS for _, callee in calls(tree))
    }
    assert set(REAL_WAITS) - waiting == set()


def test_tests_live_in_a_room_for_their_kind() -> None:
    homes = {
        Path(name).parts[1] for name in modules() if re.search(r"^tests/.+/test_\w+\.py$", name)
    }
    assert sorted(homes - set(KINDS_OF_TEST)) == []


def test_nothing_is_left_for_later() -> None:
    assert list(found(LEFT_FOR_LATER)) == []


def test_no_text_knows_a_package_server_or_the_machine_it_was_written_on() -> None:
    assert list(found(re.compile("|".join(map(re.escape, OUT_OF_PLACE)), re.IGNORECASE))) == []


def found(pattern: re.Pattern[str]) -> Iterator[str]:
    for name, text in all_texts().items():
        for number, line in enumerate(text.splitlines(), start=1):
            if match := pattern.search(line):
                yield f"{name}:{number} {match.group()}"


def test_locks_pin_every_package_by_hash_and_name_no_address() -> None:
    locks = {name: text for name, text in all_texts().items() if name.startswith("locks/")}
    assert set(locks) == {f"locks/{name}.txt" for name in ("core", "dev", "interop", "oracles")}
    for name, text in locks.items():
        assert "://" not in text, name
        pinned = re.findall(r"^[a-z].*==.*\\\n    --hash=sha256:", text, re.MULTILINE)
        assert len(pinned) == len(re.findall(r"^[^ #\n]", text, re.MULTILINE)), name


def test_each_environment_holds_the_packages_of_the_one_before_in_the_same_versions() -> None:
    core, dev, oracles = (
        set(re.findall(r"^[a-z].*?==[^ ]+", all_texts()[f"locks/{level}.txt"], re.MULTILINE))
        for level in ("core", "dev", "oracles")
    )
    assert core
    assert sorted(core - dev) == []
    assert sorted(dev - oracles) == []
