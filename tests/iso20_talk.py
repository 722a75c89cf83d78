"""An ISO 15118-20 charger's machine spoken to directly, request by request.

`Talk.say` builds a plausible request of that name and gives the reply; `Talk.reach` walks to a
state the shortest way. Fields are given as the schema's dictionaries have them.
"""

from dataclasses import replace
from random import Random
from typing import Any

from silverpin.domain.quantities import NS_PER_MS
from silverpin.protocols.exi import messages
from silverpin.protocols.iso15118.contract20 import Contracts
from silverpin.protocols.iso15118.machine import PausedSession, Reply
from silverpin.protocols.iso15118.machines import Opening
from silverpin.protocols.iso15118.sap import Flavour
from silverpin.protocols.iso15118.services20 import SERVICE_IDS
from silverpin.protocols.iso15118.session20 import Session20
from silverpin.protocols.iso15118.sides import ChargerSide, ControlMode, Insulation, Service
from silverpin.protocols.iso15118.states20 import ALLOWED, State20
from tests.v2g_pair import READY

EVCC = "WMIV1234567890ABCDEX"
ON = replace(READY, insulation=Insulation.SAFE, voltage_on=True, voltage_v=400.0, power_on=True)
"""A charger with everything done that a vehicle may wait for."""


def q(value: float) -> dict[str, int]:
    """A whole number as a RationalNumber."""
    return {"Exponent": 0, "Value": int(value)}


DC_LIMITS = {
    "EVMaximumChargePower": {"Exponent": 3, "Value": 50},
    "EVMinimumChargePower": q(0),
    "EVMaximumChargeCurrent": q(125),
    "EVMaximumVoltage": q(450),
    "EVMinimumVoltage": q(200),
}
DC_BACK = {
    "EVMaximumDischargePower": {"Exponent": 3, "Value": 20},
    "EVMinimumDischargePower": q(0),
    "EVMaximumDischargeCurrent": q(60),
}
AC_LIMITS = {"EVMaximumChargePower": q(11000), "EVMinimumChargePower": q(0)}
AC_BACK = {"EVMaximumDischargePower": q(9000), "EVMinimumDischargePower": q(0)}
ENERGIES = {
    "EVTargetEnergyRequest": q(20000),
    "EVMaximumEnergyRequest": q(30000),
    "EVMinimumEnergyRequest": q(-5000),
}


class Talk:
    """A conversation with one machine."""

    def __init__(
        self,
        service: Service = Service.DC_BPT,
        control: ControlMode = ControlMode.SCHEDULED,
        *,
        side: ChargerSide = ON,
        resume: PausedSession | None = None,
        negative_discharge_limits: bool = False,
        contracts: Contracts | None = None,
    ) -> None:
        self.service = service
        self.control = control
        self.side = side
        self.now_ns = 0
        self.parameter_set = 0
        """The set that is chosen; 0 is the first with the control mode."""
        flavour = Flavour.ISO20_DC if service.direct_current else Flavour.ISO20_AC
        opening = Opening(
            chance=Random(1),
            resume=resume,
            negative_discharge_limits=negative_discharge_limits,
            contracts=contracts,
        )
        self.machine = Session20(flavour, opening)
        self.session_id = resume.session_id if resume else bytes(8)

    def wait(self, milliseconds: float) -> None:
        """Let time pass."""
        self.now_ns += int(milliseconds * NS_PER_MS)

    def change(self, **changes: Any) -> None:
        """Change the charger's side."""
        self.side = replace(self.side, **changes)

    def ask(self, name: str, **fields: Any) -> Reply | None:
        """Say *name*; the reply may be held back."""
        self.now_ns += NS_PER_MS
        request = self.request(name, **fields)
        reply = self.machine.answer(request, self.side, self.now_ns, name)
        if reply:
            data = messages(reply.schema).encode(reply.message, reply.name)
            assert messages(reply.schema).decode(data).message == reply.message
            if name == "SessionSetupReq":
                self.session_id = reply.message.Header.SessionID
        return reply

    def say(self, name: str, **fields: Any) -> Reply:
        """Say *name*, which has to be answered at once."""
        reply = self.ask(name, **fields)
        assert reply is not None, f"the answer to {name} is held back"
        return reply

    def request(self, name: str, **fields: Any) -> Any:
        """Return the request as the machine gets it."""
        schema = {"DC": "iso20-dc", "AC": "iso20-ac"}.get(name[:2], "iso20-common")
        header = {"SessionID": self.session_id.hex().upper(), "TimeStamp": 1}
        content = {"Header": header, **self._content(name), **fields}
        given = {key: value for key, value in content.items() if value is not None}
        return messages(schema).from_json({name: given})

    def _content(self, name: str) -> dict[str, Any]:
        kind = name[:2] if name[2] == "_" else ""
        control = "Scheduled" if self.control is ControlMode.SCHEDULED else "Dynamic"
        number = SERVICE_IDS[self.service]
        volts = {"EVPresentVoltage": q(390), "EVTargetVoltage": q(400)}
        fixed: dict[str, dict[str, Any]] = {
            "SessionSetupReq": {"EVCCID": EVCC},
            "AuthorizationReq": {
                "SelectedAuthorizationService": "EIM",
                "EIM_AReqAuthorizationMode": {},
            },
            "ServiceDetailReq": {"ServiceID": number},
            "ServiceSelectionReq": {
                "SelectedEnergyTransferService": {
                    "ServiceID": number,
                    "ParameterSetID": self.parameter_set
                    or self.side.controls.index(self.control) + 1,
                }
            },
            "ScheduleExchangeReq": {
                "MaximumSupportingPoints": 12,
                f"{control}_SEReqControlMode": {"DepartureTime": 7200, **ENERGIES},
            },
            "DC_PreChargeReq": {"EVProcessing": "Finished", **volts},
            "PowerDeliveryReq": {"EVProcessing": "Finished", "ChargeProgress": "Start"},
            "DC_WeldingDetectionReq": {"EVProcessing": "Finished"},
            "SessionStopReq": {"ChargingSession": "Terminate"},
        }
        if name.endswith("_ChargeParameterDiscoveryReq"):
            return self._parameters(kind)
        return self._loop(kind, control) if name.endswith("LoopReq") else fixed.get(name, {})

    def _parameters(self, kind: str) -> dict[str, Any]:
        both = self.service.bidirectional
        limits = DC_LIMITS | {"EVMinimumChargeCurrent": q(0)} if kind == "DC" else AC_LIMITS
        back = DC_BACK | {"EVMinimumDischargeCurrent": q(0)} if kind == "DC" else AC_BACK
        name = f"{'BPT_' if both else ''}{kind}_CPDReqEnergyTransferMode"
        return {name: limits | (back if both else {})}

    def _loop(self, kind: str, control: str) -> dict[str, Any]:
        both = "BPT_" if self.service.bidirectional else ""
        fields: dict[str, Any] = {"DisplayParameters": {"PresentSOC": 40}}
        if kind == "DC":
            fields["EVPresentVoltage"] = q(398)
        mode = {f"{both}{control}_{kind}_CLReqControlMode": self.mode(kind)}
        return {**fields, "MeterInfoRequested": False, **mode}

    def mode(self, kind: str) -> dict[str, Any]:
        """Return the content of the loop's control mode."""
        dynamic = self.control is ControlMode.DYNAMIC
        both = self.service.bidirectional
        if kind == "DC":
            fields = {**DC_LIMITS, **(DC_BACK if both else {})}
            targets = {"EVTargetCurrent": q(50), "EVTargetVoltage": q(420)}
            return fields | (ENERGIES if dynamic else targets)
        powers = {"EVPresentActivePower": q(7000), "EVPresentReactivePower": q(0)}
        return AC_LIMITS | (AC_BACK if both else {}) | powers | (ENERGIES if dynamic else {})

    def reach(self, state: State20) -> "Talk":
        """Walk to *state* the shortest way."""
        for name, fields in self._way(state):
            if self.machine.state is state:
                return self
            if name not in ALLOWED[self.machine.state]:
                continue
            reply = self.say(name, **fields)
            assert not reply.message.ResponseCode.startswith("FAILED"), reply.why
        assert self.machine.state is state, self.machine.state
        return self

    def _way(self, state: State20) -> list[tuple[str, dict[str, Any]]]:
        kind = "DC" if self.service.direct_current else "AC"
        names = [
            "SessionSetupReq",
            "AuthorizationSetupReq",
            "AuthorizationReq",
            "ServiceDiscoveryReq",
            "ServiceDetailReq",
            "ServiceSelectionReq",
            f"{kind}_ChargeParameterDiscoveryReq",
            "ScheduleExchangeReq",
            *(["DC_CableCheckReq", "DC_PreChargeReq"] if kind == "DC" else []),
            "PowerDeliveryReq",
        ]
        way: list[tuple[str, dict[str, Any]]] = [(name, {}) for name in names]
        if state is State20.NEW_SCHEDULE:
            way.append(("PowerDeliveryReq", {"ChargeProgress": "ScheduleRenegotiation"}))
        if state in (State20.STOPPED, State20.PAUSED, State20.ENDED):
            way.append(("PowerDeliveryReq", {"ChargeProgress": "Stop"}))
        if state is State20.PAUSED:
            way.append(("SessionStopReq", {"ChargingSession": "Pause"}))
        if state is State20.ENDED:
            way.append(("SessionStopReq", {}))
        return way


def amount(rational: Any) -> float:
    """What a RationalNumber says."""
    return float(rational.Value * 10.0**rational.Exponent)


def code(reply: Reply) -> str:
    """The response code."""
    found: str = reply.message.ResponseCode
    return found
