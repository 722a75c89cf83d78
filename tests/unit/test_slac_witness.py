"""The story of a match, as `v2g-tool slac` tells it live and out of captures."""

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from silverpin.apps.exits import Exit
from silverpin.apps.terminal.v2g_tool import main
from silverpin.domain.quantities import NS_PER_MS, NS_PER_S
from silverpin.protocols.capture.records import Record
from silverpin.protocols.slac import messages as mme
from silverpin.protocols.slac.frames import BROADCAST, Frame
from silverpin.protocols.slac.messages import MESSAGES, Message
from silverpin.protocols.slac.witness import Told, Witness
from tests.captures import pcap
from tests.slac_data import recorded
from tests.slac_street import Street, station

CAR, OURS, NEXT = station(0, 0xE0), station(0, 0xC0), station(1, 0xC0)
RUN_ID = bytes(range(8))


def heard(level: int, charger: bytes = OURS, sounds: int = 10) -> tuple[Message, bytes]:
    groups = bytes([level] * 58)
    return mme.AttenCharInd(vehicle=CAR, run_id=RUN_ID, sounds=sounds, groups=groups), charger


def chosen(charger: bytes = OURS) -> list[tuple[Message, bytes]]:
    given = mme.SlacMatchCnf(
        vehicle=CAR, charger=charger, run_id=RUN_ID, nid=bytes(7), nmk=bytes(16)
    )
    return [
        (mme.SlacMatchReq(vehicle=CAR, charger=charger, run_id=RUN_ID), CAR),
        (given, charger),
    ]


def story(*said: tuple[Message, bytes], every_ns: int = 100 * NS_PER_MS) -> list[Told]:
    witness = Witness()
    return [
        told
        for n, (message, source) in enumerate(said)
        for told in witness.hear(message.frame(BROADCAST, source), NS_PER_S + n * every_ns)
    ]


def test_a_match_is_told_from_the_first_word_to_the_line() -> None:
    told = story((mme.SlacParmReq(run_id=RUN_ID), CAR), heard(31), *chosen())
    given = (
        "charger 02:c0:00:00:00:00 gave vehicle 02:e0:00:00:00:00 the key of network "
        "00000000000000, 0.30 s after its first word"
    )
    assert [row.text for row in told] == [
        "vehicle 02:e0:00:00:00:00 asks who hears it",
        "charger 02:c0:00:00:00:00 heard 10 of 10 sounds of 02:e0:00:00:00:00 at 31.0 dB",
        "vehicle 02:e0:00:00:00:00 chose charger 02:c0:00:00:00:00",
        given,
        "The power line is good: attenuation 31 dB.",
    ]


@pytest.mark.parametrize(
    ("charger", "words"),
    [(OURS, "which of 2 heard it best"), (NEXT, "though another of 2 heard it better")],
)
def test_the_choice_among_several_is_judged(charger: bytes, words: str) -> None:
    told = story(heard(31), heard(52, NEXT), *chosen(charger))
    assert told[2].text.endswith(words)


def test_what_was_captured_twice_was_not_sent_again() -> None:
    twice = [row for row in (heard(31), *chosen()) for _ in range(2)]
    assert story(*twice, every_ns=NS_PER_MS)[-1].figures["measures"]["messages sent again"] == 0
    again = story(heard(31), heard(31), *chosen())[-1]
    assert again.figures["grade"] == "fair"
    assert again.text.startswith("The power line is fair: messages sent again 1. Next: keep 50 mm")


def test_a_story_that_begins_in_its_middle_claims_nothing_of_the_line() -> None:
    (_, _, quality) = story(*chosen())
    assert quality.text == "The power line has not been measured yet."


def test_every_recorded_match_is_told(data_dir: Path) -> None:
    matches, grades = 0, set()
    for _, frames in recorded(data_dir):
        witness = Witness()
        rows = [told for at_ns, frame in frames for told in witness.hear(frame, at_ns)]
        grades |= {row.figures["grade"] for row in rows if row.kind == "quality"}
        matches += witness.matches
        assert witness.damaged == 0
    assert matches == 57
    assert grades == {"good", "fair", "poor"}


def test_any_message_in_any_order_tells_something_or_nothing() -> None:
    chance = random.Random(4)
    witness = Witness()
    for n in range(3_000):
        body = chance.randbytes(chance.choice((0, 20, 400)))
        kind = chance.choice(MESSAGES)
        frame = Frame(BROADCAST, station(n % 256, 0xE0), kind.KIND, body, kind.VERSION)
        for told in witness.hear(frame, n * NS_PER_MS):
            assert told.text
    assert witness.damaged > 100


def street_frames() -> list[bytes]:
    """All that a match puts on the wire."""
    street = Street()
    street.plug(0, 0)
    sent: list[bytes] = []
    carry = street.line.send

    def note(port: int, octets: bytes) -> Iterator[tuple[int, bytes]]:
        sent.append(octets)
        return carry(port, octets)

    street.line.send = note  # type: ignore[method-assign]
    street.run(2.0)
    return sent


def test_a_capture_is_told_in_words_and_in_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    records = [
        Record(n * 20 * NS_PER_MS, 1, octets, len(octets))
        for n, octets in enumerate(street_frames())
    ]
    path = tmp_path / "match.pcap"
    path.write_bytes(pcap(records))
    assert main(["slac", str(path)]) == Exit.DONE
    words = capsys.readouterr()
    assert "chose charger 02:c0:00:00:00:00" in words.out
    assert words.err == "v2g-tool slac: 1 match\n"
    assert main(["slac", str(path), "--json"]) == Exit.DONE
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["kind"] for row in rows] == ["heard", "chose", "matched", "quality"]
    assert {row["schema"] for row in rows} == {"silverpin.slac/1"}
    assert "nmk" not in str(rows)


def test_what_is_no_capture_and_no_interface_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "text"
    path.write_text("hello, this is text")
    assert main(["slac", str(path)]) == Exit.BAD_FILE
    assert "v2g-tool slac: it begins with" in capsys.readouterr().err
    assert main(["slac", "nothere0", "--seconds", "1"]) in (Exit.UNREACHABLE, Exit.FORBIDDEN)
    assert "v2g-tool slac: power line on nothere0: " in capsys.readouterr().err


def test_an_interface_is_listened_to(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    sent = iter([street_frames()])
    ready = (tmp_path / "ready").open("w+b")

    class Interface:
        def __init__(self, name: str, *, both_ways: bool) -> None:
            assert (name, both_ways) == ("eth1", True)

        def __enter__(self) -> "Interface":
            return self

        def __exit__(self, *_: object) -> None:
            ready.close()

        def fileno(self) -> int:
            return ready.fileno()

        def receive(self) -> list[bytes]:
            frames = next(sent, None)
            if frames is None:
                raise KeyboardInterrupt
            return [b"short", *frames]

    monkeypatch.setattr("silverpin.apps.terminal.slac_command.PlcInterface", Interface)
    assert main(["slac", "eth1"]) == Exit.DONE
    told = capsys.readouterr()
    assert "gave vehicle 02:e0:00:00:00:00 the key" in told.out
    assert "listening on eth1" in told.err
