"""Recorded sessions of ISO 15118-20 at our charger: what differs from the charger of then, and why.

No recording of a production car that speaks -20 is public: these are of test equipment and of the
package `iso15118`, on both sides. A difference is a field that only one of both answers has, or a
word that differs; numbers are the charger's own and are not compared.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from silverpin.protocols.iso15118.machine import Ending
from tests.bench_charger import BenchCharger
from tests.recorded_sessions import Exchange, Replayed, captured_sessions, paired_session, replay
from tests.replayed import OurCharger


class Difference(NamedTuple):
    """A field, or a field with its word, that only one of both answers has."""

    message: str
    where: str
    """Path inside the message."""


class Argued(NamedTuple):
    """A difference that is meant to be; what lies deeper than `where` belongs to it."""

    message: str
    where: str
    why: str

    def covers(self, found: Difference) -> bool:
        """Whether this row is about *found*."""
        return found.message == self.message and self.where in found.where

    @property
    def line(self) -> str:
        """The row as the documentation has it."""
        return f"| `{self.message}` | `{self.where}` | {self.why} |"


_CONTRACT = "we offer external identification alone, and the vehicle takes that"
_OPTIONAL = "optional, and nothing that is configured here says it"
_AT_LIMIT = "what is at its limit is read from our bench, not from theirs"
ARGUED = (
    Argued("SessionSetupRes", "EVSEID", "every charger has its own"),
    Argued("AuthorizationSetupRes", "AuthorizationServices", _CONTRACT),
    Argued("AuthorizationSetupRes", "ASResAuthorizationMode", _CONTRACT),
    Argued("AuthorizationSetupRes", "CertificateInstallationService", _CONTRACT),
    Argued(
        "ServiceDiscoveryRes",
        "ServiceRenegotiationSupported",
        "we can go back to the choice of a service, the package cannot",
    ),
    Argued(
        "ServiceDetailRes",
        "ParameterSet/Parameter/Name",
        "BPTChannel, GeneratorMode and the islanding detection of AC belong into the sets of both "
        "directions and the package leaves them out; the nominal voltage is of AC alone and the "
        "package tells it for DC",
    ),
    Argued("AC_ChargeParameterDiscoveryRes", "MaximumPowerAsymmetry", _OPTIONAL),
    Argued("AC_ChargeParameterDiscoveryRes", "EVSEPowerRampLimitation", _OPTIONAL),
    Argued("DC_ChargeParameterDiscoveryRes", "EVSEPowerRampLimitation", _OPTIONAL),
    Argued(
        "ScheduleExchangeRes",
        "PriceSchedule",
        "we have no tariff to tell, and our parameter set says so",
    ),
    Argued(
        "ScheduleExchangeRes",
        "PriceLevelSchedule",
        "one level that says nothing of money, for vehicles that break off without any",
    ),
    Argued("ScheduleExchangeRes", "PowerSchedule/AvailableEnergy", _OPTIONAL),
    Argued("ScheduleExchangeRes", "PowerSchedule/PowerTolerance", _OPTIONAL),
    Argued(
        "ScheduleExchangeRes",
        "DischargingSchedule/PowerSchedule",
        "the package tells it for services that do not discharge as well",
    ),
    Argued(
        "AC_ChargeLoopRes",
        "EVSETargetActivePower",
        "the set-point goes out with every answer; dSPACE leaves it to the schedule",
    ),
    Argued("AC_ChargeLoopRes", "EVSETargetReactivePower", "reactive power is not controlled"),
    Argued("DC_ChargeLoopRes", "EVSECurrentLimitAchieved", _AT_LIMIT),
    Argued("DC_ChargeLoopRes", "EVSEPowerLimitAchieved", _AT_LIMIT),
    Argued("DC_ChargeLoopRes", "EVSEVoltageLimitAchieved", _AT_LIMIT),
)


class Visit(NamedTuple):
    """One recorded session, replayed."""

    name: str
    recorded: list[Exchange]
    replayed: list[Replayed]
    ending: Ending | None


def visits(data: Path) -> Iterator[Visit]:
    """Replay every recorded session of ISO 15118-20."""
    folder = data / "v2g_captures"
    for path in sorted((folder / "dsv2gshark").glob("ISO-20*.gz")):
        for name, session in captured_sessions(path).items():
            yield _visit(f"{path.name.partition('.')[0]} {name}", session)
    for path in sorted((folder / "exi_pairs").glob("*15118_20_*secc*")):
        yield _visit(path.name.partition(".")[0], paired_session(path))


def _visit(name: str, session: list[Exchange]) -> Visit:
    checks = sum(exchange.name == "DC_CableCheckReq" for exchange in session)
    charger = OurCharger(BenchCharger(insulation_turns=checks), "iso20")
    return Visit(name, session, list(replay(session, charger)), charger.ending)


def differences(visit: Visit) -> set[Difference]:
    """Return what only one of both answers has, over a whole session."""
    return {
        Difference(each.name, "/".join(path))
        for each in visit.replayed
        if each.recorded.answered is not None
        for path, _ in set(_facts(each.answered)) ^ set(_facts(each.recorded.answered))
        if path[-1] != "SessionID"
    }


def _facts(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Give every field by its path, and its value where that is a word."""
    if isinstance(value, list):
        for item in value:
            yield from _facts(item, path)
    elif isinstance(value, dict) and value and set(value) != {"Exponent", "Value"}:
        for name, item in value.items():
            yield from _facts(item, (*path, name))
    else:
        yield path, value if isinstance(value, str | bool) else None
