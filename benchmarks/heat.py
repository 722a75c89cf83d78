"""How well the pins' temperature is forecast on plants nobody told of, and what that is worth."""

from collections.abc import Iterator
from statistics import mean

from benchmarks.figures import Better, Figure
from tests.plants import AHEADS_S, RATED_KW, hot_duty, misses, unknown_plant

_PLANTS = 4
_HOURS = 2.0
_HOT_C = 35.0


def figures() -> Iterator[Figure]:
    """Yield the mean error of a forecast and the least by which it lowers a peak."""
    errors_k: dict[float, list[float]] = {ahead_s: [] for ahead_s in AHEADS_S}
    for connector, kw in RATED_KW.items():
        for seed in range(_PLANTS):
            charger = unknown_plant(connector, 100 + seed, worn=seed % 2 == 0)
            for ahead_s, missed in misses(charger, kw, _HOURS, seed).items():
                errors_k[ahead_s] += missed.errors_k
    for ahead_s, found_k in errors_k.items():
        yield Figure(
            name=f"forecast {ahead_s:g} s ahead, mean error", value=mean(found_k), unit="K",
            aim=0.5, better=Better.LESS, note=f"{3 * _PLANTS} plants, {len(found_k)} forecasts",
        )  # fmt: skip
    lowered_k = [_lowered_k(connector, seed) for connector in RATED_KW for seed in (1, 2)]
    yield Figure(
        name="peak of a worn pin, lowered by", value=mean(lowered_k), unit="K", aim=3.0,
        better=Better.MORE, note=f"least {min(lowered_k):.1f}, most {max(lowered_k):.1f} K",
    )  # fmt: skip


def _lowered_k(connector: str, seed: int) -> float:
    """Return by how much the forecast lowers the hottest pin of one hot duty."""
    kw = RATED_KW[connector]
    off_c, on_c = (
        hot_duty(unknown_plant(connector, seed, worn=True, ambient_c=_HOT_C, forecast=steered), kw)
        for steered in (False, True)
    )
    return off_c - on_c
