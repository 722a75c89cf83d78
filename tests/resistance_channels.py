"""Heat and voltage telling the same contact, each alone and both as `follow` weighs them.

The connector is that of `resistance_plant`; the vehicle, the meters and the cable stand here. None
of it is known to the estimator, which weighs each channel by what its own readings scatter.
"""

import random
from collections import Counter
from dataclasses import dataclass

import numpy as np

from silverpin.drivers.signal_synthetic import synthetic_frequency
from silverpin.durability.resistance.blocks import blocks_of
from silverpin.durability.resistance.evidence import Loop
from silverpin.durability.resistance.follow import Follow, Found
from silverpin.durability.resistance.pieces import Piece
from silverpin.durability.resistance.voltage import loop_of
from tests.resistance_plant import DC_200, SAMPLE_S, Fleet, Floats, Seen
from tests.resistance_trials import benched

LOOP_OHM, DAY_S = 0.020, 86_400
HOURS_S, SESSIONS, STEPPED, STEP = 7200, 12, 6, 1.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Meters:
    """Two voltmeters, the current between them and the battery behind."""

    step_v: float = 0.1
    noise_v: float = 0.1
    skew_s: int = 1
    gain: float = 1.005
    offset_v: float = 0.8
    current_max_a: float = 25.0
    battery_ohm: float = 0.08
    battery_ah_per_v: float = 2.5
    cable_swing_k: float = 8.0
    cable_known: bool = True


def loop(current_a: Floats, ohm: float, meters: Meters, rng: np.random.Generator) -> Loop | None:
    """Return what a current of one value a second tells of a loop."""
    t_s = np.arange(float(len(current_a)))
    cable_c = 20.0 + meters.cable_swing_k * np.sin(2.0 * np.pi * t_s / DAY_S)
    charged_ah = np.cumsum(current_a) / 3600.0
    ev_v = 390.0 + charged_ah / meters.battery_ah_per_v + meters.battery_ohm * current_a
    evse_v = ev_v + ohm * (1.0 + 0.004 * (cable_c - 20.0)) * current_a
    evse_v = np.roll(evse_v, meters.skew_s) * meters.gain + meters.offset_v
    told = [
        np.round((row + meters.noise_v * rng.standard_normal(len(row))) / meters.step_v)
        * meters.step_v
        for row in (evse_v, ev_v)
    ]
    current_a = current_a + 0.05 * rng.standard_normal(len(current_a))
    return loop_of(t_s, current_a, told[0] - told[1], cable_c if meters.cable_known else None)


def made_up_hz() -> Floats:
    """Return a day of frequency that nobody measured, a value a second."""
    signal = synthetic_frequency(random.Random(3), DAY_S)
    return np.repeat(np.asarray(signal.values, dtype=np.float64), round(signal.step_s))


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Two hours that follow the frequency each way, by so much of the rated current."""

    share: float
    volts: float
    """Noise and steps of the meters."""
    skew_s: int = 0

    @property
    def meters(self) -> Meters:
        return Meters(step_v=self.volts, noise_v=self.volts, skew_s=self.skew_s,
                      battery_ohm=0.03, battery_ah_per_v=60.0)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Fused:
    """What each channel misses of a step, as a share of the contact, and what carried the sum."""

    heat: float
    volts: float
    both: float
    carried: Counter[str]


def fused(duty: Duty, count: int, seed: int = 9) -> Fused:
    """Let DC connectors rise by two fifths between their sessions and be followed."""
    kind, hertz = benched(DC_200), made_up_hz()
    fleet, rng = Fleet(DC_200, count, np.random.default_rng(seed)), np.random.default_rng(seed + 1)
    new = fleet.contact_ohm.copy()
    heat, volts, both = ([Follow(kind) for _ in range(count)] for _ in range(3))
    for session in range(SESSIONS):
        fleet.contact_ohm = new * (STEP if session >= STEPPED else 1.0)
        off_hz = hertz[session * HOURS_S : (session + 1) * HOURS_S] - 60.0
        current_a = duty.share * DC_200.rated_a * np.clip(off_hz / 0.02, -1.0, 1.0)
        seen = fleet.session(current_a)
        for place in range(count):
            ohm = LOOP_OHM + float(seen.contact_ohm[place])
            warmed = _piece(session, seen, place, current_a * fleet.gain[place], None)
            told = loop(current_a, ohm, duty.meters, rng)
            fused_piece = _piece(session, seen, place, current_a * fleet.gain[place], told)
            heat[place].look(warmed)
            volts[place].look(_without_heat(fused_piece))
            both[place].look(fused_piece)
    missed = [_missed(followed, new) for followed in (heat, volts, both)]
    channels = (row.channel for follow in both for row in follow.found().sessions)
    carried = Counter("nothing" if row is None else row.value for row in channels)
    return Fused(heat=missed[0], volts=missed[1], both=missed[2], carried=carried)


def _piece(session: int, seen: Seen, place: int, current_a: Floats, told: Loop | None) -> Piece:
    """Return a session as a charger keeps it: means of ten seconds, the square beside them."""
    each = current_a.reshape(-1, SAMPLE_S)
    blocks = blocks_of(
        seen.t_s, each.mean(axis=1), seen.ntc_c[place], seen.ambient_c[place],
        square_a2=np.square(each).mean(axis=1),
    )  # fmt: skip
    begin_s = float(session * DAY_S)
    return Piece(session_s=begin_s, end_s=begin_s + HOURS_S, mean_a=0.0, blocks=blocks, loop=told)


def _without_heat(piece: Piece) -> Piece:
    return Piece(session_s=piece.session_s, end_s=piece.end_s, mean_a=0.0, blocks=None,
                 loop=piece.loop)  # fmt: skip


def _missed(followed: list[Follow], new: Floats) -> float:
    """Return the root mean square of what is missed of the step, as a share of the contact."""
    rises = np.array([_rise_ohm(follow.found()) for follow in followed])
    return float(np.sqrt(np.mean(np.square(rises / new - (STEP - 1.0)))))


def _rise_ohm(found: Found) -> float:
    told = np.array([np.nan if row.ohm is None else row.ohm.p50 for row in found.sessions])
    return float(np.nanmean(told[STEPPED:]) - np.nanmean(told[:STEPPED]))
