"""How a generated page and its tables are laid out."""

from collections.abc import Iterable, Sequence

PRINTED = "Printed by `python -m silverpin.apps.docs` from {table}. Edit that, not this."


def page(title: str, source: str, *parts: str) -> str:
    """Return a page that says from which table it is printed."""
    return "\n\n".join((f"# {title}", PRINTED.format(table=source), *parts)) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table, a line a row; bars inside a cell are escaped."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines
    )
