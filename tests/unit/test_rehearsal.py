"""A conversation with nobody comes to its end in every protocol, so that all of it was made."""

import pytest

from silverpin.apps.ev_link.rehearsal import rehearse


@pytest.mark.parametrize("direct_current", [True, False])
def test_every_protocol_is_played_to_its_end(direct_current: bool) -> None:
    assert rehearse(("iso20", "iso2", "din"), direct_current=direct_current)
