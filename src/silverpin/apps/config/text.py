"""The example configuration, printed from the sections and the table of limits."""

from collections.abc import Iterable
from typing import Any, cast

from msgspec import NODEFAULT, Struct, inspect

from silverpin.apps.config.sections import ConfigFile
from silverpin.apps.config.words import allowed, keys_of, sections_of
from silverpin.domain.connectors import CONNECTOR_SETS
from silverpin.domain.grid_profiles import GRID_PROFILES
from silverpin.domain.limits import FIXED, LIMITS, LOWER, limit_fields
from silverpin.protocols.admission import Policy
from silverpin.protocols.tls_profiles import TLS13_PROFILES

_HEAD = """\
# Configuration of one charger and the connector on it.
# Belongs in /etc/evse/evse.toml: a regular file of root's, mode 0600.
# What is commented out shows the value that holds without it.
"""
_TABLES: dict[str, Iterable[str]] = {
    "connector": CONNECTOR_SETS,
    "grid_profile": GRID_PROFILES,
    "policy": [policy.value for policy in Policy],
    "profile": TLS13_PROFILES,
}


def example_toml() -> str:
    """Return a configuration that can be used as it stands, with every key explained."""
    blocks = [_HEAD]
    for name, section in sections_of(ConfigFile).items():
        blocks.append(_limits() if section is None else _section(name, section))
    return "\n".join(blocks)


def _section(name: str, section: type[Struct]) -> str:
    keys = keys_of(section)
    needed = keys_of(ConfigFile)[name].required
    mark = "" if needed or all(key.default is not NODEFAULT for key in keys.values()) else "#"
    lines = [f"# {_first_line(section)}", f"{mark}[{name}]"]
    for key in keys.values():
        words = _words(key)["description"]
        lines += [f"# {words}.", f"# Allowed: {_allowed(key)}.", _assignment(key, mark)]
    return "\n".join(lines) + "\n"


def _allowed(key: inspect.Field) -> str:
    table = _TABLES.get(key.name)
    return f"one of {', '.join(table)}" if table else allowed(key.type)


def _assignment(key: inspect.Field, mark: str) -> str:
    if key.default is not NODEFAULT:
        return f"#{key.name} = {_value(key.default)}"
    return f"{mark}{key.name} = {_value(_words(key)['examples'][0])}"


def _words(key: inspect.Field) -> dict[str, Any]:
    return cast(inspect.Metadata, key.type).extra_json_schema or {}


def _limits() -> str:
    lines = ["# Limits of this site: each may be stricter than here, none looser.", "[limits]"]
    for name, row in limit_fields().items():
        way, source = row.metadata["tighter"], row.metadata["source"]
        if way == FIXED:
            continue
        stricter = "lower" if way == LOWER else "higher"
        lines.append(f"# {row.metadata['what']} ({source}); {stricter} is stricter")
        lines.append(f"#{name} = {_value(getattr(LIMITS, name))}")
    return "\n".join(lines) + "\n"


def _value(value: Any) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:_}" if isinstance(value, int) and value >= 1_000_000 else str(value)


def _first_line(section: type[Struct]) -> str:
    return (section.__doc__ or "").splitlines()[0]
