"""The two dialects: ISO 15118-2, and DIN 70121 from which it came."""

from collections.abc import Mapping

from silverpin.protocols.iso15118 import answers2, answers_din
from silverpin.protocols.iso15118.conversation2 import Dialect
from silverpin.protocols.iso15118.session2_order import DIN as DIN_ORDER
from silverpin.protocols.iso15118.session2_order import ISO2 as ISO2_ORDER

ISO2 = Dialect(
    schema="iso2",
    order=ISO2_ORDER,
    writers=answers2.WRITERS,
    awaiting_driver="Ongoing_WaitingForCustomerInteraction",
    wrong_mode="FAILED_WrongEnergyTransferMode",
    no_charge_service="FAILED_NoChargeServiceSelected",
    voltage_low="FAILED_PowerDeliveryNotApplied",
    contactor_fails="FAILED_ContactorError",
)

DIN = Dialect(
    schema="din",
    order=DIN_ORDER,
    writers=answers_din.WRITERS,
    awaiting_driver="Ongoing",
    wrong_mode="FAILED_WrongEnergyTransferType",
    no_charge_service="FAILED_ServiceSelectionInvalid",
    voltage_low="FAILED_EVSEPresentVoltageToLow",
    contactor_fails="FAILED_PowerDeliveryNotApplied",
)

DIALECTS: Mapping[str, Dialect] = {"iso2": ISO2, "din": DIN}
"""By their schemas."""
