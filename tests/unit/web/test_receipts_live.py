"""After sending: each recipient's receipt shows on the document's page, live, and only when something of it moved.

Over a real server: the stream is read as a browser reads it. The network is this file's own: a document that is refused
stays in its recipient's register.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from events.decision import decide
from events.draft import Draft
from events.signed_event import SignedEvent
from services.broker.publish import publish_batch
from services.broker.wire import OutMessage
from services.web.app import make_web
from services.web.house import House
from services.web.receipts import receipts_of
from services.web.server import serving
from tests.scenarios.samples import sample
from tests.unit.web.conftest import enter, small_network
from tests.unit.web.story import signer_of, told

pytestmark = pytest.mark.broker


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_network(tmp_path_factory.mktemp("web-receipts") / "lao-cai")


@pytest_asyncio.fixture
async def officer(houses: dict[str, House]) -> AsyncIterator[httpx.AsyncClient]:
    """A clerk of VNPT at a browser, before a server that listens."""
    headers = {"accept": "text/html,*/*;q=0.8", "sec-fetch-site": "same-origin"}
    async with (
        serving(make_web(houses), port=0) as address,
        httpx.AsyncClient(base_url=address, headers=headers, timeout=20) as client,
    ):
        assert (await enter(client, "vnpt", "chuyen.vien")).status_code == 303
        yield client


@pytest.fixture
def held_back(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Nothing leaves VNPT for the broker before this is set."""
    may_leave = asyncio.Event()

    async def waiting(client: Any, messages: list[OutMessage], **more: Any) -> Any:
        if messages[0].subject.split(".")[2] == "vnpt":
            await may_leave.wait()
        return await publish_batch(client, messages, **more)

    monkeypatch.setattr("services.agency.outbox.publish_batch", waiting)
    return may_leave


async def suspicion(house: House, to: tuple[str, ...] = ("dic", "police")) -> SignedEvent:
    signer = await asyncio.to_thread(signer_of, house)
    return await told(house, Draft(sample("SuspicionReported", attachments=()), to), signer)


def state_of(page: str) -> str:
    found = re.search(r'id="receipts-seen" name="seen" value="(\w*)"', page)
    assert found is not None
    return found[1]


async def receipted(officer: httpx.AsyncClient, house: House, event: str) -> None:
    """Wait until both recipients have admitted the event, as its page shows."""
    while True:
        count = house.feed.count
        if state_of((await officer.get(f"/events/{event}")).text) == "aa":
            return
        await house.feed.beyond(count)


class Stream:
    """The names of the events of an open stream, but for its beat, as they come."""

    def __init__(self, lines: AsyncIterator[str]) -> None:
        self._lines = lines

    async def next(self) -> str:
        async with asyncio.timeout(20):
            async for line in self._lines:
                if line.startswith("event: ") and line != "event: beat":
                    return line.removeprefix("event: ")
        raise AssertionError("the stream ended")


async def test_each_receipt_shows_on_the_open_page_as_it_comes(
    officer: httpx.AsyncClient, houses: dict[str, House], held_back: asyncio.Event
) -> None:
    event = (await suspicion(houses["vnpt"])).envelope.id
    page = (await officer.get(f"/events/{event}")).text
    assert state_of(page) == "ww"
    assert page.count("chờ gửi đi") == 2, "a row for each recipient, also before the views or the broker have it"
    connect = re.search(r'sse-connect="(/live\?[^"]+)"', page)
    assert connect is not None
    assert f'hx-get="/events/{event}/receipts"' in page
    assert re.search(r'id="receipts-said"[^>]*aria-live="polite"', page)
    seen, said, told_of = "ww", "", 0
    async with officer.stream("GET", connect[1].replace("&amp;", "&")) as answer:
        stream = Stream(answer.aiter_lines())
        assert await stream.next() == "ready"
        held_back.set()
        while seen != "aa":
            if await stream.next() != "receipts":
                continue
            told_of += 1
            fragment = (await officer.get(f"/events/{event}/receipts", params={"seen": seen})).text
            before, seen = seen, state_of(fragment)
            assert seen != before, "told of nothing new"
            assert "<html" not in fragment
            said = fragment[fragment.index('id="receipts-said"') :]
            for letter, was, name in zip(seen, before, ("Sở Thông tin", "Công an"), strict=True):
                assert (name in said) == (letter != was), said
    assert told_of <= 4
    assert re.search(r"Công an[^.]*: đã tiếp nhận lúc \d\d/\d\d/\d{4}", said)
    whole = (await officer.get(f"/events/{event}")).text
    assert state_of(whole) == "aa", "the page is true when it is loaded again"
    assert 'sse-connect="/live"' in whole, "nothing more is to come, nothing is watched"


async def test_what_came_between_the_page_and_its_connection_is_told_at_once(
    officer: httpx.AsyncClient, houses: dict[str, House]
) -> None:
    event = (await suspicion(houses["vnpt"])).envelope.id
    await receipted(officer, houses["vnpt"], event)
    async with officer.stream("GET", f"/live?event={event}&seen=ww") as answer:
        stream = Stream(answer.aiter_lines())
        assert [await stream.next() for _ in range(2)] == ["ready", "receipts"]


async def test_what_others_receive_moves_no_receipts_here(officer: httpx.AsyncClient, houses: dict[str, House]) -> None:
    vnpt = houses["vnpt"]
    event = (await suspicion(vnpt, ("dic", "police"))).envelope.id
    await receipted(officer, vnpt, event)
    # A page that is shown as if the police had said nothing yet, and is told so once; then another document moves.
    async with officer.stream("GET", f"/live?event={event}&seen=as") as answer:
        stream = Stream(answer.aiter_lines())
        assert [await stream.next() for _ in range(2)] == ["ready", "receipts"]
        other = (await suspicion(vnpt)).envelope.id
        await receipted(officer, vnpt, other)
        assert await stream.next() == "moved"
        # Its receipts have come; had the page been told of them, that would come before the next news.
        await suspicion(vnpt)
        assert await stream.next() == "moved"


async def test_what_others_tell_costs_an_open_page_no_question(
    officer: httpx.AsyncClient, houses: dict[str, House], monkeypatch: pytest.MonkeyPatch, held_back: asyncio.Event
) -> None:
    vnpt, police, asked = houses["vnpt"], houses["police"], []

    async def counted(*about: Any) -> Any:
        asked.append(about)
        return await receipts_of(*about)

    monkeypatch.setattr("services.web.receipts.receipts_of", counted)
    event = (await suspicion(vnpt)).envelope.id
    async with officer.stream("GET", f"/live?event={event}&seen=ww") as answer:
        stream = Stream(answer.aiter_lines())
        assert await stream.next() == "ready"
        signer = await asyncio.to_thread(signer_of, police)
        for _ in range(3):
            await told(police, Draft(sample("InfoShared", attachments=()), ("vnpt",)), signer)
            assert await stream.next() == "moved"
        assert len(asked) == 1, "the document's receipts were asked for though nobody spoke of it"
    held_back.set()


async def test_a_refusal_shows_with_its_reason_and_clause(
    officer: httpx.AsyncClient, houses: dict[str, House], monkeypatch: pytest.MonkeyPatch
) -> None:
    vnpt = houses["vnpt"]

    def unasked(draft: Draft, *more: Any) -> Draft:
        """A sender whose program asks no rules."""
        if draft.event_type == "SuspicionReported":
            return replace(draft, clause="LC-10.3", role="enterprise")
        return decide(draft, *more)

    with monkeypatch.context() as lawless:
        lawless.setattr("services.agency.issuing.decide", unasked)
        event = (await suspicion(vnpt, ("dic",))).envelope.id
        async with officer.stream("GET", f"/live?event={event}&seen=w") as answer:
            stream = Stream(answer.aiter_lines())
            said = ""
            while 'value="f"' not in said:
                if await stream.next() == "receipts":
                    said = (await officer.get(f"/events/{event}/receipts", params={"seen": "w"})).text
    news = said[said.index('id="receipts-said"') :]
    assert re.search(r": bị từ chối lúc .*: .+ \(LC-[\d.]+\w?\)", news)
    assert "bị từ chối" in (await officer.get(f"/events/{event}")).text


async def test_a_state_that_no_page_shows_is_refused(officer: httpx.AsyncClient, houses: dict[str, House]) -> None:
    event = (await suspicion(houses["vnpt"])).envelope.id
    for seen in ("x", "w" * 1001, "<b>", "w w"):
        for path in ("/live", f"/events/{event}/receipts"):
            answer = await officer.get(path, params={"event": event, "seen": seen})
            assert answer.status_code == 422, path


async def test_receipts_of_what_is_not_held_here_are_not_had(officer: httpx.AsyncClient) -> None:
    unknown = "018f0000-0000-7000-8000-000000000000"
    assert (await officer.get(f"/events/{unknown}/receipts")).status_code == 404
    assert (await officer.get("/live", params={"event": unknown})).status_code == 404
    officer.cookies.clear()
    assert (await officer.get(f"/events/{unknown}/receipts")).status_code == 303
