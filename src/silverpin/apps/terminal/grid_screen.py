"""The grid against its profile as text: a bar a stage, and what a person waits for.

A bar is full where the grid is at its nominal value, and empty at the stage's threshold.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from silverpin.apps.terminal.screen_text import facts, figure, table
from silverpin.domain.grid_profiles import GridProfile

_BAR = 20
_SAMPLE = Mapping[str, Any]


def grid_lines(sample: _SAMPLE) -> list[str]:
    """Return one sample as a screen."""
    nominal = f"{sample['nominal_hz']:g} Hz, {sample['nominal_v']:g} V"
    head = [
        ("grid", f"{figure(sample['hz'], 'Hz', 3)}, {figure(sample['v'], 'V', 1)}"),
        ("profile", f"{sample['profile']} ({nominal})"),
        ("reverse", _reverse(sample)),
        *_waiting(sample),
    ]
    rows = [_stage_row(stage) for stage in sample["stages"]]
    return [*facts(head), "", *table(("stage", "beyond", "off within", "room", "left"), rows)]


def grid_line(sample: _SAMPLE) -> str:
    """Return one sample on one line: when, how much, and what is next."""
    clock = str(sample["time"])[11:19]
    grid = f"{figure(sample['hz'], 'Hz', 3)}  {figure(sample['v'], 'V', 1)}"
    counting = [row for row in sample["stages"] if row["counted_s"] is not None]
    told = [_counting(row) for row in counting] if sample["ok"] else []
    waits = [value for _, value in _waiting(sample)]
    return "  ".join([clock, grid, _reverse(sample), *told, *waits])


def profile_lines(profile: GridProfile) -> list[str]:
    """Return a profile's table."""
    rows = [(row.name, row.sentence, f"{row.clearing_s:g} s", row.source) for row in profile.stages]
    again = f"{profile.reconnect_s:g} s within {profile.reconnect.sentence}"
    head = [("profile", profile.name), ("source", profile.source), ("fed after", again)]
    return [*facts(head), "", *table(("stage", "beyond", "off within", "source"), rows)]


def profile_object(profile: GridProfile) -> dict[str, Any]:
    """Return a profile as an object."""
    band = profile.reconnect
    return {
        "profile": profile.name,
        "nominal_hz": profile.nominal_hz,
        "nominal_v": profile.nominal_v,
        "source": profile.source,
        "reconnect": {
            "low_hz": band.low_hz,
            "high_hz": band.high_hz,
            "low_v": band.low_v,
            "high_v": band.high_v,
            "delay_s": profile.reconnect_s,
        },
        "stages": [
            {
                "name": row.name,
                "over": row.over,
                "threshold": row.threshold,
                "unit": row.quantity.value,
                "clearing_s": row.clearing_s,
                "mean_s": row.mean_s or None,
                "source": row.source,
            }
            for row in profile.stages
        ],
    }


def _reverse(sample: _SAMPLE) -> str:
    since = f" since {str(sample['since'])[11:19]}" if sample.get("since") else ""
    if sample["ok"]:
        return f"allowed{since}"
    why = f", {sample['tripped']} ran out" if sample.get("tripped") else ""
    return f"{'unread' if sample['hz'] is None else 'refused'}{since}{why}"


def _waiting(sample: _SAMPLE) -> Iterator[tuple[str, str]]:
    again = sample["reconnect"]
    if again["left_s"] is None:
        return
    if again["in_band"]:
        yield "again", f"in {again['left_s']:.0f} s, if the grid stays as it is"
        return
    hertz, volts = (f"{again[f'low_{x}']:g} to {again[f'high_{x}']:g}" for x in ("hz", "v"))
    yield "again", f"{again['delay_s']:g} s after the grid is within {hertz} Hz and {volts} V"


def _stage_row(stage: _SAMPLE) -> tuple[str, str, str, str, str]:
    what = "mean " if stage["mean_s"] else ""
    beyond = f"{what}{'>' if stage['over'] else '<'} {stage['threshold']:g} {stage['unit']}"
    return (
        str(stage["name"]), beyond, f"{stage['clearing_s']:g} s", _bar(stage), _left(stage)
    )  # fmt: skip


def _bar(stage: _SAMPLE) -> str:
    if stage["margin"] is None:
        return "[" + "?" * _BAR + "]"
    share = min(1.0, max(0.0, stage["margin"] / stage["room"]))
    full: int = round(share * _BAR)
    return "[" + "#" * full + "." * (_BAR - full) + "]"


def _left(stage: _SAMPLE) -> str:
    if stage["margin"] is None:
        return "not known yet" if stage["mean_s"] else "unread"
    if stage["counted_s"] is not None:
        return _counting(stage)
    return f"{stage['margin']:g} {stage['unit']} left"


def _counting(stage: _SAMPLE) -> str:
    return f"{stage['name']} beyond for {stage['counted_s']:.1f} s of {stage['clearing_s']:g} s"
