"""`v2g-tool pki`: certificates with which a bench's charger and vehicle can meet."""

import argparse
import datetime as dt
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from silverpin.apps.exits import Exit
from silverpin.apps.terminal.answers import guarded
from silverpin.apps.terminal.arguments import Parser, as_meant
from silverpin.protocols.tls_profiles import ISO20, PROFILES

if TYPE_CHECKING:
    from silverpin.drivers.v2g.pki_report import SideReport


def pki(words: Sequence[str]) -> int:
    """Run `v2g-tool pki` and return its exit code."""
    parser = _parser()
    options = parser.parse_args(as_meant(parser.prog, words))
    if options.run is _create and options.key is not None:
        keys = PROFILES[options.profile].keys
        if options.key not in keys:
            parser.error(f"profile {options.profile} has no {options.key}: use {' or '.join(keys)}")
    return guarded(parser.prog, lambda: _run(options))


def _run(options: argparse.Namespace) -> int:
    try:
        return int(options.run(options))
    except ImportError as error:
        return _refuse(f"the package {error.name} is missing: install silverpin[v2g]")


def _create(options: argparse.Namespace) -> int:
    from silverpin.drivers.v2g.credentials import BadCredentials
    from silverpin.drivers.v2g.pki_folder import CannotWrite, create

    folder: Path = options.folder
    try:
        new = create(folder, PROFILES[options.profile], dt.datetime.now(dt.UTC), options.key)
    except (BadCredentials, CannotWrite) as error:
        return _refuse(str(error))
    print(f"{folder / options.profile}: {'created' if new else 'already so'}")
    return Exit.DONE


def _show(options: argparse.Namespace) -> int:
    from silverpin.drivers.v2g.pki_report import reports

    found = list(reports(options.folder, dt.datetime.now(dt.UTC)))
    if not found:
        step = "v2g-tool pki create makes certificates for a bench"
        return _refuse(f"{options.folder}: no certificates of any profile lie in it: {step}")
    for side in found:
        print(_as_json(side) if options.json else _in_words(side))
        for problem in side.problems if not options.json else ():
            print(f"v2g-tool pki: {problem}", file=sys.stderr)
    return Exit.REFUSED if any(side.problems for side in found) else Exit.DONE


def _in_words(side: "SideReport") -> str:
    place = f"{side.profile}/{side.role}"
    if side.ends is None:
        return f"{place}: cannot be used"
    lists = f", {side.lists} revocation lists" if side.lists else ""
    return (
        f"{place}: {side.subject}, {side.key}, ends {side.ends:%Y-%m-%d}, "
        f"trusts {', '.join(side.trusts)}{lists}"
    )


def _as_json(side: "SideReport") -> str:
    ends = None if side.ends is None else f"{side.ends:%Y-%m-%dT%H:%M:%SZ}"
    return json.dumps({"schema": "silverpin.pki/1", **side._asdict(), "ends": ends})


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
    create.set_defaults(run=_create)
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
    show = commands.add_parser("show", help="tell what lies there, when it ends and what is wrong")
    show.set_defaults(run=_show)
    show.add_argument("folder", metavar="DIR", type=Path, help="such as /etc/evse/v2g")
    show.add_argument("--json", action="store_true", help="print one object a line")
    return parser
