"""The auditor's service over a real broker: what it logs, serves and answers."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from events.audit.entries import entries_of
from events.audit.log_keys import log_keys
from events.catalogue import read_content
from events.content import Content
from events.envelope import envelope_digest, parse_envelope
from events.record_entry import RecordEntry
from events.succession import DirectoryOlder
from events.transparency.checkpoint import open_checkpoint
from events.transparency.entry_bundle import parse_bundle
from events.transparency.merkle import leaf_hash, root_of
from events.transparency.tile_path import bundles_of
from events.types.transparency import CheckpointPublished, InclusionRequested, InclusionStated
from services.agency.folder import FolderInUse
from services.agency.issuing import issue_protocol
from services.agency.service import AgencyService
from services.agency.wake import wake
from services.auditor.ledger import Ledger
from services.auditor.places import ledger_file, log_folder
from services.auditor.service import AuditorService
from services.identity.layout import agency_folder
from services.identity.network_change import Registrar
from tests.faults.auditor_network import PASSPHRASE, SETTINGS, Province, running_province, until

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


async def test_an_agency_is_told_each_checkpoint_and_where_its_events_stand(province: Province) -> None:
    async with province.auditor() as auditor:
        (sent,) = await province.tell("police", "dic")
        await until(lambda: auditor.log.size > 0 and auditor.log.size == auditor.ledger.size, "the log is signed")
        question = InclusionRequested(events=(sent.event.digest_text,))
        await ask(province.services["dic"], question)
        await ask(province.services["vnpt"], question)

        def told(agency: str, kind: type[Content]) -> list[Content]:
            record = province.services[agency].record
            return [
                read_content(entry.event)
                for entry in record.all_entries()
                if isinstance(entry, RecordEntry) and entry.event.envelope.event_type == kind.__name__
            ]

        await until(lambda: bool(told("dic", InclusionStated) and told("vnpt", InclusionStated)), "both are answered")
        (to_party,), (to_stranger,) = told("dic", InclusionStated), told("vnpt", InclusionStated)
        assert isinstance(to_party, InclusionStated)
        assert isinstance(to_stranger, InclusionStated)
        assert (to_party.entries[0].event, to_party.unknown) == (sent.event.digest_text, ())
        assert (to_stranger.entries, to_stranger.unknown) == ((), question.events)
        await until(
            lambda: all(told(agency, CheckpointPublished) for agency in province.services), "all know the checkpoint"
        )


async def ask(service: AgencyService, content: Content) -> None:
    await service.writer.run(
        lambda transaction: issue_protocol(
            transaction, content, ("auditor",), service.service_signer, service.context, service.now()
        )
    )


async def test_stopped_and_started_it_goes_on_where_it_was(province: Province) -> None:
    async with province.auditor() as auditor:
        await province.tell("police", "dic", number=2)
        await until(lambda: auditor.log.size >= 2, "the log is signed")
        first = auditor.log.size
        before = (log_folder(province.folder) / f"checkpoints/{first}").read_bytes()
    await province.tell("police", "dic", number=2)
    async with province.auditor() as auditor:
        await until(lambda: auditor.log.size >= first + 2, "what came meanwhile is logged")
        await until(lambda: documents(auditor) == 4, "each document once")
    assert (log_folder(province.folder) / f"checkpoints/{first}").read_bytes().startswith(before.split(b"\n\n")[0])


def larger(auditor: AuditorService, size: int) -> bool:
    return auditor.log.size > size


def documents(auditor: AuditorService) -> int:
    return sum(parse_envelope(event.envelope).event_type == "InfoShared" for event in auditor.ledger.read())


async def test_a_ledger_that_is_lost_is_filled_again_and_signs_no_other_history(province: Province) -> None:
    """Disk and files are gone, keys and stream are there: the log comes back as it was signed."""
    async with province.auditor() as auditor:
        for _ in range(3):
            size = auditor.log.size
            await province.tell("police", "dic", "vnpt")
            await until(partial(larger, auditor, size), "a checkpoint is signed")
        await until(lambda: auditor.log.size == auditor.ledger.size, "all is signed")
        await until(lambda: own_checkpoint_came_back(province, auditor.log.size), "it knows what it has told")
    signed = {file.name: file.read_bytes() for file in (log_folder(province.folder) / "checkpoints").iterdir()}
    shutil.rmtree(log_folder(province.folder))
    for file in ledger_file(province.folder).parent.glob("ledger.sqlite*"):
        file.unlink()
    async with province.auditor() as auditor:
        newest = max(map(int, signed))
        await until(lambda: auditor.log.size >= newest, "the log is as large as it was")
    again = {file.name: file.read_bytes() for file in (log_folder(province.folder) / "checkpoints").iterdir()}
    assert {name: again[name].split(b"\n\n")[0] for name in signed} == {
        name: note.split(b"\n\n")[0] for name, note in signed.items()
    }
    assert min(map(int, again.keys() - signed.keys()), default=newest + 1) > newest


def own_checkpoint_came_back(province: Province, size: int) -> bool:
    with Ledger(ledger_file(province.folder), "lao-cai", read_only=True) as ledger:
        kept = ledger.connection.execute("SELECT data FROM messages WHERE data IS NOT NULL").fetchall()
    return any(f"log\\n{size}\\n".encode() in data for (data,) in kept)


async def test_an_old_copy_of_the_ledger_signs_only_after_the_rest_is_back(province: Province, tmp_path: Path) -> None:
    async with province.auditor() as auditor:
        await province.tell("police", "dic", number=2)
        await until(lambda: auditor.log.size == auditor.ledger.size > 0, "the log is signed")
    shutil.copytree(ledger_file(province.folder).parent, tmp_path / "copy", ignore=shutil.ignore_patterns("*.sock"))
    async with province.auditor() as auditor:
        for _ in range(2):
            size = auditor.log.size
            await province.tell("vnpt", "dic", "police")
            await until(partial(larger, auditor, size), "a checkpoint is signed")
        await until(lambda: auditor.log.size == auditor.ledger.size, "all is signed")
    newer = {file.name: file.read_bytes() for file in (log_folder(province.folder) / "checkpoints").iterdir()}
    shutil.rmtree(ledger_file(province.folder).parent)
    shutil.copytree(tmp_path / "copy", ledger_file(province.folder).parent)
    async with province.auditor() as auditor:
        await until(lambda: auditor.log.size >= max(map(int, newer)), "the log is as large as it was")
        assert auditor.failed == {}
    again = {file.name: file.read_bytes() for file in (log_folder(province.folder) / "checkpoints").iterdir()}
    for name, note in newer.items():
        assert again[name].split(b"\n\n")[0] == note.split(b"\n\n")[0]


async def test_a_second_auditor_on_the_folder_is_refused(province: Province) -> None:
    async with province.auditor():
        with pytest.raises(FolderInUse):
            async with province.auditor():
                raise AssertionError("it must not start")


async def test_a_folder_with_an_older_directory_than_the_ledgers_is_refused(province: Province) -> None:
    Registrar(province.folder).revoke_agency("vnpt", at=datetime.now(UTC), now=datetime.now(UTC))
    async with province.auditor():
        pass
    newest = province.folder / "directory" / "000002.note"
    newest.unlink()
    with pytest.raises(DirectoryOlder):
        async with province.auditor():
            raise AssertionError("it must not start")


async def test_what_a_key_unknown_so_far_signed_is_logged_once_the_directory_is_there(
    province: Province, tmp_path: Path
) -> None:
    """The auditor has a machine of its own: events by a new key may reach it before the directory does."""
    elsewhere = tmp_path / "elsewhere"
    for part in ("directory", "agencies/auditor"):
        shutil.copytree(province.folder / part, elsewhere / part)
    async with AuditorService(elsewhere, broker_url=province.broker.url, settings=SETTINGS) as auditor:
        Registrar(province.folder).renew_keys("police", PASSPHRASE, datetime.now(UTC))
        wake(agency_folder(province.folder, "police"))
        await until(lambda: province.services["police"].context.directory.version == 2, "police know their keys")
        await province.tell("police", "dic")
        await until(lambda: auditor.taken.quarantined > 0, "the event waits")
        assert documents(auditor) == 0
        shutil.copy(province.folder / "directory" / "000002.note", elsewhere / "directory")
        wake(agency_folder(elsewhere, "auditor"))
        await until(lambda: documents(auditor) == 1, "it is logged")
        assert auditor.ledger.directory_version() == 2
