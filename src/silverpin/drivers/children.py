"""Child processes that end with their parent, even if it is killed, and before it if need be.

Linux tells a child of its parent's death only from the moment it asked for it, and says nothing of
a parent that died before; so the parent's number comes with the environment. That a parent is
number 1 means nothing: in a container the daemon itself may be.
"""

import ctypes
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

_PARENT = "SILVERPIN_PARENT"
_PR_SET_PDEATHSIG = 1
"""linux/prctl.h"""


def environment() -> dict[str, str]:
    """Return the environment for a child of this process."""
    return {**os.environ, _PARENT: str(os.getpid())}


def end_with_parent() -> None:
    """Be killed as soon as the parent dies; end now if it is gone. For who has no parent, nothing.

    The parent's thread that began the child counts: it must live for as long as the child may.
    """
    parent = os.environ.get(_PARENT, "")
    if not parent.isdecimal():
        return
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != int(parent):
        sys.exit()


def first_to_go() -> None:
    """Be what the kernel ends first where memory runs out, and not the charger that asked."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
