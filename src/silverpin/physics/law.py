"""What stands beside a law: equation, unit, sources, and the range that the sources cover.

A validity range is a fact of the sources, not of the arithmetic: outside it the law still answers,
and says that the answer is extrapolated. An argument that is not a number counts as outside. Where
there is no number at all (a force of 0), floats raise as `math` does and arrays hold inf or nan.
"""

import inspect
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, ParamSpec, TypeAlias, TypeVar, overload

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    FloatArray: TypeAlias = NDArray[np.float64]
    BoolArray: TypeAlias = NDArray[np.bool_]
    Quantity: TypeAlias = float | FloatArray

P = ParamSpec("P")
V = TypeVar("V")
E = TypeVar("E")
Range: TypeAlias = tuple[float, float]


class Answer(NamedTuple, Generic[V, E]):
    """A law's value, and whether it reaches beyond what the sources cover."""

    value: V
    extrapolated: E


class Law(Generic[P]):
    """A function of numbers with its equation, unit, sources and range; call it for the value."""

    def __init__(
        self,
        function: Callable[P, float],
        equation: str,
        unit: str,
        sources: tuple[str, ...],
        valid: Mapping[str, Range],
    ) -> None:
        parameters = inspect.signature(function).parameters
        strangers = valid.keys() - parameters.keys()
        if strangers:
            raise TypeError(f"{function.__name__} has no argument {', '.join(sorted(strangers))}")
        self.name = function.__name__
        self.equation = equation
        self.unit = unit
        self.sources = sources
        self.valid = MappingProxyType(dict(valid))
        self.summary = (function.__doc__ or "").partition("\n")[0]
        self.__doc__ = function.__doc__
        self.__name__ = function.__name__
        self.__qualname__ = function.__qualname__
        self.__module__ = function.__module__
        self.__wrapped__ = function
        self._function: Callable[..., Any] = function
        self.arguments = tuple(parameters)
        self._defaults = {
            name: row.default for name, row in parameters.items() if row.default is not row.empty
        }

    def __repr__(self) -> str:
        return f"<law {self.name}: {self.equation} [{self.unit}]>"

    def __reduce__(self) -> str:
        return self.__qualname__  # pickled by its name, as a function is

    # An array among the arguments makes the answer an array: more than one signature can say.
    @overload
    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> float: ...
    @overload
    def __call__(self, *args: "Quantity", **kwargs: "Quantity") -> "FloatArray": ...
    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._function(*args, **kwargs)

    @overload
    def answer(self, *args: P.args, **kwargs: P.kwargs) -> Answer[float, bool]: ...
    @overload
    def answer(
        self, *args: "Quantity", **kwargs: "Quantity"
    ) -> "Answer[FloatArray, BoolArray | bool]": ...
    def answer(self, *args: Any, **kwargs: Any) -> Any:
        """Return the value, and whether it is extrapolated (an array's elements each)."""
        value = self._function(*args, **kwargs)
        extrapolated: Any = False
        for outside in self._outside(args, kwargs).values():
            extrapolated = extrapolated | outside
        return Answer(value, extrapolated)

    def beyond(self, *args: "Quantity", **kwargs: "Quantity") -> tuple[str, ...]:
        """Name the arguments that lie outside the range of validity, each with its range."""
        return tuple(
            f"{name} outside {self.valid[name][0]:g}..{self.valid[name][1]:g}"
            for name, outside in self._outside(args, kwargs).items()
            if (outside if isinstance(outside, bool) else outside.any())
        )

    def _outside(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        given = {**self._defaults, **dict(zip(self.arguments, args, strict=False)), **kwargs}
        return {name: outside(given[name], within) for name, within in self.valid.items()}


def outside(value: Any, within: Range) -> Any:
    """Tell whether a float, or each element of an array, is not within a range; nan never is."""
    low, high = within
    return ((value >= low) & (value <= high)) ^ True


def law(
    *, equation: str, unit: str, sources: tuple[str, ...], valid: Mapping[str, Range]
) -> Callable[[Callable[P, float]], Law[P]]:
    """Make a function of numbers a law."""

    def decorate(function: Callable[P, float]) -> Law[P]:
        return Law(function, equation, unit, sources, valid)

    return decorate
