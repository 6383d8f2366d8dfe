"""Who reaches the auditor's pages, and who does not: each refusal is kept where who tried belongs."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from events.record_entry import LocalEntry
from services.accounts.sessions import SESSION_IDLE
from services.accounts.store import Accounts
from services.web.app import make_web
from services.web.auditing.house import AuditHouse
from services.web.auditing.routes import ROUTES
from services.web.house import House
from tests.unit.web.auditing.conftest import NOW
from tests.unit.web.conftest import PASSWORD, enter

PAGES = sorted({route.path for route in ROUTES})  # type: ignore[attr-defined]
OTHERS = (("GET", "/cases"), ("GET", "/write"), ("POST", "/write/InfoShared"), ("GET", "/log"))


def filled(path: str) -> str:
    """An address of a route's form."""
    return path.replace("{event}", "0").replace("{case}", "0").replace("{kind}", "csv")


async def test_whoever_has_not_entered_is_sent_to_the_door(house: AuditHouse) -> None:
    transport = httpx.ASGITransport(app=make_web({"auditor": house}), raise_app_exceptions=False)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://127.0.0.1", headers={"accept": "text/html"}
    ) as one:
        for path in PAGES:
            answer = await one.get(filled(path))
            assert (answer.status_code, answer.headers["location"][:6]) == (303, "/enter"), path


async def test_an_administrator_sees_nothing_of_it(house: AuditHouse, auditor: httpx.AsyncClient) -> None:
    await enter(auditor, "auditor", "quan.tri")
    for path in PAGES:
        assert (await auditor.get(filled(path))).status_code == 403, path
    kept = await house.looks(before=None, limit=3)
    assert {(one.name, one.by) for one in kept} == {("AccessRefused", "quan.tri@auditor")}


async def test_the_auditor_reaches_no_page_of_an_agency_and_sends_nothing(
    house: AuditHouse, auditor: httpx.AsyncClient
) -> None:
    for method, path in OTHERS:
        answer = await auditor.request(method, path)
        assert answer.status_code == 403, path
        [kept] = await house.looks(before=None, limit=1)
        assert (kept.name, kept.by, kept.about["method"]) == ("AccessRefused", "kiem.tra@auditor", method)
        assert str(kept.about["path"]).endswith(path), path
    assert (await auditor.get("/")).headers["location"] == "/audit"


async def test_a_page_left_open_is_no_use_of_its_session(house: AuditHouse, auditor: httpx.AsyncClient) -> None:
    before_idle, idle = NOW + SESSION_IDLE - timedelta(minutes=5), NOW + SESSION_IDLE + timedelta(minutes=5)
    house.clock = lambda: before_idle
    assert (await auditor.get("/live", params={"event": "no-event"})).status_code == 404
    house.clock = lambda: idle
    assert (await auditor.get("/audit/ledger")).headers["location"].startswith("/enter")


async def test_a_page_that_is_asked_for_is_a_use_of_its_session(house: AuditHouse, auditor: httpx.AsyncClient) -> None:
    house.clock = lambda: NOW + SESSION_IDLE - timedelta(minutes=5)
    assert (await auditor.get("/audit/ledger")).status_code == 200
    house.clock = lambda: NOW + SESSION_IDLE + timedelta(minutes=5)
    assert (await auditor.get("/audit/ledger")).status_code == 200


@pytest.mark.broker
async def test_an_agencys_people_reach_no_page_of_the_auditor(
    houses: dict[str, House], history: Path, tmp_path: Path
) -> None:
    # Both in one process, as in the demonstration: an inspector of an agency is not one of the auditor.
    with (
        Accounts(tmp_path / "audit-accounts.sqlite", "auditor") as accounts,
        AuditHouse(history, accounts, lambda: NOW) as audit,
    ):
        kept_before = await audit.looks(before=None, limit=1)
        web = make_web({**houses, "auditor": audit})
        transport = httpx.ASGITransport(app=web, raise_app_exceptions=False)
        headers = {"accept": "text/html,*/*;q=0.8", "sec-fetch-site": "same-origin"}
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=headers) as one:
            assert (await enter(one, "police", "kiem.tra", PASSWORD)).status_code == 303
            for path in PAGES:
                assert (await one.get(filled(path))).status_code == 403, path
            cookie = one.cookies["phoihop_session"].partition(".")[2]
            one.cookies.set("phoihop_session", f"auditor.{cookie}")
            assert (await one.get("/audit/ledger")).status_code == 303
        entries = [each for each in houses["police"].service.record.all_entries() if isinstance(each, LocalEntry)]
        refused = [each.data for each in entries if each.name == "AccessRefused"]
        assert len([about for about in refused if about.get("by") == "kiem.tra@police"]) == len(PAGES)
        # What was tried with a cookie in the auditor's name is kept there, and nothing else.
        [forged, *before] = await audit.looks(before=None, limit=2)
        assert before == kept_before
        assert (forged.name, forged.by, forged.about["why"]) == ("AccessRefused", "", "session_unknown")
