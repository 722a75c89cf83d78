"""What an inspection comes to: every finding beside its limit, nothing unchecked called well."""

from typing import Any

import pytest

from silverpin.domain.connectors import CONNECTOR_SETS
from silverpin.domain.inspection import (
    Grade,
    Inspection,
    Judgement,
    Outcome,
    Seen,
    Surface,
    drop_mv,
    judge,
    worst_pin,
)
from silverpin.domain.installation_checklist import CHECKLIST, Tick
from silverpin.domain.limits import LIMITS
from silverpin.domain.quantities import NS_PER_DAY

NOW_NS = 1_800_000_000_000_000_000
SMALL, LARGE, AC = (CONNECTOR_SETS[name] for name in ("ccs2-80a", "ccs2-200a", "type2-32a"))


def told(kind: str = "ccs2-80a", mohm: float = 0.3, **but: Any) -> Judgement:
    connector = CONNECTOR_SETS[kind]
    values: dict[str, Any] = {
        "made_ns": NOW_NS, "pins_ohm": dict.fromkeys(connector.power_pins, mohm * 1e-3),
        "instrument": "bridge", "technician": "Ada", "certificate": "L2-1",
    } | but  # fmt: skip
    return judge(Inspection(**values), connector)


def grade(judgement: Judgement, what: str) -> Grade:
    return next(row.grade for row in judgement.findings if row.what == what)


@pytest.mark.verifies("CON-3")
@pytest.mark.parametrize(
    ("kind", "mohm", "outcome"),
    [
        ("type2-32a", 0.49, Outcome.PASSED),
        ("type2-32a", 0.50, Outcome.FAILED),
        ("ccs2-80a", 0.37, Outcome.PASSED),
        ("ccs2-80a", 0.38, Outcome.WARNED),
        ("ccs2-80a", 0.49, Outcome.WARNED),
        ("ccs2-200a", 0.149, Outcome.PASSED),
        ("ccs2-200a", 0.151, Outcome.WARNED),
        ("ccs2-200a", 0.299, Outcome.WARNED),
        ("ccs2-200a", 0.301, Outcome.FAILED),
    ],
)
def test_a_pin_is_judged_by_its_resistance_and_by_its_drop_at_the_rating(
    kind: str, mohm: float, outcome: Outcome
) -> None:
    assert told(kind, mohm).outcome is outcome


@pytest.mark.verifies("CON-3")
def test_a_drop_is_told_at_the_rating_and_at_32_amperes_beside_its_limits() -> None:
    row = next(row for row in told("ccs2-200a", 0.5).findings if row.what == "DC+ drop at 200 A")
    assert (row.value, row.limit, row.grade) == ("100.0 mV, 16.0 mV at 32 A", "60 mV", Grade.BAD)
    assert drop_mv(LIMITS.contact_max_ohm, 32.0) == pytest.approx(16.0)


def test_a_power_pin_that_was_not_measured_leaves_an_inspection_incomplete() -> None:
    judgement = told("type2-32a", pins_ohm={"L1": 1e-4, "L2": 1e-4, "L3": 1e-4})
    assert judgement.outcome is Outcome.INCOMPLETE
    assert not judgement.outcome.passes
    assert grade(judgement, "N resistance") is Grade.UNCHECKED


@pytest.mark.verifies("CON-3")
def test_what_was_left_out_is_not_checked_and_never_well() -> None:
    judgement = told()
    assert judgement.outcome is Outcome.PASSED
    assert [row.what for row in judgement.of(Grade.UNCHECKED)] == [
        "oxidation and pitting of the pins", "seal deformation", "seal moisture",
        "pull-out force with the bolt in", "protective earth", "calibration of the instrument",
        "level of the certificate", "expiry of the certificate", "NFPA 70 checklist",
    ]  # fmt: skip


@pytest.mark.verifies("CON-3")
@pytest.mark.parametrize(
    ("seen", "outcome"),
    [
        (Seen(Surface.NONE, Surface.NONE), Outcome.PASSED),
        (Seen(Surface.LIGHT, Surface.NONE), Outcome.WARNED),
        (Seen(Surface.NONE, Surface.LIGHT), Outcome.WARNED),
        (Seen(Surface.HEAVY, None), Outcome.FAILED),
        (Seen(None, Surface.HEAVY), Outcome.FAILED),
    ],
)
def test_oxide_and_pits_are_noted_pin_by_pin(seen: Seen, outcome: Outcome) -> None:
    judgement = told(surfaces={"CP": seen})
    assert judgement.outcome is outcome
    assert grade(judgement, "DC+ pitting") is Grade.UNCHECKED


@pytest.mark.verifies("CON-3")
@pytest.mark.parametrize(
    ("ends_ns", "level", "outcome"),
    [
        (NOW_NS + 1, 2, Outcome.PASSED),
        (NOW_NS, 2, Outcome.FAILED),
        (NOW_NS - 400 * NS_PER_DAY, 3, Outcome.FAILED),
        (NOW_NS + 1, 1, Outcome.FAILED),
    ],
)
def test_a_certificate_counts_while_it_is_valid_and_of_level_2(
    ends_ns: int, level: int, outcome: Outcome
) -> None:
    assert told(certificate_ends_ns=ends_ns, certificate_level=level).outcome is outcome


def test_an_expired_certificate_says_since_when() -> None:
    [row] = told(certificate_ends_ns=NOW_NS - 3 * NS_PER_DAY).of(Grade.BAD)
    assert row.sentence() == (
        "certificate expired 4 days before the inspection: have somebody with a valid one repeat it"
    )


@pytest.mark.verifies("CON-3")
def test_every_article_of_the_checklist_is_ticked_or_said_to_be_open() -> None:
    whole = dict.fromkeys(CHECKLIST, Tick.YES) | {"interactive": Tick.DOES_NOT_APPLY}
    assert told(checklist=whole).outcome is Outcome.PASSED
    judgement = told(checklist={"torque": Tick.NO})
    assert judgement.outcome is Outcome.FAILED
    assert grade(judgement, "NFPA 70 110.14(D) torque") is Grade.BAD
    assert grade(judgement, "NFPA 70 110.26 space") is Grade.UNCHECKED


@pytest.mark.verifies("CON-6")
@pytest.mark.parametrize(("newton", "well"), [(199.9, False), (200.0, True), (350.0, True)])
def test_the_bolt_holds_200_newtons(newton: float, well: bool) -> None:
    judgement = told(pull_out_n=newton)
    assert judgement.outcome is (Outcome.PASSED if well else Outcome.FAILED)
    row = next(row for row in judgement.findings if row.what.startswith("pull-out"))
    assert row.limit == "at least 200 N"


@pytest.mark.parametrize(
    ("but", "outcome"),
    [
        ({"seal_deformed": True}, Outcome.WARNED),
        ({"seal_moist": True}, Outcome.FAILED),
        ({"seal_deformed": False, "seal_moist": False}, Outcome.PASSED),
        ({"earth_ohm": 9.9}, Outcome.PASSED),
        ({"earth_ohm": 10.0}, Outcome.FAILED),
        ({"instrument_calibrated_ns": NOW_NS - 365 * NS_PER_DAY}, Outcome.PASSED),
        ({"instrument_calibrated_ns": NOW_NS - 366 * NS_PER_DAY}, Outcome.WARNED),
    ],
)
def test_seal_earth_and_instrument(but: dict[str, Any], outcome: Outcome) -> None:
    assert told(**but).outcome is outcome


def test_the_worst_pin_is_a_power_pin() -> None:
    record = Inspection(made_ns=0, pins_ohm={"DC+": 2e-4, "DC-": 3e-4, "PE": 9e-3},
                        instrument="i", technician="t", certificate="c")  # fmt: skip
    assert worst_pin(record, SMALL) == ("DC-", 3e-4)
    assert worst_pin(record, AC) is None
    assert judge(record, SMALL).outcome is Outcome.PASSED


@pytest.mark.parametrize("row", CHECKLIST.values(), ids=list(CHECKLIST))
def test_a_question_of_the_checklist_is_one_and_names_its_article(row: Any) -> None:
    assert row.question.endswith("?")
    assert row.article[:3].isdecimal()
