"""Who speaks on the control socket, as the kernel saw it connect, and whether it may command.

`SO_PEERCRED` tells the primary group only, so the others are asked for too. Groups are compared by
number and never looked up again by name, which would race with changes and miss primary members.
"""

import grp
import os
import socket
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

ADMIN_GROUP = "evse-admin"
_SO_PEERGROUPS = 59
_GROUPS_MAX_BYTES = 1024  # the most that CPython lets one ask for
_CREDENTIALS = struct.Struct("3i")


class Connected(Protocol):
    """As much of a connected Unix socket as credentials need."""

    def getsockopt(self, level: int, option: int, length: int, /) -> Any: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """The process at the other end of a connection."""

    pid: int
    uid: int
    gid: int
    groups: frozenset[int]
    allowed: bool
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """Who may command this charger."""

    uids: frozenset[int]
    gid: int | None = None
    """Group whose members may; None where no group is asked."""
    refusal: str
    """Sentence for those who may not."""

    def admits(self, uid: int, groups: frozenset[int]) -> bool:
        """Tell whether a process of *uid* with all its *groups* may command."""
        return uid in self.uids or (self.gid is not None and self.gid in groups)

    def peer_of(self, connected: Connected) -> Peer:
        """Return who is at the other end of *connected*."""
        raw = connected.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
        pid, uid, gid = _CREDENTIALS.unpack(raw)
        groups = _groups_of(connected) | {gid}
        return Peer(
            pid=pid,
            uid=uid,
            gid=gid,
            groups=groups,
            allowed=self.admits(uid, groups),
            name=_name_of(uid),
        )


def hardware_admission(group: str = ADMIN_GROUP) -> Admission:
    """Admit root, the daemon's own user and the members of *group*."""
    try:
        gid = grp.getgrnam(group).gr_gid
    except KeyError:
        gid = None
    return Admission(
        uids=frozenset({0, os.geteuid()}),
        gid=gid,
        refusal=f"Not permitted: only members of the group {group} may command this charger; "
        f"an administrator adds you with usermod -aG {group} USER, then log in again",
    )


def simulation_admission() -> Admission:
    """Admit root and the user who runs the simulated charger."""
    return Admission(
        uids=frozenset({0, os.geteuid()}),
        refusal="Not permitted: this simulated charger answers to the user who started it; "
        f"on hardware the members of the group {ADMIN_GROUP} may command",
    )


def _groups_of(connected: Connected) -> frozenset[int]:
    """Return the supplementary groups; a process with too many to tell counts as having none."""
    try:
        raw = connected.getsockopt(socket.SOL_SOCKET, _SO_PEERGROUPS, _GROUPS_MAX_BYTES)
    except OSError:
        return frozenset()
    return frozenset(gid for (gid,) in struct.iter_unpack("=I", raw))


def _name_of(uid: int) -> str:
    """Return the local name of *uid*, without a directory service that might not answer."""
    try:
        rows = Path("/etc/passwd").read_text(errors="replace").splitlines()
    except OSError:
        rows = []
    for row in rows:
        fields = row.split(":")
        if len(fields) > 2 and fields[2] == str(uid):
            return fields[0]
    return f"user {uid}"
