"""`v2g-tool pki`: certificates with which a bench's charger and vehicle can meet."""

import argparse
import datetime as dt
import sys
from collections.abc import Sequence
from pathlib import Path

from silverpin.apps.exits import Exit
from silverpin.apps.terminal.answers import guarded
from silverpin.apps.terminal.arguments import Parser, as_meant
from silverpin.protocols.tls_profiles import ISO20, PROFILES


def pki(words: Sequence[str]) -> int:
    """Run `v2g-tool pki` and return its exit code."""
    parser = _parser()
    options = parser.parse_args(as_meant(parser.prog, words))
    keys = PROFILES[options.profile].keys
    if options.key is not None and options.key not in keys:
        parser.error(f"profile {options.profile} has no {options.key}: use {' or '.join(keys)}")
    return guarded(parser.prog, lambda: _create(options))


def _create(options: argparse.Namespace) -> int:
    try:
        from silverpin.drivers.v2g.credentials import BadCredentials
        from silverpin.drivers.v2g.pki_folder import CannotWrite, create
    except ImportError as error:
        return _refuse(f"the package {error.name} is missing: install silverpin[v2g]")
    folder: Path = options.folder
    try:
        new = create(folder, PROFILES[options.profile], dt.datetime.now(dt.UTC), options.key)
    except (BadCredentials, CannotWrite) as error:
        return _refuse(str(error))
    print(f"{folder / options.profile}: {'created' if new else 'already so'}")
    return Exit.DONE


def _refuse(why: str) -> int:
    print(f"v2g-tool pki: {why}", file=sys.stderr)
    return Exit.BAD_FILE


def _parser() -> Parser:
    parser = Parser(
        prog="v2g-tool pki",
        description="Make certificates for a bench: both sides' roots, authorities and leaves.",
        epilog="They prove nothing outside of the bench. A charger in service gets its own from "
        "the operator of a V2G root.",
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    create = commands.add_parser("create", help="make them; a second time changes nothing")
    create.add_argument("folder", metavar="DIR", type=Path, help="where they go, such as ./pki")
    create.add_argument(
        "--profile",
        choices=list(PROFILES),
        default=ISO20.name,
        help="curves and roles: iso20 (secp521r1), iso2 (secp256r1, TLS 1.2), or interop-p256 for "
        "peers that know P-256 alone (default: iso20)",
    )
    create.add_argument(
        "--key",
        metavar="KIND",
        help="another key of the profile, such as ed448 (default: its first)",
    )
    return parser
