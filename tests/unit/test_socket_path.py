"""Where the control socket is looked for, and which folders may hold it."""

import os
from pathlib import Path

import pytest

from silverpin.apps.control_socket import path as socket_path
from silverpin.apps.control_socket.path import SocketPathError, find, own_directory, simulation_path


def test_told_comes_before_set_and_set_before_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hardware = tmp_path / "control.sock"
    monkeypatch.setattr(socket_path, "HARDWARE_PATH", hardware)
    there = {"SILVERPIN_SOCKET": "/set.sock", "XDG_RUNTIME_DIR": "/run/user/7"}
    assert find("/told.sock", there) == Path("/told.sock")
    assert find(None, there) == Path("/set.sock")
    simulated = Path("/run/user/7/silverpin/control.sock")
    assert find(None, {"XDG_RUNTIME_DIR": "/run/user/7"}) == simulated
    hardware.touch()
    assert find(None, {"XDG_RUNTIME_DIR": "/run/user/7"}) == hardware


def test_without_a_runtime_folder_the_user_s_number_parts_users() -> None:
    assert simulation_path({}, 1000).parent.name == "silverpin-1000"


def test_the_folder_is_made_for_this_user_alone(tmp_path: Path) -> None:
    folder = tmp_path / "silverpin"
    own_directory(folder)
    own_directory(folder)
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_folder_that_others_enter_or_own_is_refused(tmp_path: Path) -> None:
    shared = tmp_path / "open"
    shared.mkdir()
    shared.chmod(0o755)
    with pytest.raises(SocketPathError, match="a folder of mode 700"):
        own_directory(shared)
    link = tmp_path / "link"
    link.symlink_to(tmp_path)
    with pytest.raises(SocketPathError, match="not a folder of this user"):
        own_directory(link)


def test_a_folder_of_somebody_else_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "silverpin"
    own_directory(folder)
    me = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: me + 1)
    with pytest.raises(SocketPathError, match="not a folder of this user"):
        own_directory(folder)
