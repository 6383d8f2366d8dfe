"""The API for machines over real agencies: the command line's documents, each agency's own and no other's."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import httpx
import pytest
import pytest_asyncio
from jsonschema import Draft202012Validator

from events.draft import Draft
from events.envelope import envelope_digest
from events.payload import split_payload
from events.record_entry import LocalEntry, RecordEntry
from projections.views import Views
from services.accounts.account import Role
from services.agency.drafts import sign_draft
from services.agency.kept_drafts import load_draft
from services.web.api.caller import CALLS_AT_ONCE
from services.web.api.components import components
from services.web.app import make_web
from services.web.faults import fault_text
from services.web.house import House
from tests.scenarios.samples import sample
from tests.unit.web.conftest import PASSPHRASE, enter
from tests.unit.web.test_cases import head_of, opened

pytestmark = pytest.mark.broker

SUSPICION = {
    "type": "SuspicionReported",
    "recipients": ["dic", "police"],
    "content": {
        "subject": "Báo cáo nghi vấn trộm cắp cước viễn thông qua SIM box",
        "category": "charge_theft",
        "fields": ["telecom"],
        "summary": "Lưu lượng quốc tế bất thường từ 40 thuê bao trả trước.",
        "discovered_at": "2026-11-20T01:02:03.000Z",
        "attestation": True,
    },
}


def token_of(house: House, label: str = "may-chu", role: Role = Role.CLERK) -> dict[str, str]:
    token = house.accounts.tokens.make(label, role, datetime.now(UTC))
    return {"authorization": f"Bearer {token}"}


@pytest_asyncio.fixture
async def web(houses: dict[str, House]) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(houses) as made:
        yield made


def client_of(houses: dict[str, House]) -> httpx.AsyncClient:
    """A client as a machine is one: no cookie, no header of a browser."""
    transport = httpx.ASGITransport(app=make_web(houses), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1")


def check(name: str, document: Any) -> Any:
    schema = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": dict(components())}}
    Draft202012Validator(schema).validate(document)
    return document


def noted(house: House, name: str) -> list[LocalEntry]:
    return [e for e in house.service.record.all_entries() if isinstance(e, LocalEntry) and e.name == name]


async def test_every_list_is_the_document_that_its_schema_describes(
    web: httpx.AsyncClient, houses: dict[str, House]
) -> None:
    case = await opened(houses)
    key = token_of(houses["vnpt"])
    for path, name in (
        ("cases", "cases"), (f"cases/{case}", "case-show"), ("ledger", "ledger"), (f"ledger?case={case}", "ledger"),
        ("obligations", "obligations"), (f"obligations?case={case}", "obligations"),
        ("obligations?kind=give_receipt", "obligations"), ("obligations?settled=true", "obligations"),
        ("inbox", "inbox"), ("drafts", "drafts"), ("attachments", "attachments"),
        ("reports/due?at=%2B180d", "report-due"),
        ("figures?since=2026-01-01", "figures"), ("regulations", "regulations-coverage"),
        ("regulations/lao-cai-29-2008?clause=LC-10.3", "regulations-show"),
        ("regulations/lao-cai-29-2008/may?sender=police&event=SuspensionOrdered&recipient=enterprise", "may"),
        ("directory", "directory-show"), ("status", "status"), ("focal-points", "focal"),
        ("log", "log-status"), ("log/alarms?open=true", "log-alarms"),
        ("delegations?history=true", "delegate-list"), ("obligations?at=%2B200d", "obligations"),
    ):  # fmt: skip
        answer = await web.get(f"/api/{path}", headers=key)
        assert answer.status_code == 200, (path, answer.text)
        check(name, answer.json())
        again = await web.get(f"/api/{path}", headers=key | {"if-none-match": answer.headers["etag"]})
        assert again.status_code in {200, 304}
    assert (await web.get("/api/cases", headers=key)).json()["cases"][0]["case_id"] == case
    directory = await web.get("/api/directory", headers=key)
    held = await web.get("/api/directory", headers=key | {"if-none-match": directory.headers["etag"]})
    assert (held.status_code, held.content) == (304, b"")
    assert noted(houses["vnpt"], "CaseViewed")[-1].data["by"] == "token:may-chu@vnpt"


async def test_an_event_is_had_with_its_exact_bytes_and_signature(
    web: httpx.AsyncClient, houses: dict[str, House]
) -> None:
    case = await opened(houses)
    key = token_of(houses["vnpt"])
    rows = (await web.get(f"/api/ledger?case={case}", headers=key)).json()["deliveries"]
    event = rows[0]["event_id"]
    document = check("event", (await web.get(f"/api/events/{event}", headers=key)).json())
    assert document["content"]["title"] == "Trạm <SIM box> ở phường Cốc Lếu"
    payload = await web.get(f"/api/events/{event}/payload", headers=key)
    digest = envelope_digest(split_payload(payload.content).envelope)
    assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == document["event"]["digest"]
    signature = await web.get(f"/api/events/{event}/signature", headers=key)
    [entry] = [
        e for e in houses["police"].service.record.all_entries()
        if isinstance(e, RecordEntry) and e.event.envelope.id == event
    ]  # fmt: skip
    assert (payload.content, signature.text) == (entry.event.payload, entry.event.signature)


async def test_nothing_of_another_agency_is_had(web: httpx.AsyncClient, houses: dict[str, House]) -> None:
    case = await opened(houses)
    police = houses["police"]
    head_note = sample("InfoShared", attachments=())
    signer = await asyncio.to_thread(head_of, police)
    alone = await police.service.issue(Draft(head_note, ("dic",)), signer)
    event = alone.event.envelope.id
    key = token_of(houses["vnpt"])
    for path in (f"events/{event}", f"events/{event}/payload", f"events/{event}/signature"):
        answer = await web.get(f"/api/{path}", headers=key)
        assert answer.status_code == 404
        check("problem", answer.json())
    assert event not in (await web.get("/api/ledger", headers=key)).text
    assert case in (await web.get("/api/cases", headers=key)).text


async def test_pages_follow_one_another_without_gap_or_repeat(web: httpx.AsyncClient, houses: dict[str, House]) -> None:
    for _ in range(3):
        await opened(houses)
    police, head = houses["police"], await asyncio.to_thread(head_of, houses["police"])
    key = token_of(police)
    # Nobody answers at DIC any more: receipts for what is sent there are missing.
    await houses["dic"].service.__aexit__(None, None, None)
    for number in range(3):
        note = sample("InfoShared", title=f"Thủ đoạn {number}", attachments=())
        await police.service.issue(Draft(note, ("dic",)), head)
        draft = SUSPICION | {"recipients": ["dic"], "content": SUSPICION["content"] | {"subject": f"Bản {number}"}}  # type: ignore[operator]
        assert (await web.post("/api/drafts", json=draft, headers=key)).status_code == 201
    # Half a year on the calendar asks for reports, too: they stand among what documents have made owed.
    real_now = police.service.now
    police.service.now = lambda: real_now() + timedelta(days=200)
    owed_by = ("event_id", "kind", "debtor", "creditor")
    for path, rows, identity, kind in (
        ("cases?", "cases", ("case_id",), None), ("ledger?", "deliveries", ("event_id", "recipient"), None),
        ("drafts?", "drafts", ("draft_id",), None), ("obligations?", "obligations", owed_by, "give_receipt"),
        ("obligations?at=%2B1m&", "obligations", owed_by, "give_receipt"),
        ("obligations?kind=give_receipt&", "obligations", owed_by, "give_receipt"),
    ):  # fmt: skip
        whole = (await web.get(f"/api/{path}limit=1000", headers=key)).json()[rows]
        assert len(whole) >= 3, path
        assert kind is None or sum(one["kind"] == kind for one in whole) >= 3
        if path == "obligations?":
            assert {"submit_report", "answer_request"} <= {one["kind"] for one in whole}
            now, duties = police.now(), await police.duties(police.now())
            told = await police.ask(partial(Views.obligations, now=now, calendar=duties, me="police"))
            as_told = {(one.event_id, one.kind, one.debtor, one.creditor) for one in told}
            assert as_told == {tuple(one[name] for name in owed_by) for one in whole}, "other than at the command line"
        for limit in (1, 2):
            address, found = f"/api/{path}limit={limit}", []
            while address:
                answer = await web.get(address, headers=key)
                found += answer.json()[rows]
                address = answer.links.get("next", {}).get("url", "")
            assert [[one[name] for name in identity] for one in found] == [
                [one[name] for name in identity] for one in whole
            ], path


async def test_a_draft_is_written_read_checked_signed_by_a_person_and_gone(
    web: httpx.AsyncClient, client: httpx.AsyncClient, houses: dict[str, House]
) -> None:
    key = token_of(houses["vnpt"])
    checked = await web.post("/api/drafts?check=true", json=SUSPICION, headers=key)
    assert (checked.status_code, check("draft", checked.json())["draft"]) == (200, None)
    written = await web.post("/api/drafts", json=SUSPICION, headers=key)
    assert written.status_code == 201
    draft = check("draft", written.json())
    assert draft["lawfulness"]["clause"] == "LC-10.1"
    kept = check("draft-kept", (await web.get(written.headers["location"], headers=key)).json())
    assert kept["members"]["content"] == SUSPICION["content"]
    assert kept["author"] == "token:may-chu@vnpt"
    refused = await web.post(
        "/api/signatures", json={"drafts": [draft["draft"]], "passphrase": PASSPHRASE}, headers=key
    )
    assert refused.status_code == 403, "a machine signs for nobody"
    assert noted(houses["vnpt"], "AccessRefused")[-1].subject == "token:may-chu"

    await enter(client, "vnpt", "thu.truong")
    wrong = await client.post("/api/signatures", json={"drafts": [draft["draft"]], "passphrase": "wrong"})
    assert wrong.status_code == 403
    check("problem", wrong.json())
    assert noted(houses["vnpt"], "PassphraseWrong")[-1].data["by"] == "thu.truong@vnpt"
    signed = await client.post("/api/signatures", json={"drafts": [draft["draft"]], "passphrase": PASSPHRASE})
    assert signed.status_code == 201, signed.text
    [document] = check("signed", signed.json())["signed"]
    assert (document["clause"], document["draft"]) == ("LC-10.1", draft["draft"])
    assert noted(houses["vnpt"], "SignedByPerson")[-1].data["draft"] == draft["draft"]
    again = await client.post("/api/signatures", json={"drafts": [draft["draft"]], "passphrase": PASSPHRASE})
    assert again.status_code == 409
    guess = {"drafts": [draft["draft"]], "passphrase": "wrong"}
    *_, last = [await client.post("/api/signatures", json=guess) for _ in range(5)]
    assert last.status_code == 429, "passphrases may be guessed as fast as one likes"
    assert int(last.headers["retry-after"]) >= 1


async def test_several_are_signed_together_or_none_and_one_is_put_away(
    web: httpx.AsyncClient, client: httpx.AsyncClient, houses: dict[str, House]
) -> None:
    key = token_of(houses["vnpt"])
    unlawful = SUSPICION | {"recipients": ["police"]}
    drafts = [(await web.post("/api/drafts", json=one, headers=key)).json() for one in (SUSPICION, unlawful)]
    assert [one["lawfulness"]["lawful"] for one in drafts] == [True, False]
    ids = [one["draft"] for one in drafts]
    await enter(client, "vnpt", "thu.truong")
    before = len(noted(houses["vnpt"], "DraftSigned"))
    answer = await client.post("/api/signatures", json={"drafts": ids, "passphrase": PASSPHRASE})
    assert answer.status_code == 409
    problem = check("problem", answer.json())
    assert problem["clause"] == "LC-10.1"
    assert len(noted(houses["vnpt"], "DraftSigned")) == before, "one of two was signed"
    gone = await web.delete(f"/api/drafts/{ids[1]}", headers=key)
    assert check("draft", gone.json())["state"] == "discarded"
    assert (await web.delete(f"/api/drafts/{ids[1]}", headers=key)).status_code == 409
    kept = (await web.get(f"/api/drafts/{ids[1]}", headers=key)).json()
    assert kept["state"] == "discarded"


async def test_a_machine_sends_only_what_a_rule_lets_the_service_sign(
    web: httpx.AsyncClient, client: httpx.AsyncClient, houses: dict[str, House]
) -> None:
    key = token_of(houses["vnpt"])
    answer = await web.post("/api/events", json=SUSPICION, headers=key)
    assert answer.status_code == 409, "the head's signature is the head's"
    assert check("problem", answer.json())["reason"]
    await enter(client, "vnpt", "thu.truong")
    assert (await client.post("/api/events", json=SUSPICION)).status_code == 403, "people draft and sign"


async def test_a_file_goes_in_is_named_and_comes_out(web: httpx.AsyncClient, houses: dict[str, House]) -> None:
    key = token_of(houses["vnpt"])
    data = b"%PDF-1.7 bien ban"
    kept = await web.post("/api/attachments?name=bien-ban.pdf&media_type=application/pdf", content=data, headers=key)
    assert kept.status_code == 201, kept.text
    named = check("attach", kept.json())["attachment"]
    assert named["sha256"] == hashlib.sha256(data).hexdigest()
    for query in ("name=../passwd", "name=a%00b", "name=x&media_type=nonsense", ""):
        assert (await web.post(f"/api/attachments?{query}", content=data, headers=key)).status_code == 422
    assert (await web.post("/api/attachments?name=a", content=b"", headers=key)).status_code == 422
    large = await web.post("/api/attachments?name=a", content=b"x" * (20 * 2**20 + 1), headers=key)
    assert large.status_code == 413
    content = SUSPICION["content"] | {"attachments": [named]}  # type: ignore[operator]  # it is a dict
    written = await web.post("/api/drafts", json=SUSPICION | {"content": content}, headers=key)
    assert written.status_code == 201, written.text
    vnpt = houses["vnpt"]
    signer = await asyncio.to_thread(head_of, vnpt)
    await vnpt.service.ready_to_sign()
    entry = await vnpt.write(
        lambda t: sign_draft(t, load_draft(t, written.json()["draft"]).id, signer, vnpt.context, vnpt.now())
    )
    event = entry.event.envelope.id
    listed = check("attachments", (await web.get(f"/api/attachments?event={event}", headers=key)).json())
    assert [(one["state"], one["path"]) for one in listed["attachments"]] == [("here", None)]
    out = await web.get(f"/api/events/{event}/attachments/{named['sha256']}", headers=key)
    assert (out.content, out.headers["content-type"]) == (data, "application/octet-stream")
    assert (await web.get(f"/api/events/{event}/attachments/{'0' * 64}", headers=key)).status_code == 404


async def test_a_report_is_drafted_with_its_figures(web: httpx.AsyncClient, houses: dict[str, House]) -> None:
    key = token_of(houses["vnpt"])
    answer = await web.post("/api/reports/draft?check=true", json={"period": "2026-H2"}, headers=key)
    assert answer.status_code == 200, answer.text
    assert check("report-draft", answer.json())["period"] == "2026-H2"
    kept = await web.post("/api/reports/draft", json={"assessment": "Tốt."}, headers=key)
    assert kept.status_code == 201
    assert kept.json()["content"]["assessment"] == "Tốt."
    assert (await web.post("/api/reports/draft", json={"period": "2026-H9"}, headers=key)).status_code == 422
    unheard = {"request": "018f0000-0000-7000-8000-000000000000"}
    assert (await web.post("/api/reports/draft", json=unheard, headers=key)).status_code == 404


async def test_what_is_held_is_examined_again(web: httpx.AsyncClient, houses: dict[str, House]) -> None:
    answer = await web.post("/api/inbox/retry", headers=token_of(houses["vnpt"]))
    assert check("inbox-retry", answer.json())["examined"] == 0


async def test_nobody_without_a_token_that_stands(web: httpx.AsyncClient) -> None:
    for authorization in (None, "Bearer", "Bearer phoihop_nonsense", "Basic eDp5"):
        answer = await web.get("/api/cases", headers={} if authorization is None else {"authorization": authorization})
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer"), authorization
        check("problem", answer.json())


async def test_a_token_ends_by_its_time_and_by_being_revoked(web: httpx.AsyncClient, houses: dict[str, House]) -> None:
    vnpt = houses["vnpt"]
    now = datetime.now(UTC)
    token = vnpt.accounts.tokens.make("kurz", Role.CLERK, now, expires_at=now + timedelta(minutes=1))
    key = {"authorization": f"Bearer {token}"}
    assert (await web.get("/api/status", headers=key)).status_code == 200
    vnpt.accounts.tokens.revoke("kurz", now)
    assert (await web.get("/api/status", headers=key)).status_code == 401
    lasting = token_of(vnpt)
    real_now = vnpt.service.now
    ending = vnpt.accounts.tokens.make("ends", Role.CLERK, now, expires_at=now + timedelta(minutes=1))
    vnpt.service.now = lambda: real_now() + timedelta(minutes=2)
    assert (await web.get("/api/status", headers={"authorization": f"Bearer {ending}"})).status_code == 401
    assert (await web.get("/api/status", headers=lasting)).status_code == 200


async def test_an_auditors_token_writes_nothing_and_an_administrator_sees_nothing(
    web: httpx.AsyncClient, client: httpx.AsyncClient, houses: dict[str, House]
) -> None:
    looking = token_of(houses["vnpt"], "kiem-tra", Role.AUDITOR)
    assert (await web.get("/api/cases", headers=looking)).status_code == 200
    for path in ("drafts", "events", "attachments?name=x", "inbox/retry", "reports/draft"):
        assert (await web.post(f"/api/{path}", json=SUSPICION, headers=looking)).status_code == 403, path
    await enter(client, "vnpt", "quan.tri")
    assert (await client.get("/api/cases")).status_code == 403
    assert noted(houses["vnpt"], "AccessRefused")[-1].subject == "quan.tri"


async def test_a_form_of_another_site_does_nothing_with_a_persons_session(
    client: httpx.AsyncClient, houses: dict[str, House]
) -> None:
    before = len(noted(houses["vnpt"], "DraftSaved"))
    await enter(client, "vnpt", "thu.truong")
    answer = await client.post("/api/drafts", json=SUSPICION, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
    basic = {"sec-fetch-site": "cross-site", "authorization": "Basic eDp5"}
    assert (await client.post("/api/drafts", json=SUSPICION, headers=basic)).status_code == 401
    assert len(noted(houses["vnpt"], "DraftSaved")) == before


WRONG_PARAMETERS = {
    "cases?limit=0": "query.limit", "cases?limit=1001": "query.limit", "cases?status=x": "query.status",
    "cases/nonsense": "path.case", "ledger?after=-1": "query.after", "ledger?type=x": "query.type",
    "cases?lang=fr": "query.lang", "figures": "query.since",
}  # fmt: skip


async def test_a_wrong_parameter_is_named(web: httpx.AsyncClient, houses: dict[str, House]) -> None:
    key = token_of(houses["vnpt"])
    for path, at in WRONG_PARAMETERS.items():
        answer = await web.get(f"/api/{path}", headers=key)
        assert answer.status_code == 422, path
        [told] = check("problem", answer.json())["errors"]
        assert f"{told['in']}.{told['pointer'].removeprefix('#/')}" == at
        assert told["text"] not in {fault_text({"type": "", "ctx": {}}, lang) for lang in ("vi", "en")}, told
    for path in ("ledger?since=yesterday", "obligations?after=nowhere", "figures?since=2026-02-01&until=2026-01-01"):
        answer = await web.get(f"/api/{path}", headers=key)
        assert answer.status_code == 422, path
        check("problem", answer.json())


WRONG_BODIES = (
    b"", b"[]", b"{", b'{"type":1}', b'{"type":"SuspicionReported","recipients":["dic"],"content":{"a":1e400}}',
    b'{"type":"SuspicionReported","recipients":["dic"],"content":{"subject":"\\ud800"}}', b"\xff",
    b'{"type":"SuspicionReported","recipients":[],"content":{}}', b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    json.dumps(SUSPICION | {"more": 1}).encode(), json.dumps(SUSPICION | {"type": "EventReceived"}).encode(),
    json.dumps(SUSPICION | {"due": "tomorrow"}).encode(), json.dumps(SUSPICION | {"version": 7}).encode(),
)  # fmt: skip


async def test_a_wrong_body_is_said_to_be_wrong(web: httpx.AsyncClient, houses: dict[str, House]) -> None:
    key = token_of(houses["vnpt"])
    for body in WRONG_BODIES:
        answer = await web.post("/api/drafts", content=body, headers=key)
        assert answer.status_code == 422, (body[:100], answer.text)
        check("problem", answer.json())


async def test_a_body_beyond_its_limit_is_cut_off_before_it_is_read(
    web: httpx.AsyncClient, houses: dict[str, House]
) -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        while True:
            read += 65_536
            yield b" " * 65_536

    answer = await web.post("/api/drafts", content=endless(), headers=token_of(houses["vnpt"]))
    assert answer.status_code == 413
    assert read < 2 * 2**20
    read = 0
    unknown = {"authorization": "Bearer phoihop_nonsense"}
    assert (await web.post("/api/drafts", content=endless(), headers=unknown)).status_code == 401
    assert read <= 65_536, "the body of somebody unknown was read"


async def test_whoever_calls_too_often_waits_and_others_do_not(
    houses: dict[str, House], monkeypatch: pytest.MonkeyPatch
) -> None:
    # However slow this machine is, no call is given back while the others are made.
    monkeypatch.setattr("services.web.api.app.CALLS_PER_SECOND", 1e-9)
    busy, other = token_of(houses["vnpt"], "busy"), token_of(houses["vnpt"], "other")
    async with client_of(houses) as web:
        codes = [(await web.get("/api/drafts", headers=busy)).status_code for _ in range(CALLS_AT_ONCE + 1)]
        assert codes == [200] * CALLS_AT_ONCE + [429]
        assert (await web.get("/api/drafts", headers=other)).status_code == 200


async def test_unknown_paths_and_methods_are_problems_too(web: httpx.AsyncClient, houses: dict[str, House]) -> None:
    key = token_of(houses["vnpt"])
    for path in ("/api/", "/api/nothing", "/api/docs", "/api/redoc"):
        answer = await web.get(path, headers=key)
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    answer = await web.put("/api/cases", headers=key)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")
    check("problem", answer.json())


async def test_errors_speak_the_language_asked_for(web: httpx.AsyncClient) -> None:
    assert (await web.get("/api/cases")).json()["title"] == "Chưa đăng nhập"
    assert (await web.get("/api/cases?lang=en")).json()["title"] == "Not logged in"
