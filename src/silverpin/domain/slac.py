"""Every number of matching on the power line (ISO 15118-3, SLAC) and of the line's quality, once.

The standard was read second-hand: its values as four independent implementations and a test suite
quote them (`symbol` is the standard's name), and where these differ, the source says what was
taken. Nothing here can be configured: a charger that matches by other times than its vehicles
matches none.
"""

from dataclasses import dataclass, field
from typing import Any

from silverpin.domain.quantities import NS_PER_MS, NS_PER_S

_TABLE_3 = "ISO 15118-3 table 3, second-hand"
_TABLE_A1 = "ISO 15118-3 table A.1, second-hand"
_ANNEX_C = "DIN/TS 70121:2024-11 annex C (informative), second-hand"


def _row(value: float, symbol: str, source: str, what: str) -> Any:
    return field(default=value, metadata={"symbol": symbol, "source": source, "what": what})


@dataclass(frozen=True, slots=True, kw_only=True)
class SlacTimes:
    """Times and counts of matching."""

    init_ns: int = _row(
        50 * NS_PER_S, "TT_EVSE_SLAC_init", f"{_TABLE_A1}: 20 to 50 s",
        "a plugged-in vehicle may take to say its first word; the longest, for vehicles that sleep",
    )  # fmt: skip
    step_ns: int = _row(
        4 * NS_PER_S, "T_step_EF", _TABLE_3, "pilot in state E, to wake a vehicle or begin anew"
    )
    steady_ns: int = _row(
        3 * NS_PER_S, "t_step_X1", "IEC 61851-1, second-hand: as EVerest has it",
        "pilot without modulation, between 5 % duty and a nominal duty",
    )  # fmt: skip
    steps: int = _row(2, "C_sequ_retry", _TABLE_3, "times that the pilot is stepped")
    parallel: int = _row(5, "C_EVSE_match_parallel", _TABLE_3, "vehicles matched with at a time")
    sequence_ns: int = _row(
        400 * NS_PER_MS, "TT_match_sequence", _TABLE_A1, "between an answer and the next request"
    )
    response_ns: int = _row(
        200 * NS_PER_MS, "TT_match_response", _TABLE_A1, "an answer may take"
    )  # fmt: skip
    retries: int = _row(2, "C_EV_match_retry", _TABLE_A1, "times that a request is sent again")
    sounding_ns: int = _row(
        600 * NS_PER_MS, "TT_EVSE_match_MNBC", _TABLE_A1, "all sounds of a vehicle"
    )
    sounds: int = _row(10, "C_EV_match_MNBC", _TABLE_A1, "sounds that a vehicle sends")
    averaging_ns: int = _row(
        45 * NS_PER_MS, "TP_EVSE_avg_atten_calc",
        f"{_TABLE_A1}: at most 100 ms; recorded chargers take 46 ms, and vehicles rely on a pause",
        "from the last sound to the attenuation told",
    )  # fmt: skip
    session_ns: int = _row(
        10 * NS_PER_S, "TT_EVSE_match_session", _TABLE_A1, "a vehicle may take to choose"
    )
    join_ns: int = _row(
        12 * NS_PER_S, "TT_match_join", _TABLE_A1, "both modems find each other after the match"
    )
    join_unseen_ns: int = _row(
        60 * NS_PER_S, "", "ours: recorded vehicles speak within 23 s",
        "the same where the modem does not tell whether there is a link",
    )  # fmt: skip
    repetition_ns: int = _row(
        10 * NS_PER_S, "TT_matching_repetition", _TABLE_A1, "a vehicle may begin anew for"
    )
    rate_ns: int = _row(
        400 * NS_PER_MS, "TT_matching_rate", _TABLE_A1, "a vehicle waits before it begins anew"
    )
    batch_ns: int = _row(
        20 * NS_PER_MS,
        "TP_EV_batch_msg_interval",
        f"{_TABLE_A1}: 20 to 50 ms",
        "between two sounds",
    )
    starts: int = _row(
        3, "C_EV_start_atten_char_inds", _TABLE_A1, "times that a vehicle announces its sounds"
    )
    results_ns: int = _row(
        1_200 * NS_PER_MS, "TT_EV_atten_results", _TABLE_A1, "a vehicle waits for attenuations"
    )
    amplitude_ns: int = _row(
        200 * NS_PER_MS, "TT_amp_map_exchange", _TABLE_A1, "an amplitude map may take"
    )
    toggle_ns: int = _row(
        3_500 * NS_PER_MS, "TT_EVSE_vald_toggle", _TABLE_3, "toggles are counted for at most"
    )
    toggles: int = _row(3, "C_EV_vald_nb_toggles", f"{_TABLE_3}: 1 to 3", "of a vehicle of ours")
    toggle_state_ns: int = _row(
        300 * NS_PER_MS, "TP_EV_vald_state_duration", f"{_TABLE_3}: 200 to 400 ms", "in B, and in C"
    )
    toggle_unit_ns: int = _row(
        100 * NS_PER_MS, "", "CM_VALIDATE.REQ: 0 is 100 ms", "unit of the time that it asks for"
    )
    modem_ns: int = _row(
        500 * NS_PER_MS, "", "ours: recorded modems answer within 1 ms", "the modem may take"
    )
    modem_tries: int = _row(4, "", "ours: a modem that boots", "times that it is given the key")
    link_ns: int = _row(
        500 * NS_PER_MS,
        "",
        "ours: a lost link is seen within a second",
        "between looks at the link",
    )
    found_db: float = _row(
        45.0, "C_EV_match_signalattn_direct",
        "ours: above the 41.6 dB of recorded vehicles that charged; calibrated lines have less",
        "a vehicle of ours takes the best charger below this without further proof",
    )  # fmt: skip
    lost_db: float = _row(
        65.0, "C_EV_match_signalattn_indirect", "ours: no modem carries data from here on",
        "and none above this",
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class PlcLimits:
    """What makes a power line good, fair or poor: up to the first, up to the second, above it."""

    attenuation_good_db: float = _row(
        35.0, "", f"{_ANNEX_C}: robust", "mean attenuation of a good line"
    )
    attenuation_fair_db: float = _row(40.0, "", f"{_ANNEX_C}: poor above", "of a fair line")
    spread_good_db: float = _row(
        40.0, "", "ours: recorded vehicles show up to 47 dB", "best to worst carrier group"
    )
    spread_fair_db: float = _row(50.0, "", "ours: a resonance in the cable", "of a fair line")
    sounds_lost_good: int = _row(0, "", "ours: 57 of 57 recorded matches lost none", "sounds lost")
    sounds_lost_fair: int = _row(2, "", "ours: one in five", "of a fair line")
    retries_good: int = _row(0, "", "ours: as recorded", "messages of matching sent again")
    retries_fair: int = _row(2, "", "ours: the standard's own retries", "of a fair line")
    retransmits_good: int = _row(1, "", "ours: one is chance", "TCP segments sent again in TLS")
    retransmits_fair: int = _row(4, "", "ours: one in five of a handshake", "of a fair line")
    handshake_good_s: float = _row(
        1.5, "", "ours: slow vehicles compute for a second", "a TLS handshake takes"
    )
    handshake_fair_s: float = _row(5.0, "", "ours: a quarter of the set-up time", "of a fair line")
    separation_mm: float = _row(
        50.0, "", "manual, troubleshooting: or a shield on the chassis", "power cable to pilot wire"
    )


SLAC = SlacTimes()
PLC = PlcLimits()

assert SLAC.averaging_ns <= 100 * NS_PER_MS
assert SLAC.batch_ns * (SLAC.starts + SLAC.sounds) < SLAC.sounding_ns < SLAC.results_ns
assert SLAC.response_ns * (1 + SLAC.retries) < SLAC.session_ns < SLAC.join_ns < SLAC.join_unseen_ns
assert (2 * SLAC.toggles + 1) * SLAC.toggle_state_ns <= SLAC.toggle_ns < SLAC.session_ns
assert SLAC.found_db < SLAC.lost_db
assert PLC.attenuation_good_db < PLC.attenuation_fair_db < SLAC.found_db
