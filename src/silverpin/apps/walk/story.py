"""A finding as people read it: what was done, what the charger said, what broke; and as a test."""

from collections.abc import Iterator, Sequence

from silverpin.apps.walk.deeds import Deed
from silverpin.apps.walk.invariants import INVARIANTS
from silverpin.apps.walk.leg import Finding, retell
from silverpin.apps.walk.setup import Leg
from silverpin.apps.world import WorldSetup
from silverpin.domain.connectors import CONNECTOR_SETS
from silverpin.protocols.iso15118.sap import NAMES


def story(leg: Leg, deeds: Sequence[Deed], finding: Finding) -> Iterator[str]:
    """Yield the lines of a story, deeds and the charger's own events in their order."""
    setup = leg.setup
    yield (
        f"Seed {leg.seed}: {setup.connector} at {setup.ambient_c:.0f} °C, battery "
        f"{setup.battery_kwh:g} kWh {setup.state_of_charge:.0%} full, grid {setup.profile}, "
        f"charger {setup.power_max_w / 1e3:g} kW{_talk(setup)}."
    )
    lines, found = retell(leg._replace(ticks=finding.tick + 1), deeds)
    for t_s, line in lines:
        yield f"{t_s:9.2f} s  {line}"
    shown = found or finding
    says = INVARIANTS[shown.invariant].says if shown.invariant in INVARIANTS else shown.invariant
    yield f"{shown.tick * setup.tick_ns * 1e-9:9.2f} s  BROKEN, {shown.invariant}: {shown.words}"
    yield f"The rule: {says}."


def _talk(setup: WorldSetup) -> str:
    """Return what the vehicle talks, for the first line of a story."""
    if not setup.talks:
        return ""
    talk = f", the vehicle talks {NAMES[setup.speaks]}"
    dc = CONNECTOR_SETS[setup.connector].direct_current
    return talk if dc else f"{talk}, {setup.vehicle_phases}-phase"


def as_test(leg: Leg, deeds: Sequence[Deed], finding: Finding) -> Iterator[str]:
    """Yield the same as a test to paste."""
    yield "from silverpin.apps.walk.deeds import Deed, Verb"
    yield "from silverpin.apps.walk.leg import replay"
    yield "from silverpin.apps.walk.setup import leg_of"
    yield ""
    yield ""
    yield f"def test_{finding.invariant.replace(' ', '_')}_on_seed_{leg.seed}() -> None:"
    yield "    deeds = ["
    for deed in deeds:
        yield f"        {deed.source()},"
    yield "    ]"
    yield f"    assert replay(leg_of({leg.seed}, {finding.tick + 1}), deeds).finding is None"
