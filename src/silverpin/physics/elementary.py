"""Elementary functions for a float or an array; numpy is imported when the first array comes.

They are typed for floats, as are the bodies of the laws: `Law.__call__` tells a caller with arrays
that he gets an array.
"""

import math
from collections.abc import Callable


def _either(of_floats: Callable[..., float], numpy_name: str) -> Callable[..., float]:
    """Make a function that takes the standard library's way for floats and numpy's for the rest."""

    def function(*values: float) -> float:
        if all(isinstance(value, float | int) for value in values):
            return of_floats(*values)
        import numpy as np

        answer: float = getattr(np, numpy_name)(*values)
        return answer

    return function


exp = _either(math.exp, "exp")
expm1 = _either(math.expm1, "expm1")
log = _either(math.log, "log")
log10 = _either(math.log10, "log10")
sqrt = _either(math.sqrt, "sqrt")
power = _either(math.pow, "power")
maximum = _either(max, "maximum")
minimum = _either(min, "minimum")
