"""What a program's exit code means; the same six everywhere."""

from enum import IntEnum


class Exit(IntEnum):
    """Exit code of every program, and the `exit` of every answer on the control socket."""

    DONE = 0
    """Done, or already so."""
    REFUSED = 1
    """A condition does not hold."""
    USAGE = 2
    BAD_FILE = 3
    """A file or the configuration cannot be used."""
    UNREACHABLE = 4
    """No daemon or peer answers."""
    FORBIDDEN = 5
    """The caller may not."""
