"""The shortest answer to each request that can carry a response code, for refusals.

A refusal has the type of the answer that was asked for, so every mandatory field needs something:
zeros, and no figures of the charger.
"""

from collections.abc import Callable
from dataclasses import MISSING
from typing import Any

from silverpin.protocols.exi import messages

COMMON, AC, DC = "iso20-common", "iso20-ac", "iso20-dc"


def refusal(request: str, code: str, header: Callable[[str], Any]) -> tuple[str, Any]:
    """Return schema and message of the answer to *request* with *code*.

    A request that no charger of ours knows is answered as if the vehicle had asked to stop.
    """
    schema, fields = _FIELDS.get(request, (COMMON, None))
    if fields is None:
        request, fields = "SessionStopReq", _nothing
    m = messages(schema)
    made = getattr(m, request.removesuffix("Req") + "ResType")
    return schema, made(Header=header(schema), ResponseCode=code, **fields(m))


def _nothing(m: Any) -> dict[str, Any]:
    return {}


def _finished(m: Any) -> dict[str, Any]:
    return {"EVSEProcessing": "Finished"}


def _zeros(m: Any, type_: str) -> Any:
    """A value of *type_* in which every quantity that must be there is zero."""
    zero = m.RationalNumberType(Exponent=0, Value=0)
    made = getattr(m, type_)
    needed = [f.name for f in made.__dataclass_fields__.values() if _must(f)]
    return made(**dict.fromkeys(needed, zero))


def _must(field: Any) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _voltage(m: Any) -> dict[str, Any]:
    return {"EVSEPresentVoltage": m.RationalNumberType(Exponent=0, Value=0)}


def _dc_loop(m: Any) -> dict[str, Any]:
    zero = m.RationalNumberType(Exponent=0, Value=0)
    return {
        "EVSEPresentCurrent": zero,
        "EVSEPresentVoltage": zero,
        "EVSEPowerLimitAchieved": False,
        "EVSECurrentLimitAchieved": False,
        "EVSEVoltageLimitAchieved": False,
        "Scheduled_DC_CLResControlMode": m.Scheduled_DC_CLResControlModeType(),
    }


def _ac_loop(m: Any) -> dict[str, Any]:
    return {"Scheduled_AC_CLResControlMode": m.Scheduled_AC_CLResControlModeType()}


def _services(m: Any) -> dict[str, Any]:
    none = m.ServiceListType(Service=(m.ServiceType(ServiceID=0, FreeService=False),))
    return {"ServiceRenegotiationSupported": False, "EnergyTransferServiceList": none}


def _details(m: Any) -> dict[str, Any]:
    parameter = m.ParameterType(Name="ControlMode", intValue=0)
    empty = m.ParameterSetType(ParameterSetID=0, Parameter=(parameter,))
    return {
        "ServiceID": 0,
        "ServiceParameterList": m.ServiceParameterListType(ParameterSet=(empty,)),
    }


def _authorizations(m: Any) -> dict[str, Any]:
    return {
        "AuthorizationServices": ("EIM",),
        "CertificateInstallationService": False,
        "EIM_ASResAuthorizationMode": m.EIM_ASResAuthorizationModeType(),
    }


def _certificates(m: Any) -> dict[str, Any]:
    below = m.SubCertificatesType(Certificate=(b"\0",))
    contract = m.ContractCertificateChainType(Certificate=b"\0", SubCertificates=below)
    return {
        "EVSEProcessing": "Finished",
        "CPSCertificateChain": m.CertificateChainType(Certificate=b"\0"),
        "SignedInstallationData": m.SignedInstallationDataType(
            Id="none",
            ContractCertificateChain=contract,
            ECDHCurve="SECP521",
            DHPublicKey=bytes(133),
            SECP521_EncryptedPrivateKey=bytes(94),
        ),
        "RemainingContractCertificateChains": 0,
    }


def _schedule(m: Any) -> dict[str, Any]:
    dynamic = m.Dynamic_SEResControlModeType()
    return {"EVSEProcessing": "Finished", "Dynamic_SEResControlMode": dynamic}


_FIELDS: dict[str, tuple[str, Callable[[Any], dict[str, Any]]]] = {
    "SessionSetupReq": (COMMON, lambda m: {"EVSEID": "ZZ00000"}),
    "AuthorizationSetupReq": (COMMON, _authorizations),
    "AuthorizationReq": (COMMON, _finished),
    "CertificateInstallationReq": (COMMON, _certificates),
    "ServiceDiscoveryReq": (COMMON, _services),
    "ServiceDetailReq": (COMMON, _details),
    "ServiceSelectionReq": (COMMON, _nothing),
    "ScheduleExchangeReq": (COMMON, _schedule),
    "PowerDeliveryReq": (COMMON, _nothing),
    "MeteringConfirmationReq": (COMMON, _nothing),
    "SessionStopReq": (COMMON, _nothing),
    "VehicleCheckInReq": (COMMON, _nothing),
    "VehicleCheckOutReq": (COMMON, lambda m: {"EVSECheckOutStatus": "Completed"}),
    "DC_ChargeParameterDiscoveryReq": (
        DC,
        lambda m: {"DC_CPDResEnergyTransferMode": _zeros(m, "DC_CPDResEnergyTransferModeType")},
    ),
    "DC_CableCheckReq": (DC, _finished),
    "DC_PreChargeReq": (DC, _voltage),
    "DC_ChargeLoopReq": (DC, _dc_loop),
    "DC_WeldingDetectionReq": (DC, _voltage),
    "AC_ChargeParameterDiscoveryReq": (
        AC,
        lambda m: {"AC_CPDResEnergyTransferMode": _zeros(m, "AC_CPDResEnergyTransferModeType")},
    ),
    "AC_ChargeLoopReq": (AC, _ac_loop),
}
