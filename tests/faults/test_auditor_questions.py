"""The auditor's questions over a running province: what agencies told one another a moment ago is known."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from projections.deliveries_knowledge import How, knowers
from projections.deliveries_told import Outcome, ToldFilter, told
from services.audit.questions.book import open_book
from tests.faults.auditor_network import Province, running_province, until

pytestmark = pytest.mark.broker


@pytest_asyncio.fixture
async def province(tmp_path: Path) -> AsyncIterator[Province]:
    async with running_province(tmp_path / "province") as running:
        yield running


def outcomes(province: Province) -> list[tuple[str, str, Outcome]]:
    with open_book(province.folder) as book:
        return [(one.sender, one.recipient, one.outcome) for one in told(book.cursor, ToldFilter(), limit=100)]


async def test_the_service_keeps_the_views_up_and_a_question_sees_all_that_is_logged(province: Province) -> None:
    async with province.auditor() as auditor:
        (sent,) = await province.tell("police", "dic", "vnpt")
        told_to_both = [("police", each, Outcome.ADMITTED) for each in ("dic", "vnpt")]
        await until(lambda: auditor.views.position == auditor.ledger.size > 3, "the service has folded everything")
        await until(lambda: outcomes(province) == told_to_both, "both have given their receipts")
        assert auditor.failed == {}
    await province.tell("dic", "police")
    async with province.auditor() as auditor:
        await until(lambda: len(outcomes(province)) == 3, "what came meanwhile is known")
    with open_book(province.folder) as book:
        found = knowers(book.cursor, sent.event.envelope.id, datetime.now(UTC))
        assert [(one.agency, one.how) for one in found][:1] == [("police", How.SENT)]
        assert {(one.agency, one.how) for one in found[1:]} == {("dic", How.ADMITTED), ("vnpt", How.ADMITTED)}
        assert all(one.delivery.stored_at is not None for one in found)
