"""A case is opened from the page of what it rests on: what was told stands in the form, and goes as it stands."""

from __future__ import annotations

import asyncio
import json
from html.parser import HTMLParser
from typing import Any

import httpx
import pytest

from events.draft import Draft
from events.known_event import KnownEvent
from events.regulation.offers import Offer, Standpoint, offer
from events.types.inspection import InspectionGround
from events.types.suspicion import SuspicionReferred
from events.values.matter import Category
from services.agency.taking_up import taken_up
from services.web.acting.answering import opening_values
from services.web.house import House
from tests.scenarios.samples import sample
from tests.scenarios.story import Story
from tests.unit.web.conftest import enter
from tests.unit.web.story import signer_of, told


class Filled(HTMLParser):
    """What a browser would send of a page's forms."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.sent: dict[str, list[str]] = {}
        self._select: str | None = None
        self._area: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        got = dict(attrs)
        name, kind = got.get("name"), got.get("type")
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in got:
            self._put(self._select, got.get("value") or "")
        elif tag == "textarea" and name:
            self._area = name
            self._put(name, "")
        elif tag == "input" and name and (kind not in {"checkbox", "radio", "file", "submit"} or "checked" in got):
            self._put(name, got.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = None
        if tag == "textarea":
            self._area = None

    def handle_data(self, data: str) -> None:
        if self._area:
            self.sent[self._area][-1] += data

    def _put(self, name: str, value: str) -> None:
        self.sent.setdefault(name, []).append(value)


async def arrived(house: House, event: str) -> KnownEvent:
    """The event, once the house holds it."""
    while True:
        count = house.feed.count
        if (known := await house.look(lambda record: record.known(event))) is not None:
            return known
        await house.feed.beyond(count)


@pytest.mark.broker
@pytest.mark.clause("LC-7.1")
async def test_police_open_a_case_on_a_notice_with_what_was_reported(
    client: httpx.AsyncClient, houses: dict[str, House]
) -> None:
    vnpt, dic, police = houses["vnpt"], houses["dic"], houses["police"]
    provider, head = await asyncio.to_thread(signer_of, vnpt), await asyncio.to_thread(signer_of, dic)
    what = {"category": Category.INFRASTRUCTURE_ATTACK, "subject": "Cắt cáp quang", "attachments": ()}
    report = (await told(vnpt, Draft(sample("SuspicionReported", **what), ("dic", "police")), provider)).envelope
    taken = taken_up("SuspicionReferred", await arrived(dic, report.id), "dic")
    notice = SuspicionReferred.model_validate_json(json.dumps(taken))
    referred = await told(dic, Draft(notice, ("police",), case=report.case, cause=report.id), head)
    said = referred.envelope.id
    await arrived(police, said)

    await enter(client, "police", "chuyen.vien")
    assert f'href="/write/CaseOpened?cause={said}"' in (await client.get(f"/events/{said}")).text
    page = await client.get(f"/write/CaseOpened?cause={said}")
    form = Filled(page.text).sent
    assert (form["category"], form["title"], form["recipients"]) == (
        ["infrastructure_attack"],
        ["Cắt cáp quang"],
        ["dic"],
    )
    saved = await client.post(f"/write/CaseOpened?cause={said}", data=form | {"do": "save"})
    assert saved.status_code == 303, saved.text[:3000]
    draft = await client.get(saved.headers["location"])
    assert "LC-7.1" in draft.text, "it rests on the notice that the clause asks for"


@pytest.mark.clause("LC-4.5")
def test_what_is_taken_up_is_named_by_the_member_that_the_rule_is_about() -> None:
    story = Story("lao-cai-29-2008")
    request = story.given("ppc", "InspectionRequested", "dic police", "LC-4.5")
    forming = offered(story, "dic", "InspectionTeamFormed", request)
    assert forming == {"request": request.id, "ground": "at_request"}
    formed = story.given(
        "dic", "InspectionTeamFormed", "police ppc", "LC-4.5",
        cause=request, request=request.id, ground=InspectionGround.AT_REQUEST,
    )  # fmt: skip
    assert offered(story, "police", "InspectionMembershipConfirmed", formed) == {"team": formed.id}
    assert offered(story, "police", "InspectionReported", formed) == {"team": formed.id}
    case, _ = story.opened()
    decision = story.given("police", "ViolationDecided", "customs vnpt", "LC-3.2", case=case)
    assert offered(story, "police", "EnforcementRequested", decision, case) == {"decision": decision.id}


def offered(story: Story, me: str, event_type: str, cause: KnownEvent, case: str | None = None) -> dict[str, Any]:
    """The members filled in where `me` takes the event up."""
    state = story.cases.get((me, case or ""))
    made = offer(Standpoint(me, story.directory, story.rules, state, story.clock), event_type)
    assert isinstance(made, Offer)
    return opening_values(made, cause, me)
