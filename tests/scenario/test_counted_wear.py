"""What wears a connector is counted as nature has it: arcs with their amperes and volts, the bolt.

The world keeps its own count of broken currents and driven bolts; nobody but these tests compares.
"""

from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from silverpin.apps.charger import Charger
from silverpin.drivers.store import Store
from silverpin.plant.lock import Lock as Bolt
from tests.stage import Stage, a_charger

pytestmark = pytest.mark.verifies("CON-7")

ARCS = ("estop", "earth-loss", "residual-current", "pilot-loss", "stuck-open", "shear")
"""Acts that break a current; `shear` is a bolt that breaks, and the plug comes out."""


class Driven:
    """Nature's own count of how often the bolt's coil was switched."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.times = 0
        drive = Bolt.drive

        def seen(bolt: Bolt, now_ns: int, engaged: bool) -> None:
            before = bolt.target_mm
            drive(bolt, now_ns, engaged)
            self.times += bolt.target_mm != before

        monkeypatch.setattr(Bolt, "drive", seen)


@pytest.fixture
def driven(monkeypatch: pytest.MonkeyPatch) -> Driven:
    return Driven(monkeypatch)


@pytest.mark.parametrize("act", ARCS)
@pytest.mark.parametrize("kw", [-15.0, 12.0])
def test_each_way_to_break_a_current_is_counted_with_what_it_was(act: str, kw: float) -> None:
    charger = a_charger().flow(kw)
    amps, volts = abs(charger.amps), charger.world.bay.voltage_v()
    happens(charger, act).wait(2)
    assert charger.counts.load_breaks == charger.world.bay.contactor.load_breaks == 1
    [arc] = charger.events("load_break")
    assert arc.fields["current_a"] == pytest.approx(amps, rel=0.05)
    assert arc.fields["voltage_v"] == pytest.approx(volts, rel=0.02)


@pytest.mark.parametrize("way", ["stop", "break-lock-switch", "grid-push", "heat-pin"])
def test_an_orderly_end_breaks_no_current(way: str) -> None:
    charger = a_charger().discharge(kw=10)
    charger.does(way, {"grid-push": "46.0", "heat-pin": "DC+=trip"}.get(way)).wait(10)
    assert not charger.closed
    assert charger.counts.load_breaks == charger.world.bay.contactor.load_breaks == 0


def test_a_bolt_that_does_not_seat_is_counted_try_by_try(driven: Driven) -> None:
    charger = a_charger().plug_in().does("jam-lock")
    charger.asks(kw=-5).wait(60)
    assert "ERR_LOCK_FAIL" in charger.faults
    assert charger.counts.lock_retries == charger.charger.limits.lock_tries_max - 1
    assert charger.counts.lock_operations == driven.times
    assert charger.counts.emergency_stops == 0


@pytest.mark.parametrize("seed", [1, *(pytest.param(s, marks=pytest.mark.long)
                                       for s in range(2, 14))])  # fmt: skip
def test_after_a_rough_day_and_restarts_the_disk_agrees_with_nature(
    seed: int, driven: Driven, tmp_path: Path
) -> None:
    rng, path = Random(seed), tmp_path / "state.sqlite"
    charger = a_charger(seed, skip=True)
    for day in range(3):
        for _ in range(6):
            rough(charger, rng)
        charger.world.collect()
        with closing(Store.open(path, charger.counts.serial)) as store:
            store.append(charger.world.journal, wall_utc_ns=charger.world.now_ns)
        charger.world.journal.clear()
        with closing(Store.open(path, charger.counts.serial)) as store:
            assert store.ledger(store.serial) == store.recount(store.serial) == charger.counts, day
            restart(charger, store)
            charger.wait(10)
    counts = charger.counts
    assert counts.load_breaks == charger.world.bay.contactor.load_breaks > 3
    assert counts.lock_operations == driven.times > 20
    assert counts.emergency_stops > 3


def happens(charger: Stage, act: str) -> Stage:
    if act != "shear":
        return charger.does(act)
    charger.world.bay.vehicle.unplug()
    return charger.wait(0.02)


def rough(charger: Stage, rng: Random) -> None:
    """Somebody plugs in and drives; something goes wrong, or nothing; it is mended."""
    act = rng.choice((*ARCS, "jam-lock", "stop", "stop"))
    if act == "jam-lock":
        charger.does(act)
    charger.plug_in()
    charger.world.command_power(rng.choice((-15e3, 12e3)))
    charger.wait(rng.uniform(10.0, 40.0))
    happens(charger, act).wait(rng.uniform(0.0, 20.0)).does("healthy").wait(5)
    charger.technician_resets().does("stop").wait(5)
    charger.world.bay.vehicle.unplug()
    charger.wait(5).technician_resets()


def restart(charger: Stage, store: Store) -> None:
    """Replace the program by one that knows what the disk has."""
    old = charger.charger
    charger.world.charger = Charger(
        old.ports, old.connector, old.profile, old.power_max_w, old.limits,
        ledger=store.ledger(store.serial), resumed=True,
    )  # fmt: skip
