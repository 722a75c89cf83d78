"""Make and keep `.venv` for ./demo and ./test, from nothing but git and Python.

A start may be interrupted anywhere. So a mark stands in the environment before pip first touches it
and goes after the stamp is written; an environment found with the mark is built again from nothing.
The stamp names what was installed and with which Python, so that the next start costs three small
reads.
"""

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
PYTHON = BIN / "python"
STAMP = VENV / "silverpin.stamp"
MARK = VENV / "silverpin.installing"
# Each environment holds all of the one before in the same versions, so it serves that too.
SERVED_BY = {
    "core": ("core", "dev", "oracles"),
    "dev": ("dev", "oracles"),
    "oracles": ("oracles",),
}
EXIT_CONFIGURATION = 3
EXIT_UNREACHABLE = 4


def become(level: str, program: str, *args: str) -> NoReturn:
    """Replace this process by one of the project's programs, its environment made if need be."""
    make_ready(level)
    os.execv(BIN / program, [str(BIN / program), *args])


def make_ready(level: str) -> None:
    """Have `.venv` hold the locked packages of a level and this checkout."""
    if is_current(level):
        return
    try:
        with alone():
            if not is_current(level):
                build(level)
    except OSError as error:
        stop(f"cannot make .venv: {error}.", EXIT_CONFIGURATION)
    except KeyboardInterrupt:
        stop("interrupted; the next start repairs what is half done.", 130)


def is_current(level: str) -> bool:
    if MARK.exists() or not PYTHON.exists():
        return False
    try:
        stamp = STAMP.read_text()
    except OSError:
        return False
    return stamp in {key(served_by) for served_by in SERVED_BY[level]}


def key(level: str) -> str:
    """Everything that an installation depends on, as one word."""
    text = (lock_file(level).read_bytes(), (ROOT / "pyproject.toml").read_bytes(), whose().encode())
    return f"{level} {hashlib.sha256(b'|'.join(text)).hexdigest()}"


def whose() -> str:
    """The interpreter below any environment, and the place that its programs name inside."""
    return f"{sys.version} {sys.base_prefix} {os.uname().machine} {VENV}"


def lock_file(level: str) -> Path:
    return ROOT / "locks" / f"{level}.txt"


@contextmanager
def alone() -> Iterator[None]:
    """Hold off a second start in the same checkout until the first has finished."""
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another start is making .venv; waiting for it")
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def build(level: str) -> None:
    if not is_sound():
        make_venv()
    MARK.touch()
    STAMP.unlink(missing_ok=True)
    install = installer()
    lock = lock_file(level)
    say(f"installing the packages of {lock.relative_to(ROOT)} (only when they changed)")
    run_or_stop([*install, "--quiet", "--require-hashes", "--requirement", str(lock)])
    run_or_stop([*install, "--quiet", "--no-deps", "--no-build-isolation", "--editable", str(ROOT)])
    STAMP.write_text(key(level))
    MARK.unlink()


def is_sound() -> bool:
    """Whether `.venv` was made with this very Python, here, and never left half installed."""
    if MARK.exists() or not PYTHON.exists():
        return False
    asked = "import os, sys; print(sys.version, sys.base_prefix, os.uname().machine, sys.prefix)"
    try:
        answer = subprocess.run([PYTHON, "-c", asked], capture_output=True, text=True, check=False)
    except OSError:
        return False
    return answer.stdout.strip() == whose()


def make_venv() -> None:
    import venv  # heavy, and the usual start does without

    say(f"making .venv with Python {sys.version.split()[0]}")
    venv.create(VENV, clear=True, symlinks=True, with_pip=False)


def installer() -> list[str]:
    """The command that installs into `.venv`; only the last way needs the administrator."""
    if has_pip() or seed_pip():
        return pip()
    if shutil.which("uv"):
        return uv()
    if not (install_ensurepip() and seed_pip()):
        stop(
            f"this Python has no ensurepip: run `sudo apt-get install {ensurepip_package()}` (or "
            "your system's package of it), then start again.",
            EXIT_CONFIGURATION,
        )
    return pip()


def has_pip() -> bool:
    return (site_packages() / "pip").exists()


def pip() -> list[str]:
    return [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input", "install"]


def uv() -> list[str]:
    return [shutil.which("uv") or "uv", "pip", "install", "--python", str(PYTHON)]


def seed_pip() -> bool:
    """Unpack the pip that Python carries: the same as ensurepip does, in a tenth of its time."""
    folders = [sysconfig.get_config_var("WHEEL_PKG_DIR")]
    spec = importlib.util.find_spec("ensurepip")
    if spec and spec.origin:
        folders.append(str(Path(spec.origin).parent / "_bundled"))
    wheels = [wheel for folder in folders if folder for wheel in Path(folder).glob("pip-*.whl")]
    if wheels:
        with zipfile.ZipFile(wheels[0]) as wheel:
            wheel.extractall(site_packages())
    return bool(wheels)


def site_packages() -> Path:
    return VENV / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"


def install_ensurepip() -> bool:
    """As root on Debian or Ubuntu: fetch the part of Python that is packaged apart there."""
    if os.geteuid() != 0 or not shutil.which("apt-get") or sys.base_prefix != "/usr":
        return False
    say(f"this Python has no ensurepip; as root: apt-get install {ensurepip_package()}")
    return apt_install(ensurepip_package())


def ensurepip_package() -> str:
    """Debian's package for the system's own Python, or for this other one beside it."""
    system = Path("/usr/bin/python3").resolve().name
    running = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    return "python3-venv" if system == running else f"{running}-venv"


def apt_install(*packages: str) -> bool:
    """Install Debian packages without questions; whether it worked."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    apt = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120"]
    for command in (
        [*apt, "update"],
        [*apt, "install", "-y", "--no-install-recommends", *packages],
    ):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.stderr.write(done.stderr)
            return False
    return True


def run_or_stop(command: Sequence[str]) -> None:
    # standard output belongs to the program that follows
    done = subprocess.run(command, stdout=sys.stderr, check=False)
    if done.returncode != 0:
        stop(
            "the installation failed for the reason above; check the network and the package "
            "index settings, then start again.",
            EXIT_UNREACHABLE,
        )


def say(words: str) -> None:
    print(f"silverpin: {words}", file=sys.stderr, flush=True)


def stop(words: str, code: int) -> NoReturn:
    say(words)
    sys.exit(code)
