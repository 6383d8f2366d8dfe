"""What the pages are asked about: a case with requests, a suspension and a file, told between real agencies."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from events.draft import Draft
from events.signed_event import SignedEvent
from events.types.suspension import SuspensionEnd
from events.values.document import Attachment
from projections.views import Views
from services.agency.attachments.store import AttachmentStore
from services.identity.signer import FileSigner
from services.web.house import House
from tests.scenarios.samples import sample
from tests.unit.web.conftest import PASSPHRASE
from tests.unit.web.test_cases import opened

LONG_NAME = "Biên bản khám nghiệm hiện trường trạm phát sóng trái phép tại tổ dân phố số 12, phường Cốc Lếu.pdf"


def signer_of(house: House) -> FileSigner:
    signer = FileSigner.of(house.service.folder.root, house.agency, "head")
    signer.unlock(PASSPHRASE)
    return signer


async def told(house: House, draft: Draft, signer: FileSigner) -> SignedEvent:
    return (await house.service.issue(draft, signer)).event


async def seen(house: House, question: Any) -> None:
    """Wait until a question to the views has a true answer."""
    while True:
        count = house.feed.count
        if await house.ask(question):
            return
        await house.feed.beyond(count)


async def played(houses: dict[str, House], folder: Any) -> dict[str, str]:
    """The case, and what police and VNPT said in it: `opening`, `asked`, `order`, `execution`, and `late`, overdue."""
    police, vnpt = houses["police"], houses["vnpt"]
    case = await opened(houses)
    file = await vnpt.ask(lambda views: views.case(case, now=vnpt.now()))
    assert file is not None
    opening = file.timeline[0].event_id
    head, provider = await asyncio.to_thread(signer_of, police), await asyncio.to_thread(signer_of, vnpt)

    # Asked for so soon that it is overdue by the time it is looked at.
    question = sample("InfoRequested", attachments=())
    due = police.now() + timedelta(milliseconds=200)
    late = await told(police, Draft(question, ("vnpt",), case=case, basis=opening, due=due), head)
    ends = SuspensionEnd(at=police.now() + timedelta(days=2))
    order = sample("SuspensionOrdered", ends=ends, interim=True, attachments=())
    ordered = await told(
        police, Draft(order, ("vnpt",), case=case, basis=opening, due=police.now() + timedelta(hours=9)), head
    )
    await seen(vnpt, lambda views: _held(views, case, ordered.envelope.id, vnpt))

    source = folder / "scan.pdf"
    await asyncio.to_thread(source.write_bytes, b"%PDF-1.7 scan")
    sha256, size = await asyncio.to_thread(AttachmentStore(vnpt.service.folder.path).put, source)
    named = Attachment(name=LONG_NAME, media_type="application/pdf", size_bytes=size, sha256=sha256)
    execution = sample("SuspensionExecuted", order=ordered.envelope.id, executed_at=vnpt.now(), attachments=(named,))
    done = await told(
        vnpt,
        Draft(execution, ("police",), case=case, cause=ordered.envelope.id, basis=ordered.envelope.id),
        provider,
    )
    await seen(police, lambda views: _held(views, case, done.envelope.id, police))
    await seen(vnpt, lambda views: all(d.outcome == "admitted" for d in views.sent("vnpt", limit=1)[0].deliveries))
    # The clock's own time: nothing tells of it.
    await asyncio.sleep(max(0.0, (due - vnpt.now()).total_seconds()) + 0.01)
    return {
        "case": case,
        "opening": opening,
        "asked": file.timeline[1].event_id,
        "order": ordered.envelope.id,
        "execution": done.envelope.id,
        "late": late.envelope.id,
        "sha256": sha256,
    }


def _held(views: Views, case: str, event_id: str, house: House) -> bool:
    found = views.case(case, now=house.now())
    return found is not None and any(event.event_id == event_id for event in found.timeline)
