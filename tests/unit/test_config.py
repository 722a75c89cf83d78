"""The configuration: what is wrong is said in one sentence, what is right is in force."""

import os
import re
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from silverpin.apps import config as config_module
from silverpin.apps.config import (
    DEFAULT_PATH,
    Config,
    ConfigError,
    describe,
    example_toml,
    load_config,
)
from silverpin.apps.config import file as config_file
from silverpin.apps.config.file import SIZE_MAX_BYTES
from silverpin.domain.limits import FIXED, LIMITS, LOWER, limit_fields

CHARGER = """
[charger]
id = "bay-1"
serial = "AB1234567"
connector = "ccs2-200a"
power_max_w = 22_000
"""
HARDWARE = """
[hardware]
lock_status_line = 23
contactor_line = 24
mirror_line = 25
"""
TABLE = limit_fields()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "evse.toml"


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    return path


def load(path: Path, text: str) -> Config:
    return load_config(write(path, text), simulate=False)


def refusal(path: Path, text: str, simulate: bool = False) -> str:
    with pytest.raises(ConfigError) as error:
        load_config(write(path, text), simulate=simulate)
    said = str(error.value)
    assert said.startswith(f"{path}")
    assert "\n" not in said
    return said.removeprefix(f"{path}: ")


# What is in force


def test_a_short_file_and_the_defaults(path: Path) -> None:
    config = load(path, CHARGER)
    assert config.charger.id == "bay-1"
    assert config.charger.power_max_w == 22_000.0
    assert config.charger.grid_profile == "eu-50hz"
    assert (config.web.host, config.web.port) == ("127.0.0.1", 8080)
    assert config.control.group == "evse-admin"
    assert config.limits == LIMITS
    assert config.hardware is None
    assert config.source == path
    assert not config.simulated


def test_hardware_is_read(path: Path) -> None:
    hardware = load(path, CHARGER + HARDWARE).hardware
    assert hardware is not None
    assert (hardware.gpio_chip, hardware.lock_line) == ("/dev/gpiochip0", 18)
    assert (hardware.hwmon_label, hardware.can_interface) == ("connector_temp", "can0")


def test_a_simulated_charger_needs_no_file() -> None:
    config = load_config(None, simulate=True)
    assert config.simulated
    assert config.source is None
    assert config.charger.serial == "SIM-0001"
    assert config.limits == LIMITS


def test_a_simulated_charger_keeps_apart_whatever_the_file_says(path: Path) -> None:
    text = CHARGER + '[log]\npath = "/var/log/a.log"\n[state]\npath = "/var/lib/a"\n'
    real = load(path, text)
    assert (real.log, real.state) == (Path("/var/log/a.log"), Path("/var/lib/a"))
    simulated = load_config(path, simulate=True)
    assert simulated.log.parent.name == "sim"
    assert simulated.state.parts[-3:] == ("sim", "bay-1", "state.sqlite")


def test_by_default_vehicles_are_met_as_the_manual_wants(path: Path) -> None:
    config = load(path, CHARGER)
    found = config.v2g
    assert (found.interface, found.port, found.policy) == ("eth1", 8042, "tls13-only")
    assert (found.profile, found.key_log) == ("iso20", False)
    assert config.certificates == Path("/etc/evse/v2g")
    assert load(path, CHARGER + "[v2g]\ncertificates = '/a'").certificates == Path("/a")


def test_an_open_policy_is_for_simulation_and_bench(path: Path) -> None:
    write(path, CHARGER + "[v2g]\npolicy = 'open'\n")
    assert load_config(path, simulate=True).v2g.policy == "open"
    assert load_config(path, simulate=False, bench=True).v2g.policy == "open"
    assert "open is for a simulation or the bench alone" in refusal(path, path.read_text())


def test_what_is_in_force_is_told(path: Path) -> None:
    told = describe(load(path, CHARGER + "[limits]\ntemp_trip_c = 80\nlease_ns = 500_000_000\n"))
    assert told["schema"] == "silverpin.config/1"
    assert told["charger"]["serial"] == "AB1234567"
    assert told["limits"]["temp_trip_c"] == 80.0
    assert told["limits"].keys() == TABLE.keys()
    assert told["tightened"] == ["temp_trip_c"]
    assert told["hardware"] is None
    assert told["v2g"]["policy"] == "tls13-only"
    assert told["source"] == str(path)


def test_the_example_can_be_used_as_it_stands(path: Path) -> None:
    config = load(path, example_toml())
    assert config.limits == LIMITS
    assert config.charger.id == "bay-1"


def test_the_example_names_every_key_with_its_default(path: Path) -> None:
    every_key = re.sub(r"^#(?=[\[a-z])", "", example_toml(), flags=re.MULTILINE)
    config = load(path, every_key)
    assert config.hardware is not None
    short = load(path, CHARGER)
    assert (config.web, config.control, config.limits) == (short.web, short.control, short.limits)
    assert (config.log, config.state, config.v2g) == (short.log, short.state, short.v2g)
    for name, row in TABLE.items():
        assert (f"\n{name} = " in every_key) == (row.metadata["tighter"] != FIXED)


# What is wrong


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "[charger] is missing: add it as the example configuration shows"),
        ("[charger]\nid='a'", "charger.serial is missing: what its plate says, 1 to 64"),
        (CHARGER + "nmae = ''", "charger.nmae is unknown: did you mean charger.name?"),
        (CHARGER + "[web]\nx = 1", "web.x is unknown: known are web.host, web.port"),
        (CHARGER + "[wbe]", "section [wbe] is unknown: did you mean [web]?"),
        ("port = 1\n" + CHARGER, "port stands outside of its section: put it under [web]"),
        (CHARGER + "[web]\nport = 0", "web.port must be a whole number from 1 to 65_535, not 0"),
        (CHARGER + "[web]\nport = '1'", "web.port must be a whole number from 1 to 65_535, not"),
        (CHARGER + "[web]\nport = true", "web.port must be a whole number from 1 to 65_535"),
        (CHARGER + "[web]\nhost = '0.0.0.0'", "web.host must be a loopback address such as"),
        (CHARGER + "[web]\nhost = 'example.org'", "web.host must be a loopback address such as"),
        ("[charger]\nid = '../../x'", "charger.id must be 1 to 48 letters, digits"),
        ("[charger]\nid = 'a\\n'", "charger.id must be 1 to 48 letters, digits"),
        ("charger = 3", "[charger] must be a section with keys, not 3"),
        (CHARGER.replace("22_000", "-5"), "charger.power_max_w must be a number above 0 and up"),
        (CHARGER.replace("22_000", "nan"), "charger.power_max_w must be a number above 0"),
        (CHARGER.replace("22_000", "inf"), "charger.power_max_w must be a number above 0"),
        (CHARGER.replace("ccs2-200a", "ccs"), "charger.connector must be one of ccs2-200a, "),
        (CHARGER + "grid_profile = 'mars'", "charger.grid_profile must be one of eu-50hz, "),
        (CHARGER + "[log]\npath = 'a.log'", "log.path must be a path that begins with /"),
        (CHARGER + HARDWARE + "lock_line = 23", "hardware names one GPIO line twice"),
        (CHARGER + "[v2g]\npolicy = 'tls'", "v2g.policy must be one of tls13-only, mixed, mix"),
        (CHARGER + "[v2g]\nprofile = 'iso2'", "v2g.profile must be one of iso20, interop-p256"),
        (CHARGER + "[v2g]\ninterface = 'a b'", "v2g.interface must be the name of an interface"),
        (CHARGER + "[v2g]\nevse_id = 'bay 1'", "v2g.evse_id must be an EVSE ID such as DE*SIL*E1"),
        (CHARGER + "[durability]\ntype_tests = 'bench'", "durability.type_tests must be a path"),
        (
            CHARGER + "[durability]\ntype_tests = '/no/where'",
            "durability.type_tests /no/where is no folder",
        ),
        (CHARGER + "[durability]\nbench = 1", "durability.bench is unknown"),
        (CHARGER + "[v2g]\nkey_log = 1", "v2g.key_log must be true or false, not 1"),
        (CHARGER + "[hardware]", "hardware.lock_status_line is missing: a whole number from 0"),
        (CHARGER + "id = 'b'", "Cannot overwrite a value (at "),
        (CHARGER + "[limits]\nx = " + "[" * 5000, "nested too deep"),
        (CHARGER + "[limits]\ntemp_trip = 80", "limits.temp_trip is unknown: did you mean limits."),
        (CHARGER + "[limits]\nzzz = 80", "limits.zzz is unknown: see the example configuration"),
        (CHARGER + "[limits]\ntemp_trip_c = '80'", "limits.temp_trip_c must be a number, not '80'"),
        (CHARGER + "[limits]\ntemp_trip_c = true", "limits.temp_trip_c must be a number"),
        (CHARGER + "[limits]\ntemp_trip_c = nan", "limits.temp_trip_c must be a finite number"),
        (CHARGER + f"[limits]\nlow_power_s = 1{'0' * 400}", "limits.low_power_s must be a finite"),
        (CHARGER + "[limits]\nlock_tries_max = 2.5", "limits.lock_tries_max must be a whole"),
        (CHARGER + "[limits]\ntemp_trip_c = 90", "limits.temp_trip_c = 90.0 would loosen"),
        ("limits = 3\n" + CHARGER, "[limits] must be a section with keys, not 3"),
    ],
)
def test_one_sentence_says_what_is_wrong(path: Path, text: str, says: str) -> None:
    assert refusal(path, text).startswith(says)


@given(st.text(max_size=60))
def test_no_text_gives_anything_but_a_configuration_or_a_sentence(text: str) -> None:
    with suppress(ValueError):
        assert config_module._parse(CHARGER + text).charger.id == "bay-1"


# Limits tighten


@pytest.mark.verifies("SEC-2")
@pytest.mark.parametrize("name", sorted(TABLE))
def test_no_file_loosens_a_limit(path: Path, name: str) -> None:
    now, way = getattr(LIMITS, name), TABLE[name].metadata["tighter"]
    steps = (1, -1) if way == FIXED else (1,) if way == LOWER else (-1,)
    for step in steps:
        said = refusal(path, f"{CHARGER}[limits]\n{name} = {now + step}")
        assert said.startswith(f"limits.{name}")
        assert "loosen" in said or "fixed" in said


@pytest.mark.verifies("SEC-2")
def test_a_file_tightens_limits(path: Path) -> None:
    text = CHARGER + "[limits]\ntemp_trip_c = 80\ninsulation_min_ohm = 500e3\nlock_tries_max = 2\n"
    config = load(path, text)
    assert config.limits.temp_trip_c == 80.0
    assert config.limits.insulation_min_ohm == 500_000.0
    assert config.limits.lock_tries_max == 2
    assert config.tightened == ("temp_trip_c", "insulation_min_ohm", "lock_tries_max")
    types = {name: type(getattr(config.limits, name)) for name in TABLE}
    assert types == {name: type(getattr(LIMITS, name)) for name in TABLE}


# Who could have written it


@pytest.mark.verifies("SEC-2")
@pytest.mark.parametrize("mode", [0o644, 0o660, 0o601, 0o700, 0o4600, 0o666])
def test_a_file_that_others_may_touch_is_refused(path: Path, mode: int) -> None:
    write(path, CHARGER).chmod(mode)
    with pytest.raises(ConfigError, match=rf"refused: its mode is {mode:04o} .* chmod 600"):
        load_config(path, simulate=False)
    load_config(path, simulate=True)


@pytest.mark.verifies("SEC-2")
def test_a_file_of_somebody_else_is_refused(path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a file to somebody else")
    os.chown(write(path, CHARGER), 65_534, -1)
    with pytest.raises(ConfigError, match="refused: user 65534 owns it; chown root it"):
        load_config(path, simulate=False)


@pytest.mark.verifies("SEC-2")
def test_a_link_is_refused(path: Path) -> None:
    write(path.with_name("real"), CHARGER)
    path.symlink_to("real")
    with pytest.raises(ConfigError, match="refused: it is a link; put the file itself there"):
        load_config(path, simulate=False)


@pytest.mark.verifies("SEC-2")
def test_a_file_with_a_second_name_is_refused(path: Path) -> None:
    os.link(write(path, CHARGER), path.with_name("other"))
    with pytest.raises(ConfigError, match="refused: it has 2 names and must have one"):
        load_config(path, simulate=False)


@pytest.mark.verifies("SEC-2")
@pytest.mark.parametrize("simulate", [False, True])
def test_what_is_no_file_is_refused_at_once(path: Path, simulate: bool) -> None:
    os.mkfifo(path, 0o600)
    with pytest.raises(ConfigError, match="not a regular file"):
        load_config(path, simulate=simulate)
    with pytest.raises(ConfigError, match="not a regular file"):
        load_config(path.parent, simulate=simulate)


@pytest.mark.verifies("SEC-2")
def test_a_file_swapped_after_opening_is_not_what_is_read(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = path.with_name("theirs")
    write(theirs, CHARGER.replace("bay-1", "theirs")).chmod(0o666)
    checked = config_file._refusal

    def swap_and_check(found: os.stat_result, guarded: bool) -> str | None:
        theirs.rename(path)
        return checked(found, guarded)

    monkeypatch.setattr(config_file, "_refusal", swap_and_check)
    assert load(path, CHARGER).charger.id == "bay-1"


def test_the_systems_own_file_is_guarded_even_for_a_simulation(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(config_module, "SYSTEM_FOLDER", path.parent)
    write(path, CHARGER).chmod(0o644)
    with pytest.raises(ConfigError, match="mode is 0644"):
        load_config(path, simulate=True)


def test_the_usual_file_is_meant_when_none_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Path("/etc/evse/evse.toml") == DEFAULT_PATH
    monkeypatch.setattr(config_module, "DEFAULT_PATH", Path("/nowhere/evse.toml"))
    with pytest.raises(ConfigError, match=r"there is no /nowhere/evse\.toml: write one as the"):
        load_config(None, simulate=False)


def test_no_text_file(path: Path) -> None:
    path.write_bytes(CHARGER.encode() + b"# J\xf6rg\n")
    with pytest.raises(ConfigError, match="line 7 is not UTF-8: save it as UTF-8"):
        load_config(path, simulate=True)
    path.write_bytes(b"#" * (SIZE_MAX_BYTES + 1))
    with pytest.raises(ConfigError, match="is larger than 256 KiB"):
        load_config(path, simulate=True)


def test_bench_runs_are_in_a_folder_that_is_there(path: Path) -> None:
    found = load(path, CHARGER + f"[durability]\ntype_tests = '{path.parent}'\n")
    assert found.type_tests == path.parent
    assert load(path, CHARGER).type_tests is None
    assert describe(found)["durability"] == {"type_tests": str(path.parent)}
