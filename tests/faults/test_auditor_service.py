"""The auditor's service over a real broker: what it logs, serves and answers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from events.audit.entries import entries_of
from events.audit.log_keys import log_keys
from events.envelope import envelope_digest, parse_envelope
from events.transparency.checkpoint import open_checkpoint
from events.transparency.entry_bundle import parse_bundle
from events.transparency.merkle import leaf_hash, root_of
from events.transparency.tile_path import bundles_of
from tests.faults.auditor_network import Province, running_province, until

pytestmark = [pytest.mark.broker, pytest.mark.slow]


@pytest_asyncio.fixture
async def province(tmp_path: Path) -> AsyncIterator[Province]:
    async with running_province(tmp_path / "province") as running:
        yield running


async def test_every_document_and_receipt_is_in_the_served_log(province: Province) -> None:
    async with province.auditor() as auditor:
        sent = await province.tell("police", "dic", "vnpt", number=3)
        wanted = {entry.event.digest for entry in sent}

        def logged() -> bool:
            events = auditor.ledger.read()
            types = [parse_envelope(event.envelope).event_type for event in events]
            held = {envelope_digest(event.envelope) for event in events}
            return wanted <= held and "EventReceived" in types and auditor.log.size == auditor.ledger.size

        await until(logged, "all is logged and signed")
        events = auditor.ledger.read()
        async with httpx.AsyncClient(base_url=auditor.log_url) as client:
            answer = await client.get("/checkpoint")
            assert answer.headers["content-type"] == "text/plain; charset=utf-8"
            checkpoint = open_checkpoint(answer.content, log_keys(province.directory)[0])
            entries: list[bytes] = []
            for bundle in bundles_of(checkpoint.size):
                entries += parse_bundle((await client.get(f"/{bundle.path}")).content, bundle.width)
        assert root_of([leaf_hash(entry) for entry in entries]) == checkpoint.root
        assert entries == [entry for event in events for entry in entries_of(event)][: checkpoint.size]
        assert auditor.failed == {}
