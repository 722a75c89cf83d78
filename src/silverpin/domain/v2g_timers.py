"""Every timer between vehicle and charger, once: DIN 70121, ISO 15118-2 and -20.

The standards' texts were not at hand. Values and table numbers are those that published
implementations and conformance notes agree on; where they differ, the comment says what holds here.
A *performance time* bounds our own answer, a *time-out* bounds the other side's.
"""

from dataclasses import Field, dataclass, field, fields
from typing import Any

from silverpin.domain.quantities import NS_PER_MS, NS_PER_S

ALL = "DIN 70121, ISO 15118-2, and ISO 15118-20 tables 215 to 218 (second-hand)"
DIN_ISO2 = "DIN 70121 and ISO 15118-2 (second-hand)"
ISO20 = "ISO 15118-20 tables 215 to 218 (second-hand)"


def _timer(value: int, name: str, source: str, what: str) -> Any:
    return field(default=value, metadata={"name": name, "source": source, "what": what})


@dataclass(frozen=True, slots=True, kw_only=True)
class V2gTimers:
    """Nanoseconds; `V2G_TIMERS` is the one set."""

    # The charger waits for the vehicle
    communication_setup_ns: int = _timer(
        20 * NS_PER_S, "V2G_SECC_CommunicationSetup_Timeout", ALL, "connection to session"
    )
    sequence_ns: int = _timer(
        60 * NS_PER_S, "V2G_SECC_Sequence_Timeout", ALL, "an answer to the next request"
    )
    loop_sequence_ns: int = _timer(
        500 * NS_PER_MS,
        "V2G_SECC_Sequence_Timeout in the charge loop",
        "ISO 15118-20 [V2G20-1500] and [V2G20-1502] (second-hand)",
        "an answer of the charge loop to the next request",
    )

    # What the charger owes the vehicle
    ongoing_performance_ns: int = _timer(
        55 * NS_PER_S, "V2G_SECC_Ongoing_Performance_Time", ALL, "the last answer that says ongoing"
    )
    cable_check_performance_ns: int = _timer(
        38 * NS_PER_S, "V2G_SECC_CableCheck_Performance_Time", ALL, "a cable check, with result"
    )
    hold_performance_ns: int = _timer(
        4500 * NS_PER_MS,
        "V2G_SECC_Msg_Performance_Time of PowerDelivery",
        ALL,
        "an answer that waits for the contactor",
    )
    loop_performance_ns: int = _timer(
        250 * NS_PER_MS,
        "V2G_SECC_Msg_Performance_Time in the charge loop",
        ISO20,
        "an answer of the charge loop",
    )

    # The vehicle waits for the charger
    discovery_ns: int = _timer(
        250 * NS_PER_MS, "SDP response timeout", ALL, "a question of discovery to its answer"
    )
    message_ns: int = _timer(
        2 * NS_PER_S, "V2G_EVCC_Msg_Timeout", ALL, "a request to its answer, unless named below"
    )
    message_long_ns: int = _timer(
        5 * NS_PER_S,
        "V2G_EVCC_Msg_Timeout of services, certificates and PowerDelivery",
        ALL,
        "a request to its answer",
    )
    loop_message_ns: int = _timer(
        500 * NS_PER_MS,
        "V2G_EVCC_Msg_Timeout in the charge loop",
        ISO20,
        "a request of the charge loop to its answer",
    )
    ongoing_ns: int = _timer(
        60 * NS_PER_S, "V2G_EVCC_Ongoing_Timeout", ALL, "first to last answer that says ongoing"
    )
    cable_check_ns: int = _timer(
        40 * NS_PER_S, "V2G_EVCC_CableCheck_Timeout", ALL, "the whole cable check"
    )
    pre_charge_ns: int = _timer(
        10 * NS_PER_S, "V2G_EVCC_PreCharge_Timeout", ISO20, "the whole pre-charge"
    )
    pre_charge_older_ns: int = _timer(
        7 * NS_PER_S, "V2G_EVCC_PreCharge_Timeout", DIN_ISO2, "the whole pre-charge"
    )
    current_demand_ns: int = _timer(
        250 * NS_PER_MS,
        "V2G_EVCC_Msg_Timeout of CurrentDemand",
        DIN_ISO2,
        "a request of the charge loop to its answer",
    )
    current_demand_performance_ns: int = _timer(
        25 * NS_PER_MS,
        "V2G_SECC_Msg_Performance_Time of CurrentDemand",
        DIN_ISO2,
        "an answer of the charge loop",
    )


V2G_TIMERS = V2gTimers()


def timer_fields() -> dict[str, Field[Any]]:
    """Return the rows of the table by their names."""
    return {row.name: row for row in fields(V2gTimers)}
