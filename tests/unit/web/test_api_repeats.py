"""A call repeated after a lost answer has its effect once: the header `Idempotency-Key`."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.agency.kept_answers import KEPT_FOR
from services.agency.record_transaction import RecordTransaction
from services.web.house import House
from tests.unit.web.conftest import PASSPHRASE, enter
from tests.unit.web.test_api import SUSPICION, check, noted, token_of, web
from tests.unit.web.test_cases import opened

pytestmark = pytest.mark.broker
__all__ = ["web"]  # a fixture


def keyed(key: dict[str, str], name: str) -> dict[str, str]:
    return key | {"idempotency-key": name}


def lookup_in(case: str) -> dict[str, Any]:
    """A look-up at VNPT, which the service's own key may sign."""
    return {
        "type": "LookupRequested", "recipients": ["vnpt"], "case": case,
        "content": {
            "subject": "Tra cứu thuê bao", "channel": "online_lookup", "purpose": "Xác minh thuê bao SIM box",
            "records": [{"id": "k1", "kind": "subscriber", "identifier": "+84912345678"}],
            "officer": {"name": "Trần Văn Đức", "position": "Điều tra viên"},
        },
    }  # fmt: skip


async def test_a_draft_is_kept_once_and_answered_the_same(web: httpx.AsyncClient, houses: dict[str, House]) -> None:
    vnpt = houses["vnpt"]
    key, name = token_of(vnpt), str(uuid4())
    before = len(noted(vnpt, "DraftSaved"))
    first = await web.post("/api/drafts", json=SUSPICION, headers=keyed(key, f'"{name}"'))
    assert first.status_code == 201, first.text
    # The same in another spelling, and the key without its quotation marks.
    spelled = json.dumps(dict(reversed(SUSPICION.items())), indent=3).encode()
    for again in (
        await web.post("/api/drafts", json=SUSPICION, headers=keyed(key, f'"{name}"')),
        await web.post("/api/drafts", content=spelled, headers=keyed(key, name)),
    ):
        assert (again.status_code, again.content) == (201, first.content)
        assert again.headers["location"] == first.headers["location"]
    assert len(noted(vnpt, "DraftSaved")) == before + 1


async def test_another_request_under_the_key_is_refused(web: httpx.AsyncClient, houses: dict[str, House]) -> None:
    vnpt = houses["vnpt"]
    key = keyed(token_of(vnpt), str(uuid4()))
    assert (await web.post("/api/drafts", json=SUSPICION, headers=key)).status_code == 201
    other = SUSPICION | {"recipients": ["police"]}
    before = len(noted(vnpt, "DraftSaved"))
    for path, body in (("drafts", other), ("events", SUSPICION)):
        answer = await web.post(f"/api/{path}", json=body, headers=key)
        assert answer.status_code == 422, path
        assert check("problem", answer.json())["type"] == "urn:phoihop:problem:other_request"
    assert len(noted(vnpt, "DraftSaved")) == before
    for wrong in ("", '"', "a b", "x" * 300, "\u00e9"):
        named = httpx.Headers([*key.items(), ("idempotency-key", wrong)][0:1], encoding="utf-8")
        named["idempotency-key"] = wrong
        answer = await web.post("/api/drafts", json=SUSPICION, headers=named)
        assert answer.status_code == 422, wrong


async def test_a_key_is_each_callers_own_and_ends_with_its_age(
    web: httpx.AsyncClient, houses: dict[str, House]
) -> None:
    vnpt, name = houses["vnpt"], str(uuid4())
    one, two = token_of(vnpt, "one"), token_of(vnpt, "two")
    mine = await web.post("/api/drafts", json=SUSPICION, headers=keyed(one, name))
    others = await web.post("/api/drafts", json=SUSPICION, headers=keyed(two, name))
    assert mine.json()["draft"] != others.json()["draft"]
    real_now = vnpt.service.now
    vnpt.service.now = lambda: real_now() + KEPT_FOR - timedelta(minutes=1)
    assert (await web.post("/api/drafts", json=SUSPICION, headers=keyed(one, name))).json() == mine.json()
    vnpt.service.now = lambda: real_now() + KEPT_FOR + timedelta(minutes=1)
    late = await web.post("/api/drafts", json=SUSPICION, headers=keyed(one, name))
    assert late.json()["draft"] != mine.json()["draft"]
    [(kept,)] = vnpt.service.record.rows("SELECT COUNT(*) FROM kept_answers WHERE caller LIKE 'token:two@%'")
    assert kept == 0, "what is too old is kept on"


async def test_a_call_under_way_is_not_begun_again(
    web: httpx.AsyncClient, houses: dict[str, House], monkeypatch: pytest.MonkeyPatch
) -> None:
    vnpt, name = houses["vnpt"], str(uuid4())
    key = keyed(token_of(vnpt), name)
    reached, go_on = asyncio.Event(), asyncio.Event()
    run = vnpt.service.writer.run

    async def held_up(command: Callable[[RecordTransaction], Any]) -> Any:
        reached.set()
        await go_on.wait()
        return await run(command)

    monkeypatch.setattr(vnpt.service.writer, "run", held_up)
    first = asyncio.create_task(web.post("/api/drafts", json=SUSPICION, headers=key))
    await reached.wait()
    try:
        async with asyncio.timeout(20):
            meanwhile = await web.post("/api/drafts", json=SUSPICION, headers=key)
    finally:
        go_on.set()
    assert (meanwhile.status_code, check("problem", meanwhile.json())["type"]) == (
        409,
        "urn:phoihop:problem:under_way",
    )
    assert int(meanwhile.headers["retry-after"]) >= 1
    answered = await first
    assert answered.status_code == 201
    assert (await web.post("/api/drafts", json=SUSPICION, headers=key)).content == answered.content


async def test_a_call_that_failed_leaves_its_key_free(web: httpx.AsyncClient, houses: dict[str, House]) -> None:
    key = keyed(token_of(houses["vnpt"]), str(uuid4()))
    refused = await web.post("/api/events", json=SUSPICION, headers=key)
    assert refused.status_code == 409
    assert (await web.post("/api/drafts", json=SUSPICION, headers=key)).status_code == 201


async def test_drafts_are_signed_once_though_the_answer_is_lost(
    client: httpx.AsyncClient, houses: dict[str, House]
) -> None:
    vnpt, name = houses["vnpt"], str(uuid4())
    await enter(client, "vnpt", "thu.truong")
    draft = (await client.post("/api/drafts", json=SUSPICION)).json()["draft"]
    body = {"drafts": [draft], "passphrase": PASSPHRASE}
    before = len(noted(vnpt, "SignedByPerson"))
    signed = await client.post("/api/signatures", json=body, headers={"idempotency-key": name})
    assert signed.status_code == 201, signed.text
    again = await client.post("/api/signatures", json=body, headers={"idempotency-key": name})
    assert (again.status_code, again.content) == (201, signed.content)
    wrong = await client.post("/api/signatures", json=body | {"passphrase": "no"}, headers={"idempotency-key": name})
    assert wrong.status_code == 403, "who does not know the passphrase hears what was signed"
    assert len(noted(vnpt, "SignedByPerson")) == before + 1
    # Neither the passphrase nor a digest of it is kept: a guess could be held against that.
    other = await client.post(
        "/api/signatures", json={"drafts": [draft, draft], "passphrase": PASSPHRASE}, headers={"idempotency-key": name}
    )
    assert other.status_code == 422
    kept = vnpt.service.record.rows("SELECT key, document FROM kept_answers")
    assert not any(PASSPHRASE in str(tuple(row)) for row in kept)


async def test_a_look_up_leaves_once_and_its_answer_is_read(web: httpx.AsyncClient, houses: dict[str, House]) -> None:
    police = houses["police"]
    case = await opened(houses)
    lookup = lookup_in(case)
    key = token_of(police)
    name = str(uuid4())
    before = len(noted(police, "SentByMachine"))
    first = await web.post("/api/events", json=lookup, headers=keyed(key, name))
    assert first.status_code == 201, first.text
    again = await web.post("/api/events", json=lookup, headers=keyed(key, name))
    assert (again.status_code, again.content) == (201, first.content)
    assert len(noted(police, "SentByMachine")) == before + 1
    request = first.json()["signed"][0]["event"]
    asked = await web.get(f"/api/lookups/{request}", headers=key)
    assert asked.status_code == 200, asked.text
    assert check("lookup", asked.json())["holder"] == "vnpt"
    assert (await web.get(f"/api/lookups/{case}", headers=key)).status_code == 404
    assert (await web.get(f"/api/lookups/{request}", headers=token_of(houses["vnpt"]))).status_code == 404
