"""Small matrices without numpy: solving equations and the exponential, for a handful of nodes."""

from collections.abc import Sequence
from math import frexp

Matrix = list[list[float]]
TERMS = 14
"""Of the Taylor series, enough for a norm below a half."""


def solved(rows: Sequence[Sequence[float]]) -> list[float]:
    """Solve linear equations, the right side in the last column, by elimination with pivots."""
    work = [list(row) for row in rows]
    for place in range(len(work)):
        pivot = max(range(place, len(work)), key=lambda row: abs(work[row][place]))
        work[place], work[pivot] = work[pivot], work[place]
        for row in range(len(work)):
            if row != place:
                share = work[row][place] / work[place][place]
                work[row] = [
                    mine - share * its for mine, its in zip(work[row], work[place], strict=True)
                ]
    return [row[-1] / row[place] for place, row in enumerate(work)]


def exponential(matrix: Sequence[Sequence[float]]) -> Matrix:
    """Return e to a square matrix: a Taylor series of a small fraction of it, squared back up."""
    size = max(sum(abs(value) for value in row) for row in matrix)
    halvings = max(frexp(size)[1] + 1, 0)
    small = [[value / 2.0**halvings for value in row] for row in matrix]
    result, term = _identity(len(matrix)), _identity(len(matrix))
    for order in range(1, TERMS + 1):
        term = [[value / order for value in row] for row in product(term, small)]
        result = [
            [mine + its for mine, its in zip(left, right, strict=True)]
            for left, right in zip(result, term, strict=True)
        ]
    for _ in range(halvings):
        result = product(result, result)
    return result


def product(left: Sequence[Sequence[float]], right: Sequence[Sequence[float]]) -> Matrix:
    """Multiply two matrices."""
    columns = list(zip(*right, strict=True))
    return [[dot(row, column) for column in columns] for row in left]


def dot(left: Sequence[float], right: Sequence[float]) -> float:
    """Sum the products of two rows."""
    return sum(mine * its for mine, its in zip(left, right, strict=True))


def _identity(size: int) -> Matrix:
    return [[float(row == column) for column in range(size)] for row in range(size)]
