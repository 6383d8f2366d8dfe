"""Look-ups: what the holder answers by itself, to whom it says that it was consulted, and whom it refuses."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from events.catalogue import read_content
from events.content import Content
from events.draft import Draft
from events.facts import Facts
from events.record_entry import EntryKind, RecordEntry
from events.types.case import CaseOpened
from events.types.correction import CorrectionGround, EventRecalled
from events.types.information import (
    InfoKind,
    InfoRequested,
    InfoShared,
    InfoWithheld,
    Question,
    QuestionKind,
    ReplyForm,
    WithholdingGround,
)
from events.types.lookup import LookupAnswered, LookupRequested, RecordConsulted, RecordKey, RecordKind
from events.values.document import Channel
from events.values.matter import Category, Field
from events.values.person import Involvement, Officer, Person
from events.values.service import IdentifierKind, Subscriber
from services.agency.issuing import NotLawful
from services.agency.known_entries import known_event
from services.agency.policies.lookup import LookupAnswers
from services.agency.reactor import WithinRecord
from tests.unit.agency.houses import NOW, Houses, arrival, carry, resigned

SIM = Subscriber(kind=IdentifierKind.PHONE_NUMBER, identifier="+84915000417", holder="Nguyễn Văn Mẫu")
OTHER_SIM = SIM.model_copy(update={"identifier": "+84915000418"})
MAN = Person(name="Trần Văn Thử", involvement=Involvement.SUSPECT, phone="+84912345678")
OFFICER = Officer(name="Lê Thị Cán Bộ", position="Chuyên viên")


class Case:
    """A case that the police lead with DIC and VNPT; customs take no part."""

    def __init__(self, houses: Houses) -> None:
        self.houses = houses
        opening = CaseOpened(
            subject="Mở vụ việc", category=Category.OTHER, fields=(Field.TELECOM,), summary="SIM box.", title="SIM box",
            participants=("dic", "vnpt"), discovered_by_sender=True,
        )  # fmt: skip
        self.opening = self._send("police", Draft(opening, ("dic", "vnpt"), clause="LC-7.2a"))
        assert self.opening.event.envelope.case is not None
        self.case = self.opening.event.envelope.case

    def say(self, sender: str, content: Content, *to: str, **more: Any) -> RecordEntry:
        with self.houses[sender].record.writing() as transaction:
            state = transaction.case_state(self.case)
        basis = state.basis_of(sender) if state is not None else None
        return self._send(sender, Draft(content, to, case=self.case, basis=basis, **more))

    def share(self, sender: str, *to: str, **members: Any) -> RecordEntry:
        content = InfoShared(subject="Thông tin", kind=InfoKind.CASE_INFORMATION, title="SIM", text="…", **members)
        return self.say(sender, content, *to)

    def look_up(self, asker: str, holder: str, *keys: RecordKey) -> tuple[RecordEntry, LookupAnswered, RecordConsulted]:
        """The request, and what the holder's policy answers to it."""
        asked = self.say(asker, request(*keys), holder)
        self.answer(asked, holder)
        house = self.houses[asker]
        answer = house.events(EntryKind.ADMITTED, event_type="LookupAnswered")[-1]
        consulted = house.events(EntryKind.ADMITTED, event_type="RecordConsulted")[-1]
        said, noted = read_content(answer.event), read_content(consulted.event)
        assert isinstance(said, LookupAnswered)
        assert isinstance(noted, RecordConsulted)
        assert noted.answer == answer.event.envelope.id
        return asked, said, noted

    def answer(self, asked: RecordEntry, holder: str) -> None:
        house = self.houses[holder]
        entries = house.events(EntryKind.ADMITTED, event_type="LookupRequested")
        entry = next(e for e in entries if e.event.envelope.id == asked.event.envelope.id)
        known = known_event(entry)
        assert known is not None
        context = house.context
        (wish,) = LookupAnswers().react(known, Facts(context.me, house.now, context.directory, context.rules))
        assert isinstance(wish, WithinRecord)
        before = house.record.last_position
        with house.writing() as transaction:
            wish.command(transaction, house.service, context, house.now)
        carry(self.houses, list(house.record.all_entries(before)))

    def _send(self, sender: str, draft: Draft) -> RecordEntry:
        (entry,) = self.houses[sender].issue(draft)
        carry(self.houses, [entry])
        return entry


def key(identifier: str, kind: RecordKind = RecordKind.SUBSCRIBER, name: str = "k1") -> RecordKey:
    return RecordKey(id=name, kind=kind, identifier=identifier)


def request(*keys: RecordKey) -> LookupRequested:
    return LookupRequested(
        subject="Tra cứu", channel=Channel.ONLINE_LOOKUP, records=keys, purpose="Xác minh SIM.", officer=OFFICER
    )


@pytest.fixture
def case(houses: Houses) -> Case:
    return Case(houses)


def test_the_holder_answers_from_what_it_said_and_the_lead_hears_who_looked(case: Case) -> None:
    case.share("vnpt", "police", subscribers=(SIM, OTHER_SIM))
    case.share("vnpt", "police", subscribers=(SIM,))
    asked, answer, consulted = case.look_up("dic", "vnpt", key(SIM.identifier), key("+84999", name="k2"))
    assert [(r.record, r.found, r.subscribers) for r in answer.results] == [("k1", True, (SIM,)), ("k2", False, ())]
    assert (consulted.consulted_by, consulted.officer, consulted.purpose) == ("dic", OFFICER, "Xác minh SIM.")
    assert (consulted.request, consulted.found, consulted.records) == (
        asked.event.envelope.id, ("k1",), (key(SIM.identifier), key("+84999", name="k2"))
    )  # fmt: skip
    assert consulted.consulted_at == answer.as_of == case.houses["vnpt"].now
    # The lead hears that it was consulted, and not what was found.
    police = case.houses["police"]
    assert [e.event.envelope.event_type for e in police.documents(EntryKind.ADMITTED)].count("RecordConsulted") == 1
    assert police.events(event_type="LookupAnswered") == []


def test_persons_and_documents_are_found_by_their_own_names(case: Case) -> None:
    document = case.share("vnpt", "police", persons=(MAN,))
    event = document.event.envelope.id
    _, answer, _ = case.look_up(
        "dic", "vnpt", key("+84912345678", RecordKind.PERSON), key(event, RecordKind.EVENT, "k2")
    )
    assert answer.results[0].persons == (MAN,)
    assert answer.results[1].events == (event,)


def test_what_others_told_the_holder_alone_is_not_passed_on(case: Case) -> None:
    case.share("vnpt", "police", subscribers=(SIM,))
    _, answer, consulted = case.look_up("dic", "police", key(SIM.identifier))
    assert [r.found for r in answer.results] == [False]
    assert consulted.found == ()
    # What the asking agency has already may be said again.
    case.share("vnpt", "police", "dic", subscribers=(SIM,))
    _, answer, _ = case.look_up("dic", "police", key(SIM.identifier))
    assert answer.results[0].subscribers == (SIM,)


def test_another_case_is_not_looked_into(case: Case) -> None:
    other = Case(case.houses)
    other.share("vnpt", "police", subscribers=(SIM,))
    document = other.share("vnpt", "police", subscribers=(SIM,))
    _, answer, _ = case.look_up(
        "dic", "vnpt", key(SIM.identifier), key(document.event.envelope.id, RecordKind.EVENT, "k2")
    )
    assert [r.found for r in answer.results] == [False, False]


def test_what_the_police_withhold_stays_withheld(case: Case) -> None:
    case.share("police", "vnpt", subscribers=(SIM,))
    _, answer, _ = case.look_up("dic", "police", key(SIM.identifier))
    assert answer.results[0].found
    question = InfoRequested(
        subject="Đề nghị cung cấp", purpose="Xử lý vụ việc",
        questions=(Question(id="q1", text="Chủ thuê bao?", kind=QuestionKind.SUBSCRIBER_IDENTITY),),
    )  # fmt: skip
    asked = case.say("dic", question, "police", due=NOW + timedelta(days=1))
    withheld = InfoWithheld(
        subject="Không cung cấp", request=asked.event.envelope.id, ground=WithholdingGround.UNDER_INVESTIGATION_SECRET,
        reason="Đang điều tra.", reply_form=ReplyForm.WRITTEN,
    )  # fmt: skip
    kept = case.say("police", withheld, "dic", cause=asked.event.envelope.id)
    _, answer, _ = case.look_up("dic", "police", key(SIM.identifier))
    assert not answer.results[0].found
    recall = EventRecalled(
        subject="Thu hồi", event=kept.event.envelope.id, ground=next(iter(CorrectionGround)), explanation="Đã xong."
    )
    case.say("police", recall, "dic", cause=kept.event.envelope.id)
    _, answer, _ = case.look_up("dic", "police", key(SIM.identifier))
    assert answer.results[0].found, "what was withheld is withheld no more"


def test_a_recalled_document_is_not_drawn_on(case: Case) -> None:
    wrong = case.share("vnpt", "police", subscribers=(SIM,))
    recall = EventRecalled(
        subject="Thu hồi", event=wrong.event.envelope.id, ground=next(iter(CorrectionGround)), explanation="Nhầm số."
    )
    case.say("vnpt", recall, "police", cause=wrong.event.envelope.id)
    _, answer, _ = case.look_up("dic", "vnpt", key(SIM.identifier))
    assert not answer.results[0].found


def test_a_stranger_to_the_case_may_not_sign_and_is_refused_and_noted_where_it_forges(case: Case) -> None:
    case.share("vnpt", "police", subscribers=(SIM,))
    customs, vnpt = case.houses["customs"], case.houses["vnpt"]
    with pytest.raises(NotLawful) as refused:
        case.say("customs", request(key(SIM.identifier)), "vnpt")
    assert refused.value.clause == "LC-4.1b"
    (honest,) = customs.issue(
        Draft(InfoShared(subject="a", kind=InfoKind.MODUS_OPERANDI, title="a", text="a"), ("vnpt",))
    )
    forged = resigned(
        honest.event, customs.head, content=request(key(SIM.identifier)).to_bytes(), event_type="LookupRequested",
        case=case.case, basis=case.opening.event.envelope.id, clause="LC-4.1b",
    )  # fmt: skip
    vnpt.take_in(arrival(forged, "vnpt"))
    (entry,) = vnpt.events(EntryKind.REFUSED)
    assert entry.refusal is not None
    assert (entry.refusal.clause, entry.event.envelope.sender) == ("LC-4.1b", "customs")
    (told,) = vnpt.events(EntryKind.SENT, event_type="EventRefused")
    assert told.event.envelope.agencies == ("customs",)
    assert vnpt.events(event_type="LookupAnswered") == []


def test_nothing_is_disclosed_that_cannot_be_recorded(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    case.share("vnpt", "police", subscribers=(SIM,))
    asked = case.say("dic", request(key(SIM.identifier)), "vnpt")
    house = case.houses["vnpt"]
    rules = house.context.rules
    rows = tuple(row for row in rules.rows if row.event_type != "RecordConsulted")
    house.context = replace(house.context, rules=replace(rules, rows=rows))
    with pytest.raises(NotLawful):
        case.answer(asked, "vnpt")
    assert house.events(event_type="LookupAnswered") == []
