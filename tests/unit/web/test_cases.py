"""The list of cases and a case's page, over what real agencies have told one another."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import httpx
import pytest

from events.draft import Draft
from events.record_entry import LocalEntry
from events.values.matter import Category
from services.identity.signer import FileSigner
from services.web.house import House
from tests.scenarios.samples import sample
from tests.unit.web.conftest import PASSPHRASE, enter

pytestmark = pytest.mark.broker


def head_of(house: House) -> FileSigner:
    signer = FileSigner.of(house.service.folder.root, house.agency, "head")
    signer.unlock(PASSPHRASE)
    return signer


async def opened(houses: dict[str, House]) -> str:
    """A case that the police opened, with VNPT asked for information; its id, once VNPT's views show it."""
    police = houses["police"]
    head = await asyncio.to_thread(head_of, police)
    opening = sample(
        "CaseOpened",
        title="Trạm <SIM box> ở phường Cốc Lếu",
        participants=("dic", "vnpt"),
        attachments=(),
        discovered_by_sender=True,
        category=Category.OTHER,
    )
    sent = await police.service.issue(Draft(opening, ("dic", "vnpt")), head)
    case = sent.event.envelope.case
    assert case is not None
    question = sample("InfoRequested", attachments=())
    due = police.now() + timedelta(days=2)
    await police.service.issue(Draft(question, ("vnpt",), case=case, basis=sent.event.envelope.id, due=due), head)
    vnpt = houses["vnpt"]
    while True:
        # Taken before the views are asked: what they fold meanwhile wakes this all the same.
        count = vnpt.feed.count
        if await vnpt.ask(lambda views: (shown := views.case(case, now=vnpt.now())) is not None and shown.requests):
            return case
        await vnpt.feed.beyond(count)


async def test_a_next_page_is_offered_where_there_is_one(
    client: httpx.AsyncClient, houses: dict[str, House], monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await opened(houses)
    await enter(client, "vnpt", "chuyen.vien")
    for events, arrows, further in ((2, 3, False), (1, 2, True)):
        monkeypatch.setattr("services.web.pages.cases.PAGE", events)
        page = (await client.get(f"/cases/{case}")).text
        assert (f'href="/cases/{case}?after=' in page) == further
        assert page.count('class="lane-arrow') == arrows


async def test_a_case_is_listed_and_shown_to_whoever_takes_part(
    client: httpx.AsyncClient, houses: dict[str, House]
) -> None:
    case = await opened(houses)
    await enter(client, "vnpt", "chuyen.vien")
    listed = await client.get("/cases")
    assert f'href="/cases/{case}"' in listed.text
    assert "Trạm &lt;SIM box&gt; ở phường Cốc Lếu" in listed.text, "a title is text, never markup"
    page = await client.get(f"/cases/{case}")
    assert page.status_code == 200
    assert "Trả lời yêu cầu cung cấp thông tin" in page.text or "InfoRequested" not in page.text
    assert page.text.count('class="lane-arrow') == 3, "an arrow for each recipient that this agency can see"
    looks = [
        e for e in houses["vnpt"].service.record.all_entries() if isinstance(e, LocalEntry) and e.name == "CaseViewed"
    ]
    assert [(e.subject, e.data["by"]) for e in looks][-1] == (case, "chuyen.vien@vnpt")


async def test_an_auditor_of_the_house_may_look_and_nobody_sees_another_house(
    client: httpx.AsyncClient, houses: dict[str, House]
) -> None:
    case = await opened(houses)
    await enter(client, "dic", "kiem.tra")
    assert (await client.get(f"/cases/{case}")).status_code == 200
    other = "018f0000-0000-7000-8000-000000000000"
    assert (await client.get(f"/cases/{other}")).status_code == 404


@pytest.mark.parametrize(
    "query", ["before=-1", "before=1e9", "status=nonsense", "before=" + "9" * 40, "lead=%00", "category=x"]
)
async def test_a_wrong_filter_is_said_to_be_wrong(client: httpx.AsyncClient, query: str) -> None:
    await enter(client, "dic", "chuyen.vien")
    answer = await client.get(f"/cases?{query}")
    assert answer.status_code == 422
    assert "không hợp lệ" in answer.text


async def test_an_event_is_read_in_words_with_its_receipts_and_its_bytes(
    client: httpx.AsyncClient, houses: dict[str, House]
) -> None:
    case = await opened(houses)
    await enter(client, "vnpt", "chuyen.vien")
    timeline = await houses["vnpt"].ask(lambda views: views.case(case, now=houses["vnpt"].now()))
    assert timeline is not None
    opening = timeline.timeline[0].event_id
    page = await client.get(f"/events/{opening}")
    assert page.status_code == 200
    for text in ("Mở vụ việc", "Tên vụ việc", "Trạm &lt;SIM box&gt;", "các vi phạm khác", "Số đến", opening):
        assert text in page.text
    answer = await client.get("/events/018f0000-0000-7000-8000-000000000000")
    assert answer.status_code == 404
    assert (await client.get(f"/events/{opening}/attachments/{'a' * 64}")).status_code == 404
