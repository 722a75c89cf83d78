"""The form of an inspection: what `evse-cli inspect` asks, in the order in which it is done."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from silverpin.apps.terminal.form import (
    Answers,
    Entry,
    Path,
    day,
    instant,
    one_of,
    quantity,
    text,
    whole,
    yes_or_no,
)
from silverpin.domain.installation_checklist import CHECKLIST
from silverpin.domain.limits import LIMITS
from silverpin.domain.quantities import Unit

_SURFACES = ("none", "light", "heavy")
_OHM = quantity(Unit.RESISTANCE)
_NEWTON = quantity(Unit.FORCE)


def _milliohm(ohm: float) -> str:
    return f"{ohm * 1e3:.4g} mΩ"


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def signing(instrument: bool = True) -> Iterator[Entry]:
    """Yield who answers for a record, and with what it was measured."""
    yield Entry(path=("technician",), question="Technician", read=text, example="A. Lovelace",
                needed=True)  # fmt: skip
    yield Entry(path=("certificate",), question="Number of the electrical certificate", read=text,
                example="L2-4711", needed=True)  # fmt: skip
    yield Entry(path=("certificate_level",), question="Level of the certificate",
                read=whole(1, 9), example="2")  # fmt: skip
    yield Entry(path=("certificate_expires",), question="Certificate valid to", read=day,
                example="2028-01-31")  # fmt: skip
    if instrument:
        yield Entry(path=("instrument",), question="Instrument", read=text,
                    example="micro-ohmmeter 17", needed=True)  # fmt: skip
        yield Entry(path=("instrument_calibrated",), question="Instrument calibrated on", read=day,
                    example="2026-03-01")  # fmt: skip


def entries(power_pins: Sequence[str], data_pins: Sequence[str]) -> list[Entry]:
    """Return the form for a connector with these pins."""
    return [*signing(), *_pins(power_pins, data_pins), *_rest(), *_checklist()]


def _pins(power_pins: Sequence[str], data_pins: Sequence[str]) -> Iterator[Entry]:
    for pin in power_pins:
        question = f"{pin}: contact resistance, four wires"
        yield Entry(path=("pins", pin, "resistance"), question=question, read=_OHM,
                    example="0.31mOhm", needed=True, write=_milliohm)  # fmt: skip
        yield from _look(pin)
    for pin in data_pins:
        question = f"{pin}: contact resistance, if measured"
        yield Entry(path=("pins", pin, "resistance"), question=question, read=_OHM,
                    example="2mOhm", write=_milliohm)  # fmt: skip
        yield from _look(pin)


def _look(pin: str) -> Iterator[Entry]:
    for what, words in (("oxidation", "oxide under the microscope"), ("pitting", "pits")):
        yield Entry(path=("pins", pin, what), question=f"{pin}: {words}", read=one_of(*_SURFACES),
                    example="none, light or heavy")  # fmt: skip


def _rest() -> Iterator[Entry]:
    yield Entry(path=("seal", "deformed"), question="Is the EPDM seal deformed?", read=yes_or_no,
                example="yes or no", write=_yes)  # fmt: skip
    yield Entry(path=("seal", "moisture"), question="Is there moisture behind the seal?",
                read=yes_or_no, example="yes or no", write=_yes)  # fmt: skip
    pull = f"Bolt in: pull that the plug withstood, at least {LIMITS.pull_out_min_n:g} N"
    yield Entry(path=("pull_out",), question=pull, read=_NEWTON, example="220N",
                write="{:.0f} N".format)  # fmt: skip
    earth = f"Protective earth, below {LIMITS.earth_max_ohm:g} Ω"
    yield Entry(path=("earth",), question=earth, read=_OHM, example="4.2Ohm",
                write="{:.3g} Ω".format)  # fmt: skip
    yield Entry(path=("measured",), question="When it was measured, if not now", read=instant,
                example="2026-11-22T14:30")  # fmt: skip
    yield Entry(path=("corrects",), question="Number of the record that this corrects",
                read=whole(1, 2**53), example="1204")  # fmt: skip
    yield Entry(path=("note",), question="Note", read=text, example="anything worth knowing")


def _checklist() -> Iterator[Entry]:
    for row in CHECKLIST.values():
        yield Entry(path=("checklist", row.id), question=f"NFPA 70 {row.article}: {row.question}",
                    read=one_of("yes", "no", "n/a"), example="yes, no or n/a")  # fmt: skip


def request(answers: Mapping[Path, Any]) -> dict[str, Any]:
    """Return the fields of the request `inspect` for these answers."""
    fields: dict[str, Any] = {
        path[0]: value for path, value in answers.items()
        if len(path) == 1 and path[0] not in ("pull_out", "earth")
    } | {"pins": {}, "surfaces": {}, "seal": {}, "checklist": {}}  # fmt: skip
    for path, value in answers.items():
        if path[0] == "pins" and path[2] == "resistance":
            fields["pins"][path[1]] = value
        elif path[0] == "pins":
            fields["surfaces"].setdefault(path[1], {})[path[2]] = value
        elif path[0] in ("seal", "checklist"):
            fields[path[0]][path[1]] = value
    for name, key in (("pull_out", "pull_out_n"), ("earth", "earth_ohm")):
        if (name,) in answers:
            fields[key] = answers[name,]
    return {name: value for name, value in fields.items() if value != {}}


def tick_all(answers: Answers) -> None:
    """Answer every question of the checklist that has no answer with yes."""
    for item in CHECKLIST:
        answers.setdefault(("checklist", item), "yes")
