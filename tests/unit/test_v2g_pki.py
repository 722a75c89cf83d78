"""Certificates for a bench: whole, for their owner alone, and the same the second time."""

import datetime as dt
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from silverpin.apps.terminal.v2g_tool import main
from silverpin.drivers.v2g import pki_folder
from silverpin.drivers.v2g.credentials import BadCredentials, load_credentials
from silverpin.drivers.v2g.pki import LEAF_DAYS, bench_pki, revocation_list
from silverpin.drivers.v2g.verification import Role, key_name, wrong_role
from silverpin.protocols.tls_profiles import ISO2, ISO20, PROFILES, TlsProfile

NOW = dt.datetime.now(dt.UTC)


def create(*words: str) -> int:
    return main(["pki", "create", *words])


@pytest.mark.parametrize("profile", PROFILES.values(), ids=lambda profile: profile.name)
@pytest.mark.parametrize("role", Role)
def test_each_leaf_has_the_role_and_key_of_its_profile(profile: TlsProfile, role: Role) -> None:
    for kind in profile.keys:
        chain = bench_pki(profile, NOW, kind).chains[role]
        assert wrong_role(chain.leaf.certificate, role, profile) is None
        everyone = (chain.root, *chain.authorities, chain.leaf)
        assert {key_name(each.certificate) for each in everyone} == {kind}


@pytest.mark.parametrize("profile", [ISO20, ISO2], ids=lambda profile: profile.name)
def test_openssl_itself_verifies_the_chains(tmp_path: Path, profile: TlsProfile) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("no openssl on this machine")
    assert create(str(tmp_path), "--profile", profile.name) == 0
    purposes = {Role.VEHICLE: "sslclient", Role.CHARGER: "sslserver"}
    for role, other in ((Role.VEHICLE, Role.CHARGER), (Role.CHARGER, Role.VEHICLE)):
        chain = tmp_path / profile.name / role.value / "chain.pem"
        roots = tmp_path / profile.name / other.value / "roots.pem"
        words = ["openssl", "verify", "-x509_strict", "-purpose", purposes[role],
                 "-CAfile", str(roots), "-untrusted", str(chain), str(chain)]  # fmt: skip
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


def test_they_are_created_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = tmp_path / "pki"
    assert create(str(place)) == 0
    assert capsys.readouterr().out == f"{place / 'iso20'}: created\n"
    before = {path: path.read_bytes() for path in place.rglob("*.pem")}
    assert create(str(place)) == 0
    assert capsys.readouterr().out == f"{place / 'iso20'}: already so\n"
    assert {path: path.read_bytes() for path in place.rglob("*.pem")} == before
    assert create(str(place), "--profile", "iso2") == 0
    assert sorted(path.name for path in place.iterdir()) == ["iso2", "iso20"]


def test_nobody_else_can_read_them(tmp_path: Path) -> None:
    place = tmp_path / "pki"
    create(str(place))
    assert {path.stat().st_mode & 0o777 for path in place.rglob("*.pem")} == {0o600}
    folders = [place, *(path for path in place.rglob("*") if path.is_dir())]
    assert {path.stat().st_mode & 0o777 for path in folders} == {0o700}


def test_what_lies_there_and_cannot_be_used_is_not_written_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    create(str(tmp_path))
    key = tmp_path / "iso20" / "vehicle" / "key.pem"
    key.unlink()
    capsys.readouterr()
    assert create(str(tmp_path)) == 3
    assert capsys.readouterr().err.startswith(f"v2g-tool pki: {key}: No such file")


def test_what_has_ended_is_told(tmp_path: Path) -> None:
    pki_folder.create(tmp_path, ISO20, NOW - dt.timedelta(days=LEAF_DAYS + 2))
    with pytest.raises(BadCredentials, match=r"ended on .* take .*iso20 away and create it again"):
        pki_folder.create(tmp_path, ISO20, NOW)


def test_a_folder_that_cannot_be_made_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    assert create(str(tmp_path / "file" / "pki")) == 3
    assert "Not a directory" in capsys.readouterr().err


def test_a_key_that_a_profile_does_not_have_is_a_wrong_word(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        create(str(tmp_path), "--profile", "iso2", "--key", "ed448")
    assert ended.value.code == 2
    assert "profile iso2 has no ed448: use secp256r1" in capsys.readouterr().err
    assert create(str(tmp_path), "--key", "ed448") == 0
    leaf = load_credentials(tmp_path / "iso20" / "charger").chain[0]
    assert key_name(leaf) == "ed448"


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    create(str(tmp_path))
    side = tmp_path / "iso20" / "charger"
    (side / "key.pem").chmod(0o640)
    with pytest.raises(BadCredentials, match=r"others can read this key \(mode 0640\): chmod 600"):
        load_credentials(side)


@pytest.mark.parametrize("name", ["chain.pem", "roots.pem", "crls.pem"])
def test_a_file_that_is_no_certificate_is_named(tmp_path: Path, name: str) -> None:
    create(str(tmp_path))
    side = tmp_path / "iso20" / "charger"
    (side / name).write_text("nonsense\n")
    with pytest.raises(BadCredentials, match=rf"{name}: no .* in PEM"):
        load_credentials(side)


def test_a_folder_or_a_huge_file_is_no_certificate(tmp_path: Path) -> None:
    create(str(tmp_path))
    chain = tmp_path / "iso20" / "charger" / "chain.pem"
    chain.write_bytes(bytes((1 << 18) + 1))
    with pytest.raises(BadCredentials, match="no regular file of at most"):
        load_credentials(chain.parent)
    chain.unlink()
    chain.mkdir()
    with pytest.raises(BadCredentials, match="no regular file"):
        load_credentials(chain.parent)


def two_lists() -> list[x509.CertificateRevocationList]:
    chain = bench_pki(ISO20, NOW).chains[Role.VEHICLE]
    return [
        revocation_list(signer, (chain.leaf.certificate,), NOW, 7) for signer in chain.authorities
    ]


@pytest.mark.parametrize(
    ("found", "put"),
    [(b"", b""), (b"\n", b"\r\n"), (b"-----\n-----BEGIN", b"----------BEGIN"),
     (b"END X509 CRL-----\n", b"END X509 CRL-----\nsays nothing\n")],
    ids=["as they are", "of Windows", "in one line", "with words between"],
)  # fmt: skip
def test_no_revocation_list_is_passed_over(tmp_path: Path, found: bytes, put: bytes) -> None:
    create(str(tmp_path))
    lists, side = two_lists(), tmp_path / "iso20" / "charger"
    written = b"".join(each.public_bytes(Encoding.PEM) for each in lists)
    (side / "crls.pem").write_bytes(written.replace(found, put) if found else written)
    assert list(load_credentials(side).crls) == lists


@pytest.mark.parametrize("cut", [0, 40, -40])
def test_revocation_lists_that_are_not_whole_are_named(tmp_path: Path, cut: int) -> None:
    create(str(tmp_path))
    side = tmp_path / "iso20" / "charger"
    written = b"".join(each.public_bytes(Encoding.PEM) for each in two_lists())
    (side / "crls.pem").write_bytes(written[:cut])
    with pytest.raises(BadCredentials, match=r"crls\.pem: no revocation lists in PEM"):
        load_credentials(side)


def test_revocation_lists_are_read(tmp_path: Path) -> None:
    create(str(tmp_path))
    pki = bench_pki(ISO20, NOW)
    chain = pki.chains[Role.VEHICLE]
    lists = [
        revocation_list(signer, (chain.leaf.certificate,), NOW, 7) for signer in chain.authorities
    ]
    side = tmp_path / "iso20" / "charger"
    (side / "crls.pem").write_bytes(b"".join(each.public_bytes(Encoding.PEM) for each in lists))
    assert list(load_credentials(side).crls) == lists
    assert isinstance(load_credentials(side).chain[0], x509.Certificate)
