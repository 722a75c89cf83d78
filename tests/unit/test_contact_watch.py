"""The daemon's word on contact resistance: another process tells it, and may fail as it likes."""

import json
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from silverpin.apps.daemon import contact_watch
from silverpin.apps.daemon.contact_frame import contact_frame
from silverpin.apps.daemon.contact_watch import NOT_YET, ContactWatch, worker_of
from silverpin.apps.daemon.wear import NO_EXTRA, OFF
from silverpin.domain.connectors import CONNECTOR_SETS
from silverpin.domain.limits import LIMITS
from silverpin.domain.quantities import NS_PER_DAY
from silverpin.domain.tightening import tighten
from silverpin.domain.upkeep import ContactConcern, Facts, LastInspection, due
from silverpin.drivers.contact_table import NewMemory

NOON_NS = 1_800_000_000_000_000_000
BAND = {"p05": 0.2, "p50": 0.3, "p95": 0.4}
CONCERN = {"since_ns": NOON_NS - NS_PER_DAY, "told_ns": NOON_NS, "by_ns": NOON_NS,
           "why": "it rose", "current_max_a": 61.0}  # fmt: skip
TOLD = {
    "as_of_ns": NOON_NS, "reason": None, "now_mohm": BAND, "rise": BAND, "over_limit": "likely",
    "measured": None, "channel": "temperature",
    "rests_on": "ten sessions", "sessions": [], "alarms": [], "concerns": [CONCERN],
}  # fmt: skip
ANSWERS = (
    "import sys, json\n"
    "for line in sys.stdin:\n"
    "    asked = json.loads(line)\n"
    "    keep = [['NewMemory', asked['serial'], 'basis', 7, 'AQI=']]\n"
    f"    print(json.dumps({{'told': {TOLD!r}, 'keep': keep}}), flush=True)\n"
)


@pytest.fixture(autouse=True)
def extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contact_watch, "find_spec", lambda name: name)


def watch(program: str) -> ContactWatch:
    return ContactWatch([sys.executable, "-c", program])


def served(asked: ContactWatch, *kinds: str) -> ContactWatch:
    """Let events reach the disk, each answered before the next."""
    for kind in kinds:
        asked.see(kind, "SN-1", NOON_NS)
        assert asked.serve()
    return asked


def test_nothing_is_told_until_it_is_begun() -> None:
    asked = watch(ANSWERS)
    assert (asked.reason, asked.answer("SN-1")) == (OFF, None)


def test_without_the_extra_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contact_watch, "find_spec", lambda name: None)
    asked = watch(ANSWERS)
    asked.begin("SN-1", NOON_NS, mated=False)
    assert asked.reason == NO_EXTRA
    asked.close()


def test_it_asks_of_what_is_there_by_a_thread_of_its_own() -> None:
    with closing(watch(ANSWERS)) as asked:
        asked.begin("SN-1", NOON_NS, mated=False)
        assert asked.reason == NOT_YET
    assert not asked.serve(), "closed, it serves nobody"


def test_what_the_other_process_says_is_told_and_kept() -> None:
    with closing(watch(ANSWERS)) as asked:
        answer = served(asked, "unmated").answer("SN-1")
        assert answer is not None
        assert answer.concerns() == (ContactConcern(**CONCERN),)  # type: ignore[arg-type]
        assert asked.answer("SN-2") is None, "another connector is another contact"
        assert asked.notes() == [NewMemory("SN-1", "basis", 7, b"\x01\x02")]
        assert asked.notes() == []


REPEATS = (
    "import sys, json\n"
    "for line in sys.stdin:\n"
    "    print(json.dumps({'told': {'asked': json.loads(line)}, 'keep': []}), flush=True)\n"
)
IN_ORDER = LastInspection(1, NOON_NS, True, "", "Ada", "L2-1", worst_ohm=2e-4)


@pytest.mark.parametrize(
    ("looked", "measured"),
    [
        (IN_ORDER, [NOON_NS, 2e-4]),
        (IN_ORDER._replace(passes=False), None),
        (IN_ORDER._replace(worst_ohm=None), None),
        (None, None),
    ],
    ids=["in order", "failed", "not measured", "never"],
)
def test_it_is_asked_again_when_somebody_measured_the_pins(
    looked: LastInspection | None, measured: list[Any] | None
) -> None:
    command = [sys.executable, "-c", REPEATS]
    with closing(ContactWatch(command, {"SN-1": looked}.get)) as asked:
        answer = served(asked, "inspected").answer("SN-1")
        assert answer is not None
        assert answer.told["asked"] == {"serial": "SN-1", "utc_ns": NOON_NS, "measured": measured}


def test_an_inspection_with_the_plug_in_leaves_it_ready(tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    with closing(watch(f"open({str(begun)!r}, 'a').write('x')\n{ANSWERS}")) as asked:
        served(asked, "mated", "inspected", "unmated")
        assert begun.read_text() == "x"


def test_it_is_ready_when_a_plug_is_in_and_gone_when_it_has_answered(tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    program = f"open({str(begun)!r}, 'a').write('x')\n{ANSWERS}"
    with closing(watch(program)) as asked:
        asked.see("energy", "SN-1", NOON_NS)
        served(asked, "mated", "unmated")
        assert begun.read_text() == "x", "the one that was ready answered"
        served(asked, "unmated")
        assert begun.read_text() == "xx"


@pytest.mark.parametrize(
    "program",
    ["raise SystemExit(1)", "input(); print('no')", "input(); print(1)", "input(); print('{}')"],
)
def test_one_that_fails_leaves_the_last_answer_and_is_asked_again(
    program: str, tmp_path: Path
) -> None:
    ill = tmp_path / "ill"
    mixed = f"import os\nif os.path.exists({str(ill)!r}):\n    {program}\nelse:\n"
    mixed += "".join(f"    {line}\n" for line in ANSWERS.splitlines())
    with closing(watch(mixed)) as asked:
        before = served(asked, "unmated").answer("SN-1")
        asked.notes()
        ill.touch()
        assert served(asked, "mated", "unmated").answer("SN-1") is before
        assert asked.notes() == []
        ill.unlink()
        served(asked, "mated")
        assert asked.notes() != []


def test_one_that_cannot_be_started_leaves_all_as_it_was() -> None:
    with closing(ContactWatch(["/no/such/program"])) as asked:
        assert served(asked, "unmated").answer("SN-1") is None


def test_one_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contact_watch, "WAITING_S", 0.2)
    with closing(watch("import signal; signal.pause()")) as asked:
        assert served(asked, "mated").answer("SN-1") is None


def test_one_that_is_started_while_the_daemon_ends_is_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked, begun = watch(ANSWERS), []
    start = subprocess.Popen

    def late(*command: Any, **given: Any) -> Any:
        asked.close()
        begun.append(start(*command, **given))
        return begun[0]

    monkeypatch.setattr(subprocess, "Popen", late)
    asked.see("mated", "SN-1", NOON_NS)
    assert asked.serve()
    assert begun[0].poll() is not None, "nobody is left behind"
    assert asked.notes() == []
    assert not asked.serve()


def test_it_is_told_the_limits_of_the_configuration() -> None:
    limits = tighten(LIMITS, {"contact_max_ohm": 2e-4})
    command = worker_of(Path("state.sqlite"), "ccs2-80a", None, limits)
    assert "--contact-max-ohm=0.0002" in command
    assert f"--contact-drop-max-v={LIMITS.contact_drop_max_v}" in command


def test_what_it_cannot_read_is_the_reason() -> None:
    program = "input(); import json; print(json.dumps({'error': 'the disk is away'}))"
    with closing(watch(program)) as asked:
        assert served(asked, "unmated").reason == "the disk is away"


# What becomes of it


def facts(inspected_ns: int | None = None, now_ns: int = NOON_NS, **concern: Any) -> Facts:
    last = None
    if inspected_ns is not None:
        last = LastInspection(1, inspected_ns, True, "", "Ada", "L2-1")
    row = ContactConcern(**{**CONCERN, **concern})
    return Facts(now_ns=now_ns, contact=(row,), inspection=last)


def work(given: Facts) -> list[Any]:
    return [row for row in due(given) if "contact resistance" in row.what]


def test_a_concern_is_due_until_an_inspection_has_looked() -> None:
    [row] = work(facts())
    assert (row.what, row.why) == ("inspect the pins: contact resistance", "it rose")
    assert (row.since_ns, row.by_ns, row.soon) == (NOON_NS, NOON_NS, False)
    assert (row.who, row.command) == ("technician", "evse-cli inspect")
    assert work(facts(inspected_ns=NOON_NS - 1)), "an inspection before it saw nothing of it"
    assert work(facts(inspected_ns=NOON_NS)) == []


@pytest.mark.verifies("DUR-1")
def test_a_drift_is_announced_with_its_day() -> None:
    [row] = work(facts(by_ns=NOON_NS + 40 * NS_PER_DAY))
    assert (row.soon, row.since_ns) == (True, None)
    assert row.by_ns == NOON_NS + 40 * NS_PER_DAY
    [row] = work(facts(by_ns=NOON_NS + 40 * NS_PER_DAY, now_ns=NOON_NS + 41 * NS_PER_DAY))
    assert not row.soon


def frame(given: Facts, told: dict[str, Any] | None = None) -> dict[str, Any]:
    connector = CONNECTOR_SETS["ccs2-80a"]
    shown = contact_frame(told or TOLD, NOT_YET, given, connector, LIMITS)
    return json.loads(json.dumps(shown))  # type: ignore[no-any-return]


def test_how_surely_it_is_above_the_limit_is_told_until_the_pins_were_found_in_order() -> None:
    shown = frame(facts())
    assert (shown["over_limit"], shown["measured"]) == ("likely", None)
    measured = IN_ORDER._replace(made_ns=NOON_NS)
    shown = frame(replace(facts(), inspection=measured))
    assert shown["over_limit"] is None
    assert shown["measured"] == {"time": "2027-01-15T08:00:00.000Z", "mohm": 0.2, "rise": None}
    failed = frame(replace(facts(), inspection=measured._replace(passes=False)))
    assert (failed["over_limit"], failed["measured"]) == ("likely", None)


def test_what_happened_since_the_pins_were_measured_belongs_to_that_inspection() -> None:
    made_ns = NOON_NS - NS_PER_DAY
    told = TOLD | {"measured": {"at_ns": made_ns + 200, "rise": BAND}}
    of_that = replace(facts(), inspection=IN_ORDER._replace(made_ns=made_ns))
    shown = frame(of_that, told)
    assert (shown["over_limit"], shown["measured"]["rise"]) == ("likely", BAND)
    other = replace(facts(), inspection=IN_ORDER._replace(made_ns=made_ns - NS_PER_DAY))
    assert frame(other, told)["measured"]["rise"] is None
    unknown = contact_frame(None, NOT_YET, of_that, CONNECTOR_SETS["ccs2-80a"], LIMITS)
    assert unknown["measured"]["mohm"] == 0.2
    assert unknown["over_limit"] is None


def test_advice_is_told_as_long_as_the_concern_stands() -> None:
    shown = frame(facts())
    assert shown["as_of"] == "2027-01-15T08:00:00.000Z"
    assert shown["advice"]["current_max_a"] == 61.0
    assert "No more than 61 A until the pins are inspected" in shown["advice"]["text"]
    assert frame(facts(inspected_ns=NOON_NS))["advice"] is None
    assert frame(facts(current_max_a=None))["advice"] is None
