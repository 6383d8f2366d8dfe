"""A saved draft edited at the pages: by its form, by several people at once, and after the head has sent it back.

The network is this file's own: what is drafted here would lengthen the lists of the others.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from events.draft import Draft, draft_from_json
from services.agency.drafts import save_draft
from services.agency.kept_drafts import SavedDraft, load_draft
from services.agency.record_transaction import RecordTransaction
from services.web.app import make_web
from services.web.house import House
from tests.scenarios.samples import sample
from tests.unit.web.conftest import PASSPHRASE, enter, small_network
from tests.unit.web.test_acting import drafted, reviewed

pytestmark = pytest.mark.broker
Fields = list[tuple[str, str]]


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_network(tmp_path_factory.mktemp("web-editing") / "lao-cai")


@pytest.fixture
def vnpt(houses: dict[str, House]) -> House:
    return houses["vnpt"]


def client_of(houses: dict[str, House]) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=make_web(houses), raise_app_exceptions=False)
    headers = {"accept": "text/html,*/*;q=0.8", "sec-fetch-site": "same-origin"}
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=headers)


@pytest_asyncio.fixture
async def clerk(houses: dict[str, House]) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(houses) as made:
        await enter(made, "vnpt", "chuyen.vien")
        yield made


@pytest_asyncio.fixture
async def head(houses: dict[str, House]) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(houses) as made:
        await enter(made, "vnpt", "thu.truong")
        yield made


class _Form(HTMLParser):
    """What a browser would send of the form with an id, its buttons left out."""

    def __init__(self, form_id: str) -> None:
        super().__init__()
        self._wanted, self._inside = form_id, False
        self._text: str | None = None
        self._select = ""
        self.fields: Fields = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        name, value = has.get("name") or "", has.get("value") or ""
        if tag == "form":
            self._inside = has.get("id") == self._wanted
        elif not self._inside:
            return
        elif tag == "input" and has.get("type") == "checkbox":
            if "checked" in has:
                self.fields.append((name, value))
        elif tag == "input" and has.get("type") != "file":
            self.fields.append((name, value))
        elif tag == "textarea":
            self._text = ""
            self.fields.append((name, ""))
        elif tag == "select":
            self._select = name
            self.fields.append((name, ""))
        elif tag == "option" and "selected" in has:
            self.fields[-1] = (self._select, value)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "textarea" and self._text is not None:
            # A browser drops the line feed that begins a text area.
            self.fields[-1] = (self.fields[-1][0], self._text.removeprefix("\n"))
            self._text = None

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text += data


def filled(page: str) -> Fields:
    """The form of a page as it stands."""
    form = _Form("write")
    form.feed(page)
    assert form.fields, page[:3000]
    return form.fields


def sending(fields: Fields, do: str = "save", **changes: str) -> dict[str, list[str]]:
    """What the browser sends when a button is pressed, some fields having been typed in anew."""
    sent: dict[str, list[str]] = {}
    for name, value in fields:
        sent.setdefault(name, []).append(value)
    return sent | {name: [value] for name, value in changes.items()} | {"do": [do]}


async def kept(house: House, draft: str) -> SavedDraft:
    return await house.look(lambda record: load_draft(record, draft.removeprefix("/drafts/")))


async def sent_back(head: httpx.AsyncClient, draft: str, remark: str, revision: int) -> httpx.Response:
    return await head.post(f"{draft}/return", data={"remark": remark, "revision": str(revision)})


FULL: dict[str, Any] = {
    "type": "SuspicionReported",
    "recipients": ["dic", "police"],
    "due": "2126-11-20T01:02:03.045Z",
    "content": {
        "subject": "Nghi vấn trộm cắp cước",
        "category": "charge_theft",
        "fields": ["telecom"],
        "summary": 'Dòng một.\n\nDòng ba: <b>40</b> thuê bao & "khác".',
        "discovered_at": "2026-11-20T01:02:03.456Z",
        "place": {"address": "Trạm số 4", "commune": "Cốc Lếu"},
        "attestation": True,
        "attachments": [
            {"name": "ảnh 1.jpg", "media_type": "image/jpeg", "size_bytes": 3, "sha256": "ab" * 32},
            {"name": "ảnh 2.jpg", "media_type": "image/jpeg", "size_bytes": 4, "sha256": "cd" * 32},
        ],
    },
}


async def test_the_form_is_filled_from_the_draft_exactly(clerk: httpx.AsyncClient, vnpt: House) -> None:
    rows = [{"name": "Nguyễn Văn Ánh", "involvement": "suspect"}, {"name": "Trần Thị Ước", "involvement": "witness"}]
    draft = draft_from_json(FULL | {"content": FULL["content"] | {"persons": rows}})

    def keep(transaction: RecordTransaction) -> str:
        return save_draft(transaction, draft, "an@vnpt", vnpt.now())

    address = f"/drafts/{await vnpt.write(keep)}"
    page = (await clerk.get(f"{address}/edit")).text
    row = await clerk.post(f"{address}/edit", data=sending(filled(page), "add:persons"))
    gone = await clerk.post(f"{address}/edit", data=sending(filled(row.text), "remove:persons.2"))
    fields = filled(gone.text)
    assert [value for name, value in fields if name == "revision"] == ["1"]
    saved = await clerk.post(f"{address}/edit", data=sending(fields))
    assert (saved.status_code, saved.headers.get("location")) == (303, address), saved.text[:3000]
    assert (await kept(vnpt, address)).revision == 1, "what did not change is no edition"

    saved = await clerk.post(f"{address}/edit", data=sending(fields, subject="V/v nghi vấn khác"))
    assert saved.status_code == 303
    found = await kept(vnpt, address)
    expected = draft.to_json()
    expected["content"]["subject"] = "V/v nghi vấn khác"
    assert {name: value for name, value in found.draft.to_json().items() if name != "basis"} == expected
    assert (found.revision, found.author, found.steps[1].by) == (2, "an@vnpt", "chuyen.vien@vnpt")
    shown = (await clerk.get(address)).text
    assert "“Nghi vấn trộm cắp cước” thành “V/v nghi vấn khác”" in shown
    assert "chuyen.vien@vnpt" in shown


async def test_the_second_of_two_who_edit_is_told_and_loses_nothing(
    clerk: httpx.AsyncClient, head: httpx.AsyncClient, vnpt: House
) -> None:
    draft = (await drafted(clerk)).headers["location"]
    pages = [(await one.get(f"{draft}/edit")).text for one in (clerk, head)]
    await head.post(f"{draft}/edit", data=sending(filled(pages[1]), summary="Thủ trưởng viết"))
    typed = filled(pages[0])
    checked = await clerk.post(f"{draft}/edit", data=sending(typed, "check", summary="Chuyên viên viết"))
    late = await clerk.post(f"{draft}/edit", data=sending(typed, summary="Chuyên viên viết"))
    for answer in (checked, late):
        assert answer.status_code == 409
        assert "người khác đã sửa hoặc trả lại" in answer.text
        assert "thu.truong@vnpt" in answer.text
        assert "thành “Thủ trưởng viết”" in answer.text
        assert ("summary", "Chuyên viên viết") in filled(answer.text)
    assert (await kept(vnpt, draft)).revision == 2
    # Having read it, the clerk may still mean what was written.
    assert (await clerk.post(f"{draft}/edit", data=sending(filled(late.text)))).status_code == 303
    found = await kept(vnpt, draft)
    assert [step.by for step in found.steps] == ["chuyen.vien@vnpt", "thu.truong@vnpt", "chuyen.vien@vnpt"]
    assert found.draft.to_json()["content"]["summary"] == "Chuyên viên viết"


async def test_of_two_who_save_at_once_one_is_told(
    clerk: httpx.AsyncClient, head: httpx.AsyncClient, vnpt: House
) -> None:
    draft = (await drafted(clerk)).headers["location"]
    fields = filled((await clerk.get(f"{draft}/edit")).text)
    answers = await asyncio.gather(
        *(one.post(f"{draft}/edit", data=sending(fields, summary=f"Bản {n}")) for n, one in enumerate((clerk, head)))
    )
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    [late] = [(n, answer) for n, answer in enumerate(answers) if answer.status_code == 409]
    assert ("summary", f"Bản {late[0]}") in filled(late[1].text)
    assert (await kept(vnpt, draft)).revision == 2


async def test_what_was_read_before_an_edition_is_not_signed(
    clerk: httpx.AsyncClient, head: httpx.AsyncClient, vnpt: House
) -> None:
    draft = (await drafted(clerk)).headers["location"]
    read = await reviewed(head, draft, passphrase=PASSPHRASE)
    listed = re.search(rf'value="({draft.removeprefix("/drafts/")}\.[0-9a-f]{{64}})"', (await head.get("/drafts")).text)
    assert listed is not None
    page = (await clerk.get(f"{draft}/edit")).text
    await clerk.post(f"{draft}/edit", data=sending(filled(page), summary="Nội dung khác hẳn"))
    for path, form in ((f"{draft}/sign", read), ("/drafts/sign", {"draft": listed[1], "passphrase": PASSPHRASE})):
        answer = await head.post(path, data=form)
        assert answer.status_code == 409
        assert "đã khác với lúc đọc" in answer.text
    assert (await kept(vnpt, draft)).state == "open"
    signed = await head.post(f"{draft}/sign", data=await reviewed(head, draft))
    assert signed.status_code == 303
    assert "Nội dung khác hẳn" in (await head.get(signed.headers["location"])).text


async def test_the_head_sends_back_and_the_clerk_sees_why_on_the_day(
    clerk: httpx.AsyncClient, head: httpx.AsyncClient, vnpt: House
) -> None:
    draft = (await drafted(clerk)).headers["location"]
    assert "/return" not in (await clerk.get(draft)).text
    assert (await sent_back(clerk, draft, "Tôi tự trả lại", 1)).status_code == 403
    read = await reviewed(head, draft, passphrase=PASSPHRASE)
    empty = await sent_back(head, draft, "  ", 1)
    assert empty.status_code == 422
    assert "nêu cần sửa gì" in empty.text
    remark = "Nêu rõ <40> số thuê bao.\nSửa trích yếu."
    assert (await sent_back(head, draft, remark, 1)).status_code == 303
    link = f'href="{draft}"'
    for path in ("/", "/drafts", draft):
        page = (await clerk.get(path)).text
        assert "Nêu rõ &lt;40&gt; số thuê bao.\nSửa trích yếu." in page, path
        assert path == draft or link in page
    assert f'value="{draft.removeprefix("/drafts/")}.' not in (await head.get("/drafts")).text, "nothing to sign"
    for form in (read, {"draft": f"{draft.removeprefix('/drafts/')}.{'0' * 64}", "passphrase": PASSPHRASE}):
        answer = await head.post(f"{draft}/sign" if "reviewed" in form else "/drafts/sign", data=form)
        assert answer.status_code == 409
        assert "đã bị trả lại và chưa được sửa" in answer.text
    again = await sent_back(head, draft, "Lần nữa", 2)
    assert (again.status_code, "đã bị trả lại trước đó" in again.text) == (409, True)

    page = (await clerk.get(f"{draft}/edit")).text
    assert "Nêu rõ &lt;40&gt;" in page
    # Handed in again, be it as it was: whoever wrote it has seen the remark.
    assert (await clerk.post(f"{draft}/edit", data=sending(filled(page)))).status_code == 303
    assert link not in (await clerk.get("/")).text
    assert "Không đổi nội dung" in (await head.get(draft)).text
    assert (
        await head.post(f"{draft}/sign", data=await reviewed(head, draft, passphrase=PASSPHRASE))
    ).status_code == 303


async def test_a_remark_that_came_while_one_was_editing_is_seen_before_saving(
    clerk: httpx.AsyncClient, head: httpx.AsyncClient, vnpt: House
) -> None:
    draft = (await drafted(clerk)).headers["location"]
    page = (await clerk.get(f"{draft}/edit")).text
    await sent_back(head, draft, "Thiếu số thuê bao", 1)
    late = await clerk.post(f"{draft}/edit", data=sending(filled(page), summary="Viết lại"))
    assert late.status_code == 409
    assert "Thiếu số thuê bao" in late.text
    # And the other way round: what the head read is not what would be sent back.
    await clerk.post(f"{draft}/edit", data=sending(filled(late.text)))
    answer = await sent_back(head, draft, "Một ý kiến dài", 2)
    assert answer.status_code == 409
    assert "đã được sửa sau khi bạn đọc" in answer.text
    assert "Một ý kiến dài" in answer.text, "what was typed stays"
    assert (await kept(vnpt, draft)).state == "open"


async def test_what_was_signed_or_put_away_meanwhile_is_edited_no_more_and_the_text_stays(
    clerk: httpx.AsyncClient, head: httpx.AsyncClient, vnpt: House
) -> None:
    draft = (await drafted(clerk)).headers["location"]
    page = (await clerk.get(f"{draft}/edit")).text
    await head.post(f"{draft}/discard")
    late = await clerk.post(f"{draft}/edit", data=sending(filled(page), summary="Viết suốt buổi sáng"))
    assert late.status_code == 409
    assert "đã được ký hoặc bị bỏ" in late.text
    assert ("summary", "Viết suốt buổi sáng") in filled(late.text)
    gone = await clerk.get(f"{draft}/edit")
    assert (gone.status_code, gone.headers["location"]) == (303, draft)
    assert (await sent_back(head, draft, "Muộn", 1)).status_code == 409
    assert (await kept(vnpt, draft)).state == "discarded"


async def test_what_may_not_go_is_not_saved_and_what_is_wrong_stands_at_its_field(
    clerk: httpx.AsyncClient, vnpt: House
) -> None:
    draft = (await drafted(clerk)).headers["location"]
    fields = filled((await clerk.get(f"{draft}/edit")).text)
    wrong = await clerk.post(f"{draft}/edit", data=sending(fields, category="", summary=""))
    assert wrong.status_code == 422
    assert 'id="f-category-error"' in wrong.text
    alone = [(name, value) for name, value in fields if (name, value) != ("recipients", "dic")]
    refused = await clerk.post(f"{draft}/edit", data=sending(alone))
    assert refused.status_code == 422
    assert "Quy chế chưa cho phép" in refused.text
    for forged in ("", "x", "-1", "9" * 12, "0", "7"):
        answer = await clerk.post(f"{draft}/edit", data=sending(fields, revision=forged))
        assert answer.status_code in {409, 422}, forged
    assert (await kept(vnpt, draft)).revision == 1


async def test_a_recipient_whom_the_rules_offer_no_longer_is_not_taken_out_unseen(
    clerk: httpx.AsyncClient, vnpt: House
) -> None:
    draft = Draft(sample("InfoShared", attachments=()), ("customs", "dic"))

    def keep(transaction: RecordTransaction) -> str:
        return save_draft(transaction, draft, "an@vnpt", vnpt.now())

    page = await clerk.get(f"/drafts/{await vnpt.write(keep)}/edit")
    assert page.status_code == 200
    assert [value for name, value in filled(page.text) if name == "recipients"] == ["dic", "customs"]


async def test_whoever_may_not_draft_edits_nothing(houses: dict[str, House], clerk: httpx.AsyncClient) -> None:
    draft = (await drafted(clerk)).headers["location"]
    async with client_of(houses) as auditor:
        await enter(auditor, "vnpt", "kiem.tra")
        assert "/edit" not in (await auditor.get(draft)).text
        assert (await auditor.get(f"{draft}/edit")).status_code == 403
        assert (await auditor.post(f"{draft}/edit", data={"do": "save"})).status_code == 403
    for path in ("/drafts/018f0000-0000-7000-8000-000000000000/edit", f"{draft[:20]}/edit"):
        assert (await clerk.get(path)).status_code == 404
        assert (await clerk.post(path, data={"do": "save"})).status_code == 404


async def test_my_day_counts_a_draft_at_once(clerk: httpx.AsyncClient) -> None:
    def counted(page: str) -> int:
        found = re.search(r"<strong>(\d+)</strong> Bản thảo chờ ký", page)
        assert found is not None
        return int(found[1])

    before = counted((await clerk.get("/")).text)
    drafts = []
    for number in range(1, 4):
        drafts.append((await drafted(clerk)).headers["location"])
        assert counted((await clerk.get("/")).text) == before + number
    await clerk.post(f"{drafts[0]}/discard")
    assert counted((await clerk.get("/")).text) == before + 2
