"""Command lines as text programs mangle them, and as they were meant."""

import argparse

import pytest
from hypothesis import given
from hypothesis import strategies as st

from silverpin.apps.terminal.arguments import Parser, add_shared, normalise, quantity, read
from silverpin.domain.quantities import Unit

ODD = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212‘’“”„«»\u00a0\u202f= 5kWa.é"
words = st.text() | st.text(ODD, max_size=8)


@pytest.mark.verifies("OPS-5")
@pytest.mark.parametrize(
    ("pasted", "meant"),
    [
        (["reset", "–thermal"], ["reset", "--thermal"]),
        (["–mode", "V2X", "–power", "5kW"], ["--mode", "V2X", "--power", "5kW"]),
        (["—mode", "“V2X”"], ["--mode", "V2X"]),
        (["−−mode", "‘V2X’"], ["--mode", "V2X"]),
        (["-–mode", "„V2X“"], ["--mode", "V2X"]),
        (["–mode=“V2X”", "–power=–5kW"], ["--mode=V2X", "--power=-5kW"]),
        (["–power", "–5kW"], ["--power", "-5kW"]),
        (["–power", "−.5kW"], ["--power", "-.5kW"]),
        (["–h"], ["-h"]),
        (["“–thermal”"], ["--thermal"]),
        (["run", "–no\u2011skip"], ["run", "--no-skip"]),
        (["–mode\u00a0V2X", "–power\u00a05\u00a0kW"], ["--mode", "V2X", "--power", "5 kW"]),
        (["set-output\u00a018\u00a0high"], ["set-output", "18", "high"]),
        (["reset\u202f–thermal"], ["reset", "--thermal"]),
        (["–pin", "DC+=0.31\u00a0mOhm"], ["--pin", "DC+=0.31 mOhm"]),
        (["–technician", "“A.", "de", "Müller”"], ["--technician", "A. de Müller"]),
        (["decode", "–"], ["decode", "-"]),
        (["decode", "—", "file"], ["decode", "--", "file"]),
    ],
)
def test_a_pasted_command_is_read_as_it_was_meant(pasted: list[str], meant: list[str]) -> None:
    assert normalise(pasted).argv == meant


@pytest.mark.parametrize(
    "argv",
    [
        ["run", "--signal", "Messung – Tag 1.csv", "D’Angelo"],
        ["--", "–x", "“y”"],
        ["--power", "-5kW", "--seed", "-1", "-"],
        ["--technician", "A. “Bob” Müller", ""],
    ],
)
def test_a_plain_command_stays_as_it_is(argv: list[str]) -> None:
    assert normalise(argv) == (argv, [])


def test_what_was_read_otherwise_is_told() -> None:
    assert normalise(["reset", "–thermal", "“x”"]).read_as == [
        ("–thermal", "--thermal"),
        ("“x”", "x"),
    ]


@given(st.lists(words, max_size=6))
def test_anything_at_all_is_read_and_reading_it_again_changes_nothing(argv: list[str]) -> None:
    once = normalise(argv)
    assert normalise(once.argv) == (once.argv, [])
    assert bool(once.read_as) == (once.argv != argv)


@given(st.lists(st.text(st.characters(max_codepoint=127)), max_size=6))
def test_plain_ascii_is_never_touched(argv: list[str]) -> None:
    assert normalise(argv).argv == argv


@given(st.lists(words, max_size=6))
def test_words_after_a_bare_double_dash_are_never_touched(argv: list[str]) -> None:
    assert normalise(["x", "--", *argv]).argv == ["x", "--", *argv]


def parser() -> Parser:
    made = Parser(prog="tool")
    add_shared(made)
    made.add_argument("--power", type=quantity(Unit.POWER))
    made.add_argument("value", nargs="?")
    return made


@pytest.mark.parametrize("argv", [["--power", "-5kW"], ["--power=-5kW"], ["–power", "−5 kW"]])
def test_a_negative_quantity_is_a_value(argv: list[str]) -> None:
    assert read(parser(), argv).power == -5000.0


def test_a_negative_value_may_stand_alone() -> None:
    assert read(parser(), ["-10kW"]).value == "-10kW"


def test_shared_options_stand_before_or_after_a_command() -> None:
    main = Parser(prog="tool")
    below = main.add_subparsers().add_parser("status")
    add_shared(main, below)
    for argv in (["--json", "--socket", "x", "status"], ["status", "--json", "--socket", "x"]):
        options = read(main, argv)
        assert (options.json, options.socket) == (True, "x")
    assert read(main, ["status"]) == argparse.Namespace(json=False, socket=None)


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (["--power", "5 apples"], "'5 apples' has no unit of power: write it like 5kW"),
        (["--power"], "expected one argument"),
        (["--pow", "5kW"], "unrecognized arguments: --pow"),
    ],
)
def test_a_usage_error_is_one_sentence_and_a_hint(
    argv: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        read(parser(), argv)
    assert end.value.code == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert says in told.err
    assert told.err.endswith("; see tool --help\n")
    assert told.err.count("\n") == 1


def test_reading_otherwise_is_said_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    read(parser(), ["–power", "5kW", "“x”"])
    assert capsys.readouterr().err == "tool: read –power as --power, “x” as x\n"
