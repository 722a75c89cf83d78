"""Generated pages about wear: the laws, and what is known of connectors and contactors."""

from collections.abc import Iterator

from silverpin.apps.docs_layout import page, table
from silverpin.durability.parameters.connectors import WEAR_SETS
from silverpin.durability.parameters.contactors import CONTACTORS, Contactor
from silverpin.durability.parameters.duties import CLIMATES, DUTIES, Climate, Duty
from silverpin.durability.parameters.groups import WearSet
from silverpin.durability.prior import Prior, priors_of
from silverpin.physics.contactor import LifeTable
from silverpin.physics.law import Law
from silverpin.physics.laws import LAWS

GUESS = "a guess of ours, unsourced"


def laws() -> str:
    """Return the page of all laws."""
    return page(
        "Laws",
        "`physics/laws.py`",
        "What each function computes. Outside the range in its last but one column a law still "
        "answers, and says that the answer is extrapolated. The unit ends each argument's name. "
        "[How to call them](../laws.md). Contactors have no law but [tables](wear-parameters.md).",
        table(("law", "what", "equation", "unit", "range", "source"),
              (_law(row) for row in LAWS.values())),
    )  # fmt: skip


def _law(row: Law[...]) -> tuple[str, ...]:
    ranges = "; ".join(f"{name} {low:g} to {high:g}" for name, (low, high) in row.valid.items())
    module = row.__module__.rpartition(".")[2]
    return (
        f"`{module}.{row.name}`", row.summary.rstrip("."), f"`{row.equation}`", row.unit, ranges,
        "; ".join(row.sources),
    )  # fmt: skip


def wear_parameters() -> str:
    """Return the page of all parameter sets and contactors."""
    first, *others = WEAR_SETS.values()
    return page(
        "Parameters of wear",
        "`durability/parameters/`",
        "What estimates start from: 5th percentile, median and 95th percentile of each parameter, "
        "and who says so. A source speaks for the median; where it gives no spread, the spread is "
        "ours. A type test of the connector at hand replaces what is guessed here. "
        "Simulated nature has parameters of its own, which these do not know.",
        f"## {first.name}\n\n{first.title}, with the contactor {first.contactor}.",
        table(HEAD, _rows(first, None)),
        *(text for row in others for text in _differences(row, first)),
        "## Sites and use\n\nAssumed where a record is silent.",
        table(HEAD, _assumed()),
        "## Contactors\n\nOperations survived. Between the points logarithms are interpolated.",
        table(("part", "switching", "voltage", "current", "operations", "source"),
              (line for part in CONTACTORS.values() for line in _lives(part))),
    )  # fmt: skip


HEAD = ("parameter", "p05", "p50", "p95", "source")


def _differences(row: WearSet, first: WearSet) -> Iterator[str]:
    yield (
        f"## {row.name}\n\n{row.title}, with the contactor {row.contactor}. As {first.name}, but:"
    )
    yield table(HEAD, _rows(row, first))


def _rows(row: WearSet, like: WearSet | None) -> Iterator[tuple[str, ...]]:
    known = like.priors() if like else {}
    for name, prior in row.priors().items():
        if known.get(name) != prior:
            yield (f"`{name}`", *_percentiles(prior), prior.source or GUESS)


def _assumed() -> Iterator[tuple[str, ...]]:
    rows: tuple[Climate | Duty, ...] = (*CLIMATES.values(), *DUTIES.values())
    for row in rows:
        for name, prior in priors_of(row).items():
            yield f"`{row.name}.{name}`", *_percentiles(prior), prior.source or GUESS


def _percentiles(prior: Prior) -> tuple[str, ...]:
    return tuple(f"{value:.4g}" for value in (prior.p05, prior.p50, prior.p95))


def _lives(part: Contactor) -> Iterator[tuple[str, ...]]:
    source = part.source or GUESS
    yield f"`{part.name}`", "without load", "", "", f"{part.mechanical:,.0f}", source
    for switching, lives in part.tables.items():
        for voltage, current, operations in _points(lives):
            yield (
                f"`{part.name}`", switching.value, f"{voltage:g} V", f"{current:g} A",
                f"{operations:,.0f}", source,
            )  # fmt: skip


def _points(lives: LifeTable) -> Iterator[tuple[float, float, float]]:
    for voltage, row in zip(lives.voltages_v, lives.operations, strict=True):
        for current, operations in zip(lives.currents_a, row, strict=True):
            yield voltage, current, operations
