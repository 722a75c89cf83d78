"""A run in words and marks: the table on the screen, and what the plot says."""

from collections.abc import Iterable, Mapping
from typing import Any

from silverpin.apps.plot.scale import clock
from silverpin.apps.plot.svg import Mark, PlotDay
from silverpin.apps.run.summary import Result
from silverpin.domain.events import Event
from silverpin.domain.quantities import NS_PER_S

_SHOWN_KWH = 0.0005


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


def plot_day(result: Result, told: Mapping[str, Any]) -> PlotDay:
    """Return what the plot shows of a run."""
    options, series = result.options, result.recorder.series
    energy, perfect = result.energy(), result.perfect()
    journal = result.world.journal
    return PlotDay(
        title=f"{energy.charged:.1f} kWh to the vehicle, {energy.discharged:.1f} kWh to the grid",
        detail=f"{result.demand.signal.name} at {options.power_w / 1e3:g} kW, "
        f"{clock(result.demand.duration_s)} h; {options.connector}, air {options.ambient_c:g} °C, "
        f"battery {options.battery_kwh:g} kWh; simulated, seed {options.seed}",
        wanted_w=series.wanted_w,
        power_w=series.power_w,
        temp_hot_c=series.temp_hot_c,
        temp_ntc_c=series.temp_ntc_c,
        ambient_c=series.ambient_c,
        soc=series.soc,
        derate=series.derate,
        temp_trip_c=result.world.setup.limits.temp_trip_c,
        power_max_w=options.power_w,
        charged_words=f"{energy.charged:.1f} of {perfect.charged:.1f} kWh wanted",
        discharged_words=f"{energy.discharged:.1f} of {perfect.discharged:.1f} kWh wanted",
        derate_words=_held_back(told["derated_s"]),
        reversals_s=[event.t_ns / NS_PER_S for event in journal if event.kind == "reversed"],
        marks=[*_comings(journal), *_fault_marks(told)],
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


def _comings(journal: Iterable[Event]) -> list[Mark]:
    words = {"mated": "plugged in", "unmated": "unplugged", "load_break": "load-break"}
    return [
        Mark(event.t_ns / NS_PER_S, f"{words[event.kind]} {clock(event.t_ns / NS_PER_S)}")
        for event in journal
        if event.kind in words
    ]


def _fault_marks(told: Mapping[str, Any]) -> list[Mark]:
    return [
        Mark(
            fault["t_s"], f"{fault['code']} {clock(fault['t_s'], seconds=True)}", fault=True,
            until_s=fault["cleared_t_s"],
        )
        for fault in told["faults"]
    ]  # fmt: skip
