"""Words for whoever watches the program, which ends nothing where nobody can hear them.

A terminal goes, the other end of a pipe closes, a file that takes the words lies on a full disk:
none of that may stop a charger, or the work beside it that had something to say.
"""

import sys
from contextlib import suppress
from typing import TextIO


def aloud(text: str, stream: TextIO | None = None) -> None:
    """Say a line on standard error, or on *stream*, if it can be heard."""
    with suppress(OSError, ValueError):
        print(text, file=stream or sys.stderr, flush=True)
