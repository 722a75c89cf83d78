"""Whatever happens in whatever batches, counting the journal again gives the ledger."""

from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from silverpin.domain.events import COUNTERS, EVENTS, Event
from silverpin.domain.ledger import Ledger, Ledgers
from silverpin.drivers.state_file import StateError
from silverpin.drivers.store import Store
from tests.event_samples import sample

_AMOUNTS = st.floats(0.0, 1e6)
_ENERGY = st.fixed_dictionaries(
    {"charged_kwh": _AMOUNTS, "discharged_kwh": _AMOUNTS, "mated_s": _AMOUNTS}
)


@st.composite
def events(draw: st.DrawFn) -> Event:
    kind = draw(st.sampled_from(sorted(EVENTS)))
    given_fields = draw(_ENERGY) if kind == "energy" else {}
    return sample(kind, t_ns=draw(st.integers(0, 2**62)), **given_fields)


batches = st.lists(events(), max_size=6)


@given(st.lists(events(), max_size=40))
def test_counters_only_grow_except_by_a_cleaning(happened: list[Event]) -> None:
    ledger = Ledger(serial="SN-1")
    for event in happened:
        after = ledger.apply(event)
        if event.kind in ("ledger_brought", "ledger_corrected"):
            for name, counted in ledger.counted_here().items():
                assert after.counted_here()[name] == pytest.approx(counted), "nobody takes it away"
            ledger = after
            continue
        for name in COUNTERS:
            if name == "matings_since_cleaning" and event.kind == "cleaned":
                continue
            step = getattr(after, name) - getattr(ledger, name)
            assert step == event.row.counts.count(name)
        ledger = after


class StateOfACharger(RuleBasedStateMachine):
    """A charger's store through batches, refusing disks, restarts and changed connectors."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.path = Path(self.folder.name) / "state.sqlite"
        self.counted = Ledgers(serial="SN-1")
        self.happened: list[Event] = []
        self.store = Store.open(self.path, "SN-1", boot="boot-1")

    def count(self, batch: list[Event]) -> None:
        for event in batch:
            self.counted = self.counted.apply(event)
        self.happened += batch

    @rule(batch=batches)
    def append(self, batch: list[Event]) -> None:
        self.count(batch)
        assert self.store.append(batch, wall_utc_ns=0) == self.counted.in_force

    @rule(refused=st.lists(batches, min_size=1, max_size=3), batch=batches)
    def append_while_the_disk_refuses(self, refused: list[list[Event]], batch: list[Event]) -> None:
        aside = self.path.rename(self.path.with_name("aside"))
        for waiting in refused:
            self.count(waiting)
            if waiting or self.store.backlog:
                with pytest.raises(StateError):
                    self.store.append(waiting, wall_utc_ns=0)
        aside.rename(self.path)
        self.append(batch)

    @rule(serial=st.sampled_from(("SN-1", "SN-2")))
    def fit(self, serial: str) -> None:
        before = self.store.serial
        self.append([sample("connector_fitted", serial=serial, before=before)])

    @rule()
    def restart(self) -> None:
        self.store.close()
        self.store = Store.open(self.path, "SN-1", boot="boot-2")

    @invariant()
    def a_recount_gives_the_ledger(self) -> None:
        assert self.store.serial == self.counted.serial
        for serial, ledger in self.counted.by_serial.items():
            assert self.store.ledger(serial) == self.store.recount(serial) == ledger

    @invariant()
    def the_journal_is_what_happened(self) -> None:
        rows = self.store.events(limit=10_000)
        assert [row.event for row in reversed(rows)] == self.happened

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()


TestStateOfACharger = StateOfACharger.TestCase
TestStateOfACharger.settings = settings(stateful_step_count=15)


@given(batches, st.data())
def test_any_split_into_batches_gives_the_same(happened: list[Event], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(happened)))
    with TemporaryDirectory() as folder:
        with closing(Store.open(Path(folder) / "whole", "SN-1")) as whole:
            together = whole.append(happened, wall_utc_ns=0)
        with closing(Store.open(Path(folder) / "split", "SN-1")) as split:
            split.append(happened[:cut], wall_utc_ns=0)
            assert split.append(happened[cut:], wall_utc_ns=0) == together
