"""Recorded vehicles of DIN 70121 and ISO 15118-2 at our charger, and where its answers differ.

Before each request the charger is put where the recorded one was, as far as its answer tells:
limits, readings, insulation, wishes. What then still differs is a matter of the protocol.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from silverpin.domain.quantities import NS_PER_MS
from silverpin.protocols.iso15118.endpoint import ChargerEndpoint
from silverpin.protocols.iso15118.machine import Ending, PausedSession
from silverpin.protocols.iso15118.sides import (
    ChargerSide,
    Consent,
    Insulation,
    Service,
    Stage,
    Wanted,
)
from tests.recorded_sessions import Exchange, Replayed, captured_sessions, content, replay

OLDER = ("din", "iso2")
TICK_NS = 20 * NS_PER_MS
TICKS_MAX = 300
ISOLATION = {
    "Invalid": Insulation.TESTING,
    "No_IMD": Insulation.UNTESTED,
    "Valid": Insulation.SAFE,
    "Warning": Insulation.WARNING,
    "Fault": Insulation.FAULT,
}
LIMITS = {
    "EVSEMaximumCurrentLimit": "charge_max_a",
    "EVSEMaximumPowerLimit": "charge_max_w",
    "EVSEMaximumVoltageLimit": "voltage_max_v",
    "EVSEMinimumVoltageLimit": "voltage_min_v",
    "EVSEPresentVoltage": "voltage_v",
    "EVSEPresentCurrent": "current_a",
    "EVSENominalVoltage": "nominal_v",
    "EVSEMaxCurrent": "charge_max_a",
}
"""Physical values of an answer, and where they stand in the charger's side."""


class Visit(NamedTuple):
    """One recorded session, replayed."""

    capture: str
    protocol: str
    recorded: list[Exchange]
    replayed: list[Replayed]
    ending: Ending | None
    doubts: tuple[str, ...]

    @property
    def car(self) -> str:
        """The vehicle, as the capture's name has it."""
        maker, _, rest = self.capture.partition("__")
        if not rest:
            return "dSPACE test system"
        return f"{maker} {rest.split('__')[0]}".replace("_", " ").strip()


class ImitatingCharger:
    """Our end of a connection, which follows what a recorded charger said of itself."""

    def __init__(self, offered: tuple[str, ...], resume: PausedSession | None) -> None:
        self.now_ns = 0
        self.side = ChargerSide()
        self.end = ChargerEndpoint(offered=offered, chance=Random(1), now_ns=0, resume=resume)

    def ask(self, octets: bytes) -> bytes:
        """Return the answer, waiting while it is held back."""
        sent = self.end.receive(octets, self.side, self.now_ns).send
        for _ in range(TICKS_MAX):
            if sent or self.end.ending:
                return sent
            self._obey()
            self.now_ns += TICK_NS
            sent = self.end.tick(self.side, self.now_ns).send
        raise AssertionError("the charger never answered")

    def following(self, exchanges: Iterable[Exchange]) -> Iterator[Exchange]:
        """Yield *exchanges*; before each the charger is where the recorded one was."""
        for exchange in exchanges:
            if exchange.answered is not None:
                self._imitate(exchange.name, content(exchange.answered))
            self._obey()
            yield exchange

    def _imitate(self, name: str, told: dict[str, Any]) -> None:
        said = {**told, **told.get("DC_EVSEChargeParameter", {}), **told.get(
            "AC_EVSEChargeParameter", {})}  # fmt: skip
        changes: dict[str, Any] = {
            field: said[key]["Value"] * 10.0 ** said[key]["Multiplier"]
            for key, field in LIMITS.items()
            if key in said
        }
        status = said.get("DC_EVSEStatus") or said.get("AC_EVSEStatus") or {}
        if "EVSEIsolationStatus" in status:
            changes["insulation"] = ISOLATION[status["EVSEIsolationStatus"]]
        if name == "CableCheckReq":
            finished = said["EVSEProcessing"] == "Finished"
            changes["insulation"] = Insulation.SAFE if finished else Insulation.TESTING
        stops = status.get("EVSENotification") == "StopCharging"
        changes["wanted"] = Wanted.STOP if stops else Wanted.GO_ON
        if name in ("AuthorizationReq", "ContractAuthenticationReq"):
            done = said["EVSEProcessing"] == "Finished"
            changes["consent"] = Consent.GRANTED if done else Consent.PENDING
        changes |= self._identity(said)
        self.side = replace(self.side, **changes)

    def _identity(self, said: dict[str, Any]) -> dict[str, Any]:
        changes: dict[str, Any] = {}
        if "EVSEID" in said:
            changes["evse_id"] = _text(said["EVSEID"])
            changes["unix_s"] = float(said.get("EVSETimeStamp", said.get("DateTimeNow", 0)))
        if "ChargeService" in said:
            changes |= _services(said["ChargeService"])
        if "EVSEPresentCurrent" in said or "EVSEMaxCurrent" in said:
            meter = said.get("MeterInfo")
            changes["energy_wh"] = float(meter["MeterReading"]) if meter else None
        for row in said.get("SAScheduleList", {}).get("SAScheduleTuple", ()):
            powers = [entry["PMax"] for entry in row["PMaxSchedule"]["PMaxScheduleEntry"]]
            if isinstance(powers[0], dict):
                changes["charge_max_w"] = max(p["Value"] * 10.0 ** p["Multiplier"] for p in powers)
        return changes

    def _obey(self) -> None:
        stage = self.end.told.stage
        with_power = stage in (Stage.STARTING, Stage.POWER)
        self.side = replace(
            self.side,
            voltage_on=with_power or stage is Stage.PRE_CHARGE,
            power_on=with_power,
            contactor_open=not with_power,
        )


def _text(evse_id: str) -> str:
    """Return an ID as text: DIN 70121 has it in hexadecimal digits."""
    hexadecimal = len(evse_id) % 2 == 0 and set(evse_id) <= set("0123456789ABCDEF")
    return bytes.fromhex(evse_id).decode("ascii", "replace") if hexadecimal else evse_id


def _services(offered: dict[str, Any]) -> dict[str, Any]:
    modes = offered.get("SupportedEnergyTransferMode", {}).get("EnergyTransferMode")
    modes = modes or [offered["EnergyTransferType"]]
    dc = (Service.DC,) if "DC_extended" in modes else ()
    ac = (Service.AC,) if any(mode.startswith("AC_") for mode in modes) else ()
    return {"services": dc + ac, "phases": 3 if "AC_three_phase_core" in modes else 1}


def visits(data: Path) -> Iterator[Visit]:
    """Replay every session of the captures whose vehicle spoke an older protocol, or tried to."""
    for path in sorted((data / "v2g_captures").glob("*/*.gz")):
        if path.name.endswith(".csv.gz"):
            continue
        resume: PausedSession | None = None
        for exchanges in captured_sessions(path).values():
            spoken = {e.protocol for e in exchanges if e.protocol != "sap"}
            if spoken <= set(OLDER):
                visit, resume = _visit(path.name, exchanges, resume)
                yield visit


def _visit(
    capture: str, exchanges: list[Exchange], resume: PausedSession | None
) -> tuple[Visit, PausedSession | None]:
    spoken = next((e.protocol for e in exchanges if e.protocol in OLDER), None)
    charger = ImitatingCharger((spoken,) if spoken else OLDER, resume)
    session = resume.session_id.hex().upper() if resume else "0" * 16
    replayed = list(replay(charger.following(exchanges), charger, session))
    end = charger.end
    protocol = spoken or end.told.protocol or "sap"
    visit = Visit(capture, protocol, exchanges, replayed, end.ending, end.told.doubts)
    return visit, end.paused()


class Difference(NamedTuple):
    """A field of an answer that the recorded charger filled otherwise."""

    protocol: str
    message: str
    field: str
    theirs: str
    ours: str


def differences(visit: Visit) -> Iterator[Difference]:
    """Yield what differs in each answer of a visit."""
    for row in visit.replayed:
        if row.recorded.answered is not None:
            theirs, ours = dict(_leaves(content(row.recorded.answered))), dict(
                _leaves(content(row.answered)))  # fmt: skip
            for field in sorted({*theirs, *ours}):
                was, now = theirs.get(field, "absent"), ours.get(field, "absent")
                if was != now:
                    plain = re.sub(r"\.\d+", "", field)
                    yield Difference(row.recorded.protocol, row.name, plain, was, now)


def _leaves(said: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield every value by its path; a physical value is one, in its unit."""
    if isinstance(said, dict) and "Multiplier" in said:
        yield path, f"{said['Value'] * 10.0 ** said['Multiplier']:g} {said.get('Unit', '')}".strip()
    elif isinstance(said, dict):
        for key, value in said.items():
            yield from _leaves(value, f"{path}.{key}" if path else key)
    elif isinstance(said, list):
        for number, value in enumerate(said):
            yield from _leaves(value, f"{path}.{number}")
    else:
        yield path, str(said)
