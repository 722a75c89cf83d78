"""The shipped tables are what the generator makes of the schemas, and every type of them works."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from silverpin.protocols.exi import PROTOCOLS, messages
from silverpin.protocols.exi.coder import json_coder
from silverpin.protocols.exi.grammar import load
from tools import exi_tables

WHEEL = "iso15118==0.31.2"
EVENT_CODE_BITS = {
    "sap": (2, 4),
    "din": (7, 8),
    "iso2": (7, 8),
    "iso20-common": (6, 9),
    "iso20-ac": (6, 8),
    "iso20-dc": (6, 8),
    "xmldsig": (5, 6),
}


@pytest.fixture(scope="session")
def schemas(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The schema files of the wheel, which is fetched for them and never installed."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(folder), WHEEL]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(
            f"{WHEEL} cannot be fetched, so the tables stay unchecked: {done.stderr[-200:]}"
        )
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        wheel.extractall(folder)
    return folder / "iso15118/shared/schemas"


@pytest.mark.long
def test_tables_are_what_the_schemas_say(schemas: Path) -> None:
    for protocol, source in exi_tables.SOURCES.items():
        shipped = (exi_tables.TABLES / f"{protocol}.json").read_text(encoding="utf-8")
        assert shipped == exi_tables.text_of(exi_tables.compile_table(schemas / source)), protocol


def test_there_is_a_table_for_every_protocol() -> None:
    assert {path.stem for path in exi_tables.TABLES.glob("*.json")} == set(PROTOCOLS)


def test_no_schema_file_is_shipped() -> None:
    assert list(exi_tables.TABLES.parent.rglob("*.xsd")) == []


@pytest.mark.parametrize(("protocol", "bits"), EVENT_CODE_BITS.items())
def test_widths_of_root_and_fragment_codes(protocol: str, bits: tuple[int, int]) -> None:
    grammar = load(protocol)
    assert (len(grammar.roots).bit_length(), (len(grammar.fragments) + 1).bit_length()) == bits


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_every_type_has_a_reader_and_a_writer_in_both_shapes(protocol: str) -> None:
    schema = messages(protocol)
    for coder in (json_coder(protocol), schema._coder):
        for number in range(len(coder.grammar.types)):
            assert callable(coder.reader(number))
            assert coder._make("r", number).__name__ == f"r{number}"
            assert coder._make("w", number).__name__ == f"w{number}"
