"""The last sessions with vehicles, one pcapng each, for whoever asks later what was said.

Kept as it was on the wire: sealed, unless the key log is switched on; then the keys stand in the
same file. A thread of its own writes, so that a slow disk holds up no vehicle; what it cannot take
in time is left out and told. Sessions that were let in and connections that were turned away are
counted apart, so that a stranger who keeps knocking pushes no session out.
"""

import datetime as dt
import ipaddress
import os
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import NamedTuple

from silverpin import __version__
from silverpin.domain.quantities import NS_PER_S
from silverpin.protocols.capture.writing import End, WrittenTalk, head, secrets

SESSION_MAX_BYTES = 64 << 20
"""Two hours of a loop at ten turns a second; a longer session is kept so far."""
WAITING_MAX = 2000
TOLD_AGAIN_NS = 600 * NS_PER_S
SESSION, TURNED = "session", "turned"
_SUFFIX = ".pcapng"


class _Part(NamedTuple):
    """Octets for a file; none of them is its end."""

    tape: "FileTape"
    octets: bytes | None


class CaptureFolder:
    """Writes tapes into a folder and keeps the newest.

    *on_trouble* gets one sentence when writing fails, and no other for ten minutes; the thread may
    be the one that calls it.
    """

    def __init__(
        self,
        folder: Path,
        *,
        keep: int,
        interface: str,
        utc_ns: Callable[[], int],
        on_trouble: Callable[[str], None],
        session_max: int = SESSION_MAX_BYTES,
    ) -> None:
        self.folder = folder
        self.utc_ns = utc_ns
        self.session_max = session_max
        self.head = head(interface, f"silverpin {__version__}")
        self._keep = keep
        self._on_trouble = on_trouble
        self._troubled_ns: int | None = None
        self._queue: SimpleQueue[_Part | None] = SimpleQueue()
        self._thread = Thread(target=self._run, name="v2g-capture", daemon=True)
        self._thread.start()

    def tape(self, vehicle: str, charger: str) -> "FileTape":
        """Begin to keep a connection between two addresses as `[host]:port`."""
        return FileTape(self, (_end(vehicle), _end(charger)))

    def close(self, timeout_s: float) -> bool:
        """Write what waits and end; False if it is not written by then."""
        self._queue.put(None)
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def hand(self, tape: "FileTape", octets: bytes | None) -> bool:
        """Hand over octets to be written; False where the disk is too far behind."""
        if octets is not None and self._queue.qsize() >= WAITING_MAX:
            self._trouble("the disk is too slow for it")
            return False
        self._queue.put(_Part(tape, octets))
        return True

    def _run(self) -> None:
        while (part := self._queue.get()) is not None:
            tape, octets = part
            try:
                if octets is None:
                    self._end(tape)
                else:
                    self._write(tape, octets)
            except OSError as error:
                tape.failed = True
                tape.let_go()
                self._trouble(str(error.strerror or error))

    def _write(self, tape: "FileTape", octets: bytes) -> None:
        if tape.failed:
            return
        if tape.descriptor is None:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            tape.path, tape.descriptor = _new_file(self.folder, tape.began_ns)
            octets = self.head + octets
        _write_all(tape.descriptor, octets)

    def _end(self, tape: "FileTape") -> None:
        if tape.path is None:
            return
        try:
            if tape.descriptor is not None:
                os.fsync(tape.descriptor)
        finally:
            tape.let_go()
            self._file(tape, tape.path)

    def _file(self, tape: "FileTape", path: Path) -> None:
        """Name a file by what it was, and let the oldest go, on a full disk as well."""
        if tape.failed and not path.stat().st_size:
            path.unlink()
            return
        if not tape.let_in:
            path = path.rename(path.with_name(path.name.replace(SESSION, TURNED)))
        for kind in (SESSION, TURNED):
            found = self.folder.glob(f"*-{kind}{_SUFFIX}")
            # Whatever the clock was before, the one that has just ended is the newest.
            kept = sorted(found, key=lambda each: (each == path, each.name))
            for old in kept[: max(0, len(kept) - self._keep)]:
                old.unlink(missing_ok=True)

    def _trouble(self, why: str) -> None:
        now_ns = self.utc_ns()
        if self._troubled_ns is None or abs(now_ns - self._troubled_ns) >= TOLD_AGAIN_NS:
            self._troubled_ns = now_ns
            self._on_trouble(
                f"{self.folder}: a session's capture cannot be written: {why}: make room, or set "
                "v2g.capture to 0"
            )


class FileTape:
    """One connection on its way to the disk; the side that connected is the vehicle.

    Until its first words are over it is held back: a reader wants the keys before what they open,
    and TLS tells some only after the octets have come.
    """

    def __init__(self, folder: CaptureFolder, ends: tuple[End, End]) -> None:
        self.began_ns = folder.utc_ns()
        self.let_in = False
        self.failed = False
        """The disk did not take it; the writer's thread sets this."""
        self.path: Path | None = None
        self.descriptor: int | None = None
        self._folder = folder
        self._talk = WrittenTalk(ends)
        self._begun = self._ended = False
        self._written = len(folder.head)
        self._keys = b""
        self._held: list[bytes] | None = []

    def received(self, octets: bytes) -> None:
        """The vehicle said this."""
        self._said(0, octets)

    def sent(self, octets: bytes) -> None:
        """We said this."""
        self._said(1, octets)

    def key_line(self, line: bytes) -> None:
        """Keep a line of the key log; all of them come in the first words."""
        self._keys += line + b"\n"

    def admit(self) -> None:
        """The connection was let in: it counts as a session."""
        self.let_in = True
        self._let_out()

    def close(self) -> None:
        """The connection is over."""
        self._let_out()
        if self._begun:
            self._hand(self._talk.farewell(self._folder.utc_ns()))
        self._folder.hand(self, None)

    def let_go(self) -> None:
        """Close the file; the writer's thread calls this."""
        if self.descriptor is not None:
            os.close(self.descriptor)
            self.descriptor = None

    def _said(self, side: int, octets: bytes) -> None:
        t_ns = self._folder.utc_ns()
        greeting = b"" if self._begun else self._talk.greeting(t_ns)
        self._begun = True
        self._hand(greeting + self._talk.said(t_ns, side, octets))

    def _let_out(self) -> None:
        held, self._held = self._held, None
        if held:
            self._hand((secrets(self._keys) if self._keys else b"") + b"".join(held))

    def _hand(self, octets: bytes) -> None:
        """Hand over, until the bound of a session or a slow disk ends what is kept."""
        if self._held is not None:
            self._held.append(octets)
            return
        self._written += len(octets)
        self._ended = self._ended or self._written > self._folder.session_max
        if not self._ended:
            self._ended = not self._folder.hand(self, octets)


def _write_all(descriptor: int, octets: bytes) -> None:
    rest = memoryview(octets)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _new_file(folder: Path, began_ns: int) -> tuple[Path, int]:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    while True:
        began = dt.datetime.fromtimestamp(began_ns // NS_PER_S, dt.UTC)
        stamp = f"{began:%Y%m%dT%H%M%S}.{began_ns % NS_PER_S // 1000:06d}Z"
        path = folder / f"{stamp}-{SESSION}{_SUFFIX}"
        try:
            return path, os.open(path, flags, 0o600)
        except FileExistsError:
            began_ns += 1000


def _end(name: str) -> End:
    host, _, port = name.rpartition(":")
    address = host.strip("[]").partition("%")[0]
    return End(ipaddress.IPv6Address(address).packed, int(port))
