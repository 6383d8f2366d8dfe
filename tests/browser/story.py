"""What the tests of the pages presuppose, said by agencies' heads as at their command line; a case each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from events.draft import Draft
from events.values.matter import Category
from projections.ledger import LedgerFilter, Outcome
from services.web.house import House
from tests.browser.running_network import Province
from tests.scenarios.samples import sample


@dataclass(frozen=True)
class Case:
    """A case that the police opened: its id, title, and the event that opened it."""

    id: str
    title: str
    opening: str


def open_case(province: Province, title: str, participants: tuple[str, ...] = ("dic", "vnpt")) -> Case:
    """The police opens a case of its own finding (LC-7.2a); every participant's views show it when this returns."""
    opening = sample(
        "CaseOpened", title=title, participants=participants, attachments=(), discovered_by_sender=True,
        category=Category.OTHER,
    )  # fmt: skip
    event = province.issue("police", Draft(opening, participants)).event
    case = event.envelope.case
    assert case is not None
    for agency in ("police", *participants):
        await_event(province, agency, event.envelope.id)
    return Case(case, title, event.envelope.id)


def ask_for_information(province: Province, case: Case, by: str, to: str, *, subject: str, due: datetime) -> str:
    """A participant asks another for information; the id of the request, once both show it."""
    question = sample("InfoRequested", subject=subject, attachments=())
    asked = province.issue(by, Draft(question, (to,), case=case.id, basis=case.opening, due=due)).event.envelope.id
    for agency in (by, to):
        await_event(province, agency, asked)
    return asked


def await_event(province: Province, agency: str, event_id: str) -> None:
    """Wait until an agency's views show an event, and every receipt of it that the agency will see."""
    province.run(_shown(province.houses[agency], event_id))


async def _shown(house: House, event_id: str) -> None:
    while True:
        count = house.feed.count
        deliveries = await house.ask(lambda views: views.ledger(LedgerFilter(event_id=event_id), limit=100))
        if deliveries and all(one.outcome is not Outcome.PENDING for one in deliveries):
            return
        await house.feed.beyond(count)
