"""One name for many programs: dispatch, and the words it shares with the world."""

import sys
from types import ModuleType

import pytest

from silverpin.apps.terminal.command_words import ACTS
from silverpin.apps.terminal.silverpin_cli import main
from silverpin.apps.world import World, WorldSetup


@pytest.mark.parametrize("program", ["demo", "run"])
def test_a_program_gets_the_rest_of_the_words_as_they_were_meant(
    program: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[list[str]] = []

    def stand_in(argv: list[str]) -> int:
        given.append(argv)
        return 3

    module = ModuleType(program)
    monkeypatch.setattr(module, "main", stand_in, raising=False)
    monkeypatch.setitem(sys.modules, f"silverpin.apps.{program}", module)
    assert main([program, "–power", "-10kW", "--help"]) == 3
    assert given == [["--power", "-10kW", "--help"]]


def test_every_act_of_the_world_can_be_asked_for_and_no_other() -> None:
    assert set(ACTS) == set(World(1, WorldSetup()).acts.names)
