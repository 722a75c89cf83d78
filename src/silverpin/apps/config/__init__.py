"""The configuration of one charger: read once, checked whole, and told in one sentence if wrong.

A file may make limits stricter and none looser. On hardware it must be a file that only its owner
can have written; a simulated charger needs no file, and keeps state and log apart whatever it says.
"""

import ipaddress
import os
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from silverpin.apps.config.file import SYSTEM_FOLDER, ConfigError, read_config
from silverpin.apps.config.sections import (
    MODEMS,
    ChargerSection,
    ConfigFile,
    ControlSection,
    HardwareSection,
    V2gSection,
    WebSection,
)
from silverpin.apps.config.text import example_toml
from silverpin.apps.config.words import unknown_key, wrong_limit, wrong_value
from silverpin.domain.connectors import CONNECTOR_SETS
from silverpin.domain.grid_profiles import GRID_PROFILES
from silverpin.domain.limits import LIMITS, Limits
from silverpin.domain.tightening import tighten
from silverpin.drivers.places import log_path, state_path
from silverpin.protocols.admission import Policy
from silverpin.protocols.tls_profiles import TLS13_PROFILES

__all__ = ["DEFAULT_PATH", "Config", "ConfigError", "describe", "example_toml", "load_config"]

DEFAULT_PATH = SYSTEM_FOLDER / "evse.toml"
_SIMULATED = ConfigFile(
    charger=ChargerSection(
        id="demo-1",
        name="Charger 1",
        site="Simulated bay",
        serial="SIM-0001",
        connector="ccs2-80a",
        power_max_w=22_000.0,
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """A configuration that can be used."""

    simulated: bool
    bench: bool
    """Bench work: a small ceiling, and state and log of its own."""
    source: Path | None
    """The file it is from; None where nothing was read."""
    charger: ChargerSection
    hardware: HardwareSection | None
    web: WebSection
    control: ControlSection
    v2g: V2gSection
    limits: Limits
    tightened: tuple[str, ...]
    """Names of the limits that the file makes stricter."""
    log: Path
    state: Path
    type_tests: Path | None
    """Folder of bench runs of this type of connector."""
    certificates: Path
    """Folder of the certificates that vehicles are met with."""


def load_config(path: str | Path | None, simulate: bool, bench: bool = False) -> Config:
    """Return the configuration in *path*, or the usual one. Raises `ConfigError`."""
    if path is None and simulate:
        return _config(_SIMULATED, None, simulate, bench)
    source = DEFAULT_PATH if path is None else Path(path)
    guarded = not simulate or SYSTEM_FOLDER in source.absolute().parents
    text = read_config(source, guarded=guarded)
    try:
        return _config(_parse(text), source, simulate, bench)
    except RecursionError as error:
        raise ConfigError(
            f"{source}: nested too deep; nothing in it needs more than one"
        ) from error
    except ValueError as error:
        raise ConfigError(f"{source}: {error}") from error


def describe(config: Config) -> dict[str, Any]:
    """Return what is in force, for people and programs that ask the daemon."""
    return {
        "schema": "silverpin.config/1",
        "source": None if config.source is None else str(config.source),
        "simulated": config.simulated,
        "bench": config.bench,
        "charger": msgspec.to_builtins(config.charger),
        "hardware": msgspec.to_builtins(config.hardware),
        "limits": msgspec.to_builtins(config.limits),
        "tightened": list(config.tightened),
        "log": {"path": str(config.log)},
        "state": {"path": str(config.state)},
        "web": msgspec.to_builtins(config.web),
        "control": msgspec.to_builtins(config.control),
        "v2g": msgspec.to_builtins(config.v2g),
        "durability": {"type_tests": config.type_tests and str(config.type_tests)},
    }


def _parse(text: str) -> ConfigFile:
    content = tomllib.loads(text)
    said = unknown_key(content, ConfigFile) or _wrong_limits(content)
    if said is not None:
        raise ValueError(said)
    try:
        file = msgspec.convert(content, ConfigFile)
    except msgspec.ValidationError as error:
        raise ValueError(wrong_value(error, content, ConfigFile)) from error
    _check(file)
    return file


def _wrong_limits(content: Mapping[str, Any]) -> str | None:
    limits = content.get("limits", {})
    return wrong_limit(limits) if isinstance(limits, Mapping) else None


def _check(file: ConfigFile) -> None:
    """Refuse what no type can: words that must be rows of a table, addresses, doubled lines."""
    _one_of("charger.connector", file.charger.connector, CONNECTOR_SETS)
    _one_of("charger.grid_profile", file.charger.grid_profile, GRID_PROFILES)
    _one_of("v2g.modem", file.v2g.modem, MODEMS)
    _one_of("v2g.policy", file.v2g.policy, [policy.value for policy in Policy])
    _one_of("v2g.profile", file.v2g.profile, TLS13_PROFILES)
    if not _is_loopback(file.web.host):
        raise ValueError(
            f"web.host must be a loopback address such as 127.0.0.1, not {file.web.host!r}:"
            " the page asks nobody who they are"
        )
    if file.hardware is not None:
        lines = [
            value
            for key, value in msgspec.to_builtins(file.hardware).items()
            if key.endswith("_line")
        ]
        if len(set(lines)) != len(lines):
            raise ValueError(f"hardware names one GPIO line twice ({sorted(lines)}): one each")


def _one_of(key: str, value: str, table: Collection[str]) -> None:
    if value not in table:
        raise ValueError(f"{key} must be one of {', '.join(table)}, not {value!r}")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _config(file: ConfigFile, source: Path | None, simulate: bool, bench: bool) -> Config:
    apart = simulate or bench
    if file.v2g.policy == Policy.OPEN.value and not apart:
        raise ValueError(
            "v2g.policy open is for a simulation or the bench alone: a charger in service takes "
            f"{Policy.TLS13_ONLY.value}, {Policy.MIXED.value} or {Policy.MIXED_DISCHARGE.value}"
        )
    uid, environ = os.geteuid(), os.environ
    log = log_path(simulated=simulate, uid=uid, environ=environ, bench=bench)
    state = state_path(file.charger.id, simulated=simulate, uid=uid, environ=environ, bench=bench)
    return Config(
        simulated=simulate,
        bench=bench,
        source=source,
        charger=file.charger,
        hardware=file.hardware,
        web=file.web,
        control=file.control,
        v2g=file.v2g,
        limits=tighten(LIMITS, _as_declared(file.limits)),
        tightened=tuple(
            name for name, value in file.limits.items() if value != getattr(LIMITS, name)
        ),
        log=log if apart or not file.log.path else Path(file.log.path),
        state=state if apart or not file.state.path else Path(file.state.path),
        type_tests=_folder(file.durability.type_tests),
        certificates=Path(file.v2g.certificates or SYSTEM_FOLDER / "v2g"),
    )


def _folder(named: str) -> Path | None:
    """Return the folder of the bench runs, which has to be there if it is named."""
    if not named:
        return None
    if not Path(named).is_dir():
        raise ValueError(
            f"durability.type_tests {named} is no folder: name one with bench runs, or nothing"
        )
    return Path(named)


def _as_declared(limits: Mapping[str, float]) -> dict[str, float]:
    """Return whole numbers as floats where the table has a float: 80 is 80.0 °C."""
    return {name: type(getattr(LIMITS, name))(value) for name, value in limits.items()}
