"""What lies in a folder of certificates is told, and what is wrong before a vehicle finds out."""

import datetime as dt
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from silverpin.apps.terminal.v2g_tool import main
from silverpin.drivers.v2g import pki_folder
from silverpin.drivers.v2g.pki import LEAF_DAYS, bench_pki, revocation_list
from silverpin.drivers.v2g.verification import Role
from silverpin.protocols.tls_profiles import ISO20

NOW = dt.datetime.now(dt.UTC)
Said = pytest.CaptureFixture[str]


def show(*words: str) -> int:
    return main(["pki", "show", *words])


def test_each_side_is_a_line(tmp_path: Path, capsys: Said) -> None:
    pki_folder.create(tmp_path, ISO20, NOW)
    ends = NOW + dt.timedelta(days=LEAF_DAYS - 1)
    assert show(str(tmp_path)) == 0
    vehicle, charger = capsys.readouterr().out.splitlines()
    assert vehicle == (
        f"iso20/vehicle: WSPNBENCH00000001, secp521r1, ends {ends:%Y-%m-%d}, "
        "trusts Silverpin bench V2G root"
    )
    assert charger.startswith("iso20/charger: DE-SPN-S")


def test_programs_get_an_object_a_line(tmp_path: Path, capsys: Said) -> None:
    pki_folder.create(tmp_path, ISO20, NOW)
    assert show(str(tmp_path), "--json") == 0
    vehicle, charger = map(json.loads, capsys.readouterr().out.splitlines())
    assert (vehicle["schema"], vehicle["role"], charger["role"]) == (
        "silverpin.pki/1", "vehicle", "charger",
    )  # fmt: skip
    assert vehicle["ends"].endswith("Z")
    assert charger["problems"] == []


@pytest.mark.parametrize(
    ("age_days", "says"),
    [
        (LEAF_DAYS + 3, "WSPNBENCH00000001 ended on "),
        (LEAF_DAYS - 5, "WSPNBENCH00000001 ends on "),
        (-5, "WSPNBENCH00000001 is not valid before "),
    ],
)
def test_dates_that_are_wrong_are_told(
    tmp_path: Path, capsys: Said, age_days: int, says: str
) -> None:
    pki_folder.create(tmp_path, ISO20, NOW - dt.timedelta(days=age_days))
    assert show(str(tmp_path)) == 1
    assert f"v2g-tool pki: {says}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("age_days", "says"),
    [
        (3, None),
        (8, "the revocation list of Silverpin bench OEM authority 2 ended on "),
        (-3, "the revocation list of Silverpin bench OEM authority 2 is not valid before "),
    ],
)
def test_a_revocation_list_that_refuses_everybody_is_told(
    tmp_path: Path, capsys: Said, age_days: int, says: str | None
) -> None:
    pki_folder.create(tmp_path, ISO20, NOW)
    signer = bench_pki(ISO20, NOW).chains[Role.VEHICLE].authorities[1]
    made = revocation_list(signer, (), NOW - dt.timedelta(days=age_days), 7)
    (tmp_path / "iso20" / "charger" / "crls.pem").write_bytes(made.public_bytes(Encoding.PEM))
    assert show(str(tmp_path)) == (0 if says is None else 1)
    assert (says or "") in capsys.readouterr().err


def test_a_chain_in_disorder_a_key_that_others_read_and_a_wrong_role_are_told(
    tmp_path: Path, capsys: Said
) -> None:
    pki_folder.create(tmp_path, ISO20, NOW)
    side = tmp_path / "iso20"
    chain = (side / "charger" / "chain.pem").read_text()
    end = "-----END CERTIFICATE-----\n"
    leaf, first, second, _ = (part + end for part in chain.split(end))
    (side / "charger" / "chain.pem").write_text(leaf + second + first)
    (side / "vehicle" / "key.pem").chmod(0o644)
    assert show(str(tmp_path)) == 1
    told = capsys.readouterr()
    assert "iso20/vehicle: cannot be used" in told.out
    assert "others can read this key" in told.err
    assert "was not issued by Silverpin bench CPO authority 1, which follows it" in told.err
    (side / "vehicle" / "key.pem").chmod(0o600)
    (side / "charger").rename(side / "was")
    (side / "vehicle").rename(side / "charger")
    assert show(str(tmp_path)) == 1
    assert "WSPNBENCH00000001 has no domain component CSO" in capsys.readouterr().err


def test_an_empty_folder_is_a_bad_one(tmp_path: Path, capsys: Said) -> None:
    assert show(str(tmp_path)) == 3
    assert "no certificates of any profile lie in it" in capsys.readouterr().err
