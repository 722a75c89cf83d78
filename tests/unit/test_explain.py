"""Every fault explained from its one row: at the terminal, in the status, and on the page."""

import json
from importlib.resources import files

import pytest

from silverpin.apps.exits import Exit
from silverpin.apps.terminal.evse_cli import main
from silverpin.domain.faults import FAULTS, Fault
from tests.daemon_station import VirtualStation

ROWS = pytest.mark.parametrize("fault", FAULTS.values(), ids=list(FAULTS))


@pytest.mark.verifies("OPS-2")
@ROWS
def test_explain_tells_cause_proof_and_who_acts(
    fault: Fault, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", fault.code]) == Exit.DONE
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"{fault.code}: {fault.title}"
    told = dict(line.split(maxsplit=1) for line in lines[1:] if not line.startswith(" "))
    assert told["cause"] == fault.cause
    assert told["verify"] == fault.verify
    assert told["next"] == f"{fault.who.value}: {fault.next_step}"
    assert told["reset"] == fault.reset.value


@pytest.mark.verifies("OPS-2")
@ROWS
def test_explain_tells_programs_the_same(fault: Fault, capsys: pytest.CaptureFixture[str]) -> None:
    for written in (fault.code, fault.code.lower(), fault.code.removeprefix("ERR_")):
        assert main(["explain", written, "--json"]) == Exit.DONE
        told = json.loads(capsys.readouterr().out)
        assert told["schema"] == "silverpin.fault/1"
        assert (told["code"], told["cause"], told["verify"]) == (
            fault.code, fault.cause, fault.verify,
        )  # fmt: skip
        assert (told["who"], told["next_step"]) == (fault.who.value, fault.next_step)


@pytest.mark.verifies("OPS-2")
@ROWS
def test_a_latched_fault_carries_its_row_to_the_page(fault: Fault) -> None:
    station = VirtualStation()
    station.charger.envelope.accuse(fault.code, station.world.now_ns, "for the test")
    (told,) = [row for row in station.status()["faults"] if row["code"] == fault.code]
    assert (told["title"], told["verify"], told["who"], told["next_step"], told["reset"]) == (
        fault.title, fault.verify, fault.who.value, fault.next_step, fault.reset.value,
    )  # fmt: skip
    assert told["cause"]


@pytest.mark.verifies("OPS-2")
def test_the_page_has_no_cause_and_no_step_of_its_own() -> None:
    scripts = "".join(
        entry.read_text(encoding="utf-8")
        for entry in files("silverpin.apps.web").joinpath("static").iterdir()
        if entry.name.endswith((".js", ".html"))
    )
    assert scripts
    for fault in FAULTS.values():
        assert fault.cause not in scripts
        assert fault.verify not in scripts
