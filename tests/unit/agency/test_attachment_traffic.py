"""What arrives at a recipient: right parts make the file, wrong ones never do, and nobody else's count."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import pytest_asyncio

from events import base64url
from events.catalogue import read_content
from events.record_entry import EntryKind
from events.types.attachment import (
    MAX_CHUNK_BYTES,
    AttachmentChunk,
    AttachmentObstacle,
    AttachmentReceived,
    AttachmentRequested,
    AttachmentUnavailable,
)
from services.agency.attachments.fetching import Patience
from services.agency.attachments.store import AttachmentStore
from services.agency.attachments.traffic import AttachmentTraffic
from services.agency.writer import Writer
from tests.unit.agency.houses import Houses, carry, suspicion
from tests.unit.agency.test_attachments import with_file

DATA = hashlib.shake_256(b"traffic").digest(2 * MAX_CHUNK_BYTES + 77)
SHA256 = hashlib.sha256(DATA).hexdigest()
FORGED = DATA[:300_000] + b"?" + DATA[300_001:]
PATIENT = Patience(first_seconds=600)


class Recipient:
    """The police's traffic, fetching a file of VNPT's report that DIC got too."""

    def __init__(self, houses: Houses, folder: Path) -> None:
        self.house = houses["police"]
        (self.report,) = houses["vnpt"].issue(with_file(suspicion("dic", "police"), SHA256, len(DATA)))
        carry(houses, [self.report])
        self.store = AttachmentStore(folder)
        self.grown = asyncio.Event()
        self.writer = Writer(self.house.record, lambda _: self.grown.set())
        nothing = cast("Any", None)  # what giving files needs; here nobody asks
        self.traffic = AttachmentTraffic(
            self.store, self.house.record, self.writer, nothing, nothing, self.house.service,
            lambda: self.house.context, lambda: self.house.now, PATIENT,
        )  # fmt: skip

    async def gives(self, peer: str, data: bytes, *numbers: int) -> None:
        """A peer sends parts of a file, all of them or those named."""
        starts = range(0, len(data), MAX_CHUNK_BYTES)
        for number in numbers or range(len(starts)):
            part = data[starts[number] : starts[number] + MAX_CHUNK_BYTES]
            chunk = AttachmentChunk(
                event=self.report.event.envelope.id, sha256=SHA256, size_bytes=len(data), offset=starts[number],
                data=base64url.encode(part),
            )  # fmt: skip
            await self.traffic.act_on([(peer, chunk)])

    def said(self, model: type[Any]) -> list[tuple[str, Any]]:
        entries = self.house.events(EntryKind.SENT, event_type=model.__name__)
        return [(entry.event.envelope.agencies[0], read_content(entry.event)) for entry in entries]

    async def until_said(self, model: type[Any], number: int) -> list[tuple[str, Any]]:
        """What the police have said of a kind, once they have said it so often."""
        async with asyncio.timeout(10):
            while len(said := self.said(model)) < number:
                await self.grown.wait()
                self.grown.clear()
        return said

    async def asked(self, number: int) -> list[str]:
        """Whom the police have asked, once they have asked so often."""
        return [peer for peer, _ in await self.until_said(AttachmentRequested, number)]

    async def confirmed(self) -> list[tuple[str, AttachmentReceived]]:
        """What the police have confirmed, once they have."""
        return await self.until_said(AttachmentReceived, 1)


@pytest_asyncio.fixture
async def recipient(houses: Houses, tmp_path: Path) -> AsyncIterator[Recipient]:
    made = Recipient(houses, tmp_path / "files")
    work = asyncio.create_task(made.traffic.fetch())
    assert await made.asked(1) == ["vnpt"]
    yield made
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    await made.writer.close()


async def test_right_parts_make_the_file_and_it_is_confirmed_to_the_sender(recipient: Recipient) -> None:
    await recipient.gives("vnpt", DATA)
    assert recipient.store.path(SHA256).read_bytes() == DATA
    ((told, content),) = await recipient.confirmed()
    assert (told, content.event, content.size_bytes) == ("vnpt", recipient.report.event.envelope.id, len(DATA))
    assert recipient.house.local("AttachmentDiffers") == []


async def test_repeats_and_parts_out_of_order_change_nothing(recipient: Recipient) -> None:
    await recipient.gives("vnpt", DATA, 1, 0, 0, 2)
    assert recipient.store.arrived(SHA256) == MAX_CHUNK_BYTES
    await recipient.gives("vnpt", DATA, 1, 1, 2)
    assert recipient.store.path(SHA256).read_bytes() == DATA


async def test_a_forged_part_is_noted_and_the_next_source_is_asked_from_the_start(recipient: Recipient) -> None:
    await recipient.gives("vnpt", FORGED)
    assert not recipient.store.has(SHA256)
    (noted,) = recipient.house.local("AttachmentDiffers")
    assert (noted.subject, noted.data) == (SHA256, {"given_by": ["vnpt"]})
    assert (await recipient.asked(2))[-1] == "dic"
    assert recipient.said(AttachmentRequested)[-1][1].from_offset == 0
    await recipient.gives("dic", DATA)
    assert recipient.store.path(SHA256).read_bytes() == DATA
    await recipient.confirmed()


async def test_nobody_else_can_put_a_part_in(recipient: Recipient) -> None:
    await recipient.gives("customs", FORGED, 0)
    assert recipient.store.arrived(SHA256) == 0
    await recipient.gives("vnpt", DATA + b"more", 0)  # not of the size that was signed
    assert recipient.store.arrived(SHA256) == 0


async def test_who_does_not_have_it_is_passed_over(recipient: Recipient) -> None:
    event = recipient.report.event.envelope.id
    refusal = AttachmentUnavailable(event=event, sha256=SHA256, reason=AttachmentObstacle.NOT_HELD)
    await recipient.traffic.act_on([("vnpt", refusal)])
    assert (await recipient.asked(2))[-1] == "dic"


async def test_a_restart_goes_on_behind_what_is_here(houses: Houses, tmp_path: Path) -> None:
    first = Recipient(houses, tmp_path / "files")
    first.store.append(SHA256, 0, DATA[:1000])
    work = asyncio.create_task(first.traffic.fetch())
    await first.asked(1)
    assert first.said(AttachmentRequested)[0][1].from_offset == 1000
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    # Killed between the last part and the end: the file is finished at the start, and nobody is asked.
    first.store.append(SHA256, 1000, DATA[1000:])
    work = asyncio.create_task(first.traffic.fetch())
    await first.confirmed()
    assert first.store.has(SHA256)
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    await first.writer.close()
    assert len(first.said(AttachmentRequested)) == 1
