"""Their programs, started once for all sessions that are held with them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.interop.rig import Rig, rig


@pytest.fixture(scope="session")
def theirs(their_package: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """Vehicle and charger of the package `iso15118`, running."""
    with rig(tmp_path_factory.mktemp("theirs")) as running:
        yield running
