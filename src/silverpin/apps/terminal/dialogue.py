"""Leads a person through a form on the terminal, shows what it came to, and asks before it is kept.

Questions go to standard error: what a program prints stays clean for whoever reads it.
"""

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from silverpin.apps.terminal.form import (
    BACK,
    Answers,
    Entry,
    FormError,
    FormLeft,
    Path,
    fill_in,
    summary,
    yes_or_no,
)
from silverpin.apps.terminal.screen_text import facts

HOW = 'Enter skips what may be left out, "back" goes back, "done" leaves out all that is optional.'


def on_terminal() -> bool:
    """Return whether somebody is there to answer."""
    return sys.stdin.isatty()


def say(text: str) -> None:
    """Tell the person something."""
    print(text, file=sys.stderr, flush=True)


def asked(prompt: str) -> str | None:
    """Put a question; return the answer, None when there is no more input."""
    print(prompt, end="", file=sys.stderr, flush=True)
    line = sys.stdin.readline()
    return line.strip() if line else None


def confirmed(question: str) -> bool:
    """Return whether the person says yes. Raises `FormLeft` at the end of all input."""
    while True:
        told = asked(f"{question} (yes or no): ")
        if told is None:
            raise FormLeft
        try:
            return yes_or_no(told)
        except FormError as error:
            say(f"  {error}")


def guide(entries: Sequence[Entry], answers: Mapping[Path, Any], title: str) -> Answers | None:
    """Return the form as the person wants it recorded, None if it is not to be recorded."""
    say(f"{title}\n{HOW}\n")
    try:
        filled = fill_in(entries, answers, asked, say)
        while True:
            say("")
            for line in facts(list(summary(entries, filled))):
                say(line)
            told = asked("Record this? (yes, no, or back to answer again): ")
            if told is None or told.lower() in ("no", "n"):
                return None
            if told.lower() in ("yes", "y"):
                return filled
            if told.lower() == BACK:
                filled = fill_in(entries, answers, asked, say, before=filled)
    except FormLeft:
        return None
