"""What a connection may be used for follows from what it proves, and from the policy alone."""

import pytest

from silverpin.protocols.admission import (
    ADMITTED,
    DIN,
    ISO2,
    ISO20,
    Carrier,
    Policy,
    admitted,
    refusal,
)

IN_SERVICE = (Policy.TLS13_ONLY, Policy.MIXED, Policy.MIXED_DISCHARGE)


def test_every_policy_knows_every_carrier() -> None:
    assert {policy: set(row) for policy, row in ADMITTED.items()} == {
        policy: set(Carrier) for policy in Policy
    }


def test_by_default_only_tls_1_3_with_both_certificates_gets_power() -> None:
    allowed = {carrier for carrier in Carrier if admitted(Policy.TLS13_ONLY, carrier).charging}
    assert allowed == {Carrier.TLS13_MUTUAL}
    assert admitted(Policy.TLS13_ONLY, Carrier.TLS13_MUTUAL).discharging == (ISO20,)


def test_mixed_lets_older_vehicles_charge_and_not_discharge() -> None:
    assert admitted(Policy.MIXED, Carrier.TLS12) == ((ISO2,), ())
    assert admitted(Policy.MIXED, Carrier.PLAIN) == ((ISO2, DIN), ())
    assert admitted(Policy.MIXED, Carrier.TLS13_MUTUAL).discharging == (ISO20,)


def test_mixed_discharge_lets_them_discharge_as_well() -> None:
    for carrier in Carrier:
        found = admitted(Policy.MIXED_DISCHARGE, carrier)
        assert set(found.discharging) == set(found.charging)


@pytest.mark.parametrize("policy", IN_SERVICE)
def test_iso_15118_20_never_runs_without_a_verified_vehicle(policy: Policy) -> None:
    for carrier in set(Carrier) - {Carrier.TLS13_MUTUAL}:
        assert ISO20 not in admitted(policy, carrier).charging


def test_nothing_discharges_that_may_not_charge() -> None:
    for row in ADMITTED.values():
        for found in row.values():
            assert set(found.discharging) <= set(found.charging)


def test_a_refusal_says_what_came_what_is_wanted_and_what_to_do() -> None:
    assert refusal(Policy.TLS13_ONLY, Carrier.TLS13_MUTUAL) is None
    assert refusal(Policy.TLS13_ONLY, Carrier.PLAIN) == (
        "the vehicle came with no TLS and policy tls13-only admits only TLS 1.3 with a verified "
        "vehicle certificate: use a vehicle that has it, or set v2g.policy to mixed"
    )
