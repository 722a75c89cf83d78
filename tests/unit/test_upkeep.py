"""What is due, why, since when: one rule a kind of work, heaviest first."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from silverpin.domain.limits import LIMITS
from silverpin.domain.quantities import NS_PER_DAY
from silverpin.domain.upkeep import CONTACT_WORK, ContactConcern, Due, Facts, LastInspection, due

NOW_NS = 1_800_000_000_000_000_000
CALIBRATED = {"DC+": NOW_NS - NS_PER_DAY, "DC-": NOW_NS - NS_PER_DAY}
FRESH = LastInspection(7, NOW_NS - NS_PER_DAY, True, "", "Ada", "L2-1")


def ago(days: float) -> int:
    return NOW_NS - round(days * NS_PER_DAY)


def work(**facts: Any) -> list[Due]:
    values: dict[str, Any] = {"first_ns": ago(10), "pins": ("DC+", "DC-")} | facts
    return due(Facts(now_ns=NOW_NS, **values))


def only(**facts: Any) -> Due:
    [row] = work(**facts)
    return row


def test_a_new_connector_asks_for_nothing() -> None:
    assert work() == []
    assert work(first_ns=None) == []


@pytest.mark.verifies("CON-2")
def test_cleaning_is_announced_at_450_matings_and_due_at_500() -> None:
    assert work(matings_since_cleaning=449) == []
    soon = only(matings_since_cleaning=450)
    assert (soon.what, soon.soon, soon.since_ns) == ("clean the pins", True, None)
    now = only(matings_since_cleaning=500, cleaning_due_ns=ago(3))
    assert (now.soon, now.since_ns, now.command) == (False, ago(3), "evse-cli clean")
    assert now.why == "500 matings since the last cleaning"


def test_an_inspection_after_heat_stands_for_every_other_reason() -> None:
    failed = FRESH._replace(passes=False, reason="DC+ resistance 0.90 mΩ, limit below 0.5 mΩ")
    row = only(discharge_barred=True, heat_ns=ago(2), inspection=failed, load_breaks=40)
    assert row.why.startswith("a thermal trip; discharge stays refused")
    assert row.since_ns == ago(2)
    assert only(inspection=failed).why.startswith("the last inspection did not pass: DC+ resist")


def test_load_breaks_ask_for_an_inspection_at_their_limit() -> None:
    assert work(load_breaks=LIMITS.load_breaks_max - 1) == []
    row = only(load_breaks=LIMITS.load_breaks_max, load_breaks_due_ns=ago(1))
    assert (row.what, row.since_ns) == ("inspect the pins", ago(1))


def test_the_yearly_inspection_counts_from_the_last_one_or_the_first_day() -> None:
    calibrated = {"DC+": ago(1), "DC-": ago(1)}
    last = FRESH._replace(made_ns=ago(330))
    assert work(first_ns=ago(2000), calibrated_ns=calibrated, inspection=last) == []
    soon = only(calibrated_ns=calibrated, inspection=FRESH._replace(made_ns=ago(340)))
    assert (soon.soon, soon.by_ns) == (True, ago(340) + 365 * NS_PER_DAY)
    over = only(first_ns=ago(400), calibrated_ns=calibrated)
    assert (over.soon, over.since_ns) == (False, ago(35))
    assert over.why == "not inspected in 400 days; due every 365 days"


def test_the_sensor_that_waits_longest_speaks_for_all() -> None:
    row = only(first_ns=ago(400), inspection=FRESH, calibrated_ns={"DC+": ago(380)})
    assert row.what == "calibrate the temperature sensors"
    assert row.why.startswith("DC- not calibrated in 400 days")
    assert row.command == "evse-cli calibrate ntc"


@pytest.mark.parametrize(
    ("facts", "what"),
    [
        ({"moist_ns": ago(3), "deformed_ns": ago(3)}, "dry the connector and replace its seal"),
        ({"deformed_ns": ago(3)}, "replace the seal"),
        ({"pilot_calibrated_ns": ago(366)}, "calibrate the control pilot"),
        ({"inspection": FRESH._replace(certificate_ends_ns=ago(1))}, "renew certificate L2-1"),
        ({"inspection": FRESH._replace(certificate_ends_ns=ago(-20))}, "renew certificate L2-1"),
    ],
)
def test_other_work_is_named(facts: dict[str, Any], what: str) -> None:
    row = only(**facts)
    assert row.what == what
    assert row.soon == ("inspection" in facts and row.since_ns is None)


def test_due_work_comes_before_announced_work() -> None:
    rows = work(matings_since_cleaning=460, deformed_ns=ago(1))
    assert [row.soon for row in rows] == [False, True]


def risen(days: float = 0.0) -> ContactConcern:
    return ContactConcern(ago(1), ago(1), ago(-days), "the contact resistance rose")


def test_one_inspection_serves_every_reason_that_is_due() -> None:
    row = only(first_ns=ago(400), calibrated_ns=CALIBRATED, contact=(risen(),))
    assert row.what == CONTACT_WORK
    assert row.why == (
        "the contact resistance rose; also not inspected in 400 days; due every 365 days"
    )
    row = only(discharge_barred=True, contact=(risen(),))
    assert row.what == "inspect the pins"
    assert row.why.endswith("; also the contact resistance rose")


def test_what_is_only_announced_does_not_stand_for_what_is_due() -> None:
    calendar = {"first_ns": ago(400), "calibrated_ns": CALIBRATED}
    due_now, announced = work(**calendar, contact=(risen(40.0),))
    assert (due_now.what, due_now.soon) == ("inspect the pins", False)
    assert due_now.why == "not inspected in 400 days; due every 365 days"
    assert (announced.what, announced.soon) == (CONTACT_WORK, True), "the drift has its day"
    row = only(first_ns=ago(340), calibrated_ns=CALIBRATED, contact=(risen(),))
    assert (row.what, row.why) == (CONTACT_WORK, "the contact resistance rose")


INSTANTS = st.none() | st.integers(0, 2 * NOW_NS)
INSPECTIONS = st.none() | st.builds(
    LastInspection, st.integers(1), st.integers(0, 2 * NOW_NS), st.booleans(), st.just("why"),
    st.just("Ada"), st.just("L2-1"), INSTANTS,
)  # fmt: skip
CONCERNS = st.builds(
    ContactConcern, st.integers(0, NOW_NS), st.integers(0, NOW_NS), st.integers(0, 2 * NOW_NS),
    st.just("it rose"),
)  # fmt: skip


@given(
    st.builds(
        Facts, now_ns=st.just(NOW_NS), first_ns=INSTANTS, cleaning_due_ns=INSTANTS,
        matings_since_cleaning=st.integers(0, 2_000), discharge_barred=st.booleans(),
        heat_ns=INSTANTS, inspection=INSPECTIONS, load_breaks=st.integers(0, 50),
        load_breaks_due_ns=INSTANTS, moist_ns=INSTANTS, deformed_ns=INSTANTS,
        calibrated_ns=st.dictionaries(st.sampled_from(["DC+", "DC-"]), st.integers(0, NOW_NS)),
        contact=st.lists(CONCERNS, max_size=2).map(tuple), pins=st.just(("DC+", "DC-")),
        pilot_calibrated_ns=INSTANTS,
    )
)  # fmt: skip
def test_whatever_is_known_each_work_is_named_once_due_before_announced(facts: Facts) -> None:
    rows = due(facts)
    assert len({row.what for row in rows}) == len(rows)
    assert [row.soon for row in rows] == sorted(row.soon for row in rows)
    assert all(row.what and row.why for row in rows)
    assert sum(row.what.startswith("inspect the pins") and not row.soon for row in rows) <= 1
    assert any(row.what == "inspect the pins" for row in rows) or not facts.discharge_barred


@pytest.mark.parametrize(
    ("facts", "what"),
    [
        ({"first_ns": ago(-3650)}, {"inspect the pins", "calibrate the temperature sensors"}),
        ({"inspection": FRESH._replace(made_ns=ago(-400))}, {"inspect the pins"}),
        ({"calibrated_ns": CALIBRATED | {"DC-": ago(-2)}}, {"calibrate the temperature sensors"}),
        ({"pilot_calibrated_ns": ago(-9000)}, {"calibrate the control pilot"}),
        ({"inspection": FRESH._replace(made_ns=ago(-0.9))}, set()),
    ],
)
def test_what_is_dated_ahead_of_now_is_due_and_not_in_years(
    facts: dict[str, Any], what: set[str]
) -> None:
    rows = work(**facts)
    assert {row.what for row in rows} == what
    assert all(not row.soon and "ahead of the clock" in row.why for row in rows)


def test_an_inspection_that_is_dated_ahead_has_looked_at_no_drift() -> None:
    drift = ContactConcern(ago(9), ago(3), ago(1), "resistance rose by 40 %")
    looked = FRESH._replace(made_ns=ago(2))
    assert work(contact=(drift,), inspection=looked) == []
    rows = work(contact=(drift,), inspection=looked._replace(made_ns=ago(-400)))
    assert CONTACT_WORK in {row.what for row in rows}
