"""Puts a page where it was asked for."""

from pathlib import Path


def write_page(out: Path, page: str) -> None:
    """Write a page whole or not at all."""
    hidden = out.with_name(f".{out.name}.new")
    hidden.write_text(page, encoding="utf-8", newline="\n")
    hidden.replace(out)
