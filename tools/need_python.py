"""Go on with Python 3.11 or newer, or say so. Written so that any Python 3 can read this file."""

import os
import sys

WANTED = (3, 11)
NEWER = ("python3.11", "python3.12", "python3.13", "python3.14")


def on_path(name: str) -> "str | None":
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        path = os.path.join(folder, name)
        if os.access(path, os.X_OK):
            return path
    return None


def need_python() -> None:
    """Return under a Python that is new enough, taken from PATH where this is not."""
    if sys.version_info >= WANTED:
        return
    for name in NEWER:
        path = on_path(name)
        if path:
            os.execv(path, [path] + sys.argv)
    sys.stderr.write(
        "silverpin: needs Python 3.11 or newer, and this is %d.%d: install one, for example "
        "`sudo apt-get install python3.11`.\n" % sys.version_info[:2]
    )
    sys.exit(3)
