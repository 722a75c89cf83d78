"""Connectors of many benches through many sessions: what the figures of docs/resistance.md rest on.

A type is learnt from sixteen bench runs, and which sixteen decides as much as the connector does.
So connectors are judged in equal parts behind twelve benches. `TUNING` seeds were looked at while
the estimator was made, `JUDGING` seeds only for the figures.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from silverpin.control.forecast import Forecast
from silverpin.domain.connectors import CONNECTOR_SETS
from silverpin.domain.quantities import NS_PER_S
from silverpin.durability.resistance.alarm import Watch
from silverpin.durability.resistance.follow import LOOSENED_SD
from silverpin.durability.resistance.foretell import foretold_c
from silverpin.durability.resistance.history import History
from silverpin.durability.resistance.session import Belief, Evidence, weigh
from silverpin.durability.resistance.thermal_type import ThermalType
from tests.resistance_plant import SAMPLE_S, Fleet, Floats, Make, Seen, makes_like, steady
from tests.resistance_trials import Missed, benched, blocks, shipped

TUNING = tuple(range(1001, 1013))
JUDGING = tuple(range(2101, 2113))
EVERYDAY = (7,)
"""One bench, for tests that run every day."""
HOWS = ("constant", "drifting", "stepped")
STEP = 1.2
LOOK_S, AHEAD_S = 2, 300


@dataclass(frozen=True, slots=True)
class Judged:
    """Many connectors through many sessions; rows are connectors, columns sessions."""

    apart: Floats
    held: NDArray[np.bool_]

    @property
    def last(self) -> Missed:
        return Missed(self.apart[:, -1], self.held[:, -1])

    @property
    def relative(self) -> float:
        """Median error of the last session against the same connector's earlier ones."""
        return float(np.median(np.abs(self.apart[:, -1] - self.apart[:, :-1].mean(axis=1))))

    @property
    def covered(self) -> float:
        return float(self.held.mean())


def looked(before: Belief, kind: ThermalType, seen: Seen, place: int) -> Evidence:
    """Return what a session says, as `follow` weighs it."""
    return weigh(blocks(seen, place), kind, before, loosened_sd=LOOSENED_SD).evidence


def factors(how: str, count: int, sessions: int, rng: np.random.Generator) -> Floats:
    """Return by what each connector's contact is multiplied in each session."""
    place = np.arange(sessions)[None, :]
    pace = rng.uniform(0.0, 0.01, (count, 1))
    at, size = rng.integers(1, sessions + 1, (count, 1)), rng.uniform(0.1, 0.5, (count, 1))
    grown = {
        "constant": np.ones((count, sessions)),
        "drifting": np.exp(pace * place),
        "stepped": np.where(place >= at, 1.0 + size, 1.0),
    }
    return grown[how]


def judge(
    make: Make, how: str, count: int, sessions: int, benches: Sequence[int] = EVERYDAY
) -> Judged:
    """Follow connectors, equally many behind each bench."""
    parts = [_followed(make, how, count // len(benches), sessions, bench) for bench in benches]
    bands, truth = (np.concatenate(rows) for rows in zip(*parts, strict=True))
    held = (bands[:, :, 0] < truth) & (truth < bands[:, :, 2])
    return Judged(np.log(bands[:, :, 1] / truth), held)


def _followed(make: Make, how: str, count: int, sessions: int, bench: int) -> tuple[Floats, Floats]:
    kind = benched(make, seed=bench)
    fleet = Fleet(make, count, np.random.default_rng(24 + bench))
    new, grown = fleet.contact_ohm.copy(), factors(how, count, sessions, fleet.rng)
    histories = [History(kind) for _ in range(count)]
    truth = np.empty((count, sessions))
    for session in range(sessions):
        fleet.contact_ohm = new * grown[:, session]
        seen = fleet.session(steady(make))
        truth[:, session] = seen.contact_ohm
        for place, history in enumerate(histories):
            history.take(looked(history.outlook(), kind, seen, place))
    return np.array([history.sessions_ohm() for history in histories]), truth


def risen(
    make: Make, share: float, count: int, sessions: int, minutes: int = 60, bench: int = EVERYDAY[0]
) -> Floats:
    """Return what is told of a rise of so large a *share*, spread evenly over all sessions."""
    kind, fleet = benched(make, seed=bench), Fleet(make, count, np.random.default_rng(44 + bench))
    new, pace = fleet.contact_ohm.copy(), np.log1p(share) / (sessions - 1)
    histories = [History(kind) for _ in range(count)]
    for session in range(sessions):
        fleet.contact_ohm = new * np.exp(pace * session)
        seen = fleet.session(steady(make, minutes))
        for place, history in enumerate(histories):
            history.take(looked(history.outlook(), kind, seen, place))
    return np.array([history.rise() for history in histories])


def alarms(
    make: Make,
    count: int,
    sessions: int,
    step_at: int | None,
    benches: Sequence[int] = EVERYDAY,
) -> list[list[int]]:
    """Return the sessions after which each connector's alarm spoke; a step is 20 %."""
    share = count // len(benches)
    return [row for bench in benches for row in _watched(make, share, sessions, step_at, bench)]


def _watched(
    make: Make, count: int, sessions: int, step_at: int | None, bench: int
) -> list[list[int]]:
    kind = benched(make, seed=bench)
    fleet = Fleet(make, count, np.random.default_rng(34 + bench))
    new = fleet.contact_ohm.copy()
    watches = [Watch(kind) for _ in range(count)]
    told: list[list[int]] = [[] for _ in range(count)]
    for session in range(sessions):
        stepped = step_at is not None and session >= step_at
        fleet.contact_ohm = new * (STEP if stepped else 1.0)
        seen = fleet.session(steady(make))
        for place, watch in enumerate(watches):
            if watch.take(looked(watch.belief(), kind, seen, place)) is not None:
                told[place].append(session)
    return told


def delays(told: list[list[int]], step_at: int, sessions: int) -> Floats:
    """Return after how many sessions a step was told; never counts as one more than there were."""
    return np.array([
        next((at - step_at + 1 for at in row if at >= step_at), sessions - step_at + 1)
        for row in told
    ], dtype=np.float64)  # fmt: skip


def varied(make: Make, rng: np.random.Generator) -> Floats:
    """Return an hour's current in pieces of 5 to 15 minutes, from 30 % to the rated, by seconds."""
    amperes: Floats = np.empty(3600)
    at = 0
    while at < len(amperes):
        length = int(rng.integers(300, 900))
        amperes[at : at + length] = make.rated_a * rng.uniform(0.3, 1.0)
        at += length
    return amperes


def foretold_apart_k(make: Make, count: int, known_s: float, bench: int) -> Floats:
    """Return the mean absolute error of a session foretold from its beginning, by connector.

    Ten other sessions came before; current and air of this one are given.
    """
    kind, rng = benched(make, seed=bench), np.random.default_rng(8000 + bench)
    fleet, histories = Fleet(make, count, rng), [History(kind) for _ in range(count)]
    for _ in range(10):
        seen = fleet.session(varied(make, rng))
        for place, history in enumerate(histories):
            history.take(looked(history.outlook(), kind, seen, place))
    seen, apart = fleet.session(varied(make, rng)), []
    for place, history in enumerate(histories):
        duty = blocks(seen, place)
        known = round(known_s / duty.dt_s)
        told_c = foretold_c(duty, known, kind, history.belief())
        apart.append(np.nanmean(np.abs(told_c - duty.ntc_c)[known:]))
    return np.array(apart)


def steered_apart_k(make: Make, count: int, seed: int) -> Floats:
    """Return the same of what cooling is steered by: each reading as forecast five minutes before.

    Three other sessions came before; current and air stay what they are, as it presumes.
    """
    rng = np.random.default_rng(seed)
    fleet = Fleet(make, count, rng)
    connector = CONNECTOR_SETS[make.wear_set]
    forecasts = [Forecast(connector, steered=False) for _ in range(count)]
    apart: list[list[float]] = [[] for _ in range(count)]
    for session in range(4):
        seen = fleet.session(steady(make))
        for place, forecast in enumerate(forecasts):
            told = list(_forecast_c(forecast, seen, place, session))
            if session == 3:
                apart[place] = [abs(reading - row) for reading, row in told]
    return np.array([np.nanmean(row) for row in apart])


def _forecast_c(
    forecast: Forecast, seen: Seen, place: int, session: int
) -> Iterator[tuple[float, float]]:
    """Yield readings beside what was forecast of them."""
    pins, ahead = len(forecast.responses), AHEAD_S // SAMPLE_S
    told: dict[int, float] = {}
    for second in range(0, len(seen.t_s) * SAMPLE_S, LOOK_S):
        sample = second // SAMPLE_S
        reading, air = seen.ntc_c[place, sample], seen.ambient_c[place, sample]
        temp_c = None if np.isnan(reading) else float(reading)
        forecast.step(
            (session * 7200 + second) * NS_PER_S, float(seen.current_a[place, sample]),
            [temp_c] * pins, None if np.isnan(air) else float(air), 0.0, None,
        )  # fmt: skip
        if second % SAMPLE_S == 0:
            if sample in told:
                yield float(reading), told[sample]
            row = forecast.after_c(AHEAD_S, 0.0, None)
            if row is not None:
                told[sample + ahead] = row[0]


def unbenched(make: Make, types: int, count: int) -> tuple[Floats, float]:
    """Return what an hour without bench runs misses, a row for each type, and what is held of it.

    Every figure of a type is by itself a quarter off those of the *make*.
    """
    kind, apart, held = shipped(make), np.empty((types, count)), np.empty((types, count))
    for at, other in enumerate(makes_like(make, types, np.random.default_rng(51))):
        seen = Fleet(other, count, np.random.default_rng(520 + at)).session(steady(other))
        for place, ohm in enumerate(seen.contact_ohm):
            history = History(kind)
            history.take(looked(history.outlook(), kind, seen, place))
            band = history.now()
            apart[at, place] = np.log(band.p50 / ohm)
            held[at, place] = band.p05 < ohm < band.p95
    return apart, float(held.mean())


def but_one_factor(apart: Floats) -> float:
    """Return the median error after one factor for each type, a row, was taken out."""
    return float(np.median(np.abs(apart - np.median(apart, axis=1, keepdims=True))))
