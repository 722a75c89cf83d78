"""A run in words and marks: the table on the screen, and what the plot says."""

from collections.abc import Iterable, Mapping
from typing import Any

from silverpin.apps.plot.scale import clock
from silverpin.apps.plot.svg import Mark, PlotDay
from silverpin.apps.run.record import Series

_SHOWN_KWH = 0.0005
Span = tuple[int, int]
"""First and past-the-last second of a part of a run."""


def table(told: Mapping[str, Any], folder: str) -> str:
    """Return a summary as a short table for people."""
    short = told["shortfall_kwh"]
    rows = [
        ("delivered", told["energy_charged_kwh"], told["energy_discharged_kwh"]),
        ("perfect", told["perfect"]["charged_kwh"], told["perfect"]["discharged_kwh"]),
        ("short by", short["charged"], short["discharged"]),
    ]
    rows += [
        (f"  {why}", short["by_charged"][why], short["by_discharged"][why])
        for why in short["by"]
        if max(abs(short["by_charged"][why]), abs(short["by_discharged"][why])) >= _SHOWN_KWH
    ]
    width = max(22, *(len(name) for name, _, _ in rows))
    lines = [f"{'kWh':{width}} {'to vehicle':>12} {'to grid':>12}"]
    lines += [f"{name:{width}} {into:12.3f} {out:12.3f}" for name, into, out in rows]
    lines += ["", _facts(told), *_fault_lines(told), f"{folder} is complete."]
    return "\n".join(lines)


def plot_day(
    told: Mapping[str, Any], rows: Iterable[Mapping[str, Any]], series: Series, span: Span | None
) -> PlotDay:
    """Return what the plot shows of a run, from its summary, its events and its samples.

    A *span* shows that part of it; energies in the words stay those of the whole run.
    """
    from_s, to_s = span or (0, len(series.power_w))
    seen = slice(from_s, to_s)
    rows = [row for row in rows if from_s <= row["t_s"] <= to_s]
    perfect = told["perfect"]
    charged, discharged = told["energy_charged_kwh"], told["energy_discharged_kwh"]
    return PlotDay(
        title=f"{charged:.1f} kWh to the vehicle, {discharged:.1f} kWh to the grid"
        + ("" if span is None else " in the whole run"),
        detail=_detail(told, span),
        wanted_w=series.power_wanted_w[seen],
        power_w=series.power_w[seen],
        temp_hot_c=series.temp_hot_c[seen],
        temp_ntc_c=series.temp_ntc_c[seen],
        ambient_c=series.ambient_c[seen],
        soc=series.soc[seen],
        derate=series.derate[seen],
        temp_trip_c=told["temp_trip_c"],
        power_max_w=told["power_w"],
        charged_words=f"{charged:.1f} of {perfect['charged_kwh']:.1f} kWh wanted",
        discharged_words=f"{discharged:.1f} of {perfect['discharged_kwh']:.1f} kWh wanted",
        derate_words=_held_back(told["derated_s"]),
        reversals_s=[row["t_s"] for row in rows if row["kind"] == "reversed"],
        marks=[*_comings(rows), *_fault_marks(told, from_s, to_s)],
        start_s=from_s,
    )


def _detail(told: Mapping[str, Any], span: Span | None) -> str:
    shown = "" if span is None else f"from {clock(span[0])} to {clock(span[1])} of "
    return (
        f"{told['signal']['name']} at {told['power_w'] / 1e3:g} kW, "
        f"{shown}{clock(told['duration_s'])} h; {told['connector']}, "
        f"air {told['ambient_c']:g} °C, battery {told['battery_kwh']:g} kWh; "
        f"simulated, seed {told['seed']}"
    )


def _facts(told: Mapping[str, Any]) -> str:
    return (
        f"Tracking error {told['tracking_error_rms_pct']:.2f} % rms, "
        f"{told['reversals']} reversals, hottest pin {told['temp_pin_max_pin']} "
        f"{told['temp_pin_max_c']:.1f} °C, {_held_back(told['derated_s'])}."
    )


def _fault_lines(told: Mapping[str, Any]) -> list[str]:
    if not told["faults"]:
        return ["No fault."]
    return [
        f"{fault['code']} at {clock(fault['t_s'], seconds=True)}, "
        + ("latched to the end." if fault["cleared_t_s"] is None
           else f"cleared at {clock(fault['cleared_t_s'], seconds=True)}.")
        for fault in told["faults"]
    ]  # fmt: skip


def _held_back(seconds: int) -> str:
    if not seconds:
        return "never held back by heat"
    return f"held back for {clock(seconds, seconds=True)}"


def _comings(rows: Iterable[Mapping[str, Any]]) -> list[Mark]:
    words = {"mated": "plugged in", "unmated": "unplugged", "load_break": "load-break"}
    return [
        Mark(row["t_s"], f"{words[row['kind']]} {clock(row['t_s'])}")
        for row in rows
        if row["kind"] in words
    ]


def _fault_marks(told: Mapping[str, Any], from_s: float, to_s: float) -> list[Mark]:
    return [
        Mark(
            max(from_s, fault["t_s"]), f"{fault['code']} {clock(fault['t_s'], seconds=True)}",
            fault=True, until_s=fault["cleared_t_s"],
        )
        for fault in told["faults"]
        if fault["t_s"] <= to_s and (fault["cleared_t_s"] or to_s) >= from_s
    ]  # fmt: skip
