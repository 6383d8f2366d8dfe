"""Silence is stated once, by the requester's service, to all who were asked; urgency sets the time to answer."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from events.decision import NotLawful
from events.draft import Draft
from events.record_entry import Entry, EntryKind, RecordEntry
from events.types.case import CaseOpened
from events.types.information import InfoRequested, Question, QuestionKind
from events.types.lookup import LookupRequested
from events.types.overdue import ReplyOverdue
from events.values.document import Urgency
from events.values.matter import Category, Field
from projections.obligations import Obligation, ObligationKind, Standing
from services.agency.policies import overdue_replies
from services.agency.policies.overdue_replies import Silence, run_overdue_replies, silences, state_silence
from services.agency.writer import Writer
from tests.contract.samples import SAMPLES
from tests.unit.agency.houses import NOW, House, Houses, carry, make_network, use_directory, with_keys
from tests.unit.projections import town as of

DUE = NOW + timedelta(hours=2)


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_network(tmp_path_factory.mktemp("network"))


@pytest.fixture
def houses(network: Path, tmp_path: Path) -> Iterator[Houses]:
    opened = Houses(network, tmp_path)
    yield opened
    opened.close()


def asked(houses: Houses, due: datetime | None = DUE, urgency: Urgency = Urgency.NORMAL) -> RecordEntry:
    """Police opened a case and asked the enterprise and customs; both hold the request."""
    police = houses["police"]
    opening = CaseOpened(
        subject="Mở vụ việc", category=Category.CHARGE_THEFT, fields=(Field.TELECOM,), summary="Xác minh.",
        title="Vụ SIM box", participants=("customs", "dic", "vnpt"), discovered_by_sender=True,
        discovered_at=NOW - timedelta(hours=1),
    )  # fmt: skip
    (opened,) = police.issue(Draft(opening, ("customs", "dic", "vnpt")))
    carry(houses, [opened])
    question = InfoRequested(
        subject="Yêu cầu cung cấp", purpose="Xác minh", urgency=urgency,
        questions=(Question(id="q1", text="Chủ thuê bao?", kind=QuestionKind.SUBSCRIBER_IDENTITY),),
    )  # fmt: skip
    envelope = opened.event.envelope
    (request,) = police.issue(Draft(question, ("customs", "vnpt"), case=envelope.case, basis=envelope.id, due=due))
    carry(houses, [request])
    return request


def overdue(house: House, now: datetime) -> tuple[Silence, ...]:
    return silences(house.views.obligations(now=now), house.me)


def state(house: House, silence: Silence, now: datetime) -> RecordEntry | None:
    with house.writing() as transaction:
        return state_silence(silence, house.service, house.context, now, transaction)


def answer(houses: Houses, by: str, request: RecordEntry) -> RecordEntry:
    house, envelope = houses[by], request.event.envelope
    with house.record.writing() as transaction:
        case = transaction.case_state(envelope.case or "")
    assert case is not None
    draft = Draft(of.answer(request.event), ("police",), case=envelope.case, cause=envelope.id, basis=case.basis_of(by))
    (answered,) = house.issue(draft)
    carry(houses, [answered])
    return answered


@pytest.mark.clause("LC-5.2")
def test_silence_is_stated_after_the_time_and_never_before_over_the_services_key(houses: Houses) -> None:
    request, police = asked(houses), houses["police"]
    assert overdue(police, DUE) == ()
    (silence,) = overdue(police, DUE + timedelta(milliseconds=1))
    assert silence == Silence(request.event.envelope.id, DUE, ("customs", "vnpt"))
    police.now = DUE + timedelta(seconds=1)
    stated = state(police, silence, police.now)
    assert stated is not None
    key = houses.directory.key(stated.event.kid)
    assert key is not None
    assert (key.capacity, stated.event.envelope.agencies) == ("service", ("customs", "vnpt"))
    for house in houses:
        house.now = police.now
    carry(houses, [stated])
    for side in ("customs", "vnpt"):
        assert [e.kind for e in houses[side].events(event_type="ReplyOverdue")] == [EntryKind.ADMITTED]
        found = houses[side].views.obligations(now=police.now)
        assert {o.overdue_stated_by for o in found if o.kind is ObligationKind.ANSWER} == {stated.event.envelope.id}


def test_it_is_stated_once_whatever_restarts_between(houses: Houses) -> None:
    asked(houses)
    police = houses["police"]
    police.now = DUE + timedelta(seconds=1)
    (silence,) = overdue(police, police.now)
    assert state(police, silence, police.now) is not None
    assert overdue(police, police.now) == ()
    assert state(police, silence, police.now) is None  # the view had not caught up
    assert len(police.events(event_type="ReplyOverdue")) == 1


@pytest.mark.clause("LC-4.1b")
def test_silence_is_stated_of_a_look_up_too(houses: Houses) -> None:
    envelope, police = asked(houses).event.envelope, houses["police"]
    lookup = next(content for content in SAMPLES if isinstance(content, LookupRequested))
    (looked_up,) = police.issue(Draft(lookup, ("customs",), case=envelope.case, basis=envelope.basis, due=DUE))
    carry(houses, [looked_up])
    police.now = DUE + timedelta(seconds=1)
    (silence,) = (s for s in overdue(police, police.now) if s.request == looked_up.event.envelope.id)
    stated = state(police, silence, police.now)
    assert stated is not None
    houses["customs"].now = police.now
    carry(houses, [stated])
    assert [e.kind for e in houses["customs"].events(event_type="ReplyOverdue")] == [EntryKind.ADMITTED]


@pytest.mark.clause("LC-5.2")
def test_only_who_is_silent_is_named_and_a_late_answer_settles(houses: Houses) -> None:
    request, police = asked(houses), houses["police"]
    answer(houses, "customs", request)
    for house in houses:
        house.now = DUE + timedelta(seconds=1)
    (silence,) = overdue(police, police.now)
    assert silence.unanswered_by == ("vnpt",)
    stated = state(police, silence, police.now)
    assert stated is not None
    carry(houses, [stated])
    late = answer(houses, "vnpt", request)
    found = [o for o in police.views.obligations(now=police.now) if o.kind is ObligationKind.ANSWER]
    assert found == []  # nothing is owed any more
    assert [e.event.envelope.id for e in police.events(EntryKind.ADMITTED, event_type="InfoProvided")][-1] == (
        late.event.envelope.id
    )


def test_an_answer_that_came_meanwhile_stops_the_statement(houses: Houses) -> None:
    request, police = asked(houses), houses["police"]
    for house in houses:
        house.now = DUE + timedelta(seconds=1)
    (silence,) = overdue(police, police.now)
    answer(houses, "vnpt", request)
    with pytest.raises(NotLawful):
        state(police, silence, police.now)
    assert police.events(event_type="ReplyOverdue") == []
    assert [s.unanswered_by for s in overdue(police, police.now)] == [("customs",)]


def test_an_order_or_a_duty_of_the_calendar_is_no_question() -> None:
    def owed(kind: ObligationKind, creditor: str = "police", due: datetime | None = DUE) -> Obligation:
        return Obligation(kind, "e1", "vnpt", creditor, None, None, NOW, due, None, None, None, Standing.OVERDUE)

    assert len(silences([owed(ObligationKind.ANSWER)], "police")) == 1
    assert silences([owed(ObligationKind.ANSWER, "dic"), owed(ObligationKind.EXECUTE)], "police") == ()
    assert silences([owed(ObligationKind.CONSOLIDATE_REPORT), owed(ObligationKind.RECEIPT)], "police") == ()


@pytest.mark.clause("LC-3.3")
@pytest.mark.parametrize(
    ("urgency", "due"),
    [
        (Urgency.HOA_TOC, NOW + timedelta(minutes=60)),
        # NOW is a Saturday, 10:00 in Vietnam: working hours begin to run on Monday at 07:30.
        (Urgency.THUONG_KHAN, datetime(2026, 11, 23, 4, 30, tzinfo=UTC)),
        (Urgency.KHAN, datetime(2026, 11, 23, 10, 0, tzinfo=UTC)),
    ],
)
def test_urgency_sets_the_time_to_answer_of_a_request_that_names_none(
    houses: Houses, urgency: Urgency, due: datetime
) -> None:
    request = asked(houses, due=None, urgency=urgency)
    assert request.event.envelope.due == due
    (owed,) = (
        o for o in houses["vnpt"].views.obligations(now=NOW) if o.kind is ObligationKind.ANSWER and o.debtor == "vnpt"
    )
    assert owed.due == due


@pytest.mark.clause("LC-3.3")
def test_a_time_that_was_named_stands_and_without_urgency_it_must_be(houses: Houses) -> None:
    assert asked(houses, due=DUE, urgency=Urgency.HOA_TOC).event.envelope.due == DUE
    with pytest.raises(NotLawful):
        asked(houses, due=None)


class Running:
    """So much of a running service as the standing work uses, over a house."""

    def __init__(self, house: House) -> None:
        self.agency, self.views, self.context = house.me, house.views, house.context
        self.service_signer = house.service
        self.writer = Writer(house.record, self._committed)
        self.now = lambda: house.now

    def _committed(self, entries: list[Entry]) -> None:
        self.views.apply(entries, self.agency)

    async def ready_to_sign(self) -> None:
        pass


async def stood_until(house: House, name: str) -> None:
    """Let the work stand until the record holds an entry of that name or type."""
    running = Running(house)
    work = asyncio.create_task(run_overdue_replies(running, every_seconds=0.01))  # type: ignore[arg-type]
    try:
        async with asyncio.timeout(20):
            while not house.local(name) and not house.events(event_type=name):
                await asyncio.sleep(0.01)
                assert not work.done()
            await asyncio.sleep(0.05)  # some rounds more: it must not be said twice
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        await running.writer.close()


async def test_the_standing_work_states_it(houses: Houses) -> None:
    asked(houses)
    houses["police"].now = DUE + timedelta(seconds=1)
    await stood_until(houses["police"], "ReplyOverdue")
    assert len(houses["police"].events(event_type="ReplyOverdue")) == 1


async def test_what_cannot_be_stated_is_told_to_people_once(houses: Houses) -> None:
    request = asked(houses)
    police = houses["police"]
    police.now = DUE + timedelta(seconds=1)
    revoked = with_keys(houses.directory, "police", lambda key: replace(key, revoked_at=NOW))
    use_directory(police, revoked)
    await stood_until(police, "PolicyFailed")
    assert [(e.subject, e.data["policy"]) for e in police.local("PolicyFailed")] == [
        (request.event.envelope.id, "reply-overdue")
    ]
    assert police.events(event_type="ReplyOverdue") == []


async def test_while_nothing_is_signed_it_is_not_given_up(houses: Houses, monkeypatch: pytest.MonkeyPatch) -> None:
    asked(houses)
    police = houses["police"]
    police.now = DUE + timedelta(seconds=1)
    with police.writing() as transaction:
        transaction.hold_signing("a peer holds more", police.now)
    tried: list[str] = []
    enough = asyncio.Event()

    def trying(*arguments: Any) -> Any:
        tried.append("once more")
        if len(tried) > 5:
            enough.set()
        return state_silence(*arguments)

    monkeypatch.setattr(overdue_replies, "state_silence", trying)
    running = Running(police)
    work = asyncio.create_task(run_overdue_replies(running, every_seconds=0.001))  # type: ignore[arg-type]
    async with asyncio.timeout(20):
        await enough.wait()
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    await running.writer.close()
    assert police.local("PolicyFailed") == []
    police.record.accept_as_own()
    await stood_until(police, "ReplyOverdue")


def test_the_statement_names_the_documents_number(houses: Houses) -> None:
    request, police = asked(houses), houses["police"]
    police.now = DUE + timedelta(seconds=1)
    (silence,) = overdue(police, police.now)
    stated = state(police, silence, police.now)
    assert stated is not None
    content = ReplyOverdue.from_bytes(stated.event.content_bytes)
    number = f"{request.event.envelope.docnumber}/{request.event.envelope.docsymbol}"
    assert (content.request, content.due) == (request.event.envelope.id, DUE)
    assert number in content.subject
