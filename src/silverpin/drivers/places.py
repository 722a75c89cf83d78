"""Where this machine keeps a charger's state and log.

What is simulated lies apart, and so does what is done on the bench, always.
"""

from collections.abc import Mapping
from pathlib import Path

LOG_NAME = "connector-durability.log"
_BENCH_LOG_NAME = "bench-durability.log"
_SYSTEM_LOG = Path("/var/log/energy-mgmt") / LOG_NAME
_SYSTEM_STATE = Path("/var/lib/evse")
_ROOT_UID = 0


def log_path(*, simulated: bool, uid: int, environ: Mapping[str, str], bench: bool = False) -> Path:
    """Return the log that the manual names, or the user's own where that is not for us."""
    if uid == _ROOT_UID and not simulated:
        return _SYSTEM_LOG.with_name(_BENCH_LOG_NAME) if bench else _SYSTEM_LOG
    return _user_folder(simulated, bench, environ) / LOG_NAME


def state_path(
    charger_id: str, *, simulated: bool, uid: int, environ: Mapping[str, str], bench: bool = False
) -> Path:
    """Return the state file of one charger; its id is checked to be a plain file name."""
    system = uid == _ROOT_UID and not simulated
    folder = _SYSTEM_STATE if system else _user_folder(simulated, bench, environ)
    if system and bench:
        folder /= "bench"
    return folder / charger_id / "state.sqlite"


def tally_path(environ: Mapping[str, str]) -> Path:
    """Return where the tally of this user's random walks is kept."""
    return _user_folder(True, False, environ) / "walk.json"


def _user_folder(simulated: bool, bench: bool, environ: Mapping[str, str]) -> Path:
    # The specification of base directories has a relative path ignored.
    given = Path(environ.get("XDG_STATE_HOME", ""))
    base = given if given.is_absolute() else Path(environ.get("HOME", "/")) / ".local" / "state"
    folder = base / "silverpin" / "bench" if bench else base / "silverpin"
    return folder / "sim" if simulated else folder
