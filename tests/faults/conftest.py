from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.faults.network import Network, running_network


@pytest_asyncio.fixture(loop_scope="function")
async def network(tmp_path: Path) -> AsyncIterator[Network]:
    """A network whose agencies all run."""
    async with running_network(tmp_path / "network") as running:
        yield running
