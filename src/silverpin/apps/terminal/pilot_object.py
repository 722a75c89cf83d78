"""`silverpin.pilot/1`: the verdict on a pilot as one object, for daemon, page and terminal."""

from typing import Any

from silverpin.protocols.pilot.verdict import Figure, Verdict

_DIGITS = 3


def verdict_object(verdict: Verdict, source: str) -> dict[str, Any]:
    """Return *verdict* as an object; *source* says what it was judged from."""
    return {
        "source": source,
        "state": verdict.state.value,
        "outcome": verdict.outcome.value,
        "figures": [_figure(figure) for figure in verdict.figures],
        "causes": [
            {"cause": cause.name.lower(), "words": cause.words, "look": cause.look}
            for cause in verdict.causes
        ],
    }


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "name": figure.name,
        "unit": figure.unit,
        "value": None if figure.value is None else round(figure.value, _DIGITS),
        "low": round(figure.low, _DIGITS),
        "high": round(figure.high, _DIGITS),
        "outcome": figure.outcome.value,
        "why": figure.why,
    }
