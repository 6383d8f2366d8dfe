"""Signing against a hostile hand inside the house: guesses, forged marks and ids, keys left open, all or none.

The network is this file's own: what is signed here would lengthen the lists of the others.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from starlette.applications import Starlette

from events.decision import decide
from events.record_entry import EntryKind, LocalEntry, RecordEntry
from services.accounts.account import Role
from services.identity.signer import FileSigner
from services.web.acting.signers import Unlocked
from services.web.app import make_web
from services.web.entry import SESSION_COOKIE
from services.web.house import House
from services.web.server import serving
from tests.unit.web.conftest import PASSPHRASE, PASSWORD, enter, small_network
from tests.unit.web.test_acting import REPORT, drafted, reviewed, signed

pytestmark = pytest.mark.broker


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_network(tmp_path_factory.mktemp("web-signing") / "lao-cai")


@pytest.fixture
def web(houses: dict[str, House]) -> Starlette:
    return make_web({"vnpt": houses["vnpt"]})


@pytest.fixture
def vnpt(houses: dict[str, House]) -> House:
    return houses["vnpt"]


@pytest_asyncio.fixture
async def head(web: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    """VNPT's head, who has entered."""
    transport = httpx.ASGITransport(app=web, raise_app_exceptions=False)
    headers = {"accept": "text/html,*/*;q=0.8", "sec-fetch-site": "same-origin"}
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=headers) as made:
        assert (await enter(made, "vnpt", "thu.truong")).status_code == 303
        yield made


class Since:
    """What the record says since the test began."""

    def __init__(self, house: House) -> None:
        self._record, self._begun = house.service.record, house.service.record.last_position

    def local(self, name: str) -> list[LocalEntry]:
        found = self._record.all_entries(self._begun)
        return [each for each in found if isinstance(each, LocalEntry) and each.name == name]

    def sent(self) -> list[str]:
        """The ids of the documents signed."""
        return [
            each.event.envelope.id
            for each in self._record.all_entries(self._begun)
            if isinstance(each, RecordEntry) and each.kind is EntryKind.SENT and not each.event.envelope.is_protocol
        ]


@pytest.fixture
def since(vnpt: House) -> Since:
    return Since(vnpt)


async def new_draft(head: httpx.AsyncClient, **changes: Any) -> str:
    """The address of a new draft."""
    return (await drafted(head, **changes)).headers["location"]


async def ticked(head: httpx.AsyncClient, *drafts: str) -> list[str]:
    """What the list's boxes of some drafts send."""
    page = (await head.get("/drafts")).text
    found = [re.search(rf'value="({draft.removeprefix("/drafts/")}\.[0-9a-f]{{64}})"', page) for draft in drafts]
    return [one[1] for one in found if one is not None]


# --- the passphrase ---


async def test_a_passphrase_is_guessed_slowly_at_pages_and_api_together(
    head: httpx.AsyncClient, web: Starlette, since: Since
) -> None:
    draft = await new_draft(head)
    for _ in range(3):
        assert (await signed(head, draft, passphrase="đoán mò")).status_code == 403
    body = {"drafts": [draft.removeprefix("/drafts/")], "passphrase": "đoán mò"}
    for _ in range(2):
        assert (await head.post("/api/signatures", json=body)).status_code == 403
    late = await signed(head, draft, passphrase=PASSPHRASE)
    assert late.status_code == 429, "the right one, too, is not tried"
    assert 1 <= int(late.headers["retry-after"]) <= 10
    assert re.search(r"Thử lại sau \d+ giây, từ \d\d/\d\d/\d{4} \d\d:\d\d", late.text)
    assert (await head.post("/api/signatures", json=body)).status_code == 429
    assert [each.data["why"] for each in since.local("PassphraseRefused")] == ["too_many"] * 2
    assert len(since.local("PassphraseWrong")) == 5
    assert not since.sent()
    assert PASSPHRASE not in late.text


async def test_an_empty_passphrase_is_no_guess(head: httpx.AsyncClient, since: Since) -> None:
    draft = await new_draft(head)
    for _ in range(7):
        answer = await signed(head, draft, passphrase="")
        assert answer.status_code == 403
        assert "Nhập mật khẩu khóa ký" in answer.text
    assert (await signed(head, draft, passphrase=PASSPHRASE)).status_code == 303
    assert not since.local("PassphraseWrong")


# --- what is signed is what was read ---


async def test_a_draft_is_signed_only_under_the_mark_of_what_was_read(
    head: httpx.AsyncClient, vnpt: House, since: Since
) -> None:
    read, other = await new_draft(head), await new_draft(head, subject="Một văn bản khác")
    mark = await reviewed(head, other)
    for forged in (mark, {"reviewed": "0" * 64}, {"reviewed": ""}, {}):
        answer = await head.post(f"{read}/sign", data=forged | {"passphrase": PASSPHRASE})
        assert answer.status_code == 409
        assert "đã khác với lúc đọc" in answer.text
        assert "Lưu lượng quốc tế bất thường" in answer.text, "a fresh view"
    assert not since.sent()
    assert not since.local("SignedByPerson")
    answer = await signed(head, read)
    [event] = since.sent()
    assert answer.headers["location"] == f"/events/{event}#receipts"
    [by] = since.local("SignedByPerson")
    [became] = since.local("DraftSigned")
    assert (by.subject, by.data) == (event, {"by": "thu.truong@vnpt", "draft": read.removeprefix("/drafts/")})
    assert by.position == became.position + 1, "one commit"


async def test_a_draft_whose_clause_changed_meanwhile_is_shown_again(
    head: httpx.AsyncClient, vnpt: House, since: Since, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = await new_draft(head)
    form = await reviewed(head, draft, passphrase=PASSPHRASE)

    def by_another(draft: Any, capacity: str, facts: Any) -> Any:
        return replace(decide(draft, capacity, facts), clause="LC-6.1")

    with monkeypatch.context() as changed_law:
        changed_law.setattr("services.agency.issuing.decide", by_another)
        changed_law.setattr("services.agency.lawfulness.decide", by_another)
        answer = await head.post(f"{draft}/sign", data=form)
        assert answer.status_code == 409
        assert "đã khác với lúc đọc" in answer.text
        assert "LC-6.1" in answer.text
        assert not since.sent()
    assert (await head.post(f"{draft}/sign", data=form)).status_code == 303


async def test_several_are_signed_each_once_or_none(head: httpx.AsyncClient, vnpt: House, since: Since) -> None:
    first, second, gone = [await new_draft(head) for _ in range(3)]
    boxes = await ticked(head, first, second, gone)
    await head.post(f"{gone}/discard")
    form = {"draft": [*boxes, boxes[0]], "passphrase": PASSPHRASE}
    answer = await head.post("/drafts/sign", data=form)
    assert answer.status_code == 409
    assert f"bản thảo {gone.removeprefix('/drafts/')[:13]} đã được người khác ký hoặc bỏ" in answer.text
    assert f'value="{boxes[0]}" checked' in answer.text, "what was chosen stays chosen"
    assert not since.sent(), "half of it was signed"
    foreign = f"018f0000-0000-7000-8000-000000000000.{'0' * 64}"
    answer = await head.post("/drafts/sign", data={"draft": [boxes[0], foreign]})
    assert answer.status_code == 409
    assert "không còn bản thảo" in answer.text
    assert not since.sent()
    answer = await head.post("/drafts/sign", data={"draft": [*boxes[:2], boxes[0]]})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sent")
    assert len(since.sent()) == len(since.local("SignedByPerson")) == 2
    again = await head.post("/drafts/sign", data={"draft": boxes[0]})
    assert again.status_code == 409


async def test_none_ticked_is_said(head: httpx.AsyncClient, since: Since) -> None:
    await new_draft(head)
    for form in ({}, {"draft": ""}, {"draft": "018f"}, {"draft": "../../etc"}):
        answer = await head.post("/drafts/sign", data=form | {"passphrase": PASSPHRASE})
        assert answer.status_code == 422
        assert "Chưa chọn văn bản nào" in answer.text
    assert not since.sent()


async def test_the_beginning_of_an_id_names_no_draft(head: httpx.AsyncClient, since: Since) -> None:
    draft = await new_draft(head)
    for forged in (draft[:-1], draft[:12], draft.upper(), f"{draft}~", "/drafts/%20", "/drafts/0"):
        for path in (forged, f"{forged}/sign", f"{forged}/discard"):
            answer = await (head.get if path == forged else head.post)(path)
            assert answer.status_code == 404, path
    assert not since.local("DraftDiscarded")


async def test_what_was_signed_is_neither_signed_nor_put_away_again(head: httpx.AsyncClient, since: Since) -> None:
    draft = await new_draft(head)
    form = await reviewed(head, draft, passphrase=PASSPHRASE)
    assert (await head.post(f"{draft}/sign", data=form)).status_code == 303
    again = await head.post(f"{draft}/sign", data=form)
    assert again.status_code == 409
    assert "đã được người khác ký hoặc bỏ" in again.text
    assert (await head.post(f"{draft}/discard")).status_code == 409
    assert len(since.sent()) == 1
    assert not since.local("DiscardedByPerson")


async def test_two_who_sign_at_once_sign_once(head: httpx.AsyncClient, since: Since) -> None:
    draft = await new_draft(head)
    form = await reviewed(head, draft, passphrase=PASSPHRASE)
    answers = await asyncio.gather(*(head.post(f"{draft}/sign", data=form) for _ in range(4)))
    assert sorted(one.status_code for one in answers) == [303, 409, 409, 409]
    assert len(since.sent()) == 1


# --- the open key ---


def open_keys(web: Starlette) -> int:
    unlocked: Unlocked = web.state.unlocked
    return len(unlocked._keys)


async def unlock(head: httpx.AsyncClient) -> None:
    assert (await signed(head, await new_draft(head), passphrase=PASSPHRASE)).status_code == 303


def open_key(web: Starlette, monkeypatch: pytest.MonkeyPatch) -> tuple[FileSigner, asyncio.Event]:
    """The one key that is open, and what is set when it is locked."""
    unlocked: Unlocked = web.state.unlocked
    [opened] = unlocked._keys.values()
    assert not opened.signer.locked
    closed, lock = asyncio.Event(), opened.signer.lock

    def locked() -> None:
        lock()
        closed.set()

    monkeypatch.setattr(opened.signer, "lock", locked)
    return opened.signer, closed


async def test_a_key_is_forgotten_in_real_time_without_anybody_asking(
    head: httpx.AsyncClient, web: Starlette, monkeypatch: pytest.MonkeyPatch
) -> None:
    web.state.unlocked = Unlocked(forgotten_after_seconds=0.3)
    await unlock(head)
    signer, closed = open_key(web, monkeypatch)
    await asyncio.wait_for(closed.wait(), 20)
    assert signer.locked
    assert open_keys(web) == 0
    assert (await signed(head, await new_draft(head))).status_code == 403


async def test_a_leap_of_the_simulated_clock_locks_no_key(head: httpx.AsyncClient, web: Starlette, vnpt: House) -> None:
    await unlock(head)
    real_now = vnpt.service.now
    draft = await new_draft(head)
    vnpt.service.now = lambda: real_now() + timedelta(minutes=50)
    assert 'name="passphrase"' not in (await head.get(draft)).text


@pytest.mark.parametrize("end", ["leave", "disable", "password", "revoke"])
async def test_a_key_is_forgotten_with_its_session(
    head: httpx.AsyncClient, web: Starlette, vnpt: House, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    web.state.unlocked = Unlocked(checked_every_seconds=0.05)
    accounts, now = vnpt.accounts, vnpt.now()
    accounts.add("pho.giam-doc", "Đỗ Thị Ngà", Role.HEAD, PASSWORD, now, signatory="head")
    await head.post("/leave")
    await enter(head, "vnpt", "pho.giam-doc")
    await unlock(head)
    signer, closed = open_key(web, monkeypatch)
    match end:
        case "leave":
            web.state.unlocked.checked_every_seconds = 3600
            await head.post("/leave")
            assert signer.locked, "at once"
        case "disable":
            accounts.disable("pho.giam-doc", now)
        case "password":
            accounts.set_password("pho.giam-doc", PASSWORD + " mới", now)
        case _:
            accounts.end_sessions("pho.giam-doc", now)
    await asyncio.wait_for(closed.wait(), 20)
    assert signer.locked
    assert open_keys(web) == 0


async def test_whoever_is_shut_out_while_waiting_signs_nothing(
    head: httpx.AsyncClient, vnpt: House, since: Since, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = await new_draft(head)
    form = await reviewed(head, draft, passphrase=PASSPHRASE)

    async def meanwhile() -> None:
        vnpt.accounts.end_sessions("thu.truong", vnpt.now())

    monkeypatch.setattr(vnpt.service, "ready_to_sign", meanwhile)
    assert (await head.post(f"{draft}/sign", data=form)).status_code == 401
    assert not since.sent()
    assert since.local("AccessRefused")[-1].data["why"] == "session_ended"


async def test_every_key_is_forgotten_when_serving_ends(web: Starlette, monkeypatch: pytest.MonkeyPatch) -> None:
    headers = {"accept": "text/html,*/*;q=0.8", "sec-fetch-site": "same-origin"}
    async with serving(web, port=0) as address, httpx.AsyncClient(base_url=address, headers=headers) as client:
        await enter(client, "vnpt", "thu.truong")
        await unlock(client)
        signer, _ = open_key(web, monkeypatch)
    assert signer.locked
    assert open_keys(web) == 0


# --- sessions and forms ---


async def test_entering_gives_a_new_session_and_ends_the_one_before(head: httpx.AsyncClient) -> None:
    fixed = head.cookies[SESSION_COOKIE]
    await enter(head, "vnpt", "thu.truong")
    fresh = head.cookies[SESSION_COOKIE]
    assert fresh != fixed
    head.cookies.set(SESSION_COOKIE, fixed)
    assert (await head.get("/drafts")).status_code == 303
    # A session that somebody else chose for the browser becomes nobody's.
    head.cookies.clear()
    head.cookies.set(SESSION_COOKIE, "vnpt.chosen-by-somebody")
    answer = await enter(head, "vnpt", "thu.truong")
    assert "chosen-by-somebody" not in answer.headers["set-cookie"]


MULTIPART = "multipart/form-data; boundary=x"


def part(name: str, value: bytes) -> bytes:
    return f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + value + b"\r\n"


ODD_FORMS = (
    (f"{MULTIPART}; charset=unicode_escape", part("passphrase", rb"\ud800") + part("draft", rb"\udfff") + b"--x--"),
    (MULTIPART, b"--x\r\nContent-Disposition: form-data"),
    (MULTIPART, b"".join(part("draft", b"x") for _ in range(300)) + b"--x--"),
    (MULTIPART, part("passphrase", b"x" * 2**21) + b"--x--"),
    (MULTIPART, b'--x\r\nContent-Disposition: form-data; name="draft"; filename="x"\r\n\r\nx\r\n--x--'),
    ("multipart/form-data", b"x"),
    ("application/x-www-form-urlencoded", b"&".join([b"draft=x"] * 5_000)),
    ("application/x-www-form-urlencoded", b"draft=%ff%fe&passphrase=%00%ed%a0%80"),
    ("application/x-www-form-urlencoded", b"draft=%0d%0aSet-Cookie:%20a=b"),
    ("text/plain", b"draft=x"),
)


async def test_an_odd_form_is_refused_and_signs_nothing(head: httpx.AsyncClient, since: Since) -> None:
    draft = await new_draft(head)
    for content_type, body in ODD_FORMS:
        for path in ("/drafts/sign", f"{draft}/sign", "/enter"):
            answer = await head.post(path, content=body, headers={"content-type": content_type})
            assert 400 <= answer.status_code < 500, (path, body[:80], answer.status_code)
            assert "a=b" not in str(answer.headers)
    assert not since.sent()


async def test_an_odd_document_form_is_said_to_be_wrong(head: httpx.AsyncClient, since: Since) -> None:
    fields = [(name, value) for name, value in REPORT.items() if isinstance(value, str)]
    plain = b"".join(part(name, value.encode()) for name, value in fields if name != "subject")
    half = {"content-type": f"{MULTIPART}; charset=unicode_escape"}
    for body in (
        part("subject", rb"x\ud800y") + plain + part("do", b"save") + b"--x--",
        part("subject", b"x") + plain + part("do", rb"add:\ud800") + b"--x--",
        b'--x\r\nContent-Disposition: form-data; name="upload"; filename="\\udfff"\r\n\r\nx\r\n'
        + part("subject", b"") + plain + part("do", b"check") + b"--x--",
    ):  # fmt: skip
        answer = await head.post("/write/SuspicionReported", content=body, headers=half)
        assert answer.status_code == 422, body[:120]
    for do in ("add:attachments", "add:nothing", f"add:{'persons.' * 100_000}", "remove:", "add:"):
        answer = await head.post("/write/SuspicionReported", data=dict(fields) | {"do": do})
        assert answer.status_code == 422, do[:40]
    assert not since.local("DraftSaved")


async def test_names_and_titles_of_any_script_are_shown_as_text(head: httpx.AsyncClient) -> None:
    odd = "Nguyễn \u202eđảo ngược\u202c <b>Ő</b> 𠮷 e\u0301 \u200b'\"--"
    draft = await new_draft(head, subject=odd.replace("\u202e", "").replace("\u202c", "").replace("\u200b", ""))
    page = (await head.get(draft)).text
    assert "&lt;b&gt;Ő&lt;/b&gt; 𠮷" in page
    assert "<b>Ő" not in page
    answer = await head.post("/write/SuspicionReported", data=REPORT | {"do": "save", "subject": odd})
    assert answer.status_code in {303, 422}, answer.status_code


async def test_a_strange_name_at_the_door_is_refused_and_recorded_in_measure(
    head: httpx.AsyncClient, since: Since
) -> None:
    for name in ("a" * 10_000, "x\r\nSet-Cookie: a=b", "\x00", "\u202echuyen.vien", "<script>", "é"):
        answer = await enter(head, "vnpt", name)
        assert answer.status_code == 401
        assert "set-cookie" not in answer.headers
        assert "<script>" not in answer.text.split("</head>", 1)[1]
        kept = since.local("EntryRefused")[-1]
        assert len(kept.subject) <= 40
        assert kept.subject.isprintable()
    assert len(since.local("EntryRefused")) == 6
