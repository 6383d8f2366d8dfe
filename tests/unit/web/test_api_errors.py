"""What cannot be done is said as problem details (RFC 9457), whatever stands against it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from events.errors import InvalidValue
from services.agency.issuing import SigningHeld
from services.broker.server import EmbeddedBroker
from services.texts import Texts
from services.web.api import caller
from services.web.house import House
from services.web.problems import details
from tests.unit.web.story import seen
from tests.unit.web.test_api import SUSPICION, check, noted, token_of, web
from tests.unit.web.test_api_repeats import lookup_in
from tests.unit.web.test_cases import opened

pytestmark = pytest.mark.broker
__all__ = ["web"]  # a fixture

UNKNOWN = "018f0000-0000-7000-8000-000000000000"
JSON = {"content-type": "application/json"}
REFUSED: tuple[tuple[int, str, str, dict[str, str], bytes], ...] = (
    (404, "GET", "nothing", {}, b""),
    (404, "GET", f"cases/{UNKNOWN}", {}, b""),
    (404, "GET", f"events/{UNKNOWN}", {}, b""),
    (404, "GET", f"drafts/{UNKNOWN}", {}, b""),
    (404, "DELETE", f"drafts/{UNKNOWN}", {}, b""),
    (404, "GET", f"lookups/{UNKNOWN}", {}, b""),
    (405, "PUT", "cases", {}, b""),
    (405, "HEAD", "cases", {}, b""),
    (405, "OPTIONS", "drafts", {}, b""),
    (406, "GET", "cases", {"accept": "application/xml"}, b""),
    (406, "GET", "cases", {"accept": "text/html, application/json;q=0"}, b""),
    (406, "POST", "drafts", {"accept": "image/png"} | JSON, json.dumps(SUSPICION).encode()),
    (413, "POST", "drafts", JSON, b" " * (2**20 + 1)),
    (413, "POST", "drafts", JSON | {"content-length": str(40 * 2**20)}, b""),
    (415, "POST", "drafts", {"content-type": "text/plain"}, json.dumps(SUSPICION).encode()),
    (415, "POST", "drafts", {"content-type": "application/x-www-form-urlencoded"}, b"type=InfoShared"),
    (415, "POST", "drafts", {"content-type": "application/json; charset=utf-16"}, "{}".encode("utf-16")),
    (415, "POST", "drafts", JSON | {"content-encoding": "gzip"}, b"\x1f\x8b"),
    (415, "POST", "attachments?name=a.gz", {"content-encoding": "gzip"}, b"\x1f\x8b"),
    (421, "GET", "cases", {"host": "elsewhere.example"}, b""),
    (422, "POST", "drafts", JSON, b'{"type":'),
    (422, "POST", "drafts", JSON, b"\xff\xfe"),
    (422, "POST", "drafts", JSON, b'{"type": "' + b"\xed\xa0\x80" + b'"}'),
    (422, "GET", "cases/nonsense", {}, b""),
    (422, "GET", "ledger?since=%ff%fe", {}, b""),
    (422, "GET", "drafts?after=nowhere", {}, b""),
    # The calendar's ends: no moment is reckoned with that falls off them.
    *((422, "GET", f"ledger?until={moment}", {}, b"") for moment in ("9999-12-31", "0001-01-01T00:00", "2099-02-30")),
    (422, "GET", "figures?since=1000-01-01", {}, b""),
    (422, "POST", "reports/draft", JSON, b'{"period": "0001-01-01..9999-12-31"}'),
    (422, "GET", "drafts?after=0001-01-01T00:00:00.000Z~x", {}, b""),
    (422, "GET", "obligations?after=0001-01-01T00:00:00.000Z~a~b~c~d", {}, b""),
)  # fmt: skip


@pytest.mark.parametrize(("status", "method", "path", "headers", "body"), REFUSED)
async def test_what_is_refused_is_a_problem_document(
    web: httpx.AsyncClient, houses: dict[str, House], status: int, method: str, path: str, headers: dict[str, str],
    body: bytes,
) -> None:  # fmt: skip
    key = token_of(houses["vnpt"])
    before = len(noted(houses["vnpt"], "DraftSaved"))
    answer = await web.request(method, f"/api/{path}", headers=key | headers, content=body)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    if method != "HEAD":
        assert check("problem", answer.json())["status"] == status
    assert len(noted(houses["vnpt"], "DraftSaved")) == before


async def test_what_is_asked_for_in_a_form_that_fits_is_answered(
    web: httpx.AsyncClient, houses: dict[str, House]
) -> None:
    key = token_of(houses["vnpt"])
    for accept in ("application/json", "text/html, */*;q=0.1", "application/*", "nonsense", "", "application/json;q=x"):
        assert (await web.get("/api/cases", headers=key | {"accept": accept})).status_code == 200, accept
    for sort in ("application/json; charset=UTF-8", "Application/JSON"):
        answer = await web.post(
            "/api/drafts?check=true", content=json.dumps(SUSPICION), headers=key | {"content-type": sort}
        )
        assert answer.status_code == 200, sort


async def test_odd_bytes_in_an_address_harm_nothing(web: httpx.AsyncClient, houses: dict[str, House]) -> None:
    key = token_of(houses["vnpt"])
    for path in ("cases?text=%ff", "cases?text=%00", "cases?text=%f0%9f%92%a3", "cases?text=%25%5f'%22--"):
        answer = await web.get(f"/api/{path}", headers=key)
        assert (answer.status_code, answer.json()["cases"]) == (200, []), path
    for path in ("cases/%ff", "events/%00", "schemas/%ff.1.json"):
        answer = await web.get(f"/api/{path}", headers=key)
        assert answer.status_code in {404, 422}, path
        check("problem", answer.json())


@pytest.fixture
def brokers(monkeypatch: pytest.MonkeyPatch) -> list[EmbeddedBroker]:
    """The brokers that are started after this."""
    started: list[EmbeddedBroker] = []
    enter = EmbeddedBroker.__aenter__

    async def remembered(self: EmbeddedBroker) -> EmbeddedBroker:
        started.append(self)
        return await enter(self)

    monkeypatch.setattr(EmbeddedBroker, "__aenter__", remembered)
    return started


async def test_what_is_signed_without_a_broker_is_accepted_and_waits(
    brokers: list[EmbeddedBroker], houses: dict[str, House], web: httpx.AsyncClient
) -> None:
    case = await opened(houses)
    police = houses["police"]
    key = token_of(police)
    [broker] = brokers
    await broker.__aexit__(None, None, None)
    written = await web.post("/api/drafts", json=SUSPICION | {"recipients": ["dic"]}, headers=key)
    assert written.status_code == 201, "a draft needs no broker"
    assert written.json()["draft"] in (await web.get("/api/drafts", headers=key)).text
    sent = await web.post("/api/events", json=lookup_in(case), headers=key)
    assert sent.status_code == 201, sent.text
    status = check("status", (await web.get("/api/status", headers=key)).json())
    assert status["broker"] is None, "the broker has left"
    assert status["unreceipted"]["vnpt"] >= 1, "it waits in the record"
    place = sent.headers["location"]
    assert (await web.get(place, headers=key)).json()["deliveries"][0]["outcome"] == "pending"
    await broker.__aenter__()
    await seen(police, lambda views: views.sent("police", limit=1)[0].deliveries[0].outcome == "admitted")
    assert (await web.get(place, headers=key)).json()["deliveries"][0]["outcome"] == "admitted"


async def test_a_full_disk_is_said_and_the_work_resumes(web: httpx.AsyncClient, houses: dict[str, House]) -> None:
    vnpt = houses["vnpt"]
    key = token_of(vnpt) | {"idempotency-key": "full"}
    large = SUSPICION | {"content": SUSPICION["content"] | {"summary": "x" * 4_000}}  # type: ignore[operator]
    before = len(noted(vnpt, "DraftSaved"))
    with disk_full(vnpt):
        answers = [
            await web.post("/api/drafts", json=large, headers=key | {"idempotency-key": f"{n}"}) for n in range(9)
        ]
        refused = answers[-1]
        assert refused.status_code == 503, refused.text
        assert check("problem", refused.json())["type"] == "urn:phoihop:problem:RecordDiskFull"
        assert (await web.get("/api/directory", headers=key)).status_code == 200
    accepted = sum(one.status_code == 201 for one in answers)
    again = await web.post("/api/drafts", json=large, headers=key | {"idempotency-key": "8"})
    assert again.status_code == 201, "the key of a call that failed is free"
    assert len(noted(vnpt, "DraftSaved")) == before + accepted + 1


@contextmanager
def disk_full(house: House) -> Iterator[None]:
    """SQLite's own limit stands for the disk's: the record's file may not grow."""

    def limit(pages: int | None) -> None:
        pool = house.service.record._recorder.datastore.pool  # its connections are what is limited
        connections = [pool.get_connection(is_writer=False) for _ in range(2)]
        for one in connections:
            cursor = one.cursor()
            with cursor:
                cursor.execute("PRAGMA page_count")
                now = cursor.fetchone()[0]
                cursor.execute(f"PRAGMA max_page_count = {now if pages is None else pages}")
        for one in connections:
            pool.put_connection(one)

    limit(None)
    try:
        yield
    finally:
        limit(2**30)


async def test_no_answer_is_older_than_the_record(
    web: httpx.AsyncClient, houses: dict[str, House], monkeypatch: pytest.MonkeyPatch
) -> None:
    vnpt = houses["vnpt"]
    key, go_on = token_of(vnpt), asyncio.Event()
    between = vnpt.service.writer.between

    async def held_up(*work: Any) -> Any:
        await go_on.wait()
        return await between(*work)

    monkeypatch.setattr(vnpt.service.writer, "between", held_up)
    written = await web.post("/api/drafts", json=SUSPICION, headers=key)
    assert written.status_code == 201
    monkeypatch.setattr(caller, "VIEWS_PATIENCE_SECONDS", 0.05)
    for path in ("drafts", "cases", "ledger", "obligations", "inbox"):
        answer = await web.get(f"/api/{path}", headers=key)
        assert (answer.status_code, check("problem", answer.json())["type"]) == (
            503,
            "urn:phoihop:problem:views_behind",
        )
        assert int(answer.headers["retry-after"]) >= 1
    assert (await web.get("/api/status", headers=key)).json()["views_lag"] >= 1
    assert (await web.get(f"/api/drafts/{written.json()['draft']}", headers=key)).status_code == 200
    monkeypatch.setattr(caller, "VIEWS_PATIENCE_SECONDS", 30.0)
    waiting = asyncio.create_task(web.get("/api/drafts", headers=key))
    go_on.set()
    assert written.json()["draft"] in (await waiting).text


PERSON = {"name": "Nguyễn Văn Ánh", "involvement": "suspect", "phone": "0912 345"}
FAULTY: tuple[tuple[dict[str, Any], str, str, str, str], ...] = (
    ({"recipients": "dic"}, "#/recipients", "list_type", "phải là danh sách", "must be a list"),
    ({"recipients": []}, "#/recipients", "too_short", "cần ít nhất 1 mục", "at least 1"),
    ({"case": "x"}, "#/case", "string_pattern_mismatch", "chọn một mục", "choose"),
    ({"a/b~c": 1}, "#/a~1b~0c", "extra_forbidden", "không có mục này", "no such member"),
    ({"content": {"persons": [PERSON]}}, "#/content/persons/0/phone", "string_pattern_mismatch", "+84912345678", "+84"),
    ({"content": {"discovered_at": "hôm qua"}}, "#/content/discovered_at", "instant",
     "thời điểm không có trong lịch", "calendar"),
    ({"content": {"category": "x"}}, "#/content/category", "enum", "chọn một mục trong danh sách", "choose"),
)  # fmt: skip


@pytest.mark.parametrize(("wrong", "pointer", "code", "vi", "en"), FAULTY)
async def test_what_is_wrong_is_said_at_its_place_in_the_caller_s_language(
    web: httpx.AsyncClient, houses: dict[str, House], wrong: dict[str, Any], pointer: str, code: str, vi: str, en: str
) -> None:
    key = token_of(houses["vnpt"])
    body = SUSPICION | wrong | {"content": SUSPICION["content"] | wrong.get("content", {})}
    for lang, text in (("vi", vi), ("en", en)):
        answer = await web.post("/api/drafts", params={"check": "true", "lang": lang}, json=body, headers=key)
        assert answer.status_code == 422, answer.text
        [told] = check("problem", answer.json())["errors"]
        assert (told["in"], told["pointer"], told["code"]) == ("body", pointer, code)
        assert text in told["text"]
        assert "0912" not in answer.text, "what was sent is not repeated"


def test_the_program_s_own_errors_speak_the_caller_s_language() -> None:
    held = SigningHeld(what="signing is held", why="the record is older than what peers hold", next_step="recover it")
    vi, en = details(held, "vi", "VNPT Lào Cai"), details(held, "en")
    assert (en["title"], en["detail"]) == ("Signing is held", "The record is older than what peers hold")
    assert vi["title"] == "VNPT Lào Cai tạm thời không được ký"
    assert vi["next_step"] == Texts("vi")("error.SigningHeld.next_step")
    assert details(held, "vi")["title"] == en["title"], "a place that nobody fills"
    assert details(InvalidValue("x"), "vi")["title"] == "Giá trị không đúng dạng"
