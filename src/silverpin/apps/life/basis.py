"""What an answer rests on, in sentences: what was assumed, and what reaches beyond its sources."""

from collections.abc import Iterator

from silverpin.durability.study import Assessment

_SHORT_DAYS = 28.0
_GAPS = 0.05
_OVERLOADED = 1.3


def rests_on(found: Assessment, *, set_told: bool) -> list[str]:
    """Return the sentences, weightiest first."""
    return [*_connector(found, set_told), *_record(found), *_silence(found), *_reach(found)]


def _connector(found: Assessment, set_told: bool) -> Iterator[str]:
    wear_set = found.wear_set
    if not set_told:
        yield f"The input does not name the connector: {wear_set.name} is assumed."
    peak_a = max((row.peak_a for row in found.sessions), default=0.0)
    if peak_a > _OVERLOADED * wear_set.rated_a:
        yield (
            f"The current reaches {peak_a:.0f} A and {wear_set.name} is rated for "
            f"{wear_set.rated_a:g} A: name the right connector with --connector."
        )
    yield "The connector is taken as new where the record begins."


def _record(found: Assessment) -> Iterator[str]:
    exposure = found.exposure
    days = exposure.span_h / 24.0
    if days < _SHORT_DAYS:
        yield (
            f"The record lasts {days:.1f} days: how often the connector is used from now on leans "
            f"on what is usual ({found.site.duty.name})."
        )
    if exposure.unknown_h > _GAPS * exposure.span_h:
        yield f"{exposure.unknown_h:.0f} h are gaps, taken as without current."
    if exposure.voltage_assumed:
        yield f"No voltage is recorded: energy is reckoned at {found.wear_set.nominal_v:g} V."
    if "ambient" in exposure.missing:
        yield f"No ambient temperature is recorded: {found.site.climate.name} is assumed."


def _silence(found: Assessment) -> Iterator[str]:
    if found.exposure.matings_assumed:
        yield "Nobody recorded matings: each session counts as one."
    for what, rows in _silent(found).items():
        yield f"Nobody recorded {what}: what is usual stands in for {', '.join(rows)}."


def _silent(found: Assessment) -> dict[str, list[str]]:
    """Return mechanisms by the count that they miss."""
    by: dict[str, list[str]] = {}
    for mechanism, damage in found.damage.items():
        for what in damage.assumed:
            if what == "matings":
                continue
            by.setdefault(what, []).append(mechanism.value)
    return by


def _reach(found: Assessment) -> Iterator[str]:
    beyond = [row.value for row, damage in found.damage.items() if damage.extrapolated]
    if beyond:
        yield f"Beyond what their sources tested: {', '.join(beyond)}."
    guessed = [row.value for row, damage in found.damage.items() if damage.unsourced]
    if guessed:
        yield f"Parameters that nobody publishes, wide guesses of ours: {', '.join(guessed)}."
    prices = found.wear_set.prices
    if prices.connector_eur.unsourced:
        yield (
            f"Prices are guesses: connector {prices.connector_eur.p50:g} EUR, lock "
            f"{prices.lock_eur.p50:g} EUR, contactor {prices.contactor_eur.p50:g} EUR."
        )
