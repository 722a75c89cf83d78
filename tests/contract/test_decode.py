"""`v2g-tool decode` as people and programs meet it: keys, exits, words, and where they go."""

import gzip
import json
import select
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from silverpin.apps.exits import Exit
from silverpin.apps.terminal.v2g_tool import main
from silverpin.protocols.capture.records import Record
from silverpin.protocols.v2gtp import EXI, frame
from tests.captures import SAP_REQ, SAP_RES, Talk, pcap, pcapng, record, udp

KEYS = ["schema", "n", "t", "session", "from", "protocol", "name", "message", "exi", "trailing",
        "error"]  # fmt: skip
ANSWER = {"supportedAppProtocolRes": {"ResponseCode": "OK_SuccessfulNegotiation", "SchemaID": 1}}
FRAME = frame(EXI, SAP_RES).hex()
RUN = [
    sys.executable,
    "-c",
    "import sys; from silverpin.apps.terminal.v2g_tool import main; sys.exit(main())",
]


def talk() -> list[Record]:
    return (
        Talk()
        .say([frame(EXI, SAP_REQ)], from_ev=True)
        .say([frame(EXI, SAP_RES)], from_ev=False)
        .end()
        .records
    )


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    path = tmp_path / "talk.pcap"
    path.write_bytes(pcap(talk()))
    return path


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def piped(octets: bytes, *words: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*RUN, "decode", *words], input=octets, capture_output=True, timeout=30, check=False
    )


def test_a_line_has_the_keys_that_others_lean_on(
    capture: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["decode", str(capture), "--json"]) == Exit.DONE
    asked, answered = lines(capsys)
    assert list(asked) == KEYS
    assert answered == {
        "schema": "silverpin.v2g_message/1",
        "n": 2,
        "t": "2023-11-14T22:13:20.004000Z",
        "session": "s1",
        "from": "evse",
        "protocol": "sap",
        "name": "supportedAppProtocolRes",
        "message": ANSWER,
        "exi": SAP_RES.hex(),
        "trailing": "",
        "error": None,
    }


def test_verify_encodes_again_and_tells_stray_octets(capsys: pytest.CaptureFixture[str]) -> None:
    stray = frame(EXI, SAP_RES + b"\0").hex()
    assert main(["decode", stray, "--json", "--verify"]) == Exit.DONE
    (line,) = lines(capsys)
    assert (line["reencoded"], line["trailing"], line["exi"]) == (True, "00", SAP_RES.hex() + "00")


@pytest.mark.parametrize("write", [pcap, pcapng])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_every_kind_of_file_and_standard_input(tmp_path: Path, write: Any, pack: Any) -> None:
    octets = pack(write(talk()))
    path = tmp_path / "any.name"
    path.write_bytes(octets)
    by_file, by_pipe = piped(b"", str(path), "--json"), piped(octets, "-", "--json")
    assert by_file.returncode == by_pipe.returncode == Exit.DONE
    assert by_file.stdout == by_pipe.stdout
    assert by_file.stdout.count(b"\n") == 2
    assert by_file.stderr == b"v2g-tool decode: 2 messages in 6 packets\n"


@pytest.mark.parametrize("given", [pcap(talk()), f"{FRAME}\n".encode()], ids=["capture", "hex"])
def test_what_is_piped_is_told_while_it_comes(given: bytes) -> None:
    with subprocess.Popen(
        [*RUN, "decode", "-", "--json"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as program:  # fmt: skip
        assert program.stdin is not None
        assert program.stdout is not None
        program.stdin.write(given)
        program.stdin.flush()
        told, _, _ = select.select([program.stdout], [], [], 60.0)
        first = program.stdout.readline() if told else b""
        program.stdin.close()
    assert b"supportedAppProtocol" in first


@pytest.mark.parametrize(
    "written",
    [FRAME, FRAME.upper(), f"0x{FRAME}", " ".join(FRAME[n : n + 2] for n in range(0, 24, 2))],
)
def test_hex_as_people_write_it(written: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["decode", written, "--json"]) == Exit.DONE
    (line,) = lines(capsys)
    assert (line["message"], line["t"], line["session"]) == (ANSWER, None, None)


def test_bare_exi_needs_its_schema_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["decode", SAP_RES.hex(), "--protocol", "sap", "--json"]) == Exit.DONE
    assert lines(capsys)[0]["message"] == ANSWER
    assert main(["decode", SAP_RES.hex(), "--json"]) == Exit.REFUSED
    assert "name it with --protocol" in lines(capsys)[0]["error"]["reason"]


def test_lines_of_hex_give_a_line_each_whatever_they_hold() -> None:
    given = f"{FRAME}\n\nno hex\n01fe\n80\n8098\n{FRAME}{FRAME}\n{FRAME}"
    done = piped(given.encode(), "-", "--json", "--protocol", "iso2")
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == Exit.REFUSED
    assert [line["n"] for line in told] == list(range(1, 9))
    assert [line["error"] is None for line in told] == [1, 0, 0, 0, 0, 1, 1, 1]
    assert told[1]["error"] == {"bit": None, "reason": "'no hex' is no hex"}
    assert isinstance(told[4]["error"]["bit"], int)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["none.pcap"], "none.pcap is neither a file nor hex"),
        (["."], "Is a directory"),
        ([__file__], "is no capture: it begins with 22 22 22 60"),
        ([FRAME, "--keylog", "none"], "the key log none cannot be read"),
        ([FRAME, "--keylog", __file__], "is no key log"),
    ],
)
def test_what_cannot_be_read_ends_with_one_sentence(
    words: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["decode", *words]) == Exit.BAD_FILE
    told = capsys.readouterr()
    assert says in told.err
    assert (told.out, told.err.count("\n")) == ("", 1)


@pytest.mark.parametrize("octets", [b"", b"\x1f\x8b", gzip.compress(b"text", mtime=0)])
def test_an_empty_or_foreign_packed_file_is_no_capture(tmp_path: Path, octets: bytes) -> None:
    path = tmp_path / "x"
    path.write_bytes(octets)
    assert main(["decode", str(path)]) == Exit.BAD_FILE


def test_a_packed_file_that_is_cut_gives_what_it_holds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "cut.gz"
    path.write_bytes(gzip.compress(pcap(talk()))[:-6])
    assert main(["decode", str(path), "--json"]) == Exit.DONE
    told = capsys.readouterr()
    assert told.out.count("\n") == 2
    assert "ends early" in told.err


def test_lines_for_people(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "sdp.pcap"
    path.write_bytes(pcap([record(udp(frame(0x9000, b"\0\0"), from_ev=True), 1_000_000_000)]))
    assert main(["decode", str(path)]) == Exit.DONE
    words = "1 00:00:01.000 ev sdp SECCDiscoveryReq Security TLS, TransportProtocol TCP"
    assert " ".join(capsys.readouterr().out.split()) == words
    current = {"Multiplier": -1, "Unit": "A", "Value": 15604}
    assert main(["decode", demand(current), "--protocol", "iso2"]) == Exit.DONE
    assert "EVSEPresentCurrent 1560.4 A" in capsys.readouterr().out


def demand(current: dict[str, Any]) -> str:
    from silverpin.protocols.exi import encode

    volts = {"Multiplier": 0, "Unit": "V", "Value": 400}
    status = {"NotificationMaxDelay": 0, "EVSENotification": "None", "EVSEStatusCode": "EVSE_Ready"}
    answer = {
        "ResponseCode": "OK", "DC_EVSEStatus": status, "EVSEPresentVoltage": volts,
        "EVSEPresentCurrent": current, "EVSECurrentLimitAchieved": False,
        "EVSEVoltageLimitAchieved": False, "EVSEPowerLimitAchieved": False,
        "EVSEID": "DE*PNX*E12345*1", "SAScheduleTupleID": 1,
    }  # fmt: skip
    header = {"SessionID": "0102030405060708"}
    message = {"V2G_Message": {"Header": header, "Body": {"CurrentDemandRes": answer}}}
    return encode("iso2", message).hex()


def test_a_summary_for_programs(capture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["decode", str(capture), "--summary", "--json"]) == Exit.DONE
    (told,) = lines(capsys)
    assert told["schema"] == "silverpin.v2g_summary/1"
    assert told["messages"] == {"ev": 1, "evse": 1}
    assert told["duration_s"] == 0.001
    assert told["ended"] == {
        "by": "ev",
        "why": "no stop was asked for",
        "how": "the vehicle closed the connection first",
        "last": "supportedAppProtocolRes",
    }


def test_a_program_without_the_codec_is_asked_nothing_of_it() -> None:
    code = (
        "import sys, silverpin.apps.terminal.v2g_tool;"
        "print(any('protocols.exi' in m for m in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=30, check=True)
    assert done.stdout == b"False\n"
