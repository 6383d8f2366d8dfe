"""The auditor's API: the documents of its questions on the command line, for its own machines alone."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import AsyncIterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from services.accounts.account import Role
from services.accounts.store import Accounts
from services.web.api.app import make_api
from services.web.app import make_web
from services.web.auditing.house import AuditHouse
from services.web.auditing.wanted import Wanted
from services.web.house import House
from tests.unit.cli.office import Office
from tests.unit.web.api_campaign import logged, try_out
from tests.unit.web.api_campaign import machine as machine_of
from tests.unit.web.auditing.conftest import NOW
from tests.unit.web.conftest import PASSWORD, enter
from tests.unit.web.test_api import check, noted, token_of
from tests.unit.web.test_api_published import called_of

AT = "2026-12-31T00:00:00.000Z"


@pytest.fixture
def key(accounts: Accounts) -> dict[str, str]:
    return {"authorization": f"Bearer {accounts.tokens.make('siem', Role.AUDITOR, NOW)}"}


@pytest_asyncio.fixture
async def machine(house: AuditHouse) -> AsyncIterator[httpx.AsyncClient]:
    """A client as a machine is one: no cookie, no header of a browser."""
    transport = httpx.ASGITransport(app=make_web({"auditor": house}), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as made:
        yield made


async def asked(machine: httpx.AsyncClient, path: str, key: dict[str, str], status: int = 200) -> Any:
    answer = await machine.get(f"/api/audit/{path}", headers=key)
    assert answer.status_code == status, (path, answer.text)
    return answer.json()


async def test_every_answer_is_the_document_of_the_command_line(
    machine: httpx.AsyncClient, key: dict[str, str], history: Path, some: dict[str, str]
) -> None:
    office, case, event = Office(history, {"PHOIHOP_LANG": "en"}), some["case"], some["event"]
    for path, name, arguments in (
        ("who-told?sender=police&type=InfoRequested&clause=3.3", "audit-who-told",
         ("who-told", "--sender", "police", "--type", "InfoRequested", "--clause", "3.3")),
        (f"who-knew?agency=police&case={case}&at={AT}", "audit-who-knew",
         ("who-knew", "--agency", "police", "--case", case, "--at", AT)),
        (f"who-knew?event={event}&at={AT}", "audit-who-knew", ("who-knew", "--event", event, "--at", AT)),
        (f"compare?agency=police&case={case}&first=2026-01-01&second={AT}", "audit-compare",
         ("compare", "--agency", "police", "--case", case, "--at", "2026-01-01", "--at", AT)),
        (f"silences?at={AT}", "audit-silences", ("silences", "--at", AT)),
        (f"timeline/{case}", "audit-timeline", ("timeline", case)),
    ):  # fmt: skip
        document = check(name, await asked(machine, path, key))
        assert document == await asyncio.to_thread(office.json, "audit", *arguments), path
        assert document.get("total", 1), path
    status = check("auditor-status", await asked(machine, "status", key))
    assert status == await asyncio.to_thread(office.json, "auditor", "status")
    directory = check("directory-show", await asked(machine, "directory", key))
    assert directory == await asyncio.to_thread(office.json, "directory", "show")


async def test_a_proof_is_told_step_by_step(
    machine: httpx.AsyncClient, key: dict[str, str], house: AuditHouse, some: dict[str, str]
) -> None:
    for event in (some["event"], some["receipt"]):
        proof = check("audit-proof", await asked(machine, f"events/{event}", key))
        assert (proof["verdict"], proof["envelope"]["id"]) == ("passed", event)
    asked_for = check("audit-proof", await asked(machine, f"events/{some['event']}", key))
    facts = {fact["name"]: fact["value"] for step in asked_for["steps"] for fact in step["facts"]}
    assert facts["clause"].startswith("LC-")
    assert asked_for["deliveries"][0]["event_id"] == some["event"]
    [kept] = await house.looks(before=None, limit=1)
    assert (kept.name, kept.subject, kept.by) == ("EventViewed", some["case"], "token:siem@auditor")
    unknown = "018f0000-0000-7000-8000-000000000000"
    for path in (f"events/{unknown}", f"timeline/{unknown}"):
        check("problem", await asked(machine, path, key, 404))


async def test_pages_follow_one_another_without_gap_or_repeat(
    machine: httpx.AsyncClient, key: dict[str, str], some: dict[str, str]
) -> None:
    case, event = some["case"], some["event"]
    for path, lists in (
        ("who-told?recipient=customs&", [("deliveries",)]),
        (f"timeline/{case}?", [("deliveries",)]),
        (f"who-knew?agency=police&case={case}&at={AT}&", [("documents",)]),
        (f"who-knew?event={event}&at={AT}&", [("documents",)]),
        (f"compare?agency=police&case={case}&first=2026-01-01&second={AT}&", [("added",)]),
        (f"silences?at={AT}&", [("requests", "unanswered"), ("receipts", "missing"), ("reports", "not_sent")]),
    ):
        whole = await asked(machine, f"{path}limit=1000", key)
        rows = max(len(_at(whole, place)) for place in lists)
        assert rows > 1, path
        for limit in (3, 7, rows - 1):
            address, pages = f"/api/audit/{path}limit={limit}", []
            while address:
                answer = await machine.get(address, headers=key)
                pages.append(answer.json())
                address = answer.links.get("next", {}).get("url", "")
            for place in lists:
                together = [row for page in pages for row in _at(page, place)]
                assert together == _at(whole, place), (path, place)


def _at(document: Any, place: tuple[str, ...]) -> list[Any]:
    for name in place:
        document = document[name]
    return list(document)


async def test_the_ledger_leaves_as_a_file_and_who_took_it_is_kept(
    machine: httpx.AsyncClient, key: dict[str, str], house: AuditHouse
) -> None:
    filters = "sender=police&by=admitted&since=2026-01-01"
    told = await asked(machine, f"who-told?{filters}&limit=1000", key)
    table = await machine.get(f"/api/audit/ledger.csv?{filters}", headers=key)
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert len(rows) == told["total"] + 1
    [kept] = await house.looks(before=None, limit=1)
    assert (kept.name, kept.by) == ("LedgerExported", "token:siem@auditor"), "who exported it is not the filter `by`"
    assert (kept.about["rows"], kept.about["period_by"]) == (told["total"], "admitted")
    document = await machine.get(f"/api/audit/ledger.json?{filters}", headers=key)
    assert check("audit-who-told", json.loads(document.content))["deliveries"] == told["deliveries"]
    sheet = await machine.get(f"/api/audit/ledger.xlsx?{filters}", headers=key)
    assert sheet.content[:2] == b"PK"
    assert (await machine.get("/api/audit/ledger.pdf", headers=key)).status_code == 422


async def test_pages_and_api_narrow_the_ledger_by_the_same_filters(
    machine: httpx.AsyncClient,
    key: dict[str, str],
    auditor: httpx.AsyncClient,
    house: AuditHouse,
    some: dict[str, str],
) -> None:
    filters = {each.name for each in fields(Wanted)}
    paths = make_api({"auditor": house}).openapi()["paths"]
    for path, beside in (("/audit/who-told", {"after", "limit"}), ("/audit/ledger.{kind}", {"kind"})):
        named = {one["name"] for one in paths[path]["get"]["parameters"]}
        assert named == filters | beside | {"lang"}, path
    wanted = {
        "sender": "police", "recipient": "dic", "type": "InfoRequested", "case": some["case"], "clause": "3.3",
        "since": "2026-01-01", "until": "2026-12-31", "by": "admitted",
    }  # fmt: skip
    assert wanted.keys() == filters
    for name in filters:
        narrowed = {name: wanted[name], "lang": "en"}
        page = await auditor.get("/audit/ledger.csv", params=narrowed)
        call = await machine.get("/api/audit/ledger.csv", params=narrowed, headers=key)
        assert page.content == call.content, name


async def test_who_did_something_is_the_account_whatever_it_was_about(house: AuditHouse, accounts: Accounts) -> None:
    account = accounts.tokens.machine(accounts.tokens.make("tape", Role.AUDITOR, NOW), NOW)
    await house.note("LedgerExported", "ledger", account, {"by": "somebody.else@auditor"})
    [kept] = await house.looks(before=None, limit=1)
    assert kept.by == "token:tape@auditor"


WRONG = (
    "who-told?sender=nobody", "who-told?clause=99.9", "who-told?type=RumourSpread", "who-told?since=soon",
    "who-told?by=rumour", "who-told?limit=0", "who-knew", "who-knew?agency=dic", "compare?agency=dic",
    "who-knew?agency=dic&case=018f0000-0000-7000-8000-000000000000", "silences?at=noon", "silences?offset=-1",
    "timeline/nonsense", "directory?version=99",
)  # fmt: skip


@pytest.mark.parametrize("path", WRONG)
async def test_what_cannot_be_meant_is_said_to_be_wrong(
    machine: httpx.AsyncClient, key: dict[str, str], path: str
) -> None:
    check("problem", await asked(machine, path, key, 422))


async def test_it_describes_what_it_answers_and_takes_nothing_in(
    machine: httpx.AsyncClient, key: dict[str, str]
) -> None:
    document = (await machine.get("/api/openapi.json")).json()
    paths = [path for path in document["paths"] if path.startswith("/audit/")]
    assert len(paths) >= 9
    assert all(path.startswith(("/audit/", "/openapi", "/asyncapi", "/schemas")) for path in document["paths"])
    assert all(set(operations) == {"get"} for operations in document["paths"].values())
    assert "audit-proof" in document["components"]["schemas"]
    assert "drafts" not in document["components"]["schemas"], "schemas of calls that are not here"
    assert (await machine.post("/api/audit/who-told", headers=key)).status_code == 405
    assert (await machine.get("/api/asyncapi.json")).status_code == 200
    for authorization in ({}, {"authorization": "Bearer phoihop_nonsense"}):
        check("problem", await asked(machine, "who-told", authorization, 401))


async def test_the_page_of_the_api_names_the_auditors_calls(
    auditor: httpx.AsyncClient, machine: httpx.AsyncClient
) -> None:
    document = (await machine.get("/api/openapi.json")).json()
    for lang in ("vi", "en"):
        page = await auditor.get(f"/formats/api?lang={lang}")
        assert page.status_code == 200
        for path, operations in document["paths"].items():
            listed = f"GET /api{path}" in page.text
            assert listed == (operations["get"]["tags"] != ["published"]), path
        assert "/api/cases" not in page.text
        assert 'href="/formats/api"' in page.text
    assert (await auditor.get("/formats")).status_code == 403


@pytest.mark.broker
async def test_each_houses_machines_reach_their_own_house_alone(
    houses: dict[str, House], house: AuditHouse, key: dict[str, str]
) -> None:
    # Both in one process, as in the demonstration.
    transport = httpx.ASGITransport(app=make_web({**houses, "auditor": house}), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as both:
        police = token_of(houses["police"], "nosy", Role.AUDITOR)
        for path in ("who-told", "silences", "status", "ledger.csv"):
            assert (await both.get(f"/api/audit/{path}", headers=police)).status_code == 403, path
        assert noted(houses["police"], "AccessRefused")[-1].data["by"] == "token:nosy@police"
        for path in ("cases", "ledger", "status"):
            assert (await both.get(f"/api/{path}", headers=key)).status_code == 403, path
        [kept] = await house.looks(before=None, limit=1)
        assert (kept.name, kept.by) == ("AccessRefused", "token:siem@auditor")
        assert (await both.get("/api/audit/who-told", headers=key)).status_code == 200
        assert (await both.get("/api/cases", headers=police)).status_code == 200
        document = (await both.get("/api/openapi.json")).json()
        assert {"/cases", "/audit/who-told"} <= set(document["paths"])
        both.headers["sec-fetch-site"] = "same-origin"
        await enter(both, "auditor", "quan.tri", PASSWORD)
        assert (await both.get("/api/audit/status")).status_code == 403, "an administrator sees nothing"


@pytest.mark.slow
async def test_schemathesis_finds_nothing(house: AuditHouse) -> None:
    options = ("--phases", "examples,fuzzing", "--max-examples", "2", "--seed", "7")
    web = make_web({"auditor": house})
    [ended] = await try_out(web, [machine_of(house, Role.AUDITOR)], options, await logged(house))
    assert ended.code == 0, ended.output
    assert f"{called_of(make_api({'auditor': house}))} passed" in ended.output
