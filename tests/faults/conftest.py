from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.faults.network import Network, running_network, set_up


@pytest.fixture(scope="session")
def province_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A province that is set up and has never run; copied for each test, since keys take a while to make."""
    folder = tmp_path_factory.mktemp("province")
    set_up(folder)
    return folder


@pytest_asyncio.fixture(loop_scope="function")
async def network(tmp_path: Path) -> AsyncIterator[Network]:
    """A network whose agencies all run."""
    async with running_network(tmp_path / "network") as running:
        yield running
