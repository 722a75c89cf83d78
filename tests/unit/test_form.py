"""Forms: asked one by one with a way back, or read from a file, in the same words for a slip."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from silverpin.apps.terminal.form import (
    Answers,
    Entry,
    FormError,
    FormLeft,
    day,
    fill_in,
    instant,
    missing,
    one_of,
    quantity,
    summary,
    text,
    whole,
    yes_or_no,
)
from silverpin.apps.terminal.form_file import FileError, read_form, template
from silverpin.apps.terminal.inspection_form import entries, request
from silverpin.domain.connectors import CONNECTOR_SETS
from silverpin.domain.installation_checklist import CHECKLIST
from silverpin.domain.quantities import Unit

KIND = CONNECTOR_SETS["type2-32a"]
FORM = entries(KIND.power_pins, KIND.data_pins)
THREE = [
    Entry(path=("who",), question="Who", read=text, example="Ada", needed=True),
    Entry(path=("level",), question="Level", read=whole(1, 9), example="2"),
    Entry(path=("pins", "DC+", "resistance"), question="DC+", read=quantity(Unit.RESISTANCE),
          example="0.3mOhm", needed=True),
]  # fmt: skip


class Person:
    """Somebody who types these lines and reads what is said."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = iter(lines)
        self.asked: list[str] = []
        self.told: list[str] = []

    def answer(self, prompt: str) -> str | None:
        self.asked.append(prompt)
        return next(self.lines, None)

    def fills_in(self, answers: Answers | None = None, before: Answers | None = None) -> Answers:
        return fill_in(THREE, answers or {}, self.answer, self.told.append, before)


def test_questions_come_one_by_one_and_what_may_be_skipped_is() -> None:
    person = Person(["Ada", "", "0.31mOhm"])
    assert person.fills_in() == {
        ("who",): "Ada", ("pins", "DC+", "resistance"): pytest.approx(0.31e-3),
    }  # fmt: skip
    assert person.asked[0] == "1/3 Who (Ada): "
    assert person.asked[1] == "2/3 Level (2, Enter to skip): "


def test_a_slip_is_said_and_asked_again() -> None:
    person = Person(["", "Ada", "two", "2", "0.31", "0.31mOhm"])
    person.fills_in()
    assert person.told == [
        "  this one is needed",
        "  'two' is no number from 1 to 9",
        "  '0.31' has no unit: is it 0.31 ohm? Then write so",
    ]


def test_back_goes_back_and_shows_what_was_answered() -> None:
    person = Person(["Ada", "back", "Bo", "3", "1mOhm"])
    assert person.fills_in()["who",] == "Bo"
    assert person.asked[2] == "1/3 Who (Enter keeps Ada): "
    again = Person(["", "", ""])
    kept = {("who",): "Ada", ("pins", "DC+", "resistance"): 1e-3}
    assert again.fills_in(before=kept) == kept


def test_done_leaves_out_what_is_optional_and_no_more() -> None:
    assert Person(["Ada", "done", "1mOhm"]).fills_in().keys() == {
        ("who",), ("pins", "DC+", "resistance"),
    }  # fmt: skip


def test_what_was_given_is_not_asked() -> None:
    person = Person(["", "1mOhm"])
    assert person.fills_in({("who",): "Ada"})["who",] == "Ada"
    assert len(person.asked) == 2


def test_a_person_who_leaves_records_nothing() -> None:
    with pytest.raises(FormLeft):
        Person(["Ada"]).fills_in()


def test_the_summary_says_what_will_be_recorded_and_how_much_was_left_out() -> None:
    assert list(summary(THREE, {("who",): "Ada"})) == [("who", "Ada"), ("not checked", "2 of 3")]
    assert [row.name for row in missing(THREE, {})] == ["who", "pins.DC+.resistance"]


@pytest.mark.parametrize(
    ("read", "told"),
    [(day, "31.1.2028"), (instant, "noon"), (one_of("light", "heavy"), "l h"), (yes_or_no, "ja"),
     (whole(1, 9), "10"), (text, " "), (quantity(Unit.FORCE), "200"),
     (quantity(Unit.FORCE), "200 kg")],
)  # fmt: skip
def test_an_answer_that_cannot_be_is_a_form_error(read: object, told: str) -> None:
    assert callable(read)
    with pytest.raises(FormError):
        read(told)


def test_a_beginning_of_a_word_is_enough() -> None:
    assert yes_or_no("y") is True
    assert one_of("none", "light", "heavy")("L") == "light"
    assert quantity(Unit.FORCE)("0.22 kN") == pytest.approx(220.0)


# The file


def filled(tmp_path: Path, *swaps: tuple[str, str]) -> Path:
    lines = "\n".join(template(FORM, "Inspection"))
    for before, after in swaps:
        assert before in lines
        lines = lines.replace(before, after)
    path = tmp_path / "inspection.toml"
    path.write_text(lines, encoding="utf-8")
    return path


def test_an_empty_form_answers_nothing(tmp_path: Path) -> None:
    assert read_form(str(filled(tmp_path)), FORM) == {}


def test_a_filled_form_reads_as_it_was_written(tmp_path: Path) -> None:
    answers = {
        "technician": '"Ada"', "resistance": '"0.3 mΩ"', "pitting": '"none"', "moisture": "false",
        "pull_out": '"230 N"', "certificate_expires": "2028-01-31", "certificate_level": "2",
        "torque": "true", "space": '"n/a"',
    }  # fmt: skip
    path = filled(tmp_path, *((f'{key} = ""', f"{key} = {told}") for key, told in answers.items()))
    fields = request(read_form(str(path), FORM))
    assert fields["pins"] == dict.fromkeys((*KIND.power_pins, *KIND.data_pins), 0.3e-3)
    assert fields["surfaces"]["CP"] == {"pitting": "none"}
    assert fields["seal"] == {"moisture": False}
    assert (fields["pull_out_n"], fields["certificate_level"]) == (230.0, 2)
    assert fields["certificate_expires"] == "2028-01-31"
    assert fields["checklist"] == {"torque": "yes", "space": "n/a"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("colour = 1", "colour is no part of this form"),
        ('[pins.L1]\nresistance = "0.3"', r"pins\.L1\.resistance: '0\.3' has no unit"),
        ("[pins.L9]\npitting = 'none'", r"pins\.L9\.pitting is no part"),
        ("technician = ['Ada']", "technician must be one value"),
        ("technician = ", "is no TOML"),
        ("\x00", "is no TOML"),
    ],
)
def test_a_file_that_cannot_be_used_says_where(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "some.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(FileError, match=said):
        read_form(str(path), FORM)


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="cannot be read"):
        read_form(str(tmp_path / "none"), FORM)


def test_the_form_asks_for_every_pin_and_every_question_of_the_checklist() -> None:
    paths = {row.path for row in FORM}
    for pin in (*KIND.power_pins, *KIND.data_pins):
        assert {("pins", pin, what) for what in ("resistance", "oxidation", "pitting")} <= paths
    assert {("checklist", item) for item in CHECKLIST} <= paths
    assert [row.name for row in FORM if row.needed] == [
        "technician", "certificate", "instrument", *(f"pins.{pin}.resistance" for pin in
                                                     KIND.power_pins),
    ]  # fmt: skip
