"""A record that was made on the province's machine and is brought to the agency's own."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio

from events.draft import Draft
from services.agency import reading_again
from services.agency.reading_again import MailNotRead, read_again
from services.agency.recovery import PeersAway, Recovered, recover
from services.agency.service import AgencyService
from services.broker.server import EmbeddedBroker
from services.identity.signer import FileSigner
from tests.scenarios.samples import sample
from tests.unit.web.conftest import PASSPHRASE, small_network

pytestmark = pytest.mark.broker


@pytest.fixture
def brought(tmp_path: Path) -> Path:
    shutil.copytree(small_network(tmp_path / "province"), tmp_path / "brought")
    return tmp_path / "brought"


@pytest_asyncio.fixture
async def broker(brought: Path) -> AsyncIterator[EmbeddedBroker]:
    async with EmbeddedBroker(brought / "broker", "lao-cai") as running:
        yield running


async def test_before_anything_was_sent_it_signs_without_asking_anybody(brought: Path, broker: EmbeddedBroker) -> None:
    async with AgencyService(brought, "police", broker_url=broker.url) as police:
        assert police.record.signing_held
        assert await recover(police, patience_seconds=0.1) == Recovered()
        assert not police.record.signing_held


async def test_where_mail_has_come_for_it_peers_are_asked(brought: Path, broker: EmbeddedBroker) -> None:
    async with AsyncExitStack() as stack:
        police = await stack.enter_async_context(AgencyService(brought, "police", broker_url=broker.url))
        await recover(police)
        signer = FileSigner.of(brought, "police", "head")
        signer.unlock(PASSPHRASE)
        await police.issue(Draft(sample("InfoShared", attachments=()), ("dic",)), signer)
        await police.outbox.drained(police.record.last_position)
    async with AgencyService(brought, "dic", broker_url=broker.url) as dic:
        with pytest.raises(PeersAway):
            await recover(dic, patience_seconds=0.1)
        assert dic.record.signing_held


async def test_mail_that_cannot_be_taken_in_is_not_waited_for_in_vain(
    brought: Path, broker: EmbeddedBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_again, "STUCK_SECONDS", 0.5)
    async with (
        AgencyService(brought, "police", broker_url=broker.url) as police,
        AgencyService(brought, "dic", broker_url=broker.url) as dic,
    ):

        async def fails(_: object) -> None:
            raise OSError("no space left on device")

        monkeypatch.setattr(dic.mailroom, "receive", fails)
        await police.exchange.announce_heads(["dic"], reply_wanted=False)
        await police.outbox.drained(police.record.last_position)
        async with asyncio.timeout(20):
            with pytest.raises(MailNotRead):
                await read_again(dic, lambda *_: None)
