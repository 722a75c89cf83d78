"""The least content of every type of the older protocols can be sent."""

from dataclasses import fields

import pytest

from silverpin.protocols.exi import ExiError, messages
from silverpin.protocols.exi.least import least


@pytest.mark.parametrize("protocol", ["din", "iso2"])
def test_every_message_of_the_older_protocols_has_a_least_content(protocol: str) -> None:
    schema = messages(protocol)
    for row in fields(schema.BodyType):
        if row.name == "BodyElement":
            continue
        content = least(protocol, str(row.type).split(" ")[0])
        header = schema.MessageHeaderType(SessionID=b"\1" * 8)
        message = schema.V2G_Message(Header=header, Body=schema.BodyType(**{row.name: content}))
        assert schema.decode(schema.encode(message)).message == message, row.name


def test_the_least_content_names_its_first_choice_and_the_lowest_values() -> None:
    assert least("iso2", "PhysicalValueType").Unit == "h"
    assert least("iso2", "SAScheduleTupleType").SAScheduleTupleID == 1
    assert least("din", "PowerDeliveryResType").AC_EVSEStatus is not None
    assert len(least("iso2", "PaymentDetailsResType").GenChallenge) == 16


def test_a_type_that_no_schema_has_is_refused() -> None:
    with pytest.raises(ExiError, match="iso2 has no type 'Nobody'"):
        least("iso2", "Nobody")
