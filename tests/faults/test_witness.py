"""Agencies as witnesses of the log of a real auditor, over a real broker and real HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio

from tests.faults.auditor_network import until
from tests.faults.witness_network import Witnesses, settings, witnesses

pytestmark = [pytest.mark.broker, pytest.mark.slow]
AGENCIES = ("dic", "police", "vnpt")


@pytest_asyncio.fixture
async def province(tmp_path: Path) -> AsyncIterator[Witnesses]:
    async with witnesses(tmp_path / "province") as running:
        yield running


async def test_every_agency_cosigns_and_finds_all_that_it_holds(province: Witnesses) -> None:
    async with province.auditor() as auditor, AsyncExitStack() as stack:
        for agency in AGENCIES:
            await stack.enter_async_context(province.agency(agency, settings(auditor.log_url)))
        await province.tell("police", "dic", "vnpt", number=30)
        await province.tell("vnpt", "dic", number=5)
        await until(lambda: auditor.ledger.size >= 65 + 3, "all is logged")
        await province.all_proven(*AGENCIES)
        await until(lambda: auditor.log.witnessed_size == auditor.ledger.size, "the policy is met")
        for agency in AGENCIES:
            assert province.alarms(agency) == []
            seen = province.notebook(agency).seen()
            assert seen is not None
            assert seen.cosigned_size == seen.checkpoint.size
            assert province.services[agency].failed == {}
