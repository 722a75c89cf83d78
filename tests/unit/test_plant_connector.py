"""Heat of a connector against an oracle that integrates the same physics in tiny steps."""

from random import Random

import pytest

from silverpin.domain.connectors import CONNECTOR_SETS
from silverpin.plant.connector import Connector
from silverpin.plant.parts import PARTS, Part

SETS = tuple(CONNECTOR_SETS)
TINY_S = 0.02


class Oracle:
    """Explicit Euler in steps so small that its own error does not count."""

    def __init__(self, connector: Connector) -> None:
        self.part: Part = PARTS[connector.kind.name]
        self.cold_ohm = connector.resistance_ohm
        self.carries = [connector.kind.direct_current or pin != "N"
                        for pin in connector.kind.power_pins]  # fmt: skip
        self.pins_c = list(connector.pin_c)
        self.ntcs_c = list(connector.ntc_c)
        self.handle_c = connector.handle_c
        self.heat_ws = 0.0

    def ohm(self, index: int) -> float:
        over_k = self.pins_c[index] - 20.0
        alpha = 3.9e-3
        contact = self.cold_ohm[index] * (1.0 + 2.0 / 3.0 * alpha * over_k)
        return contact + self.part.crimp_ohm * (1.0 + alpha * over_k)

    def run(
        self, seconds: float, amps: float, ambient_c: float, cooling: tuple[float, float]
    ) -> None:
        part = self.part
        to_air = part.pin_cable_w_per_k + sum(
            level * w_per_k for level, w_per_k in zip(cooling, part.loop_w_per_k, strict=True)
        )
        for _ in range(round(seconds / TINY_S)):
            into_handle_w = part.handle_ambient_w_per_k * (ambient_c - self.handle_c)
            for index, pin_c in enumerate(self.pins_c):
                watts = self.ohm(index) * amps * amps if self.carries[index] else 0.0
                self.heat_ws += watts * TINY_S
                to_handle_w = part.pin_handle_w_per_k * (pin_c - self.handle_c)
                into_handle_w += to_handle_w
                flow_w = watts - to_air * (pin_c - ambient_c) - to_handle_w
                self.ntcs_c[index] += (pin_c - self.ntcs_c[index]) * TINY_S / part.ntc_lag_s
                self.pins_c[index] += flow_w * TINY_S / part.pin_j_per_k
            self.heat_ws += part.cable_ohm * amps * amps * TINY_S
            self.handle_c += into_handle_w * TINY_S / part.handle_j_per_k


DAY = (
    # seconds, share of the rating, ambient, cooling
    (300, 1.0, 25.0, (0.0, 0.0)),
    (300, 1.0, 25.0, (1.0, 0.0)),
    (200, 0.3, 40.0, (0.5, 1.0)),
    (400, 0.8, 40.0, (0.0, 0.0)),
    (300, 0.0, 10.0, (0.0, 0.0)),
)


@pytest.mark.verifies("SIM-1")
@pytest.mark.parametrize("kind", SETS)
@pytest.mark.parametrize("step_s", [0.1, 1.0, 2.0])
def test_temperatures_follow_the_oracle_within_a_tenth_of_a_kelvin(
    kind: str, step_s: float
) -> None:
    connector = Connector(CONNECTOR_SETS[kind], Random(1), 25.0)
    worn = [3.0 * ohm if index == 0 else ohm for index, ohm in enumerate(connector.resistance_ohm)]
    connector.wear(worn)
    oracle = Oracle(connector)
    for seconds, share, ambient_c, cooling in DAY:
        amps = share * connector.kind.rating_a
        connector.ambient_c, connector.cooling = ambient_c, cooling
        oracle.run(seconds, amps, ambient_c, cooling)
        for _ in range(round(seconds / step_s)):
            connector.step(step_s, amps * amps * step_s)
        assert connector.pin_c == pytest.approx(oracle.pins_c, abs=0.1)
        assert connector.ntc_c == pytest.approx(oracle.ntcs_c, abs=0.1)
        assert connector.handle_c == pytest.approx(oracle.handle_c, abs=0.1)
    assert connector.loss_ws == pytest.approx(oracle.heat_ws, rel=0.001)


@pytest.mark.parametrize("kind", SETS)
def test_a_resting_connector_goes_to_ambient(kind: str) -> None:
    connector = Connector(CONNECTOR_SETS[kind], Random(1), 25.0)
    connector.heat(0, 80.0)
    for _ in range(4 * 3600):
        connector.step(1.0, 0.0)
    assert connector.pin_c == pytest.approx([25.0] * len(connector.pin_c), abs=0.05)
    assert connector.loss_ws == 0.0


@pytest.mark.parametrize("step_s", [10.0, 600.0, 86_400.0])
def test_no_step_is_long_enough_to_run_away(step_s: float) -> None:
    connector = Connector(CONNECTOR_SETS["ccs2-200a"], Random(1), 25.0)
    for _ in range(20):
        connector.step(step_s, 200.0**2 * step_s)
    assert 25.0 < connector.hottest_c() < 100.0


def test_the_neutral_of_a_balanced_load_carries_nothing() -> None:
    connector = Connector(CONNECTOR_SETS["type2-32a"], Random(1), 25.0)
    loop_ohm = connector.loop_ohm
    connector.wear([*connector.resistance_ohm[:3], 1.0])
    assert connector.loop_ohm == loop_ohm
    for _ in range(600):
        connector.step(1.0, 32.0**2)
    assert connector.pin_c[3] < min(connector.pin_c[:3]) - 5.0


def test_a_single_phase_s_current_comes_back_through_the_neutral() -> None:
    connector = Connector(CONNECTOR_SETS["type2-32a"], Random(1), 25.0, phases=1)
    for _ in range(600):
        connector.step(1.0, 32.0**2)
    first, second, third, neutral = connector.pin_c
    assert min(first, neutral) > max(second, third) + 5.0


def test_specimens_differ_and_a_seed_is_one_specimen() -> None:
    kind = CONNECTOR_SETS["ccs2-80a"]
    first, again, other = (Connector(kind, Random(seed), 25.0) for seed in (1, 1, 2))
    assert first.resistance_ohm == again.resistance_ohm != other.resistance_ohm
    part = PARTS["ccs2-80a"]
    for ohm in (*first.resistance_ohm, *other.resistance_ohm):
        assert ohm == pytest.approx(part.contact_ohm, rel=0.1)


@pytest.mark.parametrize("kind", SETS)
def test_the_least_warming_that_safety_expects_is_less_than_nature_s(kind: str) -> None:
    """With everything cooled, and the least resistance that a healthy specimen has."""
    row, part = CONNECTOR_SETS[kind], PARTS[kind]
    connector = Connector(row, Random(1), 25.0)
    connector.wear([0.9 * part.contact_ohm] * len(row.power_pins))
    connector.cooling = (1.0, 1.0)
    for _ in range(round(row.warming_s) * 3):
        connector.step(1.0, row.rating_a**2)
    loaded = [row.power_pins.index(pin) for pin in row.always_loaded]
    warmed_k = min(connector.ntc_c[index] for index in loaded) - 25.0
    assert warmed_k > row.rise_at_rating_min_k
