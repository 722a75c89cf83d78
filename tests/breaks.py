"""Deliberate breaks: a function of the code under test with a piece of its source exchanged.

The function object stays and gets other code, so that whoever imported it by name meets the break
as well.
"""

import inspect
import textwrap
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import CodeType, FunctionType
from typing import Any, NamedTuple


class Break(NamedTuple):
    """A piece of one function's source, and what stands there instead."""

    where: Any
    instead_of: str
    stands: str


@contextmanager
def broken(*breaks: Break) -> Iterator[None]:
    """Let the code be broken in these places."""
    by_function: dict[Any, list[Break]] = {}
    for row in breaks:
        by_function.setdefault(row.where, []).append(row)
    with ExitStack() as stack:
        for function, rows in by_function.items():
            stack.enter_context(_exchanged(function, _code(function, rows)))
        yield


def _code(function: FunctionType, rows: list[Break]) -> CodeType:
    source = textwrap.dedent(inspect.getsource(function))
    for row in rows:
        assert source.count(row.instead_of) == 1, f"{row.instead_of!r} in {function.__qualname__}"
        source = source.replace(row.instead_of, row.stands)
    made: dict[str, Any] = {}
    # A name that is no file: who measures what is reached must not count it as the whole source.
    broken_name = f"<{function.__module__}, broken>"
    changed_module = compile(source, broken_name, "exec", dont_inherit=True)
    exec(changed_module, dict(function.__globals__), made)
    (changed,) = made.values()
    code: CodeType = changed.__code__
    return code


@contextmanager
def _exchanged(function: FunctionType, code: CodeType) -> Iterator[None]:
    whole = function.__code__
    function.__code__ = code
    try:
        yield
    finally:
        function.__code__ = whole
