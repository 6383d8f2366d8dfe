"""The views kept up while the auditor's service runs."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from events.audit.logged_event import LoggedEvent
from projections.deliveries import DeliveryViews
from services.audit.questions.book import views_file
from services.audit.questions.upkeep import Upkeep
from services.auditor.ledger import Ledger, NewEvent
from services.auditor.places import ledger_file
from tests.unit.audit_questions.chronicle import Chronicle

PROVINCE = "lao-cai"


def append(state: Path, *events: LoggedEvent) -> None:
    with Ledger(ledger_file(state), PROVINCE, create=True) as ledger, ledger.commit():
        ledger.append(
            [
                NewEvent(
                    hashlib.sha256(event.envelope).digest(), str(event.first_index), 1, event.envelope, "", None, None,
                    event.data,
                )
                for event in events
            ],
            "2026-11-21T00:00:00.000Z",
        )  # fmt: skip


@asynccontextmanager
async def keeping_up(state: Path) -> AsyncIterator[Upkeep]:
    upkeep = Upkeep(state, PROVINCE)
    task = asyncio.create_task(upkeep.run())
    try:
        yield upkeep
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def reaches(upkeep: Upkeep, position: int) -> None:
    async with asyncio.timeout(20):
        while upkeep.position < position:
            await upkeep.moved.wait()
            upkeep.moved.clear()


async def test_it_folds_what_is_there_and_what_comes(tmp_path: Path, chronicle: Chronicle) -> None:
    ledger_file(tmp_path).parent.mkdir(parents=True)
    for _ in range(30):
        chronicle.say("police", "InfoShared", "dic")
    append(tmp_path, *chronicle.log[:20])
    async with keeping_up(tmp_path) as upkeep:
        await reaches(upkeep, 20)
        append(tmp_path, *chronicle.log[20:])
        upkeep.grown()
        await reaches(upkeep, 30)
    with DeliveryViews(views_file(tmp_path)) as views:
        assert views.position() == 30


async def test_views_of_another_ledger_are_folded_anew_and_stopping_leaves_them_whole(
    state: Path, chronicle: Chronicle
) -> None:
    for _ in range(10):
        chronicle.say("police", "InfoShared", "dic")
    with DeliveryViews(views_file(state)) as views:
        views.apply(chronicle.log)
    with Ledger(ledger_file(state), PROVINCE, read_only=True) as ledger:
        size = ledger.size
    async with keeping_up(state):
        await asyncio.sleep(0)
    with DeliveryViews(views_file(state)) as views:
        assert views.position() in {10, size}, "the old ones, or the new ones"
    async with keeping_up(state) as upkeep:
        await reaches(upkeep, size)
    with DeliveryViews(views_file(state)) as views:
        assert views.position() == size
