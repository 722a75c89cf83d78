"""Which test shows which requirement, read from the text of the tests.

The marks are read from the files and not from a test session, so that the answer is the same
whichever tests were collected.
"""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

MARK = "verifies"


class Claim(NamedTuple):
    """A test that names a row; `test` is the whole file for a module's `pytestmark`."""

    id: str
    file: str
    test: str


def claims(root: Path) -> tuple[Claim, ...]:
    """Return every claim of the test files under `root/tests`, in order of file and line."""
    found: list[Claim] = []
    for path in sorted((root / "tests").rglob("test_*.py")):
        name = path.relative_to(root).as_posix()
        tree = ast.parse(path.read_text(encoding="utf-8"), filename=name)
        found.extend(Claim(id, name, test) for id, test in _marks(tree, "whole file"))
    return tuple(found)


def _marks(scope: ast.Module | ast.ClassDef, name: str) -> Iterator[tuple[str, str]]:
    for node in scope.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _ids(node.decorator_list, node.name)
        elif isinstance(node, ast.ClassDef):
            yield from _ids(node.decorator_list, node.name)
            yield from _marks(node, node.name)
        elif isinstance(node, ast.Assign) and _is_pytestmark(node):
            yield from _ids([node.value], name)


def _is_pytestmark(node: ast.Assign) -> bool:
    return any(isinstance(name, ast.Name) and name.id == "pytestmark" for name in node.targets)


def _ids(marks: list[ast.expr], test: str) -> Iterator[tuple[str, str]]:
    for mark in marks:
        for node in ast.walk(mark):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == MARK
            ):
                for argument in node.args:
                    yield str(ast.literal_eval(argument)), test
