"""The questions over the log, held against somebody who reads the whole ledger for each of them.

The other reading knows nothing of tables and indexes: it parses every envelope and content anew and looks at all of
them, in the words of docs/audit-questions.md. Histories are made up: documents, answers right and wrong, receipts that
come before what they cover, refusals, recalls, several at one millisecond, and a successor.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events import base64url
from events.agency import RoleTerm
from events.audit.data_member import parse_data_member
from events.audit.logged_event import LoggedEvent
from events.directory import Directory
from events.envelope import Envelope, parse_envelope
from events.types.protocol import EventReceived, EventRefused, ReceiptOutcome
from projections.deliveries import DeliveryViews
from projections.deliveries_asking import ASKING
from projections.deliveries_knowledge import How, came_to_know, knowers, knowledge
from projections.deliveries_silent import count_unanswered, count_unreceipted, unanswered, unreceipted
from projections.deliveries_told import ToldFilter, told
from tests.unit.audit_questions.chronicle import MINUTE, START, Chronicle, Said
from tests.unit.evidence.town import make_town

AGENCIES = ("police", "dic", "vnpt", "viettel")
CASES = ("00000000-0000-4000-8000-00000000000a", "00000000-0000-4000-8000-00000000000b")
TYPES = ("InfoRequested", "InfoShared", "SuspicionReported", "SuspensionOrdered", "SupportProposed", "EventCorrected")
MERGED = START + 20 * MINUTE


@pytest.fixture(scope="session")
def directories(tmp_path_factory: pytest.TempPathFactory) -> tuple[Directory, Directory]:
    """A directory, and the same after viettel took vnpt's place."""
    directory = make_town(tmp_path_factory.mktemp("town")).directories.load()
    old = directory.agencies["vnpt"]
    terms = tuple(RoleTerm(term.role, term.since, MERGED, "viettel") for term in old.roles)
    return directory, replace(directory, agencies={**directory.agencies, "vnpt": replace(old, roles=terms)})


# --- the plain reading -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Word:
    """What its recipient said of a delivery."""

    refused: bool
    at: datetime
    number: int | None


@dataclass(frozen=True)
class Reading:
    """A ledger read from its first event to its last, for each question again."""

    log: list[LoggedEvent]

    @cached_property
    def envelopes(self) -> list[tuple[LoggedEvent, Envelope, str]]:
        return [
            (one, parse_envelope(one.envelope), base64url.encode(hashlib.sha256(one.envelope).digest()))
            for one in self.log
        ]

    @cached_property
    def documents(self) -> list[tuple[int, Envelope, str]]:
        return [(one.first_index, envelope, digest) for one, envelope, digest in self.envelopes if envelope.docnumber]

    @cached_property
    def statements(self) -> list[tuple[Envelope, EventReceived | EventRefused]]:
        found: list[tuple[Envelope, EventReceived | EventRefused]] = []
        for one, envelope, _ in self.envelopes:
            if one.data is None:
                continue
            content = parse_data_member(one.data)[1]
            if envelope.event_type == "EventReceived":
                found.append((envelope, EventReceived.from_bytes(content)))
            elif envelope.event_type == "EventRefused":
                found.append((envelope, EventRefused.from_bytes(content)))
        return found

    def said(self, by: str, to: str) -> Iterator[tuple[Envelope, EventReceived | EventRefused]]:
        return (each for each in self.statements if each[0].sender == by and to in each[0].agencies)

    def moments(self) -> Iterator[datetime]:
        """Every moment at which an answer may change, beside those that lie so and so long after one."""
        for _, envelope, digest in self.envelopes:
            yield envelope.time
            if envelope.due is not None:
                yield envelope.due
            for agency in envelope.agencies if envelope.docnumber else ():
                if (word := self.word(envelope, digest, agency)) is not None:
                    yield word.at

    def word(self, document: Envelope, digest: str, recipient: str) -> Word | None:
        """The first word that stands for this very envelope."""
        count = next(each.count for each in document.recipients if each.agency == recipient)
        for envelope, content in self.said(recipient, document.sender):
            if isinstance(content, EventRefused):
                if (content.event, content.digest) == (document.id, digest) and content.count is not None:
                    return Word(refused=True, at=envelope.time, number=None)
                continue
            for entry in content.entries:
                if (entry.count, entry.digest) == (count, digest):
                    refused = entry.outcome is ReceiptOutcome.REFUSED
                    return Word(refused, entry.admitted_at, entry.incoming_number)
        return None

    def receipted(self, document: Envelope, digest: str, recipient: str) -> list[datetime]:
        """When receipts were given that cover a delivery."""
        count = next(each.count for each in document.recipients if each.agency == recipient)
        return [
            envelope.time
            for envelope, content in self.said(recipient, document.sender)
            if isinstance(content, EventReceived)
            and (
                count <= content.upto_count
                or any((entry.count, entry.digest) == (count, digest) for entry in content.entries)
            )
        ]

    def how(self, document: Envelope, digest: str, recipient: str, at: datetime) -> How:
        word = self.word(document, digest, recipient)
        if word is None:
            return How.ARRIVED if self.receipted(document, digest, recipient) else How.PENDING
        if word.at > at:
            return How.LATER
        return How.REFUSED if word.refused else How.ADMITTED

    def of_case(self, agency: str, case: str, at: datetime) -> set[tuple[int, str, How]]:
        found = set()
        for first, document, digest in self.documents:
            if document.case != case or document.time > at:
                continue
            if document.sender == agency:
                found.add((first, document.id, How.SENT))
            if agency in document.agencies:
                place = first + document.agencies.index(agency)
                found.add((place, document.id, self.how(document, digest, agency, at)))
        return found

    def who_knows(self, event: str, at: datetime) -> set[tuple[str, How]]:
        found = set()
        for _, document, digest in self.documents:
            if document.id == event and document.time <= at:
                found.add((document.sender, How.SENT))
                found |= {(agency, self.how(document, digest, agency, at)) for agency in document.agencies}
        return found

    def recalled(self, document: Envelope, until: datetime | None = None) -> bool:
        return any(
            (one.event_type, one.sender, one.cause) == ("EventRecalled", document.sender, document.id)
            and (until is None or one.time <= until)
            for _, one, _ in self.documents
        )

    def silent(self, directory: Directory, at: datetime) -> list[tuple[int, datetime | None]]:
        """Entries of the log that ask and are not answered, with the time by which they are due."""
        found = []
        for first, document, digest in self.documents:
            asking = ASKING.get(document.event_type)
            if asking is None or document.time > at or self.recalled(document, at):
                continue
            due = document.due or (None if asking.within is None else document.time + asking.within)
            for place, agency in enumerate(document.agencies):
                roles = directory.roles_of(agency, document.time)
                word = self.word(document, digest, agency)
                refused = word is not None and word.refused and word.at <= at
                asked = (asking.roles is None or asking.roles & roles) and not refused
                if asked and not self._is_answered(document, agency, directory, at):
                    found.append((first + place, due))
        return sorted(found, key=lambda one: (one[1] is None, one[1] or START, one[0]))

    def _is_answered(self, document: Envelope, agency: str, directory: Directory, at: datetime) -> bool:
        heirs, asking = directory.heirs_at(at), ASKING[document.event_type]
        for _, answer, digest in self.documents:
            if answer.cause != document.id or answer.time > at or self.recalled(answer):
                continue
            taken = [to for to in answer.agencies if not ((w := self.word(answer, digest, to)) and w.refused)]
            if answer.event_type in asking.for_all:
                parties = {document.sender, *document.agencies}
                speaks = answer.sender in parties | {heirs[each] for each in parties if each in heirs}
                if speaks and taken:
                    return True
            elif answer.event_type in asking.answers:
                by = answer.sender in {agency, heirs.get(agency)}
                if by and {document.sender, heirs.get(document.sender)} & set(taken):
                    return True
        return False

    def without_receipt(self, at: datetime) -> list[int]:
        found = []
        for first, document, digest in self.documents:
            if document.time > at - timedelta(minutes=15):
                continue
            for place, agency in enumerate(document.agencies):
                if not any(when <= at for when in self.receipted(document, digest, agency)):
                    found.append((document.time, first + place))
        return [index for _, index in sorted(found)]


# --- histories -------------------------------------------------------------------------------------------------------


@st.composite
def histories(draw: st.DrawFn) -> tuple[Chronicle, list[Said]]:
    chronicle, said, held = Chronicle(), [], []

    def when() -> datetime:
        return chronicle.now + draw(st.sampled_from([0, 0, 1, 60_000, 400_000])) * timedelta(milliseconds=1)

    for _ in range(draw(st.integers(2, 14))):
        kind = draw(
            st.sampled_from(["ask", "ask", "answer", "answer", "take", "take", "refuse", "recall", "hold", "put"])
        )
        sender = draw(st.sampled_from(AGENCIES))
        others = st.sampled_from([each for each in AGENCIES if each != sender])
        to = draw(st.lists(others, min_size=1, max_size=3, unique=True))
        case = draw(st.sampled_from([*CASES, None]))
        if kind in {"ask", "hold"}:
            due = draw(st.sampled_from([None, chronicle.now, chronicle.now + 5 * MINUTE]))
            document = chronicle.say(
                sender, draw(st.sampled_from(TYPES)), *to, case=case, due=due, at=when(), hold_back=kind == "hold"
            )
            said.append(document)
            if kind == "hold":
                held.append(document)
        elif kind == "put" and held:
            chronicle.put(held.pop(0).logged)
        elif said:
            about = draw(st.sampled_from(said))
            recipient = draw(st.sampled_from(sorted(about.counts)))
            _speak_of(draw, chronicle, said, kind, about, recipient, when(), to, sender, case)
    for document in held:
        chronicle.put(document.logged)
    return chronicle, said


def _speak_of(
    draw: st.DrawFn, chronicle: Chronicle, said: list[Said], kind: str, about: Said, recipient: str, at: datetime,
    to: list[str], sender: str, case: str | None,
) -> None:  # fmt: skip
    if kind == "answer":
        asking = ASKING.get(parse_envelope(about.logged.envelope).event_type)
        types = sorted(asking.answers | asking.for_all) if asking is not None else ["InfoProvided"]
        by, back = draw(st.sampled_from([(recipient, [about.sender]), (recipient, [about.sender]), (sender, to)]))
        if by not in back:
            word = chronicle.say(by, draw(st.sampled_from(types)), *back, case=case, cause=about.id, at=at)
            said.append(word)
    elif kind == "recall":
        by = draw(st.sampled_from([about.sender, about.sender, recipient]))
        back = [each for each in (recipient, about.sender) if each != by]
        said.append(chronicle.say(by, "EventRecalled", *back, case=case, cause=about.id, at=at))
    elif kind == "take":
        told_of = draw(st.booleans())
        refused = [about] if draw(st.integers(0, 3)) == 0 and told_of else []
        chronicle.take(recipient, *([] if refused else [about]), refused=refused, told=told_of, at=at)
    elif kind == "refuse":
        chronicle.refuse(recipient, about, counted=draw(st.booleans()))


@settings(max_examples=100, deadline=None)
@given(history=histories(), cut=st.integers(0, 40))
def test_every_question_has_the_answer_of_a_plain_reading(
    history: tuple[Chronicle, list[Said]],
    cut: int,
    directories: tuple[Directory, Directory],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    chronicle, said = history
    reading = Reading(chronicle.log)
    moments = sorted({START, *reading.moments()})
    edges = {moment + step * timedelta(milliseconds=1) for moment in moments for step in (-1, 0, 1)}
    edges |= {moment + 15 * MINUTE for moment in moments}
    folder = tmp_path_factory.mktemp("views")
    with DeliveryViews(folder / "views.sqlite") as views:
        views.apply(chronicle.log[:cut])
        views.apply(chronicle.log[cut:])
        with views.reading() as cursor:
            for one in told(cursor, ToldFilter(), limit=-1):
                document = next(envelope for _, envelope, digest in reading.documents if digest == one.digest)
                word = reading.word(document, one.digest, one.recipient)
                at_end = reading.how(document, one.digest, one.recipient, START + timedelta(days=900))
                assert one.outcome.value == at_end.value
                assert (one.admitted_at, one.incoming_number) == ((word.at, word.number) if word else (None, None))
            for at in sorted(edges):
                for agency in AGENCIES:
                    known = knowledge(cursor, agency, CASES[0], at)
                    plain = {(one.delivery.log_index, one.delivery.event_id, one.how) for one in known}
                    assert plain == reading.of_case(agency, CASES[0], at)
                    later = knowledge(cursor, agency, CASES[0], at + 7 * MINUTE)
                    gained = {one.delivery.event_id for one in came_to_know(known, later)}
                    held = [{event for _, event, how in reading.of_case(agency, CASES[0], when) if how.knows}
                            for when in (at, at + 7 * MINUTE)]  # fmt: skip
                    assert gained == held[1] - held[0]
                for told_of in said:
                    found = {(one.agency, one.how) for one in knowers(cursor, told_of.id, at)}
                    assert found == reading.who_knows(told_of.id, at)
                for directory in directories:
                    open_requests = unanswered(cursor, directory, at, limit=100)
                    plain_open = reading.silent(directory, at)
                    assert [(one.delivery.log_index, one.due) for one in open_requests] == plain_open
                    counted = count_unanswered(cursor, directory, at)
                    overdue = sum(due is not None and due < at for _, due in plain_open)
                    assert (counted.requests, counted.overdue) == (len(plain_open), overdue)
                without = [one.delivery.log_index for one in unreceipted(cursor, at, limit=100)]
                assert without == reading.without_receipt(at)
                assert count_unreceipted(cursor, at) == len(without)
