"""Small lies about a module, one at a time: what a mutation run puts in place of the truth.

A mutant changes one operator, one bound, one constant or leaves one statement out. Words for people
are left alone. A mutant's name says where it is and what it changes, and holds no line number, so
that it stays the same while the code around it moves.
"""

import ast
import copy
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType
from typing import Any, NamedTuple

_COMPARES: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
_OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult,
    ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip
_CALLS = {"min": "max", "max": "min", "any": "all", "all": "any"}
_LEFT_OUT = (ast.Expr, ast.AugAssign, ast.Delete, ast.Assign, ast.AnnAssign, ast.Continue,
             ast.Break)  # fmt: skip


class Mutant(NamedTuple):
    """One change to one module."""

    module: str
    where: str
    """Qualified name of the function, or of the name that a module assigns."""
    was: str
    becomes: str
    number: int
    """Which one it is of those that read alike."""
    line: int
    code: CodeType
    """The whole module, changed."""

    @property
    def key(self) -> tuple[str, str, str, str, int]:
        """What tells it from every other."""
        return self.module, self.where, self.was, self.becomes, self.number


def mutants(module: str, path: Path) -> Iterator[Mutant]:
    """Yield every mutant of a module."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    alike: Counter[tuple[str, str, str]] = Counter()
    for where, node, change in _places(tree):
        was, kept, kind = _text(node), copy.copy(node.__dict__), type(node)
        change(node)
        becomes = _text(ast.fix_missing_locations(node))
        if becomes != was:
            alike[where, was, becomes] += 1
            code = compile(ast.fix_missing_locations(tree), str(path), "exec", dont_inherit=True)
            line = getattr(node, "lineno", 0)
            yield Mutant(module, where, was, becomes, alike[where, was, becomes], line, code)
        node.__dict__.clear()
        node.__dict__.update(kept)
        node.__class__ = kind


def _text(node: ast.AST) -> str:
    """Return the source of what is changed: of a branch its condition alone."""
    return ast.unparse(node.test if isinstance(node, ast.If | ast.IfExp | ast.While) else node)


Change = Callable[[Any], None]


def _places(tree: ast.Module) -> Iterator[tuple[str, ast.AST, Change]]:
    """Yield the innermost named place, the node to change, and the change."""
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            yield from _named(statement, statement.name)
        elif isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            for node in ast.walk(statement.value):
                for change in _changes(node):
                    yield statement.targets[0].id, node, change


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    """Yield *node* and all below it, but for annotations, which nothing evaluates."""
    yield node
    for name, value in ast.iter_fields(node):
        if name not in ("annotation", "returns"):
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    yield from _walk(child)


def _named(
    scope: ast.FunctionDef | ast.ClassDef, name: str
) -> Iterator[tuple[str, ast.AST, Change]]:
    for child in scope.body:
        if isinstance(child, ast.FunctionDef | ast.ClassDef):
            yield from _named(child, f"{name}.{child.name}")
        elif isinstance(scope, ast.FunctionDef):
            for node in _walk(child):
                for change in _changes(node):
                    yield name, node, change


def _changes(node: ast.AST) -> Iterator[Change]:
    for kind, changes in _BY_KIND:
        if isinstance(node, kind):
            yield from changes(node)
            return


def _compares(node: ast.Compare) -> Iterator[Change]:
    for index, operator in enumerate(node.ops):
        yield _compare(index, _COMPARES[type(operator)])


def _booleans(node: ast.BoolOp) -> Iterator[Change]:
    yield _boolean
    for index in range(len(node.values)):
        yield _without(index)


def _operators(node: ast.BinOp) -> Iterator[Change]:
    if type(node.op) in _OPERATORS:
        yield _operator(_OPERATORS[type(node.op)])


def _nots(node: ast.UnaryOp) -> Iterator[Change]:
    if isinstance(node.op, ast.Not):
        yield _affirmed


def _calls(node: ast.Call) -> Iterator[Change]:
    if isinstance(node.func, ast.Name) and node.func.id in _CALLS:
        yield _call(_CALLS[node.func.id])


def _branches(node: ast.If | ast.IfExp | ast.While) -> Iterator[Change]:
    yield _negated


def _statements(node: ast.stmt) -> Iterator[Change]:
    if _can_be_left_out(node):
        yield _left_out


def _can_be_left_out(node: ast.AST) -> bool:
    """Return whether leaving a statement out is more than an undefined name."""
    if isinstance(node, ast.Expr):
        return not isinstance(node.value, ast.Constant | ast.Yield)
    if isinstance(node, ast.AnnAssign):
        return isinstance(node.target, ast.Attribute)
    if isinstance(node, ast.Assign):
        return all(isinstance(target, ast.Attribute | ast.Subscript) for target in node.targets)
    return True


def _constants(node: ast.Constant) -> Iterator[Change]:
    value = node.value
    if isinstance(value, bool):
        yield _constant(not value)
    elif isinstance(value, int | float):
        yield _constant(value + 1)
        if value:
            yield _constant(0 if isinstance(value, int) else 0.0)
    elif isinstance(value, str) and value.startswith("ERR_"):
        yield _constant("ERR_ISO_HANDSHAKE")


def _compare(index: int, operator: type[ast.cmpop]) -> Change:
    def change(node: ast.Compare) -> None:
        node.ops = [operator() if at == index else row for at, row in enumerate(node.ops)]

    return change


def _boolean(node: ast.BoolOp) -> None:
    node.op = ast.And() if isinstance(node.op, ast.Or) else ast.Or()


def _without(index: int) -> Change:
    def change(node: ast.BoolOp) -> None:
        whole = ast.Constant(isinstance(node.op, ast.And))
        node.values = [whole if at == index else row for at, row in enumerate(node.values)]

    return change


def _operator(operator: type[ast.operator]) -> Change:
    def change(node: ast.BinOp) -> None:
        node.op = operator()

    return change


def _constant(value: object) -> Change:
    def change(node: ast.Constant) -> None:
        node.value = value  # type: ignore[assignment]

    return change


def _call(name: str) -> Change:
    def change(node: ast.Call) -> None:
        node.func = ast.Name(name, ast.Load())

    return change


def _affirmed(node: ast.UnaryOp) -> None:
    node.op, node.operand = ast.Not(), ast.UnaryOp(ast.Not(), node.operand)


def _negated(node: ast.If | ast.IfExp | ast.While) -> None:
    node.test = ast.UnaryOp(ast.Not(), node.test)


def _left_out(node: ast.stmt) -> None:
    node.__class__ = ast.Pass


_BY_KIND: tuple[tuple[Any, Callable[[Any], Iterator[Change]]], ...] = (
    (ast.Compare, _compares),
    (ast.BoolOp, _booleans),
    (ast.BinOp, _operators),
    (ast.UnaryOp, _nots),
    (ast.Constant, _constants),
    (ast.Call, _calls),
    (ast.If | ast.IfExp | ast.While, _branches),
    (_LEFT_OUT, _statements),
)
