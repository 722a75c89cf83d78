"""Why our charger answers a recorded vehicle otherwise than the recorded charger did."""

from typing import NamedTuple


class Argument(NamedTuple):
    """Covers the differences of one answer whose field begins so."""

    message: str
    field: str
    why: str


ARGUMENTS = (
    Argument(
        "supportedAppProtocolRes",
        "",
        "The recorded charger was set to ISO 15118-2 alone, and the vehicle spoke DIN 70121. Ours "
        "is offered both here, and agrees.",
    ),
    Argument(
        "SessionSetupRes",
        "EVSEID",
        "Octets in DIN 70121, which that charger did not fill with text. Ours is its ID in ASCII.",
    ),
    Argument(
        "ServiceDiscoveryRes",
        "PaymentOptionList",
        "A contract is offered where somebody judges contracts, which nobody does here.",
    ),
    Argument(
        "ServiceDiscoveryRes",
        "ServiceList",
        "Nothing but charging is offered: no certificates, no services of a maker's own.",
    ),
    Argument("ServiceDiscoveryRes", "ChargeService.ServiceName", "Optional, and free text."),
    Argument(
        "ServiceDiscoveryRes",
        "ChargeService.SupportedEnergyTransferMode",
        "A charger with three phases serves a vehicle with one.",
    ),
    Argument(
        "ServiceDetailRes",
        "",
        "The vehicle asks for details of a service that the recorded charger offered and ours does "
        "not. FAILED_ServiceIDInvalid is the code for it; the field then names charging.",
    ),
    Argument(
        "PaymentServiceSelectionRes",
        "",
        "The vehicle takes what the recorded charger offered: a contract, where ours offers "
        "external payment, or the other way round.",
    ),
    Argument(
        "ChargeParameterDiscoveryRes",
        "SAScheduleList",
        "Ours tells one schedule of one day with one power, and no price: the lesser of "
        "what the charger gives and what its limits of current leave. Recorded chargers told test "
        "schedules, 200 W beside a limit of 10 kW, or more than their own limit.",
    ),
    Argument(
        "ChargeParameterDiscoveryRes",
        "DC_EVSEChargeParameter.DC_EVSEStatus.EVSEIsolationStatus",
        "No_IMD says that nothing watches the insulation. Ours does, and has no result yet.",
    ),
    Argument(
        "ChargeParameterDiscoveryRes",
        "DC_EVSEChargeParameter.EVSEMaximumPowerLimit",
        "The recorded charger's schedule allowed more than its limit; one figure stands for both "
        "in ours.",
    ),
    Argument(
        "ChargeParameterDiscoveryRes",
        "DC_EVSEChargeParameter.EVSECurrentRegulationTolerance",
        "Optional. No converter of ours has told a figure.",
    ),
    Argument(
        "ChargeParameterDiscoveryRes",
        "DC_EVSEChargeParameter.EVSEEnergyToBeDelivered",
        "Optional, and nobody knows it at this point.",
    ),
    Argument(
        "ChargeParameterDiscoveryRes",
        "DC_EVSEChargeParameter.EVSEPeakCurrentRipple",
        "Required. Ours says 1 A for want of a figure; nought would promise what nothing keeps.",
    ),
    Argument(
        "ChargeParameterDiscoveryRes",
        "DC_EVSEChargeParameter.EVSEMinimumCurrentLimit",
        "Ours can give any small current, and nought.",
    ),
    Argument(
        "CableCheckRes",
        "DC_EVSEStatus.EVSEIsolationStatus",
        "Ours says Valid once the test has ended well and not while it runs. Vehicles take the "
        "result from the last answer.",
    ),
    Argument(
        "CableCheckRes",
        "DC_EVSEStatus.EVSEStatusCode",
        "EVSE_IsolationMonitoringActive is the word for a test under way. The Kona, the Model Y, "
        "the id.3 and the id.4 were told so and went on.",
    ),
    Argument(
        "PowerDeliveryRes",
        "DC_EVSEStatus.EVSEStatusCode",
        "After the end of power ours is not ready; recorded chargers said so from welding "
        "detection on.",
    ),
    Argument(
        "PowerDeliveryRes",
        "DC_EVSEStatus.EVSEIsolationStatus",
        "No_IMD again: the recorded charger watched nothing in pre-charge.",
    ),
    Argument(
        "CurrentDemandRes",
        "EVSECurrentLimitAchieved",
        "True in ours while the vehicle wants our limit or more. Recorded chargers at their limit "
        "said False in DIN 70121, and True in ISO 15118-2.",
    ),
    Argument(
        "CurrentDemandRes",
        "EVSEPowerLimitAchieved",
        "True in ours while wanted current times voltage at the pins reaches the limit. Recorded "
        "chargers said True below it in ISO 15118-2, and False at it in DIN 70121.",
    ),
    Argument(
        "CurrentDemandRes",
        "EVSEMaximum",
        "Optional, always told by ours: a limit reaches the vehicle with the next answer. Rounded "
        "down to a tenth of an ampere.",
    ),
    Argument("CurrentDemandRes", "ReceiptRequired", "Optional; without it no receipt is wanted."),
    Argument("CurrentDemandRes", "EVSEPresentCurrent", "Told in tenths of an ampere."),
    Argument(
        "CurrentDemandRes", "MeterInfo", "Named as the charger is; time and state are optional."
    ),
    Argument(
        "ChargingStatusRes", "MeterInfo", "Named as the charger is; time and state are optional."
    ),
    Argument(
        "WeldingDetectionRes",
        "DC_EVSEStatus.EVSEStatusCode",
        "Power has ended: not ready. Most recorded chargers say the same.",
    ),
    Argument("WeldingDetectionRes", "EVSEPresentVoltage", "Told in tenths of a volt."),
    Argument(
        "SessionStopRes",
        "ResponseCode",
        "A vehicle that leaves is let go (decision 23): three left between the start of power and "
        "the first turn of the loop, one paused. Recorded chargers answered FAILED_SequenceError "
        "and FAILED, which ends the session just as well and leaves the vehicle with an error.",
    ),
)


def argument(message: str, field: str) -> Argument | None:
    """Return what argues for a difference, None where nothing does."""
    fitting = (row for row in ARGUMENTS if row.message == message and field.startswith(row.field))
    return next(fitting, None)
