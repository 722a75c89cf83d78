"""The second channel: the loop by its voltages, on a real frequency and on one that is made up."""

import os
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

pytest.importorskip("numba", reason="heat is followed by numba: install the extra life")

from silverpin.durability.parameters.connectors import WEAR_SETS
from silverpin.durability.resistance.evidence import Loop
from silverpin.durability.resistance.history import History
from silverpin.durability.resistance.thermal_type import shipped_type
from silverpin.durability.resistance.voltage import loop_of
from tests.resistance_channels import DAY_S, LOOP_OHM, Duty, Meters, fused, loop, made_up_hz

Floats = NDArray[np.float64]


def day(frequency_hz: Floats, ohm: float, meters: Meters, rng: np.random.Generator) -> Loop | None:
    """Return what a day tells of a loop that follows a frequency, one value a second."""
    current_a = meters.current_max_a * np.clip((frequency_hz - 60.0) / 0.06, -1.0, 1.0)
    return loop(current_a, ohm, meters, rng)


def real_days() -> list[Floats]:
    """Return the days of a month of the US Eastern Interconnection, a value a second."""
    import pyarrow.parquet

    folder = Path(os.environ["SILVERPIN_DATA"]) / "frequency"
    days = []
    for month in ("2022-10", "2022-11", "2023-02"):
        column = pyarrow.parquet.read_table(folder / f"us_eastern_2s_{month}.parquet")
        off = column["f_dev_10uHz"].to_numpy(zero_copy_only=False).astype(np.float64)
        hertz = np.repeat(60.0 + 1e-5 * np.nan_to_num(off), 2)
        days += np.split(hertz[: len(hertz) // DAY_S * DAY_S], len(hertz) // DAY_S)
    return days


def changes_mohm(days: list[Floats], meters: Meters, seed: int) -> Floats:
    """Return the change between weeks, weighed, where the loop gained a tenth of a milliohm.

    Each change is that of a week against the three weeks before it.
    """
    rng = np.random.default_rng(seed)
    found = []
    for begin in range(0, len(days) - 27, 7):
        loops = [
            day(hertz, LOOP_OHM + 1e-4 * (at >= 21), meters, rng)
            for at, hertz in enumerate(days[begin : begin + 28])
        ]
        before, after = (weighed(part) for part in (loops[:21], loops[21:]))
        found.append(1e3 * (after - before))
    return np.array(found)


def weighed(loops: "list[Loop | None]") -> float:
    known = [row for row in loops if row is not None]
    weights = [row.sd_ohm**-2 for row in known]
    return float(np.average([row.ohm for row in known], weights=weights))


needs_data = pytest.mark.skipif("SILVERPIN_DATA" not in os.environ, reason="needs recorded data")


@pytest.mark.long
@needs_data
def test_a_tenth_of_a_milliohm_is_seen_within_a_week_on_the_real_frequency() -> None:
    days = real_days()
    missed = {
        skew_s: changes_mohm(days, Meters(skew_s=skew_s), seed=skew_s) - 0.1 for skew_s in (0, 1)
    }
    rms = {skew_s: float(np.sqrt(np.mean(row**2))) for skew_s, row in missed.items()}
    assert rms[0] < 0.055
    assert rms[1] < 0.08  # meters whose clocks are a second apart
    coarse = changes_mohm(days, Meters(step_v=1.0, noise_v=0.3), 9)
    assert 0.08 < float(np.sqrt(np.mean((coarse - 0.1) ** 2))) < 0.4


@pytest.mark.verifies("DUR-2")
@needs_data
def test_a_real_day_tells_the_loop_as_well_as_it_says() -> None:
    days = real_days()[:6]
    rng = np.random.default_rng(4)
    found = [day(hertz, LOOP_OHM, Meters(), rng) for hertz in days]
    known = [row for row in found if row is not None]
    assert len(known) == 6
    scores = [(row.ohm - weighed(found)) / row.sd_ohm for row in known]
    assert 0.3 < float(np.sqrt(np.mean(np.square(scores)))) < 1.8
    # a gain that differs leaves a fixed error: this channel tells changes
    assert abs(weighed(found) - LOOP_OHM) < 6e-4


def test_what_is_not_known_of_the_cable_widens_the_answer() -> None:
    hertz, rng = made_up_hz(), np.random.default_rng(5)
    known = day(hertz, LOOP_OHM, Meters(), rng)
    unknown = day(hertz, LOOP_OHM, Meters(cable_known=False), rng)
    assert known is not None
    assert unknown is not None
    assert unknown.sd_ohm > 4.0 * known.sd_ohm


def test_a_steady_current_tells_nothing() -> None:
    t_s = np.arange(3600.0)
    drop_v = 0.4 + 0.1 * np.random.default_rng(6).standard_normal(3600)
    assert loop_of(t_s, np.full(3600, 20.0), drop_v) is None
    assert loop_of(t_s[:9], t_s[:9], drop_v[:9]) is None


@pytest.mark.verifies("DUR-2")
def test_voltage_alone_tells_a_change_and_no_absolute_value() -> None:
    history = History(shipped_type(WEAR_SETS["ccs2-200a"]))
    rng = np.random.default_rng(7)
    for session in range(40):
        ohm = LOOP_OHM + (1e-4 if session >= 20 else 0.0)
        history.take(None, Loop(ohm + 3e-5 * float(rng.standard_normal()), 3e-5))
    bands = history.sessions_ohm()
    assert bands[-1].p95 / bands[-1].p05 > 2.0
    assert bands[-1].p50 - bands[10].p50 == pytest.approx(1e-4, abs=4e-5)


ALIKE = Duty(share=0.35, volts=0.05)
HEAT_LEADS = Duty(share=0.6, volts=0.1)
VOLTAGE_LEADS = Duty(share=0.3, volts=0.02)


@pytest.mark.verifies("DUR-2")
def test_both_channels_as_the_program_weighs_them_beat_the_better_one() -> None:
    found = fused(ALIKE, count=8)
    assert found.both < 0.8 * min(found.heat, found.volts)
    assert found.carried.most_common(1)[0][0] == "both"


@pytest.mark.long
@pytest.mark.parametrize("duty", [HEAT_LEADS, VOLTAGE_LEADS], ids=["heat", "voltage"])
def test_where_one_channel_leads_the_weak_one_costs_little(duty: Duty) -> None:
    found = fused(duty, count=8)
    # Of eight connectors one can be odd: 1.45 times where heat leads, 1.3 and 1.0 over 24.
    assert found.both < 1.6 * min(found.heat, found.volts)
    leads = {"temperature", "both"} if duty is HEAT_LEADS else {"voltage", "both"}
    assert set(found.carried) <= leads
