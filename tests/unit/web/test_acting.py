"""A clerk drafts, the head signs, the other agency receives: the two-person way, and what stands in its way."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from events.record_entry import EntryKind, LocalEntry, RecordEntry
from services.web.house import House
from tests.unit.web.conftest import PASSPHRASE, enter
from tests.unit.web.test_cases import opened

pytestmark = pytest.mark.broker

REPORT: dict[str, Any] = {
    "recipients": ["dic", "police"],
    "subject": "Nghi vấn trộm cắp cước",
    "category": "charge_theft",
    "fields": "telecom",
    "summary": "Lưu lượng quốc tế bất thường từ 40 thuê bao.",
    "discovered_at": "2026-11-20T08:00",
    "attestation": ["", "1"],
}


async def drafted(client: httpx.AsyncClient, **changes: Any) -> httpx.Response:
    return await client.post("/write/SuspicionReported", data=REPORT | {"do": "save"} | changes)


async def reviewed(client: httpx.AsyncClient, draft: str, **fields: str) -> dict[str, str]:
    """What the form of a draft's page sends: the mark of what was read, and what is filled in."""
    found = re.search(r'name="reviewed" value="([0-9a-f]{64})"', (await client.get(draft)).text)
    assert found is not None
    return {"reviewed": found[1]} | fields


async def signed(client: httpx.AsyncClient, draft: str, **fields: str) -> httpx.Response:
    """The draft read, and signed."""
    return await client.post(f"{draft}/sign", data=await reviewed(client, draft, **fields))


async def drafts_on_my_day(client: httpx.AsyncClient) -> int:
    """How many drafts await a signature, as My day says: other tests of this network leave some."""
    found = re.search(r"<strong>(\d+)</strong> Bản thảo chờ ký", (await client.get("/")).text)
    return int(found[1]) if found else 0


async def test_a_clerk_drafts_the_head_signs_and_the_receipts_show(
    client: httpx.AsyncClient, houses: dict[str, House]
) -> None:
    await enter(client, "vnpt", "chuyen.vien")
    waiting = await drafts_on_my_day(client)
    page = await client.get("/write/SuspicionReported")
    assert page.status_code == 200
    assert "LC-10.1" in page.text
    assert re.search(r'value="dic" checked', page.text), "who must hear it is chosen already"
    saved = await drafted(client)
    assert saved.status_code == 303, saved.text[:2000]
    draft = saved.headers["location"]
    shown = await client.get(draft)
    assert "Lưu lượng quốc tế bất thường" in shown.text
    assert "Chờ thủ trưởng ký" in shown.text
    assert await houses["vnpt"].caught_up(20)
    assert await drafts_on_my_day(client) == waiting + 1
    assert (await client.post(f"{draft}/sign", data={"passphrase": PASSPHRASE})).status_code == 403, "a clerk signs"

    await client.post("/leave")
    await enter(client, "vnpt", "thu.truong")
    assert draft.rpartition("/")[2] in (await client.get("/drafts")).text
    wrong = await signed(client, draft, passphrase="sai")
    assert wrong.status_code == 403
    assert "chưa ký gì" in wrong.text
    sent = await signed(client, draft, passphrase=PASSPHRASE)
    assert sent.status_code == 303, sent.text[:2000]
    event = sent.headers["location"].removeprefix("/events/").removesuffix("#receipts")
    vnpt = houses["vnpt"]
    while True:
        count = vnpt.feed.count
        if "đã tiếp nhận" in (await client.get(f"/events/{event}")).text:
            break
        await vnpt.feed.beyond(count)
    held = [e for e in houses["dic"].service.record.all_entries() if isinstance(e, RecordEntry)]
    assert any(e.event.envelope.id == event and e.kind is EntryKind.ADMITTED for e in held)
    who = [e for e in vnpt.service.record.all_entries() if isinstance(e, LocalEntry) and e.name == "SignedByPerson"]
    assert who[-1].data["by"] == "thu.truong@vnpt"


async def test_an_open_key_signs_without_asking_until_it_is_locked(client: httpx.AsyncClient) -> None:
    await enter(client, "vnpt", "thu.truong")
    first, second = [(await drafted(client)).headers["location"] for _ in range(2)]
    assert (await signed(client, first, passphrase=PASSPHRASE)).status_code == 303
    assert 'name="passphrase"' not in (await client.get(second)).text
    assert (await signed(client, second)).status_code == 303
    third = (await drafted(client)).headers["location"]
    await client.post("/drafts/lock")
    assert (await signed(client, third)).status_code == 403


async def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(client: httpx.AsyncClient) -> None:
    await enter(client, "vnpt", "chuyen.vien")
    answer = await drafted(client, category="", summary="")
    assert answer.status_code == 422
    assert 'id="f-category-error"' in answer.text
    assert "Nghi vấn trộm cắp cước" in answer.text
    row = await client.post("/write/SuspicionReported", data=REPORT | {"do": "add:persons"})
    assert 'name="persons.0.name"' in row.text
    gone = await client.post(
        "/write/SuspicionReported", data=REPORT | {"persons.0.name": "A", "do": "remove:persons.0"}
    )
    assert 'name="persons.0.name"' not in gone.text


async def test_what_the_regulation_forbids_is_not_offered_and_says_why(client: httpx.AsyncClient) -> None:
    await enter(client, "vnpt", "chuyen.vien")
    page = await client.get("/write")
    assert 'href="/write/SuspicionReported"' in page.text
    assert 'href="/write/SuspensionOrdered"' not in page.text
    answer = await client.get("/write/SuspensionOrdered")
    assert answer.status_code == 409
    assert "LC-10.3" in answer.text
    assert (await client.get("/write/Nonsense")).status_code == 404
    assert (await client.get("/write/HeadsAnnounced")).status_code == 404


async def test_a_refusal_speaks_of_the_clause_under_which_the_form_was_offered(client: httpx.AsyncClient) -> None:
    await enter(client, "dic", "chuyen.vien")
    request = {
        "recipients": "police", "subject": "V/v xác minh", "purpose": "Xác minh", "do": "save",
        "questions.0.id": "q1", "questions.0.text": "Chủ thuê bao là ai?", "questions.0.kind": "subscriber_identity",
    }  # fmt: skip
    refused = await client.post("/write/InfoRequested", data=request)
    assert refused.status_code == 422
    assert "(LC-4.1a)" in refused.text
    assert "LC-3.3" not in refused.text, "the lead's clause is not open to this agency here"
    assert (await client.post("/write/InfoRequested", data=request | {"due": "2126-11-20T08:00"})).status_code == 303


async def test_an_auditor_writes_nothing_and_the_attempt_is_recorded(
    client: httpx.AsyncClient, houses: dict[str, House]
) -> None:
    await enter(client, "dic", "kiem.tra")
    assert (await client.get("/write")).status_code == 403
    assert (await client.post("/drafts/sign", data={})).status_code == 403
    noted = [
        e for e in houses["dic"].service.record.all_entries() if isinstance(e, LocalEntry) and e.name == "AccessRefused"
    ]
    assert noted[-1].data["needs"] == "sign"


async def test_a_file_is_taken_in_and_named_by_the_document(
    client: httpx.AsyncClient, houses: dict[str, House]
) -> None:
    await enter(client, "vnpt", "chuyen.vien")
    files = {"upload": ("ảnh tang vật.jpg", b"\xff\xd8 a picture", "image/jpeg")}
    saved = await client.post("/write/SuspicionReported", data=REPORT | {"do": "save"}, files=files)
    assert saved.status_code == 303, saved.text[:1500]
    assert "ảnh tang vật.jpg" in (await client.get(saved.headers["location"])).text


async def test_a_request_is_answered_from_its_own_page(client: httpx.AsyncClient, houses: dict[str, House]) -> None:
    case = await opened(houses)
    vnpt = houses["vnpt"]
    shown = await vnpt.ask(lambda views: views.case(case, now=vnpt.now()))
    assert shown is not None
    request = shown.requests[0].event_id
    await enter(client, "vnpt", "thu.truong")
    page = await client.get(f"/events/{request}")
    assert f'href="/write/InfoProvided?cause={request}"' in page.text
    assert "InfoWithheld" not in page.text, "an enterprise withholds nothing (LC-7.2b)"
    form = await client.get(f"/write/InfoProvided?cause={request}")
    assert form.status_code == 200
    assert re.search(r'value="police" checked', form.text)
    assert f'value="{request}" selected' in form.text
