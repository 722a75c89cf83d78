"""Functions compiled by numba (extra `life`), kept beside the package where that can be written.

numba judges what it kept by the file of the function alone. Who changes a function that another
file calls must touch that file too.
"""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

import numba

P = ParamSpec("P")
R = TypeVar("R")


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile on the first call, or take what an earlier process compiled."""
    machine: Callable[P, R] = numba.njit(cache=True, nogil=True)(function)
    return machine
