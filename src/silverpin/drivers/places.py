"""Where this machine keeps a charger's state and log; what is simulated lies apart, always."""

from collections.abc import Mapping
from pathlib import Path

LOG_NAME = "connector-durability.log"
_SYSTEM_LOG = Path("/var/log/energy-mgmt") / LOG_NAME
_SYSTEM_STATE = Path("/var/lib/evse")
_ROOT_UID = 0


def log_path(*, simulated: bool, uid: int, environ: Mapping[str, str]) -> Path:
    """Return the log that the manual names, or the user's own where that is not for us."""
    if uid == _ROOT_UID and not simulated:
        return _SYSTEM_LOG
    return _user_folder(simulated, environ) / LOG_NAME


def state_path(charger_id: str, *, simulated: bool, uid: int, environ: Mapping[str, str]) -> Path:
    """Return the state file of one charger; its id is checked to be a plain file name."""
    system = uid == _ROOT_UID and not simulated
    folder = _SYSTEM_STATE if system else _user_folder(simulated, environ)
    return folder / charger_id / "state.sqlite"


def tally_path(environ: Mapping[str, str]) -> Path:
    """Return where the tally of this user's random walks is kept."""
    return _user_folder(True, environ) / "walk.json"


def _user_folder(simulated: bool, environ: Mapping[str, str]) -> Path:
    # The specification of base directories has a relative path ignored.
    given = Path(environ.get("XDG_STATE_HOME", ""))
    base = given if given.is_absolute() else Path(environ.get("HOME", "/")) / ".local" / "state"
    return base / "silverpin" / "sim" if simulated else base / "silverpin"
