"""Agencies as witnesses of the log of a real auditor, over a real broker and real HTTP."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path

import pytest
import pytest_asyncio

from events.record_entry import RecordEntry
from events.regulation.regulations import load_rules
from events.types.transparency import CheckpointPublished, ExchangeViewStated
from services.agency.clock import system_now
from services.agency.context import Context
from services.agency.folder import AgencyFolder
from services.auditor.http import Address, serving
from services.auditor.sending import Sending
from services.auditor.service import AuditorSettings
from services.broker.connection import connect
from services.broker.server import EmbeddedBroker
from services.identity.signer import FileSigner
from services.witness.alarms import alarm_content
from services.witness.notebook import Alarm, Standing
from tests.faults.auditor_network import until
from tests.faults.witness_network import Witnesses, settings, witnesses
from tests.unit.witness.small_log import SmallLog

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


@asynccontextmanager
async def lying_auditor(province: Witnesses) -> AsyncIterator[Sending]:
    """Whoever holds the auditor's account and key, and says to each agency what it likes."""
    credentials = AgencyFolder(province.folder, "auditor").credentials
    directory = province.directory
    context = Context("auditor", directory, load_rules(directory.regulation))
    signer = FileSigner.of(province.folder, "auditor", "service")
    async with await connect(province.broker.url, credentials, "auditor") as client:
        sending = Sending(client, signer, lambda: context, system_now)
        running = asyncio.create_task(sending.run())
        try:
            yield sending
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


def log_of(province: Witnesses, folder: Path) -> SmallLog:
    signer = FileSigner.of(province.folder, "auditor", "service")
    return SmallLog(folder, signer, signer.public_key)


async def until_cosigned(province: Witnesses, agency: str, size: int) -> None:
    def done() -> bool:
        seen = province.notebook(agency).seen()
        return seen is not None and seen.cosigned_size == size

    await until(done, f"{agency} has cosigned {size}")


def alarms_of(province: Witnesses, agency: str) -> list[tuple[str, str, str]]:
    return sorted((a.raised_by, a.problem.value, a.proof.value) for a in province.alarms(agency))


async def test_a_log_that_is_forked_between_two_agencies_is_caught_by_their_heads(
    province: Witnesses, tmp_path: Path
) -> None:
    """One key, two logs, each served to one of two agencies at its own address: both cosign what they were shown.

    Then they write to each other. A third one, who was shown the first log, finds the alarm proven.
    """
    one, other = log_of(province, tmp_path / "one"), log_of(province, tmp_path / "other")
    one.strangers(40)
    other.strangers(33, first=1000)
    async with AsyncExitStack() as stack:
        sending = await stack.enter_async_context(lying_auditor(province))
        first, second = [await stack.enter_async_context(serving(log.folder, Address())) for log in (one, other)]
        for agency, url in (("dic", first), ("police", second), ("vnpt", first)):
            await stack.enter_async_context(province.agency(agency, settings(url, within_seconds=600.0)))
        shown = {"dic": one.note(), "vnpt": one.note(), "police": other.note()}
        for agency, note in shown.items():
            sending.tell(CheckpointPublished(checkpoint=note), (agency,))
        for agency, size in (("dic", 40), ("vnpt", 40), ("police", 33)):
            await until_cosigned(province, agency, size)
        assert [alarm for agency in AGENCIES for alarm in province.alarms(agency)] == []

        await province.services["dic"].exchange.announce_heads(["police"], reply_wanted=True)
        await until(lambda: ("dic", "forked", "proven") in alarms_of(province, "vnpt"), "everybody knows it is forked")
        (alarm,) = province.alarms("dic")
        entry = province.services["dic"].record.entry_at(alarm.position)
        assert isinstance(entry, RecordEntry)
        assert set(alarm_content(entry).checkpoints) == {one.note(), other.note()}
        # The other one compares as soon as its own tree is as large.
        other.strangers(20, first=2000)
        sending.tell(CheckpointPublished(checkpoint=other.note()), ("police",))
        await until(lambda: ("police", "forked", "proven") in alarms_of(province, "police"), "police see it themselves")
        # Nothing more is vouched for, on either side.
        one.strangers(9, first=3000)
        sending.tell(CheckpointPublished(checkpoint=one.note()), ("dic", "vnpt"))
        for agency in ("dic", "vnpt"):
            await until(partial(verified, province, agency, 49), f"{agency} has verified the larger tree")
            seen = province.notebook(agency).seen()
            assert seen is not None
            assert seen.cosigned_size == 40


def verified(province: Witnesses, agency: str, size: int) -> bool:
    seen = province.notebook(agency).seen()
    return seen is not None and seen.checkpoint.size == size


async def test_an_auditor_that_is_down_for_long_is_one_alarm_that_ends(province: Witnesses) -> None:
    patient = {"within_seconds": 2.0, "unavailable_after_seconds": 60.0}
    async with AsyncExitStack() as agencies:
        async with province.auditor() as auditor:
            url = auditor.log_url
            for agency in AGENCIES:
                await agencies.enter_async_context(province.agency(agency, settings(url, **patient)))
            await province.tell("police", "dic", "vnpt", number=3)
            await province.all_proven(*AGENCIES)
        await province.tell("vnpt", "dic", "police", number=3)
        for agency in AGENCIES:
            await until(partial(has_raised, province, agency), f"{agency} raises an alarm")
        # More time passes, more is said: it is told already.
        await province.tell("police", "dic", "vnpt", number=3)
        turns = province.services["dic"].witness.turns
        await until(lambda: province.services["dic"].witness.turns > turns + 60, "time passes")
        again = AuditorSettings(checkpoint_seconds=0.05, http=Address(port=int(url.rsplit(":", 1)[1])))
        async with province.auditor(again):
            await province.all_proven(*AGENCIES)
            for agency in AGENCIES:
                assert [(a.problem, a.standing) for a in own_alarms(province, agency)] == [("stalled", Standing.OVER)]
                await until(partial(nothing_stands, province, agency), "all alarms are over")


def nothing_stands(province: Witnesses, agency: str) -> bool:
    return not province.notebook(agency).open_alarms()


def has_raised(province: Witnesses, agency: str) -> bool:
    return own_alarms(province, agency) != []


def own_alarms(province: Witnesses, agency: str) -> list[Alarm]:
    return [alarm for alarm in province.alarms(agency) if alarm.raised_by == agency]


async def test_what_the_broker_lost_before_the_auditor_read_it_is_brought_again(province: Witnesses) -> None:
    async with AsyncExitStack() as broker, AsyncExitStack() as agencies:
        async with province.auditor() as auditor:
            url = auditor.log_url
            for agency in AGENCIES:
                await agencies.enter_async_context(province.agency(agency, settings(url)))
            await province.tell("police", "dic", "vnpt", number=2)
            await province.all_proven(*AGENCIES)
        sent = await province.tell("vnpt", "dic", "police", number=3)
        await until(lambda: not province.services["vnpt"].exchange.unreceipted, "all is receipted")
        await province.broker.__aexit__(None, None, None)
        shutil.rmtree(province.folder / "broker" / "jetstream")
        province.broker = EmbeddedBroker(province.folder / "broker", province.directory.province)
        await broker.enter_async_context(province.broker)
        again = AuditorSettings(checkpoint_seconds=0.05, http=Address(port=int(url.rsplit(":", 1)[1])))
        async with province.auditor(again) as auditor:
            await province.tell("police", "dic", "vnpt")
            await province.all_proven(*AGENCIES)
            for entry in sent:
                held = auditor.ledger.by_digest(entry.event.digest)
                assert held is not None
            problems = {alarm.problem.value for agency in AGENCIES for alarm in province.alarms(agency)}
            assert problems <= {"stalled"}


async def test_each_agency_states_its_exchange_view_when_something_moved(province: Witnesses) -> None:
    async with province.auditor() as auditor, AsyncExitStack() as stack:
        for agency in AGENCIES:
            how = settings(auditor.log_url, view_every_seconds=0.2)
            await stack.enter_async_context(province.agency(agency, how))
        await province.tell("police", "dic", "vnpt", number=3)
        await province.tell("vnpt", "dic", number=2)
        await until(partial(stated_last, province, "dic", 5), "dic has stated its view of all five")
        last = statements(province, "dic")[-1]
        assert last.incoming_number == 5
        turns = province.services["dic"].witness.turns
        await until(lambda: province.services["dic"].witness.turns > turns + 20, "time passes")
        assert statements(province, "dic")[-1] == last  # said once: nothing has moved
        assert len({one.view_digest for one in statements(province, "dic")}) == len(statements(province, "dic"))
        await province.all_proven(*AGENCIES)


def statements(province: Witnesses, agency: str) -> list[ExchangeViewStated]:
    entries = province.services[agency].record.all_entries()
    return [
        ExchangeViewStated.from_bytes(entry.event.content_bytes)
        for entry in entries
        if isinstance(entry, RecordEntry) and entry.event.envelope.event_type == "ExchangeViewStated"
    ]


def stated_last(province: Witnesses, agency: str, number: int) -> bool:
    said = statements(province, agency)
    return bool(said) and said[-1].incoming_number == number
