"""A vehicle of DIN 70121 or ISO 15118-2 that says what a test wants, to a charger that obeys."""

import random
from dataclasses import fields, replace
from typing import Any

from silverpin.domain.quantities import NS_PER_MS
from silverpin.protocols.exi import messages
from silverpin.protocols.exi.least import least
from silverpin.protocols.iso15118.contract20 import Contracts, Judgement, Signed
from silverpin.protocols.iso15118.dialects2 import DIALECTS
from silverpin.protocols.iso15118.machine import PausedSession, Reply
from silverpin.protocols.iso15118.session2 import Session2
from silverpin.protocols.iso15118.session2_order import Wait
from silverpin.protocols.iso15118.sides import ChargerSide, Insulation, Service, Stage

EVCC = bytes.fromhex("007DFA06AB91")
TICK_NS = 20 * NS_PER_MS
PATIENCE_TICKS = 400

READY = ChargerSide(
    evse_id="DE*SLV*E1",
    services=(Service.DC_BPT, Service.DC),
    voltage_max_v=500.0,
    charge_max_a=200.0,
    discharge_max_a=150.0,
    charge_max_w=50_000.0,
    discharge_max_w=30_000.0,
    insulation=Insulation.SAFE,
)
READY_AC = replace(READY, services=(Service.AC_BPT, Service.AC), charge_max_a=32.0)

OPENING = {
    "din": (
        "SessionSetupReq",
        "ServiceDiscoveryReq",
        "ServicePaymentSelectionReq",
        "ContractAuthenticationReq",
        "ChargeParameterDiscoveryReq",
    ),
    "iso2": (
        "SessionSetupReq",
        "ServiceDiscoveryReq",
        "PaymentServiceSelectionReq",
        "AuthorizationReq",
        "ChargeParameterDiscoveryReq",
    ),
}
TO_POWER = ("CableCheckReq", "PreChargeReq", "PowerDeliveryReq")


def request_names(protocol: str) -> list[str]:
    """Every request that the schema has."""
    names = (row.name for row in fields(messages(protocol).BodyType))
    return [name for name in names if name.endswith("Req")]


class AnyContract:
    """Takes every contract for one of that name."""

    def judge(self, signed: Signed, unix_s: float) -> Judgement:
        """Say that it is good."""
        return Judgement("DEABC123456789Y")


class OlderTalk:
    """One session; each request goes through the codec, and each answer back through it."""

    def __init__(
        self,
        protocol: str,
        side: ChargerSide = READY,
        *,
        resume: PausedSession | None = None,
        seed: int = 1,
        contracts: Contracts | None = None,
    ) -> None:
        self.protocol = protocol
        self.schema = messages(protocol)
        self.machine = Session2(DIALECTS[protocol], random.Random(seed), resume, contracts)
        self.pays = "ExternalPayment" if contracts is None else "Contract"
        self.side = side
        self.now_ns = 0
        self.session_id = bytes(8)
        self.obeys = True
        """Whether voltage, contactor and power follow what the vehicle asks for."""
        self.last: Reply | None = None

    @property
    def stage(self) -> Stage:
        """How far the session has come."""
        return self.machine.told.stage

    def change(self, **changes: Any) -> None:
        """Change the charger's side."""
        self.side = replace(self.side, **changes)

    def amount(self, value: float, unit: str) -> Any:
        """Return a physical value in tenths."""
        return self.schema.PhysicalValueType(Multiplier=-1, Unit=unit, Value=round(value * 10))

    def status(self, **changes: Any) -> Any:
        """Return the status that a vehicle sends with every DC request."""
        usual = {"EVReady": True, "EVErrorCode": "NO_ERROR", "EVRESSSOC": 76}
        return self.schema.DC_EVStatusType(**usual | changes)

    def content(self, name: str, **changes: Any) -> Any:
        """Return what a vehicle without quirks says in the request *name*."""
        type_ = "SessionStopType" if (self.protocol, name) == ("din", "SessionStopReq") else None
        made = getattr(self.schema, type_ or name + "Type")
        return made(**self._usual(name) | changes)

    def ask(self, name: str, **changes: Any) -> Any:
        """Ask, wait while the answer is held back, and return the content of the answer."""
        return self.tell(name, self.content(name, **changes))

    def tell(self, name: str, content: Any, session_id: bytes | None = None) -> Any:
        """Send *content* as the body's element *name*."""
        asked = self.session_id if session_id is None else session_id
        message = self.schema.V2G_Message(
            Header=self.schema.MessageHeaderType(SessionID=asked),
            Body=self.schema.BodyType(**{name: content}),
        )
        request = self.schema.decode(self.schema.encode(message)).message
        for _ in range(PATIENCE_TICKS):
            reply = self.machine.answer(request, self.side, self.now_ns, "V2G_Message")
            self.now_ns += TICK_NS
            self._obey()
            if reply is not None:
                return self._heard(reply)
        raise AssertionError(f"{name} was never answered")

    def reach(self, *names: str) -> Any:
        """Ask one thing after another, all of which have to be agreed to."""
        answer = None
        for name in names:
            answer = self.ask(name)
            assert answer.ResponseCode.startswith("OK"), (name, answer, self.last)
        return answer

    def open(self) -> Any:
        """Come as far as the charge parameters; returns their answer."""
        return self.reach(*OPENING[self.protocol])

    def power(self) -> Any:
        """Come into the loop of DC, or of AC where the charger has no DC."""
        self.open()
        dc = any(service.direct_current for service in self.side.services)
        return self.reach(*(TO_POWER if dc else TO_POWER[-1:]))

    def _heard(self, reply: Reply) -> Any:
        assert reply.schema == self.protocol
        self.last = reply
        message = self.schema.decode(self.schema.encode(reply.message)).message
        self.session_id = message.Header.SessionID
        contents = (getattr(message.Body, row.name) for row in fields(message.Body))
        (content,) = (content for content in contents if content is not None)
        return content

    def _obey(self) -> None:
        if not self.obeys:
            return
        told = self.machine.told
        with_power = told.stage in (Stage.STARTING, Stage.POWER)
        live = with_power or told.stage is Stage.PRE_CHARGE
        self.side = replace(
            self.side,
            voltage_v=(told.target_v or 0.0) if live else 0.0,
            current_a=(told.target_a or 0.0) if told.stage is Stage.POWER else 0.0,
            voltage_on=live,
            power_on=with_power,
            contactor_open=not with_power,
        )

    def _usual(self, name: str) -> dict[str, Any]:
        made = getattr(self, "_" + name.removesuffix("Req").lower(), None)
        if made is not None:
            usual: dict[str, Any] = made()
            return usual
        if name in ("CableCheckReq", "WeldingDetectionReq"):
            return {"DC_EVStatus": self.status()}
        type_ = name if name == "SessionStopReq" and self.protocol == "din" else name + "Type"
        if name == "SessionStopReq":
            return {} if self.protocol == "din" else {"ChargingSession": "Terminate"}
        lowest = least(self.protocol, type_)
        return {row.name: getattr(lowest, row.name) for row in fields(lowest)}

    def _sessionsetup(self) -> dict[str, Any]:
        return {"EVCCID": EVCC}

    def _selection(self) -> dict[str, Any]:
        charging = self.schema.SelectedServiceType(ServiceID=1)
        chosen = self.schema.SelectedServiceListType(SelectedService=(charging,))
        return {"SelectedPaymentOption": self.pays, "SelectedServiceList": chosen}

    _paymentserviceselection = _servicepaymentselection = _selection

    def _servicedetail(self) -> dict[str, Any]:
        return {"ServiceID": 1}

    def _chargeparameterdiscovery(self) -> dict[str, Any]:
        dc = any(service.direct_current for service in self.side.services)
        mode = "DC_extended" if dc else "AC_three_phase_core"
        names = {"din": "EVRequestedEnergyTransferType", "iso2": "RequestedEnergyTransferMode"}
        own = self._dc_parameters() if dc else self._ac_parameters()
        return {names[self.protocol]: mode, **own}

    def _dc_parameters(self) -> dict[str, Any]:
        parameters = self.schema.DC_EVChargeParameterType(
            DC_EVStatus=self.status(EVReady=False),
            EVMaximumCurrentLimit=self.amount(350.0, "A"),
            EVMaximumVoltageLimit=self.amount(413.0, "V"),
            EVEnergyRequest=self.amount(500.0, "Wh"),
        )
        return {"DC_EVChargeParameter": parameters}

    def _ac_parameters(self) -> dict[str, Any]:
        parameters = self.schema.AC_EVChargeParameterType(
            DepartureTime=7200,
            EAmount=self.amount(2400.0, "Wh"),
            EVMaxVoltage=self.amount(230.0, "V"),
            EVMaxCurrent=self.amount(32.0, "A"),
            EVMinCurrent=self.amount(6.0, "A"),
        )
        return {"AC_EVChargeParameter": parameters}

    def _precharge(self) -> dict[str, Any]:
        wanted = {"EVTargetVoltage": self.amount(378.5, "V")}
        return {"DC_EVStatus": self.status(), "EVTargetCurrent": self.amount(2.0, "A"), **wanted}

    def _powerdelivery(self) -> dict[str, Any]:
        loops = (Wait.CURRENT_DEMAND, Wait.CHARGING_STATUS)
        begins = self.machine.wait not in loops
        if self.protocol == "din":
            return {"ReadyToChargeState": begins}
        return {"ChargeProgress": "Start" if begins else "Stop", "SAScheduleTupleID": 1}

    def _currentdemand(self) -> dict[str, Any]:
        return {
            "DC_EVStatus": self.status(),
            "EVTargetCurrent": self.amount(120.0, "A"),
            "EVTargetVoltage": self.amount(413.0, "V"),
            "ChargingComplete": False,
        }
