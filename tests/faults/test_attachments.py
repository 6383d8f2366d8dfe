"""Attachments between real processes: whole or not at all, whoever is killed, and for recipients alone."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path
from typing import Any

import pytest

from events.catalogue import read_content
from events.record_entry import EntryKind, LocalEntry, RecordEntry
from events.types.attachment import AttachmentReceived, AttachmentRequested, AttachmentUnavailable
from services.agency.attachments.store import AttachmentStore
from services.agency.record import Record
from tests.faults.network import PROVINCE, Network, report, tip, until

pytestmark = pytest.mark.broker

LARGE_BYTES = 12_000_000


def file_of(folder: Path, size_bytes: int, seed: int = 1) -> Path:
    """A file that no compression shrinks and no zero stands for."""
    path = folder / f"anh-{seed}.bin"
    block = hashlib.shake_256(seed.to_bytes(4, "big")).digest(1 << 16)
    path.write_bytes((block * (size_bytes // len(block) + 1))[:size_bytes])
    return path


def store_of(network: Network, agency: str) -> AttachmentStore:
    return AttachmentStore(network[agency].folder.path)


def attached(draft: dict[str, Any], sha256: str, size_bytes: int) -> dict[str, Any]:
    value = {"name": "ảnh.bin", "media_type": "application/octet-stream", "size_bytes": size_bytes, "sha256": sha256}
    draft["content"]["attachments"] = [value]
    return draft


def contents(network: Network, agency: str, kind: EntryKind, model: type[Any]) -> list[Any]:
    record = Record(network[agency].folder.record, agency, PROVINCE)
    try:
        return [
            content
            for entry in record.all_entries()
            if isinstance(entry, RecordEntry) and entry.kind is kind
            if isinstance(content := read_content(entry.event), model)
        ]
    finally:
        record.close()


def local_names(network: Network, agency: str) -> list[str]:
    record = Record(network[agency].folder.record, agency, PROVINCE)
    try:
        return [entry.name for entry in record.all_entries() if isinstance(entry, LocalEntry)]
    finally:
        record.close()


async def arrived(network: Network, agency: str, sha256: str, within_seconds: float = 40.0) -> None:
    async def here() -> bool:
        return store_of(network, agency).has(sha256)

    await until(here, within_seconds)


async def confirmed(network: Network, sender: str, number: int = 1) -> list[AttachmentReceived]:
    found: list[AttachmentReceived] = []

    async def said() -> bool:
        found[:] = await asyncio.to_thread(contents, network, sender, EntryKind.ADMITTED, AttachmentReceived)
        return len(found) >= number

    await until(said, 30.0)
    return found


async def test_travels_to_the_recipients_alone_and_is_confirmed(network: Network, tmp_path: Path) -> None:
    source = file_of(tmp_path, 700_001)
    sha256, size = store_of(network, "vnpt").put(source)
    await network["vnpt"].ask("issue", draft=attached(report("dic", "police"), sha256, size))
    for agency in ("dic", "police"):
        await arrived(network, agency, sha256)
        path = store_of(network, agency).path(sha256)
        assert path.read_bytes() == source.read_bytes()
        assert path.stat().st_mode & 0o777 == 0o600
    said = await confirmed(network, "vnpt", 2)
    assert {(one.sha256, one.size_bytes) for one in said} == {(sha256, size)}
    assert not store_of(network, "viettel").has(sha256)
    # No part of the file stands in anybody's record: neither the sender's nor the recipients'.
    for agency in ("vnpt", "dic"):
        record = Record(network[agency].folder.record, agency, PROVINCE)
        assert all(
            "AttachmentChunk" not in str(row[0])
            for row in record.rows(
                "SELECT CAST(state AS TEXT) FROM entries WHERE instr(state, ?) > 0", (b"AttachmentChunk",)
            )
        )
        record.close()


async def test_a_killed_recipient_goes_on_where_it_was(network: Network, tmp_path: Path) -> None:
    source = file_of(tmp_path, LARGE_BYTES)
    sha256, size = store_of(network, "vnpt").put(source)
    store = store_of(network, "police")
    await network["vnpt"].ask("issue", draft=attached(report("dic", "police"), sha256, size))

    async def under_way() -> bool:
        return store.arrived(sha256) > 2_000_000

    await until(under_way, 30.0)
    await network["police"].kill()
    here = store.arrived(sha256)
    assert 2_000_000 < here < size
    assert not store.has(sha256)
    await network["police"].start()
    await arrived(network, "police", sha256)
    assert store.path(sha256).read_bytes() == source.read_bytes()
    asked = contents(network, "police", EntryKind.SENT, AttachmentRequested)
    # Nothing that was here is fetched again: one request from the start, and later ones go on from what had arrived.
    assert sum(1 for one in asked if one.from_offset == 0) == 1
    assert any(one.from_offset == here for one in asked)


async def test_a_killed_sender_and_a_document_meanwhile(network: Network, tmp_path: Path) -> None:
    source = file_of(tmp_path, LARGE_BYTES)
    sha256, size = store_of(network, "vnpt").put(source)
    store = store_of(network, "dic")
    await network["vnpt"].ask("issue", draft=attached(tip("dic"), sha256, size))

    async def under_way() -> bool:
        return store.arrived(sha256) > 1_000_000

    await until(under_way, 30.0)
    # A document signed now does not wait for the file: it is receipted while the file is still on its way.
    await network["vnpt"].ask("issue", draft=tip("dic", text="Việc gấp."))

    async def receipted() -> bool:
        return not (await network["vnpt"].ask("status"))["unreceipted"]

    await until(receipted, 20.0)
    assert store.arrived(sha256) < size
    await network["vnpt"].kill()
    await network["vnpt"].start()
    await arrived(network, "dic", sha256, 60.0)
    assert store.path(sha256).read_bytes() == source.read_bytes()


async def test_a_co_recipient_gives_what_the_sender_has_lost(network: Network, tmp_path: Path) -> None:
    source = file_of(tmp_path, 400_000)
    sha256, size = store_of(network, "vnpt").put(source)
    await network["police"].end()
    await network["vnpt"].ask("issue", draft=attached(report("dic", "police"), sha256, size))
    await arrived(network, "dic", sha256)
    await network["vnpt"].kill()
    store_of(network, "vnpt").path(sha256).unlink()
    await network["police"].start()
    await arrived(network, "police", sha256, 60.0)
    # The sender itself gets its own file back from a recipient.
    await network["vnpt"].start()
    await arrived(network, "vnpt", sha256)


async def test_other_bytes_under_the_digest_are_never_taken_for_the_file(network: Network, tmp_path: Path) -> None:
    source = file_of(tmp_path, 300_000)
    sha256, size = store_of(network, "vnpt").put(source)
    forged = bytearray(source.read_bytes())
    forged[250_000] ^= 1
    store_of(network, "vnpt").path(sha256).write_bytes(forged)
    await network["vnpt"].ask("issue", draft=attached(tip("dic"), sha256, size))

    async def told() -> bool:
        told = await asyncio.to_thread(contents, network, "dic", EntryKind.ADMITTED, AttachmentUnavailable)
        return any(one.reason.value == "digest_differs" for one in told)

    await until(told, 30.0)
    assert not store_of(network, "dic").has(sha256)
    # The right file is put there, and what was asked for comes.
    store_of(network, "vnpt").put(source)
    await arrived(network, "dic", sha256, 60.0)
