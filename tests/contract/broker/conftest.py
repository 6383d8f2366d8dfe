from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from services.broker.server import EmbeddedBroker
from tests.contract.broker.network_under_test import PROVINCE, Battlefield, make_network, prepare


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def battlefield(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Battlefield]:
    root = tmp_path_factory.mktemp("network")
    async with EmbeddedBroker(make_network(root), PROVINCE) as broker:
        prepared = await prepare(root, broker)
        yield prepared
        await prepared.victim.close()
        await prepared.provisioner.close()


@pytest_asyncio.fixture(loop_scope="function")
async def broker(tmp_path: Path) -> AsyncIterator[EmbeddedBroker]:
    """A network of its own, with `tmp_path` as the state folder."""
    async with EmbeddedBroker(make_network(tmp_path), PROVINCE) as running:
        yield running
